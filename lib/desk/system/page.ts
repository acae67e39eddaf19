/** The page of the system: what is not as it should be first, then shares, schedules, accounts and the ledger. */
import { leftoverText } from '../../model/leftovers.ts';
import { loginReasonText } from '../../model/reasons.ts';
import { faultText, faultWithCure, verbatim } from '../fault.ts';
import { type Html, html } from '../html.ts';
import {
  actButton,
  bytes,
  card,
  duration,
  type Kit,
  link,
  pill,
  query,
  restOf,
  shownOf,
  table,
  tell,
  tellHtml,
  time,
} from '../kit.ts';
import type { DeskPage } from '../page.ts';
import { FEW, fewOf, pageOf } from '../page-of.ts';
import { actAbout, actText } from '../people.ts';
import { hostsCard, hostTroubles } from './hosts.ts';
import { keyRow, keysCard, keyTroubles } from './keys.ts';
import {
  LITTLE_ROOM,
  type SystemAccount,
  type SystemList,
  type SystemModel,
  type SystemStarter,
  systemView,
} from './view.ts';

export const systemPage: DeskPage<SystemModel> = {
  path: 'system',
  line: 'system',
  view: systemView,
  title: (_, t) => tell(t, 'desk.system.title'),
  main(model, t) {
    if (model.part === 'acts') return acts(model, t);
    if (model.part === 'logins') return logins(model, t);
    return model.part === 'all' ? everything(model, t) : list(model, model.part, t);
  },
};

const DAY = 86_400_000;

function everything(model: SystemModel, t: Kit): Html {
  const troubles = troublesOf(model, t);
  const { shares, starters, accounts } = model;
  const areAsked = shares.length === 0 || shares.some(({ state }) => state === 'asked');
  const tone = troubles.length > 0 ? 'bad' : areAsked ? 'grey' : 'ok';
  const well = areAsked ? tell(t, 'desk.system.wellButShares') : tell(t, 'desk.system.well');
  return [
    html`<section class="verdict ${tone}" id="verdict"><h1>${troubles.length === 0 ? well : tell(t, 'desk.system.toSee', { n: troubles.length })}</h1>${troubles.length === 0 ? '' : html`<ul>${troubles.slice(0, FEW).map((one) => html`<li>${one}</li>`)}</ul>`}${shownOf(t, FEW, troubles.length)}</section>`,
    leftoversCard(model, t),
    html`<div class="cols"><div class="stack">${[
      card(
        'schedules',
        tell(t, 'desk.system.schedules'),
        starters.length === 0
          ? html`<p>${tell(t, 'desk.system.noSchedules')}</p>`
          : some(t, 'starters', starters, ({ overdue, late }) => overdue !== null || late, starterRow),
      ),
      card(
        'accounts',
        tell(t, 'desk.system.accounts'),
        accounts.length === 0
          ? html`<p>${tell(t, 'desk.system.noAccounts')}</p>`
          : [
              some(t, 'accounts', accounts, isInTrouble, accountRow),
              accounts.length < 2
                ? ''
                : html`<div class="acts">${actButton(t, 'switch', tell(t, 'desk.system.switchAll'))}</div>`,
            ],
      ),
    ]}</div><div class="stack">${[
      card(
        'shares',
        tell(t, 'desk.system.shares'),
        shares.length === 0
          ? html`<p>${tell(t, 'desk.system.noShares')}</p>`
          : some(t, 'shares', shares, (one) => one.state !== 'answers' || isFull(one), shareRow),
      ),
      hostsCard(model.hosts, t),
      keysCard(model.keys, t),
      card('acts', tell(t, 'desk.system.acts'), [
        actRows(model, t),
        model.acts.length === 0
          ? html`<p>${tell(t, 'desk.system.noActs')}</p>`
          : html`<p><a href="${link(t, query('system', { acts: 'all' }))}">${tell(t, 'desk.system.allActs')}</a></p>`,
      ]),
      card('charge', tell(t, 'desk.system.ledger'), ledgerFacts(t, model)),
    ]}</div></div>`,
  ];
}

/** The first of a list, and the way to all of it. */
function some<T>(
  t: Kit,
  show: SystemList,
  all: readonly T[],
  isTrouble: (one: T) => boolean,
  row: (t: Kit, one: T) => Html,
): Html {
  const few = fewOf(all, isTrouble);
  return [
    html`<ul class="rows">${few.map((one) => row(t, one))}</ul>`,
    restOf(t, few.length, all.length, query('system', { show })),
  ];
}

/** A page of one list. */
function list(model: SystemModel, show: SystemList, t: Kit): Html {
  const frozen = model.keys.frozen !== null;
  const lists = {
    accounts: () => [
      tell(t, 'desk.system.accounts'),
      pieceOf(model.accounts, (one) => one.account, accountRow),
    ],
    shares: () => [tell(t, 'desk.system.shares'), pieceOf(model.shares, (one) => one.root, shareRow)],
    starters: () => [tell(t, 'desk.system.schedules'), pieceOf(model.starters, starterKey, starterRow)],
    keys: () => [
      tell(t, 'desk.keys.title'),
      pieceOf(
        model.keys.lines,
        (one) => one.account,
        (_, one) => keyRow(one, frozen, t),
      ),
    ],
  };
  const [title, body] = lists[show]();
  return [
    html`<h1>${title}</h1>`,
    html`<section class="card" id="list">${body}</section>`,
    html`<p><a href="${link(t, 'system')}">${tell(t, 'desk.system.back')}</a></p>`,
  ];

  function pieceOf<T>(all: readonly T[], keyOf: (one: T) => string, row: (t: Kit, one: T) => Html): Html {
    const { lines, total, next } = pageOf(all, keyOf, model.after);
    const more = link(t, query('system', { show, after: next }));
    return [
      html`<ul class="rows">${lines.map((one) => row(t, one))}</ul>`,
      shownOf(t, lines.length, total),
      next === '' ? '' : html`<p><a href="${more}">${tell(t, 'desk.contacts.next')}</a></p>`,
    ];
  }
}

const starterKey = ({ name, node }: SystemStarter) => `${name} ${node}`;

function isInTrouble({ lock, hold, dataCentre }: SystemAccount): boolean {
  return lock !== null || hold !== null || dataCentre !== 'primary';
}

/** What of an imported flow is still the demo's, until each is changed. */
function leftoversCard({ leftovers }: SystemModel, t: Kit): Html {
  if (leftovers.length === 0) return '';
  const rows = leftovers.flatMap(({ node, name, leftovers: all }) =>
    all.map(
      (one, at) =>
        html`<li data-key="${node}-${at}"><span class="name">${name}</span><span class="sub">${leftoverText(one, t.language)}</span></li>`,
    ),
  );
  return card(
    'leftovers',
    html`${tell(t, 'desk.system.leftovers')} ${pill('warn', String(rows.length))}`,
    html`<p>${tell(t, 'desk.system.leftoversMore')}</p><ul class="rows">${rows.slice(0, FEW)}</ul>${shownOf(t, FEW, rows.length)}`,
  );
}

function troublesOf(model: SystemModel, t: Kit): Html[] {
  const { shares, accounts, ledger, jump, faults, lease, starters, keys } = model;
  const { checked } = ledger;
  return [
    ...(lease === null
      ? [`${tell(t, 'desk.system.charge')}: ${tell(t, 'desk.system.nobody')}`]
      : lease.here
        ? []
        : [elsewhere(lease.owner, t)]),
    ...hostTroubles(model.hosts, t),
    ...(accounts.some(({ deployed }) => deployed) ? [] : [tell(t, 'desk.system.noneDeployed')]),
    ...starters.flatMap(({ name, overdue }) =>
      overdue === null ? [] : [`${name}: ${tell(t, 'desk.system.notBegun', { due: time(t, overdue) })}`],
    ),
    ...shares
      .filter((one) => one.state === 'fault' || one.state === 'silent')
      .map(
        ({ root, state, fault }) =>
          html`${root}: ${t.language === 'en' && fault !== '' ? fault : tell(t, `desk.system.room.${state}`)}${t.language === 'en' ? '' : html` ${verbatim(t, fault)}`}`,
      ),
    ...shares
      .filter(isFull)
      .map(({ root, free }) => `${root}: ${tell(t, 'desk.system.nearlyFull')}, ${bytes(free ?? 0)}`),
    ...accounts.flatMap(({ account, lock, dataCentre, hold }) => [
      ...(lock === null ? [] : [html`${account}: ${lockedText(t, lock)}`]),
      ...(hold === null ? [] : [html`${account}: ${waitsText(t, hold)}`]),
      ...(dataCentre === null ? [`${account}: ${tell(t, 'desk.system.centreUnknown')}`] : []),
      ...(dataCentre === 'secondary' ? [`${account}: ${tell(t, 'desk.system.centre.secondary')}`] : []),
    ]),
    ...keyTroubles(keys, t),
    ...(checked === null || checked.changed === 0
      ? []
      : [
          `${tell(t, 'desk.system.ledger')}: ${tell(t, 'desk.system.checkedBad', { time: time(t, checked.at), n: checked.changed })}`,
        ]),
    ...(jump === null
      ? []
      : [tell(t, 'desk.system.jump', { time: time(t, jump.at), span: duration(t, Math.abs(jump.ms)) })]),
    ...faults.map(
      (fault) => html`${fault.node}: ${t.language === 'en' ? faultText(t, fault) : faultWithCure(t, fault)}`,
    ),
  ];
}

type Known<K extends keyof SystemAccount> = NonNullable<SystemAccount[K]>;

function lockedText(t: Kit, lock: Known<'lock'>): Html {
  return tellHtml(t, 'desk.system.locked', { time: time(t, lock.at), reason: whyNoLogin(t, lock) });
}

function waitsText(t: Kit, hold: Known<'hold'>): Html {
  return tellHtml(t, 'desk.system.waits', { time: time(t, hold.until), reason: whyNoLogin(t, hold) });
}

function whyNoLogin(t: Kit, { reason, cause }: Pick<Known<'hold'>, 'reason' | 'cause'>): Html {
  const known = cause === undefined ? undefined : loginReasonText(t.language, cause);
  return known ?? verbatim(t, reason);
}

function elsewhere(owner: string, t: Kit): string {
  return `${tell(t, 'desk.system.charge')}: ${tell(t, 'desk.system.elsewhere', { owner: shortOwner(owner) })}`;
}

function isFull({ free }: SystemModel['shares'][number]): boolean {
  return free !== null && free < LITTLE_ROOM;
}

function shareRow(t: Kit, share: SystemModel['shares'][number]): Html {
  const { root, state, fault, free, size, at, abilities } = share;
  const tone = state === 'answers' ? (isFull(share) ? 'bad' : 'ok') : state === 'asked' ? 'grey' : 'bad';
  const room =
    free === null || size === null
      ? ''
      : tell(t, 'desk.system.free', { free: bytes(free), size: bytes(size) });
  const text =
    state === 'answers' && isFull(share)
      ? tell(t, 'desk.system.nearlyFull')
      : tell(t, `desk.system.room.${state}`);
  const facts = [
    room,
    verbatim(t, fault),
    state === 'asked' ? '' : tell(t, 'desk.system.asked', { time: time(t, at) }),
    abilities,
  ];
  const again = t.acts.includes('deliver-many')
    ? html`<span class="sub"><a href="${link(t, query('deliver', { share: root }))}">${tell(t, 'desk.system.again')}</a></span>`
    : '';
  return html`<li><span class="name">${root}</span><span>${pill(tone, text)}</span>${rowSub(facts)}${again}</li>`;
}

/** A line below, when there is anything to say. */
function rowSub(facts: readonly Html[]): Html {
  const said = facts.filter((one) => one !== '');
  if (said.length === 0) return '';
  return html`<span class="sub">${said.map((one, at) => (at === 0 ? one : [' · ', one]))}</span>`;
}

function starterRow(t: Kit, { node, type, name, flow, atWork, next, last, late }: SystemStarter): Html {
  const when =
    type === 'inject'
      ? tell(t, 'desk.system.byHand')
      : last === null
        ? tell(t, 'desk.system.never')
        : tell(t, 'desk.system.lastRun', { due: time(t, last.due), at: time(t, last.begunAt) });
  const state =
    atWork.length > 0
      ? html`<span class="sub">${pill('grey', tell(t, 'desk.system.underWay', { accounts: atWork.join(', ') }))}</span>`
      : html`<span class="sub acts">${actButton(t, 'run-now', tell(t, 'desk.system.runNow'), { node })}</span>`;
  return html`<li id="starter-${node}"><span class="name">${name}</span><span>${late ? pill('warn', tell(t, 'desk.system.late')) : next === null ? '' : html`<span class="n">${tell(t, 'desk.system.nextRun', { time: time(t, next) })}</span>`}</span><span class="sub n">${[when, flow].filter((one) => one !== '').join(' · ')}</span>${state}</li>`;
}

function accountRow(t: Kit, one: SystemAccount): Html {
  const { account, deployed, dataCentre, decision, lock, hold, logins, today, key, addresses } = one;
  const centre =
    dataCentre === null
      ? pill('bad', tell(t, 'desk.system.centreUnknown'))
      : pill(dataCentre === 'primary' ? 'ok' : 'bad', tell(t, `desk.system.centre.${dataCentre}`));
  const name =
    decision === null || decision.second === ''
      ? (decision?.by ?? '')
      : tell(t, 'desk.system.withSecond', { name: decision.by, second: decision.second });
  const behind =
    decision === null
      ? tell(t, 'desk.system.notDecided')
      : [
          tell(t, 'desk.system.decided', { name, time: time(t, decision.at), reason: decision.reason }),
          ...(decision.until === null
            ? []
            : [tell(t, 'desk.system.until', { time: time(t, decision.until) })]),
        ].join(', ');
  const last = logins.map(({ at, address }) => `${time(t, at)} ${address}`).join(' · ');
  return html`<li id="account-${account}"><span class="name">${account}</span><span>${centre}</span><span class="sub">${behind}</span>${
    lock === null
      ? ''
      : html`<span class="sub fault">${lockedText(t, lock)}</span><span class="sub acts">${actButton(t, 'unlock', tell(t, 'desk.system.unlock'), { account })}</span>`
  }${hold === null ? '' : html`<span class="sub">${waitsText(t, hold)}</span>`}<span class="sub"><dl><dt>${tell(t, 'desk.system.lastLogins')}</dt><dd class="n">${last === '' ? tell(t, 'desk.system.noLogins') : last}${logins.length === 0 ? '' : html` · <a href="${link(t, query('system', { logins: account }))}">${tell(t, 'desk.system.allLogins', { account })}</a>`} · ${tell(t, 'desk.system.today', { n: today })}</dd><dt>${tell(t, 'desk.system.key')}</dt><dd class="n">${key === null ? tell(t, 'desk.system.noKey') : html`${tell(t, 'desk.system.keySince', { time: time(t, key.since) })} (${tell(t, 'desk.system.keyDays', { n: Math.floor((t.now - key.since) / DAY) })}) · ${key.fingerprint}`}</dd>${addresses.length === 0 ? '' : html`<dt>${tell(t, 'desk.system.addresses')}</dt><dd class="n">${addresses.join(', ')}</dd>`}</dl></span>${deployed ? html`<span class="sub acts">${actButton(t, 'switch', tell(t, 'desk.system.switchCentre'), { account, dataCentre: dataCentre === 'secondary' ? 'primary' : 'secondary' })}</span>` : html`<span class="sub">${tell(t, 'desk.system.notDeployed')}</span>`}</li>`;
}

/** Host and process of a name of a lease: 'ops-1:28557' of 'ops-1:28557:2764241@44c9'. */
function shortOwner(owner: string): string {
  return owner.replace(/^(.*:\d+):[^:]*$/, '$1');
}

function ledgerFacts(t: Kit, { lease, ledger, release }: SystemModel): Html {
  const { bytes: size, records, sealedAt, checked } = ledger;
  const facts: [string, string][] = [
    [
      tell(t, 'desk.system.charge'),
      lease === null
        ? tell(t, 'desk.system.nobody')
        : tell(t, lease.here ? 'desk.system.here' : 'desk.system.elsewhere', {
            owner: shortOwner(lease.owner),
          }),
    ],
    [tell(t, 'desk.system.release'), release],
    [tell(t, 'desk.system.size'), `${bytes(size)} · ${tell(t, 'desk.system.records', { n: records })}`],
    [tell(t, 'desk.system.sealed'), sealedAt === null ? '' : time(t, sealedAt)],
    [
      tell(t, 'desk.system.checked'),
      checked === null
        ? tell(t, 'desk.system.notChecked')
        : tell(t, checked.changed === 0 ? 'desk.system.checkedGood' : 'desk.system.checkedBad', {
            time: time(t, checked.at),
            n: checked.changed,
          }),
    ],
  ];
  return html`<dl>${facts.filter(([, text]) => text !== '').map(([name, text]) => html`<dt>${name}</dt><dd class="n">${text}</dd>`)}</dl>`;
}

function actRows({ acts: all }: Pick<SystemModel, 'acts'>, t: Kit): Html {
  return html`<ul class="rows">${all.map((one) => {
    const about = actAbout(one);
    return html`<li><span class="name">${one.who}: ${actText(t, one.what)}</span><span class="n">${time(t, one.at)}</span><span class="sub">${[about, one.why].filter((text) => text !== '').join(' · ')}</span></li>`;
  })}</ul>`;
}

/** What people did: switched, released, acknowledged, moved, begun by hand. */
function acts(model: SystemModel, t: Kit): Html {
  const { moreActs: more } = model;
  return [
    html`<h1>${tell(t, 'desk.system.acts')}</h1>`,
    html`<section class="card" id="list">${model.acts.length === 0 ? html`<p>${tell(t, 'desk.system.noActs')}</p>` : actRows(model, t)}</section>`,
    html`<p>${more === 0 ? '' : html`<a href="${link(t, query('system', { acts: more }))}">${tell(t, 'desk.system.earlier')}</a> · `}<a href="${link(t, 'system')}">${tell(t, 'desk.system.back')}</a></p>`,
  ];
}

function logins({ accounts }: SystemModel, t: Kit): Html {
  return [
    accounts.map(({ account, logins }) => [
      html`<h1>${tell(t, 'desk.system.lastLogins')}: ${account}</h1>`,
      html`<section class="card" id="list">${
        logins.length === 0
          ? html`<p>${tell(t, 'desk.system.noLogins')}</p>`
          : table(
              `${tell(t, 'desk.system.lastLogins')}: ${account}`,
              [tell(t, 'desk.system.time'), tell(t, 'desk.system.address'), ''],
              logins.map(({ at, address, dataCentre }) => [
                time(t, at),
                address,
                tell(t, `desk.system.centre.${dataCentre}`),
              ]),
            )
      }</section>`,
    ]),
    html`<p><a href="${link(t, 'system')}">${tell(t, 'desk.system.back')}</a></p>`,
  ];
}

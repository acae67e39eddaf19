/** The keys of the accounts on the page of the system: until when each may be used, and how far its renewal is. */

import { frozenBy } from '../../accounts/key-freeze.ts';
import { asRapError } from '../../errors/rap-error.ts';
import type { ReadLedger } from '../../ledger/read-ledger.ts';
import { type KeyTerm, keyTerms } from '../../mail/key-terms.ts';
import { type Renewal, renewalOf } from '../../practice/renew-key.ts';
import { type Fault, faultWithCure } from '../fault.ts';
import { type Html, html } from '../html.ts';
import { keyTone } from '../key-tone.ts';
import { actButton, card, type Kit, pill, query, restOf, tell, time } from '../kit.ts';
import type { Live } from '../live.ts';
import type { Ask } from '../page.ts';
import { fewOf } from '../page-of.ts';

export type KeysAsk = {
  ledger: Pick<ReadLedger, 'accountKeys' | 'practice'>;
  live: Pick<Live, 'facts'>;
  site: Pick<Ask['site'], 'read'>;
  now: number;
};

export interface KeyLine {
  account: string;
  /** null where the account has used no key yet, and nobody has entered an end. */
  term: KeyTerm | null;
  /** 'pasted' into Node-RED, in a file, or of an account that is not deployed now. */
  place: 'file' | 'pasted' | 'not deployed';
  /** Of a key in a file. */
  renewal: Omit<Renewal, 'old'> | null;
  /** Why nothing can be said of its renewal, or null. */
  fault: Fault | null;
}

export interface KeysModel {
  lines: KeyLine[];
  /** The practice session that forbids to touch a key now. */
  frozen: { title: string; to: string } | null;
}

export async function keysOf({ ledger, live, site, now }: KeysAsk): Promise<KeysModel> {
  const rules = await site.read().catch(() => undefined);
  // With calendars that cannot be read no business day is counted; the date that was entered stands all the same.
  const terms: KeyTerm[] =
    rules === undefined
      ? (await ledger.accountKeys.keyLives()).map((life) => ({ ...life, daysLeft: null }))
      : await keyTerms(ledger, rules.calendars, now);
  const deployed = new Map(
    live.facts.flatMap((one) => (one.kind === 'account' ? [[one.account, one] as const] : [])),
  );
  const lines: KeyLine[] = [];
  for (const account of [...new Set([...deployed.keys(), ...terms.map((one) => one.account)])].sort()) {
    const file = deployed.get(account)?.keyFile;
    const term = terms.find((one) => one.account === account) ?? null;
    const place = file === undefined ? 'not deployed' : file === '' ? 'pasted' : 'file';
    const line: KeyLine = { account, term, place, renewal: null, fault: null };
    if (file !== undefined && file !== '') {
      try {
        const { old: _, ...renewal } = await renewalOf(ledger, account, file);
        line.renewal = renewal;
      } catch (thrown) {
        const { code, message, cure } = asRapError(thrown);
        line.fault = { code, message, cure };
      }
    }
    lines.push(line);
  }
  const plan = await frozenBy(ledger, now);
  return { lines, frozen: plan === undefined ? null : { title: plan.title, to: plan.keyFreeze.to } };
}

/** Keys that a person must see to now, as sentences. */
export function keyTroubles({ lines }: KeysModel, t: Kit): string[] {
  return lines
    .filter(({ term }) => keyTone(term?.daysLeft ?? null) === 'bad')
    .map(({ account, term }) => `${account}: ${term === null ? '' : termText(term, t)}`);
}

/** Until when it may be used, and how many business days that are. */
export function termText({ until, daysLeft }: Pick<KeyTerm, 'until' | 'daysLeft'>, t: Kit): string {
  if (until === '') return tell(t, 'desk.keys.endUnknown');
  if (daysLeft === null) return tell(t, 'desk.keys.until', { until });
  return daysLeft < 0
    ? tell(t, 'desk.keys.over', { until })
    : tell(t, 'desk.keys.left', { until, n: daysLeft });
}

export function keysCard({ lines, frozen }: KeysModel, t: Kit): Html {
  if (lines.length === 0) return '';
  const few = fewOf(lines, ({ term, fault }) => fault !== null || keyTone(term?.daysLeft ?? null) === 'bad');
  const freeze =
    frozen === null
      ? ''
      : html`<p>${pill('warn', tell(t, 'desk.keys.frozen'))} ${tell(t, 'desk.keys.frozenUntil', { to: frozen.to, title: frozen.title })}</p>`;
  return card('keys', tell(t, 'desk.keys.title'), [
    freeze,
    html`<ul class="rows">${few.map((line) => keyRow(line, frozen !== null, t))}</ul>`,
    restOf(t, few.length, lines.length, query('system', { show: 'keys' })),
  ]);
}

export function keyRow(line: KeyLine, isFrozen: boolean, t: Kit): Html {
  const { account, term } = line;
  const days = term?.daysLeft ?? null;
  const mark =
    term === null || term.until === ''
      ? pill('grey', tell(t, 'desk.keys.noEnd'))
      : pill(
          keyTone(days),
          days === null
            ? term.until
            : days < 0
              ? tell(t, 'desk.keys.isOver')
              : tell(t, 'desk.keys.days', { n: days }),
        );
  const facts = [
    term === null ? tell(t, 'desk.keys.noKey') : termText(term, t),
    term === null || term.firstUsedAt === null
      ? ''
      : tell(t, 'desk.keys.firstUsed', { time: time(t, term.firstUsedAt) }),
    term?.fingerprint ?? '',
  ];
  return html`<li id="key-${account}"><span class="name">${account}</span><span>${mark}</span><span class="sub n">${facts.filter((one) => one !== '').join(' · ')}</span>${renewal(line, isFrozen, t)}</li>`;
}

/** Where the renewal stands, and the buttons of the steps that can be taken from there. */
function renewal({ account, place, renewal: of, fault }: KeyLine, isFrozen: boolean, t: Kit): Html {
  if (fault !== null) return html`<span class="sub fault">${faultWithCure(t, fault)}</span>`;
  if (of === null)
    return html`<span class="sub">${place === 'pasted' ? tell(t, 'desk.keys.pasted') : tell(t, 'desk.keys.notDeployed')}</span>`;
  const { state, file, fingerprint, publicKey } = of;
  const step = (act: string, label: string, kind?: 'first') =>
    isFrozen ? '' : actButton(t, act, label, { account }, kind);
  const acts = {
    none: step('renew-key', tell(t, 'desk.keys.renew')),
    made: [
      step('key-registered', tell(t, 'desk.keys.registered'), 'first'),
      step('key-undo', tell(t, 'desk.keys.undo')),
    ],
    'in place': step('key-undo', tell(t, 'desk.keys.undo')),
    used: step('key-finish', tell(t, 'desk.keys.finish'), 'first'),
  }[state];
  const more =
    state === 'none'
      ? ''
      : html`<span class="sub"><b>${tell(t, `desk.keys.states.${state}`)}</b> ${state === 'made' ? '' : html`<span class="n">${fingerprint}</span>`}</span>`;
  const shown =
    publicKey === ''
      ? ''
      : html`<span class="sub">${tell(t, 'desk.keys.publicKey')} (${fingerprint}):<br><code>${publicKey}</code></span>`;
  return [html`<span class="sub">${file}</span>`, more, shown, html`<span class="sub acts">${acts}</span>`];
}

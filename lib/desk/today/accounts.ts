/** What is awaited and what is here, account by account. */
import {
  type Found,
  type FoundReport,
  isHere,
  isOpen,
  reportName,
  type Shortfall,
  summaryOf,
} from '../../model/completeness.ts';
import { shortfallText, stateText, timeText } from '../../model/completeness-text.ts';
import { installations } from '../../model/installations.ts';
import { detailsOf, faultWithCure, toldFault } from '../fault.ts';
import { type Html, html } from '../html.ts';
import { card, type Kit, link, pill, query, shownOf, tell, time } from '../kit.ts';
import type { AccountToday } from './facts.ts';
import { countOf, keyOf } from './verdict.ts';
import type { TodayModel } from './view.ts';

/** So many reports that are well stand on the page at once. */
const SHOWN = 3;

/** Reports that are late, at risk, due or of which nobody can say. */
export function openNow(found: Found): FoundReport[] {
  const { trouble, due } = summaryOf(found);
  return [...trouble, ...due];
}

/**
 * The card of each account; of many those with something open first, and the others as a line each that leads to theirs.
 */
export function accountCards({ accounts, only }: TodayModel, t: Kit): Html {
  const chosen = accounts.filter(({ account }) => account === only);
  if (chosen.length > 0)
    return html`${chosen.map((one) => accountCard(one, t, MOST_REPORTS.alone))}<p><a href="${link(t, '')}">${tell(t, 'desk.today.allAccounts')}</a></p>`;
  const sorted =
    accounts.length <= MOST_CARDS ? accounts : accounts.toSorted((a, b) => gravity(a) - gravity(b));
  const most = accounts.length === 1 ? MOST_REPORTS.alone : MOST_REPORTS.each;
  const cards = sorted.slice(0, MOST_CARDS).map((one) => accountCard(one, t, most));
  if (accounts.length <= MOST_CARDS) return cards;
  const others = sorted.slice(MOST_CARDS);
  const rows = others
    .slice(0, MOST_ROWS)
    .map(
      (one) =>
        html`<li><a class="name" href="${accountLink(one, t)}">${one.account}</a><span>${countPill(one, t)}</span></li>`,
    );
  const title = tell(t, 'desk.today.otherAccounts', { n: others.length });
  return html`${cards}${card('accounts', title, [html`<ul class="rows">${rows}</ul>`, shownOf(t, rows.length, others.length)])}`;
}

/** Cards of accounts, and lines of others besides. */
const MOST_CARDS = 6;
const MOST_ROWS = 40;
/** Reports in one list of a card, and where its account is asked for alone. */
const MOST_REPORTS = { each: 10, alone: 60 } as const;

/** What cannot be told or is late comes first, then what is due, then what is not filed. */
function gravity(one: AccountToday): number {
  if (one.found === undefined || summaryOf(one.found).trouble.length > 0) return 0;
  if (openNow(one.found).length > 0) return 1;
  const { onShare, all } = countOf(one);
  return onShare < all ? 2 : 3;
}

const accountLink = ({ account }: AccountToday, t: Kit) => link(t, query('', { account }));

function countPill(one: AccountToday, t: Kit): Html {
  const { found } = one;
  if (found === undefined) return pill('bad', tell(t, 'desk.today.cannotSay'));
  const { onShare, all } = countOf(one);
  if (all === 0) return pill('grey', tell(t, 'desk.today.noneExpected'));
  // In the morning nothing is there, and nothing is wrong.
  const isCalm = openNow(found).length === 0 && found.reports.filter(isHere).length === one.filed.length;
  const tone = onShare === all ? 'ok' : isCalm ? 'grey' : 'warn';
  return pill(tone, tell(t, 'desk.today.onShares', { here: onShare, all }));
}

/** @param most reports of one list */
function accountCard(one: AccountToday, t: Kit, most: number): Html {
  const { account, installation, found, lastLook, dataCentre } = one;
  const looked =
    lastLook === null
      ? tell(t, 'desk.today.neverLooked')
      : tell(t, 'desk.today.lastLook', { time: time(t, lastLook) });
  const away = dataCentre === 'secondary' ? pill('bad', tell(t, 'desk.today.secondary')) : '';
  const title = html`${installations[installation].title} ${countPill(one, t)}${away} <small>${account} · ${looked}</small>`;
  const body =
    found === undefined ? html`<p class="fault">${faultOf(one, t)}</p>` : reports(one, found, t, most);
  return card(`account-${account.replaceAll(/[^\w-]/g, '_')}`, title, body);
}

function faultOf({ fault: message, code, cure }: AccountToday, t: Kit): Html {
  return faultWithCure(t, { message, code, cure });
}

function reports(one: AccountToday, found: Found, t: Kit, most: number): Html {
  const isWell = (report: FoundReport) => isHere(report) && one.filed.includes(keyOf(report));
  const open = found.reports.filter((report) => !isWell(report));
  const urgent = (report: FoundReport) => (isOpen(report) && (report.about ?? 0) <= found.at ? 0 : 1);
  const sorted = open.toSorted(
    (a, b) => urgent(a) - urgent(b) || (a.about ?? Infinity) - (b.about ?? Infinity),
  );
  const well = found.reports
    .filter(isWell)
    .toSorted((a, b) => (one.arrived[keyOf(b)] ?? 0) - (one.arrived[keyOf(a)] ?? 0));
  const first = sorted.filter((report) => urgent(report) === 0 || isHere(report));
  const later = sorted.filter((report) => !first.includes(report));
  const rest = (n: number) =>
    n <= 0
      ? ''
      : html`<p><a href="${most === MOST_REPORTS.alone ? link(t, query('history', { account: one.account, date: found.today })) : accountLink(one, t)}">${tell(t, 'desk.today.more', { n })}</a></p>`;
  const list = (some: readonly FoundReport[]) =>
    html`<ul class="rows">${some.slice(0, most).map((report) => row(report, one, found, t))}</ul>${rest(some.length - most)}`;
  const fold = (some: readonly FoundReport[], label: string, key: string) =>
    some.length === 0
      ? ''
      : html`<details data-key="${key}"><summary>${label}</summary>${list(some)}</details>`;
  const notAccepted = found.unaccepted.length;
  return html`${list([...first, ...well.slice(0, SHOWN)])}${fold(later, tell(t, 'desk.today.laterMore', { n: later.length }), 'later')}${fold(well.slice(SHOWN), tell(t, 'desk.today.moreOnShares', { n: well.length - SHOWN }), 'well')}${found.shortfalls.slice(0, most).map((one) => html`<p class="soft">${shortfall(one, t)}</p>`)}${notAccepted > 0 ? html`<p class="soft">${tell(t, 'desk.today.notAccepted', { n: notAccepted })}</p>` : ''}`;
}

/** Why the answer is not whole; of an error with its sentence behind it. */
function shortfall(one: Shortfall, t: Kit): Html {
  if (one.kind !== 'not computed') return shortfallText(one, t.language);
  const told = toldFault(t, { code: one.code ?? '', message: one.reason });
  return html`${shortfallText({ kind: one.kind, reason: told.what }, t.language)}${detailsOf(t, told)}`;
}

const bad: readonly string[] = ['missing', 'late', 'unknown'];
const calm: readonly string[] = ['awaited', 'due', 'no-time-known'];

function row(report: FoundReport, one: AccountToday, found: Found, t: Kit): Html {
  const { state, about, lateAfter, cutOff, lacking, lastLook, closed, moved, businessDate } = report;
  const key = keyOf(report);
  const [came, filed] = [one.arrived[key], one.filed.includes(key)];
  const at = (moment: number) => timeText(moment, found.today);
  const tone = bad.includes(state) ? 'bad' : filed ? 'ok' : calm.includes(state) ? 'grey' : 'warn';
  const right =
    came !== undefined
      ? time(t, came)
      : lateAfter === null
        ? ''
        : tell(t, 'desk.today.due', { time: at(lateAfter) });
  const halves = (lacking ?? []).map((half) => half || tell(t, 'desk.today.wholeHalf')).join(', ');
  const open = came === undefined && closed === undefined;
  const notes = [
    ...(isHere(report) && !filed ? [tell(t, 'desk.today.notFiled')] : []),
    ...(halves === '' ? [] : [tell(t, 'desk.today.lacking', { halves })]),
    ...(open && about !== null ? [tell(t, 'desk.today.usual', { time: at(about) })] : []),
    ...(open && cutOff !== null ? [tell(t, 'desk.today.cutOffAt', { time: at(cutOff) })] : []),
    ...(open && about !== null && about <= found.at && lastLook !== undefined
      ? [tell(t, 'desk.today.looked', { time: at(lastLook.at) })]
      : []),
    ...(closed === undefined ? [] : [tell(t, 'desk.today.closedBy', { ...closed })]),
    ...(moved === undefined ? [] : [tell(t, 'desk.today.movedBy', { ...moved })]),
  ];
  const date = businessDate === found.today ? '' : ` (${businessDate})`;
  const name = `${reportName(report)}${date}`;
  const history = query('history', { q: report.report, date: businessDate });
  const named = t.lines.includes('history') ? html`<a href="${link(t, history)}">${name}</a>` : name;
  return html`<li data-key="${key}"><span class="name">${named} ${pill(tone, stateText(state, t.language))}</span><span class="n">${right}</span>${notes.length > 0 ? html`<span class="sub">${notes.join(' · ')}</span>` : ''}</li>`;
}

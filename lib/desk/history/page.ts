/** History: what came, when, and where it lies. */

import { t as translated } from '../../i18n/translate.ts';
import type { ListedReport } from '../../ledger/ledger.ts';
import { reportName } from '../../model/completeness.ts';
import { stateText, timeText } from '../../model/completeness-text.ts';
import { type Html, html } from '../html.ts';
import { bytes, card, type Kit, link, longDate, pill, query, tell, time } from '../kit.ts';
import { type DeskFile, page } from '../page.ts';
import { csvOf } from './csv.ts';
import {
  type HistoryModel,
  type HistoryQuery,
  historyView,
  MOST_ROWS,
  readQuery,
  reportQuery,
} from './view.ts';

export const historyPage = page<HistoryModel>({
  path: 'history',
  line: 'history',
  view: historyView,
  title: (_model, t) => tell(t, 'desk.frame.menu.history'),
  main: (model, t) =>
    html`${searchCard(model, t)}${expectedCard(model, t)}${foundCard(model, t)}${othersCard(model, t)}`,
});

/** The same list, whole; what is more than one file holds is in the next, and each says that it is a part. */
export const historyFile: DeskFile = {
  path: 'history.csv',
  async file({ ledger, names, now, language }, asked) {
    const wanted = readQuery(asked);
    const found: ListedReport[] = [];
    for (let { before } = wanted; found.length <= MOST_ROWS; before = found.at(-1)?.versionId ?? 0) {
      const some = await ledger.reportSearch.findReports(reportQuery({ ...wanted, before }, 500, now), names);
      found.push(...some);
      if (some.length < 500) break;
    }
    const reports = found.slice(0, MOST_ROWS);
    const notes: string[] = [];
    if (wanted.before !== 0) notes.push(translated(language, 'desk.history.csvNewer'));
    if (found.length > MOST_ROWS) {
      const next = query('history.csv', { ...wanted, before: reports.at(-1)?.versionId ?? 0 });
      const values = { n: reports.length, address: `/rap-ops/${next}` };
      notes.push(translated(language, 'desk.history.csvOlder', values));
    }
    const part = notes.length === 0 ? [] : ['PART', wanted.before === 0 ? '' : `before-${wanted.before}`];
    const name = ['rap-reports', wanted.date, wanted.account, wanted.code, wanted.only, ...part]
      .filter((one) => one !== '')
      .join('-');
    return { name: `${name}.csv`, type: 'text/csv; charset=utf-8', body: csvOf(reports, notes) };
  },
};

const address = (t: Kit, { before, ...of }: HistoryQuery, changes: Partial<HistoryQuery> = {}) =>
  link(t, query('history', { ...of, before: before === 0 ? '' : before, ...changes }));

function searchCard({ query: of, accounts, days }: HistoryModel, t: Kit): Html {
  const choice = accounts.map(
    (one) => html`<option value="${one}"${one === of.account ? html` selected` : ''}>${one}</option>`,
  );
  const day = (date: string) =>
    html`<a class="button second" href="${address(t, { ...of, before: 0 }, { date })}">${date}</a>`;
  const any =
    of.date === ''
      ? ''
      : html`<a class="button second" href="${address(t, { ...of, before: 0 }, { date: '' })}">${tell(t, 'desk.history.allDates')}</a>`;
  const amended =
    of.only !== ''
      ? ''
      : html`<a class="button second" href="${link(t, query('history', { account: of.account, only: 'amended' }))}">${tell(t, 'desk.history.onlyAmended')}</a>`;
  return html`<section class="card" id="search"><h1>${tell(t, 'desk.frame.menu.history')}</h1><form method="get" action="${link(t, 'history')}" role="search"><label>${tell(t, 'desk.history.search')} <span class="soft">(${tell(t, 'desk.history.hint')})</span><input type="search" name="q" value="${of.q}" maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search"></label><div class="cols"><label>${tell(t, 'desk.history.date')}<input type="date" name="date" value="${of.date}"></label><label>${tell(t, 'desk.history.account')}<select name="account"><option value="">${tell(t, 'desk.history.any')}</option>${choice}</select></label></div>${of.code === '' ? '' : html`<label>${tell(t, 'desk.history.code')}<input name="code" value="${of.code}" maxlength="20"></label>`}<div class="acts"><button type="submit">${tell(t, 'desk.history.find')}</button>${day(days.before)}${of.date === '' ? '' : day(days.after)}${any}${amended}</div></form></section>`;
}

function foundCard({ query: of, reports, next, total }: HistoryModel, t: Kit): Html {
  const name =
    of.only !== ''
      ? tell(t, 'desk.history.onlyAmended')
      : of.date === ''
        ? tell(t, 'desk.frame.menu.history')
        : longDate(t, of.date);
  const title =
    total === null ? name : html`${name} <small>${tell(t, 'desk.history.received', { n: total })}</small>`;
  if (reports.length === 0) return card('found', title, html`<p>${tell(t, 'desk.history.none')}</p>`);
  const { q, date, account, code } = of;
  const again =
    t.acts.includes('deliver-many') && `${q}${date}${code}` !== ''
      ? html`<a class="button second" href="${link(t, query('deliver', { q, date, account, code }))}">${tell(t, 'desk.history.again')}</a>`
      : '';
  const isLong = next !== 0 || of.before !== 0;
  const links = html`<div class="acts">${next === 0 ? '' : html`<a class="button second" href="${address(t, of, { before: next })}">${tell(t, 'desk.history.more')}</a>`}${of.before === 0 ? '' : html`<a class="button second" href="${address(t, { ...of, before: 0 })}">${tell(t, 'desk.history.first')}</a>`}<a class="button second" href="${link(t, query('history.csv', { ...of, before: '' }))}" download>${tell(t, 'desk.history.csv')}</a>${again}</div>${isLong ? html`<p class="soft">${tell(t, 'desk.history.csvNote', { n: MOST_ROWS })}</p>` : ''}`;
  return card('found', title, html`<ul class="rows">${reports.map((one) => row(one, t))}</ul>${links}`);
}

/** One received report as a line of a list, with the way to its story. */
export function row(one: ListedReport, t: Kit): Html {
  const facts = [
    one.account,
    one.businessDate,
    one.sequence === '' ? '' : tell(t, 'desk.history.set', { set: one.sequence }),
    time(t, one.receivedAt),
    bytes(one.bytes),
    ...one.places.map(({ share }) => share),
    one.inside === 'warnings' ? tell(t, 'desk.history.warned') : '',
    one.cleanedAt === null ? '' : tell(t, 'desk.history.cleaned'),
  ].filter((fact) => fact !== '');
  return html`<li data-key="report-${one.versionId}"><a class="name" href="${link(t, `report/${one.versionId}`)}">${one.name}</a><span>${statePill(one, t)}</span><span class="sub">${facts.join(' · ')}</span></li>`;
}

/** Where a report stands, the gravest first. */
export function statePill(one: ListedReport, t: Kit): Html {
  if (one.places.some(({ state }) => state === 'gone' || state === 'changed'))
    return pill('bad', tell(t, 'desk.history.lost'));
  if (one.routedAt === null) return pill('warn', tell(t, 'desk.history.notEverywhere'));
  return one.amended
    ? pill('warn', tell(t, 'desk.history.amended'))
    : pill('ok', tell(t, 'desk.history.onShares'));
}

function expectedCard({ expected, expectedLeft }: HistoryModel, t: Kit): Html {
  if (expected.length === 0) return '';
  const rows = expected.map((one) => {
    const state = stateText(one.state, t.language);
    const grave = one.state === 'missing' || one.state === 'late';
    const due =
      one.lateAfter === null
        ? state
        : tell(t, 'desk.history.due', { state, time: timeText(one.lateAfter, one.businessDate) });
    return html`<li data-key="${`${one.account} ${reportName(one)} ${one.businessDate}`}"><a class="name" href="${link(t, query('awaited', { account: one.account, report: one.report, set: one.set, date: one.businessDate }))}">${reportName(one)}</a><span>${pill(grave ? 'bad' : 'grey', state)}</span><span class="sub">${one.account} · ${one.businessDate} · ${due}</span></li>`;
  });
  const left =
    expectedLeft === 0 ? '' : html`<p class="soft">${tell(t, 'desk.history.left', { n: expectedLeft })}</p>`;
  return card('expected', tell(t, 'desk.history.expected'), html`<ul class="rows">${rows}</ul>${left}`);
}

function othersCard({ others, othersLeft }: HistoryModel, t: Kit): Html {
  if (others.length === 0) return '';
  const rows = others.map((one) => {
    const isHeld = one.kind === 'quarantine' || one.kind === 'refused';
    return html`<li data-key="${one.kind}-${one.id}"><a class="name" href="${link(t, `story/${one.kind}/${one.id}`)}">${one.path}</a><span>${pill(isHeld ? 'bad' : 'warn', tell(t, `desk.history.kinds.${one.kind}`))}</span><span class="sub">${one.account} · ${time(t, one.at)}</span></li>`;
  });
  const left = othersLeft ? html`<p class="soft">${tell(t, 'desk.history.othersLeft')}</p>` : '';
  return card('others', tell(t, 'desk.history.others'), html`<ul class="rows">${rows}</ul>${left}`);
}

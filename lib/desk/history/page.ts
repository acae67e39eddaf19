/** History: what came, when, and where it lies. */
import type { ListedReport } from '../../ledger/ledger.ts';
import { reportName } from '../../model/completeness.ts';
import { stateText, timeText } from '../../model/completeness-text.ts';
import { type Html, html } from '../html.ts';
import { bytes, card, type Kit, link, longDate, pill, query, tell, time } from '../kit.ts';
import { type DeskFile, page } from '../page.ts';
import { words as frameWords } from '../texts.ts';
import { csvOf } from './csv.ts';
import { words } from './texts.ts';
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
  title: (_model, t) => frameWords[t.language].menu.history,
  main: (model, t) =>
    html`${searchCard(model, t)}${expectedCard(model, t)}${foundCard(model, t)}${othersCard(model, t)}`,
});

/** The same list, whole, as far as people open such a file. */
export const historyFile: DeskFile = {
  path: 'history.csv',
  async file({ ledger, names }, asked) {
    const wanted = readQuery(asked);
    const reports: ListedReport[] = [];
    for (let before = wanted.before; reports.length < MOST_ROWS; ) {
      const some = await ledger.reportSearch.findReports(reportQuery({ ...wanted, before }, 500), names);
      reports.push(...some);
      if (some.length < 500) break;
      before = some.at(-1)?.versionId ?? 0;
    }
    const name = ['rap-reports', wanted.date, wanted.account, wanted.code]
      .filter((part) => part !== '')
      .join('-');
    return { name: `${name}.csv`, type: 'text/csv; charset=utf-8', body: csvOf(reports) };
  },
};

const address = (t: Kit, { before, ...of }: HistoryQuery, changes: Partial<HistoryQuery> = {}) =>
  link(t, query('history', { ...of, before: before === 0 ? '' : before, ...changes }));

function searchCard({ query: of, accounts, days }: HistoryModel, t: Kit): Html {
  const w = words[t.language];
  const choice = accounts.map(
    (one) => html`<option value="${one}"${one === of.account ? html` selected` : ''}>${one}</option>`,
  );
  const { menu } = frameWords[t.language];
  const day = (date: string) =>
    html`<a class="button second" href="${address(t, { ...of, before: 0 }, { date })}">${date}</a>`;
  const any =
    of.date === ''
      ? ''
      : html`<a class="button second" href="${address(t, { ...of, before: 0 }, { date: '' })}">${w.allDates}</a>`;
  return html`<section class="card" id="search"><h1>${menu.history}</h1><form method="get" action="${link(t, 'history')}" role="search"><label>${w.search} <span class="soft">(${w.hint})</span><input type="search" name="q" value="${of.q}" maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search"></label><div class="cols"><label>${w.date}<input type="date" name="date" value="${of.date}"></label><label>${w.account}<select name="account"><option value="">${w.any}</option>${choice}</select></label></div>${of.code === '' ? '' : html`<label>${w.code}<input name="code" value="${of.code}" maxlength="20"></label>`}<div class="acts"><button type="submit">${w.find}</button>${day(days.before)}${of.date === '' ? '' : day(days.after)}${any}</div></form></section>`;
}

function foundCard({ query: of, reports, next }: HistoryModel, t: Kit): Html {
  const w = words[t.language];
  const title = of.date === '' ? frameWords[t.language].menu.history : longDate(t, of.date);
  if (reports.length === 0) return card('found', title, html`<p>${w.none}</p>`);
  const { q, date, account, code } = of;
  const again =
    t.acts.includes('deliver-many') && `${q}${date}${code}` !== ''
      ? html`<a class="button second" href="${link(t, query('deliver', { q, date, account, code }))}">${w.again}</a>`
      : '';
  const links = html`<div class="acts">${next === 0 ? '' : html`<a class="button second" href="${address(t, of, { before: next })}">${w.more}</a>`}${of.before === 0 ? '' : html`<a class="button second" href="${address(t, { ...of, before: 0 })}">${w.first}</a>`}<a class="button second" href="${link(t, query('history.csv', { ...of, before: '' }))}" download>${w.csv}</a>${again}</div>`;
  return card('found', title, html`<ul class="rows">${reports.map((one) => row(one, t))}</ul>${links}`);
}

/** One received report as a line of a list, with the way to its story. */
export function row(one: ListedReport, t: Kit): Html {
  const w = words[t.language];
  const facts = [
    one.account,
    one.businessDate,
    one.sequence === '' ? '' : tell(t, w.set, { set: one.sequence }),
    time(t, one.receivedAt),
    bytes(one.bytes),
    ...one.places.map(({ share }) => share),
    one.inside === 'warnings' ? w.warned : '',
    one.cleanedAt === null ? '' : w.cleaned,
  ].filter((fact) => fact !== '');
  return html`<li data-key="report-${one.versionId}"><a class="name" href="${link(t, `report/${one.versionId}`)}">${one.name}</a><span>${statePill(one, t)}</span><span class="sub">${facts.join(' · ')}</span></li>`;
}

/** Where a report stands, the gravest first. */
export function statePill(one: ListedReport, t: Kit): Html {
  const w = words[t.language];
  if (one.places.some(({ state }) => state === 'gone' || state === 'changed')) return pill('bad', w.lost);
  if (one.routedAt === null) return pill('warn', w.notEverywhere);
  return one.amended ? pill('warn', w.amended) : pill('ok', w.onShares);
}

function expectedCard({ expected }: HistoryModel, t: Kit): Html {
  const w = words[t.language];
  if (expected.length === 0) return '';
  const rows = expected.map((one) => {
    const state = stateText(one.state, t.language);
    const grave = one.state === 'missing' || one.state === 'late';
    const due =
      one.lateAfter === null
        ? state
        : tell(t, w.due, { state, time: timeText(one.lateAfter, one.businessDate) });
    return html`<li data-key="${`${one.account} ${reportName(one)} ${one.businessDate}`}"><a class="name" href="${link(t, query('awaited', { account: one.account, report: one.report, set: one.set, date: one.businessDate }))}">${reportName(one)}</a><span>${pill(grave ? 'bad' : 'grey', state)}</span><span class="sub">${one.account} · ${one.businessDate} · ${due}</span></li>`;
  });
  return card('expected', w.expected, html`<ul class="rows">${rows}</ul>`);
}

function othersCard({ others }: HistoryModel, t: Kit): Html {
  const w = words[t.language];
  if (others.length === 0) return '';
  const rows = others.map((one) => {
    const isHeld = one.kind === 'quarantine' || one.kind === 'refused';
    return html`<li data-key="${one.kind}-${one.id}"><a class="name" href="${link(t, `story/${one.kind}/${one.id}`)}">${one.path}</a><span>${pill(isHeld ? 'bad' : 'warn', w.kinds[one.kind])}</span><span class="sub">${one.account} · ${time(t, one.at)}</span></li>`;
  });
  return card('others', w.others, html`<ul class="rows">${rows}</ul>`);
}

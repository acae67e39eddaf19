/** What was received, on any business date, by any part of a name; and what is expected, or was seen, and is not here. */
import { expectedBy } from '../../collection/story.ts';
import type { ListedReport, StrangeReport } from '../../ledger/ledger.ts';
import { wordsIn } from '../../ledger/records/report-search.ts';
import { type Found, type FoundReport, isHere } from '../../model/completeness.ts';
import { nextBusinessDay, previousBusinessDay } from '../../time/calendar.ts';
import { hongKongDate, type IsoDate, isIsoDate } from '../../time/hong-kong.ts';
import type { Ask, Query } from '../page.ts';

/** Reports of one page, and rows of one file. */
const PAGE = 50;
export const MOST_ROWS = 10_000;
const MOST_OTHERS = 20;

export interface HistoryQuery {
  q: string;
  /** 'YYYY-MM-DD', '' for any. */
  date: string;
  account: string;
  code: string;
  /** Only reports with a lower number; 0 for the first page. */
  before: number;
}

export interface HistoryModel {
  query: HistoryQuery;
  accounts: string[];
  reports: ListedReport[];
  /** Where the next page begins; 0 when there is none. */
  next: number;
  /** Expected, and not here. */
  expected: (FoundReport & { account: string })[];
  /** Seen and not here, or not trusted; on the first page. */
  others: StrangeReport[];
  /** Business days beside the date, or the last two when there is none. */
  days: { before: IsoDate; after: IsoDate };
}

/** Whoever opens a link can put anything in: what cannot be read counts as not said. */
export function readQuery({ q = '', date = '', account = '', code = '', before = '' }: Query): HistoryQuery {
  return {
    q: q.trim(),
    date: isIsoDate(date) ? date : '',
    account,
    code: code.trim().toUpperCase(),
    before: /^\d{1,15}$/.test(before) ? Number(before) : 0,
  };
}

/** The same for the ledger. */
export function reportQuery({ q, date, account, code, before }: HistoryQuery, most: number) {
  return {
    ...{ words: wordsIn(q), most },
    ...(date === '' ? {} : { businessDate: date }),
    ...(account === '' ? {} : { account }),
    ...(code === '' ? {} : { code }),
    ...(before === 0 ? {} : { before }),
  };
}

export async function historyView(
  ask: Pick<Ask, 'ledger' | 'names' | 'live' | 'now'>,
  asked: Query,
): Promise<HistoryModel> {
  const { ledger, live, now } = ask;
  const query = readQuery(asked);
  const found = await ledger.reportSearch.findReports(reportQuery(query, PAGE + 1), ask.names);
  const reports = found.slice(0, PAGE);
  const first = query.before === 0;
  const words = wordsIn(query.q);
  const isOf = (one: { account: string }) => query.account === '' || one.account === query.account;
  const others =
    first && words.length > 0 && query.date === '' ? await ledger.stories.strangers(words, MOST_OTHERS) : [];
  const day = query.date === '' ? hongKongDate(now) : query.date;
  return {
    query,
    accounts: [
      ...new Set([...live.accounts.map(({ account }) => account), ...reports.map(({ account }) => account)]),
    ].sort(),
    reports,
    next: found.length > PAGE ? (reports.at(-1)?.versionId ?? 0) : 0,
    expected: first ? (await awaited(ledger, query, words)).filter(isOf).slice(0, MOST_OTHERS) : [],
    others: others.filter((one) => isOf(one) && one.kind !== 'asked'),
    days: { before: previousBusinessDay('securities', day), after: nextBusinessDay('securities', day) },
  };
}

/** What the last checks expect and have not: of a date, or with these words in code and set. */
async function awaited(
  ledger: Pick<Ask['ledger'], 'expectations'>,
  { date, code, q }: HistoryQuery,
  words: readonly string[],
) {
  const all =
    q === '' && date !== ''
      ? (await ledger.expectations.checks<unknown, Found>()).flatMap(({ account, found }) =>
          found.reports.map((one) => ({ ...one, account })),
        )
      : await expectedBy(ledger, words);
  return all.filter(
    (one) =>
      !isHere(one) && (date === '' || one.businessDate === date) && (code === '' || one.report === code),
  );
}

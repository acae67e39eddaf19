/** What was received, on any business date, by any part of a name; and what is expected, or was seen, and is not here. */
import { expectedBy } from '../../collection/story.ts';
import type { ListedReport, StrangeReport } from '../../ledger/ledger.ts';
import type { ReadLedger } from '../../ledger/read-ledger.ts';
import { wordsIn } from '../../ledger/records/report-search.ts';
import { type Found, type FoundReport, isHere } from '../../model/completeness.ts';
import { nextBusinessDay, previousBusinessDay } from '../../time/calendar.ts';
import { addDays, hongKongDate, type IsoDate, isIsoDate } from '../../time/hong-kong.ts';
import type { Ask, Query } from '../page.ts';

/** Reports of one page, and of one file. */
const PAGE = 50;
export const MOST_ROWS = 10_000;
const MOST_OTHERS = 20;
/** So far back what was amended is listed. */
const AMENDED_DAYS = 14;

export interface HistoryQuery {
  q: string;
  /** 'YYYY-MM-DD', '' for any. */
  date: string;
  account: string;
  code: string;
  /** 'amended' for those of the last days that came again with another content, '' for all. */
  only: 'amended' | '';
  /** Only reports with a lower number; 0 for the first page. */
  before: number;
}

export interface HistoryModel {
  query: HistoryQuery;
  /** How many there are of a date; null where no date, or a part of a name, was asked for. */
  total: number | null;
  accounts: string[];
  reports: ListedReport[];
  /** Where the next page begins; 0 when there is none. */
  next: number;
  /** Expected, and not here; and how many more there are. */
  expected: (FoundReport & { account: string })[];
  expectedLeft: number;
  /** Seen and not here, or not trusted; on the first page. Are there more? */
  others: StrangeReport[];
  othersLeft: boolean;
  /** Business days beside the date, or the last two when there is none. */
  days: { before: IsoDate; after: IsoDate };
}

/** Whoever opens a link can put anything in: what cannot be read counts as not said. */
export function readQuery({
  q = '',
  date = '',
  account = '',
  code = '',
  only = '',
  before = '',
}: Query): HistoryQuery {
  return {
    q: q.trim(),
    date: isIsoDate(date) ? date : '',
    account,
    code: code.trim().toUpperCase(),
    only: only === 'amended' ? only : '',
    before: /^\d{1,15}$/.test(before) ? Number(before) : 0,
  };
}

/** The same for the ledger. @param now milliseconds since 1970 */
export function reportQuery(
  { q, date, account, code, only, before }: HistoryQuery,
  most: number,
  now: number,
) {
  return {
    ...{ words: wordsIn(q), most },
    ...(date === '' ? {} : { businessDate: date }),
    ...(account === '' ? {} : { account }),
    ...(code === '' ? {} : { code }),
    ...(only === '' ? {} : { amendedSince: addDays(hongKongDate(now), -AMENDED_DAYS) }),
    ...(before === 0 ? {} : { before }),
  };
}

export async function historyView(
  ask: Pick<Ask<'expectations' | 'reportSearch' | 'stories'>, 'ledger' | 'names' | 'live' | 'now'>,
  asked: Query,
): Promise<HistoryModel> {
  const { ledger, live, now } = ask;
  const query = readQuery(asked);
  const found = await ledger.reportSearch.findReports(reportQuery(query, PAGE + 1, now), ask.names);
  const reports = found.slice(0, PAGE);
  const first = query.before === 0;
  const words = wordsIn(query.q);
  const isOf = (one: { account: string }) => query.account === '' || one.account === query.account;
  const others =
    first && words.length > 0 && query.date === '' && query.only === ''
      ? await ledger.stories.strangers({
          ...{ words, most: MOST_OTHERS + 1 },
          ...(query.account === '' ? {} : { account: query.account }),
        })
      : [];
  const expected = first && query.only === '' ? (await awaited(ledger, query, words)).filter(isOf) : [];
  const day = query.date === '' ? hongKongDate(now) : query.date;
  const { q, date, account, code, only } = query;
  return {
    query,
    total:
      q !== '' || date === '' || only !== ''
        ? null
        : await ledger.reportSearch.countReports({
            businessDate: date,
            ...(account === '' ? {} : { account }),
            ...(code === '' ? {} : { code }),
          }),
    accounts: [
      ...new Set([...live.accounts.map(({ account }) => account), ...reports.map(({ account }) => account)]),
    ].sort(),
    reports,
    next: found.length > PAGE ? (reports.at(-1)?.versionId ?? 0) : 0,
    expected: expected.slice(0, MOST_OTHERS),
    expectedLeft: Math.max(0, expected.length - MOST_OTHERS),
    others: others.slice(0, MOST_OTHERS),
    othersLeft: others.length > MOST_OTHERS,
    days: { before: previousBusinessDay('securities', day), after: nextBusinessDay('securities', day) },
  };
}

/** What the last checks expect and have not: of a date, or with these words in code and set. */
async function awaited(
  ledger: Pick<ReadLedger, 'expectations'>,
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

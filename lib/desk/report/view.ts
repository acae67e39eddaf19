/** One report: its story, where its files lie, and how its arrivals of the last weeks stand to its window. */
import { type Story, storyOf } from '../../collection/story.ts';
import type { ListedReport, PlacedFile } from '../../ledger/ledger.ts';
import type { ReadLedger } from '../../ledger/read-ledger.ts';
import type { Found, FoundReport } from '../../model/completeness.ts';
import { addDays, fromHongKong, hongKongDate, type IsoDate } from '../../time/hong-kong.ts';
import { type Ask, NotHere, type Query } from '../page.ts';

/** Days that the picture shows. */
const DAYS = 60;
/** Arrivals in it, at most: several sets a day. */
const MOST = 400;
/** Events of a story that are shown; the last ones. */
export const MOST_EVENTS = 200;

export interface Arrival {
  /** The date it is of. */
  date: IsoDate;
  /** Minutes after that date's midnight in Hong Kong; more than a day's where it came later. */
  minute: number;
  bytes: number;
  amended: boolean;
  /** Is it the one the page is about? */
  own: boolean;
}

export interface ReportModel {
  report: ListedReport;
  sha256: string;
  files: PlacedFile[];
  events: Story['events'];
  /** Events that are not shown, the oldest. */
  left: number;
  others: ListedReport[];
  arrivals: Arrival[];
  /** The first and the last day of the picture. */
  span: { from: IsoDate; to: IsoDate };
  /** When it is usual, late and given up, as minutes like those above; null where nobody knows. */
  window: { about: number | null; late: number | null; cutOff: number | null };
}

type ReportAsk = Ask<'expectations' | 'history' | 'placedFiles' | 'reportSearch' | 'reports' | 'stories'>;

export async function reportView({ ledger, db, now }: ReportAsk, { id = '' }: Query): Promise<ReportModel> {
  const report = /^\d{1,15}$/.test(id) ? await ledger.reportSearch.listedReport(Number(id)) : undefined;
  if (report === undefined) throw new NotHere();
  const { account, path, code, sequence, businessDate } = report;
  const story = await storyOf(ledger, account, path);
  const today = hongKongDate(now);
  const to =
    businessDate !== '' && businessDate < addDays(today, -DAYS) ? addDays(businessDate, DAYS / 2) : today;
  const from = addDays(to, -DAYS);
  const came =
    code === ''
      ? []
      : await db
          .selectFrom('versions')
          .select(['id', 'business_date', 'received_at', 'amended', 'bytes'])
          .where('account', '=', account)
          .where('code', '=', code)
          .where('sequence', '=', sequence)
          .where('business_date', '>=', from)
          .where('business_date', '<=', to)
          .orderBy('business_date', 'desc')
          .limit(MOST)
          .execute();
  return {
    report,
    sha256: (await ledger.reports.version(report.versionId))?.sha256 ?? '',
    files: await ledger.placedFiles.placedOf(report.versionId),
    events: story.events.slice(-MOST_EVENTS),
    left: Math.max(0, story.events.length - MOST_EVENTS),
    others: story.versions.filter(({ versionId }) => versionId !== report.versionId),
    arrivals: came.map((row) => ({
      date: row.business_date,
      minute: minuteOf(row.received_at, row.business_date),
      bytes: row.bytes,
      amended: row.amended === 1,
      own: row.id === report.versionId,
    })),
    span: { from, to },
    window: await windowOf(ledger, report),
  };
}

function minuteOf(at: number, date: IsoDate): number {
  return Math.round((at - fromHongKong(`${date}T00:00`)) / 60_000);
}

/** Is a file with this sequence ('3', '3-CTL', of a report without sets 'CTL') of the set ('3', '')? */
function isOfSet(set: string, sequence: string): boolean {
  const [wanted, given] = [set.toLowerCase(), sequence.toLowerCase()];
  return given === wanted || given.startsWith(`${wanted}-`);
}

/** The window as the last check has it: of this date, else of the latest one. Halves of a set have that of the set. */
export async function windowOf(
  ledger: Pick<ReadLedger, 'expectations'>,
  report: Pick<ListedReport, 'account' | 'code' | 'sequence' | 'businessDate'>,
): Promise<ReportModel['window']> {
  const { account, code, sequence, businessDate } = report;
  const [check] = await ledger.expectations.checks<unknown, Found>(account);
  const ofCode = (check?.found.reports ?? []).filter((one) => one.report === code);
  const ofSet = ofCode.filter(({ set }) => isOfSet(set, sequence));
  const same = ofSet.length > 0 ? ofSet : ofCode.filter(({ set }) => set === '');
  const found = same.find((one) => one.businessDate === businessDate) ?? same.at(-1);
  const minute = (second: number | null | undefined, { businessDate: date }: FoundReport) =>
    second === null || second === undefined ? null : minuteOf(second * 1000, date);
  if (found === undefined) return { about: null, late: null, cutOff: null };
  return {
    about: minute(found.about, found),
    late: minute(found.lateAfter, found),
    cutOff: minute(found.cutOff, found),
  };
}

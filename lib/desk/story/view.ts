/** The stories of what never came: entries that were seen and are not here or not trusted, and reports nobody has seen. */
import { awaitedStory, type Story, storyOf } from '../../collection/story.ts';
import type { ListedReport, StrangeReport } from '../../ledger/ledger.ts';
import { type Found, type FoundReport, type ReportIdentity, reportName } from '../../model/completeness.ts';
import { isIsoDate } from '../../time/hong-kong.ts';
import { type Ask, NotHere, type Query } from '../page.ts';
import { MOST_EVENTS } from '../report/view.ts';

export interface StrangeModel {
  account: string;
  path: string;
  kind: Exclude<StrangeReport['kind'], 'asked'>;
  id: number;
  events: Story['events'];
  /** Events that are not shown, the oldest. */
  left: number;
  /** Contents of the same path that came. */
  versions: ListedReport[];
}

const kinds = ['outstanding', 'closed', 'quarantine', 'refused'] as const;

/** @throws NotHere */
export async function strangeView(
  { ledger }: Pick<Ask<'history' | 'placedFiles' | 'reportSearch' | 'stories'>, 'ledger'>,
  { kind = '', id = '' }: Query,
): Promise<StrangeModel> {
  const known = kinds.find((one) => one === kind);
  const number = /^\d{1,15}$/.test(id) ? Number(id) : 0;
  const found = known === undefined ? undefined : await ledger.stories.strangerAt(known, number);
  if (known === undefined || found === undefined) throw new NotHere();
  const { events, versions } = await storyOf(ledger, found.account, found.path);
  return { ...found, kind: known, id: number, versions, ...lastOf(events) };
}

export interface AwaitedModel {
  account: string;
  of: ReportIdentity;
  /** As the last check has it; undefined where it does not ask about that date any more. */
  found: FoundReport | undefined;
  events: Story['events'];
  left: number;
  /** Its files that came: one half of a pair, or all of it since. */
  versions: ListedReport[];
}

const MOST_FILES = 20;

/** @throws NotHere where nothing is known of such a report */
export async function awaitedView(
  { ledger }: Pick<Ask<'expectations' | 'reportSearch' | 'stories'>, 'ledger'>,
  { account = '', report = '', set = '', date = '' }: Query,
): Promise<AwaitedModel> {
  if (account === '' || report === '' || !isIsoDate(date)) throw new NotHere();
  const of = { report, set, businessDate: date };
  const [check] = await ledger.expectations.checks<unknown, Found>(account);
  const found = check?.found.reports.find(
    (one) => one.businessDate === date && reportName(one) === reportName(of),
  );
  const came = await ledger.reportSearch.findReports({
    account,
    businessDate: date,
    code: report,
    most: MOST_FILES,
  });
  const versions = came.filter(({ sequence }) => set === '' || sequence === set);
  const events = await awaitedStory(ledger, account, of);
  if (found === undefined && events.length + versions.length === 0) throw new NotHere();
  return { account, of, found, versions, ...lastOf(events) };
}

function lastOf(events: Story['events']): { events: Story['events']; left: number } {
  return { events: events.slice(-MOST_EVENTS), left: Math.max(0, events.length - MOST_EVENTS) };
}

/** One report's whole story: what was seen, fetched, proved, filed, told and decided, in the order of time. */
import type { Ledger, ListedReport } from '../ledger/ledger.ts';
import type { PersonsAct, StoryAlarm } from '../ledger/records/stories.ts';
import type { DeliveryOutcome, OutstandingState, PlacedState, RecipientState } from '../ledger/tables.ts';
import { type Found, type FoundReport, type ReportIdentity, subjectOf } from '../model/completeness.ts';
import type { NotChecked, ReportFinding, ReportWarning } from '../model/findings.ts';
import { endOf, type StoredReason } from '../model/reasons.ts';
import type { DataCentre } from '../model/types.ts';

/** Moments are milliseconds since 1970; null where nobody wrote one down. */
export type StoryEvent = { at: number | null } & (
  | { kind: 'listed'; dataCentre: string; size: number }
  | { kind: 'still'; since: number }
  | { kind: 'outstanding'; id: number; state: OutstandingState; code: string; message: string }
  | { kind: 'asked'; run: string }
  | {
      kind: 'received';
      versionId: number;
      run: string;
      bytes: number;
      sha256: string;
      dataCentre: DataCentre;
      address: string;
      amended: boolean;
    }
  | {
      kind: 'looked';
      state: ReportFinding['state'];
      why: NotChecked | '';
      warnings: readonly ReportWarning[];
    }
  | { kind: 'quarantined'; id: number; code: string; reason: string }
  | { kind: 'refused'; id: number; code: string; reason: string; cameAt: number | null }
  | {
      kind: 'delivered';
      versionId: number;
      share: string;
      file: string;
      outcome: DeliveryOutcome;
      run: string;
    }
  | { kind: 'waits'; share: string; code: string; message: string }
  | { kind: 'everywhere' }
  | { kind: 'placed'; share: string; file: string; state: PlacedState; why: string }
  | { kind: 'told'; mail: number; to: readonly { address: string; state: RecipientState }[] }
  | { kind: 'alarm'; id: number; code: string; message: string }
  | { kind: 'acknowledged'; id: number; by: string; why: string }
  /** `why` in English; `closedFor` the same as data, of what an older release closed there is none. */
  | { kind: 'over'; id: number; why: string; closedFor?: StoredReason }
  | { kind: 'person'; who: string; what: string; why: string; details: PersonsAct['details'] }
  | { kind: 'cleaned' }
);

export interface Story {
  account: string;
  /** At RAP. */
  path: string;
  /** Its versions, as lists show them, the newest first; empty when it never came. */
  versions: ListedReport[];
  events: StoryEvent[];
}

type StoryLedger = Pick<Ledger, 'history' | 'placedFiles' | 'reportSearch' | 'stories'>;

/** The story of the report with this path at RAP, of one account. */
export async function storyOf(ledger: StoryLedger, account: string, path: string): Promise<Story> {
  const [history] = await ledger.history.historyOf(path, account);
  const events: StoryEvent[] = [];
  const versions: ListedReport[] = [];
  const subjects = new Set<string>();
  for (const sight of await ledger.stories.sightsOf(account, path)) {
    events.push({ kind: 'listed', at: sight.at, dataCentre: sight.dataCentre, size: sight.size });
  }
  const observed = await ledger.stories.observedOf(account, path);
  if (observed !== undefined) events.push({ kind: 'still', at: observed.seenAt, since: observed.sameSince });
  const { asked, outstanding, quarantine = [] } = history ?? {};
  if (asked !== undefined) events.push({ kind: 'asked', at: asked.at, run: asked.run });
  if (outstanding !== undefined) {
    const { id, state, code, message, firstSeenAt } = outstanding;
    events.push({ kind: 'outstanding', at: firstSeenAt, id, state, code, message });
  }
  for (const { id, code, reason, heldAt } of quarantine) {
    events.push({ kind: 'quarantined', at: heldAt, id, code, reason });
  }
  for (const refusal of await ledger.stories.refusalsOf(account, path))
    events.push({ kind: 'refused', ...refusal });
  for (const version of history?.versions ?? []) {
    const { versionId } = version;
    const listed = await ledger.reportSearch.listedReport(versionId);
    if (listed !== undefined) {
      versions.unshift(listed);
      const { code: report, sequence: set, businessDate } = listed;
      subjects.add(subjectOf({ report, set, businessDate }));
    }
    const { at, ...received } = version.received;
    const { amended, finding } = version;
    events.push({ kind: 'received', at, versionId, amended, ...version.proved, ...received });
    if (finding !== undefined) {
      const { state, why = '', warnings = [] } = finding;
      events.push({ kind: 'looked', at, state, why, warnings });
    }
    for (const { share, at: when, run, file = '', code, message = '' } of version.delivered) {
      subjects.add(share);
      if (code !== undefined) {
        events.push({ kind: 'waits', at: when, share, code, message });
        continue;
      }
      const outcome = listed?.places.find((place) => place.share === share)?.outcome ?? 'published';
      events.push({ kind: 'delivered', at: when, versionId, share, file, outcome, run });
    }
    if (version.deliveredEverywhereAt !== null) {
      events.push({ kind: 'everywhere', at: version.deliveredEverywhereAt });
    }
    for (const placed of await ledger.placedFiles.placedOf(versionId)) {
      const { share, file, state, why, since, lookedAt } = placed;
      if (state === '' || (state === 'there' && lookedAt === placed.deliveredAt)) continue;
      events.push({ kind: 'placed', at: since ?? lookedAt, share, file, state, why });
    }
    for (const [mail, to] of Map.groupBy(version.told, (one) => one.mail)) {
      const settled = to.find((one) => one.at !== null)?.at ?? null;
      events.push({
        kind: 'told',
        at: settled,
        mail,
        to: to.map(({ address, state }) => ({ address, state })),
      });
    }
    if (version.cleanedAt !== null) events.push({ kind: 'cleaned', at: version.cleanedAt });
  }
  events.push(...alarmEvents(await ledger.stories.alarmsAbout(account, path, [...subjects])));
  for (const { at, who, what, why, details } of await ledger.stories.actsOn(account, path)) {
    events.push({ kind: 'person', at, who, what, why, details });
  }
  return { account, path, versions, events: inOrder(events) };
}

/** What has no moment yet comes last; of one moment, in the order in which it was written. */
function inOrder(events: StoryEvent[]): StoryEvent[] {
  const late = Number.MAX_SAFE_INTEGER;
  return events.sort((one, other) => (one.at ?? late) - (other.at ?? late));
}

function alarmEvents(alarms: readonly StoryAlarm[]): StoryEvent[] {
  return alarms.flatMap((alarm) => {
    const { id, code, message, acknowledgedBy: by, acknowledgedWhy: why } = alarm;
    const events: StoryEvent[] = [{ kind: 'alarm', at: alarm.raisedAt, id, code, message }];
    if (alarm.acknowledgedAt !== null)
      events.push({ kind: 'acknowledged', at: alarm.acknowledgedAt, id, by, why });
    if (alarm.closedAt !== null) events.push({ kind: 'over', at: alarm.closedAt, id, ...endOf(alarm) });
    return events;
  });
}

/** The story of a report that is expected and that nobody has seen: alarms about it, and what people entered. */
export async function awaitedStory(
  ledger: Pick<Ledger, 'stories' | 'expectations'>,
  account: string,
  of: ReportIdentity,
): Promise<StoryEvent[]> {
  const events = alarmEvents(await ledger.stories.alarmsAbout(account, '', [subjectOf(of)]));
  for (const { at, by, reason, said } of await ledger.expectations.expectationEntries(account, [
    of.businessDate,
  ])) {
    // A condition is of the date, and so of each report that hangs on it.
    if (said.entry !== 'condition' && (said.report !== of.report || said.set !== of.set)) continue;
    const { entry, ...details } = said;
    const known = Object.entries(details).filter(([, value]) => value !== undefined);
    events.push({
      ...{ kind: 'person', at, who: by, what: `expectation: ${entry}`, why: reason },
      details: Object.fromEntries(known),
    });
  }
  return inOrder(events);
}

/** Reports of the last checks whose code and set, as in "RMAMR03 4", hold all words: also those that nobody has seen. */
export async function expectedBy(
  ledger: Pick<Ledger, 'expectations'>,
  words: readonly string[],
): Promise<(FoundReport & { account: string })[]> {
  const checks = await ledger.expectations.checks<unknown, Found>();
  return checks.flatMap(({ account, found }) =>
    found.reports
      .filter((one) => {
        const text = `${one.report}:${one.set} ${one.system} ${one.businessDate}`.toLowerCase();
        return words.length > 0 && words.every((word) => text.includes(word));
      })
      .map((one) => ({ ...one, account })),
  );
}

/** What the ledger knows, as the facts by which expectations are judged. */
import type { CopyOfDate, Ledger, LookAtFolders, RecordedEntry } from '../ledger/ledger.ts';
import type { DataCentre } from '../model/types.ts';
import type { Entry, Fact } from '../reports/expectation/types.ts';
import type { DayOverride } from '../time/calendar-book.ts';
import type { IsoDate } from '../time/hong-kong.ts';
import { type Second, secondOf } from '../time/seconds.ts';

/** What facts are read from. */
export type FactsLedger = Pick<Ledger, 'accounts' | 'expectations' | 'looks'>;

export interface Asked {
  account: string;
  /** Top folders that the account's runs list, without a slash at the end. */
  folders: readonly string[];
  /** Folders that rules name. */
  ofRules: readonly string[];
  dates: readonly IsoDate[];
  /** What happened before is told as of then. */
  from: Second;
  overrides: readonly DayOverride[];
}

export interface KnownFacts {
  /** In order. */
  facts: Fact[];
  entries: RecordedEntry[];
}

/** The facts of an account for some business dates. */
export async function factsOf(ledger: FactsLedger, asked: Asked): Promise<KnownFacts> {
  const { account, dates, overrides, from } = asked;
  const since = from * 1000;
  const entries = await ledger.expectations.expectationEntries(account, dates);
  const looks = await ledger.looks.looksSince(account, since);
  const chosen = (await ledger.accounts.dataCentreChoices()).find((one) => one.account === account);
  const facts: Fact[] = [
    ...overrides.map(overrideFact),
    ...entries.flatMap(entryFact),
    ...centreFacts(looks, chosen && { at: toSecond(chosen.chosenAt), centre: chosen.dataCentre }),
    ...lookFacts(looks, asked),
    ...(await ledger.looks.filesListedSince(account, since)).map(
      ({ at, dataCentre, path }): Fact => ({ fact: 'listed', at: toSecond(at), centre: dataCentre, path }),
    ),
    ...(await ledger.expectations.quarantinedOfDates(account, dates, since)).map(
      ({ heldAt, dataCentre, path, code }): Fact => ({
        ...{ fact: 'refused', at: toSecond(heldAt), centre: dataCentre },
        ...{ path, code },
      }),
    ),
    ...copyFacts(await ledger.expectations.copiesOfDates(account, dates, since)),
  ];
  const clamped = facts.map((fact) => (fact.at < from ? { ...fact, at: from } : fact));
  return { facts: clamped.sort((one, two) => one.at - two.at), entries };
}

function toSecond(ms: number): Second {
  return Math.floor(ms / 1000);
}

function overrideFact({ at, calendars, date, day }: DayOverride): Fact {
  return { fact: 'entry', at: secondOf(at) ?? 0, entry: 'calendar-day', calendars, date, day };
}

function entryFact({ at, said }: RecordedEntry): Fact[] {
  const entry = plainEntry(said);
  return entry === undefined ? [] : [{ fact: 'entry', at: toSecond(at), ...entry }];
}

/** Undefined for what does not change the judgement. */
function plainEntry(said: RecordedEntry['said']): Entry | undefined {
  if (said.entry === 'condition') return said;
  if (said.entry !== 'deadline') return undefined;
  const { lateAfter, cutOff } = said;
  return {
    ...said,
    lateAfter: lateAfter === undefined ? undefined : toSecond(lateAfter),
    cutOff: cutOff === undefined ? undefined : toSecond(cutOff),
  };
}

/**
 * Which data centre was in use: runs look at no other, so each look says it of its own second, and the recorded choice
 * says it from then on.
 */
function centreFacts(looks: readonly LookAtFolders[], chosen?: { at: Second; centre: DataCentre }): Fact[] {
  const said = looks.map(({ at, dataCentre }) => ({ at: toSecond(at), centre: dataCentre }));
  if (chosen !== undefined) said.push(chosen);
  return said
    .sort((one, two) => one.at - two.at)
    .filter((one, index, all) => one.centre !== all[index - 1]?.centre)
    .map(({ at, centre }): Fact => ({ fact: 'entry', at, entry: 'centre', centre }));
}

/** A folder of a rule was seen when the folder in which it lies was listed with all that is in it. */
function lookFacts(looks: readonly LookAtFolders[], { folders, ofRules }: Asked): Fact[] {
  const known = new Map<readonly string[], string[]>();
  const within = (all: readonly string[]) => {
    const found = known.get(all) ?? ofRules.filter((folder) => isWithin(folder, all));
    known.set(all, found);
    return found;
  };
  const isWithin = (folder: string, all: readonly string[]) => {
    const top = coveringFolder(folder, folders);
    return top !== undefined && all.includes(top);
  };
  return looks.map(({ at, dataCentre, good, failed }): Fact => {
    const lost = within(failed);
    const seen = lost.length === 0 ? within(good) : within(good).filter((folder) => !lost.includes(folder));
    return { fact: 'looked', at: toSecond(at), centre: dataCentre, ok: seen, failed: lost };
  });
}

/** The account's folder in which a rule's folder lies; undefined when none of its runs comes there. */
export function coveringFolder(folder: string, folders: readonly string[]): string | undefined {
  return folders.find((top) => top === '/' || folder === top || folder.startsWith(`${top}/`));
}

/** A content that RAP offers again is the last one again; on the shares it lies once it lay on all of them. */
function copyFacts(copies: readonly CopyOfDate[]): Fact[] {
  return copies.flatMap(({ path, sha256, dataCentre: centre, receivedAt, seenAt, routedAt }): Fact[] => [
    { fact: 'received', at: toSecond(receivedAt), centre, path, sha256 },
    ...(toSecond(seenAt) > toSecond(receivedAt)
      ? [{ fact: 'received' as const, at: toSecond(seenAt), centre, path, sha256 }]
      : []),
    ...(routedAt === null ? [] : [{ fact: 'filed' as const, at: toSecond(routedAt), path, sha256 }]),
  ]);
}

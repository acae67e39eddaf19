/** The ledger as the memory of a weather watch: what was decided stays decided, whatever restarts come between. */
import type { Ledger } from '../ledger/ledger.ts';
import type { JournalEntry, SavedWeather } from '../ledger/types.ts';
import { type Decision, decide } from '../weather/decide.ts';
import { addStatement, noEvidence } from '../weather/evidence.ts';
import { hasChanged } from '../weather/has-changed.ts';
import type { Session } from '../weather/rule.ts';
import type { OperatorStatement } from '../weather/statements.ts';
import type { WeatherRecord, WeatherStore } from '../weather/watch.ts';

/** The watch of a practice session; other watches of the same ledger have other names. */
export const practiceWatch = 'practice';

/** @param tells a decision that says something new becomes an event, which whoever listens to the watch acts on */
export function weatherStoreOf(
  ledger: Pick<Ledger, 'practice'>,
  watch = practiceWatch,
  tells = false,
): WeatherStore {
  const load = (date: string) => latestWeather(ledger, date, watch);
  return {
    load,
    async save(record) {
      const { date, evidence, decision, answers } = record;
      const before = await load(date);
      const news = tells && hasChanged(decision, before?.decision);
      const row = {
        watch,
        date,
        verdict: verdictKey(decision),
        known: JSON.stringify({ evidence, decision }),
        answers: JSON.stringify(answers),
      };
      const { verdict } = decision;
      await ledger.practice.saveWeather(row, decidedIn(record, before, watch), news ? verdict : undefined);
    },
  };
}

/** For the journal: what persons have said since, and the verdict, where no session timer writes it down. */
function decidedIn(
  { date, evidence, decision }: WeatherRecord,
  before: WeatherRecord | undefined,
  watch: string,
): JournalEntry[] {
  const known = new Set(before?.evidence.words.map((word) => JSON.stringify(word)));
  const said = evidence.words
    .filter((word) => !known.has(JSON.stringify(word)))
    .map(({ about, says, by, how }) => ({
      who: by,
      what: `weather: ${about} ${says}`,
      why: how,
      details: { date, watch },
    }));
  const { verdict, reasons } = decision;
  if (watch === practiceWatch || verdict === before?.decision.verdict) return said;
  const why = reasons[0] ?? '';
  return [...said, { who: 'rap', what: `weather: ${verdict}`, why, details: { date, watch } }];
}

/** What the watch last knew of a date; undefined before its first round. */
export async function latestWeather(
  ledger: Pick<Ledger, 'practice'>,
  date: string,
  watch = practiceWatch,
): Promise<WeatherRecord | undefined> {
  const row = await ledger.practice.lastWeather(watch, date);
  return row === undefined ? undefined : recordOf(row);
}

/** All records of a date, oldest first, with the moment each was last saved. */
export async function weatherRecords(
  ledger: Pick<Ledger, 'practice'>,
  date: string,
  watch = practiceWatch,
): Promise<(WeatherRecord & { savedAt: number })[]> {
  const rows = await ledger.practice.weatherOf(watch, date);
  return rows.map((row) => ({ ...recordOf(row), savedAt: row.savedAt }));
}

/**
 * What is decided at this moment where no watch runs. Where one runs, it alone decides: it holds what it knows in
 * memory. Either way the decisions of a date are one row, each made with the one before it.
 * @param word what a person says, which then counts
 */
export async function decideNow(
  ledger: Pick<Ledger, 'practice'>,
  session: Session,
  now: number,
  { watch = practiceWatch, word }: { watch?: string; word?: OperatorStatement } = {},
): Promise<Decision> {
  const store = weatherStoreOf(ledger, watch);
  const { date } = session.times;
  const before = await store.load(date);
  const known = before?.evidence ?? noEvidence;
  const evidence = word === undefined ? known : addStatement(known, word);
  const decision = decide(session, evidence, now, before?.decision);
  // As long as nothing is known nor decided there is nothing to keep.
  if (word === undefined && before === undefined && decision.verdict === 'pending') return decision;
  await store.save({ date, evidence, decision, answers: [] });
  return decision;
}

function recordOf({ date, known, answers }: SavedWeather): WeatherRecord {
  return { date, ...JSON.parse(known), answers: JSON.parse(answers) };
}

/** Two decisions with the same key say the same to a person. */
export function verdictKey({ verdict, effectiveAt, trigger, quality, reasons }: Decision): string {
  return [verdict, effectiveAt ?? '', trigger?.code ?? '', quality, reasons.length].join('/');
}

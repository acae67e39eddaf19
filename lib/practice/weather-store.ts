/** The ledger as the memory of a weather watch: what was decided stays decided, whatever restarts come between. */
import type { Ledger } from '../ledger/ledger.ts';
import type { SavedWeather } from '../ledger/types.ts';
import { type Decision, decide } from '../weather/decide.ts';
import { addWord, noEvidence, type Word } from '../weather/evidence.ts';
import type { Session } from '../weather/rule.ts';
import type { WeatherRecord, WeatherStore } from '../weather/watch.ts';

/** The watch of a practice session; other watches of the same ledger have other names. */
export const practiceWatch = 'practice';

export function weatherStoreOf(ledger: Ledger, watch = practiceWatch): WeatherStore {
  return {
    async load(date) {
      const row = await ledger.lastWeather(watch, date);
      return row === undefined ? undefined : recordOf(row);
    },
    save: ({ date, evidence, decision, answers }) =>
      ledger.saveWeather({
        watch,
        date,
        verdict: verdictKey(decision),
        known: JSON.stringify({ evidence, decision }),
        answers: JSON.stringify(answers),
      }),
  };
}

/** What the watch last knew of a date; undefined before its first round. */
export function latestWeather(
  ledger: Ledger,
  date: string,
  watch = practiceWatch,
): Promise<WeatherRecord | undefined> {
  return weatherStoreOf(ledger, watch).load(date);
}

/** All records of a date, oldest first, with the moment each was last saved. */
export async function weatherRecords(
  ledger: Ledger,
  date: string,
  watch = practiceWatch,
): Promise<(WeatherRecord & { savedAt: number })[]> {
  const rows = await ledger.weatherOf(watch, date);
  return rows.map((row) => ({ ...recordOf(row), savedAt: row.savedAt }));
}

/**
 * Records what a person says where no watch runs, and decides again. Where one runs, its own `say` is the way:
 * it holds what it knows in memory.
 */
export async function sayWord(
  ledger: Ledger,
  session: Session,
  word: Word,
  now: number,
  watch = practiceWatch,
): Promise<Decision> {
  const store = weatherStoreOf(ledger, watch);
  const before = await store.load(session.times.date);
  const evidence = addWord(before?.evidence ?? noEvidence, word);
  const decision = decide(session, evidence, now, before?.decision);
  await store.save({ date: session.times.date, evidence, decision, answers: [] });
  return decision;
}

function recordOf({ date, known, answers }: SavedWeather): WeatherRecord {
  return { date, ...JSON.parse(known), answers: JSON.parse(answers) };
}

/** Two decisions with the same key say the same to a person. */
export function verdictKey({ verdict, effectiveAt, trigger, quality, reasons }: Decision): string {
  return [verdict, effectiveAt ?? '', trigger?.code ?? '', quality, reasons.length].join('/');
}

/** What people entered, by subject: of each subject the last entry up to a moment counts. */

import type { DataCentre } from '../../model/types.ts';
import type { DayKind } from '../../time/business-day.ts';
import type { IsoDate } from '../../time/hong-kong.ts';
import type { Second } from '../../time/seconds.ts';
import type { Entry, Fact, Rule } from './types.ts';

type EntryOf<K extends Entry['entry']> = Extract<Entry, { entry: K }>;

/** The values a subject had, each from its second on. */
class History<T> {
  readonly #values: { at: Second; value: T }[] = [];

  add(at: Second, value: T): void {
    this.#values.push({ at, value });
  }

  at(moment: Second): T | undefined {
    return this.#values.findLast((one) => one.at <= moment)?.value;
  }

  get changes(): Second[] {
    return this.#values.map(({ at }) => at);
  }
}

/** Entries up to a moment, ready to be asked. */
export class Entries {
  readonly #conditions = new Map<string, History<boolean>>();
  readonly #days = new Map<string, Map<IsoDate, History<DayKind>>>();
  readonly #deadlines = new Map<string, History<EntryOf<'deadline'>>>();
  readonly #centre = new History<DataCentre>();
  readonly #practice = new History<EntryOf<'practice'>>();
  readonly #stopped = new History<true>();

  /** @param facts in order; those later than `until` have not happened */
  constructor(facts: readonly Fact[], until: Second) {
    for (const fact of facts) if (fact.fact === 'entry' && fact.at <= until) this.#add(fact.at, fact);
  }

  #add(at: Second, entry: Entry): void {
    switch (entry.entry) {
      case 'condition':
        historyIn(this.#conditions, conditionKey(entry.condition, entry.date)).add(at, entry.holds);
        break;
      case 'calendar-day':
        for (const calendar of new Set(entry.calendars)) {
          const days = this.#days.get(calendar) ?? new Map<IsoDate, History<DayKind>>();
          this.#days.set(calendar, days);
          historyIn(days, entry.date).add(at, entry.day);
        }
        break;
      case 'deadline':
        historyIn(this.#deadlines, deadlineKey(entry)).add(at, entry);
        break;
      case 'centre':
        this.#centre.add(at, entry.centre);
        break;
      case 'practice':
        this.#practice.add(at, entry);
        break;
      case 'practice-stopped':
        this.#stopped.add(at, true);
    }
  }

  conditionHolds(condition: string, date: IsoDate, at: Second): boolean {
    return this.#conditions.get(conditionKey(condition, date))?.at(at) ?? false;
  }

  day(calendar: string, date: IsoDate, at: Second): DayKind | undefined {
    return this.#days.get(calendar)?.get(date)?.at(at);
  }

  deadline(report: string, set: string, businessDate: IsoDate, at: Second): EntryOf<'deadline'> | undefined {
    return this.#deadlines.get(deadlineKey({ report, set, businessDate }))?.at(at);
  }

  /** The data centre in use: the primary before any entry. */
  centre(at: Second): DataCentre {
    return this.#centre.at(at) ?? 'primary';
  }

  practice(at: Second): (EntryOf<'practice'> & { stopped: boolean }) | undefined {
    const session = this.#practice.at(at);
    return session === undefined ? undefined : { ...session, stopped: this.#stopped.at(at) === true };
  }

  /** The seconds from which a rule may be judged otherwise than before for a business date; in order, each once. */
  changesOf(rule: Rule, businessDate: IsoDate): Second[] {
    const { report, set, calendar } = rule;
    const histories: (History<unknown> | undefined)[] = [
      this.#deadlines.get(deadlineKey({ report, set, businessDate })),
    ];
    if (rule.frequency === 'conditional') {
      histories.push(this.#conditions.get(conditionKey(rule.condition, businessDate)));
    }
    // Days before the business date play no part: all its times are on it or later.
    for (const [date, days] of this.#days.get(calendar) ?? []) if (date >= businessDate) histories.push(days);
    const seconds = histories.flatMap((history) => history?.changes ?? []);
    return [...new Set(seconds)].sort((a, b) => a - b);
  }
}

function historyIn<K, T>(histories: Map<K, History<T>>, key: K): History<T> {
  const history = histories.get(key) ?? new History<T>();
  histories.set(key, history);
  return history;
}

function conditionKey(condition: string, date: IsoDate): string {
  return JSON.stringify([condition, date]);
}

function deadlineKey({ report, set, businessDate }: { report: string; set: string; businessDate: IsoDate }) {
  return JSON.stringify([report, set, businessDate]);
}

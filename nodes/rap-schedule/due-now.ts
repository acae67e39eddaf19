/** What is due at the accounts of a schedule, told from the catalogue, the calendars and the ledger. */
import type { NodeAPI } from 'node-red';
import { awaitingAccount, completenessOf, dueWindow } from '../../lib/collection/completeness.ts';
import { SiteRulesReader } from '../../lib/collection/site-rules.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { type Found, type FoundReport, isHere } from '../../lib/model/completeness.ts';
import { hongKongDate, hongKongTime } from '../../lib/time/hong-kong.ts';
import type { Reach } from '../rap-account/reach.ts';
import { homeOf, profileOf } from '../runtime/runtime.ts';

export interface DueNow {
  /** How many reports are looked for. */
  reports: number;
  /** When something may become due though nothing happens, milliseconds since 1970. */
  next: number;
}

export const nothingDue: DueNow = { reports: 0, next: Number.POSITIVE_INFINITY };

/** Is a report on the share? */
function isFiled({ state }: FoundReport): boolean {
  return state === 'on-share' || state === 'amended';
}

export class DueReader {
  readonly #RED: NodeAPI;
  readonly #rules: SiteRulesReader;

  constructor(RED: NodeAPI) {
    this.#RED = RED;
    this.#rules = new SiteRulesReader(homeOf(RED));
  }

  /**
   * @param lead so long before its usual time a report is looked for, milliseconds
   * @throws RapError CONFIG_INVALID of the site's files; of the ledger
   */
  async read(
    ledger: Pick<Ledger, 'accounts' | 'alarmList' | 'expectations' | 'looks'>,
    reach: Reach,
    lead: number,
    now: number,
  ): Promise<DueNow> {
    const done = reach.files ? isFiled : isHere;
    const windows = (await this.#answers(ledger, reach, now)).map((one) => dueWindow(one, lead / 1000, done));
    return {
      reports: windows.reduce((sum, { due }) => sum + due.length, 0),
      next: Math.min(nothingDue.next, ...windows.map(({ next }) => next)),
    };
  }

  /** When it looks today, for people: '11:25 - 13:00', as long as nothing comes. @throws as read */
  async windowsToday(
    ledger: Pick<Ledger, 'accounts' | 'alarmList' | 'expectations' | 'looks'>,
    reach: Reach,
    lead: number,
    now: number,
  ): Promise<string[]> {
    const spans = (await this.#answers(ledger, reach, now))
      .flatMap(({ reports }) => reports)
      .filter(({ businessDate }) => businessDate === hongKongDate(now))
      .flatMap(({ about, cutOff }) =>
        about === null || cutOff === null ? [] : [{ from: about * 1000 - lead, to: cutOff * 1000 }],
      );
    return joined(spans).map(({ from, to }) => `${hongKongTime(from)} - ${hongKongTime(to)}`);
  }

  async #answers(
    ledger: Pick<Ledger, 'accounts' | 'alarmList' | 'expectations' | 'looks'>,
    { accounts }: Reach,
    now: number,
  ): Promise<Found[]> {
    const rules = await this.#rules.read();
    const everything = profileOf(this.#RED) === 'demo';
    const answers: Found[] = [];
    for (const { settings } of accounts) {
      const account = awaitingAccount(settings.account, everything);
      answers.push(await completenessOf(ledger, rules, account, now));
    }
    return answers;
  }
}

interface Span {
  from: number;
  to: number;
}

/** Spans in order, those that touch as one. */
function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last === undefined || span.from > last.to) all.push({ ...span });
    else last.to = Math.max(last.to, span.to);
  }
  return all;
}

/** `rap expect` without a scenario: the answer of the ledger now, and what people enter about single nights and dates. */
import { completenessOf } from '../lib/collection/completeness.ts';
import {
  checkedAccounts,
  enterCondition,
  enterForReport,
  momentOn,
} from '../lib/collection/persons-entry.ts';
import { SiteRulesReader } from '../lib/collection/site-rules.ts';
import { RapError } from '../lib/errors/rap-error.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import { type Found, isOpen, reportName, summaryOf } from '../lib/model/completeness.ts';
import { answerLine, stateText, timeText } from '../lib/model/completeness-text.ts';
import { realClock } from '../lib/time/clock.ts';
import { hongKongStamp } from '../lib/time/hong-kong.ts';
import { dateOption, required } from './connection-options.ts';
import { homeFromOptions, personFromOptions, withLedger } from './home-options.ts';

/** The words of the command line. */
export interface ExpectOptions {
  home?: string | undefined;
  account?: string | undefined;
  late?: string | undefined;
  'cut-off'?: string | undefined;
  not?: boolean | undefined;
  by?: string | undefined;
  reason?: string | undefined;
  json?: boolean | undefined;
}

/**
 * Prints which reports are here, due, late or missing now.
 * @returns 0 when nothing that is due is lacking, 5 when something is, 6 when that cannot be said
 */
export async function answerNow(words: ExpectOptions, clock = realClock): Promise<number> {
  const home = homeFromOptions(words);
  const site = new SiteRulesReader(home);
  return withLedger(
    home,
    async (ledger: Pick<Ledger, 'accounts' | 'alarmList' | 'expectations' | 'looks'>) => {
      const rules = await site.read();
      const founds: Found[] = [];
      for (const account of await checkedAccounts(ledger, words.account)) {
        founds.push(await completenessOf(ledger, rules, account, clock.now()));
      }
      if (words.json === true) for (const found of founds) print(asJson(found));
      else process.stdout.write(`${answerLine(founds, 'en')}\n${founds.flatMap(linesOf).join('')}`);
      const summaries = founds.map(summaryOf);
      if (summaries.some(({ trouble }) => trouble.some(({ state }) => state !== 'unknown'))) return 5;
      const unsaid = founds.some(({ shortfalls }) =>
        shortfalls.some(({ kind }) => kind !== 'year not official'),
      );
      return unsaid || summaries.some(({ trouble }) => trouble.length > 0) ? 6 : 0;
    },
  );
}

function print(row: object): void {
  process.stdout.write(`${JSON.stringify(row)}\n`);
}

const moment = (second: number | null) => (second === null ? null : hongKongStamp(second * 1000));

function asJson(found: Found) {
  const { account, installation, at, shortfalls, unaccepted, reports } = found;
  const { here, all, later, complete } = summaryOf(found);
  return {
    ...{ account, installation, at: moment(at), complete, here, all, later, shortfalls, unaccepted },
    reports: reports.map(({ about, riskAfter, lateAfter, cutOff, lastLook, traces: _, ...one }) => ({
      ...one,
      ...{ about: moment(about), riskAfter: moment(riskAfter) },
      ...{ lateAfter: moment(lateAfter), cutOff: moment(cutOff) },
      lastLook: lastLook === undefined ? null : moment(lastLook.at),
    })),
  };
}

function linesOf({ account, reports, today, unaccepted }: Found): string[] {
  const lines = reports.map((one) => {
    const { businessDate, system, state, about, lateAfter, closed, moved, lacking = [] } = one;
    const due = lateAfter === null ? '' : `, due ${timeText(lateAfter, today)}`;
    const usual = about === null || !isOpen(one) ? '' : `, usual ${timeText(about, today)}`;
    const lacks = lacking.length > 0 ? `, lacks ${lacking.join(', ')}` : '';
    const word = closed ?? moved;
    const person =
      word === undefined ? '' : ` (${closed ? 'closed' : 'moved'} by ${word.by}: ${word.reason})`;
    const what = `${businessDate} ${system} ${reportName(one)}`;
    return `  ${account}  ${what}: ${stateText(state, 'en')}${lacks}${due}${usual}${person}\n`;
  });
  if (unaccepted.length === 0) return lines;
  const names = [...new Set(unaccepted.map(({ report }) => report))];
  return [...lines, `  ${account}  not accepted, so never missed: ${names.join(', ')}\n`];
}

/**
 * Writes down what a person knows.
 * @param place the words after the action
 * @throws RapError USAGE
 */
export async function enter(
  action: 'close' | 'condition' | 'deadline',
  place: readonly string[],
  words: ExpectOptions,
): Promise<number> {
  const home = homeFromOptions(words);
  const act = { by: personFromOptions(words), reason: required(words.reason?.trim(), '--reason') };
  const [what, day] = [
    required(place[0], action === 'condition' ? 'CONDITION' : 'CODE'),
    required(place[1], 'DATE'),
  ];
  const date = dateOption(day, 'DATE');
  const { catalogue } = await new SiteRulesReader(home).read();
  const only = words.account === undefined ? {} : { account: words.account };
  return withLedger(home, async (ledger: Pick<Ledger, 'expectations'>) => {
    if (action === 'condition') {
      const holds = words.not !== true;
      await enterCondition(ledger, catalogue, { condition: what, date, holds, ...only }, act);
      printEntered(words, { entered: action, condition: what, date, holds, by: act.by });
      return 0;
    }
    const times = action === 'close' ? undefined : deadlines(words, date);
    const { fresh: _, ...of } = await enterForReport(
      ledger,
      catalogue,
      { code: what, date, ...only },
      times,
      act,
    );
    printEntered(words, { entered: action, ...of, date, by: act.by });
    return 0;
  });
}

function printEntered({ json }: ExpectOptions, entered: Record<string, unknown>): void {
  if (json === true) print(entered);
  else process.stdout.write(`Entered by ${entered.by}. "rap expect" shows what it changes.\n`);
}

/** @throws RapError USAGE */
function deadlines(words: ExpectOptions, date: string): { lateAfter?: number; cutOff?: number } {
  const at = (text: string | undefined, word: string) => {
    if (text === undefined) return undefined;
    const moment = momentOn(date, text);
    if (moment !== undefined) return moment;
    throw new RapError('USAGE', `${word} "${text}" is not a time like 22:30 or 01:00+1d`);
  };
  const [lateAfter, cutOff] = [at(words.late, '--late'), at(words['cut-off'], '--cut-off')];
  if (lateAfter === undefined && cutOff === undefined)
    throw new RapError('USAGE', '--late or --cut-off is missing');
  return {
    ...(lateAfter === undefined ? {} : { lateAfter }),
    ...(cutOff === undefined ? {} : { cutOff }),
  };
}

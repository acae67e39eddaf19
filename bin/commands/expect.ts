/** `rap expect`: which reports are here, due, late or missing now or in a scenario, and what people know of them. */
import { RapError } from '../../lib/errors/rap-error.ts';
import { readText } from '../../lib/files/text-file.ts';
import { expect } from '../../lib/reports/expectation/expect.ts';
import { readScenario } from '../../lib/reports/expectation/scenario.ts';
import type { Answer, Expectation, Message } from '../../lib/reports/expectation/types.ts';
import { secondText } from '../../lib/time/seconds.ts';
import { parseArguments, required } from '../connection-options.ts';
import { answerNow, enter } from '../expect-now.ts';
import { homeHelp } from '../home-options.ts';

export const help = `Usage: rap expect [--account NAME] [--json]
       rap expect deadline CODE[:SET] DATE [--late HH:MM] [--cut-off HH:MM] [--account NAME] --reason TEXT [--by NAME]
       rap expect condition CONDITION DATE [--not] [--account NAME] --reason TEXT [--by NAME]
       rap expect close CODE[:SET] DATE [--account NAME] --reason TEXT [--by NAME]
       rap expect --scenario FILE [--json]

Says which reports are here, due, late or missing now, by the ledger of the home: of the accounts that a report-check node
checks. Exit status 0: nothing is lacking that is due, 5: something is, 6: that cannot be said.

deadline   other times for one report of one business date: HH:MM on that date, or HH:MM+1d on the next day
condition  what some reports come for (holiday-margin-call) holds for that business date, or with --not does not
close      nobody waits any more for the report of that business date; its alarm ends

A single date that is open or closed otherwise than the calendar says: "rap calendar set".

${homeHelp}
  --scenario FILE   answers a scenario in place of the ledger: one JSON object with account, rules, ask, askPractice, at,
                    facts; all moments are Hong Kong time. docs/expectations.md describes the fields and the rules
  --json            with --scenario one JSON object, expectations and messages; else one for each account`;

const options = {
  scenario: { type: 'string' },
  home: { type: 'string' },
  account: { type: 'string' },
  late: { type: 'string' },
  'cut-off': { type: 'string' },
  not: { type: 'boolean' },
  by: { type: 'string' },
  reason: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/**
 * @param argv the words after "rap expect"
 * @returns 0, the question was answered; without a scenario see the help
 * @throws RapError USAGE or CONFIG_INVALID
 */
export default async function expectCommand(argv: string[]): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  const [action, ...place] = positionals;
  if (action === 'close' || action === 'condition' || action === 'deadline')
    return enter(action, place, values);
  if (action !== undefined) throw new RapError('USAGE', 'rap expect takes deadline, condition or close');
  if (values.scenario === undefined) return answerNow(values);
  const answer = expect(readScenario(await readJson(required(values.scenario, '--scenario'))));
  process.stdout.write(`${values.json ? JSON.stringify(asJson(answer)) : asText(answer)}\n`);
  return 0;
}

/** Months of facts, and more. */
const LIMIT = 64 * 2 ** 20;

async function readJson(file: string): Promise<unknown> {
  const text = await readText(file, { what: 'The scenario', limit: LIMIT });
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RapError('CONFIG_INVALID', `The scenario ${file} is not JSON: ${why}`, {
      cause,
      cure: 'Correct the file at the place named; a scenario is one JSON object.',
    });
  }
}

function moment(second: number | null): string | null {
  return second === null ? null : secondText(second);
}

function asJson({ expectations, messages }: Answer) {
  return {
    expectations: expectations.map(({ report, set, businessDate, state, practice, lacking, ...one }) => ({
      ...{ report, set, businessDate, state, practice, lacking },
      lateAfter: moment(one.lateAfter),
      cutOff: moment(one.cutOff),
    })),
    messages: messages.map((one) => ({
      ...one,
      at: secondText(one.at),
      ...(one.kind === 'unknown' ? { since: secondText(one.since) } : {}),
    })),
  };
}

function asText({ expectations, messages }: Answer): string {
  return [...expectations.map(expectationLine), ...messages.map(messageLine)].join('\n');
}

function expectationLine({
  report,
  set,
  businessDate,
  practice,
  state,
  lacking,
  cutOff,
  lateAfter,
}: Expectation) {
  const name = [report, set, practice === true ? '(practice)' : ''].filter((text) => text !== '').join(' ');
  const lacks = lacking === undefined ? '' : `, lacks ${lacking.join(', ')}`;
  const until =
    lateAfter === null ? '' : `, late after ${moment(lateAfter)}, missing after ${moment(cutOff)}`;
  return `${businessDate} ${name}: ${state}${lacks}${until}`;
}

function messageLine(message: Message): string {
  if (message.kind === 'unknown')
    return `mail at ${secondText(message.at)}: nobody could look since ${secondText(message.since)}`;
  const { kind, report, set, businessDate, at } = message;
  return `mail at ${secondText(at)}: ${report}${set === '' ? '' : ` ${set}`} of ${businessDate} ${kind}`;
}

/** `rap expect`: which reports are expected, late or missing in a scenario, and which mails were due. */
import { RapError } from '../../lib/errors/rap-error.ts';
import { readText } from '../../lib/files/text-file.ts';
import { expect } from '../../lib/reports/expectation/expect.ts';
import { readScenario } from '../../lib/reports/expectation/scenario.ts';
import type { Answer, Expectation, Message } from '../../lib/reports/expectation/types.ts';
import { secondText } from '../../lib/time/seconds.ts';
import { parseWords, required } from '../connection-options.ts';

const help = `Usage: rap expect --scenario FILE [--json]

Says which report is expected, due, late or missing at a moment, and which mails were due up to then. Everything the
answer depends on stands in the scenario: no network, no clock, no ledger.

  --scenario FILE   one JSON object: account, rules, ask, askPractice, at, facts; all moments are Hong Kong time.
                    docs/expectations.md describes the fields and the rules
  --json            one JSON object on stdout: expectations and messages`;

const options = {
  scenario: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * @param argv the words after "rap expect"
 * @returns 0, the question was answered
 * @throws RapError USAGE or CONFIG_INVALID
 */
export default async function expectCommand(argv: string[]): Promise<number> {
  const { values } = parseWords(argv, options);
  if (values.help) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
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

/** What the quick rules say of a scenario, in the words of the oracle. */
import { expect } from '../../../../lib/reports/expectation/expect.ts';
import { readScenario } from '../../../../lib/reports/expectation/scenario.ts';
import type { RawScenario, Told } from './raw.ts';

const stamp = (second: number | null) =>
  second === null
    ? 'never'
    : new Date((second + 8 * 3600) * 1000).toISOString().slice(0, 19).replace('T', ' ');

export function told(scenario: RawScenario): Told {
  const { expectations, messages } = expect(readScenario(scenario));
  return {
    expectations: expectations
      .map(
        ({ report, set, businessDate, practice, state, lacking = [], lateAfter, cutOff }) =>
          `${report}/${set} ${businessDate}${practice ? ' (practice)' : ''}: ${state} [${lacking}] late after ${stamp(lateAfter)}, missing after ${stamp(cutOff)}`,
      )
      .sort(),
    messages: messages
      .map((one) =>
        one.kind === 'unknown'
          ? `unknown at ${stamp(one.at)} since ${stamp(one.since)}`
          : `${one.kind} ${one.report}/${one.set} ${one.businessDate} at ${stamp(one.at)}`,
      )
      .sort(),
  };
}

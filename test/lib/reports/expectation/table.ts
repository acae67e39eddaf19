/** Tables of cases that are held against the wanted answer and against the oracle. */
import assert from 'node:assert/strict';
import { expect } from '../../../../lib/reports/expectation/expect.ts';
import { readScenario } from '../../../../lib/reports/expectation/scenario.ts';
import { secondText } from '../../../../lib/time/seconds.ts';
import { DAY, factOf, moment, pair } from './lines.ts';
import { oracle } from './oracle.ts';
import type { RawRule, RawScenario } from './raw.ts';
import { told } from './told.ts';

/** One case: facts in short lines, and what is wanted. */
export interface Row {
  it: string;
  rules?: RawRule[];
  day?: string;
  ask?: string[];
  askPractice?: string[];
  account?: Partial<RawScenario['account']>;
  at: string;
  facts: string[];
  /** States of the asked ones in order, with what is lacking. */
  is: string[];
  /** Kinds of mail in the order of time; with a report where several are asked. */
  mails?: string[];
}

export function scenarioOf({
  rules = [pair],
  day = DAY,
  at,
  facts,
  ask = [day],
  askPractice,
  account,
}: Row): RawScenario {
  const [first = pair] = rules;
  return {
    account: { installation: 'HKSCC', participant: 'SIM001', calendar: 'securities', ...account },
    rules,
    ask,
    ...(askPractice === undefined ? {} : { askPractice }),
    at: moment(at, day),
    facts: facts.map((line) => factOf(line, first, day)),
  };
}

/** The answer, which must also be the oracle's. */
export function answerOf(row: Row) {
  const scenario = scenarioOf(row);
  const { expectations, messages } = expect(readScenario(scenario));
  assert.deepEqual(told(scenario), oracle(scenario));
  return {
    is: expectations.map(({ state, lacking }) => [state, ...(lacking ?? [])].join(' lacks ')),
    mails: messages.map(({ kind }) => kind),
    times: expectations.map(({ lateAfter, cutOff }) =>
      [lateAfter, cutOff].map((one) => one && secondText(one)),
    ),
  };
}

/** A test for each row. */
export function table(title: string, rows: readonly Row[]) {
  describe(title, () => {
    for (const row of rows) {
      it(row.it, () => {
        const { is, mails } = answerOf(row);
        assert.deepEqual({ is, mails }, { is: row.is, mails: row.mails ?? [] });
      });
    }
  });
}

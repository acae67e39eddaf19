/** The shipped catalogue through the years 2025 to 2027, for each kind of firm. */
import assert from 'node:assert/strict';
import { rulesOf } from '../../../../lib/reports/catalogue/account-rules.ts';
import { expect } from '../../../../lib/reports/expectation/expect.ts';
import { readScenario } from '../../../../lib/reports/expectation/scenario.ts';
import type { Message } from '../../../../lib/reports/expectation/types.ts';
import { secondText } from '../../../../lib/time/seconds.ts';
import { type Firm, firms, type Lived, liveDay, siteRows } from './catalogue-years.ts';
import { oracle } from './oracle.ts';
import { nextOpen, plus, randomOf, sec, slowDay, stamp } from './slow-calendar.ts';
import { told } from './told.ts';

/** Every date; RAP_PROPERTY_RUNS from 100,000 on. Otherwise every special date, and of the others some. */
const WHOLE = Number(process.env.RAP_PROPERTY_RUNS ?? 0) >= 100_000;
const SAMPLE = 30;

/** The business dates of a firm that are tried. */
function datesOf({ calendar }: Firm): string[] {
  const dates: string[] = [];
  let number = 0;
  for (let date = '2025-01-01'; date <= '2027-12-30'; date = plus(date, 1)) {
    if (slowDay(calendar, date) === 'closed') continue;
    const isSpecial = slowDay(calendar, date) === 'half' || nextOpen(calendar, date) > plus(date, 3);
    if (WHOLE || isSpecial || number % SAMPLE === 0 || date === '2027-10-11') dates.push(date);
    number++;
  }
  return dates;
}

function answer({ scenario }: Lived, { installation, calendar }: Firm, at = scenario.at) {
  const derivatives = calendar === 'derivatives-h' ? 'derivatives-h' : 'derivatives-nh';
  const question = readScenario({ ...scenario, at });
  return expect({ ...question, rules: rulesOf(siteRows, { installation, derivatives }) });
}

const keyOf = (mail: Message) =>
  mail.kind === 'unknown'
    ? `unknown since ${mail.since}`
    : `${mail.kind}${mail.kind === 'amended' ? ` ${mail.edition}` : ''} ${mail.report}/${mail.set} ${mail.businessDate}`;

const plainOf = (mail: Message) =>
  mail.kind === 'unknown' ? 'unknown' : `${mail.kind} ${mail.report}/${mail.set} ${mail.businessDate}`;

describe('the shipped catalogue through three years', () => {
  for (const firm of firms) {
    it(`of an ${firm.name}: every mail that is due and no other, each once, whenever somebody asks`, () => {
      let sent = 0;
      for (const date of datesOf(firm)) {
        const lived = liveDay(firm, date);
        const { messages, expectations } = answer(lived, firm);
        // What was true of its fate.
        if (lived.mails === undefined) assert.deepEqual(told(lived.scenario), oracle(lived.scenario), date);
        else assert.deepEqual(messages.map(plainOf).sort(), lived.mails, date);
        for (const { report, set, businessDate, state } of expectations) {
          const here = lived.here.get(`${report}/${set} ${businessDate}`);
          const isHere = ['received', 'on-share', 'amended'].includes(state);
          if (here !== undefined) assert.equal(isHere, here, `${report}/${set} ${businessDate} is ${state}`);
          else assert.ok(isHere || state === 'not-expected', `${report}/${set} ${businessDate} is ${state}`);
        }
        assert.equal(new Set(messages.map(keyOf)).size, messages.length, 'each once');
        // And what had been said by any moment before is what is said now of the time until then.
        const random = randomOf(date);
        for (const share of [random(), random()]) {
          const at = Math.floor(
            sec(`${date} 08:00`) + share * (sec(lived.scenario.at) - sec(`${date} 08:00`)),
          );
          const earlier = answer(lived, firm, stamp(at)).messages.map(
            (mail) => `${keyOf(mail)} ${secondText(mail.at)}`,
          );
          const until = messages
            .filter((mail) => mail.at <= at)
            .map((mail) => `${keyOf(mail)} ${secondText(mail.at)}`);
          assert.deepEqual(earlier.sort(), until.sort(), `asked at ${stamp(at)}`);
        }
        sent += messages.length;
      }
      assert.ok(sent > 100, `only ${sent} mails`);
    }).timeout(300_000);
  }

  it('reads the catalogue as the oracle does', () => {
    for (const firm of firms) {
      for (const date of datesOf(firm).filter((_, index) => index % (WHOLE ? 7 : 40) === 0)) {
        const lived = liveDay(firm, date);
        assert.deepEqual(told(lived.scenario), oracle(lived.scenario), `${firm.name} ${date}`);
      }
    }
  }).timeout(300_000);
});

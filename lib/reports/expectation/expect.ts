/**
 * Which report is expected, due, late or missing at a moment, and which mails have fallen due until then: a pure
 * function of rules, calendars, facts and the moment. docs/expectations.md says the rules in words.
 */
import type { IsoDate } from '../../time/hong-kong.ts';
import { belonging, groupRules, versionFor } from './belonging.ts';
import { AllCopies } from './copies.ts';
import { Entries } from './entries.ts';
import { type Case, judge, noWindow } from './judge.ts';
import { looksByFolder } from './looks.ts';
import { messagesOf } from './messages.ts';
import { judgePractice } from './practice.ts';
import type { Answer, Expectation, Question, Rule } from './types.ts';
import { planOf } from './window.ts';

/**
 * Answers a question about expectations.
 * @returns one expectation for each asked date and each report and set, and production's mails up to the moment
 * @throws RapError CONFIG_INVALID when a calendar, or a year of it, that is needed is not known
 */
export function expect(question: Question): Answer {
  const { rules, facts, at } = question;
  const entries = new Entries(facts, at);
  const production = casesOf(question, question.ask, entries, false);
  const practice = casesOf(question, question.askPractice, entries, true);
  const session = entries.practice(at);
  const begin = Math.min(facts[0]?.at ?? at, at);
  const folders = [...new Set(rules.map(({ folder }) => folder))];
  const blind = folders.flatMap((folder) => production.looks(folder).blindSpans(begin, at));
  const cases = production.asked.filter((one) => 'rule' in one);
  return {
    expectations: [
      ...production.asked.map((one) => ('rule' in one ? judge(one, at) : one)),
      ...practice.asked.map(
        (one): Expectation => ('rule' in one ? judgePractice(one, session, at) : { ...one, practice: true }),
      ),
    ],
    messages: messagesOf(cases, blind, begin, at),
  };
}

/** What is asked of each business date: a case, or for a report without a rule in force its expectation at once. */
function casesOf(question: Question, dates: readonly IsoDate[], entries: Entries, practice: boolean) {
  const { rules, calendars, facts, at } = question;
  const looks = looksByFolder(facts, entries, at, practice);
  const copies = new AllCopies(facts, belonging(rules, question.participant), at, practice);
  const groups = groupRules(rules);

  const caseOf = (rule: Rule, set: string, businessDate: IsoDate): Case => ({
    ...{ rule, set, businessDate },
    copies: copies.of(rule.report, set, businessDate),
    looks: looks(rule.folder),
    planAt: (moment) => planOf(rule, businessDate, calendars, entries, moment),
    changes: entries.changesOf(rule, businessDate),
  });
  const on = (businessDate: IsoDate): (Case | Expectation)[] => {
    const asked = new Map<string, Case | Expectation>();
    for (const { report, set: own, versions } of groups) {
      const rule = versionFor(versions, businessDate);
      const came = rule?.frequency === 'event' ? copies.setsThatCame(rule, businessDate) : [];
      for (const set of came.length > 0 ? came : [own]) {
        const key = JSON.stringify([report, set]);
        if (rule !== undefined) asked.set(key, caseOf(rule, set, businessDate));
        // A set that came by an event rule goes before a rule for that set which is not in force.
        else if (!asked.has(key)) asked.set(key, notInForce(report, set, businessDate));
      }
    }
    return [...asked.values()];
  };
  return { asked: [...new Set(dates)].flatMap(on), looks };
}

function notInForce(report: string, set: string, businessDate: IsoDate): Expectation {
  return { report, set, businessDate, state: 'not-expected', ...noWindow, traces: [] };
}

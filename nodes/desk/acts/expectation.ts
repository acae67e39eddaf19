/** What people know of single nights and dates: other deadlines, a condition that holds, a report nobody awaits. */

import { z } from 'zod';
import { enterCondition, enterForReport, momentOn } from '../../../lib/collection/persons-entry.ts';
import { SiteRulesReader } from '../../../lib/collection/site-rules.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import type { Language } from '../../../lib/i18n/languages.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { isIsoDate } from '../../../lib/time/hong-kong.ts';
import { act } from './act.ts';

const permission = 'rap-ops.write';
const date = z.string().trim().refine(isIsoDate, 'is not a date like 2026-11-30');
const account = z.string().trim().max(80).default('');
const code = z.string().trim().min(1, 'is empty').max(40);

const ofAccount = (name: string) => (name === '' ? {} : { account: name });

export const deadlineAct = act({
  name: 'deadline',
  permission,
  fields: [
    { name: 'account', kind: 'hidden' },
    { name: 'report', kind: 'text', required: true, most: 40 },
    { name: 'date', kind: 'date', required: true },
    { name: 'late', kind: 'text', most: 9 },
    { name: 'cutOff', kind: 'text', most: 9 },
  ],
  reason: 'required',
  schema: z.object({
    ...{ account, report: code, date },
    late: z.string().trim().max(9).default(''),
    cutOff: z.string().trim().max(9).default(''),
  }),
  async done({ ledger, home, by, language }, { account, report, date, late, cutOff, why: reason }) {
    if (late === '' && cutOff === '') throw refusal('late', 'Give at least one of the two times');
    const at = (field: string, text: string) => {
      const moment = text === '' ? undefined : momentOn(date, text);
      if (text !== '' && moment === undefined)
        throw refusal(field, `"${text}" is not a time like 22:30 or 01:00+1d`);
      return moment;
    };
    const [lateAfter, missing] = [at('late', late), at('cutOff', cutOff)];
    if (lateAfter !== undefined && missing !== undefined && missing < lateAfter)
      throw refusal('cutOff', 'A report is late before it is missing');
    const { catalogue } = await new SiteRulesReader(home).read();
    const times = {
      ...(lateAfter === undefined ? {} : { lateAfter }),
      ...(missing === undefined ? {} : { cutOff: missing }),
    };
    const of = { code: report, date, ...ofAccount(account) };
    const { fresh } = await enterForReport(ledger, catalogue, of, times, { by, reason });
    return { said: saidOf(fresh, language) };
  },
});

export const closeExpectationAct = act({
  name: 'close-expectation',
  permission,
  fields: [
    { name: 'account', kind: 'hidden' },
    { name: 'report', kind: 'text', required: true, most: 40 },
    { name: 'date', kind: 'date', required: true },
  ],
  reason: 'required',
  schema: z.object({ account, report: code, date }),
  async done({ ledger, home, by, language }, { account, report, date, why: reason }) {
    const { catalogue } = await new SiteRulesReader(home).read();
    const of = { code: report, date, ...ofAccount(account) };
    const { fresh } = await enterForReport(ledger, catalogue, of, undefined, { by, reason });
    return { said: saidOf(fresh, language) };
  },
});

export const conditionAct = act({
  name: 'condition',
  permission,
  fields: [
    { name: 'account', kind: 'hidden' },
    { name: 'condition', kind: 'text', required: true, most: 60 },
    { name: 'date', kind: 'date', required: true },
    { name: 'holds', kind: 'choice', options: ['yes', 'no'] },
  ],
  reason: 'required',
  schema: z.object({
    ...{ account, date },
    condition: z.string().trim().min(1, 'is empty').max(60),
    holds: z.enum(['yes', 'no']).default('yes'),
  }),
  async done({ ledger, home, by, language }, { account, condition, date, holds, why: reason }) {
    const { catalogue } = await new SiteRulesReader(home).read();
    const entry = { condition, date, holds: holds === 'yes', ...ofAccount(account) };
    const fresh = await enterCondition(ledger, catalogue, entry, { by, reason });
    return { said: saidOf(fresh, language) };
  },
});

/** Of two people who enter the same the second is told that it stands there. */
function saidOf(fresh: boolean, language: Language): string {
  return t(language, fresh ? 'acts.expectation.said' : 'acts.expectation.same');
}

function refusal(field: string, message: string): RapError {
  return new RapError('USAGE', message, { details: { field }, cure: 'Times are like 22:30 or 01:00+1d.' });
}

/** What people know of single nights and dates: other deadlines, a condition that holds, a report nobody awaits. */
import { z } from 'zod';
import { enterCondition, enterForReport, momentOn } from '../../../lib/collection/persons-entry.ts';
import { SiteRulesReader } from '../../../lib/collection/site-rules.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { isIsoDate } from '../../../lib/time/hong-kong.ts';
import { act } from './act.ts';

const permission = 'rap-ops.write';
const date = z.string().trim().refine(isIsoDate, 'is not a date like 2026-11-30');
const account = z.string().trim().max(80).default('');
const code = z.string().trim().min(1, 'is empty').max(40);

const said = {
  en: 'It is entered, and counts from the next look on.',
  'zh-Hant': '已輸入，由下次檢查起生效。',
  'zh-Hans': '已输入，由下次检查起生效。',
};

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
  words: {
    en: {
      title: 'Move the deadline of one night',
      explains:
        'Other times for one report of one business date. Times are Hong Kong time: 22:30, or 01:00+1d on the next day.',
      confirm: 'Move it',
      labels: {
        report: 'Report (RMAMR03:4 for its set 4)',
        date: 'Business date',
        late: 'Late after',
        cutOff: 'Missing after',
      },
    },
    'zh-Hant': {
      title: '更改一晚的期限',
      explains: '一份報告於一個營業日的其他時間。時間為香港時間：22:30，次日則為 01:00+1d。',
      confirm: '更改',
      labels: {
        report: '報告（第 4 組為 RMAMR03:4）',
        date: '營業日',
        late: '逾此時為遲到',
        cutOff: '逾此時為欠缺',
      },
    },
    'zh-Hans': {
      title: '更改一晚的期限',
      explains: '一份报告于一个营业日的其他时间。时间为香港时间：22:30，次日则为 01:00+1d。',
      confirm: '更改',
      labels: {
        report: '报告（第 4 组为 RMAMR03:4）',
        date: '营业日',
        late: '逾此时为迟到',
        cutOff: '逾此时为欠缺',
      },
    },
  },
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
    await enterForReport(ledger, catalogue, { code: report, date, ...ofAccount(account) }, times, {
      by,
      reason,
    });
    return { said: said[language] };
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
  words: {
    en: {
      title: 'Wait no longer for a report',
      explains:
        'Nobody waits any more for this report of this business date, and its alarm ends. It is fetched all the same if it comes.',
      confirm: 'Wait no longer',
      labels: { report: 'Report (RMAMR03:4 for its set 4)', date: 'Business date' },
    },
    'zh-Hant': {
      title: '不再等候報告',
      explains: '不再等候此營業日的這份報告，其警報隨之結束。如其後出現，仍會取回。',
      confirm: '不再等候',
      labels: { report: '報告（第 4 組為 RMAMR03:4）', date: '營業日' },
    },
    'zh-Hans': {
      title: '不再等候报告',
      explains: '不再等候此营业日的这份报告，其警报随之结束。如其后出现，仍会取回。',
      confirm: '不再等候',
      labels: { report: '报告（第 4 组为 RMAMR03:4）', date: '营业日' },
    },
  },
  async done({ ledger, home, by, language }, { account, report, date, why: reason }) {
    const { catalogue } = await new SiteRulesReader(home).read();
    const of = { code: report, date, ...ofAccount(account) };
    await enterForReport(ledger, catalogue, of, undefined, { by, reason });
    return { said: said[language] };
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
  words: {
    en: {
      title: 'Holiday margin call, or another condition',
      explains:
        'Some reports come only when something holds for a business date, such as a holiday margin call. Say whether it does.',
      confirm: 'Enter it',
      labels: { condition: 'Condition', date: 'Business date', holds: 'Does it hold?' },
      options: { yes: 'yes', no: 'no' },
    },
    'zh-Hant': {
      title: '假日追收按金或其他條件',
      explains: '有些報告只在某條件於該營業日成立時才有，例如假日追收按金。請說明是否成立。',
      confirm: '輸入',
      labels: { condition: '條件', date: '營業日', holds: '是否成立' },
      options: { yes: '成立', no: '不成立' },
    },
    'zh-Hans': {
      title: '假日追收保证金或其他条件',
      explains: '有些报告只在某条件于该营业日成立时才有，例如假日追收保证金。请说明是否成立。',
      confirm: '输入',
      labels: { condition: '条件', date: '营业日', holds: '是否成立' },
      options: { yes: '成立', no: '不成立' },
    },
  },
  async done({ ledger, home, by, language }, { account, condition, date, holds, why: reason }) {
    const { catalogue } = await new SiteRulesReader(home).read();
    const entry = { condition, date, holds: holds === 'yes', ...ofAccount(account) };
    await enterCondition(ledger, catalogue, entry, { by, reason });
    return { said: said[language] };
  },
});

function refusal(field: string, message: string): RapError {
  return new RapError('USAGE', message, { details: { field }, cure: 'Times are like 22:30 or 01:00+1d.' });
}

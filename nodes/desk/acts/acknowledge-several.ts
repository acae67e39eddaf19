/** "I know" for several alarms at once: those that stood on the page, and none that came since. */
import { z } from 'zod';
import { acknowledge } from '../../../lib/alarms/acknowledge.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { hongKongStamp } from '../../../lib/time/hong-kong.ts';
import { restHoursOf } from '../../rap-contacts/rap-contacts.ts';
import { act } from './act.ts';

/** As many as a page lists, twice. */
const MOST = 60;

const numbers = z
  .string()
  .max(1000)
  .regex(/^\d{1,15}(,\d{1,15})*$/, 'is no list of numbers')
  .transform((text) => [...new Set(text.split(',').map(Number))])
  .refine((all) => all.length <= MOST && all.every((one) => one > 0 && Number.isSafeInteger(one)), {
    message: `names more than ${MOST} alarms, or none that there can be`,
  });

const said = {
  en: {
    all: 'Acknowledged until {until}: {n} alarms.',
    over: 'Over meanwhile: {numbers}.',
  },
  'zh-Hant': { all: '已確認 {n} 個警報，至 {until} 前不再提示。', over: '其間已結束：{numbers}。' },
  'zh-Hans': { all: '已确认 {n} 个警报，至 {until} 前不再提示。', over: '其间已结束：{numbers}。' },
};

export const acknowledgeSeveralAct = act({
  name: 'acknowledge-several',
  permission: 'rap-ops.write',
  fields: [
    { name: 'alarms', kind: 'hidden' },
    { name: 'n', kind: 'hidden' },
    { name: 'about', kind: 'hidden' },
  ],
  reason: 'optional',
  schema: z.object({ alarms: numbers }),
  words: {
    en: {
      title: 'Acknowledge {n} alarms',
      explains:
        '{about}: numbers {alarms}. No reminders of these are sent for a while; each stays open until what it is about is over. What comes from now on is told as always.',
      confirm: 'Acknowledge all of them',
      labels: {},
    },
    'zh-Hant': {
      title: '確認 {n} 個警報',
      explains:
        '{about}：編號 {alarms}。一段時間內不再就此發出提示；每個警報在事情完結前仍然未結。此後新出現的照常通知。',
      confirm: '全部確認',
      labels: {},
    },
    'zh-Hans': {
      title: '确认 {n} 个警报',
      explains:
        '{about}：编号 {alarms}。一段时间内不再就此发出提示；每个警报在事情完结前仍然未结。此后新出现的照常通知。',
      confirm: '全部确认',
      labels: {},
    },
  },
  async done({ RED, ledger, clock, by, language }, { alarms, why }) {
    const hours = restHoursOf(RED);
    const over: number[] = [];
    let fault: RapError | undefined;
    let until = clock.now();
    for (const alarm of alarms) {
      try {
        ({ until } = await acknowledge(ledger, clock, { alarm, by, why }, hours));
      } catch (thrown) {
        // One that is over needs nobody any more.
        if (!(thrown instanceof RapError) || thrown.code !== 'USAGE') throw thrown;
        over.push(alarm);
        fault ??= thrown;
      }
    }
    const n = alarms.length - over.length;
    if (n === 0 && fault !== undefined) throw fault;
    const words = said[language];
    const stamp = hongKongStamp(until).slice(0, 16);
    const told = words.all.replace('{until}', stamp).replace('{n}', String(n));
    return { said: over.length === 0 ? told : `${told} ${words.over.replace('{numbers}', over.join(', '))}` };
  },
});

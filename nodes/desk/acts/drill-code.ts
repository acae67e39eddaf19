/** The code that a contact of the reachability drill has sent back or told. */
import { z } from 'zod';
import { signed } from '../../../lib/accounts/data-centre-switch.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { answerDrill } from '../../../lib/practice/drill.ts';
import { hongKongStamp, isIsoDate } from '../../../lib/time/hong-kong.ts';
import { guessesAt } from '../../runtime/guesses.ts';
import { act } from './act.ts';
import { typedName } from './person.ts';

const said = {
  en: { answered: '{name} has answered.', again: '{name} had answered before, {time}.' },
  'zh-Hant': { answered: '{name} 已回覆。', again: '{name} 早前已於 {time} 回覆。' },
  'zh-Hans': { answered: '{name} 已回复。', again: '{name} 早前已于 {time} 回复。' },
};

export const drillCodeAct = act({
  name: 'drill-code',
  permission: 'rap-ops.write',
  fields: [
    { name: 'date', kind: 'hidden' },
    { name: 'code', kind: 'text', required: true, most: 60 },
    { name: 'how', kind: 'choice', options: ['telephone', 'mail'] },
  ],
  reason: 'none',
  schema: z.object({
    date: z.string().refine(isIsoDate, 'is not a date'),
    code: z.string().trim().min(1, 'is empty').max(60),
    how: z.enum(['telephone', 'mail']).default('telephone'),
  }),
  words: {
    en: {
      title: 'Enter a code of the drill',
      explains: 'Six letters and digits, as the contact sends them back or tells them. A code is good once.',
      confirm: 'Enter',
      labels: { code: 'Code', how: 'How it came' },
      options: { telephone: 'told on the telephone', mail: 'reply by mail' },
    },
    'zh-Hant': {
      title: '輸入測試代碼',
      explains: '聯絡人回覆或告知的六個字母和數字。每個代碼只可用一次。',
      confirm: '輸入',
      labels: { code: '代碼', how: '方式' },
      options: { telephone: '以電話告知', mail: '以電郵回覆' },
    },
    'zh-Hans': {
      title: '输入测试代码',
      explains: '联系人回复或告知的六个字母和数字。每个代码只可用一次。',
      confirm: '输入',
      labels: { code: '代码', how: '方式' },
      options: { telephone: '以电话告知', mail: '以邮件回复' },
    },
  },
  async done(context, { date, code, how }) {
    const { RED, ledger, login, language } = context;
    const guesses = guessesAt(RED);
    const by = signed(typedName(context), login);
    guesses.check();
    const found = await answerDrill(ledger, date, { text: code, how, by });
    if (found === undefined) {
      guesses.wrong();
      await ledger.journal.append({
        ...{ who: by, what: 'reachability drill: wrong code' },
        ...{ why: 'No contact has the code that was entered', details: { practice: date } },
      });
      throw new RapError('CODE_REFUSED', 'No contact of this session has this code', {
        details: { field: 'code' },
      });
    }
    const { outcome, contact } = found;
    const time = contact.answeredAt === null ? '' : hongKongStamp(contact.answeredAt).slice(0, 16);
    const name = contact.name || contact.email;
    return { said: said[language][outcome].replace('{name}', () => name).replace('{time}', time) };
  },
});

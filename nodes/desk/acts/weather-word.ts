/** What the hotline says of a session, or what is known of Extreme Conditions: it counts at once. */
import { z } from 'zod';
import { signed } from '../../../lib/accounts/data-centre-switch.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { practiceTranslator } from '../../../lib/practice/texts/index.ts';
import { nodeThat } from '../../runtime/by-hand.ts';
import { act } from './act.ts';
import { typedName } from './person.ts';

const words = [
  'held',
  'cancelled',
  'terminated',
  'extreme-declared',
  'extreme-ended',
  'extreme-none',
] as const;

const said = {
  en: 'It is entered. The verdict now: {verdict}.',
  'zh-Hant': '已輸入。現時結果：{verdict}。',
  'zh-Hans': '已输入。现时结果：{verdict}。',
};

export const weatherWordAct = act({
  name: 'weather-word',
  permission: 'rap-ops.write',
  fields: [
    { name: 'node', kind: 'hidden' },
    { name: 'word', kind: 'choice', options: words, required: true },
    { name: 'from', kind: 'choice', options: ['hkex', 'operator'], required: true },
    { name: 'how', kind: 'text', required: true, most: 300 },
    { name: 'since', kind: 'text', most: 16 },
  ],
  reason: 'none',
  schema: z.object({
    node: z.string().min(1),
    word: z.enum(words),
    from: z.enum(['hkex', 'operator']).default('hkex'),
    how: z.string().trim().max(300).default(''),
    since: z.string().trim().max(16).default(''),
  }),
  words: {
    en: {
      title: 'Enter what the hotline says',
      explains: 'It counts at once, and answers a hold. What the exchange says wins over everything.',
      confirm: 'Enter',
      labels: {
        word: 'What is said',
        from: 'Who says it',
        how: 'How it was learnt (hotline 2979-7111, mail)',
        since: 'Since (2026-11-30 14:05), for Extreme Conditions only',
      },
      options: {
        held: 'The session is held',
        cancelled: 'The session is cancelled',
        terminated: 'The session is terminated',
        'extreme-declared': 'Extreme Conditions are declared',
        'extreme-ended': 'Extreme Conditions have ended',
        'extreme-none': 'There are no Extreme Conditions: a false alarm',
        hkex: 'HKEX',
        operator: 'our own operator',
      },
    },
    'zh-Hant': {
      title: '輸入熱線的答覆',
      explains: '即時生效，並解除待決。交易所的答覆優先於一切。',
      confirm: '輸入',
      labels: {
        word: '內容',
        from: '由何人說',
        how: '如何得知（熱線 2979-7111、郵件）',
        since: '自何時起（2026-11-30 14:05），只適用於極端情況',
      },
      options: {
        held: '演習舉行',
        cancelled: '演習取消',
        terminated: '演習終止',
        'extreme-declared': '已公布極端情況',
        'extreme-ended': '極端情況已結束',
        'extreme-none': '沒有極端情況：屬誤報',
        hkex: '香港交易所',
        operator: '本公司操作員',
      },
    },
    'zh-Hans': {
      title: '输入热线的答复',
      explains: '即时生效，并解除待决。交易所的答复优先于一切。',
      confirm: '输入',
      labels: {
        word: '内容',
        from: '由何人说',
        how: '如何得知（热线 2979-7111、邮件）',
        since: '自何时起（2026-11-30 14:05），只适用于极端情况',
      },
      options: {
        held: '演习举行',
        cancelled: '演习取消',
        terminated: '演习终止',
        'extreme-declared': '已公布极端情况',
        'extreme-ended': '极端情况已结束',
        'extreme-none': '没有极端情况：属误报',
        hkex: '香港交易所',
        operator: '本公司操作员',
      },
    },
  },
  async done(context, { node: id, word, from, how, since }) {
    const { RED, login, language } = context;
    const node = nodeThat(RED, id, 'sayByHand');
    if (node === undefined) {
      throw new RapError('USAGE', 'This weather-check node is not deployed any more', {
        cure: 'Load the page again.',
      });
    }
    if (how === '') throw new RapError('USAGE', 'Say how it was learnt', { details: { field: 'how' } });
    const by = signed(typedName(context), login);
    const decision = await node.sayByHand(
      word.startsWith('extreme-')
        ? { about: 'extreme-conditions', says: word.slice('extreme-'.length), since, by, how }
        : { about: 'session', says: word, from, by, how },
    );
    const verdict = practiceTranslator(language).words.page.verdict[decision.verdict];
    return { said: said[language].replace('{verdict}', verdict) };
  },
});

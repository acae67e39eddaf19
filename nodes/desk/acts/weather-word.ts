/** What the hotline says of a session, or what is known of Extreme Conditions: it counts at once. */

import { z } from 'zod';
import { signed } from '../../../lib/accounts/data-centre-switch.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { nodeThat } from '../../runtime/by-hand.ts';
import { act } from './act.ts';

const words = [
  'held',
  'cancelled',
  'terminated',
  'extreme-declared',
  'extreme-ended',
  'extreme-none',
] as const;

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
  async done(context, { node: id, word, from, how, since }) {
    const { RED, login, language } = context;
    const node = nodeThat(RED, id, 'sayByHand');
    if (node === undefined) {
      throw new RapError('USAGE', 'This weather-check node is not deployed any more', {
        cure: 'Load the page again.',
      });
    }
    if (how === '') throw new RapError('USAGE', 'Say how it was learnt', { details: { field: 'how' } });
    const by = signed(context.typed, login);
    const decision = await node.sayByHand(
      word.startsWith('extreme-')
        ? { about: 'extreme-conditions', says: word.slice('extreme-'.length), since, by, how }
        : { about: 'session', says: word, from, by, how },
    );
    return {
      said: t(language, 'acts.weather-word.said', {
        verdict: t(language, `practice.page.verdict.${decision.verdict}`),
      }),
    };
  },
});

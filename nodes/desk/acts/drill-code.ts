/** The code that a contact of the reachability drill has sent back or told. */

import { z } from 'zod';
import { signed } from '../../../lib/accounts/data-centre-switch.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { answerDrill } from '../../../lib/practice/drill.ts';
import { hongKongStamp, isIsoDate } from '../../../lib/time/hong-kong.ts';
import { guessesAt } from '../../runtime/guesses.ts';
import { act } from './act.ts';

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
  async done(context, { date, code, how }) {
    const { RED, ledger, login, language } = context;
    const guesses = guessesAt(RED);
    const by = signed(context.typed, login);
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
    return { said: t(language, `acts.drill-code.said.${outcome}`, { name, time }) };
  },
});

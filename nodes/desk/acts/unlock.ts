/** A person has found out why a key was refused: the account may log in again. */

import { z } from 'zod';
import { t } from '../../../lib/i18n/translate.ts';
import { act } from './act.ts';

export const unlockAct = act({
  name: 'unlock',
  permission: 'rap-ops.write',
  fields: [{ name: 'account', kind: 'hidden' }],
  reason: 'required',
  schema: z.object({ account: z.string().min(1) }),
  async done({ ledger, by, language }, { account, why: reason }) {
    const done = await ledger.accounts.unlockLogin(account, { by, reason });
    await ledger.logins.endLoginBackOff(account);
    return { said: t(language, done ? 'acts.unlock.said.done' : 'acts.unlock.said.not', { account }) };
  },
});

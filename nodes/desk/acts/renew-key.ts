/** The renewal of an account's key, step by step: lib/practice/renew-key.ts says what each may. No private key is shown. */

import { z } from 'zod';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { beginRenewal, finishRenewal, placeNewKey, undoRenewal } from '../../../lib/practice/renew-key.ts';
import { newKeyFile } from '../../../lib/rap/new-key.ts';
import { accountNode } from '../../rap-account/rap-account.ts';
import { type Act, type ActContext, type ActName, act } from './act.ts';

/** @throws RapError NOT_CONNECTED, USAGE where the key lies in no file */
function placeOf({ RED }: ActContext, account: string): { file: string; passphrase: string | undefined } {
  const place = accountNode(RED, account).keyPlace;
  if (place.file !== '') return place;
  throw new RapError('USAGE', `The key of ${account} is pasted into Node-RED and lies in no file`, {
    cure: 'Paste the new key into the account when HKEX has registered it.',
  });
}

const permission = 'rap-ops.write';
const account = z.string().trim().min(1).max(80);
const hidden = [{ name: 'account', kind: 'hidden' }] as const;

const begin = act({
  name: 'renew-key',
  permission,
  fields: [...hidden, { name: 'type', kind: 'choice', options: ['rsa', 'ecdsa', 'ed25519'], required: true }],
  reason: 'required',
  schema: z.object({ account, type: z.enum(['rsa', 'ecdsa', 'ed25519']) }),
  async done(context, { account, type, why: reason }) {
    const { RED, ledger, clock, by, language } = context;
    const { file, passphrase } = placeOf(context, account);
    const wanted = { type, passphrase, comment: account };
    const { state } = await beginRenewal(ledger, clock, file, { account, by, reason }, async (next) => {
      await newKeyFile(next, wanted, (sentence) => RED.log.warn(sentence));
    });
    return { said: t(language, `acts.renew-key.said.${state}`, { account }) };
  },
});

/** A step that only names the account. */
const step = (name: ActName, does: typeof placeNewKey): Act =>
  act({
    name,
    permission,
    fields: [...hidden],
    reason: 'required',
    schema: z.object({ account }),
    async done(context, { account, why: reason }) {
      const { ledger, clock, by, language } = context;
      const { file } = placeOf(context, account);
      const { state } = await does(ledger, clock, file, { account, by, reason });
      return { said: t(language, `acts.renew-key.said.${state}`, { account }) };
    },
  });

export const renewKeyActs: readonly Act[] = [
  begin,
  step('key-registered', placeNewKey),
  step('key-undo', undoRenewal),
  step('key-finish', finishRenewal),
];

/** The renewal of an account's key, step by step: lib/practice/renew-key.ts says what each may. No private key is shown. */
import { z } from 'zod';
import { RapError } from '../../../lib/errors/rap-error.ts';
import type { Language } from '../../../lib/i18n/languages.ts';
import {
  beginRenewal,
  finishRenewal,
  placeNewKey,
  type RenewalState,
  undoRenewal,
} from '../../../lib/practice/renew-key.ts';
import { newKeyFile } from '../../../lib/rap/new-key.ts';
import { accountNode } from '../../rap-account/rap-account.ts';
import { type Act, type ActContext, type ActTexts, act } from './act.ts';

type Said = Readonly<Record<RenewalState, string>>;

const said: Readonly<Record<Language, Said>> = {
  en: {
    none: 'No renewal is under way any more.',
    made: 'The new key waits. Its public half stands on the page System: have HKEX register it.',
    'in place': 'The next log-in of {account} is made with the new key.',
    used: 'The account has logged in with the new key.',
  },
  'zh-Hant': {
    none: '已沒有進行中的更換。',
    made: '新密鑰已備妥。公鑰列於系統頁：請香港交易所登記。',
    'in place': '{account} 下次登入將使用新密鑰。',
    used: '帳戶已用新密鑰登入。',
  },
  'zh-Hans': {
    none: '已没有进行中的更换。',
    made: '新密钥已备妥。公钥列于系统页：请香港交易所登记。',
    'in place': '{account} 下次登录将使用新密钥。',
    used: '账户已用新密钥登录。',
  },
};

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

const plain = (title: string, explains: string, confirm: string, rest: Partial<ActTexts> = {}): ActTexts => ({
  ...{ title, explains, confirm, labels: {}, ...rest },
});

const begin = act({
  name: 'renew-key',
  permission,
  fields: [...hidden, { name: 'type', kind: 'choice', options: ['rsa', 'ecdsa', 'ed25519'], required: true }],
  reason: 'required',
  schema: z.object({ account, type: z.enum(['rsa', 'ecdsa', 'ed25519']) }),
  words: {
    en: plain(
      'Renew the key of {account}',
      'A new key is made beside the one in use, under the same passphrase. Nothing else changes until you say that HKEX has registered it.',
      'Make a new key',
      {
        labels: { type: 'Kind (ask HKEX which it takes)' },
        options: { rsa: 'RSA, 4096 bits', ecdsa: 'ECDSA, P-256', ed25519: 'Ed25519' },
      },
    ),
    'zh-Hant': plain(
      '更換 {account} 的密鑰',
      '在現用密鑰旁製作新密鑰，使用相同的密碼短語。在您表示香港交易所已登記之前，其他一切不變。',
      '製作新密鑰',
      {
        labels: { type: '種類（請向香港交易所查詢）' },
        options: { rsa: 'RSA，4096 位元', ecdsa: 'ECDSA，P-256', ed25519: 'Ed25519' },
      },
    ),
    'zh-Hans': plain(
      '更换 {account} 的密钥',
      '在现用密钥旁制作新密钥，使用相同的密码短语。在您表示香港交易所已登记之前，其他一切不变。',
      '制作新密钥',
      {
        labels: { type: '种类（请向香港交易所查询）' },
        options: { rsa: 'RSA，4096 位', ecdsa: 'ECDSA，P-256', ed25519: 'Ed25519' },
      },
    ),
  },
  async done(context, { account, type, why: reason }) {
    const { RED, ledger, clock, by, language } = context;
    const { file, passphrase } = placeOf(context, account);
    const wanted = { type, passphrase, comment: account };
    const { state } = await beginRenewal(ledger, clock, file, { account, by, reason }, async (next) => {
      await newKeyFile(next, wanted, (sentence) => RED.log.warn(sentence));
    });
    return { said: said[language][state].replace('{account}', () => account) };
  },
});

/** A step that only names the account. */
const step = (name: string, does: typeof placeNewKey, words: Readonly<Record<Language, ActTexts>>): Act =>
  act({
    name,
    permission,
    fields: [...hidden],
    reason: 'required',
    schema: z.object({ account }),
    words,
    async done(context, { account, why: reason }) {
      const { ledger, clock, by, language } = context;
      const { file } = placeOf(context, account);
      const { state } = await does(ledger, clock, file, { account, by, reason });
      return { said: said[language][state].replace('{account}', () => account) };
    },
  });

export const renewKeyActs: readonly Act[] = [
  begin,
  step('key-registered', placeNewKey, {
    en: plain(
      'HKEX has registered the new key of {account}',
      'It takes the place of the old one, which stays beside it. The next log-in is made with the new key. A key that HKEX does not know is refused, and locks the account.',
      'Use the new key',
    ),
    'zh-Hant': plain(
      '香港交易所已登記 {account} 的新密鑰',
      '新密鑰取代舊密鑰，舊密鑰保留其旁。下次登入使用新密鑰。香港交易所不認識的密鑰會被拒，並令帳戶鎖定。',
      '使用新密鑰',
    ),
    'zh-Hans': plain(
      '香港交易所已登记 {account} 的新密钥',
      '新密钥取代旧密钥，旧密钥保留其旁。下次登录使用新密钥。香港交易所不认识的密钥会被拒，并令账户锁定。',
      '使用新密钥',
    ),
  }),
  step('key-undo', undoRenewal, {
    en: plain(
      'A step back in the renewal of {account}',
      'With the new key in place, the old one takes its place again. From there: the new key is removed for good.',
      'Go a step back',
    ),
    'zh-Hant': plain(
      '{account} 的密鑰更換退回一步',
      '如新密鑰已在使用位置，則換回舊密鑰；否則永久移除新密鑰。',
      '退回一步',
    ),
    'zh-Hans': plain(
      '{account} 的密钥更换退回一步',
      '如新密钥已在使用位置，则换回旧密钥；否则永久移除新密钥。',
      '退回一步',
    ),
  }),
  step('key-finish', finishRenewal, {
    en: plain(
      'Remove the old key of {account}',
      'The account has logged in with the new key. The old one is removed for good.',
      'Remove it',
    ),
    'zh-Hant': plain('移除 {account} 的舊密鑰', '帳戶已用新密鑰登入。舊密鑰會永久移除。', '移除'),
    'zh-Hans': plain('移除 {account} 的旧密钥', '账户已用新密钥登录。旧密钥会永久移除。', '移除'),
  }),
];

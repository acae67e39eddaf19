/** A person has found out why a key was refused: the account may log in again. */
import { z } from 'zod';
import { act } from './act.ts';

const said = {
  en: { done: '{account} may log in again.', not: '{account} was not locked.' },
  'zh-Hant': { done: '{account} 可再次登入。', not: '{account} 並未鎖定。' },
  'zh-Hans': { done: '{account} 可再次登录。', not: '{account} 并未锁定。' },
};

export const unlockAct = act({
  name: 'unlock',
  permission: 'rap-ops.write',
  fields: [{ name: 'account', kind: 'hidden' }],
  reason: 'required',
  schema: z.object({ account: z.string().min(1) }),
  words: {
    en: {
      title: 'Reset the lock of {account}',
      explains:
        'HKEX refused the key of this account. Find out why first: a key that is refused again and again can have the account closed. The reason stands in the journal.',
      confirm: 'Reset the lock',
      labels: {},
    },
    'zh-Hant': {
      title: '解除 {account} 的鎖定',
      explains: '香港交易所拒絕了此帳戶的密鑰。請先查明原因：密鑰一再被拒，帳戶可能被停用。原因會記入日誌。',
      confirm: '解除鎖定',
      labels: {},
    },
    'zh-Hans': {
      title: '解除 {account} 的锁定',
      explains: '香港交易所拒绝了此账户的密钥。请先查明原因：密钥一再被拒，账户可能被停用。原因会记入日志。',
      confirm: '解除锁定',
      labels: {},
    },
  },
  async done({ ledger, by, language }, { account, why: reason }) {
    const done = await ledger.accounts.unlockLogin(account, { by, reason });
    await ledger.logins.endLoginBackOff(account);
    return { said: said[language][done ? 'done' : 'not'].replace('{account}', () => account) };
  },
});

/** The words of the keys on the page of the system, and on Today. */

import type { Language } from '../../i18n/languages.ts';
import type { Counted } from '../../i18n/phrase.ts';
import type { RenewalState } from '../../practice/renew-key.ts';

export interface KeyWords {
  title: string;
  noKey: string;
  noEnd: string;
  endUnknown: string;
  /** {until} */
  until: string;
  left: Counted;
  over: string;
  isOver: string;
  days: Counted;
  firstUsed: string;
  frozen: string;
  frozenUntil: string;
  pasted: string;
  notDeployed: string;
  publicKey: string;
  states: Readonly<Record<Exclude<RenewalState, 'none'>, string>>;
  renew: string;
  registered: string;
  undo: string;
  finish: string;
}

export const keyWords: Readonly<Record<Language, KeyWords>> = {
  en: {
    title: 'Keys',
    noKey: 'no key has been used yet',
    noEnd: 'end not entered',
    endUnknown: 'no end date is entered in the account',
    until: 'may be used until {until}',
    left: {
      one: 'may be used until {until}: 1 business day is left',
      other: 'may be used until {until}: {n} business days are left',
    },
    over: 'might be used until {until}, which is over',
    isOver: 'over',
    days: { one: '1 business day left', other: '{n} business days left' },
    firstUsed: 'first log-in {time}',
    frozen: 'Keys are frozen',
    frozenUntil: 'until {to}: {title}. No key may be touched.',
    pasted: 'The key is pasted into Node-RED: it is renewed by pasting the new one.',
    notDeployed: 'The account is not deployed now.',
    publicKey: 'Have HKEX register this public key',
    states: {
      made: 'A new key waits to be registered by HKEX.',
      'in place': 'The next log-in is made with the new key. If it is refused: undo, then reset the lock.',
      used: 'The account has logged in with the new key. Enter its last day in the account, and remove the old one.',
    },
    renew: 'Renew the key',
    registered: 'HKEX has registered it',
    undo: 'A step back',
    finish: 'Remove the old key',
  },
  'zh-Hant': {
    title: '密鑰',
    noKey: '尚未使用密鑰',
    noEnd: '未輸入期限',
    endUnknown: '帳戶內沒有輸入密鑰可用至何時',
    until: '可用至 {until}',
    left: { other: '可用至 {until}：尚餘 {n} 個營業日' },
    over: '可用至 {until}，已過期',
    isOver: '已過期',
    days: { other: '尚餘 {n} 個營業日' },
    firstUsed: '首次登入 {time}',
    frozen: '密鑰已凍結',
    frozenUntil: '至 {to}：{title}。不得更動任何密鑰。',
    pasted: '密鑰貼於 Node-RED 內：貼上新密鑰即可更換。',
    notDeployed: '帳戶現時沒有部署。',
    publicKey: '請香港交易所登記此公鑰',
    states: {
      made: '新密鑰等候香港交易所登記。',
      'in place': '下次登入將使用新密鑰。如被拒：先退回一步，再解除鎖定。',
      used: '帳戶已用新密鑰登入。請於帳戶輸入其最後可用日期，並移除舊密鑰。',
    },
    renew: '更換密鑰',
    registered: '香港交易所已登記',
    undo: '退回一步',
    finish: '移除舊密鑰',
  },
  'zh-Hans': {
    title: '密钥',
    noKey: '尚未使用密钥',
    noEnd: '未输入期限',
    endUnknown: '账户内没有输入密钥可用至何时',
    until: '可用至 {until}',
    left: { other: '可用至 {until}：还剩 {n} 个营业日' },
    over: '可用至 {until}，已过期',
    isOver: '已过期',
    days: { other: '还剩 {n} 个营业日' },
    firstUsed: '首次登录 {time}',
    frozen: '密钥已冻结',
    frozenUntil: '至 {to}：{title}。不得更动任何密钥。',
    pasted: '密钥贴于 Node-RED 内：贴上新密钥即可更换。',
    notDeployed: '账户现时没有部署。',
    publicKey: '请香港交易所登记此公钥',
    states: {
      made: '新密钥等候香港交易所登记。',
      'in place': '下次登录将使用新密钥。如被拒：先退回一步，再解除锁定。',
      used: '账户已用新密钥登录。请在账户输入其最后可用日期，并移除旧密钥。',
    },
    renew: '更换密钥',
    registered: '香港交易所已登记',
    undo: '退回一步',
    finish: '移除旧密钥',
  },
};

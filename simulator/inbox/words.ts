/** The words of the inbox's pages. */
import type { Language } from '../../lib/i18n/languages.ts';
import type { Counted } from '../../lib/i18n/phrase.ts';

export interface InboxWords {
  inbox: string;
  mails: Counted;
  empty: string;
  noSubject: string;
  textPart: string;
  htmlPart: string;
  headers: string;
  source: string;
  hongKong: string;
  footer: string;
  language: string;
  /** Of the faults. */
  play: string;
  choose: string;
  none: string;
  press: string;
  behaves: string;
  /** {name} {title} {verdict} */
  playing: string;
  /** {verdict} */
  later: string;
  right: string;
  or: string;
  again: string;
  locks: string;
  failed: string;
  back: string;
  families: Readonly<Record<string, string>>;
}

export const names: Readonly<Record<Language, string>> = {
  en: 'English',
  'zh-Hant': '繁體中文',
  'zh-Hans': '简体中文',
};

export const words: Readonly<Record<Language, InboxWords>> = {
  en: {
    inbox: 'Inbox',
    mails: { one: '1 mail', other: '{n} mails' },
    empty: 'No mail yet. Press “Run now” in a flow; this page refreshes by itself.',
    noSubject: '(no subject)',
    textPart: 'Text part',
    htmlPart: 'HTML part',
    headers: 'Headers',
    source: 'Source (.eml)',
    hongKong: 'Hong Kong',
    footer: 'Demo inbox: mails sent by the flows end here and go nowhere else.',
    language: 'Language',
    play: 'Demo: a fault',
    choose: 'What the simulator does wrong in the next runs',
    none: 'None: it behaves',
    press: 'Play it',
    behaves: 'The simulator behaves. Choose a fault, then press “Run now” in a flow.',
    playing: 'Now: {name}, {title}. A run makes of it: {verdict}.',
    later: 'The run after it: {verdict}.',
    right: 'everything is right all the same',
    or: 'or',
    again: 'All reports are offered again: press “Run now” in a flow.',
    locks: 'It locks the log-in: afterwards choose none, and reset the lock on the System page of the desk.',
    failed: 'That could not be done: {reason}',
    back: 'Inbox',
    families: {},
  },
  'zh-Hant': {
    inbox: '收件匣',
    mails: { other: '{n} 封郵件' },
    empty: '尚無郵件。請在流程中按「Run now」；此頁會自動更新。',
    noSubject: '（無主旨）',
    textPart: '文字部分',
    htmlPart: 'HTML 部分',
    headers: '標頭',
    source: '原始檔（.eml）',
    hongKong: '香港',
    footer: '示範收件匣：流程寄出的郵件只到此處，不會寄往他處。',
    language: '語言',
    play: '示範：故障',
    choose: '模擬器在其後的執行中出甚麼錯',
    none: '沒有：運作正常',
    press: '開始',
    behaves: '模擬器運作正常。請選擇故障，然後在流程中按「Run now」。',
    playing: '現正：{name}，{title}。執行的結果：{verdict}。',
    later: '再下一次執行：{verdict}。',
    right: '仍然一切正確',
    or: '或',
    again: '全部報告會再次提供：請在流程中按「Run now」。',
    locks: '此故障會鎖定登入：之後請選「沒有」，並在工作台的系統頁解除鎖定。',
    failed: '未能完成：{reason}',
    back: '收件匣',
    families: {
      Network: '網絡',
      Trust: '主機信任',
      Login: '登入',
      'SFTP conversation': 'SFTP 對話',
      Listings: '目錄清單',
      Reports: '報告',
    },
  },
  'zh-Hans': {
    inbox: '收件箱',
    mails: { other: '{n} 封邮件' },
    empty: '尚无邮件。请在流程中按“Run now”；此页会自动更新。',
    noSubject: '（无主题）',
    textPart: '文本部分',
    htmlPart: 'HTML 部分',
    headers: '标头',
    source: '原始文件（.eml）',
    hongKong: '香港',
    footer: '演示收件箱：流程发出的邮件只到此处，不会发往他处。',
    language: '语言',
    play: '演示：故障',
    choose: '模拟器在其后的运行中出什么错',
    none: '没有：运作正常',
    press: '开始',
    behaves: '模拟器运作正常。请选择故障，然后在流程中按“Run now”。',
    playing: '现正：{name}，{title}。运行的结果：{verdict}。',
    later: '再下一次运行：{verdict}。',
    right: '仍然一切正确',
    or: '或',
    again: '全部报告会再次提供：请在流程中按“Run now”。',
    locks: '此故障会锁定登录：之后请选“没有”，并在工作台的系统页解除锁定。',
    failed: '未能完成：{reason}',
    back: '收件箱',
    families: {
      Network: '网络',
      Trust: '主机信任',
      Login: '登录',
      'SFTP conversation': 'SFTP 对话',
      Listings: '目录清单',
      Reports: '报告',
    },
  },
};

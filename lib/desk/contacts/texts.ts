/** The words of the page of contacts. */
import type { Language } from '../../i18n/languages.ts';
import type { Counted } from '../../i18n/phrase.ts';
import type { LiveMailer } from '../live-operations.ts';

export interface ContactsTexts {
  title: string;
  waiting: Counted;
  failed: Counted;
  allSent: string;
  lists: Record<'all' | 'waiting' | 'failed', string>;
  /** {address} */
  toOne: string;
  listEmpty: string;
  who: string;
  nobody: string;
  noContacts: string;
  /** {relay} */
  relay: string;
  /** {how} */
  otherwise: string;
  channel: Record<string, string>;
  /** {minutes} {n} */
  reminders: string;
  noReminders: string;
  tells: Record<LiveMailer['tells'], string>;
  /** {n} */
  reminder: string;
  nothing: string;
  groups: string;
  mailsTo: string;
  last: string;
  all: string;
  next: string;
  back: string;
  to: string;
  answer: string;
  text: string;
  queued: string;
  tried: string;
  settled: string;
  why: string;
  summary: string;
  toldOtherwise: string;
}

export const contactsTexts: Readonly<Record<Language, ContactsTexts>> = {
  en: {
    title: 'Contacts',
    waiting: { one: '1 mail waits for the relay', other: '{n} mails wait for the relay' },
    failed: {
      one: '1 mail of the last two weeks did not reach everybody',
      other: '{n} mails of the last two weeks did not reach everybody',
    },
    allSent: 'All mails are sent',
    lists: {
      all: 'All mails',
      waiting: 'Mails that wait for the relay',
      failed: 'Mails that did not reach everybody',
    },
    toOne: 'Mails of the last two weeks to {address}',
    listEmpty: 'There is none.',
    who: 'Who is told what',
    nobody: 'No contacts are in this node.',
    noContacts: 'No contacts are deployed: nobody is told anything.',
    relay: 'through {relay}',
    otherwise: 'critical mails that it does not take: {how}',
    channel: { file: 'a local file', relay: 'a second relay', webhook: 'a webhook' },
    reminders: 'critical alarms that nobody has taken up are told again every {minutes} min, {n} times',
    noReminders: 'alarms are not told again',
    tells: {
      digest: 'digests',
      alarm: 'alarms',
      text: 'texts of the flow',
      practice: 'practice session',
      heartbeat: 'morning mail',
    },
    reminder: 'alarms from reminder {n} on',
    nothing: 'is told nothing',
    groups: 'groups',
    mailsTo: 'Mails',
    last: 'Last mails',
    all: 'All mails',
    next: 'Next page',
    back: 'All of Contacts',
    to: 'To whom, and what became of it',
    answer: 'Answer of the relay',
    text: 'Text',
    queued: 'Written',
    tried: 'Attempts',
    settled: 'Settled',
    why: 'Last fault',
    summary: 'The summary that tells of it',
    toldOtherwise: 'Told otherwise',
  },
  'zh-Hant': {
    title: '聯絡人',
    waiting: { other: '{n} 封郵件等候郵件伺服器' },
    failed: { other: '最近兩週有 {n} 封郵件未送達所有人' },
    allSent: '所有郵件均已發送',
    lists: { all: '所有郵件', waiting: '等候郵件伺服器的郵件', failed: '未送達所有人的郵件' },
    toOne: '最近兩週寄給 {address} 的郵件',
    listEmpty: '沒有。',
    who: '何人獲通知何事',
    nobody: '此節點沒有聯絡人。',
    noContacts: '未部署聯絡人：沒有人會獲通知。',
    relay: '經 {relay}',
    otherwise: '伺服器未接收的緊急郵件：{how}',
    channel: { file: '本機檔案', relay: '備用郵件伺服器', webhook: 'Webhook' },
    reminders: '未有人接手的緊急警報每 {minutes} 分鐘再通知一次，共 {n} 次',
    noReminders: '警報不會再次通知',
    tells: { digest: '摘要', alarm: '警報', text: '流程的文字', practice: '演習', heartbeat: '早晨郵件' },
    reminder: '由第 {n} 次提醒起的警報',
    nothing: '不會獲通知',
    groups: '群組',
    mailsTo: '郵件',
    last: '最近的郵件',
    all: '所有郵件',
    next: '下一頁',
    back: '返回聯絡人',
    to: '寄給何人，結果如何',
    answer: '伺服器的回覆',
    text: '內文',
    queued: '撰寫',
    tried: '嘗試次數',
    settled: '了結',
    why: '最近的故障',
    summary: '提及它的匯總',
    toldOtherwise: '以其他方式通知',
  },
  'zh-Hans': {
    title: '联系人',
    waiting: { other: '{n} 封邮件等候邮件服务器' },
    failed: { other: '最近两周有 {n} 封邮件未送达所有人' },
    allSent: '所有邮件均已发送',
    lists: { all: '所有邮件', waiting: '等候邮件服务器的邮件', failed: '未送达所有人的邮件' },
    toOne: '最近两周发给 {address} 的邮件',
    listEmpty: '没有。',
    who: '何人获通知何事',
    nobody: '此节点没有联系人。',
    noContacts: '未部署联系人：没有人会获通知。',
    relay: '经 {relay}',
    otherwise: '服务器未接收的紧急邮件：{how}',
    channel: { file: '本机文件', relay: '备用邮件服务器', webhook: 'Webhook' },
    reminders: '未有人接手的紧急警报每 {minutes} 分钟再通知一次，共 {n} 次',
    noReminders: '警报不会再次通知',
    tells: { digest: '摘要', alarm: '警报', text: '流程的文字', practice: '演习', heartbeat: '早晨邮件' },
    reminder: '由第 {n} 次提醒起的警报',
    nothing: '不会获通知',
    groups: '组',
    mailsTo: '邮件',
    last: '最近的邮件',
    all: '所有邮件',
    next: '下一页',
    back: '返回联系人',
    to: '发给何人，结果如何',
    answer: '服务器的答复',
    text: '正文',
    queued: '撰写',
    tried: '尝试次数',
    settled: '了结',
    why: '最近的故障',
    summary: '提及它的汇总',
    toldOtherwise: '以其他方式通知',
  },
};

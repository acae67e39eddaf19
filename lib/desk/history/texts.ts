/** The words of the history, and of every list of reports. */
import type { Language } from '../../i18n/languages.ts';
import type { Counted } from '../../i18n/phrase.ts';

export interface HistoryTexts {
  search: string;
  hint: string;
  date: string;
  account: string;
  code: string;
  any: string;
  find: string;
  received: Counted;
  more: string;
  first: string;
  none: string;
  csv: string;
  again: string;
  set: string;
  onShares: string;
  notEverywhere: string;
  amended: string;
  lost: string;
  cleaned: string;
  warned: string;
  expected: string;
  others: string;
  due: string;
  kinds: Readonly<Record<'outstanding' | 'closed' | 'asked' | 'quarantine' | 'refused', string>>;
  allDates: string;
}

export const words: Readonly<Record<Language, HistoryTexts>> = {
  en: {
    search: 'Any part of a name',
    hint: 'such as CCLTN05, or RMAMR03 _4',
    date: 'Business date',
    account: 'Account',
    code: 'Report code',
    any: 'any',
    find: 'Find',
    received: { one: '1 report received', other: '{n} reports received' },
    more: 'Older ones',
    first: 'Back to the newest',
    none: 'No report was received that fits.',
    csv: 'Save as CSV',
    again: 'Deliver these again',
    set: 'set {set}',
    onShares: 'on share',
    notEverywhere: 'not on every share',
    amended: 'amended',
    lost: 'gone or changed',
    cleaned: 'local copy removed',
    warned: 'look inside warns',
    expected: 'Expected, and not here',
    others: 'Seen, and not received',
    due: '{state}, due {time}',
    kinds: {
      outstanding: 'not here',
      closed: 'closed by a person',
      asked: 'asked for',
      quarantine: 'quarantine',
      refused: 'name refused',
    },
    allDates: 'all dates',
  },
  'zh-Hant': {
    search: '名稱的任何部分',
    hint: '例如 CCLTN05，或 RMAMR03 _4',
    date: '營業日期',
    account: '帳戶',
    code: '報告代號',
    any: '不限',
    find: '尋找',
    received: { other: '已收 {n} 份報告' },
    more: '較舊的報告',
    first: '返回最新',
    none: '沒有收到符合的報告。',
    csv: '儲存為 CSV',
    again: '重新送達這些報告',
    set: '第 {set} 組',
    onShares: '已在共用磁碟',
    notEverywhere: '未在所有共用磁碟',
    amended: '已更新',
    lost: '已不在或已更改',
    cleaned: '本機副本已移除',
    warned: '內容檢查有提示',
    expected: '預期而未到',
    others: '曾見而未收',
    due: '{state}，應於 {time} 到',
    kinds: {
      outstanding: '未到',
      closed: '由人結束',
      asked: '已請求',
      quarantine: '隔離',
      refused: '名稱被拒',
    },
    allDates: '所有日期',
  },
  'zh-Hans': {
    search: '名称的任何部分',
    hint: '例如 CCLTN05，或 RMAMR03 _4',
    date: '营业日期',
    account: '账户',
    code: '报告代号',
    any: '不限',
    find: '查找',
    received: { other: '已收 {n} 份报告' },
    more: '较旧的报告',
    first: '返回最新',
    none: '没有收到符合的报告。',
    csv: '保存为 CSV',
    again: '重新送达这些报告',
    set: '第 {set} 组',
    onShares: '已在共享磁盘',
    notEverywhere: '未在所有共享磁盘',
    amended: '已更新',
    lost: '已不在或已更改',
    cleaned: '本机副本已移除',
    warned: '内容检查有提示',
    expected: '预期而未到',
    others: '曾见而未收',
    due: '{state}，应于 {time} 到',
    kinds: {
      outstanding: '未到',
      closed: '由人结束',
      asked: '已请求',
      quarantine: '隔离',
      refused: '名称被拒',
    },
    allDates: '所有日期',
  },
};

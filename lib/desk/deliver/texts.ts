/** The words of delivering many reports again. */
import type { Language } from '../../i18n/languages.ts';
import type { Counted } from '../../i18n/phrase.ts';

export interface DeliverWords {
  title: string;
  how: string;
  none: string;
  meant: Counted;
  tooMany: string;
  cleaned: Counted;
  nowhere: Counted;
  nothingOver: string;
  same: string;
  deliver: Counted;
  deliverTo: Counted;
  which: string;
  where: string;
  more: Counted;
  moreFolders: Counted;
  goesNowhere: string;
  job: string;
  atWork: string;
  stopped: string;
  ended: string;
  progress: string;
  count: string;
  failed: string;
  choose: string;
  date: string;
  account: string;
  any: string;
  name: string;
  share: string;
  to: string;
  show: string;
  history: string;
}

export const words: Readonly<Record<Language, DeliverWords>> = {
  en: {
    title: 'Deliver again',
    how: 'Say which reports: of a business date, of a share, or by any part of their names. They are shown first.',
    none: 'No report fits.',
    meant: { one: '1 report would be delivered', other: '{n} reports would be delivered' },
    tooMany: 'More than {n} reports fit: choose more closely',
    cleaned: {
      one: 'Of 1 the local copy was removed: it cannot go out.',
      other: 'Of {n} the local copies were removed: they cannot go out.',
    },
    nowhere: {
      one: '1 was never delivered there and goes nowhere.',
      other: '{n} were never delivered there and go nowhere.',
    },
    nothingOver: 'Nothing that lies on a share is written over.',
    same: 'to where they were delivered before',
    deliver: { one: 'Deliver it again', other: 'Deliver the {n} again' },
    deliverTo: { one: 'Deliver it there', other: 'Deliver the {n} there' },
    which: 'Which',
    where: 'Where to',
    more: { one: 'and 1 more', other: 'and {n} more' },
    moreFolders: { one: 'and 1 more folder', other: 'and {n} more folders' },
    goesNowhere: 'goes nowhere',
    job: 'Delivery',
    atWork: 'under way',
    stopped: 'stopped before its end',
    ended: 'ended {time}',
    progress: '{done} of {all} reports',
    count:
      '{published} delivered, {identical} lay there, {version} beside other content, {failed} not delivered',
    failed: 'not delivered',
    choose: 'Choose',
    date: 'Business date',
    account: 'Account',
    any: 'any',
    name: 'Any part of a name',
    share: 'Only what was delivered to this folder, or below it',
    to: 'To a further folder, as in a rule: /mnt/risk/{system}/{yyyy}{MM}{dd}',
    show: 'Show which',
    history: 'To History',
  },
  'zh-Hant': {
    title: '重新送達',
    how: '請指明報告：按營業日期、共用磁碟或名稱的任何部分。會先列出。',
    none: '沒有符合的報告。',
    meant: { other: '將送達 {n} 份報告' },
    tooMany: '符合的報告多於 {n} 份：請收窄範圍',
    cleaned: { other: '其中 {n} 份的本機副本已移除，無法送出。' },
    nowhere: { other: '其中 {n} 份從未送達該處，不會送出。' },
    nothingOver: '不會覆寫共用磁碟上的任何檔案。',
    same: '以往送達之處',
    deliver: { other: '重新送達這 {n} 份' },
    deliverTo: { other: '將這 {n} 份送往該處' },
    which: '哪些報告',
    where: '送往何處',
    more: { other: '另有 {n} 份' },
    moreFolders: { other: '另有 {n} 個資料夾' },
    goesNowhere: '不會送出',
    job: '送達進度',
    atWork: '進行中',
    stopped: '中途停止',
    ended: '{time} 完成',
    progress: '{all} 份中的 {done} 份',
    count: '已送達 {published}，原已在 {identical}，另存其旁 {version}，未能送達 {failed}',
    failed: '未能送達',
    choose: '選擇',
    date: '營業日期',
    account: '帳戶',
    any: '不限',
    name: '名稱的任何部分',
    share: '只限曾送達此資料夾或其下的報告',
    to: '送往另一資料夾，寫法與規則相同：/mnt/risk/{system}/{yyyy}{MM}{dd}',
    show: '列出報告',
    history: '前往歷史',
  },
  'zh-Hans': {
    title: '重新送达',
    how: '请指明报告：按营业日期、共享磁盘或名称的任何部分。会先列出。',
    none: '没有符合的报告。',
    meant: { other: '将送达 {n} 份报告' },
    tooMany: '符合的报告多于 {n} 份：请缩小范围',
    cleaned: { other: '其中 {n} 份的本机副本已移除，无法送出。' },
    nowhere: { other: '其中 {n} 份从未送达该处，不会送出。' },
    nothingOver: '不会覆盖共享磁盘上的任何文件。',
    same: '以往送达之处',
    deliver: { other: '重新送达这 {n} 份' },
    deliverTo: { other: '将这 {n} 份送往该处' },
    which: '哪些报告',
    where: '送往何处',
    more: { other: '另有 {n} 份' },
    moreFolders: { other: '另有 {n} 个文件夹' },
    goesNowhere: '不会送出',
    job: '送达进度',
    atWork: '进行中',
    stopped: '中途停止',
    ended: '{time} 完成',
    progress: '{all} 份中的 {done} 份',
    count: '已送达 {published}，原已在 {identical}，另存其旁 {version}，未能送达 {failed}',
    failed: '未能送达',
    choose: '选择',
    date: '营业日期',
    account: '账户',
    any: '不限',
    name: '名称的任何部分',
    share: '只限曾送达此文件夹或其下的报告',
    to: '送往另一文件夹，写法与规则相同：/mnt/risk/{system}/{yyyy}{MM}{dd}',
    show: '列出报告',
    history: '前往历史',
  },
};

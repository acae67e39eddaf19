/** The words of the page of alarms. */
import type { Language } from '../../i18n/languages.ts';
import type { Counted } from '../../i18n/phrase.ts';

export interface AlarmsTexts {
  title: string;
  none: string;
  unheard: Counted;
  known: Counted;
  /** What acknowledging does. */
  how: string;
  allKnown: Counted;
  allClosed: string;
  lists: Record<'unheard' | 'known' | 'closed' | 'outstanding' | 'findings', string>;
  listEmpty: string;
  more: Counted;
  next: string;
  back: string;
  /** {time} */
  since: string;
  /** {n} {time} */
  seen: string;
  muted: string;
  /** {name} {time} */
  knownBy: string;
  closedAt: string;
  level: Record<'critical' | 'information' | 'routine', string>;
  acknowledge: string;
  several: string;
  /** {n} {about} */
  acknowledgeKind: string;
  acknowledgePage: string;
  who: string;
  runbook: string;
  told: string;
  nobodyTold: string;
  reports: string;
  reminder: string;
  run: string;
  groups: string;
  everybody: string;
  nights: Record<'title' | 'deadline' | 'condition' | 'close', string>;
  outstanding: string;
  outstandingHow: string;
  close: string;
  toQuarantine: string;
  found: string;
  noFindings: string;
  withWarnings: Counted;
}

export const alarmsTexts: Readonly<Record<Language, AlarmsTexts>> = {
  en: {
    title: 'Alarms',
    none: 'No alarm is open',
    unheard: { one: '1 alarm that nobody has taken up', other: '{n} alarms that nobody has taken up' },
    known: {
      one: '1 open alarm, and somebody knows of it',
      other: '{n} open alarms, and somebody knows of each',
    },
    how: 'Acknowledging says that you know and see to it: no reminders until its time is over. A fault that lasts comes back after that; one that is over ends by itself.',
    allKnown: { one: '1 that somebody has taken up', other: '{n} that somebody has taken up' },
    allClosed: 'Alarms that are over',
    lists: {
      unheard: 'Alarms that nobody has taken up',
      known: 'Alarms that somebody has taken up',
      closed: 'Alarms that are over',
      outstanding: 'Outstanding: seen at RAP and not here',
      findings: 'Contents of reports',
    },
    listEmpty: 'There is none.',
    more: { one: '1 more', other: '{n} more' },
    next: 'Next page',
    back: 'All of Alarms',
    since: 'since {time}',
    seen: 'met {n} times, last {time}',
    muted: 'kept quiet: {reason}',
    knownBy: '{name} knows, until {time}',
    closedAt: 'over since {time}: {why}',
    level: { critical: 'critical', information: 'news', routine: 'news' },
    acknowledge: 'Acknowledge',
    several: 'Acknowledge several',
    acknowledgeKind: 'Acknowledge the {n} of {about}',
    acknowledgePage: 'Acknowledge all {n} of this page',
    who: 'Who was told',
    runbook: 'Runbook',
    told: 'Who was told what',
    nobodyTold: 'Nobody was told by a mail of its own.',
    reports: 'Reports it is about',
    reminder: 'Next reminder',
    run: 'Run',
    groups: 'Groups',
    everybody: 'everybody',
    nights: {
      title: 'For one night',
      deadline: 'Move a deadline',
      condition: 'Holiday margin call',
      close: 'Wait no longer',
    },
    outstanding: 'Outstanding: seen at RAP and not here',
    outstandingHow:
      'Each stands in every digest until it came, or until a person says that nothing more is expected.',
    close: 'Close',
    toQuarantine: 'Decide in Quarantine',
    found: 'Contents of the reports of the last three days',
    noFindings: 'Nothing that people should see to.',
    withWarnings: { one: '1 report with a warning', other: '{n} reports with warnings' },
  },
  'zh-Hant': {
    title: '警報',
    none: '沒有未結警報',
    unheard: { other: '{n} 個警報未有人接手' },
    known: { other: '{n} 個未結警報，均已有人知悉' },
    how: '確認表示您已知悉並跟進：在期限前不再提醒。持續的故障於期限後再次通知；已恢復的會自行結束。',
    allKnown: { other: '{n} 個已有人接手' },
    allClosed: '已結束的警報',
    lists: {
      unheard: '未有人接手的警報',
      known: '已有人接手的警報',
      closed: '已結束的警報',
      outstanding: '未到：在 RAP 見過，此處沒有',
      findings: '檢視內容的結果',
    },
    listEmpty: '沒有。',
    more: { other: '另有 {n} 個' },
    next: '下一頁',
    back: '返回警報',
    since: '自 {time}',
    seen: '遇到 {n} 次，最近一次 {time}',
    muted: '暫不通知：{reason}',
    knownBy: '{name} 已知悉，至 {time}',
    closedAt: '已於 {time} 結束：{why}',
    level: { critical: '緊急', information: '消息', routine: '消息' },
    acknowledge: '確認',
    several: '一次確認多個',
    acknowledgeKind: '確認 {about} 的 {n} 個',
    acknowledgePage: '確認本頁全部 {n} 個',
    who: '已通知何人',
    runbook: '應變手冊',
    told: '已通知何人何事',
    nobodyTold: '沒有就此單獨發出郵件。',
    reports: '所涉報告',
    reminder: '下次提醒',
    run: '執行',
    groups: '群組',
    everybody: '所有人',
    nights: { title: '個別晚上', deadline: '更改期限', condition: '假日追收按金', close: '不再等候' },
    outstanding: '未到：在 RAP 見過，此處沒有',
    outstandingHow: '每項均列於每份摘要，直至到達，或有人表示不再等候。',
    close: '結案',
    toQuarantine: '於隔離頁決定',
    found: '最近三天：檢視內容的結果',
    noFindings: '沒有需要跟進的事項。',
    withWarnings: { other: '{n} 份報告有警告' },
  },
  'zh-Hans': {
    title: '警报',
    none: '没有未结警报',
    unheard: { other: '{n} 个警报未有人接手' },
    known: { other: '{n} 个未结警报，均已有人知悉' },
    how: '确认表示您已知悉并跟进：在期限前不再提醒。持续的故障于期限后再次通知；已恢复的会自行结束。',
    allKnown: { other: '{n} 个已有人接手' },
    allClosed: '已结束的警报',
    lists: {
      unheard: '未有人接手的警报',
      known: '已有人接手的警报',
      closed: '已结束的警报',
      outstanding: '未到：在 RAP 见过，此处没有',
      findings: '查看内容的结果',
    },
    listEmpty: '没有。',
    more: { other: '另有 {n} 个' },
    next: '下一页',
    back: '返回警报',
    since: '自 {time}',
    seen: '遇到 {n} 次，最近一次 {time}',
    muted: '暂不通知：{reason}',
    knownBy: '{name} 已知悉，至 {time}',
    closedAt: '已于 {time} 结束：{why}',
    level: { critical: '紧急', information: '消息', routine: '消息' },
    acknowledge: '确认',
    several: '一次确认多个',
    acknowledgeKind: '确认 {about} 的 {n} 个',
    acknowledgePage: '确认本页全部 {n} 个',
    who: '已通知何人',
    runbook: '应变手册',
    told: '已通知何人何事',
    nobodyTold: '没有就此单独发出邮件。',
    reports: '所涉报告',
    reminder: '下次提醒',
    run: '运行',
    groups: '组',
    everybody: '所有人',
    nights: { title: '个别晚上', deadline: '更改期限', condition: '假日追收保证金', close: '不再等候' },
    outstanding: '未到：在 RAP 见过，此处没有',
    outstandingHow: '每项均列于每份摘要，直至到达，或有人表示不再等候。',
    close: '结案',
    toQuarantine: '在隔离页决定',
    found: '最近三天：查看内容的结果',
    noFindings: '没有需要跟进的事项。',
    withWarnings: { other: '{n} 份报告有警告' },
  },
};

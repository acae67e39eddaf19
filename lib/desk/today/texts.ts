/** The words of Today. */
import type { Language } from '../../i18n/languages.ts';
import type { Counted, Phrase } from '../../i18n/phrase.ts';
import type { PointKind } from './verdict.ts';

export interface TodayTexts {
  points: Readonly<Record<PointKind, Phrase>>;
  verdicts: Readonly<Record<string, string>>;
  laterMore: Counted;
  onShares: string;
  besides: Counted;
  cutOff: string;
  lookNow: string;
  deadline: string;
  lastLook: string;
  neverLooked: string;
  secondary: string;
  more: Counted;
  moreOnShares: Counted;
  due: string;
  usual: string;
  lateAfter: string;
  cutOffAt: string;
  lacking: string;
  wholeHalf: string;
  looked: string;
  closedBy: string;
  movedBy: string;
  notFiled: string;
  cannotSay: string;
  noneExpected: string;
  notAccepted: Counted;
  evening: string;
  eveningMore: string;
  eveningLabel: string;
  none: string;
  now: string;
  underWay: string;
  running: string;
  nothingUnderWay: string;
  nextRun: string;
  looking: Counted;
  download: string;
  progress: string;
  rate: string;
  alarms: string;
  open: string;
  noAlarms: string;
  allAlarms: string;
  acknowledge: string;
  known: string;
  toldTo: string;
  toldNobody: string;
  reminder: string;
  also: string;
  shares: string;
  sharesAnswer: string;
  sharesAsked: string;
  leastFree: string;
  noShares: string;
  mail: string;
  mailSent: string;
  mailWaiting: string;
  mailFailed: string;
  mailLast: string;
  keys: string;
  keyDays: Counted;
  keyNew: string;
  schedule: string;
  ran: string;
  notBegun: string;
  next: string;
  noSchedule: string;
  weather: string;
  notWatched: string;
  noWord: string;
  charge: string;
  thisOne: string;
  nobody: string;
  files: string;
  filesHeld: string;
  noFiles: string;
}

export const words: Readonly<Record<Language, TodayTexts>> = {
  en: {
    points: {
      missing: { one: '1 report is missing: {names}', other: '{n} reports are missing: {names}' },
      late: { one: '1 report is late: {names}', other: '{n} reports are late: {names}' },
      unknown: {
        one: 'Nobody can say whether {names} is at RAP',
        other: 'Nobody can say whether {n} reports are at RAP: {names}',
      },
      'nobody in charge': 'No process is at work on this ledger: nothing is fetched',
      locked: 'The login is locked: {names} ({text})',
      'key over': 'The key of {names} might be used until {text}, which is over',
      'key ends': 'The key of {names} may be used until {text} only',
      'no account': 'No account is deployed: nothing is fetched',
      'not computed': 'It cannot be told what is due at {account}: {text}',
      shortfall: '{account}: {text}',
      blind: 'Nobody can look into RAP now: {names}',
      'critical alarms': {
        one: '1 critical alarm, not acknowledged: {names}',
        other: '{n} critical alarms, not acknowledged: {names}',
      },
      'other in charge': 'Another process is in charge: {names}. This one does no work',
      'not begun': {
        one: 'A run that was due has not begun: {names}',
        other: '{n} runs that were due have not begun: {names}',
      },
      'account gone': {
        one: 'An account is not in the flow any more, nothing of it is fetched: {names}',
        other: '{n} accounts are not in the flow any more, nothing of them is fetched: {names}',
      },
      'lost copies': {
        one: '1 delivered file is gone from its share, or changed: {names}',
        other: '{n} delivered files are gone from their shares, or changed: {names}',
      },
      'mail waiting': {
        one: '1 mail is not sent yet: nobody has been told',
        other: '{n} mails are not sent yet: nobody has been told',
      },
      'at risk': { one: '1 report may be late: {names}', other: '{n} reports may be late: {names}' },
      'not on share': {
        one: '1 report is here and not on the share: {names}',
        other: '{n} reports are here and not on the share: {names}',
      },
      'share silent': { one: 'A share does not answer: {names}', other: '{n} shares do not answer: {names}' },
      'node fault': '{names} cannot work: {text}',
      'no schedule': 'No schedule begins runs of {names}',
      unwatched: 'Nobody is told what is late at {names}: the flow has no report check',
      secondary: 'At the SECONDARY data centre: {names}',
      'mail failed': { one: '1 mail did not reach everybody', other: '{n} mails did not reach everybody' },
      held: {
        one: '1 file waits in quarantine for a decision: {names}',
        other: '{n} files wait in quarantine for a decision: {names}',
      },
      outstanding: {
        one: '1 file was seen at RAP and is not here: {names}',
        other: '{n} files were seen at RAP and are not here: {names}',
      },
      alarms: { one: '1 more alarm is open: {names}', other: '{n} more alarms are open: {names}' },
      due: { one: '1 report is due now: {names}', other: '{n} reports are due now: {names}' },
      later: {
        one: 'Nothing is late; 1 report is still to come',
        other: 'Nothing is late; {n} reports are still to come',
      },
      untimed: {
        one: '1 report whose time nobody knows is not here: {names}',
        other: '{n} reports whose time nobody knows are not here: {names}',
      },
      closed: {
        one: '1 report was given up by a person: {names}',
        other: '{n} reports were given up by a person: {names}',
      },
      year: 'The holidays of {names} are not official yet',
      'none expected': 'No report is expected today',
      well: {
        one: 'All is well: the report of today is on the share',
        other: 'All is well: all {n} reports are on the shares',
      },
    },
    verdicts: {
      pending: 'watched, not decided',
      clear: 'no signal',
      hold: 'a person decides',
      cancelled: 'session cancelled',
      running: 'session goes on',
      terminating: 'session is being ended',
      terminated: 'session ended early',
      completed: 'session completed',
    },
    laterMore: { one: '1 report is still to come', other: '{n} reports are still to come' },
    onShares: '{here} of {all} on the shares',
    besides: { one: 'and 1 more without a set time', other: 'and {n} more without a set time' },
    cutOff: 'cut-off {time}, in {left}',
    lookNow: 'Look now',
    deadline: "Move tonight's deadline",
    lastLook: 'last good look {time}',
    neverLooked: 'never looked',
    secondary: 'SECONDARY data centre',
    more: { one: '1 more', other: '{n} more' },
    moreOnShares: { one: '1 more, on the share', other: '{n} more, all on the shares' },
    due: 'due {time}',
    usual: 'usual by {time}',
    lateAfter: 'late after {time}',
    cutOffAt: 'cut-off {time}',
    lacking: 'not here yet: {halves}',
    wholeHalf: 'the report',
    looked: 'looked {time}',
    closedBy: 'given up by {by}: {reason}',
    movedBy: 'deadline moved by {by}: {reason}',
    notFiled: 'not on the share',
    cannotSay: 'cannot be told',
    noneExpected: 'none expected',
    notAccepted: {
      one: '1 report of the catalogue is not accepted here: nobody waits for it',
      other: '{n} reports of the catalogue are not accepted here: nobody waits for them',
    },
    evening: 'The day',
    eveningMore: 'windows, arrivals and now',
    eveningLabel: 'Windows of {n} reports with their arrivals; open: {open}',
    none: 'none',
    now: 'now',
    underWay: 'Under way',
    running: 'A run is under way: {accounts}',
    nothingUnderWay: 'Nothing is under way.',
    nextRun: 'Next run {time}{name}',
    looking: {
      one: 'Looking every {s} s until 1 report is here or given up',
      other: 'Looking every {s} s until {n} reports are here or given up',
    },
    download: 'Download of {name}',
    progress: '{name}: {done} of {size}',
    rate: '{rate}/s, {left} left',
    alarms: 'Alarms',
    open: '{n} open',
    noAlarms: 'No open alarm.',
    allAlarms: 'All {n} alarms',
    acknowledge: 'Acknowledge',
    known: 'acknowledged by {by} until {until}',
    toldTo: 'told to {names}',
    toldNobody: 'told to nobody',
    reminder: 'next reminder {time}',
    also: 'Also well?',
    shares: 'Shares',
    sharesAnswer: '{here} of {all} answer',
    sharesAsked: 'being asked',
    leastFree: 'least free {bytes}',
    noShares: 'not asked yet',
    mail: 'Mail',
    mailSent: 'all sent',
    mailWaiting: '{n} waiting since {time}',
    mailFailed: '{n} did not reach everybody',
    mailLast: 'last {time}',
    keys: 'Keys',
    keyDays: { one: '{account} in use for 1 day', other: '{account} in use for {n} days' },
    keyNew: '{account} never used',
    schedule: 'Schedule',
    ran: 'last run due {due}, began {begun}',
    notBegun: 'run due {due} has not begun',
    next: 'next {time}',
    noSchedule: 'none is deployed',
    weather: 'Weather',
    notWatched: 'not watched',
    noWord: 'watched; nothing decided today',
    charge: 'In charge',
    thisOne: '{holder} (this one)',
    nobody: 'nobody',
    files: 'Files',
    filesHeld: '{held} in quarantine, {out} seen and not here',
    noFiles: 'none waits for a decision',
  },
  'zh-Hant': {
    points: {
      missing: '{n} 份報告缺失：{names}',
      late: '{n} 份報告遲到：{names}',
      unknown: '無法得知 {n} 份報告是否已在 RAP：{names}',
      'nobody in charge': '沒有程序正在處理此帳本：沒有收取報告',
      locked: '登入已鎖定：{names}（{text}）',
      'key over': '{names} 的密鑰可用至 {text}，已過期',
      'key ends': '{names} 的密鑰只可用至 {text}',
      'no account': '沒有部署帳戶：沒有收取報告',
      'not computed': '無法得知 {account} 有哪些報告到期：{text}',
      shortfall: '{account}：{text}',
      blind: '目前無法查看 RAP：{names}',
      'critical alarms': '{n} 個嚴重警報未獲確認：{names}',
      'other in charge': '另一程序負責運作：{names}。此程序並無工作',
      'not begun': '{n} 次應已開始的執行尚未開始：{names}',
      'account gone': '{n} 個帳戶已不在流程中，不會收取其報告：{names}',
      'lost copies': '{n} 個已送達的檔案在共用磁碟上消失或被更改：{names}',
      'mail waiting': '{n} 封郵件尚未寄出：收件人未獲通知',
      'at risk': '{n} 份報告可能遲到：{names}',
      'not on share': '{n} 份報告已收取但未在共用磁碟：{names}',
      'share silent': '{n} 個共用磁碟沒有回應：{names}',
      'node fault': '{names} 無法運作：{text}',
      'no schedule': '沒有排程開始 {names} 的執行',
      unwatched: '{names} 遲到的報告無人獲告知：流程沒有報告核對',
      secondary: '現用備用數據中心：{names}',
      'mail failed': '{n} 封郵件未送達所有人',
      held: '{n} 個檔案在隔離區等候決定：{names}',
      outstanding: '{n} 個檔案在 RAP 見過但未收取：{names}',
      alarms: '另有 {n} 個未結警報：{names}',
      due: '{n} 份報告正到期：{names}',
      later: '沒有遲到；尚有 {n} 份報告未到時間',
      untimed: '{n} 份時間不詳的報告未到：{names}',
      closed: '{n} 份報告由人員結案：{names}',
      year: '{names} 年的假期未有官方公布',
      'none expected': '今日沒有預期報告',
      well: '一切妥當：全部 {n} 份報告已在共用磁碟',
    },
    verdicts: {
      pending: '監察中，未決定',
      clear: '沒有信號',
      hold: '由人員決定',
      cancelled: '已取消',
      running: '進行中',
      terminating: '即將終止',
      terminated: '已終止',
      completed: '已完成',
    },
    laterMore: { other: '尚有 {n} 份報告未到時間' },
    onShares: '共用磁碟上 {here} / {all} 份',
    besides: { other: '另有 {n} 份沒有指定時間' },
    cutOff: '截止 {time}，尚餘 {left}',
    lookNow: '立即查看',
    deadline: '更改今晚期限',
    lastLook: '上次成功查看 {time}',
    neverLooked: '從未查看',
    secondary: '備用數據中心',
    more: { other: '另有 {n} 份' },
    moreOnShares: { other: '另有 {n} 份，全部已在共用磁碟' },
    due: '應於 {time} 前到',
    usual: '通常 {time} 前到',
    lateAfter: '{time} 後為遲到',
    cutOffAt: '截止 {time}',
    lacking: '未到：{halves}',
    wholeHalf: '報告',
    looked: '{time} 查看過',
    closedBy: '{by} 結案：{reason}',
    movedBy: '{by} 更改期限：{reason}',
    notFiled: '未在共用磁碟',
    cannotSay: '無法得知',
    noneExpected: '沒有預期',
    notAccepted: { other: '目錄中 {n} 份報告未獲接納：無人等候' },
    evening: '今日時間表',
    eveningMore: '時段、到達及現在',
    eveningLabel: '{n} 份報告的時段及到達時間；未到：{open}',
    none: '沒有',
    now: '現在',
    underWay: '進行中',
    running: '正在執行：{accounts}',
    nothingUnderWay: '沒有進行中的工作。',
    nextRun: '下次執行 {time}{name}',
    looking: { other: '每 {s} 秒查看一次，直至 {n} 份報告到達或截止' },
    download: '下載 {name}',
    progress: '{name}：{done} / {size}',
    rate: '每秒 {rate}，尚餘 {left}',
    alarms: '警報',
    open: '{n} 個未結',
    noAlarms: '沒有未結警報。',
    allAlarms: '全部 {n} 個警報',
    acknowledge: '確認',
    known: '{by} 已確認，至 {until}',
    toldTo: '已通知 {names}',
    toldNobody: '未通知任何人',
    reminder: '下次提示 {time}',
    also: '其他情況',
    shares: '共用磁碟',
    sharesAnswer: '{all} 個中 {here} 個有回應',
    sharesAsked: '正在查詢',
    leastFree: '最少可用空間 {bytes}',
    noShares: '尚未查詢',
    mail: '郵件',
    mailSent: '全部已寄出',
    mailWaiting: '{n} 封等候，自 {time}',
    mailFailed: '{n} 封未送達所有人',
    mailLast: '上一封 {time}',
    keys: '密鑰',
    keyDays: { other: '{account} 已使用 {n} 日' },
    keyNew: '{account} 從未使用',
    schedule: '排程',
    ran: '上次應於 {due} 執行，{begun} 開始',
    notBegun: '{due} 的執行尚未開始',
    next: '下次 {time}',
    noSchedule: '沒有部署',
    weather: '天氣',
    notWatched: '沒有監察',
    noWord: '監察中；今日未有決定',
    charge: '負責程序',
    thisOne: '{holder}（本程序）',
    nobody: '沒有',
    files: '檔案',
    filesHeld: '隔離 {held} 個，見過未收 {out} 個',
    noFiles: '沒有檔案等候決定',
  },
  'zh-Hans': {
    points: {
      missing: '{n} 份报告缺失：{names}',
      late: '{n} 份报告迟到：{names}',
      unknown: '无法得知 {n} 份报告是否已在 RAP：{names}',
      'nobody in charge': '没有进程正在处理此账本：没有收取报告',
      locked: '登录已锁定：{names}（{text}）',
      'key over': '{names} 的密钥可用至 {text}，已过期',
      'key ends': '{names} 的密钥只可用至 {text}',
      'no account': '没有部署账户：没有收取报告',
      'not computed': '无法得知 {account} 有哪些报告到期：{text}',
      shortfall: '{account}：{text}',
      blind: '目前无法查看 RAP：{names}',
      'critical alarms': '{n} 个严重警报未获确认：{names}',
      'other in charge': '另一进程负责运作：{names}。此进程没有工作',
      'not begun': '{n} 次应已开始的运行尚未开始：{names}',
      'account gone': '{n} 个账户已不在流程中，不会收取其报告：{names}',
      'lost copies': '{n} 个已送达的文件在共享磁盘上消失或被更改：{names}',
      'mail waiting': '{n} 封邮件尚未发出：收件人未获通知',
      'at risk': '{n} 份报告可能迟到：{names}',
      'not on share': '{n} 份报告已收取但未在共享磁盘：{names}',
      'share silent': '{n} 个共享磁盘没有响应：{names}',
      'node fault': '{names} 无法运作：{text}',
      'no schedule': '没有排程开始 {names} 的运行',
      unwatched: '{names} 迟到的报告无人获告知：流程没有报告核对',
      secondary: '现用备用数据中心：{names}',
      'mail failed': '{n} 封邮件未送达所有人',
      held: '{n} 个文件在隔离区等候决定：{names}',
      outstanding: '{n} 个文件在 RAP 见过但未收取：{names}',
      alarms: '另有 {n} 个未结警报：{names}',
      due: '{n} 份报告正到期：{names}',
      later: '没有迟到；尚有 {n} 份报告未到时间',
      untimed: '{n} 份时间不详的报告未到：{names}',
      closed: '{n} 份报告由人员结案：{names}',
      year: '{names} 年的假期未有官方公布',
      'none expected': '今日没有预期报告',
      well: '一切妥当：全部 {n} 份报告已在共享磁盘',
    },
    verdicts: {
      pending: '监察中，未决定',
      clear: '没有信号',
      hold: '由人员决定',
      cancelled: '已取消',
      running: '进行中',
      terminating: '即将终止',
      terminated: '已终止',
      completed: '已完成',
    },
    laterMore: { other: '尚有 {n} 份报告未到时间' },
    onShares: '共享磁盘上 {here} / {all} 份',
    besides: { other: '另有 {n} 份没有指定时间' },
    cutOff: '截止 {time}，还剩 {left}',
    lookNow: '立即查看',
    deadline: '更改今晚期限',
    lastLook: '上次成功查看 {time}',
    neverLooked: '从未查看',
    secondary: '备用数据中心',
    more: { other: '另有 {n} 份' },
    moreOnShares: { other: '另有 {n} 份，全部已在共享磁盘' },
    due: '应于 {time} 前到',
    usual: '通常 {time} 前到',
    lateAfter: '{time} 后为迟到',
    cutOffAt: '截止 {time}',
    lacking: '未到：{halves}',
    wholeHalf: '报告',
    looked: '{time} 查看过',
    closedBy: '{by} 结案：{reason}',
    movedBy: '{by} 更改期限：{reason}',
    notFiled: '未在共享磁盘',
    cannotSay: '无法得知',
    noneExpected: '没有预期',
    notAccepted: { other: '目录中 {n} 份报告未获接纳：无人等候' },
    evening: '今日时间表',
    eveningMore: '时段、到达及现在',
    eveningLabel: '{n} 份报告的时段及到达时间；未到：{open}',
    none: '没有',
    now: '现在',
    underWay: '进行中',
    running: '正在运行：{accounts}',
    nothingUnderWay: '没有进行中的工作。',
    nextRun: '下次运行 {time}{name}',
    looking: { other: '每 {s} 秒查看一次，直至 {n} 份报告到达或截止' },
    download: '下载 {name}',
    progress: '{name}：{done} / {size}',
    rate: '每秒 {rate}，还剩 {left}',
    alarms: '警报',
    open: '{n} 个未结',
    noAlarms: '没有未结警报。',
    allAlarms: '全部 {n} 个警报',
    acknowledge: '确认',
    known: '{by} 已确认，至 {until}',
    toldTo: '已通知 {names}',
    toldNobody: '未通知任何人',
    reminder: '下次提示 {time}',
    also: '其他情况',
    shares: '共享磁盘',
    sharesAnswer: '{all} 个中 {here} 个有响应',
    sharesAsked: '正在查询',
    leastFree: '最少可用空间 {bytes}',
    noShares: '尚未查询',
    mail: '邮件',
    mailSent: '全部已发出',
    mailWaiting: '{n} 封等候，自 {time}',
    mailFailed: '{n} 封未送达所有人',
    mailLast: '上一封 {time}',
    keys: '密钥',
    keyDays: { other: '{account} 已使用 {n} 天' },
    keyNew: '{account} 从未使用',
    schedule: '排程',
    ran: '上次应于 {due} 运行，{begun} 开始',
    notBegun: '{due} 的运行尚未开始',
    next: '下次 {time}',
    noSchedule: '没有部署',
    weather: '天气',
    notWatched: '没有监察',
    noWord: '监察中；今日未有决定',
    charge: '负责进程',
    thisOne: '{holder}（本进程）',
    nobody: '没有',
    files: '文件',
    filesHeld: '隔离 {held} 个，见过未收 {out} 个',
    noFiles: '没有文件等候决定',
  },
};

/** The words of the page of the system. */
import type { Language } from '../../i18n/languages.ts';
import type { Counted } from '../../i18n/phrase.ts';
import type { DataCentre } from '../../model/types.ts';
import type { LiveRoom } from '../live-operations.ts';

export interface SystemTexts {
  title: string;
  well: string;
  /** The same while the shares have not answered yet. */
  wellButShares: string;
  noneDeployed: string;
  /** {due} */
  notBegun: string;
  toSee: Counted;
  shares: string;
  noShares: string;
  room: Record<LiveRoom['state'], string>;
  /** {free} {size} */
  free: string;
  nearlyFull: string;
  again: string;
  /** {time} */
  asked: string;
  schedules: string;
  noSchedules: string;
  /** {due} {at} */
  lastRun: string;
  late: string;
  never: string;
  nextRun: string;
  byHand: string;
  runNow: string;
  underWay: string;
  accounts: string;
  noAccounts: string;
  centre: Record<DataCentre, string>;
  centreUnknown: string;
  /** {name} {time} {reason} */
  decided: string;
  withSecond: string;
  until: string;
  notDecided: string;
  locked: string;
  unlock: string;
  waits: string;
  lastLogins: string;
  noLogins: string;
  today: Counted;
  allLogins: string;
  addresses: string;
  key: string;
  keySince: string;
  keyDays: Counted;
  noKey: string;
  notDeployed: string;
  switchCentre: string;
  switchAll: string;
  charge: string;
  here: string;
  elsewhere: string;
  nobody: string;
  ledger: string;
  size: string;
  records: Counted;
  sealed: string;
  checked: string;
  checkedGood: string;
  checkedBad: Counted;
  notChecked: string;
  jump: string;
  faults: string;
  leftovers: string;
  leftoversMore: string;
  back: string;
  time: string;
  address: string;
}

export const systemTexts: Readonly<Record<Language, SystemTexts>> = {
  en: {
    title: 'System',
    well: 'Shares answer, no account is locked, all are at the primary data centre',
    wellButShares:
      'No account is locked, all are at the primary data centre; the shares have not answered yet',
    noneDeployed: 'No account is deployed: nothing is fetched',
    notBegun: 'the run due {due} has not begun',
    toSee: { one: '1 thing to see to', other: '{n} things to see to' },
    shares: 'Shares',
    noShares: 'No share is known yet: none has been filed on.',
    room: { answers: 'answers', silent: 'does not answer', fault: 'fault', asked: 'being asked' },
    free: '{free} free of {size}',
    nearlyFull: 'nearly full',
    again: 'Deliver again what was delivered here',
    asked: 'asked at {time}',
    schedules: 'Schedule',
    noSchedules: 'No node that begins a run is deployed.',
    lastRun: 'last run due {due}, began {at}',
    late: 'late',
    never: 'no run of it is known yet',
    nextRun: 'next {time}',
    byHand: 'begun by hand',
    runNow: 'Run now',
    underWay: 'a run is under way: {accounts}',
    accounts: 'Accounts',
    noAccounts: 'No account is known yet.',
    centre: { primary: 'primary data centre', secondary: 'SECONDARY data centre' },
    centreUnknown: 'data centre not certain: ledger and journal differ',
    decided: 'decided by {name} at {time}: {reason}',
    withSecond: '{name} with {second}',
    until: 'until {time}',
    notDecided: 'primary as always: nobody has decided otherwise',
    locked: 'locked since {time}: {reason}',
    unlock: 'Reset the lock',
    waits: 'waits until {time}: {reason}',
    lastLogins: 'Last log-ins',
    noLogins: 'no log-in is recorded',
    today: { one: '1 log-in today', other: '{n} log-ins today' },
    allLogins: 'More log-ins of {account}',
    addresses: 'Addresses',
    key: 'Key',
    keySince: 'in use since {time}',
    keyDays: { one: '1 day', other: '{n} days' },
    noKey: 'no key has been used yet',
    notDeployed: 'not deployed now',
    switchCentre: 'Switch data centre',
    switchAll: 'Switch data centre of all accounts',
    charge: 'In charge',
    here: 'this process ({owner})',
    elsewhere: 'another process ({owner})',
    nobody: 'no process',
    ledger: 'Ledger',
    size: 'Size',
    records: { one: '1 record in the journal', other: '{n} records in the journal' },
    sealed: 'Last seal',
    checked: 'Last compared',
    checkedGood: '{time}, as the journal says',
    checkedBad: { one: '{time}: 1 difference', other: '{time}: {n} differences' },
    notChecked: 'not since this process began',
    jump: 'The clock was set at {time}, by {span}',
    faults: 'Nodes that cannot work as deployed',
    leftovers: "Still the demo's",
    leftoversMore: 'Of the example that was imported; enter your own in its dialogs, then deploy.',
    back: 'All of System',
    time: 'Time',
    address: 'Address',
  },
  'zh-Hant': {
    title: '系統',
    well: '共用磁碟有回應，沒有帳戶被鎖，所有帳戶均在主數據中心',
    wellButShares: '沒有帳戶被鎖，所有帳戶均在主數據中心；共用磁碟尚未回應',
    noneDeployed: '沒有部署帳戶：沒有收取報告',
    notBegun: '{due} 的執行尚未開始',
    toSee: { other: '{n} 件事需要跟進' },
    shares: '共用磁碟',
    noShares: '尚未知悉任何共用磁碟：未曾存放報告。',
    room: { answers: '有回應', silent: '沒有回應', fault: '故障', asked: '查詢中' },
    free: '可用 {free}，共 {size}',
    nearlyFull: '將滿',
    again: '重新送達曾送達此處的報告',
    asked: '於 {time} 查詢',
    schedules: '排程',
    noSchedules: '未部署可開始執行的節點。',
    lastRun: '最近一次應於 {due}，實於 {at} 開始',
    late: '延遲',
    never: '尚未有執行記錄',
    nextRun: '下次 {time}',
    byHand: '由人手開始',
    runNow: '立即執行',
    underWay: '正在執行：{accounts}',
    accounts: '帳戶',
    noAccounts: '尚未知悉任何帳戶。',
    centre: { primary: '主數據中心', secondary: '備用數據中心' },
    centreUnknown: '數據中心不確定：帳本與日誌不符',
    decided: '{name} 於 {time} 決定：{reason}',
    withSecond: '{name} 連同 {second}',
    until: '至 {time}',
    notDecided: '一向為主數據中心：沒有人另作決定',
    locked: '自 {time} 起鎖定：{reason}',
    unlock: '解除鎖定',
    waits: '等候至 {time}：{reason}',
    lastLogins: '最近登入',
    noLogins: '沒有登入記錄',
    today: { other: '今日登入 {n} 次' },
    allLogins: '{account} 的更多登入',
    addresses: '地址',
    key: '密鑰',
    keySince: '自 {time} 起使用',
    keyDays: { other: '{n} 日' },
    noKey: '尚未使用密鑰',
    notDeployed: '現未部署',
    switchCentre: '切換數據中心',
    switchAll: '切換所有帳戶的數據中心',
    charge: '主控',
    here: '本程序（{owner}）',
    elsewhere: '另一程序（{owner}）',
    nobody: '沒有程序',
    ledger: '帳本',
    size: '大小',
    records: { other: '日誌有 {n} 項記錄' },
    sealed: '最近封存',
    checked: '最近核對',
    checkedGood: '{time}，與日誌相符',
    checkedBad: { other: '{time}：{n} 處不符' },
    notChecked: '本程序啟動後未核對',
    jump: '時鐘曾於 {time} 調整 {span}',
    faults: '無法按部署運作的節點',
    leftovers: '仍屬示範',
    leftoversMore: '匯入的示範流程中的設定；請在對話框中輸入自己的，然後部署。',
    back: '返回系統',
    time: '時間',
    address: '地址',
  },
  'zh-Hans': {
    title: '系统',
    well: '共享磁盘有响应，没有账户被锁，所有账户均在主数据中心',
    wellButShares: '没有账户被锁，所有账户均在主数据中心；共享磁盘尚未响应',
    noneDeployed: '没有部署账户：没有收取报告',
    notBegun: '{due} 的运行尚未开始',
    toSee: { other: '{n} 件事需要跟进' },
    shares: '共享磁盘',
    noShares: '尚未知悉任何共享磁盘：未曾存放报告。',
    room: { answers: '有响应', silent: '没有响应', fault: '故障', asked: '查询中' },
    free: '可用 {free}，共 {size}',
    nearlyFull: '将满',
    again: '重新送达曾送达此处的报告',
    asked: '于 {time} 查询',
    schedules: '计划',
    noSchedules: '未部署可开始运行的节点。',
    lastRun: '最近一次应于 {due}，实于 {at} 开始',
    late: '延迟',
    never: '尚未有运行记录',
    nextRun: '下次 {time}',
    byHand: '由人工开始',
    runNow: '立即运行',
    underWay: '正在运行：{accounts}',
    accounts: '账户',
    noAccounts: '尚未知悉任何账户。',
    centre: { primary: '主数据中心', secondary: '备用数据中心' },
    centreUnknown: '数据中心不确定：账本与日志不符',
    decided: '{name} 于 {time} 决定：{reason}',
    withSecond: '{name} 连同 {second}',
    until: '至 {time}',
    notDecided: '一向为主数据中心：没有人另作决定',
    locked: '自 {time} 起锁定：{reason}',
    unlock: '解除锁定',
    waits: '等候至 {time}：{reason}',
    lastLogins: '最近登录',
    noLogins: '没有登录记录',
    today: { other: '今日登录 {n} 次' },
    allLogins: '{account} 的更多登录',
    addresses: '地址',
    key: '密钥',
    keySince: '自 {time} 起使用',
    keyDays: { other: '{n} 天' },
    noKey: '尚未使用密钥',
    notDeployed: '现未部署',
    switchCentre: '切换数据中心',
    switchAll: '切换所有账户的数据中心',
    charge: '主控',
    here: '本进程（{owner}）',
    elsewhere: '另一进程（{owner}）',
    nobody: '没有进程',
    ledger: '账本',
    size: '大小',
    records: { other: '日志有 {n} 项记录' },
    sealed: '最近封存',
    checked: '最近核对',
    checkedGood: '{time}，与日志相符',
    checkedBad: { other: '{time}：{n} 处不符' },
    notChecked: '本进程启动后未核对',
    jump: '时钟曾于 {time} 调整 {span}',
    faults: '无法按部署运作的节点',
    leftovers: '仍属演示',
    leftoversMore: '导入的演示流程中的设置；请在对话框中输入自己的，然后部署。',
    back: '返回系统',
    time: '时间',
    address: '地址',
  },
};

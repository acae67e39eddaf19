/** What the policy of an error code means for whoever is on duty, in words: of the runbook and the page of errors. */
import type { CodePolicy, End, Mutable, Scope, Severity } from '../errors/codes.ts';
import type { Language } from '../i18n/languages.ts';

export interface RunbookWords {
  /** What a code is about. */
  scopes: Readonly<Record<Scope, string>>;
  told: Readonly<Record<Severity, string>>;
  /** Is it tried again by itself? */
  again: string;
  notAgain: string;
  /** What ends an alarm, by its policy; some scopes have their own. */
  ends: Readonly<Record<Exclude<End, 'at once'>, string>>;
  success: Readonly<Partial<Record<Scope, string>>>;
  check: Readonly<Partial<Record<Scope, string>>>;
  opensNone: string;
  quiet: Readonly<Record<Mutable, string>>;
}

export const runbookWords: Readonly<Record<Language, RunbookWords>> = {
  en: {
    scopes: {
      node: 'A node of the flow, by its name',
      address: 'An address of a data centre; the other address is tried',
      account: 'A RAP account: its line and its login',
      folder: 'A folder at RAP',
      report: 'A report, or an entry of a listing, by its path at RAP',
      expectation: 'A report of a business date that is awaited',
      destination: 'A disk or share of ours, by its folder',
      copies: 'What was delivered of an account into a folder of a share',
      run: 'A run as a whole',
      ledger: 'The ledger, and who may use it',
      mail: 'The mail relay',
      practice: 'The practice session: its plan, its keys, its weather',
      calendar: 'The calendars',
      key: 'How long the key of an account may be used',
      clock: 'The clock of the machine',
    },
    told: {
      critical: 'It is told at once, and again until somebody acknowledges it.',
      warning: 'It is told once; after three runs that meet it, until somebody acknowledges it.',
      notice: 'It is told once.',
      none: 'It is no fault, and opens no alarm.',
    },
    again: 'It is tried again by itself: the next run may succeed without anybody.',
    notAgain: 'It is not tried again with success before somebody has put it right.',
    ends: {
      success: 'a run lists the account without it',
      'clean run': 'a complete run without it',
      person: 'a person acknowledges it',
      check: 'the check of reports finds it put right',
    },
    success: {
      report: 'each report came, or a person closed it',
      destination: 'it takes reports again',
    },
    check: {
      expectation: 'it came, a person closed it, or somebody can look again',
      calendar: 'the official list is imported',
      copies: 'it is there again, or a person closed it',
    },
    opensNone: 'opens no alarm',
    quiet: {
      connection: 'A maintenance window of the kind "connection" keeps it quiet.',
      reports: 'A maintenance window of the kind "reports" keeps it quiet.',
      shares: 'A maintenance window of the kind "shares" keeps it quiet.',
    },
  },
  'zh-Hant': {
    scopes: {
      node: '流程中的一個節點，以名稱表示',
      address: '數據中心的一個位址；會改試另一位址',
      account: '一個 RAP 帳戶：其線路及登入',
      folder: 'RAP 上的一個資料夾',
      report: '一份報告，或清單中的一項，以其在 RAP 的路徑表示',
      expectation: '一個營業日應到的一份報告',
      destination: '我們的磁碟或共用磁碟，以資料夾表示',
      copies: '一個帳戶已送達共用磁碟某資料夾的檔案',
      run: '整次執行',
      ledger: '帳本，以及何人可以使用',
      mail: '郵件轉送伺服器',
      practice: '演習：其計劃、密鑰及天氣',
      calendar: '日曆',
      key: '帳戶密鑰的可用期限',
      clock: '本機時鐘',
    },
    told: {
      critical: '立即通知，並重複提示直至有人確認。',
      warning: '通知一次；連續三次執行遇到後，重複提示直至有人確認。',
      notice: '通知一次。',
      none: '不屬故障，不會發出警報。',
    },
    again: '會自動重試：下次執行或可自行成功。',
    notAgain: '須先有人修正，重試才會成功。',
    ends: {
      success: '一次執行列出該帳戶而沒有遇到此故障',
      'clean run': '一次完整的執行沒有遇到此故障',
      person: '有人確認',
      check: '報告核對發現已修正',
    },
    success: { report: '各份報告已到，或有人結案', destination: '該處可再收取報告' },
    check: {
      expectation: '報告已到、有人結案，或可再次查看',
      calendar: '已匯入官方清單',
      copies: '檔案已回復，或有人結案',
    },
    opensNone: '不會發出警報',
    quiet: {
      connection: '「connection」類的維護時段內不作通知。',
      reports: '「reports」類的維護時段內不作通知。',
      shares: '「shares」類的維護時段內不作通知。',
    },
  },
  'zh-Hans': {
    scopes: {
      node: '流程中的一个节点，以名称表示',
      address: '数据中心的一个地址；会改试另一地址',
      account: '一个 RAP 账户：其线路及登录',
      folder: 'RAP 上的一个文件夹',
      report: '一份报告，或列表中的一项，以其在 RAP 的路径表示',
      expectation: '一个营业日应到的一份报告',
      destination: '我们的磁盘或共享磁盘，以文件夹表示',
      copies: '一个账户已送达共享磁盘某文件夹的文件',
      run: '整次运行',
      ledger: '账本，以及何人可以使用',
      mail: '邮件中继服务器',
      practice: '演习：其计划、密钥及天气',
      calendar: '日历',
      key: '账户密钥的可用期限',
      clock: '本机时钟',
    },
    told: {
      critical: '立即通知，并重复提醒直至有人确认。',
      warning: '通知一次；连续三次运行遇到后，重复提醒直至有人确认。',
      notice: '通知一次。',
      none: '不属故障，不会发出警报。',
    },
    again: '会自动重试：下次运行或可自行成功。',
    notAgain: '须先有人修正，重试才会成功。',
    ends: {
      success: '一次运行列出该账户而没有遇到此故障',
      'clean run': '一次完整的运行没有遇到此故障',
      person: '有人确认',
      check: '报告核对发现已修正',
    },
    success: { report: '各份报告已到，或有人结案', destination: '该处可再收取报告' },
    check: {
      expectation: '报告已到、有人结案，或可再次查看',
      calendar: '已导入官方列表',
      copies: '文件已恢复，或有人结案',
    },
    opensNone: '不会发出警报',
    quiet: {
      connection: '「connection」类的维护时段内不作通知。',
      reports: '「reports」类的维护时段内不作通知。',
      shares: '「shares」类的维护时段内不作通知。',
    },
  },
};

/** What ends the alarm of a code. */
export function endOf(
  { ends, scope }: Pick<CodePolicy, 'ends' | 'scope'>,
  language: Language = 'en',
): string {
  const words = runbookWords[language];
  if (ends === 'at once') return words.opensNone;
  if (ends === 'success') return words.success[scope] ?? words.ends.success;
  if (ends === 'check') return words.check[scope] ?? words.ends.check;
  return words.ends[ends];
}

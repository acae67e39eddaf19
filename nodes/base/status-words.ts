/**
 * Every text a node shows under itself: under 20 characters when filled in, in the language of the server
 * (`lang` in settings.js). The compiler sees to it that no language lacks a word; a test counts the letters.
 */
import type { ErrorCode } from '../../lib/errors/codes.ts';

export const languages = ['en-US', 'zh-TW', 'zh-CN'] as const;
export type Language = (typeof languages)[number];

type Words = Readonly<Record<string, string>>;

const en = {
  busy: 'working',
  connecting: 'logging in',
  connected: '{site} {address}',
  checking: 'checking',
  checked: '{ok} of {all} answer',
  closed: 'logged out',
  locked: 'login locked',
  listing: 'listing',
  listed: '{fresh} new of {all}',
  downloading: '{done} of {all}',
  downloaded: '{done} received',
  nothing: 'nothing new',
  partly: '{failed} failed',
  filed: '{done} filed',
  waiting: 'waiting',
  sending: 'sending mail',
  sent: 'mail sent',
  queued: 'mail queued',
  quiet: 'nobody to tell',
  next: 'Next {when}',
  never: 'Never due',
  fired: 'run started',
  stopped: 'stopped',
  primary: '1st',
  secondary: '2nd',
  Mon: 'Mon',
  Tue: 'Tue',
  Wed: 'Wed',
  Thu: 'Thu',
  Fri: 'Fri',
  Sat: 'Sat',
  Sun: 'Sun',
} as const satisfies Words;

export type StatusWord = keyof typeof en;
export const statusWords = Object.keys(en) as StatusWord[];

const states: Readonly<Record<Language, Readonly<Record<StatusWord, string>>>> = {
  'en-US': en,
  'zh-TW': {
    busy: '處理中',
    connecting: '登入中',
    connected: '{site} {address}',
    checking: '檢查中',
    checked: '{all} 個中 {ok} 個正常',
    closed: '已登出',
    locked: '登入已鎖定',
    listing: '列出中',
    listed: '{all} 份中 {fresh} 份新',
    downloading: '{done} / {all}',
    downloaded: '已接收 {done} 份',
    nothing: '沒有新報表',
    partly: '{failed} 份失敗',
    filed: '已歸檔 {done} 份',
    waiting: '等候中',
    sending: '電郵傳送中',
    sent: '電郵已傳送',
    queued: '電郵待傳送',
    quiet: '沒有收件人',
    next: '下次 {when}',
    never: '永不觸發',
    fired: '已開始',
    stopped: '已停止',
    primary: '主',
    secondary: '備',
    Mon: '週一',
    Tue: '週二',
    Wed: '週三',
    Thu: '週四',
    Fri: '週五',
    Sat: '週六',
    Sun: '週日',
  },
  'zh-CN': {
    busy: '处理中',
    connecting: '登录中',
    connected: '{site} {address}',
    checking: '检查中',
    checked: '{all} 个中 {ok} 个正常',
    closed: '已注销',
    locked: '登录已锁定',
    listing: '列出中',
    listed: '{all} 份中 {fresh} 份新',
    downloading: '{done} / {all}',
    downloaded: '已接收 {done} 份',
    nothing: '没有新报表',
    partly: '{failed} 份失败',
    filed: '已归档 {done} 份',
    waiting: '等待中',
    sending: '邮件发送中',
    sent: '邮件已发送',
    queued: '邮件待发送',
    quiet: '没有收件人',
    next: '下次 {when}',
    never: '永不触发',
    fired: '已开始',
    stopped: '已停止',
    primary: '主',
    secondary: '备',
    Mon: '周一',
    Tue: '周二',
    Wed: '周三',
    Thu: '周四',
    Fri: '周五',
    Sat: '周六',
    Sun: '周日',
  },
};

/** Short texts of the error codes: [English, Traditional Chinese, Simplified Chinese]. A test asks for them all. */
const faults: Readonly<Partial<Record<ErrorCode, readonly [string, string, string]>>> = {
  CONFIG_INVALID: ['check settings', '請檢查設定', '请检查设置'],
  USAGE: ['check settings', '請檢查設定', '请检查设置'],
  KEY_UNREADABLE: ['key unreadable', '無法讀取密鑰', '无法读取密钥'],
  KEY_FROZEN: ['keys are frozen', '密鑰已凍結', '密钥已冻结'],
  HOST_KEY_MISSING: ['host key missing', '缺少主機密鑰', '缺少主机密钥'],
  CONNECT_REFUSED: ['connection refused', '連線被拒', '连接被拒'],
  CONNECT_TIMEOUT: ['no answer', '沒有回應', '没有响应'],
  HANDSHAKE_TIMEOUT: ['no SSH answer', 'SSH 沒有回應', 'SSH 没有响应'],
  HANDSHAKE_FAILED: ['handshake failed', 'SSH 交握失敗', 'SSH 握手失败'],
  CONNECTION_LOST: ['connection lost', '連線中斷', '连接中断'],
  SESSION_REFUSED: ['session refused', '工作階段被拒', '会话被拒'],
  LOGIN_BUDGET: ['login limit', '登入次數已滿', '登录次数已满'],
  SESSION_BUSY: ['account in use', '帳戶使用中', '账户使用中'],
  NOT_CONNECTED: ['not logged in', '尚未登入', '尚未登录'],
  HOST_KEY_MISMATCH: ['HOST KEY DIFFERS', '主機密鑰不符', '主机密钥不符'],
  LOGIN_REFUSED: ['login refused', '登入被拒', '登录被拒'],
  LOGIN_LOCKED: ['login locked', '登入已鎖定', '登录已锁定'],
  REQUEST_TIMEOUT: ['server too slow', '伺服器逾時', '服务器超时'],
  STALLED: ['stalled', '傳輸停頓', '传输停顿'],
  SFTP_PROTOCOL: ['bad SFTP data', 'SFTP 資料錯誤', 'SFTP 数据错误'],
  SFTP_UNSUPPORTED: ['no SFTP version 3', '不支援 SFTP 3', '不支持 SFTP 3'],
  NAME_REFUSED: ['unsafe name', '檔名不安全', '文件名不安全'],
  NOT_A_FILE: ['not a file', '不是檔案', '不是文件'],
  LIST_LIMIT: ['listing too large', '清單過大', '清单过大'],
  FOLDER_UNREADABLE: ['folder unreadable', '無法讀取資料夾', '无法读取文件夹'],
  STILL_WRITING: ['still being written', '仍在寫入', '仍在写入'],
  SIZE_UNKNOWN: ['size unknown', '大小不明', '大小不明'],
  SHORT_FILE: ['file too short', '檔案不完整', '文件不完整'],
  EXCESS_DATA: ['file too long', '檔案過長', '文件过长'],
  FILE_CHANGED: ['report changed', '報表已變更', '报表已变更'],
  FILE_TOO_LARGE: ['file too large', '檔案過大', '文件过大'],
  REMOTE_DENIED: ['read denied', '讀取被拒', '读取被拒'],
  REMOTE_MISSING: ['report gone', '報表已消失', '报表已消失'],
  REMOTE_FAILURE: ['server failed', '伺服器錯誤', '服务器错误'],
  INCOMPLETE: ['incomplete', '未齊', '未齐'],
  ABORTED: ['stopped', '已停止', '已停止'],
  DISK_FULL: ['disk full', '磁碟已滿', '磁盘已满'],
  DISK_ERROR: ['disk error', '磁碟錯誤', '磁盘错误'],
  NOT_WRITABLE: ['cannot write', '無法寫入', '无法写入'],
  SHARE_MISSING: ['share not mounted', '共用磁碟未掛載', '共享磁盘未挂载'],
  ROUTE_INVALID: ['check the rules', '請檢查規則', '请检查规则'],
  UNROUTED: ['no rule fits', '沒有合適規則', '没有合适规则'],
  LEDGER_UNUSABLE: ['ledger unusable', '帳本無法使用', '账本无法使用'],
  LEDGER_TOO_NEW: ['ledger too new', '帳本版本過新', '账本版本过新'],
  NOT_IN_CHARGE: ['another is at work', '另一實例運行中', '另一实例运行中'],
  MAIL_CONFIG: ['check mail settings', '請檢查電郵設定', '请检查邮件设置'],
  MAIL_UNREACHABLE: ['mail relay silent', '郵件伺服器無回應', '邮件服务器无响应'],
  MAIL_REFUSED: ['mail refused', '電郵被拒', '邮件被拒'],
  MAIL_UNKNOWN: ['mail unconfirmed', '電郵未確認', '邮件未确认'],
  WEATHER_HOLD: ['hold: ask a person', '待定：請人員決定', '待定：请人员决定'],
  UNEXPECTED: ['unexpected fault', '未預期錯誤', '意外错误'],
};

/** The language the server speaks: the nearest of ours to what settings.js says. */
export function languageOf(setting: unknown): Language {
  const wanted = typeof setting === 'string' ? setting.toLowerCase().replaceAll('_', '-') : '';
  if (/^zh-(cn|sg|hans)/.test(wanted)) return 'zh-CN';
  return wanted.startsWith('zh') ? 'zh-TW' : 'en-US';
}

/** A status text with its places filled in. */
export function statusText(
  word: StatusWord,
  language: Language,
  params: Readonly<Record<string, string | number>> = {},
): string {
  return states[language][word].replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    String(params[name] ?? ''),
  );
}

/** The short status text of an error code. */
export function faultText(code: ErrorCode, language: Language): string {
  return faults[code]?.[languages.indexOf(language)] ?? code;
}

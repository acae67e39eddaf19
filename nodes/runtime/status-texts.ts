/**
 * Every text a node shows under itself: under 20 characters when filled in, in the language of the server
 * (`lang` in settings.js). The compiler sees to it that no language lacks a word; a test counts the letters.
 */
import type { ErrorCode } from '../../lib/errors/codes.ts';
import { t } from '../../lib/i18n/translate.ts';
import type { DataCentre } from '../../lib/model/types.ts';
import { hongKongTime } from '../../lib/time/hong-kong.ts';

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
  kept: 'stays open',
  locked: 'login locked',
  listing: 'listing',
  listed: '{second}{fresh} new',
  downloading: '{done} of {all}',
  downloaded: '{second}{done} ok',
  withWarnings: '{n} warned',
  nothing: '{second}0 new',
  partly: '{failed} failed',
  outstanding: '{n} to come',
  here: '{here} of {all}',
  missing: '{n} missing',
  late: '{n} late',
  atRisk: '{n} at risk',
  unknown: '{n} unknown',
  notChecked: 'not checked',
  noneExpected: 'nothing due',
  notAllHere: 'incomplete',
  filed: '{done} filed',
  waiting: 'waiting',
  shareWaits: 'waits for a share',
  sending: 'sending mail',
  sent: 'mail sent',
  queued: 'mail queued',
  quiet: 'nobody told',
  next: 'Next {when}',
  due: 'Due {n} · next {s} s',
  never: 'Never due',
  ran: '{due} ran {at}',
  fired: 'run started',
  underWay: 'a run is under way',
  elsewhere: 'on another host',
  stopped: 'stopped',
  weatherPending: 'verdict at {time}',
  weatherClear: 'go',
  weatherRunning: 'go, session runs',
  weatherHold: 'HOLD: ask a person',
  weatherCancelled: 'CANCELLED {time}',
  weatherEnding: 'ENDS AT {time}',
  weatherEnded: 'TERMINATED {time}',
  weatherOver: 'session was held',
  dayFar: 'for {date}',
  dayOver: '{date} is over',
  switched: '{site}: {accounts}',
  switchedUntil: '{site} to {time}',
  mixed: 'not all the same',
  expired: 'put back: {accounts}',
  dayNext: '{time} {what}',
  dayDone: 'day is over',
  milestoneParts: 'part',
  milestoneHotline: 'ring hotline',
  milestoneWeather: 'weather',
  milestoneReminder: 'reminder',
  milestoneKeys: 'key freeze',
  milestoneEnd: 'restore check',
  milestoneDrill: 'drill',
  secondPerson: '2nd person needed',
  compared: '{equal} equal',
  differs: '{differ} differ',
  parallelDays: '{days} of {of} days',
  parallelReady: 'ready: {days} days',
  recorded: 'recorded',
  packed: 'evidence is ready',
  primary: 'primary',
  secondary: 'secondary',
  /** Before a count, of the secondary only. */
  second: '2nd ',
  Mon: 'Mon',
  Tue: 'Tue',
  Wed: 'Wed',
  Thu: 'Thu',
  Fri: 'Fri',
  Sat: 'Sat',
  Sun: 'Sun',
} as const satisfies Words;

export type StatusKey = keyof typeof en;
export const statusTexts = Object.keys(en) as StatusKey[];

/** What came of a run. The time stands before it: "21:31 · 32 new". */
export const resultWords = [
  'closed',
  'kept',
  'listed',
  'downloaded',
  'withWarnings',
  'nothing',
  'partly',
  'outstanding',
  'notAllHere',
  'here',
  'missing',
  'late',
  'atRisk',
  'unknown',
  'notChecked',
  'noneExpected',
  'filed',
  'sent',
  'queued',
  'quiet',
] as const satisfies readonly StatusKey[];
export type ResultWord = (typeof resultWords)[number];

const states: Readonly<Record<Language, Readonly<Record<StatusKey, string>>>> = {
  'en-US': en,
  'zh-TW': {
    busy: '處理中',
    connecting: '登入中',
    connected: '{site} {address}',
    checking: '檢查中',
    checked: '{all} 個中 {ok} 個正常',
    closed: '已登出',
    kept: '連線保持',
    locked: '登入已鎖定',
    listing: '列出中',
    listed: '{second}{fresh} 份新',
    downloading: '{done} / {all}',
    downloaded: '{second}收到 {done} 份',
    withWarnings: '{n} 份有警告',
    nothing: '{second}沒有新報告',
    partly: '{failed} 份失敗',
    outstanding: '{n} 份未收到',
    here: '{here} / {all} 份',
    missing: '{n} 份缺失',
    late: '{n} 份遲到',
    atRisk: '{n} 份可能遲到',
    unknown: '{n} 份不明',
    notChecked: '未核對',
    noneExpected: '今日沒有預期',
    notAllHere: '報告未齊',
    filed: '已歸檔 {done} 份',
    waiting: '等候中',
    shareWaits: '等候共用磁碟',
    sending: '電郵傳送中',
    sent: '電郵已傳送',
    queued: '電郵待傳送',
    quiet: '沒有收件人',
    next: '下次 {when}',
    due: '{n} 份到期 · {s} 秒後再看',
    never: '永不觸發',
    ran: '{due} 於 {at} 執行',
    fired: '已開始',
    underWay: '已有一次執行進行中',
    elsewhere: '由另一主機執行',
    stopped: '已停止',
    weatherPending: '{time} 公布結果',
    weatherClear: '可進行',
    weatherRunning: '可進行，演習進行中',
    weatherHold: '待定：請人員決定',
    weatherCancelled: '{time} 取消',
    weatherEnding: '將於 {time} 終止',
    weatherEnded: '{time} 終止',
    weatherOver: '演習已完成',
    dayFar: '{date}',
    dayOver: '{date} 已過',
    switched: '{site}：{accounts}',
    switchedUntil: '{site}，至 {time}',
    mixed: '帳戶各有不同',
    expired: '已恢復：{accounts}',
    dayNext: '{time} {what}',
    dayDone: '當日已完結',
    milestoneParts: '部分',
    milestoneHotline: '致電熱線',
    milestoneWeather: '天氣',
    milestoneReminder: '提醒',
    milestoneKeys: '密鑰凍結',
    milestoneEnd: '恢復檢查',
    milestoneDrill: '聯絡測試',
    secondPerson: '待第二人確認',
    compared: '{equal} 份相同',
    differs: '{differ} 份不同',
    parallelDays: '{of} 日中 {days} 日',
    parallelReady: '可停用：{days} 日',
    recorded: '已記錄',
    packed: '證據已備妥',
    primary: '主中心',
    secondary: '後備',
    second: '後備 ',
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
    kept: '连接保持',
    locked: '登录已锁定',
    listing: '列出中',
    listed: '{second}{fresh} 份新',
    downloading: '{done} / {all}',
    downloaded: '{second}收到 {done} 份',
    withWarnings: '{n} 份有警告',
    nothing: '{second}没有新报告',
    partly: '{failed} 份失败',
    outstanding: '{n} 份未收到',
    here: '{here} / {all} 份',
    missing: '{n} 份缺失',
    late: '{n} 份迟到',
    atRisk: '{n} 份可能迟到',
    unknown: '{n} 份不明',
    notChecked: '未核对',
    noneExpected: '今日没有预期',
    notAllHere: '报告未齐',
    filed: '已归档 {done} 份',
    waiting: '等待中',
    shareWaits: '等待共享磁盘',
    sending: '邮件发送中',
    sent: '邮件已发送',
    queued: '邮件待发送',
    quiet: '没有收件人',
    next: '下次 {when}',
    due: '{n} 份到期 · {s} 秒后再看',
    never: '永不触发',
    ran: '{due} 于 {at} 执行',
    fired: '已开始',
    underWay: '已有一次执行进行中',
    elsewhere: '由另一主机执行',
    stopped: '已停止',
    weatherPending: '{time} 公布结果',
    weatherClear: '可进行',
    weatherRunning: '可进行，演习进行中',
    weatherHold: '待定：请人员决定',
    weatherCancelled: '{time} 取消',
    weatherEnding: '将于 {time} 终止',
    weatherEnded: '{time} 终止',
    weatherOver: '演习已完成',
    dayFar: '{date}',
    dayOver: '{date} 已过',
    switched: '{site}：{accounts}',
    switchedUntil: '{site}，至 {time}',
    mixed: '账户各有不同',
    expired: '已恢复：{accounts}',
    dayNext: '{time} {what}',
    dayDone: '当日已结束',
    milestoneParts: '部分',
    milestoneHotline: '致电热线',
    milestoneWeather: '天气',
    milestoneReminder: '提醒',
    milestoneKeys: '密钥冻结',
    milestoneEnd: '恢复检查',
    milestoneDrill: '联系测试',
    secondPerson: '待第二人确认',
    compared: '{equal} 份相同',
    differs: '{differ} 份不同',
    parallelDays: '{of} 日中 {days} 日',
    parallelReady: '可停用：{days} 日',
    recorded: '已记录',
    packed: '证据已备妥',
    primary: '主中心',
    secondary: '后备',
    second: '后备 ',
    Mon: '周一',
    Tue: '周二',
    Wed: '周三',
    Thu: '周四',
    Fri: '周五',
    Sat: '周六',
    Sun: '周日',
  },
};

/** The language the server speaks: the nearest of ours to what settings.js says. */
export function languageOf(setting: unknown): Language {
  const wanted = typeof setting === 'string' ? setting.toLowerCase().replaceAll('_', '-') : '';
  if (/^zh-(cn|sg|hans)/.test(wanted)) return 'zh-CN';
  return wanted.startsWith('zh') ? 'zh-TW' : 'en-US';
}

/** A status text with its places filled in. */
export function statusText(
  word: StatusKey,
  language: Language,
  params: Readonly<Record<string, string | number>> = {},
): string {
  return states[language][word].replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    String(params[name] ?? ''),
  );
}

/** The result of a run with its time. @param at milliseconds since 1970 */
export function resultText(
  word: ResultWord,
  language: Language,
  at: number,
  params: Readonly<Record<string, string | number>> = {},
): string {
  return `${hongKongTime(at)} · ${statusText(word, language, params)}`;
}

/** How a data centre looks under a node: the primary is the quiet case, the secondary catches the eye. */
export function siteLook(
  dataCentre: DataCentre,
  language: Language,
): { fill: 'green' | 'yellow'; params: { site: string; second: string } } {
  const primary = dataCentre === 'primary';
  const second = primary ? '' : statusText('second', language);
  return { fill: primary ? 'green' : 'yellow', params: { site: statusText(dataCentre, language), second } };
}

/** The part of an address that tells it from the others, short enough to stand beside the data centre. */
export function shortAddress(address: string): string {
  const host = address.replace(/:\d+$/, '');
  return /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host.split('.').slice(2).join('.') : host.slice(0, 9);
}

const readers = { 'en-US': 'en', 'zh-TW': 'zh-Hant', 'zh-CN': 'zh-Hans' } as const;

/** The short status text of an error code. */
export function faultText(code: ErrorCode, language: Language): string {
  return t(readers[language], `errors.status.${code}`);
}

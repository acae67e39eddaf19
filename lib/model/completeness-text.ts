/** The answer "are all reports here?" in one line, and the words of its parts, as every mail, node and command says it. */

import type { Language } from '../i18n/languages.ts';
import { type Counted, fillPhrase, type Phrase } from '../i18n/phrase.ts';
import {
  type Found,
  type FoundReport,
  type FoundState,
  reportName,
  type Shortfall,
  type Summary,
  summaryOf,
} from './completeness.ts';

interface AnswerTexts {
  tag: string;
  colon: string;
  comma: string;
  ofAll: string;
  noneExpected: string;
  later: Counted;
  untimed: Counted;
  closed: Counted;
  andMore: Counted;
  /** 'RP009 missing, due 20:40' */
  due: string;
  ofDate: string;
  states: Readonly<Record<FoundState, string>>;
  shortfalls: Readonly<Record<Shortfall['kind'], Phrase>>;
  notChecked: string;
  /** The same where there is little room. */
  notLooked: string;
  noneAwaited: string;
}

const tables: Readonly<Record<Language, AnswerTexts>> = {
  en: {
    tag: 'en',
    colon: ': ',
    comma: ', ',
    ofAll: '{here} of {all}',
    noneExpected: 'none expected today',
    later: { other: '{n} later' },
    untimed: { other: '{n} whose time nobody knows not here' },
    closed: { other: '{n} closed by a person' },
    andMore: { other: '{n} more' },
    due: '{report} {state}, due {time}',
    ofDate: '{report} of {date}',
    states: {
      amended: 'amended',
      'on-share': 'on the share',
      received: 'received',
      'not-expected': 'not expected',
      awaited: 'awaited',
      'no-time-known': 'time not known',
      missing: 'missing',
      unknown: 'unknown',
      late: 'late',
      'at-risk': 'at risk',
      due: 'not here yet',
      'pair-incomplete': 'half here',
    },
    shortfalls: {
      'nothing accepted': {
        other: 'none awaited ({n} of the catalogue not accepted)',
      },
      'no participant': {
        one: '1 report not checked, the account has no participant',
        other: '{n} reports not checked, the account has no participant',
      },
      'no calendar': {
        one: '1 report not checked, there is no calendar "{calendar}"',
        other: '{n} reports not checked, there is no calendar "{calendar}"',
      },
      'year not official': 'the holidays of {year} are not official',
      'holiday trading not said': '{date} in doubt, the account does not say whether it trades on holidays',
      'folder not listed': {
        one: '1 report not checked, {folder} is not listed',
        other: '{n} reports not checked, {folder} is not listed',
      },
      'never looked': 'nobody has looked yet',
      'not computed': 'not checked: {reason}',
    },
    notChecked: 'not checked in this run',
    notLooked: 'not checked',
    noneAwaited: 'none awaited',
  },
  'zh-Hant': {
    tag: 'zh-Hant',
    colon: '：',
    comma: '，',
    ofAll: '{all} 份已到 {here} 份',
    noneExpected: '今日沒有預期報告',
    later: { other: '{n} 份時間未到' },
    untimed: { other: '{n} 份無已知時間而未到' },
    closed: { other: '{n} 份由人員結案' },
    andMore: { other: '另有 {n} 份' },
    due: '{report} {state}，應於 {time} 前到',
    ofDate: '{date} 的 {report}',
    states: {
      amended: '已更正',
      'on-share': '已在共用磁碟',
      received: '已收取',
      'not-expected': '非預期',
      awaited: '等候中',
      'no-time-known': '時間不詳',
      missing: '缺失',
      unknown: '不明',
      late: '遲到',
      'at-risk': '可能遲到',
      due: '未到',
      'pair-incomplete': '只到一半',
    },
    shortfalls: {
      'nothing accepted': { other: '沒有等候報告（目錄中 {n} 份未獲接納）' },
      'no participant': { other: '{n} 份報告未核對，帳戶沒有參與者編號' },
      'no calendar': { other: '{n} 份報告未核對，沒有「{calendar}」日曆' },
      'year not official': '{year} 年的假期未有官方公布',
      'holiday trading not said': '{date} 存疑，帳戶未說明是否參與假期交易',
      'folder not listed': { other: '{n} 份報告未核對，沒有列出 {folder}' },
      'never looked': '尚未有人查看',
      'not computed': '未核對：{reason}',
    },
    notChecked: '本次執行沒有核對',
    notLooked: '未核對',
    noneAwaited: '沒有等候報告',
  },
  'zh-Hans': {
    tag: 'zh-Hans',
    colon: '：',
    comma: '，',
    ofAll: '{all} 份已到 {here} 份',
    noneExpected: '今日没有预期报告',
    later: { other: '{n} 份时间未到' },
    untimed: { other: '{n} 份无已知时间而未到' },
    closed: { other: '{n} 份由人员结案' },
    andMore: { other: '另有 {n} 份' },
    due: '{report} {state}，应于 {time} 前到',
    ofDate: '{date} 的 {report}',
    states: {
      amended: '已更正',
      'on-share': '已在共享磁盘',
      received: '已收取',
      'not-expected': '非预期',
      awaited: '等候中',
      'no-time-known': '时间不详',
      missing: '缺失',
      unknown: '不明',
      late: '迟到',
      'at-risk': '可能迟到',
      due: '未到',
      'pair-incomplete': '只到一半',
    },
    shortfalls: {
      'nothing accepted': { other: '没有等候报告（目录中 {n} 份未获接纳）' },
      'no participant': { other: '{n} 份报告未核对，账户没有参与者编号' },
      'no calendar': { other: '{n} 份报告未核对，没有“{calendar}”日历' },
      'year not official': '{year} 年的假期未有官方公布',
      'holiday trading not said': '{date} 存疑，账户未说明是否参与假期交易',
      'folder not listed': { other: '{n} 份报告未核对，没有列出 {folder}' },
      'never looked': '尚未有人查看',
      'not computed': '未核对：{reason}',
    },
    notChecked: '本次运行没有核对',
    notLooked: '未核对',
    noneAwaited: '没有等候报告',
  },
};

/**
 * So many reports are named in a line. A subject has room for one, and for nothing that is no trouble; a short one says
 * of it no more than its state, and the shortest of each account no more than how many there are.
 */
const NAMED = { line: 3, subject: 1, short: 1, counts: 0 };
type Room = keyof typeof NAMED;

export function stateText(state: FoundState, language: Language): string {
  return tables[language].states[state];
}

/** What a shortfall means, as part of a sentence. */
export function shortfallText(shortfall: Shortfall, language: Language): string {
  const words = tables[language];
  const { kind, ...values } = shortfall;
  const n = 'reports' in shortfall ? shortfall.reports : 1;
  return fillPhrase(words, words.shortfalls[kind], { n, ...values });
}

/** 'HH:MM' in Hong Kong, with the date where it is another day. */
export function timeText(second: number, today: string): string {
  const stamp = new Date((second + 8 * 3600) * 1000).toISOString();
  const time = stamp.slice(11, 16);
  return stamp.slice(0, 10) === today ? time : `${stamp.slice(0, 10)} ${time}`;
}

/** 'RP009 missing, due 20:40' */
export function troubleText(one: FoundReport, today: string, language: Language): string {
  const words = tables[language];
  const name = reportName(one);
  const report =
    one.businessDate === today
      ? name
      : fillPhrase(words, words.ofDate, { report: name, date: one.businessDate });
  const state = words.states[one.state];
  if (one.lateAfter === null) return `${report} ${state}`;
  return fillPhrase(words, words.due, { report, state, time: timeText(one.lateAfter, today) });
}

/** '5 of 6: RP009 missing, due 20:40'. Never 'n of n' alone where something could not be checked. */
export function answerText(found: Found, language: Language, room: Room = 'line'): string {
  const words = tables[language];
  const summary = summaryOf(found);
  const { here, all } = summary;
  const short = found.shortfalls.map((one) => shortfallText(one, language));
  const head =
    all > 0
      ? fillPhrase(words, words.ofAll, { here, all })
      : found.shortfalls.some(({ kind }) => kind !== 'year not official')
        ? ''
        : words.noneExpected;
  const none = found.shortfalls.some(({ kind }) => kind === 'nothing accepted')
    ? words.noneAwaited
    : words.notLooked;
  if (room === 'counts') return head === '' ? none : head;
  if (room === 'short' && head === '') return none;
  const rest = [
    ...exceptions(summary, found.today, language, room),
    ...(room === 'short' && head !== '' ? [] : short),
  ];
  if (head === '') return rest.join(words.comma);
  return rest.length === 0 ? head : `${head}${words.colon}${rest.join(words.comma)}`;
}

function exceptions(
  { trouble, due, later, untimed, closed }: Summary,
  today: string,
  language: Language,
  room: Room,
): string[] {
  const words = tables[language];
  const named = [...trouble, ...due];
  if (room === 'short')
    return named.slice(0, NAMED.short).map((one) => `${reportName(one)} ${words.states[one.state]}`);
  const count = (phrase: Counted, n: number) => (n === 0 ? [] : [fillPhrase(words, phrase, { n })]);
  return [
    ...named.slice(0, NAMED[room]).map((one) => troubleText(one, today, language)),
    ...count(words.andMore, Math.max(0, named.length - NAMED[room])),
    ...(room === 'subject' ? [] : count(words.later, later)),
    ...(room === 'subject' ? [] : count(words.untimed, untimed)),
    ...count(words.closed, closed.length),
  ];
}

/** 'HKSCC 14 of 14 · HKCC 5 of 6: RP009 missing, due 20:40' */
export function answerLine(
  founds: readonly (Found | string)[],
  language: Language,
  room: Room = 'line',
): string {
  const all = founds.filter((one): one is Found => typeof one !== 'string');
  return founds
    .map((one) => {
      if (typeof one === 'string') {
        const { notChecked, notLooked } = tables[language];
        return `${one} ${room === 'counts' || room === 'short' ? notLooked : notChecked}`;
      }
      const others = all.filter(({ installation }) => installation === one.installation);
      const name = one.installation === 'hkscc' ? 'HKSCC' : 'HKCC';
      return `${others.length > 1 ? one.account : name} ${answerText(one, language, room)}`;
    })
    .join(' · ');
}

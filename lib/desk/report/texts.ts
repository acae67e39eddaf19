/** The words of one report's page. */

import type { StoryEvent } from '../../collection/story.ts';
import type { Language } from '../../i18n/languages.ts';
import type { Phrase } from '../../i18n/phrase.ts';
import type { PlacedState } from '../../ledger/tables.ts';
import type { LostReason } from '../../model/placed.ts';

export interface ReportTexts {
  facts: string;
  account: string;
  date: string;
  set: string;
  path: string;
  size: string;
  hash: string;
  local: string;
  kept: string;
  removed: string;
  files: string;
  noFiles: string;
  states: Readonly<Record<PlacedState | '', string>>;
  lost: Readonly<Record<LostReason, string>>;
  lookedAt: string;
  leftBy: string;
  again: string;
  leave: string;
  look: string;
  further: string;
  arrivals: string;
  arrivalsOf: Phrase;
  window: string;
  noWindow: string;
  story: string;
  older: Phrase;
  notYet: string;
  others: string;
  allOfDate: string;
  allOfName: string;
  events: Readonly<Record<Exclude<StoryEvent['kind'], 'placed'>, string>>;
  placed: string;
}

export const words: Readonly<Record<Language, ReportTexts>> = {
  en: {
    facts: 'Report',
    account: 'Account',
    date: 'Business date',
    set: 'Set',
    path: 'At RAP',
    size: 'Size',
    hash: 'SHA-256',
    local: 'Local copy',
    kept: 'kept',
    removed: 'removed',
    files: 'Where it lies',
    noFiles: 'It lies on no share yet.',
    states: {
      '': 'delivered',
      there: 'there',
      gone: 'gone',
      changed: 'changed',
      unknown: 'cannot be looked at',
    },
    lost: {
      gone: 'there is no such file',
      link: 'a link lies in its place',
      'no file': 'what lies in its place is no file',
      size: 'it has another size',
      content: 'it has other content',
      outside: 'its folder leads out of the share',
    },
    lookedAt: 'looked at {time}',
    leftBy: 'not looked after any more: {by}: {why}',
    again: 'Deliver again',
    leave: 'It is meant to be so',
    look: 'Read and compare now',
    further: 'To a further share',
    arrivals: 'Arrivals of 60 days',
    arrivalsOf: {
      one: '1 arrival between {from} and {to}',
      other: '{n} arrivals between {from} and {to}, earliest {first}, latest {last}',
    },
    window: 'Usual {about}, late after {late}, given up after {cutOff}.',
    noWindow: 'Nothing is known of when it is due.',
    story: 'Story',
    older: { one: '1 older event is not shown.', other: '{n} older events are not shown.' },
    notYet: 'not yet',
    others: 'Other contents of this report',
    allOfDate: 'All of this date',
    allOfName: 'All of this code',
    events: {
      listed: 'listed at the {centre}, {size}',
      still: 'seen standing still since {since}',
      outstanding: 'seen and not here: {state} {why}',
      asked: 'asked for in run {run}',
      received: 'received from the {centre} ({address}), {size}, run {run}',
      looked: 'looked into: {state} {why}',
      quarantined: 'put into quarantine: {code}: {reason}',
      refused: 'left alone: {code}: it {reason}',
      delivered: 'delivered as {file}',
      waits: 'not delivered to {share}: {code}: {message}',
      everywhere: 'on every share that its rules name',
      told: 'told in mail {mail}: {to}',
      alarm: 'alarm {id} {code}: {message}',
      acknowledged: 'alarm {id} acknowledged by {by}: {why}',
      over: 'alarm {id} over: {why}',
      person: '{who}: {what}: {why}',
      cleaned: 'the local copy was removed',
    },
    placed: '{state} on {share}: {why}',
  },
  'zh-Hant': {
    facts: '報告',
    account: '帳戶',
    date: '營業日期',
    set: '組',
    path: '在 RAP 的位置',
    size: '大小',
    hash: 'SHA-256',
    local: '本機副本',
    kept: '保留中',
    removed: '已移除',
    files: '存放位置',
    noFiles: '尚未在任何共用磁碟。',
    states: { '': '已送達', there: '仍在', gone: '已不在', changed: '已更改', unknown: '無法查看' },
    lost: {
      gone: '沒有該檔案',
      link: '該處現為連結',
      'no file': '該處現已不是檔案',
      size: '大小不同',
      content: '內容不同',
      outside: '其資料夾通往共用磁碟之外',
    },
    lookedAt: '查看於 {time}',
    leftBy: '不再看顧：{by}：{why}',
    again: '重新送達',
    leave: '屬有意為之',
    look: '立即讀取及比對',
    further: '送往另一共用磁碟',
    arrivals: '60 日的到達時間',
    arrivalsOf: { other: '{from} 至 {to} 共 {n} 次，最早 {first}，最遲 {last}' },
    window: '通常 {about}，{late} 後為遲，{cutOff} 後不再等候。',
    noWindow: '沒有人知道何時應到。',
    story: '經過',
    older: { other: '另有 {n} 項較早的記錄沒有顯示。' },
    notYet: '尚未',
    others: '此報告的其他內容',
    allOfDate: '此日期的所有報告',
    allOfName: '此代號的所有報告',
    events: {
      listed: '列於{centre}，{size}',
      still: '自 {since} 起沒有變動',
      outstanding: '曾見而未到：{state} {why}',
      asked: '於執行 {run} 請求',
      received: '自{centre}（{address}）收到，{size}，執行 {run}',
      looked: '內容檢查：{state} {why}',
      quarantined: '放入隔離：{code}：{reason}',
      refused: '不予處理：{code}：{reason}',
      delivered: '已送達 {file}',
      waits: '未能送達 {share}：{code}：{message}',
      everywhere: '已在規則所指的所有共用磁碟',
      told: '以電郵 {mail} 通知：{to}',
      alarm: '警報 {id} {code}：{message}',
      acknowledged: '警報 {id} 由 {by} 確認：{why}',
      over: '警報 {id} 已結束：{why}',
      person: '{who}：{what}：{why}',
      cleaned: '本機副本已移除',
    },
    placed: '{share}：{state}，{why}',
  },
  'zh-Hans': {
    facts: '报告',
    account: '账户',
    date: '营业日期',
    set: '组',
    path: '在 RAP 的位置',
    size: '大小',
    hash: 'SHA-256',
    local: '本机副本',
    kept: '保留中',
    removed: '已移除',
    files: '存放位置',
    noFiles: '尚未在任何共享磁盘。',
    states: { '': '已送达', there: '仍在', gone: '已不在', changed: '已更改', unknown: '无法查看' },
    lost: {
      gone: '没有该文件',
      link: '该处现为链接',
      'no file': '该处现已不是文件',
      size: '大小不同',
      content: '内容不同',
      outside: '其文件夹通往共享磁盘之外',
    },
    lookedAt: '查看于 {time}',
    leftBy: '不再看顾：{by}：{why}',
    again: '重新送达',
    leave: '属有意为之',
    look: '立即读取及比对',
    further: '送往另一共享磁盘',
    arrivals: '60 日的到达时间',
    arrivalsOf: { other: '{from} 至 {to} 共 {n} 次，最早 {first}，最迟 {last}' },
    window: '通常 {about}，{late} 后为迟，{cutOff} 后不再等候。',
    noWindow: '没有人知道何时应到。',
    story: '经过',
    older: { other: '另有 {n} 项较早的记录没有显示。' },
    notYet: '尚未',
    others: '此报告的其他内容',
    allOfDate: '此日期的所有报告',
    allOfName: '此代号的所有报告',
    events: {
      listed: '列于{centre}，{size}',
      still: '自 {since} 起没有变动',
      outstanding: '曾见而未到：{state} {why}',
      asked: '于执行 {run} 请求',
      received: '自{centre}（{address}）收到，{size}，执行 {run}',
      looked: '内容检查：{state} {why}',
      quarantined: '放入隔离：{code}：{reason}',
      refused: '不予处理：{code}：{reason}',
      delivered: '已送达 {file}',
      waits: '未能送达 {share}：{code}：{message}',
      everywhere: '已在规则所指的所有共享磁盘',
      told: '以邮件 {mail} 通知：{to}',
      alarm: '警报 {id} {code}：{message}',
      acknowledged: '警报 {id} 由 {by} 确认：{why}',
      over: '警报 {id} 已结束：{why}',
      person: '{who}：{what}：{why}',
      cleaned: '本机副本已移除',
    },
    placed: '{share}：{state}，{why}',
  },
};

/** The words of the page of a practice session, besides those of the session itself (lib/practice/texts). */

import type { Language } from '../../i18n/languages.ts';
import type { Counted } from '../../i18n/phrase.ts';
import type { DataCentre } from '../../model/types.ts';
import type { PartResult } from '../../practice/results.ts';

export interface PracticeDeskTexts {
  title: string;
  none: string;
  noneMore: string;
  other: string;
  /** What holds the day. */
  held: string;
  heldWord: string;
  nothingHolds: string;
  over: string;
  /** {date} {start} {end} */
  on: string;
  away: string;
  weather: string;
  undecided: string;
  from: string;
  sayWord: string;
  wordHow: string;
  noWeather: string;
  troubles: string;
  peopleSaid: string;
  parts: string;
  part: Record<'waiting' | 'running' | 'ended' | 'stopped' | 'skipped', string>;
  outcome: Record<PartResult['outcome'], string>;
  notTried: string;
  reports: Counted;
  failed: Counted;
  timeline: string;
  toCome: string;
  now: string;
  whole: Counted;
  drill: string;
  drillHow: string;
  notSent: string;
  answered: string;
  noAnswer: string;
  /** {name} */
  enteredBy: string;
  by: Record<'mail' | 'telephone', string>;
  missing: Counted;
  enterCode: string;
  hotlines: string;
  /** {time} */
  hotlineFrom: string;
  switches: string;
  switchCentre: string;
  noRequests: string;
  request: string;
  back: string;
  confirm: string;
  refuse: string;
  settled: string;
  state: Record<'open' | 'confirmed' | 'refused' | 'expired', string>;
  centre: Record<DataCentre, string>;
  watched: string;
  extremeKind: string;
}

export const practiceDeskTexts: Readonly<Record<Language, PracticeDeskTexts>> = {
  en: {
    title: 'Practice session',
    none: 'No practice session is planned',
    noneMore: 'Deploy a session-timer node with a plan.',
    other: 'Other sessions',
    held: 'A person must answer: {verdict}',
    heldWord: 'Ask the hotline whether the session is held, and enter what it says.',
    nothingHolds: '{verdict}',
    over: 'The session of {date} is over',
    on: '{date}, {start} to {end}',
    away: 'at the SECONDARY data centre: {accounts}',
    weather: 'Weather',
    undecided: 'Nothing is decided yet.',
    from: 'from {time}',
    sayWord: 'Enter what the hotline says',
    wordHow: 'What a person says counts at once. The word of the exchange wins over everything.',
    noWeather: 'No weather-check node of this session is deployed: nobody can take a word.',
    troubles: 'What is wrong with the sources',
    peopleSaid: 'What people said',
    parts: 'Parts',
    part: {
      waiting: 'to come',
      running: 'running',
      ended: 'over',
      stopped: 'stopped',
      skipped: 'not held',
    },
    outcome: {
      complete: 'complete',
      incomplete: 'not complete',
      stopped: 'stopped',
      'not-done': 'not done',
    },
    notTried: 'not tried yet',
    reports: { one: '1 report', other: '{n} reports' },
    failed: { one: '1 failed', other: '{n} failed' },
    timeline: 'Timeline',
    toCome: 'to come',
    now: 'now',
    whole: { one: '1 more moment', other: '{n} more moments' },
    drill: 'Reachability drill',
    drillHow:
      'Every contact got a code by mail. Enter the code that a contact sends back or tells you. Ring whoever has not answered.',
    notSent: 'No codes were sent yet.',
    answered: 'answered {time}',
    noAnswer: 'no answer',
    enteredBy: 'entered by {name}',
    by: { mail: 'by mail', telephone: 'on the telephone' },
    missing: { one: '1 has not answered', other: '{n} have not answered' },
    enterCode: 'Enter a code',
    hotlines: 'Hotlines',
    hotlineFrom: 'from {time}',
    switches: 'Data centre: second person',
    switchCentre: 'Switch data centre',
    noRequests: 'Nobody waits for a second person.',
    request: '{by} asks: {accounts} to the {site}. {reason}. Open until {time}.',
    back: 'Back to the primary by {time}.',
    confirm: 'Confirm',
    refuse: 'Refuse',
    settled: 'Earlier requests',
    state: {
      open: 'open',
      confirmed: 'confirmed',
      refused: 'refused',
      expired: 'not confirmed in time',
    },
    centre: { primary: 'primary data centre', secondary: 'secondary data centre' },
    watched: 'Watched',
    extremeKind: 'Extreme Conditions',
  },
  'zh-Hant': {
    title: '演習',
    none: '沒有已計劃的演習',
    noneMore: '請部署設有計劃的 session-timer 節點。',
    other: '其他演習',
    held: '需要有人答覆：{verdict}',
    heldWord: '請致電熱線查詢演習是否舉行，並輸入答覆。',
    nothingHolds: '{verdict}',
    over: '{date} 的演習已結束',
    on: '{date}，{start} 至 {end}',
    away: '在備用數據中心：{accounts}',
    weather: '天氣',
    undecided: '尚未有決定。',
    from: '由 {time} 起',
    sayWord: '輸入熱線的答覆',
    wordHow: '有人輸入的答覆即時生效。交易所的答覆優先於一切。',
    noWeather: '未部署此演習的 weather-check 節點：無法接收答覆。',
    troubles: '資料來源的問題',
    peopleSaid: '各人所述',
    parts: '環節',
    part: { waiting: '未開始', running: '進行中', ended: '已結束', stopped: '已停止', skipped: '不舉行' },
    outcome: { complete: '完成', incomplete: '未完成', stopped: '已停止', 'not-done': '未進行' },
    notTried: '未曾嘗試',
    reports: { other: '{n} 份報告' },
    failed: { other: '{n} 份失敗' },
    timeline: '時間表',
    toCome: '未到',
    now: '現在',
    whole: { other: '另有 {n} 個時刻' },
    drill: '聯絡測試',
    drillHow: '每位聯絡人已以電郵收到代碼。請輸入聯絡人回覆或告知的代碼。未有回覆者，請致電。',
    notSent: '尚未發出代碼。',
    answered: '於 {time} 回覆',
    noAnswer: '沒有回覆',
    enteredBy: '由 {name} 輸入',
    by: { mail: '以電郵', telephone: '以電話' },
    missing: { other: '{n} 人未回覆' },
    enterCode: '輸入代碼',
    hotlines: '熱線',
    hotlineFrom: '{time} 起',
    switches: '數據中心：第二人',
    switchCentre: '切換數據中心',
    noRequests: '沒有請求等候第二人。',
    request: '{by} 請求：{accounts} 轉至{site}。{reason}。有效至 {time}。',
    back: '於 {time} 前轉回主數據中心。',
    confirm: '確認',
    refuse: '拒絕',
    settled: '較早的請求',
    state: { open: '待確認', confirmed: '已確認', refused: '已拒絕', expired: '逾時未確認' },
    centre: { primary: '主數據中心', secondary: '備用數據中心' },
    watched: '已監察',
    extremeKind: '極端情況',
  },
  'zh-Hans': {
    title: '演习',
    none: '没有已计划的演习',
    noneMore: '请部署设有计划的 session-timer 节点。',
    other: '其他演习',
    held: '需要有人答复：{verdict}',
    heldWord: '请致电热线查询演习是否举行，并输入答复。',
    nothingHolds: '{verdict}',
    over: '{date} 的演习已结束',
    on: '{date}，{start} 至 {end}',
    away: '在备用数据中心：{accounts}',
    weather: '天气',
    undecided: '尚未有决定。',
    from: '自 {time} 起',
    sayWord: '输入热线的答复',
    wordHow: '有人输入的答复即时生效。交易所的答复优先于一切。',
    noWeather: '未部署此演习的 weather-check 节点：无法接收答复。',
    troubles: '数据来源的问题',
    peopleSaid: '各人所述',
    parts: '环节',
    part: { waiting: '未开始', running: '进行中', ended: '已结束', stopped: '已停止', skipped: '不举行' },
    outcome: { complete: '完成', incomplete: '未完成', stopped: '已停止', 'not-done': '未进行' },
    notTried: '未曾尝试',
    reports: { other: '{n} 份报告' },
    failed: { other: '{n} 份失败' },
    timeline: '时间表',
    toCome: '未到',
    now: '现在',
    whole: { other: '另有 {n} 个时刻' },
    drill: '联络测试',
    drillHow: '每位联系人已以邮件收到代码。请输入联系人回复或告知的代码。未回复者，请致电。',
    notSent: '尚未发出代码。',
    answered: '于 {time} 回复',
    noAnswer: '没有回复',
    enteredBy: '由 {name} 输入',
    by: { mail: '以邮件', telephone: '以电话' },
    missing: { other: '{n} 人未回复' },
    enterCode: '输入代码',
    hotlines: '热线',
    hotlineFrom: '{time} 起',
    switches: '数据中心：第二人',
    switchCentre: '切换数据中心',
    noRequests: '没有请求等候第二人。',
    request: '{by} 请求：{accounts} 转至{site}。{reason}。有效至 {time}。',
    back: '于 {time} 前转回主数据中心。',
    confirm: '确认',
    refuse: '拒绝',
    settled: '较早的请求',
    state: { open: '待确认', confirmed: '已确认', refused: '已拒绝', expired: '逾时未确认' },
    centre: { primary: '主数据中心', secondary: '备用数据中心' },
    watched: '已监察',
    extremeKind: '极端情况',
  },
};

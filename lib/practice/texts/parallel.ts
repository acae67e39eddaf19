/** Words of the daily comparison of a parallel run. */
import type { Language } from '../../i18n/languages.ts';
import type { Counted } from '../../i18n/phrase.ts';
import type { Break } from '../parallel-run.ts';

export interface ParallelTexts {
  title: string;
  ready: string;
  equal: string;
  differences: Counted;
  nothing: string;
  account: string;
  /** Of a day in the trend. */
  day: string;
  trend: string;
  unread: Counted;
  row: Counted;
  none: string;
  broken: Readonly<Record<Break, string>>;
  readySentence: string;
  notReady: string;
  bound: string;
  onlyRapMeans: string;
}

export const parallelTexts: Readonly<Record<Language, ParallelTexts>> = {
  en: {
    title: 'RAP against the terminal, {date}',
    ready: 'ready to leave the terminal',
    equal: 'no difference',
    differences: { one: '1 difference', other: '{n} differences' },
    nothing: 'nothing was compared',
    account: '{account} against {folder}',
    day: '{date}: {equal} equal, {different} different, {onlyTerminal} only at the terminal, {onlyRap} only at RAP',
    trend: 'The last days:',
    unread: {
      one: '1 report was received and its copy removed: it was not compared.',
      other: '{n} reports were received and their copies removed: they were not compared.',
    },
    row: {
      one: '1 business day in a row without a difference, {date}.',
      other: '{n} business days in a row without a difference, since {date}.',
    },
    none: 'No business day in a row without a difference.',
    broken: {
      different: '{date} had a difference.',
      nothing: 'On {date} there was nothing to compare.',
      unread: 'On {date} not every report could be compared.',
      'not-compared': 'On {date} nobody compared.',
    },
    readySentence:
      'READY TO LEAVE THE TERMINAL: every account had {n} business days in a row without a difference.',
    notReady: 'Not ready to leave the terminal: {n} business days in a row are wanted of every account.',
    bound: 'How many days are enough is a setting of the firm; HKEX publishes no rule.',
    onlyRapMeans: 'What stands only at RAP is no difference: the terminal does not give everything.',
  },
  'zh-Hant': {
    title: 'RAP 與終端機比較，{date}',
    ready: '可停用終端機',
    equal: '沒有差異',
    differences: { other: '{n} 項差異' },
    nothing: '沒有可比較的檔案',
    account: '{account} 與 {folder}',
    day: '{date}：{equal} 份相同、{different} 份不同、{onlyTerminal} 份只在終端機、{onlyRap} 份只在 RAP',
    trend: '最近數日：',
    unread: { other: '已收妥 {n} 份報告，但本機副本已移除，未能比較。' },
    row: { other: '自 {date} 起連續 {n} 個營業日沒有差異。' },
    none: '未有連續沒有差異的營業日。',
    broken: {
      different: '{date} 有差異。',
      nothing: '{date} 沒有可比較的檔案。',
      unread: '{date} 有報告未能比較。',
      'not-compared': '{date} 沒有進行比較。',
    },
    readySentence: '可停用終端機：所有帳戶均已連續 {n} 個營業日沒有差異。',
    notReady: '未可停用終端機：所有帳戶須連續 {n} 個營業日沒有差異。',
    bound: '所需日數由公司設定；香港交易所沒有公布規則。',
    onlyRapMeans: '只在 RAP 的報告不算差異：終端機並不提供全部報告。',
  },
  'zh-Hans': {
    title: 'RAP 与终端机比较，{date}',
    ready: '可停用终端机',
    equal: '没有差异',
    differences: { other: '{n} 项差异' },
    nothing: '没有可比较的文件',
    account: '{account} 与 {folder}',
    day: '{date}：{equal} 份相同、{different} 份不同、{onlyTerminal} 份只在终端机、{onlyRap} 份只在 RAP',
    trend: '最近数日：',
    unread: { other: '已收妥 {n} 份报告，但本机副本已移除，未能比较。' },
    row: { other: '自 {date} 起连续 {n} 个营业日没有差异。' },
    none: '未有连续没有差异的营业日。',
    broken: {
      different: '{date} 有差异。',
      nothing: '{date} 没有可比较的文件。',
      unread: '{date} 有报告未能比较。',
      'not-compared': '{date} 没有进行比较。',
    },
    readySentence: '可停用终端机：所有账户均已连续 {n} 个营业日没有差异。',
    notReady: '未可停用终端机：所有账户须连续 {n} 个营业日没有差异。',
    bound: '所需日数由公司设定；香港交易所没有公布规则。',
    onlyRapMeans: '只在 RAP 的报告不算差异：终端机并不提供全部报告。',
  },
};

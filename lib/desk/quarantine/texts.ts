/** The words of the quarantine. */
import type { Language } from '../../i18n/languages.ts';
import type { Phrase } from '../../i18n/phrase.ts';

export interface QuarantineTexts {
  nothing: string;
  nothingMore: string;
  waiting: Phrase;
  held: string;
  names: string;
  decided: string;
  release: string;
  discard: string;
  since: string;
  more: Phrase;
  decisions: Readonly<Record<'released' | 'discarded', string>>;
  warning: string;
}

export const words: Readonly<Record<Language, QuarantineTexts>> = {
  en: {
    nothing: 'Nothing waits for a decision',
    nothingMore: 'What comes whole and cannot be trusted would lie here.',
    waiting: { one: '1 thing waits for a decision', other: '{n} things wait for a decision' },
    held: 'Came, and is not trusted',
    names: 'Left alone at the server',
    decided: 'Decided',
    release: 'Release',
    discard: 'Discard',
    since: 'since {time}',
    more: {
      one: '1 more: "rap quarantine list" shows it.',
      other: '{n} more: "rap quarantine list" shows them.',
    },
    decisions: { released: 'released', discarded: 'discarded' },
    warning: 'A report for another participant must not be passed on: tell HKEX.',
  },
  'zh-Hant': {
    nothing: '沒有等待決定的項目',
    nothingMore: '完整收到而不可信的報告會存放於此。',
    waiting: { other: '有 {n} 項等待決定' },
    held: '已收到而不可信',
    names: '在伺服器上不予處理',
    decided: '已決定',
    release: '放行',
    discard: '棄用',
    since: '自 {time}',
    more: { other: '另有 {n} 項，可用「rap quarantine list」查看。' },
    decisions: { released: '已放行', discarded: '已棄用' },
    warning: '屬於另一參與者的報告不得轉交：請通知香港交易所。',
  },
  'zh-Hans': {
    nothing: '没有等待决定的项目',
    nothingMore: '完整收到而不可信的报告会存放于此。',
    waiting: { other: '有 {n} 项等待决定' },
    held: '已收到而不可信',
    names: '在服务器上不予处理',
    decided: '已决定',
    release: '放行',
    discard: '弃用',
    since: '自 {time}',
    more: { other: '另有 {n} 项，可用“rap quarantine list”查看。' },
    decisions: { released: '已放行', discarded: '已弃用' },
    warning: '属于另一参与者的报告不得转交：请通知香港交易所。',
  },
};

/** The words of Today. */
import type { Language } from '../../words/languages.ts';
import type { Counted } from '../../words/phrase.ts';

export interface TodayWords {
  alarms: string;
  open: Counted;
  noAlarms: string;
  acknowledge: string;
  known: string;
}

export const words: Readonly<Record<Language, TodayWords>> = {
  en: {
    alarms: 'Alarms',
    open: { other: '{n} open' },
    noAlarms: 'No open alarm.',
    acknowledge: 'Acknowledge',
    known: 'acknowledged by {by} until {until}',
  },
  'zh-Hant': {
    alarms: '警報',
    open: { other: '{n} 個未結' },
    noAlarms: '沒有未結警報。',
    acknowledge: '確認',
    known: '{by} 已確認，至 {until}',
  },
  'zh-Hans': {
    alarms: '警报',
    open: { other: '{n} 个未结' },
    noAlarms: '没有未结警报。',
    acknowledge: '确认',
    known: '{by} 已确认，至 {until}',
  },
};

/** The words of the runbook's pages; what a code means and what is done about it stand with the codes. */
import type { Severity } from '../../errors/codes.ts';
import type { Language } from '../../i18n/languages.ts';

export interface RunbookPageWords {
  title: string;
  how: string;
  severity: Readonly<Record<Severity, string>>;
  cure: string;
  first: string;
  facts: string;
  about: string;
  means: string;
  told: string;
  again: string;
  over: string;
  alarms: string;
  all: string;
}

export const words: Readonly<Record<Language, RunbookPageWords>> = {
  en: {
    title: 'Runbook',
    how: 'An entry for each code; every alarm names its code and leads here.',
    severity: { critical: 'Act now', warning: 'Act today', notice: 'When there is time', none: 'No fault' },
    cure: 'What to do',
    first:
      'The cure in the alarm itself was written for the very case, with places and figures: follow that first.',
    facts: 'What it means',
    about: 'What it is about',
    means: 'Meaning',
    told: 'Who hears of it',
    again: 'Is it tried again?',
    over: 'It is over when',
    alarms: 'To the alarms',
    all: 'All codes',
  },
  'zh-Hant': {
    title: '應變手冊',
    how: '每個代碼一項；每個警報均列明代碼並連結至此。',
    severity: { critical: '立即處理', warning: '今日處理', notice: '有空時處理', none: '不屬故障' },
    cure: '如何處理',
    first: '警報本身的處理方法針對該次情況，並列明位置及數字：請先依從。',
    facts: '含義',
    about: '所涉對象',
    means: '意思',
    told: '如何通知',
    again: '會否重試',
    over: '何時結束',
    alarms: '返回警報',
    all: '全部代碼',
  },
  'zh-Hans': {
    title: '应变手册',
    how: '每个代码一项；每个警报均列明代码并链接至此。',
    severity: { critical: '立即处理', warning: '今日处理', notice: '有空时处理', none: '不属故障' },
    cure: '如何处理',
    first: '警报本身的处理方法针对该次情况，并列明位置及数字：请先依从。',
    facts: '含义',
    about: '所涉对象',
    means: '意思',
    told: '如何通知',
    again: '会否重试',
    over: '何时结束',
    alarms: '返回警报',
    all: '全部代码',
  },
};

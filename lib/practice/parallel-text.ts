/** The daily comparison of a parallel run, for a mail. Pure. */

import type { Language } from '../i18n/languages.ts';
import type { ComparedDay } from '../ledger/records/comparisons.ts';
import type { Comparison } from '../reports/compare.ts';
import type { IsoDate } from '../time/hong-kong.ts';
import { type Break, differencesOf, type ParallelRules, type Row } from './parallel-run.ts';
import { type PracticeTranslator, practiceTranslator } from './texts/index.ts';
import { parallelTexts } from './texts/parallel.ts';

export interface ParallelAccount {
  account: string;
  folder: string;
  comparison: Comparison;
  /** Received, and no copy is left to compare. */
  unread: number;
  /** The newest first, this one included. */
  days: readonly ComparedDay[];
  row: Row;
}

/** So many days are shown. */
const SHOWN = 10;
/** So many differences are named for each account; the ledger's journal has the counts. */
const NAMED = 50;

/** Is the terminal wanted no more? Every account must have had so many days. */
export function isReady(
  accounts: readonly Pick<ParallelAccount, 'row'>[],
  { readyDays }: ParallelRules,
): boolean {
  return accounts.length > 0 && accounts.every(({ row }) => row.days >= readyDays);
}

/** Subject and text in the reader's language; the worst first. */
export function parallelText(
  date: IsoDate,
  accounts: readonly ParallelAccount[],
  rules: ParallelRules,
  language: Language,
): { subject: string; text: string } {
  const words = parallelTexts[language];
  const translator = practiceTranslator(language);
  const { fill } = translator;
  const ready = isReady(accounts, rules);
  const title = fill(words.title, { date });
  const differ = accounts.reduce(
    (sum, { days }) => sum + (days[0] === undefined ? 0 : differencesOf(days[0], rules.ignoreForm)),
    0,
  );
  const compared = accounts.some(
    ({ comparison }) => comparison.equal.length + comparison.different.length > 0,
  );
  const verdict =
    differ > 0 ? fill(words.differences, { n: differ }) : compared ? words.equal : words.nothing;
  const colon = language === 'en' ? ': ' : '：';
  const subject = `${title}${colon}${verdict}${ready ? `${translator.words.comma}${words.ready}` : ''}`;
  const lines = [
    title,
    fill(ready ? words.readySentence : words.notReady, { n: rules.readyDays }),
    words.bound,
    ...accounts.flatMap((one) => ['', ...accountLines(one, translator, language)]),
    '',
    words.onlyRapMeans,
  ];
  return { subject, text: lines.join('\n') };
}

function accountLines(
  { account, folder, comparison, unread, days, row }: ParallelAccount,
  { fill, words: { page } }: PracticeTranslator,
  language: Language,
): string[] {
  const words = parallelTexts[language];
  const { compared, difference } = page;
  const { onlyTerminal, different, onlyRap } = comparison;
  const named = [
    ...onlyTerminal.map(({ path }) => fill(compared.onlyTerminal, { path })),
    ...different.map(({ rap: { name }, where: { kind, ...values } }) =>
      fill(compared.different, { name, how: fill(difference[kind], values) }),
    ),
    ...onlyRap.map(({ name }) => fill(compared.onlyRap, { name })),
  ];
  const left = named.length - NAMED;
  return [
    fill(words.account, { account, folder }),
    ...named.slice(0, NAMED).map((line) => `- ${line}`),
    ...(left > 0 ? [`- ... +${left}`] : []),
    ...(unread > 0 ? [fill(words.unread, { n: unread })] : []),
    rowLine(row, fill, language),
    words.trend,
    ...days.slice(0, SHOWN).map((day) => `  ${fill(words.day, { ...day })}`),
  ];
}

function rowLine({ days, since, broken }: Row, fill: PracticeTranslator['fill'], language: Language): string {
  const words = parallelTexts[language];
  const row = days === 0 ? words.none : fill(words.row, { n: days, date: since });
  if (broken === undefined) return row;
  const why: Break = broken.why;
  const blank = language === 'en' ? ' ' : '';
  return `${row}${blank}${fill(words.broken[why], { date: broken.date })}`;
}

/** The daily comparison of a parallel run, for a mail. Pure. */

import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { ComparedDay } from '../ledger/records/comparisons.ts';
import type { Comparison } from '../reports/compare.ts';
import type { IsoDate } from '../time/hong-kong.ts';
import { type Break, differencesOf, type ParallelRules, type Row } from './parallel-run.ts';

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
  const ready = isReady(accounts, rules);
  const title = t(language, 'practice.parallel.title', { date });
  const differ = accounts.reduce(
    (sum, { days }) => sum + (days[0] === undefined ? 0 : differencesOf(days[0], rules.ignoreForm)),
    0,
  );
  const compared = accounts.some(
    ({ comparison }) => comparison.equal.length + comparison.different.length > 0,
  );
  const verdict =
    differ > 0
      ? t(language, 'practice.parallel.differences', { n: differ })
      : compared
        ? t(language, 'practice.parallel.equal')
        : t(language, 'practice.parallel.nothing');
  const colon = t(language, 'practice.colon');
  const subject = `${title}${colon}${verdict}${ready ? `${t(language, 'practice.comma')}${t(language, 'practice.parallel.ready')}` : ''}`;
  const lines = [
    title,
    t(language, ready ? 'practice.parallel.readySentence' : 'practice.parallel.notReady', {
      n: rules.readyDays,
    }),
    t(language, 'practice.parallel.bound'),
    ...accounts.flatMap((one) => ['', ...accountLines(one, language)]),
    '',
    t(language, 'practice.parallel.onlyRapMeans'),
  ];
  return { subject, text: lines.join('\n') };
}

/** What differs, a sentence each, the worst first. */
export function differenceLines(
  { onlyTerminal, different, onlyRap }: Comparison,
  language: Language,
): string[] {
  return [
    ...onlyTerminal.map(({ path }) => t(language, 'practice.page.compared.onlyTerminal', { path })),
    ...different.map(({ rap: { name }, where: { kind, ...values } }) =>
      t(language, 'practice.page.compared.different', {
        name,
        how: t(language, `practice.page.difference.${kind}`, values),
      }),
    ),
    ...onlyRap.map(({ name }) => t(language, 'practice.page.compared.onlyRap', { name })),
  ];
}

function accountLines(
  { account, folder, comparison, unread, days, row }: ParallelAccount,
  language: Language,
): string[] {
  const named = differenceLines(comparison, language);
  const left = named.length - NAMED;
  return [
    t(language, 'practice.parallel.account', { account, folder }),
    ...named.slice(0, NAMED).map((line) => `- ${line}`),
    ...(left > 0 ? [`- ... +${left}`] : []),
    ...(unread > 0 ? [t(language, 'practice.parallel.unread', { n: unread })] : []),
    rowLine(row, language),
    t(language, 'practice.parallel.trend'),
    ...days.slice(0, SHOWN).map((day) => `  ${t(language, 'practice.parallel.day', { ...day })}`),
  ];
}

function rowLine({ days, since, broken }: Row, language: Language): string {
  const row =
    days === 0
      ? t(language, 'practice.parallel.none')
      : t(language, 'practice.parallel.row', { n: days, date: since });
  if (broken === undefined) return row;
  const why: Break = broken.why;
  const blank = language === 'en' ? ' ' : '';
  return `${row}${blank}${t(language, `practice.parallel.broken.${why}`, { date: broken.date })}`;
}

/** The answer "are all reports here?" in one line, and the words of its parts, as every mail, node and command says it. */

import type { Language } from '../i18n/languages.ts';
import { type Key, t } from '../i18n/translate.ts';
import {
  type Found,
  type FoundReport,
  type FoundState,
  reportName,
  type Shortfall,
  type Summary,
  summaryOf,
} from './completeness.ts';
import { faultWords } from './fault-words.ts';

/**
 * So many reports are named in a line. A subject has room for one, and for nothing that is no trouble; a short one says
 * of it no more than its state, and the shortest of each account no more than how many there are.
 */
const NAMED = { line: 3, subject: 1, short: 1, counts: 0 };
type Room = keyof typeof NAMED;

export function stateText(state: FoundState, language: Language): string {
  return t(language, `reports.states.${state}`);
}

/** What a shortfall means, as part of a sentence. */
export function shortfallText(shortfall: Shortfall, language: Language): string {
  const { kind, ...values } = shortfall;
  const n = 'reports' in shortfall ? shortfall.reports : 1;
  if (shortfall.kind === 'not computed') {
    const { reason: message, code = '' } = shortfall;
    return t(language, `reports.shortfalls.${kind}`, { n, reason: faultWords({ code, message }, language) });
  }
  return t(language, `reports.shortfalls.${kind}`, { n, ...values });
}

/** 'HH:MM' in Hong Kong, with the date where it is another day. */
export function timeText(second: number, today: string): string {
  const stamp = new Date((second + 8 * 3600) * 1000).toISOString();
  const time = stamp.slice(11, 16);
  return stamp.slice(0, 10) === today ? time : `${stamp.slice(0, 10)} ${time}`;
}

/** 'RP009 missing, due 20:40' */
export function troubleText(one: FoundReport, today: string, language: Language): string {
  const name = reportName(one);
  const report =
    one.businessDate === today
      ? name
      : t(language, 'reports.ofDate', { report: name, date: one.businessDate });
  const state = stateText(one.state, language);
  if (one.lateAfter === null) return `${report} ${state}`;
  return t(language, 'reports.due', { report, state, time: timeText(one.lateAfter, today) });
}

/** '5 of 6: RP009 missing, due 20:40'. Never 'n of n' alone where something could not be checked. */
export function answerText(found: Found, language: Language, room: Room = 'line'): string {
  const summary = summaryOf(found);
  const { here, all } = summary;
  const short = found.shortfalls.map((one) => shortfallText(one, language));
  const head =
    all > 0
      ? t(language, 'reports.ofAll', { here, all })
      : found.shortfalls.some(({ kind }) => kind !== 'year not official')
        ? ''
        : t(language, 'reports.noneExpected');
  const awaitsNone = found.shortfalls.some(({ kind }) => kind === 'nothing accepted');
  const none = t(language, awaitsNone ? 'reports.noneAwaited' : 'reports.notLooked');
  if (room === 'counts') return head === '' ? none : head;
  if (room === 'short' && head === '') return none;
  const rest = [
    ...exceptions(summary, found.today, language, room),
    ...(room === 'short' && head !== '' ? [] : short),
  ];
  const list = rest.join(t(language, 'reports.comma'));
  if (head === '' || rest.length === 0) return head + list;
  return `${head}${t(language, 'reports.colon')}${list}`;
}

function exceptions(
  { trouble, due, later, untimed, closed }: Summary,
  today: string,
  language: Language,
  room: Room,
): string[] {
  const named = [...trouble, ...due];
  if (room === 'short')
    return named.slice(0, NAMED.short).map((one) => `${reportName(one)} ${stateText(one.state, language)}`);
  const count = (key: Key, n: number) => (n === 0 ? [] : [t(language, key, { n })]);
  return [
    ...named.slice(0, NAMED[room]).map((one) => troubleText(one, today, language)),
    ...count('reports.andMore', Math.max(0, named.length - NAMED[room])),
    ...(room === 'subject' ? [] : count('reports.later', later)),
    ...(room === 'subject' ? [] : count('reports.untimed', untimed)),
    ...count('reports.closed', closed.length),
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
        const isBrief = room === 'counts' || room === 'short';
        return `${one} ${t(language, isBrief ? 'reports.notLooked' : 'reports.notChecked')}`;
      }
      const others = all.filter(({ installation }) => installation === one.installation);
      const name = one.installation === 'hkscc' ? 'HKSCC' : 'HKCC';
      return `${others.length > 1 ? one.account : name} ${answerText(one, language, room)}`;
    })
    .join(' · ');
}

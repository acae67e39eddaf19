/**
 * What happens to a simulated day, in words: "late RP009 by 20m; missing RMAMR03:4". Items are joined by semicolons or
 * new lines; each has one word of what happens, one report or several, and sometimes a time. Case, spaces and the order
 * of words do not matter.
 */
import { RapError } from '../../lib/errors/rap-error.ts';
import { letterDistance } from '../../lib/model/letter-distance.ts';
import type { Installation } from '../../lib/model/types.ts';
import type { CatalogueRow } from '../../lib/reports/catalogue/rows.ts';

export const changeKinds = [
  'late',
  'early',
  'missing',
  'amended',
  'halves apart',
  'out of order',
  'damaged',
  'foreign',
  'event',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** One thing that happens to one report of a day. */
export interface DayChange {
  kind: ChangeKind;
  code: string;
  /** All sets when it is left out. */
  set?: string;
  /** All halves when it is left out. */
  half?: string;
  /** Wherever the code is when it is left out. */
  installation?: Installation;
  /** So many minutes later, or earlier. */
  by?: number;
  /** Minutes after the midnight with which the business date begins. */
  at?: number;
  /** The item as it was written. */
  item: string;
}

/** Another word for what happens; a kind itself is one, too. */
const synonyms: Readonly<Record<string, ChangeKind>> = {
  delayed: 'late',
  absent: 'missing',
  amend: 'amended',
  reissued: 'amended',
  'halves far apart': 'halves apart',
  apart: 'halves apart',
  'out-of-order': 'out of order',
  damage: 'damaged',
  broken: 'damaged',
  extra: 'event',
};

/** Which times go with what happens. */
const timed: Readonly<Record<ChangeKind, readonly ('by' | 'at')[]>> = {
  late: ['by', 'at'],
  early: ['by', 'at'],
  missing: [],
  amended: ['by', 'at'],
  'halves apart': ['by'],
  'out of order': [],
  damaged: [],
  foreign: [],
  event: ['at'],
};

const HOW = `Write for example "late RP009 by 20m; missing RMAMR03:4"; what happens is one of ${changeKinds.join(', ')}.`;

/**
 * Reads the words of a day.
 * @param rows of the catalogue, for the codes and sets that may be named
 * @returns nothing for a day as usual: '' or "usual"
 * @throws RapError USAGE naming the word and the cure
 */
export function readDay(text: string, rows: readonly CatalogueRow[]): DayChange[] {
  const items = text.normalize('NFKC').split(/[;\n]/);
  return items
    .map((item) => item.trim().replaceAll(/\s+/g, ' '))
    .filter((item) => item !== '' && !/^(as )?(usual|normal)$/i.test(item))
    .flatMap((item) => readItem(item, rows));
}

const WORDS = [...changeKinds, ...Object.keys(synonyms)].sort((a, b) => b.length - a.length);
const KIND = new RegExp(`(?<![\\w:])(${WORDS.join('|')})(?![\\w:])`, 'gi');
const AT = /(?<!\S)(?:at )?(\d{1,2}):(\d{2})(?:\+(\d)d)?(?!\S)/gi;
const BY =
  /(?<!\S)(?:(?:by|after|for) )?(?:(\d{1,3}) ?(?:h|hours?))?(?: ?(\d{1,4}) ?(?:m|min|mins|minutes?))?(?!\S)/gi;
const TARGET = /^([a-z0-9]{2,16})(?::([a-z0-9*]+))?(?::([a-z]+))?(?:@(hkscc|hkcc|seoch|hkcc-seoch))?$/i;
/** Words that only make a sentence of it. */
const FILLING = /^(and|the|report|reports|comes?|is|are|of|with)$/i;

function readItem(item: string, rows: readonly CatalogueRow[]): DayChange[] {
  let rest = item.replaceAll(/[,&]/g, ' ').replaceAll(/:(?= |$)/g, ' ');
  const kinds: ChangeKind[] = [];
  rest = rest.replaceAll(KIND, (word) => {
    const found = word.toLowerCase();
    kinds.push(synonyms[found] ?? (found as ChangeKind));
    return ' ';
  });
  const [kind, more] = kinds;
  if (more !== undefined) {
    throw refusal(item, `says two things, ${kind} and ${more}`, `Make two items of it, joined by ";".`);
  }
  const at: number[] = [];
  rest = rest.replaceAll(AT, (text, hours: string, minutes: string, days = '0') => {
    if (Number(hours) > 23 || Number(minutes) > 59) {
      throw refusal(
        item,
        `has "${text.trim()}", which is no time`,
        'Write it like at 21:50, or at 00:30+1d.',
      );
    }
    at.push((Number(days) * 24 + Number(hours)) * 60 + Number(minutes));
    return ' ';
  });
  const by: number[] = [];
  rest = rest.replaceAll(BY, (text, hours = '', minutes = '') => {
    if (hours === '' && minutes === '') return text;
    by.push(Number(hours) * 60 + Number(minutes));
    return ' ';
  });
  const words = rest
    .replaceAll(/ set (?=[a-z0-9]+(?: |$))/gi, ':')
    .split(' ')
    .filter((word) => word !== '' && !FILLING.test(word));
  if (kind === undefined) {
    const odd = words.find((word) => !isCode(word, rows));
    if (odd === undefined) throw refusal(item, 'does not say what happens', HOW);
    const near = nearest(odd.toLowerCase(), WORDS);
    const mean = near === undefined ? '' : `Did you mean "${near}"? `;
    throw refusal(item, `has "${odd}", which says nothing that happens`, `${mean}${HOW}`);
  }
  const given = [...at.map(() => 'at' as const), ...by.map(() => 'by' as const)];
  if (given.length > 1 || given.some((word) => !timed[kind].includes(word))) {
    const takes = timed[kind].map((word) => (word === 'by' ? '"by 20m"' : '"at 21:50"')).join(' or ');
    const cure = takes === '' ? 'Leave the time out.' : `Give it one time: ${takes}.`;
    throw refusal(item, `has a time that does not go with ${kind}`, cure);
  }
  if (words.length === 0) throw refusal(item, 'names no report', `Add its code, such as "${kind} RP009".`);
  return words.map((word) => ({
    ...{ kind, item },
    ...targetOf(word, item, kind, rows, at[0]),
    ...(by[0] === undefined ? {} : { by: by[0] }),
    ...(at[0] === undefined ? {} : { at: at[0] }),
  }));
}

type Target = Pick<DayChange, 'code' | 'set' | 'half' | 'installation'>;

function targetOf(
  word: string,
  item: string,
  kind: ChangeKind,
  rows: readonly CatalogueRow[],
  at: number | undefined,
): Target {
  const [, name = '', set, half, where] = TARGET.exec(word) ?? [];
  if (name === '') {
    throw refusal(
      item,
      `has "${word}", which is not understood`,
      `Name a report as CODE, CODE:SET or CODE:SET:HALF.`,
    );
  }
  const code = name.toUpperCase();
  const installation = where === undefined ? undefined : /^hkscc$/i.test(where) ? 'hkscc' : 'hkcc-seoch';
  const found = rows.filter(
    (row) => row.code === code && (installation === undefined || row.installation === installation),
  );
  if (found.length === 0) {
    const near = nearest(
      code,
      rows.map((row) => row.code),
    );
    const mean = near === undefined ? '' : `Did you mean ${near}? `;
    throw refusal(
      item,
      `names "${word}", which the catalogue does not have`,
      `${mean}See "rap catalogue show".`,
    );
  }
  const sets = found.flatMap((row) => row.sets.map((one) => one.set));
  // A set of any name takes the time of its event.
  const named = set ?? (kind === 'event' && sets.includes('*') ? clock(at) : undefined);
  const known =
    named === undefined || sets.some((one) => one === '*' || one.toUpperCase() === named.toUpperCase());
  if (!known) {
    const has = sets.filter((one) => one !== '').join(', ');
    const cure = has === '' ? `Write ${code} alone: it comes once a day.` : `Its sets are ${has}.`;
    throw refusal(item, `names "${word}", but ${code} has no set ${set}`, cure);
  }
  const halves = found.flatMap((row) => row.halves);
  if (half !== undefined && !halves.includes(half.toUpperCase())) {
    const cure =
      halves.length === 0 ? 'Leave the half out.' : `Its halves are ${[...new Set(halves)].join(', ')}.`;
    throw refusal(item, `names "${word}", but ${code} has no half ${half}`, cure);
  }
  if (kind === 'halves apart' && halves.length === 0) {
    const others = [...new Set(rows.filter((row) => row.halves.length > 0).map((row) => row.code))];
    throw refusal(
      item,
      `is about ${code}, which comes in one piece`,
      `Reports of two halves: ${others.join(', ')}.`,
    );
  }
  return {
    code,
    ...(named === undefined ? {} : { set: named.toUpperCase() }),
    ...(half === undefined ? {} : { half: half.toUpperCase() }),
    ...(installation === undefined ? {} : { installation }),
  };
}

/** 'HHMM', as names of such sets have it. */
function clock(minutes = 10 * 60 + 43): string {
  return [Math.floor(minutes / 60) % 24, minutes % 60]
    .map((number) => String(number).padStart(2, '0'))
    .join('');
}

function isCode(word: string, rows: readonly CatalogueRow[]): boolean {
  const [code = ''] = word.toUpperCase().split(/[:@]/);
  return rows.some((row) => row.code === code);
}

/** The word that differs in at most two letters, and by fewer than half of them. */
function nearest(word: string, from: readonly string[]): string | undefined {
  const [best] = from
    .map((one) => ({ one, letters: letterDistance(word, one) }))
    .filter(({ one, letters }) => letters <= 2 && letters * 2 <= one.length)
    .sort((a, b) => a.letters - b.letters);
  return best?.one;
}

/** The sentence of everything that is wrong with an item. */
export function refusal(item: string, problem: string, cure: string): RapError {
  return new RapError('USAGE', `--day: "${item}" ${problem}`, { cure });
}

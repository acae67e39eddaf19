/**
 * Cells: what a person types or pastes into a field, a row of a table or an option. A reader gives the one thing that
 * the text can mean, or the fault that keeps it from meaning one. Readers are pure and use nothing outside this room, so
 * that the dialogs in the browser judge by the same code as a deploy and the command line.
 */
import type { FaultKind } from './texts.ts';

/** Why a cell cannot be used. */
export interface CellFault {
  kind: FaultKind;
  /** The text that is at fault, as it was typed. */
  text: string;
  /** What the kind's sentence fills in, such as the limits of a number. */
  detail?: string;
}

export type Reading<T> = { value: T } | { fault: CellFault };

export type Reader<T> = (text: string) => Reading<T>;

export function fault(kind: FaultKind, text: string, detail?: string): { fault: CellFault } {
  return { fault: detail === undefined ? { kind, text } : { kind, text, detail } };
}

/** What nobody sees and nobody means: zero-width characters, marks of direction, byte order marks, soft hyphens. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * The text without what cannot be seen, every kind of blank as the ordinary one, no blanks at its ends. Tabs and new
 * lines inside stay: in a list they part its entries.
 */
export function tidy(text: string): string {
  return text
    .replace(UNSEEN, '')
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[^\S\n\t]/g, ' ')
    .trim();
}

/** The same on one line. */
export function oneLine(text: string): string {
  return tidy(text).replace(/\s+/g, ' ');
}

/** What Chinese keyboards and word processors put in the place of characters of ASCII. */
const ASCII: Readonly<Record<string, string>> = {
  ...{
    '。': '.',
    '｡': '.',
    '、': ',',
    '–': '-',
    '—': '-',
    '−': '-',
    '‐': '-',
    '‑': '-',
    '‒': '-',
    '〜': '~',
  },
  ...{
    '“': '"',
    '”': '"',
    '„': '"',
    '‟': '"',
    '«': '"',
    '»': '"',
    '「': '"',
    '」': '"',
    '『': '"',
    '』': '"',
  },
  ...{ '‘': "'", '’': "'", '‚': "'", '‹': "'", '›': "'", '´': "'", '〈': '<', '〉': '>' },
};

/** The text in characters of ASCII where it has others in their place: full-width forms, smart quotes, long dashes. */
export function ascii(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[^\x00-\x7f]/g, (other) => ASCII[other] ?? other);
}

/** A cell of ASCII characters as it is meant: tidied, and without the quotes that stand around the whole of it. */
export function plain(text: string): string {
  return unquoted(ascii(tidy(text)));
}

/** Without one pair of quotes around the whole. */
export function unquoted(text: string): string {
  const inner = /^(["'`])(.*)\1$/s.exec(text)?.[2];
  return inner === undefined || inner.includes(text.charAt(0)) ? text : inner.trim();
}

/** The entries of a list, however they are parted: commas, semicolons or bars of either width, new lines, tabs. */
export function entriesOf(text: string): string[] {
  return tidy(text)
    .split(/[,;|，；｜、､\n\t]/)
    .map((entry) => unquoted(entry.trim()))
    .filter((entry) => entry !== '');
}

/** Each entry read; the first fault is that of the whole. */
export function readEach<T>(entries: readonly string[], read: Reader<T>): Reading<T[]> {
  const values: T[] = [];
  for (const entry of entries) {
    const reading = read(entry);
    if ('fault' in reading) return reading;
    values.push(reading.value);
  }
  return { value: values };
}

/** A reader that takes an empty cell, too, as this value. */
export function orEmpty<T, E>(read: Reader<T>, empty: E): Reader<T | E> {
  return (text) => (tidy(text) === '' ? { value: empty } : read(text));
}

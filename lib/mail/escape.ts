/**
 * What others wrote (file names, server texts, error messages) is foreign text. Each context it is put into has
 * its own way of making it harmless: one line of visible characters everywhere, and in HTML escaped as well.
 */
/** Everything that moves the cursor, changes direction or cannot be seen. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** For plain text parts: one line, anything invisible made visible as "\u{202e}". */
export function plain(value: string): string {
  return value
    .toWellFormed()
    .replace(/[\r\n\t\v\f\u0085\u2028\u2029]+/g, ' ')
    .replace(INVISIBLE, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For HTML text and quoted attributes. */
export function html(value: string): string {
  return plain(value).replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
}

/** A subject that people wrote themselves; of ours see `fitting`. */
const LONGEST_SUBJECT = 160;

/** For the Subject header: plain, not longer than mail programs show, and cut between two words. */
export function subject(value: string): string {
  return shortened(oneLine(value), LONGEST_SUBJECT);
}

/** So much of a subject a phone shows. */
const SHOWN_SUBJECT = 59;

/**
 * The first of several wordings that a phone shows whole, each saying less than the one before it. Names and paths are
 * left out as a whole; the last wording is cut between two words where even that is too long.
 */
export function fitting(...wordings: readonly string[]): string {
  const lines = wordings.map(oneLine);
  const last = lines.at(-1) ?? '';
  return lines.find((line) => lettersOf(line) <= SHOWN_SUBJECT) ?? shortened(last, SHOWN_SUBJECT);
}

function oneLine(value: string): string {
  return plain(value).replace(/ {2,}/g, ' ').trim();
}

function lettersOf(text: string): number {
  return Array.from(text).length;
}

function shortened(line: string, most: number): string {
  const letters = Array.from(line);
  if (letters.length <= most) return line;
  const room = letters.slice(0, most - 3).join('');
  // A word of its own that is too long has no place to be cut at.
  const words = letters[most - 3] === ' ' ? room : room.replace(/ [^ ]*$/, '');
  return `${words.trimEnd()}...`;
}

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

const LONGEST_SUBJECT = 160;

/** For the Subject header: plain, and not longer than mail programs show. */
export function subject(value: string): string {
  const line = plain(value).replace(/ {2,}/g, ' ').trim();
  const letters = Array.from(line);
  return letters.length <= LONGEST_SUBJECT ? line : `${letters.slice(0, LONGEST_SUBJECT - 3).join('')}...`;
}

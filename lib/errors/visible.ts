/** Foreign text made safe to show on a terminal and in a log. */

const NAMES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text on one line, with what cannot be seen written out: "\r", "\u{200b}". */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(
      /[\p{C}\p{Zl}\p{Zp}]/gu,
      (one) => NAMES[one] ?? `\\u{${(one.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`,
    );
}

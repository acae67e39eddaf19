/** Words of a server where SFTP should be: told apart from packets, and made harmless before anybody sees them. */
import { isUtf8 as isWholeUtf8 } from 'node:buffer';
import { RapError } from '../../errors/rap-error.ts';

/** Longest text shown, characters. */
const SHOWN = 200;
/** Bytes after which text is shown though its line goes on. */
const ENOUGH = 400;

/**
 * Text that stands where an SFTP packet should begin: a notice, a login script's output, an error of a shell. The length
 * in front of a packet has a zero byte, because no packet is that long.
 * @returns undefined for what is no text; `ends` is false as long as more of its line may come
 */
export function textInFront(bytes: Buffer): { text: string; ends: boolean } | undefined {
  const some = bytes.subarray(0, ENOUGH);
  // Tab, line ends and escape sequences are the only control characters in a text.
  const stop = some.findIndex((byte) => byte < 0x07 || (byte > 0x0d && byte < 0x1b) || byte === 0x7f);
  const text = stop < 0 ? some : some.subarray(0, stop);
  const visible = text.filter((byte) => byte > 0x20).length;
  if (visible < 3 || (stop >= 0 && !isUtf8(text))) return undefined;
  const ends = stop >= 0 || some.length === ENOUGH || /\S[^\n]*\n/.test(text.toString('latin1'));
  return { text: shownText(text), ends };
}

/** Its lines in one row; control characters, and bytes that are no UTF-8, are escaped. */
function shownText(bytes: Buffer): string {
  const words = isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1').replace(/[\x80-\xff]/g, escaped);
  return words
    .trim()
    .replace(/\s*\n\s*/g, ' / ')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped)
    .slice(0, SHOWN);
}

/** Also when it was cut in the middle of a character. */
function isUtf8(bytes: Buffer): boolean {
  return [0, 1, 2, 3].some((cut) => isWholeUtf8(bytes.subarray(0, bytes.length - cut)));
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** @param text made harmless */
export function textInstead(text: string): RapError {
  return new RapError('SFTP_TEXT', `The server sent text instead of SFTP: "${text}"`);
}

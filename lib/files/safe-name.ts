/**
 * Which names from a server may be used on our disks. One strict rule, the same on every operating system, so
 * that what works in the rehearsal on Linux works on a Windows share. What is refused is never dropped
 * silently: the caller records it and raises an alarm.
 */
import { hash } from 'node:crypto';
import { TEMPORARY_PREFIX } from './temporary.ts';

/** Files of our own on shares and in folders; no report may look like one. */
const OWN_PREFIXES: readonly string[] = [TEMPORARY_PREFIX, '.rap-'];

/** File systems hold 255 at most; ours, with room. A server that says more may say anything. */
const WHOLE_BYTES = 400;
const HEAD_BYTES = 300;

/** Leaves room for our version mark and for what other systems add, under the usual limit of 255. */
const MOST_BYTES = 200;

/** Names Windows gives to devices, with or without an extension. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])[ ]*(\.|$)/i;

/** Does Windows take a name for a device, wherever it stands in a path? */
export const isDeviceName = (name: string): boolean => DEVICE.test(name);

/** What is not visible as itself: controls, format and bidi marks, private use, unassigned, odd blanks, fillers. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}|\ufffd/u;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * May this one path component be used as a local file or folder name?
 * @param name as text, or as the raw bytes the server sent (then it must be UTF-8)
 * @returns the reason why not, or undefined when it is safe
 */
export function refuseName(
  name: string | Uint8Array,
  options: { maxBytes?: number } = {},
): string | undefined {
  if (typeof name === 'string') return refuseText(name, options.maxBytes ?? MOST_BYTES);
  const text = decode(name);
  return text === undefined ? 'is not UTF-8' : refuseText(text, options.maxBytes ?? MOST_BYTES);
}

function refuseText(name: string, maxBytes: number): string | undefined {
  if (name === '') return 'is empty';
  if (name === '.' || name === '..') return 'means a folder, not a name';
  if (/[/\\]/.test(name)) return 'contains a path separator';
  if (!name.isWellFormed() || UNPRINTABLE.test(name)) return 'contains characters that cannot be seen';
  if (/[:<>"|?*]/.test(name)) return 'contains a character that Windows does not allow';
  if (name.startsWith(' ')) return 'begins with a blank';
  if (/[. ]$/.test(name)) return 'ends with a dot or a blank';
  if (isDeviceName(name)) return 'is the name of a device on Windows';
  if (OWN_PREFIXES.some((prefix) => name.toLowerCase().startsWith(prefix))) {
    return 'looks like one of our own working files';
  }
  if (name.normalize('NFC') !== name) return 'is not in normal form (NFC)';
  if (Buffer.byteLength(name) > maxBytes) return `is longer than ${maxBytes} bytes`;
  return undefined;
}

/**
 * Two names with the same key may be one file on a disk that ignores case or normal form. Upper case first,
 * because that folds what lower case alone keeps apart (German sharp s, the long s, the Kelvin sign).
 */
export function collisionKey(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

/** Any name made printable, so that it can be shown, logged and mailed: "\u{202e}" for what cannot be seen. */
export function showName(name: string | Uint8Array): string {
  if (typeof name === 'string') return Array.from(name, showCharacter).join('');
  const text = decode(name);
  if (text !== undefined) return showName(text);
  return Array.from(name, (byte) =>
    byte >= 0x20 && byte < 0x7f ? showCharacter(String.fromCharCode(byte)) : `\\x${hex(byte, 2)}`,
  ).join('');
}

/**
 * What a name is known by: its bytes in hexadecimal, and of one that is longer than any file system holds its beginning
 * and the SHA-256 of all of it, so that it has room in an index. Two names never have the same.
 */
export function nameHexOf(name: Uint8Array): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= WHOLE_BYTES) return bytes.toString('hex');
  return bytes.subarray(0, HEAD_BYTES).toString('hex') + hash('sha256', bytes);
}

/** As showName, of a name that is longer than any file system holds its beginning. */
export function showBeginning(name: Uint8Array): string {
  if (name.length <= WHOLE_BYTES) return showName(name);
  return `${showName(name.subarray(0, HEAD_BYTES))}... (${name.length} bytes)`;
}

function showCharacter(character: string): string {
  if (character === '\\') return '\\\\';
  const code = character.codePointAt(0) ?? 0;
  return !character.isWellFormed() || UNPRINTABLE.test(character) ? `\\u{${hex(code, 4)}}` : character;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

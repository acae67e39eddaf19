/**
 * One reader for all text that people bring: known_hosts, keys, plans, signals, flows, lists of logins. UTF-8 and
 * UTF-16 are understood, with and without a byte order mark; what is no text is refused with the place that shows
 * it. Files that this project writes itself need no such care.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ErrorCode } from '../errors/codes.ts';
import { RapError, systemCode } from '../errors/rap-error.ts';
import { visible } from '../errors/visible.ts';

export interface TextOptions {
  /** What a person calls the file, with which a sentence begins: "The plan". */
  what: string;
  /** Most bytes. Default 1 MiB. */
  limit?: number;
  /**
   * Whatever counts in such a file is ASCII, and only remarks are not. Bytes that are not UTF-8 (Big5, Windows-1252)
   * are then taken one by one, and stand in nobody's way.
   */
  asciiCounts?: boolean;
  /** Another program reads the file, too, and takes UTF-8 only. */
  onlyUtf8?: boolean;
  /** That program takes no marks but one in front, and no Ctrl-Z at the end. */
  asItStands?: boolean;
  /** Files that are given for such a text by mistake, besides workbooks and PDFs: their first bytes. */
  binaries?: readonly Binary[];
  /** Default CONFIG_INVALID. */
  code?: ErrorCode;
}

/** A kind of file that is no text. */
export interface Binary {
  head: Buffer;
  /** Goes on after "is no text file but". */
  what: string;
  cure: string;
}

const MIB = 1024 * 1024;

/**
 * Reads a whole file as text, without a byte order mark.
 * @throws RapError CONFIG_INVALID or the code wanted: the file cannot be read, is too large, or is no text
 */
export async function readText(file: string, options: TextOptions): Promise<string> {
  const limit = options.limit ?? MIB;
  const parts: Buffer[] = [];
  try {
    const handle = await open(file, 'r');
    try {
      for (let length = 0; length <= limit; length += parts.at(-1)?.length ?? 0) {
        const { buffer, bytesRead } = await handle.read({ buffer: Buffer.allocUnsafe(64 * 1024) });
        if (bytesRead === 0) break;
        parts.push(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(file, options, cause);
  }
  return decodeText(Buffer.concat(parts), `${options.what} ${visible(file)}`, options);
}

/** The same where nothing can be waited for, as while Node-RED loads its settings. */
export function readTextSync(file: string, options: TextOptions): string {
  const limit = options.limit ?? MIB;
  const parts: Buffer[] = [];
  try {
    const handle = openSync(file, 'r');
    try {
      for (let length = 0; length <= limit; length += parts.at(-1)?.length ?? 0) {
        const buffer = Buffer.allocUnsafe(64 * 1024);
        const bytesRead = readSync(handle, buffer);
        if (bytesRead === 0) break;
        parts.push(buffer.subarray(0, bytesRead));
      }
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    throw unreadable(file, options, cause);
  }
  return decodeText(Buffer.concat(parts), `${options.what} ${visible(file)}`, options);
}

/**
 * Text out of bytes, without byte order marks. Line ends stay as they are: see linesOf.
 * @param name the file as messages call it
 * @throws RapError as readText
 */
export function decodeText(bytes: Buffer, name: string, options: Omit<TextOptions, 'what'> = {}): string {
  const { limit = MIB, code = 'CONFIG_INVALID' } = options;
  const refuse = (why: string, cure: string) => new RapError(code, `${name} ${why}`, { cure });
  if (bytes.length > limit) {
    throw refuse(`is larger than ${limit} bytes`, 'Give the right file: one of its kind is much smaller.');
  }
  const binary = [...BINARIES, ...(options.binaries ?? [])].find(({ head }) =>
    bytes.subarray(0, head.length).equals(head),
  );
  if (binary !== undefined) throw refuse(`is no text file but ${binary.what}`, binary.cure);
  const text = decoded(bytes, options.asciiCounts ?? false);
  if (options.onlyUtf8 && 'text' in text && text.utf16) throw refuse('is in UTF-16', SAVE_AS_UTF8);
  if ('not' in text)
    throw refuse(`is not ${text.not}: it cannot be read ${placeOf(text.loose, '\uFFFD')}`, SAVE_AS_UTF8);
  // Copied together, files bring their marks along; a Ctrl-Z at the end is how DOS ended a text.
  const clean = options.asItStands
    ? text.text.replace(/^\uFEFF/, '')
    : text.text.replace(/^\uFEFF+/gm, '').replace(/\x1A+$/, '');
  const odd = (text.bytewise ? CONTROL : CONTROL_OR_C1).exec(clean);
  if (odd === null) return clean;
  throw refuse(
    `holds ${visible(odd[0])}, which no text has, ${placeOf(clean, odd[0])}`,
    'It was damaged, or is another kind of file. Give the text file, saved as UTF-8.',
  );
}

/** The lines of a text, whichever system ended them: LF, CRLF or CR alone. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

const SAVE_AS_UTF8 =
  'Save it as UTF-8: in Notepad "Save as" with the encoding UTF-8, in Excel as "CSV UTF-8".';

const TO_CSV = 'In Excel: "Save as", type "CSV UTF-8", and give that file.';
const BINARIES: readonly Binary[] = [
  { head: Buffer.from('PK\x03\x04', 'latin1'), what: 'a zip, such as a workbook of Excel', cure: TO_CSV },
  { head: Buffer.from('\xD0\xCF\x11\xE0', 'latin1'), what: 'a workbook of an old Excel', cure: TO_CSV },
  { head: Buffer.from('%PDF-'), what: 'a PDF', cure: 'Give the text file.' },
];

const CONTROL = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F]/;
const CONTROL_OR_C1 = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]/;

/** Text, and how it was found; or what it is not, and how it reads with U+FFFD for what is wrong. */
type Decoded = { text: string; utf16?: boolean; bytewise?: boolean } | { not: string; loose: string };

function decoded(bytes: Buffer, asciiCounts: boolean): Decoded {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodedAs('utf-16le', bytes.subarray(2));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodedAs('utf-16be', bytes.subarray(2));
  const unmarked = bytes.includes(0) ? unmarkedUtf16(bytes) : undefined;
  if (unmarked !== undefined) return { text: unmarked, utf16: true };
  const utf8 = decodedAs('utf-8', bytes);
  return 'not' in utf8 && asciiCounts ? { text: bytes.toString('latin1'), bytewise: true } : utf8;
}

function decodedAs(encoding: 'utf-8' | 'utf-16le' | 'utf-16be', bytes: Buffer): Decoded {
  const text = tryDecode(encoding, bytes);
  if (text !== undefined) return { text, utf16: encoding !== 'utf-8' };
  const loose = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
  return { not: encoding.slice(0, 6).replace(/-$/, '').toUpperCase(), loose };
}

/**
 * UTF-16 that says so nowhere: the zero bytes of its blanks, digits and line ends all stand on one side. More ASCII
 * than other characters is asked for, because a text in UTF-8 with a stray zero byte would be all ideographs but for one.
 */
function unmarkedUtf16(bytes: Buffer): string | undefined {
  const sides = new Set<number>();
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) sides.add(at % 2);
  if (sides.size !== 1) return undefined;
  const text = tryDecode(sides.has(1) ? 'utf-16le' : 'utf-16be', bytes);
  const ascii = text?.match(/[\t\n\r\x20-\x7E]/g)?.length ?? 0;
  return text !== undefined && ascii * 2 > text.length && !CONTROL_OR_C1.test(text) ? text : undefined;
}

function tryDecode(encoding: string, bytes: Buffer): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** 'in line 3, character 12': where something stands first. */
function placeOf(text: string, what: string): string {
  const lines = linesOf(text.slice(0, text.indexOf(what)));
  return `in line ${lines.length}, character ${Array.from(lines.at(-1) ?? '').length + 1}`;
}

function unreadable(file: string, { what, code = 'CONFIG_INVALID' }: TextOptions, cause: unknown): RapError {
  const system = systemCode(cause);
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    ENOTDIR: 'there is no such file',
    EACCES: 'this user may not read it',
    EPERM: 'this user may not read it',
    EISDIR: 'it is a folder',
  };
  const why = reasons[system] === undefined ? '' : `: ${reasons[system]}`;
  return new RapError(code, `${what} ${visible(file)} cannot be read (${system})${why}`, {
    cause,
    cure: 'Give the path of a file that is there and that this user may read.',
  });
}

/**
 * Compares the reports that RAP gave with those people took from the CCASS/CCMS terminal for the same day: which
 * are only here, which only there, which are equal, and how the others differ.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { diskError, systemCode } from '../errors/rap-error.ts';
import { type Disk, realDisk } from '../files/disk.ts';
import { type Catalogue, shippedCatalogue } from './catalogue.ts';

export interface ComparedFile {
  name: string;
  /** Where it lies at RAP or under the terminal's folder. */
  path: string;
  /** Local file. */
  file: string;
}

export interface Pair {
  rap: ComparedFile;
  terminal: ComparedFile;
}

export interface Comparison {
  equal: Pair[];
  /** `how` says where, never what: reports are confidential. `where` says the same without a language. */
  different: (Pair & { how: string; where: Difference })[];
  onlyRap: ComparedFile[];
  onlyTerminal: ComparedFile[];
}

/** Where two files differ; sizes are bytes. */
export type Difference =
  | { kind: 'packing' }
  | { kind: 'only-rap' | 'only-terminal' | 'member'; member: string }
  | { kind: 'line-ends' }
  | { kind: 'lines'; lines: number; count: number; first: number; rap: number; terminal: number }
  | { kind: 'sizes'; rap: number; terminal: number };

/** A zip that unpacks to more is not unpacked. */
const unpackLimit = 200 * 2 ** 20;

/**
 * All files under a folder; a folder that is not there has none.
 * @throws RapError NOT_WRITABLE, DISK_ERROR; SHARE_SILENT (of a patient disk)
 */
export async function terminalFiles(folder: string, disk: Disk = realDisk): Promise<ComparedFile[]> {
  try {
    const entries = await disk.readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => ({
        name: path.basename(file),
        path: path.relative(folder, file).replaceAll(path.sep, '/'),
        file,
      }));
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return [];
    throw diskError(thrown, folder);
  }
}

/**
 * Pairs the files by name, and where no name fits by code, business date and sequence: people rename what they
 * take from a terminal. A pair exists only where it is the only one that can be meant.
 * @param disk that of the terminal's files
 * @param catalogue tells what the names say
 * @throws RapError as terminalFiles
 */
export async function compareReports(
  rap: readonly ComparedFile[],
  terminal: readonly ComparedFile[],
  disk: Disk = realDisk,
  catalogue: Catalogue = shippedCatalogue(),
): Promise<Comparison> {
  const { pairs, onlyRap, onlyTerminal } = pairUp(rap, terminal, catalogue);
  const result: Comparison = { equal: [], different: [], onlyRap, onlyTerminal };
  for (const pair of pairs) {
    const where = await difference(pair, disk);
    if (where === undefined) result.equal.push(pair);
    else result.different.push({ ...pair, how: inEnglish(where), where });
  }
  return result;
}

function pairUp(rap: readonly ComparedFile[], terminal: readonly ComparedFile[], catalogue: Catalogue) {
  const pairs: Pair[] = [];
  let here = [...rap];
  let there = [...terminal];
  const identity = (file: ComparedFile) => identityKey(file, catalogue);
  for (const keyOf of [nameKey, identity]) {
    const byKey = groups(there, keyOf);
    const mine = groups(here, keyOf);
    for (const [key, [one, ...more]] of mine) {
      const [other, ...others] = byKey.get(key) ?? [];
      if (one === undefined || other === undefined || more.length > 0 || others.length > 0) continue;
      pairs.push({ rap: one, terminal: other });
      here = here.filter((file) => file !== one);
      there = there.filter((file) => file !== other);
    }
  }
  return { pairs, onlyRap: here, onlyTerminal: there };
}

function groups(files: readonly ComparedFile[], keyOf: (file: ComparedFile) => string | undefined) {
  const found = new Map<string, ComparedFile[]>();
  for (const file of files) {
    const key = keyOf(file);
    if (key !== undefined) found.set(key, [...(found.get(key) ?? []), file]);
  }
  return found;
}

function nameKey({ name }: ComparedFile): string {
  return name.toLowerCase();
}

function identityKey({ path: where, name }: ComparedFile, catalogue: Catalogue): string | undefined {
  const { system, code, businessDate, sequence } = catalogue.recognise(where, name);
  const extension = path.extname(name).toLowerCase();
  return code === '' || businessDate === ''
    ? undefined
    : [system, code, businessDate, sequence, extension].join('/');
}

/** How the two differ, or undefined when they are equal byte by byte. */
async function difference({ rap, terminal }: Pair, disk: Disk): Promise<Difference | undefined> {
  const [one, other] = [await bytesOf(rap.file, realDisk), await bytesOf(terminal.file, disk)];
  if (one.equals(other)) return undefined;
  if (isZip(one) && isZip(other)) return zipDifference(one, other);
  return textDifference(one, other);
}

/** Read in pieces: a disk that is only slow answers for each of them. */
const PIECE = 2 ** 20;

async function bytesOf(file: string, disk: Disk): Promise<Buffer> {
  try {
    const handle = await disk.open(file, 'r');
    try {
      const pieces: Buffer[] = [];
      for (;;) {
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(PIECE), 0, PIECE);
        if (bytesRead === 0) return Buffer.concat(pieces);
        pieces.push(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    throw diskError(thrown, file);
  }
}

function isZip(content: Buffer): boolean {
  return content.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'));
}

function zipDifference(one: Buffer, other: Buffer): Difference {
  const [mine, theirs] = [members(one), members(other)];
  if (mine === undefined || theirs === undefined) return { kind: 'sizes', ...sizes(one, other) };
  const names = [...new Set([...mine.keys(), ...theirs.keys()])].sort();
  const member = names.find((name) => mine.get(name) !== theirs.get(name));
  if (member === undefined) return { kind: 'packing' };
  if (!theirs.has(member)) return { kind: 'only-rap', member };
  return { kind: mine.has(member) ? 'member' : 'only-terminal', member };
}

/** Hash of each member by name; undefined when it cannot be unpacked within the limit. */
function members(content: Buffer): Map<string, string> | undefined {
  let total = 0;
  try {
    const files = unzipSync(content, {
      filter: ({ originalSize }) => {
        total += originalSize;
        if (total > unpackLimit) throw new Error('too large');
        return true;
      },
    });
    return new Map(
      Object.entries(files).map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]),
    );
  } catch {
    return undefined;
  }
}

function textDifference(one: Buffer, other: Buffer): Difference {
  const [mine, theirs] = [linesOf(one), linesOf(other)];
  const at = mine.findIndex((line, index) => line !== theirs[index]);
  if (at < 0 && mine.length === theirs.length) return { kind: 'line-ends' };
  const first = (at < 0 ? mine.length : at) + 1;
  const count = Math.max(mine.length, theirs.length);
  let lines = 0;
  for (let index = 0; index < count; index++) if (mine[index] !== theirs[index]) lines++;
  return { kind: 'lines', lines, count, first, ...sizes(one, other) };
}

/** Lines without their ends and trailing blanks; form feeds and blank lines at the end fall away. */
function linesOf(content: Buffer): string[] {
  return content
    .toString('latin1')
    .replace(/[\s\f\x1a]+$/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.trimEnd());
}

function sizes(one: Buffer, other: Buffer) {
  return { rap: one.length, terminal: other.length };
}

function inEnglish(where: Difference): string {
  switch (where.kind) {
    case 'packing':
      return 'the same files inside, packed differently';
    case 'only-rap':
      return `only RAP's zip holds ${where.member}`;
    case 'only-terminal':
      return `only the terminal's zip holds ${where.member}`;
    case 'member':
      return `${where.member} inside differs`;
    case 'line-ends':
      return 'only line ends, blanks at line ends or the end differ';
    case 'lines': {
      const { lines, count, first, rap, terminal } = where;
      return `${lines} of ${count} lines differ, the first is line ${first}; ${rap} bytes at RAP, ${terminal} at the terminal`;
    }
    case 'sizes':
      return `${where.rap} bytes at RAP, ${where.terminal} at the terminal`;
  }
}

/** The comparison as sentences for people, the worst first. */
export function comparisonLines({ equal, different, onlyRap, onlyTerminal }: Comparison): string[] {
  return [
    ...onlyTerminal.map(({ path: where }) => `Only at the terminal: ${where}`),
    ...different.map(({ rap, how }) => `Different: ${rap.name}: ${how}`),
    ...onlyRap.map(({ name }) => `Only at RAP: ${name}`),
    `${equal.length} equal, ${different.length} different, ${onlyTerminal.length} only at the terminal, ${onlyRap.length} only at RAP`,
  ];
}

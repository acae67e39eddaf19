/** Ways of making a tree lie, out of which faults are built. */
import { type FileTree, type OpenFile, Refusal } from '../sftp/tree.ts';
import { type Answer, type Attributes, type Entry, STATUS, status } from '../sftp/wire.ts';

export const FILE = 0o100444;

export function isFile(of: Attributes): boolean {
  return (of.mode & 0o170000) === 0o100000;
}

/** The tree with other attributes of its files, wherever they are shown. */
export function withAttributes(honest: FileTree, change: (of: Attributes) => Attributes): FileTree {
  const lie = (of: Attributes) => (isFile(of) ? change(of) : of);
  return {
    attributes: async (path) => lie(await honest.attributes(path)),
    list: async (path) =>
      mapped(await honest.list(path), (entry) => ({ ...entry, attributes: lie(entry.attributes) })),
    open: async (path) => {
      const file = await honest.open(path);
      return { ...file, attributes: async () => lie(await file.attributes()) };
    },
  };
}

/** The tree with other open files. `opened` counts how often the path was opened before. */
export function withFiles(
  honest: FileTree,
  change: (file: OpenFile, path: string) => OpenFile | Promise<OpenFile>,
): FileTree {
  return { ...honest, open: async (path) => change(await honest.open(path), path) };
}

/** The tree without some of its paths, and without what lies below them. */
export function hidden(honest: FileTree, isHidden: (path: string) => boolean): FileTree {
  const look = <T>(path: string, ask: () => Promise<T>): Promise<T> => {
    const parts = path.split('/');
    if (parts.some((_, depth) => isHidden(parts.slice(0, depth + 1).join('/')))) {
      return Promise.reject(new Refusal(STATUS.NO_SUCH_FILE));
    }
    return ask();
  };
  return {
    attributes: (path) => look(path, () => honest.attributes(path)),
    list: (path) =>
      look(path, async () => {
        const shown: Entry[] = [];
        for await (const entry of await honest.list(path)) {
          if (!isHidden(childOf(path, entry))) shown.push(entry);
        }
        return shown;
      }),
    open: (path) => look(path, () => honest.open(path)),
  };
}

/** The tree with other content in some of its files; sizes are those of the other content wherever they are shown. */
export function withContent(
  honest: FileTree,
  isConcerned: (path: string) => boolean,
  change: (content: Buffer) => Buffer,
): FileTree {
  const changed = async (path: string) => {
    const file = await honest.open(path);
    try {
      const attributes = await file.attributes();
      const content = change(await wholeOf(file));
      return { content, attributes: { ...attributes, size: content.length } };
    } finally {
      await file.close();
    }
  };
  return {
    attributes: async (path) =>
      isConcerned(path) ? (await changed(path)).attributes : honest.attributes(path),
    async list(path) {
      const entries: Entry[] = [];
      for await (const entry of await honest.list(path)) {
        const inner = childOf(path, entry);
        entries.push(
          isConcerned(inner) ? { ...entry, attributes: (await changed(inner)).attributes } : entry,
        );
      }
      return entries;
    },
    async open(path) {
      if (!isConcerned(path)) return honest.open(path);
      const { content, attributes } = await changed(path);
      return inMemory(content, attributes);
    },
  };
}

/** Bytes asked for at a time when a whole file is read. */
const PIECE = 256 * 1024;

async function wholeOf(file: OpenFile): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const answer = await file.read(at, PIECE);
    if (answer.kind !== 'data') return Buffer.concat(pieces);
    pieces.push(answer.bytes);
    at += answer.bytes.length;
  }
}

function childOf(folder: string, { name }: Entry): string {
  return `${folder === '/' ? '' : folder}/${name.toString('utf8')}`;
}

export interface ExtraEntry {
  name: Buffer;
  attributes: Attributes;
  content?: Buffer;
}

/** A file that is only in the listing and in memory. */
export function extraFile(name: string | Buffer, content: string | Buffer): ExtraEntry {
  const bytes = Buffer.from(content);
  const attributes = { size: bytes.length, mode: FILE, accessed: 1_750_000_000, modified: 1_750_000_000 };
  return { name: Buffer.from(name), attributes, content: bytes };
}

/** The tree with more entries in one folder. */
export function withExtras(honest: FileTree, folder: string, extras: readonly ExtraEntry[]): FileTree {
  const find = (path: string) => extras.find(({ name }) => path === `${folder}/${name.toString('utf8')}`);
  return {
    async attributes(path) {
      return find(path)?.attributes ?? honest.attributes(path);
    },
    async list(path) {
      const entries = await honest.list(path);
      return path === folder ? chained(extras, entries) : entries;
    },
    async open(path) {
      const extra = find(path);
      return extra?.content === undefined ? honest.open(path) : inMemory(extra.content, extra.attributes);
    },
  };
}

export function inMemory(content: Buffer, attributes: Attributes): OpenFile {
  return {
    async read(offset, length) {
      return offset >= content.length
        ? status(STATUS.EOF)
        : { kind: 'data', bytes: content.subarray(offset, offset + length) };
    },
    attributes: async () => attributes,
    close: async () => {},
  };
}

/** The answer with its bytes changed; the bytes of an honest answer must not be written to. */
export function withBytes(answer: Answer, change: (bytes: Buffer) => Buffer): Answer {
  return answer.kind === 'data' ? { kind: 'data', bytes: change(answer.bytes) } : answer;
}

async function* mapped(
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  change: (entry: Entry) => Entry,
): AsyncGenerator<Entry> {
  for await (const entry of entries) yield change(entry);
}

async function* chained(
  first: Iterable<Entry>,
  rest: AsyncIterable<Entry> | Iterable<Entry>,
): AsyncGenerator<Entry> {
  yield* first;
  yield* rest;
}

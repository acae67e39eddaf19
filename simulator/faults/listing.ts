/** Faults of listings, D01 to D19. Extra entries appear in /INBOX, which both installations have. */
import { realClock } from '../../lib/time/clock.ts';
import { hongKongTime } from '../../lib/time/hong-kong.ts';
import type { Fault } from '../fault.ts';
import type { SftpSession } from '../sftp/session.ts';
import type { FileTree } from '../sftp/tree.ts';
import { type Answer, type Attributes, type Entry, longName, MESSAGE } from '../sftp/wire.ts';
import { lyingZip, nestedZip } from './archives.ts';
import type { NamedFault } from './named.ts';
import {
  type ExtraEntry,
  extraFile,
  FILE,
  hidden,
  inMemory,
  isFile,
  withAttributes,
  withExtras,
} from './trees.ts';

const PLACE = '/INBOX';
const MANY = 100_000;

function extras(entries: readonly ExtraEntry[]): Fault {
  return { sftp: { tree: (tree) => withExtras(tree, PLACE, entries) } };
}

const names = (list: readonly (string | Buffer)[]) =>
  list.map((name) => extraFile(name, 'never to be stored'));

function special(name: string, mode: number): ExtraEntry {
  return { name: Buffer.from(name), attributes: { size: 0, mode, accessed: 0, modified: 0 } };
}

const madeAttributes = { size: 15, mode: FILE, accessed: 1_750_000_000, modified: 1_750_000_000 };

/** The tree with so many more files in one folder; each holds its own name. */
function withMany(tree: FileTree, count: number): FileTree {
  const isMade = (path: string) => /^\/INBOX\/many\d{7}\.txt$/.test(path);
  return {
    attributes: async (path) => (isMade(path) ? madeAttributes : tree.attributes(path)),
    list: async (path) => (path === PLACE ? honestThenMany(tree, count) : tree.list(path)),
    open: async (path) =>
      isMade(path) ? inMemory(Buffer.from(path.slice(-15)), madeAttributes) : tree.open(path),
  };
}

async function* honestThenMany(tree: FileTree, count: number): AsyncGenerator<Entry> {
  yield* await tree.list(PLACE);
  for (let index = 0; index < count; index++) {
    const name = Buffer.from(`many${String(index % 10_000_000).padStart(7, '0')}.txt`);
    yield { name, attributes: madeAttributes };
  }
}

export const listingFaults: readonly NamedFault[] = [
  {
    name: 'D01',
    expected: ['right'],
    make: () => ({ sftp: { tree: (tree) => withMany(tree, MANY) } }),
  },
  {
    name: 'D02',
    expected: ['LIST_LIMIT'],
    make: () => ({ sftp: { tree: (tree) => withMany(tree, Number.POSITIVE_INFINITY) } }),
  },
  {
    name: 'D03',
    expected: ['NAME_REFUSED'],
    note: 'The first of two is taken.',
    make: () => ({
      sftp: {
        tree: (tree) => ({
          ...tree,
          async list(path) {
            const entries: Entry[] = [];
            for await (const entry of await tree.list(path)) entries.push(entry, entry);
            return entries;
          },
        }),
      },
    }),
  },
  {
    name: 'D04',
    expected: ['NAME_REFUSED'],
    note: 'Every other report arrives.',
    make: () =>
      extras(
        names([
          '../escaped.txt',
          '../../../../../../tmp/escaped.txt',
          '/tmp/absolute.txt',
          '',
          `${'x'.repeat(300)}.txt`,
          'nul\0inside.txt',
          '..\\..\\backslash.txt',
          'C:drive.txt',
          'stream.txt:hidden',
          'CON',
          'nul.txt',
          'trailing-dot.',
          'trailing-space ',
          'line\r\nend.txt',
          'clear\u001b[2Jscreen.txt',
          'right\u202eleft.txt',
          '.part-0123456789abcdef',
        ]),
      ),
  },
  {
    name: 'D05',
    expected: ['NAME_REFUSED'],
    note: 'Every other report arrives.',
    make: () =>
      extras(
        names([
          // The Chinese word for "report" in Big5, a lone continuation byte, an overlong slash.
          Buffer.concat([Buffer.from([0xb3, 0xf8, 0xa7, 0x69]), Buffer.from('.txt')]),
          Buffer.concat([Buffer.from('lone'), Buffer.from([0x80]), Buffer.from('.txt')]),
          Buffer.concat([Buffer.from('..'), Buffer.from([0xc0, 0xaf]), Buffer.from('overlong.txt')]),
        ]),
      ),
  },
  {
    name: 'D06',
    expected: ['NAME_REFUSED'],
    note: 'The composed form is taken.',
    make: () => extras([extraFile('caf\u00e9.txt', 'composed'), extraFile('cafe\u0301.txt', 'decomposed')]),
  },
  {
    name: 'D07',
    expected: ['NAME_REFUSED'],
    note: 'The first by byte order is taken.',
    make: () => extras([extraFile('Twin.txt', 'one'), extraFile('TWIN.TXT', 'other')]),
  },
  {
    name: 'D08',
    expected: ['NOT_A_FILE'],
    make: () => extras(['etc', 'up', 'itself'].map((name) => special(name, 0o120777))),
  },
  {
    name: 'D09',
    expected: ['NOT_A_FILE'],
    make: () => extras([special('pipe', 0o010444), special('device', 0o020444), special('socket', 0o140444)]),
  },
  {
    name: 'D10',
    expected: ['right'],
    make: () => {
      const times = [0, 0x80000000, 0xffffffff];
      return {
        sftp: {
          tree: (tree) => withAttributes(tree, (of) => ({ ...of, modified: times[(of.size ?? 0) % 3] ?? 0 })),
        },
      };
    },
  },
  {
    name: 'D11',
    expected: ['right'],
    later: ['right'],
    make: () => {
      let sessions = 0;
      return {
        sftp: { tree: (tree) => (sessions++ === 0 ? withoutOldest(tree) : tree) },
      };
    },
  },
  {
    name: 'D12',
    expected: ['FOLDER_UNREADABLE'],
    later: ['right'],
    note: 'Hong Kong time, before and after. Reports of the other folders arrive.',
    make: (clock = realClock) => ({
      sftp: {
        tree: (tree) => hidden(tree, (path) => path === '/RPF' && hongKongTime(clock.now()) < '20:00'),
      },
    }),
  },
  {
    name: 'D13',
    expected: ['CONTENT_WRONG'],
    later: ['CONTENT_WRONG'],
    note: 'The two that lie are in quarantine. The other lies in none of its members and arrives as it is; nothing is ever unpacked to disk.',
    make: () =>
      extras([
        extraFile('says-100-bytes.zip', lyingZip(100)),
        extraFile('says-4-gigabytes.zip', lyingZip(0xfffffffe)),
        extraFile('nested.zip', nestedZip()),
      ]),
  },
  {
    name: 'D14',
    expected: ['right'],
    make: () => ({
      sftp: { tree: (tree) => listedAs(tree, (of) => (isFile(of) ? of : { ...of, size: -1 })) },
    }),
  },
  {
    name: 'D15',
    expected: ['right'],
    make: () =>
      listing(async (_, honest) => {
        const answer = await honest();
        return answer.kind === 'status' ? { kind: 'names', entries: [] } : answer;
      }),
  },
  {
    name: 'D16',
    expected: ['FOLDER_UNREADABLE'],
    note: 'It is given up at once. What the first answer names arrives.',
    make: () => {
      const firsts = new WeakMap<SftpSession, Map<string, Promise<Answer>>>();
      return listing((handle, honest, session) => {
        const first = firsts.get(session) ?? new Map();
        firsts.set(session, first);
        const answer = first.get(handle) ?? honest();
        first.set(handle, answer);
        return answer;
      });
    },
  },
  {
    name: 'D17',
    expected: ['right'],
    make: () => ({ sftp: { tree: (tree) => withoutTypes(tree) } }),
  },
  {
    name: 'D18',
    expected: ['right'],
    note: 'The content is as long as listed.',
    make: () => ({
      sftp: {
        async answer(request, honest) {
          const answer = await honest();
          if (request.type !== MESSAGE.STAT || answer.kind !== 'attributes' || !isFile(answer.attributes))
            return answer;
          return { kind: 'attributes', attributes: { ...answer.attributes, size: 0, modified: 0 } };
        },
      },
    }),
  },
  {
    name: 'D18-list',
    expected: ['ANSWERS_DIFFER'],
    make: () => ({
      sftp: {
        tree: (tree) => listedAs(tree, (of) => (isFile(of) ? { ...of, size: 2 * (of.size ?? 0) } : of)),
      },
    }),
  },
  {
    name: 'D19',
    expected: ['right'],
    make: () => {
      const all = listing(async (_, honest) => {
        const entries: Entry[] = [];
        for (;;) {
          const answer = await honest();
          if (answer.kind !== 'names') return entries.length === 0 ? answer : { kind: 'names', entries };
          entries.push(...answer.entries);
        }
      });
      return { sftp: { ...all.sftp, tree: (tree) => withMany(tree, 3_000) } };
    },
  },
];

/** A fault of the answers to READDIR. */
function listing(
  lie: (handle: string, honest: () => Promise<Answer>, session: SftpSession) => Promise<Answer>,
): Fault {
  return {
    sftp: {
      answer: (request, honest, session) =>
        request.type === MESSAGE.READDIR ? lie(request.handle, honest, session) : honest(),
    },
  };
}

/** The tree with other attributes in its listings, and only there. */
function listedAs(tree: FileTree, change: (of: Attributes) => Attributes): FileTree {
  return {
    ...tree,
    async list(path) {
      const entries: Entry[] = [];
      for await (const entry of await tree.list(path)) {
        entries.push({ ...entry, attributes: change(entry.attributes) });
      }
      return entries;
    },
  };
}

/** The tree with permissions only in its modes; the lines for people tell what is a folder. */
function withoutTypes(tree: FileTree): FileTree {
  const bare = (of: Attributes) => ({ ...of, mode: of.mode & 0o777 });
  return {
    attributes: async (path) => bare(await tree.attributes(path)),
    async list(path) {
      const entries: Entry[] = [];
      for await (const entry of await tree.list(path)) {
        entries.push({ ...entry, attributes: bare(entry.attributes), long: longName(entry) });
      }
      return entries;
    },
    open: async (path) => {
      const file = await tree.open(path);
      return { ...file, attributes: async () => bare(await file.attributes()) };
    },
  };
}

/** The tree without the oldest daily folder of each folder. */
function withoutOldest(tree: FileTree): FileTree {
  const daily = /^\d{8}$/;
  return {
    ...tree,
    async list(path) {
      const entries: Entry[] = [];
      for await (const entry of await tree.list(path)) entries.push(entry);
      const days = entries.map(({ name }) => name.toString('latin1')).filter((name) => daily.test(name));
      const oldest = days.sort()[0];
      return entries.filter(({ name }) => name.toString('latin1') !== oldest);
    },
  };
}

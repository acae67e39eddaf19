/**
 * Listings with odd values: each costs the entry it is of, told by its name, and never the others. And servers whose answers
 * about a file never agree with their listing.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SftpRequests } from '../../../lib/rap/client/sftp-requests.ts';
import { defaultListingLimits, type Listing, type ListingLimits, list } from '../../../lib/rap/listing.ts';
import { download, type Result } from '../../../lib/rap/transfer/download.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { FakeChannel, frame, type Request, reply, text, uint32, uint64 } from '../../support/fake-sftp.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const [OPEN, CLOSE, READ, LSTAT, OPENDIR, READDIR, STAT] = [3, 4, 5, 7, 11, 12, 17];
const NO_SUCH_FILE = 2;
const FAILURE = 4;

/** What a server says of an entry; what is left out it does not say. */
interface Said {
  size?: Buffer;
  mode?: number;
  seconds?: number;
}

function attributes({ size, mode, seconds }: Said): Buffer {
  const flags = (size ? 1 : 0) | (mode === undefined ? 0 : 4) | (seconds === undefined ? 0 : 8);
  const parts = [size, mode === undefined ? undefined : uint32(mode)];
  const times = seconds === undefined ? [] : [uint32(seconds), uint32(seconds)];
  return Buffer.concat([uint32(flags), ...parts.filter((part) => part !== undefined), ...times]);
}

interface Entry {
  name: string;
  listed: Said;
  long?: string;
  /** Of a file; a folder has entries instead. */
  content?: Buffer;
  entries?: Entry[];
  /** Answers to STAT and LSTAT; the same as listed when left out. */
  stat?: Said;
  lstat?: Said;
}

const names = (id: number, entries: readonly Entry[]) =>
  frame(
    104,
    id,
    uint32(entries.length),
    ...entries.flatMap((one) => [text(one.name), text(one.long ?? ''), attributes(one.listed)]),
  );

/** A server with these entries under /INBOX. `pages` says what the answers of a listing are. */
function serving(
  entries: Entry[],
  pages: (id: number, folder: Entry, count: number) => Buffer = (id, folder, count) =>
    count === 0 ? names(id, folder.entries ?? []) : reply.status(id, 1),
): (request: Request) => Buffer {
  const root: Entry = { name: 'INBOX', listed: {}, entries };
  const counts = new Map<string, number>();
  const at = (remote: string) =>
    remote
      .split('/')
      .slice(2)
      .reduce<Entry | undefined>((one, name) => one?.entries?.find((inner) => inner.name === name), root);
  return ({ type, id, subject, offset, length }) => {
    if (type === 1) return reply.version();
    const remote = subject.toString().replace(/^\d+:/, '');
    const entry = at(remote);
    if (entry === undefined) return reply.status(id, NO_SUCH_FILE);
    switch (type) {
      case OPENDIR:
        return entry.entries === undefined ? reply.status(id, FAILURE) : reply.handle(id, `${id}:${remote}`);
      case READDIR: {
        const count = counts.get(subject.toString()) ?? 0;
        counts.set(subject.toString(), count + 1);
        return pages(id, entry, count);
      }
      case STAT:
        return reply.attributes(id, attributes(entry.stat ?? entry.listed));
      case LSTAT:
        return reply.attributes(id, attributes(entry.lstat ?? entry.listed));
      case OPEN:
        return entry.content === undefined ? reply.status(id, FAILURE) : reply.handle(id, `${id}:${remote}`);
      case READ: {
        const part = entry.content?.subarray(offset, offset + length) ?? Buffer.alloc(0);
        return part.length === 0 ? reply.status(id, 1) : reply.data(id, part);
      }
      default:
        return reply.status(id, type === CLOSE ? 0 : 8);
    }
  };
}

function connect(answer: (request: Request) => Buffer | undefined) {
  const channel = new FakeChannel(answer);
  const requests = new SftpRequests(channel, realClock, { request: 10_000, stall: 20_000 });
  channel.attach((bytes) => requests.receive(bytes));
  return { channel, requests };
}

const FILE = 0o100644;
const FOLDER = 0o040755;
const sized = (bytes: number) => uint64(bytes);
const minus = (low: number) => Buffer.concat([uint32(0xffffffff), uint32(low)]);
const report = Buffer.from('report B');
const plain = (name: string, content = report): Entry => ({
  name,
  content,
  listed: { size: sized(content.length), mode: FILE, seconds: 1_000 },
});

async function listed(
  answer: (request: Request) => Buffer | undefined,
  options: { limits?: Partial<ListingLimits>; careful?: boolean; folders?: string[] } = {},
): Promise<Listing & { seen: Request[]; failure: unknown }> {
  const { channel, requests } = connect(answer);
  await requests.start();
  const found = await list(requests, options.folders ?? ['/INBOX'], {
    limits: { ...defaultListingLimits, ...options.limits },
    clock: realClock,
    careful: options.careful ?? false,
  });
  return { ...found, seen: channel.seen, failure: requests.failure };
}

const paths = (found: Listing) => found.files.map((file) => file.path);

describe('An odd value in a listing', () => {
  for (const [what, size] of [
    ['-1', minus(0xffffffff)],
    ['-4096', minus(0xfffff000)],
    ['2^60', Buffer.concat([uint32(0x10000000), uint32(0)])],
  ] as const) {
    it(`costs nothing when it is the size ${what} of a folder`, async () => {
      const folder: Entry = {
        name: 'DAY',
        listed: { size, mode: FOLDER, seconds: 1 },
        entries: [plain('B')],
      };
      const found = await listed(serving([plain('A'), folder]));
      assert.deepEqual(paths(found), ['/INBOX/A', '/INBOX/DAY/B']);
      assert.ok(found.complete);
    });
  }

  it('costs the file it is of: a size beyond all limits is refused by name, one of -1 is asked for later', async () => {
    const huge: Entry = { ...plain('HUGE'), listed: { size: uint64(2 ** 53 + 2), mode: FILE } };
    const none: Entry = { ...plain('NONE'), listed: { size: minus(0xffffffff), mode: FILE } };
    const found = await listed(serving([plain('A'), huge, none]));
    assert.deepEqual(
      found.files.map(({ path: one, size }) => `${one} ${size}`),
      ['/INBOX/A 8', '/INBOX/NONE -1'],
    );
    assert.deepEqual(
      found.refused.map(({ shown, code }) => `${shown} ${code}`),
      ['HUGE FILE_TOO_LARGE'],
    );
  });

  it('costs nothing when attributes are absent or of any year', async () => {
    const bare: Entry = { ...plain('BARE'), listed: {}, lstat: { size: sized(8), mode: FILE, seconds: 5 } };
    const old: Entry = { ...plain('OLD'), listed: { size: sized(8), mode: FILE, seconds: 0xffffffff } };
    const found = await listed(serving([bare, old]));
    assert.deepEqual(
      found.files.map(({ path: one, size, modifiedAt }) => [one, size, modifiedAt]),
      [
        ['/INBOX/BARE', 8, 5_000],
        ['/INBOX/OLD', 8, 0xffffffff * 1_000],
      ],
    );
  });

  it('that makes one folder unreadable costs that folder, and its others arrive', async () => {
    const bad: Entry = { name: 'BAD', listed: { mode: FOLDER }, entries: [plain('X')] };
    const found = await listed(
      serving([plain('A'), bad], (id, folder, count) => {
        if (count > 0) return reply.status(id, 1);
        const answer = names(id, folder.entries ?? []);
        if (folder.name !== 'BAD') return answer;
        const longer = Buffer.concat([answer, Buffer.from('?')]);
        longer.writeUInt32BE(longer.length - 4, 0);
        return longer;
      }),
    );
    assert.deepEqual(paths(found), ['/INBOX/A']);
    assert.deepEqual(
      found.problems.map(({ folder }) => folder),
      ['/INBOX/BAD'],
    );
    assert.match(String(found.problems[0]?.error), /1 bytes after the end/);
    assert.equal(found.failure, undefined);
  });
});

describe('A folder that is asked for and lies in another one', () => {
  const day: Entry = { name: 'DAY', listed: { mode: FOLDER }, entries: [plain('B')] };
  for (const folders of [
    ['/INBOX', '/INBOX/DAY'],
    ['/INBOX/DAY', '/INBOX'],
    ['/INBOX', '/INBOX/DAY?'],
  ]) {
    it(`is listed once: ${folders.join(' and ')}`, async () => {
      const found = await listed(serving([plain('A'), day]), { folders });
      assert.deepEqual(paths(found), ['/INBOX/A', '/INBOX/DAY/B']);
      assert.ok(found.complete);
    });
  }

  it('is a problem when it is not there, told once', async () => {
    const found = await listed(serving([plain('A')]), { folders: ['/INBOX', '/INBOX/DAY'] });
    assert.deepEqual(
      found.problems.map(({ folder }) => folder),
      ['/INBOX/DAY'],
    );
  });
});

describe('The end of a listing', () => {
  const two = [plain('A'), plain('B')];
  for (const careful of [false, true]) {
    const how = careful ? 'one request at a time' : 'asked ahead';
    it(`may be an answer without names (${how})`, async () => {
      const pages = (id: number, folder: Entry, count: number) =>
        names(id, count === 0 ? (folder.entries ?? []) : []);
      const found = await listed(serving(two, pages), { careful });
      assert.deepEqual([paths(found), found.complete], [['/INBOX/A', '/INBOX/B'], true]);
      assert.ok(found.seen.length < 12, `${found.seen.length} requests`);
    });

    it(`is not one answer without names in between (${how})`, async () => {
      const pages = (id: number, _: Entry, count: number) =>
        names(id, count % 2 === 1 ? [] : two.slice(count / 2, count / 2 + 1));
      const found = await listed(serving(two, pages), { careful });
      assert.deepEqual(paths(found), ['/INBOX/A', '/INBOX/B']);
    });

    for (const [what, first] of [
      ['"." and ".." in an answer each', ['.', '..']],
      ['".." and "." in an answer each, and one without names', ['..', '.', '']],
      ['both in one answer, and one without names', ['. ..', '']],
    ] as const) {
      it(`is not before the names, which come after ${what} (${how})`, async () => {
        const own = (name: string): Entry => ({ name, listed: { mode: FOLDER } });
        const pages = (id: number, _: Entry, count: number) => {
          const said = [...first, 'A', 'B'][count];
          if (said === undefined) return reply.status(id, 1);
          const [name] = [said].filter((one) => one === 'A' || one === 'B');
          return names(id, name ? [plain(name)] : said.split(' ').filter(Boolean).map(own));
        };
        const found = await listed(serving(two, pages), { careful });
        assert.deepEqual([paths(found), found.complete], [['/INBOX/A', '/INBOX/B'], true]);
      });
    }

    it(`may be "." and ".." again and again (${how})`, async () => {
      const dots = ['.', '..'].map((name): Entry => ({ name, listed: { mode: FOLDER } }));
      const pages = (id: number, _: Entry, count: number) =>
        names(id, [...dots, ...two.slice(count, count + 1)]);
      const found = await listed(serving(two, pages), { careful });
      assert.deepEqual([paths(found), found.complete], [['/INBOX/A', '/INBOX/B'], true]);
      assert.ok(found.seen.length < 12, `${found.seen.length} requests`);
    });

    for (const [what, odd] of [
      ['text longer than itself', (id: number) => frame(101, id, uint32(1), uint32(50), Buffer.from('end'))],
      ['no code', (id: number) => frame(101, id)],
    ] as const) {
      it(`that comes with ${what} costs its folder, and not the session (${how})`, async () => {
        const pages = (id: number, _: Entry, count: number) => (count === 0 ? names(id, two) : odd(id));
        const found = await listed(serving(two, pages), { careful });
        assert.deepEqual([paths(found), found.complete], [['/INBOX/A', '/INBOX/B'], false]);
        assert.deepEqual(
          found.problems.map(({ folder }) => folder),
          ['/INBOX'],
        );
        assert.equal(found.failure, undefined);
      });
    }

    it(`may be "no such file", where the folder is still there (${how})`, async () => {
      const pages = (id: number, folder: Entry, count: number) =>
        count === 0 ? names(id, folder.entries ?? []) : reply.status(id, NO_SUCH_FILE);
      const found = await listed(serving(two, pages), { careful });
      assert.deepEqual([paths(found), found.complete], [['/INBOX/A', '/INBOX/B'], true]);
    });

    it(`may be "no such file" of a folder without files, which is still there (${how})`, async () => {
      const found = await listed(
        serving([], (id) => reply.status(id, NO_SUCH_FILE)),
        { careful },
      );
      assert.deepEqual([paths(found), found.complete], [[], true]);
      const gone = await listed(
        ({ type, id }) =>
          type === 1
            ? reply.version()
            : type === OPENDIR
              ? reply.handle(id, '1')
              : reply.status(id, type === CLOSE ? 0 : NO_SUCH_FILE),
        { careful },
      );
      assert.equal(gone.complete, false);
    });

    it(`is not "no such file" where the folder is gone (${how})`, async () => {
      let gone = false;
      const server = serving(two, (id, folder, count) => {
        gone = count > 0;
        return gone ? reply.status(id, NO_SUCH_FILE) : names(id, folder.entries ?? []);
      });
      const found = await listed(
        (request) =>
          gone && request.type === STAT ? reply.status(request.id, NO_SUCH_FILE) : server(request),
        { careful },
      );
      assert.deepEqual([paths(found), found.complete], [['/INBOX/A', '/INBOX/B'], false]);
    });

    for (const [what, last] of [
      ['fails in the middle', (id: number) => reply.status(id, FAILURE, 'disk')],
      ['gives the same page for ever', (id: number) => names(id, two)],
      ['gives names in another order for ever', (id: number) => names(id, [...two].reverse())],
    ] as const) {
      it(`that ${what} is told by the folder's name, and what was listed arrives (${how})`, async () => {
        const pages = (id: number, _: Entry, count: number) => (count === 0 ? names(id, two) : last(id));
        const found = await listed(serving(two, pages), { careful });
        assert.deepEqual(paths(found), ['/INBOX/A', '/INBOX/B']);
        assert.deepEqual(
          found.problems.map(({ folder, error }) => `${folder} ${error.code}`),
          ['/INBOX FOLDER_UNREADABLE'],
        );
        assert.equal(found.complete, false);
        assert.ok(found.seen.length < 12, `${found.seen.length} requests`);
      });
    }
  }
});

describe('An entry whose listing does not say what it is', () => {
  const day = (more: Partial<Entry>): Entry => ({
    name: 'DAY',
    listed: { mode: 0o777 },
    entries: [plain('B')],
    ...more,
  });
  const bare = (name: string, more: Partial<Entry> = {}): Entry => ({
    ...plain(name),
    listed: { size: sized(8), mode: 0o666, seconds: 1 },
    ...more,
  });
  for (const [what, folder, file] of [
    ['a look at it', day({ lstat: { mode: FOLDER } }), bare('A', { lstat: { size: sized(8), mode: FILE } })],
    ['the line for people', day({ long: 'drwxrwxrwx   1 root' }), bare('A', { long: '-rw-rw-rw   1 root' })],
    ['opening it', day({}), bare('A')],
    ['opening it, where nothing at all is said', day({ listed: {} }), bare('A', { listed: {} })],
    [
      'a look at it, whatever the line for people says',
      day({ lstat: { mode: FOLDER }, long: '-rw-rw-rw- 1 root' }),
      bare('A', { lstat: { mode: FILE }, long: 'drwxrwxrwx 1 root' }),
    ],
  ] as const) {
    it(`is known by ${what}`, async () => {
      const found = await listed(serving([file, folder, plain('C')]));
      assert.deepEqual(paths(found), ['/INBOX/A', '/INBOX/C', '/INBOX/DAY/B']);
      assert.ok(found.complete);
    });
  }

  it('is not followed where it is a link', async () => {
    const found = await listed(
      serving([bare('LOOK', { lstat: { mode: 0o120777 } }), bare('LINE', { long: 'lrwxrwxrwx 1 root' })]),
    );
    assert.deepEqual(paths(found), []);
    assert.deepEqual(
      found.refused.map(({ code }) => code),
      ['NOT_A_FILE', 'NOT_A_FILE'],
    );
  });

  it('is looked at by STAT where the server has no LSTAT, and taken for a file where it may not be looked at', async () => {
    const server = serving([
      bare('A', { stat: { size: sized(8), mode: FILE } }),
      day({ stat: { mode: FOLDER } }),
    ]);
    const found = await listed((request) =>
      request.type === LSTAT ? reply.status(request.id, 8) : server(request),
    );
    assert.deepEqual(paths(found), ['/INBOX/A', '/INBOX/DAY/B']);
    const denied = serving([bare('A')]);
    const other = await listed((request) =>
      [LSTAT, STAT, OPENDIR].includes(request.type) && request.subject.toString().endsWith('/A')
        ? reply.status(request.id, 3)
        : denied(request),
    );
    assert.deepEqual(paths(other), ['/INBOX/A']);
  });

  it('is looked at with several others at once, and within the time of the listing', async () => {
    const many = Array.from({ length: 60 }, (_, at) =>
      bare(`R${at}`, { lstat: { size: sized(8), mode: FILE } }),
    );
    const server = serving(many);
    let open = 0;
    let most = 0;
    const channel: FakeChannel = new FakeChannel((request) => {
      if (request.type !== LSTAT) return server(request);
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        channel.send(server(request));
      }, 2);
      return undefined;
    });
    const requests = new SftpRequests(channel, realClock, { request: 10_000, stall: 20_000 });
    channel.attach((bytes) => requests.receive(bytes));
    await requests.start();
    const options = { clock: realClock, careful: false };
    const found = await list(requests, ['/INBOX'], { ...options, limits: defaultListingLimits });
    assert.equal(found.files.length, 60);
    assert.ok(most > 4 && most <= 16, `${most} at once`);
    const short = { ...defaultListingLimits, time: 3 };
    await assert.rejects(list(requests, ['/INBOX'], { ...options, limits: short }), { code: 'LIST_LIMIT' });
  });
});

describe('A file of which the server says one thing when it lists it and another when asked', () => {
  const root = temporaryFolder();
  const content = Buffer.from('1,2,3\n'.repeat(400)).subarray(0, 2_349);
  const said = (size: number, seconds: number): Said => ({ size: sized(size), mode: FILE, seconds });
  const about = (more: Partial<Entry>): Entry => ({
    name: 'B.csv',
    content,
    listed: said(2_349, 1_000),
    ...more,
  });

  async function fetched(
    entry: Entry,
    careful: boolean,
    bend?: (request: Request) => void,
    instead?: (request: Request) => Buffer | undefined,
  ): Promise<Result> {
    const server = serving([plain('A'), entry]);
    const { requests } = connect((request) => {
      bend?.(request);
      return instead?.(request) ?? server(request);
    });
    await requests.start();
    const { files } = await list(requests, ['/INBOX'], {
      limits: defaultListingLimits,
      clock: realClock,
      careful,
    });
    const results: Result[] = [];
    const jobs = files.map((file) => ({ file, target: path.join(root(), file.name) }));
    await download(requests, jobs, {
      ...{ root: root(), careful, clock: realClock, reserve: 0, fileSize: 2 ** 30 },
      onResult: (result) => void results.push(result),
    });
    assert.equal(requests.failure, undefined);
    const [other, one] = ['A', 'B.csv'].map((name) => results.find(({ job }) => job.file.name === name));
    assert.ok(other !== undefined && other.error === undefined, 'the others arrive');
    assert.ok(one !== undefined);
    return one;
  }

  for (const careful of [false, true]) {
    const how = careful ? 'one request at a time' : 'pipelined';
    for (const [what, entry] of [
      ['STAT says it is empty, and of 1970', about({ stat: said(0, 0) })],
      ['STAT says it is larger', about({ stat: said(4_096, 1_000) })],
      ['STAT says it is larger than any limit', about({ stat: said(2 ** 40, 1_000) })],
      ['STAT says another time', about({ stat: said(2_349, 7) })],
      ['STAT and LSTAT say it is empty', about({ stat: said(0, 0), lstat: said(0, 0) })],
      ['STAT and LSTAT say another time', about({ stat: said(2_349, 7), lstat: said(2_349, 9) })],
    ] as const) {
      it(`is received when its content is as long as listed: ${what} (${how})`, async () => {
        const result = await fetched(entry, careful);
        assert.ok(result.error === undefined, result.error?.message);
        assert.deepEqual(await readFile(result.local), content);
        assert.equal(result.notLookedAgain, undefined);
      });
    }

    const unsaid: Said = { mode: FILE, seconds: 1_000 };
    for (const [what, entry] of [
      ['STAT says no size', about({ stat: unsaid })],
      ['STAT says -1', about({ stat: { ...unsaid, size: minus(0xffffffff) } })],
      ['STAT says nothing', about({ stat: {} })],
      ['neither the listing nor STAT says a size', about({ listed: unsaid, lstat: said(2_349, 1_000) })],
    ] as const) {
      it(`is received when its content is as long as its size, which something says: ${what} (${how})`, async () => {
        const result = await fetched(entry, careful);
        assert.ok(result.error === undefined, result.error?.message);
        assert.deepEqual(await readFile(result.local), content);
        assert.equal(result.notLookedAgain, undefined);
      });
    }

    for (const [what, listed, code] of [
      ['is received', 2_349, undefined],
      ['is refused when it is longer', 2_000, 'EXCESS_DATA'],
      ['is refused when it is shorter', 4_096, 'SHORT_FILE'],
    ] as const) {
      it(`${what} by what is listed alone, where neither STAT nor LSTAT says a size (${how})`, async () => {
        const result = await fetched(
          about({ listed: said(listed, 1_000), stat: unsaid, lstat: unsaid }),
          careful,
        );
        assert.equal(result.error?.code, code);
        if (result.error === undefined) assert.equal(result.notLookedAgain, 'unanswered');
      });
    }

    for (const status of [3, FAILURE, 8]) {
      it(`is received where STAT is answered with the status ${status} only (${how})`, async () => {
        for (const types of [[STAT], [STAT, LSTAT]]) {
          const result = await fetched(about({}), careful, undefined, ({ type, id, subject }) =>
            types.includes(type) && subject.toString().endsWith('B.csv')
              ? reply.status(id, status)
              : undefined,
          );
          assert.ok(result.error === undefined, result.error?.message);
          assert.deepEqual(await readFile(result.local), content);
          assert.equal(result.notLookedAgain, types.length === 1 ? undefined : 'unanswered');
        }
      });
    }

    it(`is missing where STAT does not find it (${how})`, async () => {
      const result = await fetched(about({}), careful, undefined, ({ type, id, subject }) =>
        type === STAT && subject.toString().endsWith('B.csv') ? reply.status(id, NO_SUCH_FILE) : undefined,
      );
      assert.equal(result.error?.code, 'REMOTE_MISSING');
    });

    for (const [what, listedSize, askedSize] of [
      ['longer', 2_000, 2_349],
      ['shorter', 4_096, 2_349],
      ['shorter than both', 4_096, 8_192],
    ] as const) {
      it(`is ANSWERS_DIFFER when its content is ${what} (${how})`, async () => {
        const asked = said(askedSize, 1_000);
        const { error } = await fetched(
          about({ listed: said(listedSize, 1_000), stat: asked, lstat: asked }),
          careful,
        );
        assert.equal(error?.code, 'ANSWERS_DIFFER');
        assert.match(error?.message ?? '', new RegExp(`${listedSize} bytes.* ${askedSize} `));
        assert.match(error?.cure ?? '', /by hand/);
      });
    }

    it(`is FILE_CHANGED when the listing has changed as well (${how})`, async () => {
      const entry = about({});
      const { error } = await fetched(entry, careful, ({ type }) => {
        if (type === STAT) entry.listed = said(2_400, 2_000);
      });
      assert.equal(error?.code, 'FILE_CHANGED');
    });

    it(`is FILE_CHANGED when its answer changes while it is read (${how})`, async () => {
      const entry = about({ stat: said(0, 0) });
      const { error } = await fetched(entry, careful, ({ type, subject }) => {
        if (type === READ && subject.toString().endsWith('B.csv')) entry.lstat = said(2_349, 3_000);
      });
      assert.equal(error?.code, 'FILE_CHANGED');
    });

    it(`is not taken for a file where a look says that it is a link (${how})`, async () => {
      const link = { size: sized(2_349), mode: 0o120777, seconds: 1_000 };
      const entry = about({ stat: said(0, 0), lstat: link });
      const result = await fetched(entry, careful);
      // The listing, which calls it a file, and its content decide.
      assert.equal(result.error, undefined);
    });
  }
});

import assert from 'node:assert/strict';
import { SftpRequests } from '../../../lib/rap/client/sftp-requests.ts';
import { defaultListingLimits, type Listing, type ListingLimits, list } from '../../../lib/rap/listing.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { FakeChannel, fileAttributes, type Request, reply, uint32, uint64 } from '../../support/fake-sftp.ts';

interface Entry {
  name: Buffer | string;
  attributes: Buffer;
}

function typed(mode: number, size = 5): Buffer {
  return Buffer.concat([uint32(1 | 4 | 8), uint64(size), uint32(mode), uint32(1), uint32(1)]);
}

const file = (name: Buffer | string, size = 5): Entry => ({ name, attributes: fileAttributes(size) });
const folder = (name: string): Entry => ({ name, attributes: typed(0o040755) });

/** A server with these folders, that gives `atOnce` names in each answer. */
function serving(tree: Record<string, Entry[]>, atOnce = 2): (request: Request) => Buffer | undefined {
  const places = new Map<string, number>();
  return (request) => {
    const subject = request.subject.toString();
    switch (request.type) {
      case 1:
        return reply.version();
      case 11:
        return tree[subject] === undefined ? reply.status(request.id, 2) : reply.handle(request.id, subject);
      case 12: {
        const from = places.get(subject) ?? 0;
        const names = (tree[subject] ?? []).slice(from, from + atOnce);
        places.set(subject, from + names.length);
        return names.length === 0 ? reply.status(request.id, 1) : reply.names(request.id, names);
      }
      case 7:
        return reply.attributes(request.id, fileAttributes(9));
      default:
        return reply.status(request.id, 0);
    }
  };
}

async function listing(
  answer: (request: Request) => Buffer | undefined,
  folders = ['/INBOX'],
  limits: Partial<ListingLimits> = {},
  onCut: (partly: Listing) => void = () => {},
) {
  const channel = new FakeChannel(answer);
  const requests = new SftpRequests(channel, realClock, { request: 250, stall: 20_000 });
  channel.attach((bytes) => requests.receive(bytes));
  await requests.start();
  return list(requests, folders, {
    limits: { ...defaultListingLimits, ...limits },
    clock: realClock,
    careful: false,
    onCut,
  });
}

describe('A listing', () => {
  it('walks folders below folders, and leaves out what every folder says of itself', async () => {
    const found = await listing(
      serving({
        '/INBOX': [folder('.'), folder('..'), folder('20250619'), folder('20250620'), file('readme.txt')],
        '/INBOX/20250619': [],
        '/INBOX/20250620': [file('a.txt', 1), file('b.txt', 2), file('c.txt', 3)],
        '/COMMON': [file('報表.zip')],
      }),
      ['/INBOX', '/COMMON'],
    );
    assert.deepEqual(
      found.files.map((one) => `${one.path} ${one.size}`),
      [
        '/COMMON/報表.zip 5',
        '/INBOX/20250620/a.txt 1',
        '/INBOX/20250620/b.txt 2',
        '/INBOX/20250620/c.txt 3',
        '/INBOX/readme.txt 5',
      ],
    );
    assert.ok(found.complete);
  });

  const dangerous: [string, Buffer | string][] = [
    ['a climb', '../../pwned.txt'],
    ['an absolute path', '/etc/passwd'],
    ['no name', ''],
    ['a NUL', 'x\0.txt'],
    ['a backslash', '..\\..\\x.txt'],
    ['a drive or stream', 'a:b.txt'],
    ['a device name', 'CON'],
    ['a trailing dot', 'report.'],
    ['a line break', 'a\r\nb'],
    ['an escape', '\u001b[2Ja'],
    ['a direction mark', 'txt.\u202eexe'],
    ['bytes that are no text', Buffer.from([0x41, 0xff, 0xfe])],
    ['a decomposed letter', 'cafe\u0301.txt'],
    ['300 bytes', 'x'.repeat(300)],
    ['our own temporary name', '.part-1'],
  ];
  for (const [what, name] of dangerous) {
    it(`refuses ${what}, keeps its raw bytes, and is not complete`, async () => {
      const found = await listing(serving({ '/INBOX': [file(name), file('good.txt')] }));
      assert.deepEqual(
        found.files.map((one) => one.name),
        ['good.txt'],
      );
      assert.equal(found.refused[0]?.code, 'NAME_REFUSED');
      assert.equal(found.refused[0]?.nameHex, Buffer.from(name).toString('hex'));
      assert.equal(found.complete, false);
    });
  }

  it('keeps one of names that collide somewhere, whatever their order, and refuses the others', async () => {
    const names = ['a.txt', 'A.txt', 'a.txt', 'b.txt'];
    for (const order of [names, [...names].reverse()]) {
      const found = await listing(serving({ '/INBOX': order.map((name) => file(name)) }));
      assert.deepEqual(
        found.files.map((one) => one.name),
        ['A.txt', 'b.txt'],
      );
      assert.deepEqual(
        found.refused.map((one) => one.shown),
        ['a.txt', 'a.txt'],
      );
    }
  });

  for (const [what, mode] of [
    ['a symbolic link', 0o120777],
    ['a pipe', 0o010644],
    ['a device', 0o020644],
    ['a socket', 0o140644],
  ] as const) {
    it(`does not follow ${what}`, async () => {
      const found = await listing(serving({ '/INBOX': [{ name: 'odd', attributes: typed(mode) }] }));
      assert.deepEqual(found.files, []);
      assert.equal(found.refused[0]?.code, 'NOT_A_FILE');
    });
  }

  it('looks at an entry whose type the listing does not tell', async () => {
    const found = await listing(serving({ '/INBOX': [{ name: 'bare', attributes: uint32(0) }] }));
    assert.equal(found.files[0]?.size, 9);
  });

  it('refuses a file beyond the size limit', async () => {
    const found = await listing(serving({ '/INBOX': [file('large.lis', 2_000)] }), ['/INBOX'], {
      fileSize: 1_999,
    });
    assert.equal(found.refused[0]?.code, 'FILE_TOO_LARGE');
  });

  it('refuses folders beyond the depth limit', async () => {
    const found = await listing(
      serving({ '/INBOX': [folder('d')], '/INBOX/d': [folder('e')], '/INBOX/d/e': [file('deep')] }),
      ['/INBOX'],
      { depth: 1 },
    );
    assert.equal(found.refused[0]?.code, 'LIST_LIMIT');
    assert.deepEqual(found.files, []);
  });

  it('gives up an endless folder at the limit of entries', async () => {
    let count = 0;
    const endless = (request: Request) => {
      if (request.type !== 12) return serving({ '/INBOX': [] })(request);
      return reply.names(
        request.id,
        Array.from({ length: 100 }, () => file(`f${count++}`)),
      );
    };
    await assert.rejects(listing(endless, ['/INBOX'], { entries: 10_000 }), { code: 'LIST_LIMIT' });
    assert.ok(count < 11_000, 'it stopped asking');
  });

  it('lets the process have its turns while it looks at many names', async () => {
    const entries = Array.from({ length: 5_000 }, (_, number) => file(`r${number}.txt`));
    let turns = 0;
    const count = () => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    try {
      const found = await listing(serving({ '/INBOX': entries }, entries.length));
      assert.equal(found.files.length, entries.length);
      assert.ok(turns >= 15, `${turns} turns of the event loop`);
    } finally {
      clearImmediate(next);
    }
  });

  it('gives up at the limit of bytes', async () => {
    const entries = Array.from({ length: 50 }, (_, i) => file(`${'x'.repeat(150)}${i}`));
    await assert.rejects(listing(serving({ '/INBOX': entries }), ['/INBOX'], { bytes: 5_000 }), {
      code: 'LIST_LIMIT',
    });
  });

  it('names a folder that cannot be listed, and goes on with the others', async () => {
    const found = await listing(serving({ '/COMMON': [file('a.txt')] }), ['/INBOX', '/COMMON']);
    assert.equal(found.problems[0]?.folder, '/INBOX');
    assert.equal(found.problems[0]?.error.code, 'FOLDER_UNREADABLE');
    assert.equal(found.files.length, 1);
    assert.equal(found.complete, false);
  });

  it('says what it has listed when it fails as a whole', async () => {
    const tree = { '/INBOX': [file('a.txt'), file('b\\c')], '/RPF': [] };
    const answer = serving(tree);
    const cut: Listing[] = [];
    const failing = listing(
      // The other folder is never answered.
      (request) =>
        request.type === 11 && request.subject.toString() === '/RPF' ? undefined : answer(request),
      ['/INBOX', '/RPF'],
      {},
      (partly) => cut.push(partly),
    );
    await assert.rejects(failing, { code: 'REQUEST_TIMEOUT' });
    assert.deepEqual(
      cut.map(({ files, refused, complete }) => [files.map(({ path }) => path), refused.length, complete]),
      [[['/INBOX/a.txt'], 1, false]],
    );
    const whole = await listing(serving(tree), ['/INBOX'], {}, (partly) => cut.push(partly));
    assert.deepEqual([whole.files.length, cut.length], [1, 1], 'only then');
  });

  it('fails as a whole when a folder is never answered', async () => {
    const server = serving({ '/INBOX': [file('a')] });
    await assert.rejects(
      listing((request) => (request.type === 12 ? undefined : server(request))),
      { code: 'REQUEST_TIMEOUT' },
    );
  });
});

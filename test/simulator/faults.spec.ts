import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { unzipSync } from 'fflate';
import type { Algorithms } from 'ssh2';
import { codes } from '../../lib/errors/codes.ts';
import { realClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import type { Fault } from '../../simulator/fault.ts';
import { faultPage } from '../../simulator/faults/page.ts';
import { faultNamed, faults } from '../../simulator/faults/table.ts';
import { diskTree, type FileTree } from '../../simulator/sftp/tree.ts';
import { frame, MESSAGE, STATUS, string, u32 } from '../../simulator/sftp/wire.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { type Frame, RawSftp } from './raw-sftp.ts';
import {
  ask,
  type Login,
  listAll,
  login,
  logout,
  readAll,
  simulatorIn,
  temporaryHome,
  whenEmpty,
} from './support.ts';

function fault(name: string): Fault {
  const found = faultNamed(name);
  assert.ok(found !== undefined, name);
  return found.make();
}

const text = (value: string) => string(Buffer.from(value));
const FILE = '/INBOX/20250620/CCLTN05_SIM001_20250620.txt';
const SIZE = 5000;

describe('table of faults', () => {
  it('has a name for each of the catalogue, once', () => {
    const names = faults.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    const families = new Set(names.map((name) => name.split('-')[0]));
    const series = (letter: string, last: number) =>
      Array.from({ length: last }, (_, index) => `${letter}${String(index + 1).padStart(2, '0')}`);
    assert.deepEqual(
      [...families].sort(),
      [
        ...series('D', 19),
        ...series('L', 7),
        ...series('N', 13),
        ...series('P', 31),
        ...series('R', 8),
        ...series('T', 8),
      ].sort(),
    );
  });

  it('expects something of every fault, in codes that exist', () => {
    for (const { name, expected, later } of faults) {
      assert.ok(expected.length > 0 && later?.length !== 0, name);
      for (const verdict of [...expected, ...(later ?? [])])
        assert.ok(verdict === 'right' || Object.hasOwn(codes, verdict), name);
    }
  });

  it('is what docs/faults.md says: "node bench/fault-table.ts" writes it anew', async () => {
    assert.equal(await fs.readFile('docs/faults.md', 'utf8'), faultPage());
  });

  it('makes every fault afresh, and finds it in any case', () => {
    for (const { name, make } of faults) {
      assert.notEqual(make(), make());
      assert.equal(faultNamed(name.toLowerCase())?.name, name);
    }
    assert.equal(faultNamed('P99'), undefined);
  });
});

describe('faults of the SFTP conversation', () => {
  let root: string;
  let honest: FileTree;

  before(async () => {
    root = await temporaryHome();
    await fs.mkdir(path.join(root, path.dirname(FILE)), { recursive: true });
    await fs.writeFile(path.join(root, FILE), Buffer.alloc(SIZE, 'r'));
    await fs.writeFile(path.join(root, path.dirname(FILE), 'CCMDS01_SIM001_20250620.txt'), 'x');
    honest = diskTree(root);
  });

  after(() => fs.rm(root, { recursive: true, force: true }));

  const opened: RawSftp[] = [];

  afterEach(() => {
    for (const raw of opened.splice(0)) raw.end();
  });

  function meet(name: string): RawSftp {
    const { sftp } = fault(name);
    assert.ok(sftp !== undefined);
    const raw = new RawSftp(honest, { fault: sftp });
    opened.push(raw);
    return raw;
  }

  const statusOf = ({ type, body }: Frame) =>
    type === MESSAGE.STATUS ? body.readUInt32BE(0) : `type ${type}`;
  const sizeIn = ({ body }: Frame) => Number(body.readBigUInt64BE(4));
  const stat = (raw: RawSftp) => raw.ask(MESSAGE.STAT, text(FILE));

  /** The frame that answers one READ. */
  async function readOne(raw: RawSftp, offset = 0, length = 900): Promise<Frame> {
    const handle = await raw.open(FILE);
    raw.read(handle, offset, length);
    return (await raw.until(2))[1] as Frame;
  }

  it('P01, P02, P03 show sizes too large, too small, not at all', async () => {
    assert.equal(sizeIn(await stat(meet('P01'))), SIZE + 1000);
    assert.equal(sizeIn(await stat(meet('P02'))), SIZE / 2);
    const { body } = await stat(meet('P03'));
    assert.equal(body.readUInt32BE(0) & 1, 0);
  });

  it('P04, P05, P06, P07, P08 answer reads with too little, nothing, an early end, no end, too much', async () => {
    assert.equal((await readOne(meet('P04'))).body.readUInt32BE(0), 300);
    assert.equal((await readOne(meet('P05'))).body.readUInt32BE(0), 0);
    assert.equal(statusOf(await readOne(meet('P06'), SIZE / 2)), STATUS.EOF);
    assert.equal((await readOne(meet('P06'), SIZE / 2 - 10)).body.readUInt32BE(0), 10);
    assert.equal((await readOne(meet('P07'), SIZE * 10)).body.readUInt32BE(0), 900);
    assert.equal((await readOne(meet('P08'))).body.readUInt32BE(0), 1000);
  });

  it('D01 lists 100,000 files besides the honest ones, D02 never stops', async () => {
    for (const [name, steps] of [
      ['D01', 1001],
      ['D02', 1100],
    ] as const) {
      const raw = meet(name);
      const { body: handle } = await raw.ask(MESSAGE.OPENDIR, text('/INBOX'));
      let listed = 0;
      for (let step = 0; step < steps; step++) {
        const answer = await raw.ask(MESSAGE.READDIR, handle);
        assert.equal(answer.type, MESSAGE.NAME);
        if (step === 0) assert.ok(answer.body.includes('20250620'));
        listed += answer.body.readUInt32BE(0);
        raw.frames.length = 0;
      }
      if (name === 'D02') continue;
      assert.equal(listed, 100_001);
      assert.equal(statusOf(await raw.ask(MESSAGE.READDIR, handle)), STATUS.EOF);
      const made = await raw.open('/INBOX/many0099999.txt');
      raw.frames.length = 0;
      raw.read(made, 0, 100);
      const [content] = await raw.until(1);
      assert.equal(content?.body.toString('latin1', 4), 'many0099999.txt');
    }
  });

  it('P09 and P10 answer with a wrong id, and twice', async () => {
    const wrong = await readOne(meet('P09'));
    assert.equal(wrong.id, 2 + 100_000);
    const twice = meet('P10');
    await readOne(twice);
    const [, first, second] = await twice.until(3);
    assert.deepEqual(first, second);
  });

  it('P11 leaves one kind of request without answer, and answers the others', async () => {
    const silent: Record<string, () => Promise<RawSftp>> = {
      READ: async () => {
        const raw = meet('P11-READ');
        raw.read(await raw.open(FILE), 0, 10);
        return raw;
      },
      OPEN: async () => {
        const raw = meet('P11-OPEN');
        await stat(raw);
        raw.send(MESSAGE.OPEN, text(FILE), u32(1), u32(0));
        return raw;
      },
      CLOSE: async () => {
        const raw = meet('P11-CLOSE');
        raw.send(MESSAGE.CLOSE, await raw.open(FILE));
        return raw;
      },
      READDIR: async () => {
        const raw = meet('P11-READDIR');
        raw.send(MESSAGE.READDIR, (await raw.ask(MESSAGE.OPENDIR, text('/'))).body);
        return raw;
      },
      STAT: async () => {
        const raw = meet('P11-STAT');
        await raw.open(FILE);
        raw.send(MESSAGE.STAT, text(FILE));
        return raw;
      },
    };
    for (const [name, provoke] of Object.entries(silent)) {
      const raw = await provoke();
      // A later request of another kind is answered, so the silence is not mere slowness.
      await raw.ask(MESSAGE.REALPATH, text('.'));
      assert.deepEqual(raw.frames.map(({ type }) => type).at(-1), MESSAGE.NAME, name);
      assert.equal(raw.frames.length, 2, name);
    }
  });

  it('P12 announces a frame of 4 GB', async () => {
    const raw = meet('P12');
    raw.read(await raw.open(FILE), 0, 10);
    while (raw.received.length < 5) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(raw.received.readUInt32BE(0), 0xffffffff);
  });

  it('P13 and P14 answer with a status that does not exist, and with a text that must be cleaned', async () => {
    assert.equal(statusOf(await readOne(meet('P13'))), 9999);
    const raw = meet('P14');
    const refused = await raw.ask(MESSAGE.OPEN, text(FILE), u32(1), u32(0));
    assert.match(refused.body.toString('utf8'), /\u001b\[2J.*\r\n.*\u202e/s);
  });

  it('P15 asks for new keys while it sends', async () => {
    const raw = meet('P15');
    const handle = await raw.open(FILE);
    for (let index = 0; index < 40; index++) raw.read(handle, 0, SIZE);
    await raw.until(41);
    assert.deepEqual(raw.calls, ['rekey', 'rekey']);
  });

  it('P16 answers reads in another order, and leaves none out', async () => {
    const raw = meet('P16');
    const handle = await raw.open(FILE);
    const ids = [0, 1, 2, 3, 4, 5].map((index) => raw.read(handle, index, 1));
    const answered = (await raw.until(7)).slice(1).map(({ id }) => id);
    assert.notDeepEqual(answered, ids);
    assert.deepEqual(
      [...answered].sort((a, b) => a - b),
      ids,
    );
  });

  it('P17, P18, P19 refuse one report, every first open, every second open', async () => {
    const open = (raw: RawSftp, name: string) => raw.ask(MESSAGE.OPEN, text(name), u32(1), u32(0));
    const denied = meet('P17');
    assert.equal(statusOf(await open(denied, FILE.replace('CCLTN05', 'CCMDS01'))), STATUS.PERMISSION_DENIED);
    assert.equal((await open(denied, FILE)).type, MESSAGE.HANDLE);
    const busy = meet('P18');
    assert.equal(statusOf(await open(busy, FILE)), STATUS.FAILURE);
    assert.equal((await open(busy, FILE)).type, MESSAGE.HANDLE);
    const once = meet('P19');
    assert.equal((await open(once, FILE)).type, MESSAGE.HANDLE);
    assert.equal(statusOf(await open(once, FILE)), STATUS.NO_SUCH_FILE);
  });

  it('P20 cuts the line at the first read and has used the file up, also for the next session', async () => {
    const { sftp } = fault('P20');
    assert.ok(sftp !== undefined);
    const first = new RawSftp(honest, { fault: sftp });
    opened.push(first);
    first.read(await first.open(FILE), 0, 10);
    await first.ask(MESSAGE.REALPATH, text('.'));
    assert.deepEqual(first.calls, ['cut']);
    const second = new RawSftp(honest, { fault: sftp });
    opened.push(second);
    const again = await second.ask(MESSAGE.OPEN, text(FILE), u32(1), u32(0));
    assert.equal(statusOf(again), STATUS.NO_SUCH_FILE);
  });

  it('P21 greets with another version', async () => {
    for (const version of [2, 6]) {
      const raw = meet(`P21-${version}`);
      raw.sendBytes(frame(MESSAGE.INIT, u32(3)));
      assert.equal((await raw.until(1))[0]?.id, version);
    }
  });

  it('P22 closes the channel at the third read and leaves the connection alone', async () => {
    const raw = meet('P22');
    const handle = await raw.open(FILE);
    for (let index = 0; index < 5; index++) raw.read(handle, 0, 10);
    await raw.until(6);
    assert.ok(raw.closed);
    assert.ok(raw.frames.length <= 3);
    assert.deepEqual(raw.calls, []);
  });

  it('P23 serves another file than was listed', async () => {
    const raw = meet('P23');
    const { body: folder } = await raw.ask(MESSAGE.OPENDIR, text(path.posix.dirname(FILE)));
    const listed = await raw.ask(MESSAGE.READDIR, folder);
    assert.ok(listed.body.includes(` ${SIZE} `));
    assert.equal(sizeIn(await stat(raw)), SIZE + 500);
  });

  it('P24, P25, P26 change a file from its first read on: longer, shorter, other content', async () => {
    const sizes = { P24: SIZE + 700, P25: SIZE / 2, P26: SIZE };
    for (const [name, after] of Object.entries(sizes)) {
      const raw = meet(name);
      const before = await stat(raw);
      assert.equal(sizeIn(before), SIZE);
      const handle = await raw.open(FILE);
      raw.read(handle, 0, 10);
      const head = (await raw.until(3))[2] as Frame;
      assert.equal(head.body.toString('latin1', 4), 'r'.repeat(10));
      const later = await raw.ask(MESSAGE.FSTAT, handle);
      assert.equal(sizeIn(later), after, name);
      assert.notDeepEqual(later.body, before.body, `${name}: time or size`);
      const middle = raw.frames.length;
      raw.read(handle, SIZE - 10, 5);
      const tail = (await raw.until(middle + 1))[middle] as Frame;
      if (name === 'P25') assert.equal(statusOf(tail), STATUS.EOF);
      else assert.doesNotMatch(tail.body.toString('latin1', 4), /r/);
    }
  });
});

describe('faults of whole addresses', () => {
  let home: string;
  let simulator: Simulator;

  before(async () => {
    home = await temporaryHome();
    simulator = await simulatorIn(home);
  });

  afterEach(async () => {
    await simulator.setFault(undefined);
    await whenEmpty(simulator);
  });

  after(async () => {
    await simulator.stop();
    await fs.rm(home, { recursive: true, force: true });
  });

  const primary = () => simulator.addressesOf('hkscc', 'primary');

  async function attempt(number: 0 | 1 = 0) {
    const session = await login(simulator, 'hkscc', primary()[number]);
    await logout(session);
    return session;
  }

  it('D03 to D10 spoil the listing only: every honest report is still there', async () => {
    const honest = await login(simulator, 'hkscc', primary()[0]);
    const expected = [...(await listAll(honest.sftp, '/INBOX/20250620')).keys()];
    await logout(honest);
    for (const { name, make } of faults.filter((one) => /^D(0[3-9]|10)/.test(one.name))) {
      await simulator.setFault(make());
      const session = await login(simulator, 'hkscc', primary()[0]);
      const top = await ask<{ filename: string }[]>((done) => session.sftp.readdir('/INBOX', done));
      assert.ok(
        top.some(({ filename }) => filename === '20250620'),
        name,
      );
      const found = await listAll(session.sftp, '/INBOX/20250620');
      assert.deepEqual([...found.keys()], expected, name);
      await logout(session);
    }
  });

  it('D04 lists names that try to escape, D07 twins whose content differs', async () => {
    await simulator.setFault(fault('D04'));
    const evil = await login(simulator, 'hkscc', primary()[0]);
    const top = await ask<{ filename: string }[]>((done) => evil.sftp.readdir('/INBOX', done));
    const names = top.map(({ filename }) => filename);
    for (const name of ['../escaped.txt', '/tmp/absolute.txt', '', 'CON', 'nul\0inside.txt']) {
      assert.ok(names.includes(name), JSON.stringify(name));
    }
    await logout(evil);
    await simulator.setFault(fault('D07'));
    const twins = await login(simulator, 'hkscc', primary()[0]);
    assert.equal(String(await readAll(twins.sftp, '/INBOX/Twin.txt')), 'one');
    assert.equal(String(await readAll(twins.sftp, '/INBOX/TWIN.TXT')), 'other');
    await logout(twins);
  });

  const refusedLogins: [string, RegExp][] = [
    ['N01', /ECONNREFUSED/],
    ['N05', /ECONNRESET|closed|lost/i],
    ['N12', /ECONNREFUSED/],
    ['L01', /authentication methods failed/],
    ['L02', /authentication methods failed/],
    ['L03', /No more logins today/],
    ['L03-drop', /closed before ready|ECONNRESET/],
    ['L05', /open failure/],
    ['L07', /closed before ready|lost/i],
    ['T05', /no matching/i],
  ];
  for (const [name, message] of refusedLogins) {
    it(`${name} keeps a client from getting in`, async () => {
      await simulator.setFault(fault(name));
      await assert.rejects(attempt(), message);
      await simulator.setFault(undefined);
      await attempt();
    });
  }

  it('L01 counts one attempt, L04 and L06 let a client in', async () => {
    await simulator.setFault(fault('L01'));
    const before = simulator.counters().loginAttempts;
    await assert.rejects(attempt());
    assert.equal(simulator.counters().loginAttempts, before + 1);
    for (const name of ['L04', 'L06']) {
      await simulator.setFault(fault(name));
      await attempt();
    }
  });

  it('L06 refuses the second session of an account', async () => {
    await simulator.setFault(fault('L06'));
    const first = await login(simulator, 'hkscc', primary()[0]);
    await assert.rejects(login(simulator, 'hkscc', primary()[1]), /open failure/);
    await logout(first);
  });

  it('T01, T02, T03 present other host keys: everywhere, the announced next one, at second addresses', async () => {
    const [first, second] = primary().map(({ fingerprint }) => fingerprint);
    await simulator.setFault(fault('T01'));
    assert.notEqual((await attempt()).hostKey, first);
    await simulator.setFault(fault('T03'));
    assert.equal((await attempt()).hostKey, first);
    assert.notEqual((await attempt(1)).hostKey, second);
    await simulator.setFault(fault('T02'));
    const { hostKey } = await attempt();
    assert.notEqual(hostKey, first);
    const { port } = primary()[0];
    const pinned = (await fs.readFile(simulator.knownHostsFile, 'utf8'))
      .split('\n')
      .filter((line) => line.includes(`:${port} `));
    assert.equal(pinned.length, 2);
    await simulator.setFault(undefined);
    assert.equal((await attempt()).hostKey, first);
  });

  it('T04 signs with SHA-1 and RSA only', async () => {
    await simulator.setFault(fault('T04'));
    const { hostKey } = await attempt();
    assert.notEqual(hostKey, primary()[0].fingerprint);
  });

  it('N02 leaves connections unanswered, and takes them again afterwards', async () => {
    await simulator.setFault({ ...fault('N02'), meets: ({ number }) => number === 1 });
    const net = await import('node:net');
    const socket = net.connect(primary()[0].port, primary()[0].host).on('error', () => {});
    await attempt(1);
    assert.ok(
      socket.connecting,
      'neither connected nor refused while another address answered a whole login',
    );
    socket.destroy();
    await simulator.setFault(undefined);
    await attempt();
  });

  it('T06 says nothing of strict key exchange', async () => {
    const algorithms: Algorithms = { cipher: ['chacha20-poly1305@openssh.com'] };
    const isStrict = ({ client }: Login) =>
      (client as unknown as { _protocol: { _strictMode: boolean } })._protocol._strictMode;
    for (const [make, strict] of [
      [() => undefined, true],
      [() => fault('T06'), false],
      [() => fault('T06-chacha'), false],
    ] as const) {
      await simulator.setFault(make());
      const session = await login(simulator, 'hkscc', primary()[0], { algorithms });
      assert.equal(isStrict(session), strict);
      assert.equal(simulator.agreed(primary()[0])?.cs.cipher, 'chacha20-poly1305@openssh.com');
      assert.ok((await listAll(session.sftp)).size > 0, 'and the connection works');
      await logout(session);
    }
  });

  it('T07 takes an RSA key and does not say how it may sign, so that ssh2 alone signs with SHA-1', async () => {
    const sha1Requests = async (of: Fault | undefined) => {
      await simulator.setFault(of);
      const before = simulator.counters().sha1Requests;
      const privateKey = await fs.readFile(simulator.accounts.hkscc.rsaKeyFile, 'utf8');
      await logout(await login(simulator, 'hkscc', primary()[0], { privateKey }));
      return simulator.counters().sha1Requests - before;
    };
    assert.equal(await sha1Requests(fault('T07')), 2, 'one request with the key, one with a signature');
    assert.equal(await sha1Requests(fault('T07-sha1')), 2);
    assert.equal(await sha1Requests(undefined), 0, 'a server that says what it takes');
  });

  /** Every file of the own reports, and what it holds, in one session. */
  async function inbox(): Promise<Map<string, Buffer>> {
    const session = await login(simulator, 'hkscc', primary()[0]);
    const found = new Map<string, Buffer>();
    for (const remote of (await listAll(session.sftp, '/INBOX')).keys()) {
      found.set(remote, await readAll(session.sftp, remote));
    }
    await logout(session);
    return found;
  }

  it('D11 and R01 hide reports from the first session only', async () => {
    const all = [...(await inbox()).keys()];
    for (const [name, late] of [
      ['D11', /^\/INBOX\/20250619\//],
      ['R01', /_DAT\.zip$/],
    ] as const) {
      await simulator.setFault(fault(name));
      assert.ok(all.some((remote) => late.test(remote)));
      assert.deepEqual(
        [...(await inbox()).keys()],
        all.filter((remote) => !late.test(remote)),
        name,
      );
      assert.deepEqual([...(await inbox()).keys()], all, name);
    }
  });

  it('D12 has no /RPF before 20:00, Hong Kong time', async () => {
    let now = fromHongKong('2025-06-20 19:59');
    await simulator.setFault(faultNamed('D12')?.make({ ...realClock, now: () => now }));
    const session = await login(simulator, 'hkscc', primary()[0]);
    await assert.rejects(listAll(session.sftp, '/RPF'), /No such file/);
    assert.ok((await listAll(session.sftp)).size > 0, 'the other folders are there');
    now = fromHongKong('2025-06-20 20:00');
    assert.ok((await listAll(session.sftp, '/RPF')).size > 0);
    await logout(session);
  });

  it('D13 holds zips that lie, and one that unfolds to millions of times its size', async () => {
    await simulator.setFault(fault('D13'));
    const found = await inbox();
    const nested = found.get('/INBOX/nested.zip') ?? Buffer.alloc(0);
    let unfolded: Uint8Array = nested;
    let copies = 1;
    while (unfolded[0] === 0x50) {
      const entries: Uint8Array[] = Object.values(unzipSync(unfolded));
      copies *= entries.length;
      unfolded = entries[0] ?? new Uint8Array();
    }
    assert.ok((copies * unfolded.length) / nested.length > 1e6);
    const lying = found.get('/INBOX/says-100-bytes.zip') ?? Buffer.alloc(0);
    assert.equal(lying.readUInt32LE(22), 100);
    assert.ok(lying.length > 1000);
  });

  it('R02 to R08 spoil zips and data files, in size as in content, and leave the others alone', async () => {
    const honest = await inbox();
    const isData = (remote: string) => /(CCLTN0[45]|CIPSI02)_/.test(remote);
    const ends = (content: Buffer) => content.subarray(0, content.lastIndexOf('\n', content.length - 2) + 1);
    const differing = (now: Buffer, before: Buffer) => now.filter((byte, at) => byte !== before[at]).length;
    const spoiled: Record<string, [(remote: string) => boolean, (now: Buffer, before: Buffer) => boolean]> = {
      R02: [(remote) => remote.endsWith('.zip'), (now, before) => now.length === before.length >> 1],
      R03: [isData, (now, before) => now.equals(ends(before))],
      R04: [
        isData,
        (now, before) => now.toString('latin1', 1, 7) === 'OTHER1' && now.length === before.length,
      ],
      R05: [isData, (now, before) => !now.equals(before) && ends(now).equals(ends(before))],
      R06: [isData, (now) => now.length === 0],
      R07: [
        isData,
        (now, before) => now.toString('latin1', 7, 14) === 'CCLTN99' && differing(now, before) <= 7,
      ],
      R08: [(remote) => remote.includes('CCLTN05_'), (now, before) => differing(now, before) === 1],
    };
    for (const [name, [isSpoiled, how]] of Object.entries(spoiled)) {
      await simulator.setFault(fault(name));
      const found = await inbox();
      assert.deepEqual([...found.keys()], [...honest.keys()]);
      for (const [remote, content] of found) {
        const before = honest.get(remote) ?? Buffer.alloc(0);
        assert.equal(
          isSpoiled(remote) ? how(content, before) : content.equals(before),
          true,
          `${name} ${remote}`,
        );
      }
    }
  });

  it('N06 cuts the connection right after the login', async () => {
    await simulator.setFault(fault('N06'));
    await assert.rejects(attempt(), /closed|ECONNRESET|No response|Not connected/);
    assert.ok(simulator.counters(primary()[0]).logins > 0);
  });

  it('N13 lets the first address accept and say nothing, the second one works', async () => {
    await simulator.setFault(fault('N13'));
    await attempt(1);
    const net = await import('node:net');
    const socket = net.connect(primary()[0].port, primary()[0].host);
    await new Promise((resolve) => socket.once('connect', resolve));
    let heard = 0;
    socket.on('data', (bytes) => {
      heard += bytes.length;
    });
    socket.write('SSH-2.0-test\r\n');
    // The working address answers a whole login meanwhile.
    await attempt(1);
    assert.equal(heard, 0);
    socket.destroy();
  });

  it('P15 changes keys in the middle of a real transfer, and the bytes are right', async () => {
    await simulator.setFault(fault('P15'));
    const session = await login(simulator, 'hkcc-seoch', simulator.addressesOf('hkcc-seoch', 'primary')[0]);
    let keyExchanges = 0;
    session.client.on('handshake', () => {
      keyExchanges++;
    });
    for (const { path: remote } of simulator.reports('hkcc-seoch', 'primary')) {
      const expected = await fs.readFile(path.join(simulator.tree('hkcc-seoch', 'primary'), remote));
      assert.ok(expected.equals(await readAll(session.sftp, remote)), remote);
    }
    assert.ok(keyExchanges >= 2, String(keyExchanges));
    await logout(session);
  });
});

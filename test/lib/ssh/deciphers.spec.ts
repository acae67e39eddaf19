/** Our deciphers: in the place of ssh2's in real connections, and the same bytes as ssh2's however a stream is cut. */
import assert from 'node:assert/strict';
import { KeyObject, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import type { Algorithms, CipherAlgorithm, Client, Connection, MacAlgorithm } from 'ssh2';
import { ChaChaDecipher } from '../../../lib/ssh/chacha.ts';
import { CtrDecipher } from '../../../lib/ssh/ctr.ts';
import { areDeciphered, type CipherMakers, makeOurDeciphers } from '../../../lib/ssh/deciphers.ts';
import { GcmDecipher } from '../../../lib/ssh/gcm.ts';
import { ssh2 } from '../../../lib/ssh/library.ts';
import type { PacketDecipher, Taker } from '../../../lib/ssh/packets.ts';
import { newKey } from '../../../simulator/keys.ts';

const GCM = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'] as const;
const CTR = ['aes128-ctr', 'aes192-ctr', 'aes256-ctr'] as const;
const CHACHA = 'chacha20-poly1305@openssh.com';
const MACS = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
  'hmac-sha2-256-96',
] as const;

interface Inner {
  _protocol: { _cipher: Record<string, unknown>; _decipher: PacketDecipher };
}

describe('Deciphers of a connection', () => {
  let server: InstanceType<typeof ssh2.Server>;
  let client: Client;
  let atServer: Connection;

  beforeEach(async () => {
    const algorithms = { cipher: [...GCM, ...CTR, CHACHA], hmac: [...MACS] } as unknown as Algorithms;
    server = new ssh2.Server({ hostKeys: [newKey('host').privateKey], algorithms }, (connection) => {
      atServer = connection;
      connection.on('authentication', (attempt) => attempt.accept());
      connection.on('request', (accept) => accept?.());
      connection.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = new ssh2.Client();
  });

  afterEach(() => {
    client.destroy();
    server.close();
  });

  const inner = () => (client as unknown as Inner)._protocol;

  async function connect(cipher: CipherAlgorithm, mac: MacAlgorithm): Promise<void> {
    const { port } = server.address() as AddressInfo;
    const ready = once(client, 'ready');
    const algorithms = { cipher: [cipher], hmac: [mac] };
    client.connect({ host: '127.0.0.1', port, username: 'u', password: 'p', algorithms });
    await ready;
  }

  const cases = [
    ...GCM.map((cipher) => [cipher, MACS[0], GcmDecipher] as const),
    ...CTR.map((cipher) => [cipher, MACS[0], CtrDecipher] as const),
    ...MACS.map((mac) => [CTR[0], mac, CtrDecipher] as const),
    [CHACHA, MACS[0], ChaChaDecipher] as const,
  ];
  for (const [cipher, mac, kind] of cases) {
    it(`are ours with ${cipher} and ${mac}, and again when keys are renewed`, async () => {
      await connect(cipher, mac as MacAlgorithm);
      const first = inner()._decipher;
      assert.ok(first instanceof kind);
      const renewed = once(client, 'handshake');
      atServer.rekey();
      await renewed;
      const second = inner()._decipher;
      assert.ok(second instanceof kind && second !== first);
      assert.ok(areDeciphered(client));
      // Both directions still understand each other.
      await new Promise<void>((resolve, reject) =>
        client.forwardIn('127.0.0.1', 1, (error) => (error === undefined ? resolve() : reject(error))),
      );
    });
  }

  it('have the key of the sending direction prepared once', async () => {
    await connect(GCM[0], MACS[0]);
    assert.ok(inner()._cipher._encKey instanceof KeyObject);
  });
});

// --- against ssh2's own ciphers ----------------------------------------------------------------------------

interface Info {
  sslName: string;
  keyLen: number;
  ivLen: number;
  authLen: number;
  len: number;
  actualLen: number;
}
interface Library extends CipherMakers {
  CIPHER_INFO: Record<string, Info>;
  MAC_INFO: Record<string, Info>;
  createCipher(config: unknown): {
    _encKey?: Buffer | KeyObject;
    allocPacket(length: number): Buffer;
    encrypt(packet: Buffer): void;
  };
  init: Promise<void>;
}

/** ssh2's ciphers, but for what it makes to receive, which is ours. */
const library: Library = { ...createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js') };
makeOurDeciphers(library);

/** What both ends of one direction know. */
function secrets(cipher: string, mac: string) {
  const info = library.CIPHER_INFO[cipher] as Info;
  const macInfo = library.MAC_INFO[mac] as Info;
  const own = info.authLen > 0;
  const known = { info, key: randomBytes(info.keyLen), iv: randomBytes(info.ivLen) };
  return own ? known : { ...known, macInfo, macKey: randomBytes(macInfo.len) };
}

type Secrets = ReturnType<typeof secrets>;

/** The payloads as ssh2 sends them, encrypted, one buffer for each packet. */
function sent(known: Secrets, payloads: readonly Buffer[], seqno = 0): Buffer[] {
  const packets: Buffer[] = [];
  let pieces: Buffer[] = [];
  const { info: cipherInfo, key: cipherKey, iv, ...mac } = known;
  const onWrite = (bytes: Buffer) => void pieces.push(Buffer.from(bytes));
  const outbound = { seqno, onWrite, cipherInfo, cipherKey, cipherIV: Buffer.from(iv), ...mac };
  const cipher = library.createCipher({ outbound });
  for (const payload of payloads) {
    const packet = cipher.allocPacket(payload.length);
    packet.set(payload, 5);
    cipher.encrypt(packet);
    packets.push(Buffer.concat(pieces));
    pieces = [];
  }
  return packets;
}

function receiver(known: Secrets, onPayload: Taker, seqno = 0): PacketDecipher {
  const { info: decipherInfo, key: decipherKey, iv: decipherIV, ...mac } = known;
  const inbound = { seqno, onPayload, decipherInfo, decipherKey, decipherIV, ...mac };
  return library.createDecipher({ inbound } as never) as PacketDecipher;
}

/** Hands over a stream cut at these places, in pieces that follow each other in memory or each in memory of its own. */
function feed(decipher: PacketDecipher, stream: Buffer, cuts: readonly number[], apart: boolean): void {
  const places = [...new Set([...cuts.map((cut) => cut % stream.length), stream.length])].sort(
    (a, b) => a - b,
  );
  let from = 0;
  for (const to of places) {
    const piece = apart ? Buffer.from(stream.subarray(from, to)) : stream.subarray(from, to);
    // As ssh2 does: what comes back is where to go on.
    for (let at: number | undefined = 0; at !== undefined && at < piece.length; ) {
      at = decipher.decrypt(piece, at, piece.length);
    }
    from = to;
  }
}

const ways = [
  ...GCM.map((cipher) => [cipher, MACS[0]]),
  ...CTR.flatMap((cipher) => MACS.map((mac) => [cipher, mac])),
  [CHACHA, MACS[0]],
] as [string, string][];

describe('Deciphered streams', () => {
  before(() => library.init);

  const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 700 }), { minLength: 1, maxLength: 6 });
  const cuts = fc.array(fc.nat(), { maxLength: 12 });
  // Around the end of the numbers of packets, too.
  const start = fc.constantFrom(0, 7, 2 ** 32 - 2);

  for (const [cipher, mac] of ways) {
    it(`of ${cipher} with ${mac} bring the payloads, however they are cut`, () => {
      fc.assert(
        fc.property(payloads, cuts, fc.boolean(), start, (wanted, places, apart, seqno) => {
          const known = secrets(cipher, mac);
          const stream = Buffer.concat(
            sent(
              known,
              wanted.map((one) => Buffer.from(one)),
              seqno,
            ),
          );
          const got: Buffer[] = [];
          const take: Taker = (payload) => {
            got.push(Buffer.from(payload));
            return got.length % 2 === 0 ? false : undefined;
          };
          feed(receiver(known, take, seqno), stream, places, apart);
          assert.deepEqual(
            got,
            wanted.map((one) => Buffer.from(one)),
          );
        }),
        { numRuns: 25, seed: 16 },
      );
    });

    it(`of ${cipher} with ${mac} end at the first packet in which anything was changed`, () => {
      const change = fc.record({ packet: fc.nat(2), at: fc.nat(), bit: fc.nat(7) });
      fc.assert(
        fc.property(change, cuts, fc.boolean(), ({ packet, at, bit }, places, apart) => {
          const known = secrets(cipher, mac);
          const wanted = [randomBytes(40), randomBytes(600), randomBytes(64)];
          const packets = sent(known, wanted);
          const hit = packets[packet] as Buffer;
          hit[at % hit.length] = (hit[at % hit.length] ?? 0) ^ (1 << bit);
          const got: Buffer[] = [];
          const decipher = receiver(known, (payload) => {
            got.push(Buffer.from(payload));
            return undefined;
          });
          // A changed length may ask for more than comes; more comes, as it would.
          const stream = Buffer.concat([...packets, randomBytes(40_000)]);
          assert.throws(() => feed(decipher, stream, places, apart));
          assert.deepEqual(got, wanted.slice(0, packet));
        }),
        { numRuns: 25, seed: 17 },
      );
    });
  }

  it('are refused when a packet says that it is longer than any may be', () => {
    for (const [cipher, mac] of [
      [GCM[0], MACS[0]],
      [CTR[0], MACS[0]],
    ] as const) {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(35_024 - (35_024 % 16));
      assert.throws(() => receiver(secrets(cipher, mac), () => undefined).decrypt(head, 0, 4), /length/);
    }
  });

  it('are refused when there is more padding than packet, though it is authentic', () => {
    const known = secrets(GCM[0], MACS[0]);
    const { info: cipherInfo, key: cipherKey, iv } = known;
    const pieces: Buffer[] = [];
    const onWrite = (bytes: Buffer) => void pieces.push(Buffer.from(bytes));
    const cipher = library.createCipher({
      outbound: { seqno: 0, onWrite, cipherInfo, cipherKey, cipherIV: Buffer.from(iv) },
    });
    const packet = cipher.allocPacket(8);
    packet[4] = 200;
    cipher.encrypt(packet);
    const stream = Buffer.concat(pieces);
    const decipher = receiver(known, () => assert.fail('passed on'));
    assert.throws(() => decipher.decrypt(stream, 0, stream.length), /padding/);
  });
});

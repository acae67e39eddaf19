/**
 * Bends what ssh2's server says around a login and does not let one choose: there are servers, older ones and
 * those of other makers, that say less. Reaches into ssh2, whose version is pinned; tests notice if it changes.
 */
import type { Connection, ParsedKey } from 'ssh2';
import { ssh2 } from '../lib/ssh/library.ts';
import { string, u32 } from './sftp/wire.ts';

export interface HandshakeFault {
  /** The server knows nothing of strict key exchange, the answer to CVE-2023-48795 (Terrapin). */
  withoutStrictKex?: true;
  /** The signatures the server says it takes (server-sig-algs, RFC 8308); 'unsaid' says nothing at all. */
  signatures?: readonly string[] | 'unsaid';
}

interface NameList {
  array: string[];
}
interface Offer {
  lists: { kex: NameList; serverHostKey: NameList; cs: Direction; sc: Direction };
  constructor: new (offer: Record<string, unknown>) => Offer;
}
type Direction = Record<'cipher' | 'mac' | 'compress' | 'lang', NameList>;

/** The parts of ssh2's protocol that are bent. */
interface Protocol {
  _hostKeys: Record<string, unknown>;
  _offer: Offer;
  _strictMode: boolean | undefined;
  _kex: { remoteExtInfoEnabled: boolean };
  _onHandshakeComplete: (...args: unknown[]) => void;
  _cipher: { encrypt(packet: Buffer): void };
  _packetRW: {
    write: { allocStart: number; alloc(size: number): Buffer; finalize(packet: Buffer): Buffer };
  };
}

const DISCONNECT = 1;
const EXT_INFO = 7;

/** SSH_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE (RFC 4253, 11.1). */
const BY_SERVER = 14;

/** To be called when the client's greeting has come: before the server says what it offers. */
export function bendHandshake(connection: Connection, fault: HandshakeFault): void {
  const protocol = (connection as unknown as { _protocol: Protocol })._protocol;
  if (fault.withoutStrictKex) {
    protocol._offer = withoutStrictKex(protocol._offer);
    protocol._strictMode = false;
  }
  if (fault.signatures !== undefined) sayInstead(protocol, fault.signatures);
}

function withoutStrictKex(offer: Offer): Offer {
  const { kex, serverHostKey, cs, sc } = offer.lists;
  const names = (of: Direction) => ({
    cipher: of.cipher.array,
    mac: of.mac.array,
    compress: of.compress.array,
    lang: [],
  });
  return new offer.constructor({
    kex: kex.array.filter((name) => !name.startsWith('kex-strict')),
    serverHostKey: serverHostKey.array,
    cs: names(cs),
    sc: names(sc),
  });
}

/** Says these signatures, or nothing, where ssh2 would say its own. */
function sayInstead(protocol: Protocol, signatures: readonly string[] | 'unsaid'): void {
  const complete = protocol._onHandshakeComplete;
  let first = true;
  protocol._onHandshakeComplete = (...args) => {
    protocol._kex.remoteExtInfoEnabled = false;
    if (first && signatures !== 'unsaid') say(protocol, extensionInfo(signatures));
    first = false;
    complete(...args);
  };
}

/**
 * From the next key exchange on the server signs with another host key of this type.
 * @param shown the key it shows meanwhile; the same when left out
 */
export function changeHostKey(connection: Connection, signing: string, shown = signing): void {
  const protocol = (connection as unknown as { _protocol: Protocol })._protocol;
  const [key, open] = [parsed(signing), parsed(shown)];
  const mixed = Object.assign(Object.create(key), { getPublicSSH: () => open.getPublicSSH() });
  protocol._hostKeys = { ...protocol._hostKeys, [key.type]: mixed };
}

function parsed(privateKey: string): ParsedKey {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return key;
}

/** Ends a connection with a message of any text; ssh2 would send a number only. */
export function disconnectWith(connection: Connection, text: string): void {
  const protocol = (connection as unknown as { _protocol: Protocol })._protocol;
  say(
    protocol,
    Buffer.concat([Buffer.from([DISCONNECT]), u32(BY_SERVER), string(Buffer.from(text)), u32(0)]),
  );
  connection.end();
}

function say({ _packetRW, _cipher }: Protocol, payload: Buffer): void {
  const packet = _packetRW.write.alloc(payload.length);
  packet.set(payload, _packetRW.write.allocStart);
  _cipher.encrypt(_packetRW.write.finalize(packet));
}

function extensionInfo(signatures: readonly string[]): Buffer {
  const said = [string(Buffer.from('server-sig-algs')), string(Buffer.from(signatures.join(',')))];
  return Buffer.concat([Buffer.from([EXT_INFO]), u32(1), ...said]);
}

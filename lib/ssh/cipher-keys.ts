/**
 * The keys of a connection's ciphers, prepared once. ssh2 1.17 hands the raw key to Node.js for every packet of
 * AES-GCM, and Node.js prepares it anew each time, which costs a sixth of a transfer. A KeyObject is taken as it is.
 */
import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Client } from 'ssh2';

/** Where ssh2 keeps the keys of AES-GCM; not in its typings. */
interface Ciphers {
  _protocol: {
    _cipher: { _encKey?: Buffer | KeyObject };
    _decipher: { _decipherKey?: Buffer | KeyObject };
  };
}

/** Prepares the keys of each key exchange of a connection. To be called before connecting. */
export function prepareCipherKeys(client: Client): void {
  client.on('handshake', () => {
    const { _cipher: cipher, _decipher: decipher } = (client as unknown as Ciphers)._protocol;
    if (Buffer.isBuffer(cipher._encKey)) cipher._encKey = createSecretKey(cipher._encKey);
    if (Buffer.isBuffer(decipher._decipherKey))
      decipher._decipherKey = createSecretKey(decipher._decipherKey);
  });
}

/**
 * Lists a flat folder and gets each file by itself with the method named; exit 1 when anything failed. Only the
 * last part of a name is used on the disk.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ConnectConfig } from 'ssh2';
import SftpClient from 'ssh2-sftp-client';
import type { Errand } from './peer.ts';

const [method = 'get', words = ''] = process.argv.slice(2);
const { host, port, user, keyFile, fingerprint, folder, to }: Errand = JSON.parse(words);

/** The part of the library that is used here. */
interface Library {
  connect(config: ConnectConfig): Promise<unknown>;
  list(folder: string): Promise<{ name: string; type: string }[]>;
  get(remote: string, local: string): Promise<unknown>;
  fastGet(remote: string, local: string): Promise<unknown>;
}

const sftp = new SftpClient('faults') as unknown as Library;
await sftp.connect({
  host,
  port,
  username: user,
  privateKey: await readFile(keyFile),
  hostHash: 'sha256',
  hostVerifier: (hash: string) =>
    fingerprint
      .split(',')
      .includes(`SHA256:${Buffer.from(hash, 'hex').toString('base64').replace(/=+$/, '')}`),
  readyTimeout: 5_000,
  keepaliveInterval: 5_000,
  keepaliveCountMax: 3,
});
let failed = 0;
for (const { name, type } of await sftp.list(folder)) {
  const local = path.join(to, path.basename(name) || 'nameless');
  try {
    if (type !== '-') throw new Error(`${name} is no file`);
    if (method === 'fastGet') await sftp.fastGet(`${folder}/${name}`, local);
    else await sftp.get(`${folder}/${name}`, local);
  } catch (error) {
    failed++;
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  }
}
process.exit(failed === 0 ? 0 : 1);

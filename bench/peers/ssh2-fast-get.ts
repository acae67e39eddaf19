/** The measured program: lists one flat folder and gets its files with fastGet. Told the errand as JSON. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Client, ConnectConfig } from 'ssh2';
import SftpClient from 'ssh2-sftp-client';
import { quickCipher } from './openssh.ts';
import type { Errand } from './peer.ts';

const FILES_AT_ONCE = 64;
const { host, port, user, keyFile, folder, to }: Errand = JSON.parse(process.argv[2] ?? '');

/** The part of the library that is used here. */
interface Library {
  client: Client & { setNoDelay(on: boolean): void };
  connect(config: ConnectConfig): Promise<unknown>;
  list(folder: string): Promise<{ name: string }[]>;
  fastGet(
    remote: string,
    local: string,
    options: { concurrency: number; chunkSize: number },
  ): Promise<string>;
  end(): Promise<unknown>;
}

const sftp = new SftpClient('bench') as unknown as Library;
await sftp.connect({
  host,
  port,
  username: user,
  privateKey: await readFile(keyFile),
  algorithms: { cipher: [quickCipher] } as ConnectConfig['algorithms'],
});
sftp.client.setNoDelay(true);
const queue = await sftp.list(folder);
const worker = async () => {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    await sftp.fastGet(`${folder}/${file.name}`, path.join(to, file.name), {
      concurrency: 16,
      chunkSize: 255 * 1024,
    });
  }
};
await Promise.all(Array.from({ length: FILES_AT_ONCE }, worker));
await sftp.end();

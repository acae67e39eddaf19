/** rclone's SFTP server: the SSH and SFTP stacks of Go. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { countIn, HOST, launch, type ServerKind } from './server.ts';

const RCLONE = '/usr/bin/rclone';
const USER = 'reports';

export const rclone: ServerKind = {
  name: 'rclone serve sftp',
  packages: ['rclone'],
  files: [RCLONE],
  start: (root) =>
    launch(async (bench) => {
      const file = (part: string) => path.join(bench.folder, part);
      await writeFile(file('authorized_keys'), `${bench.userKey.publicKey}\n`);
      await writeFile(file('rclone.conf'), '');
      return {
        command: RCLONE,
        args: [
          'serve',
          'sftp',
          root,
          '--config',
          file('rclone.conf'),
          '--addr',
          `${HOST}:${bench.port}`,
          '--key',
          bench.hostKeyFile,
          '--authorized-keys',
          file('authorized_keys'),
          '--user',
          USER,
          '--read-only',
          '--no-checksum',
          '-vv',
        ],
        user: USER,
        base: '',
      };
    }),
  refusals: (log) => countIn(log, /Public key login attempt/),
};

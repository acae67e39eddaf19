/** ssh2-sftp-client's fastGet, several files at once, Nagle's algorithm off. */
import { fileURLToPath } from 'node:url';
import type { Peer } from './peer.ts';

export const ssh2SftpClient: Peer = {
  id: 'ssh2-sftp-client',
  name: 'ssh2-sftp-client fastGet, tuned',
  settings: 'AES-128-GCM, 64 files at once, 16 requests of 255 KiB in flight for each, `setNoDelay`',
  oneLogin: true,
  program: process.execPath,
  order: (errand) => ({
    command: process.execPath,
    args: [
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(new URL('./ssh2-fast-get.ts', import.meta.url)),
      JSON.stringify(errand),
    ],
    arrived: errand.to,
  }),
};

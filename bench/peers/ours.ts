/** `rap fetch` as it comes: every file hashed, synced and looked at again. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Peer } from './peer.ts';

const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));

export const ours: Peer = {
  id: 'ours',
  name: 'rap fetch',
  settings: 'none; hashes and syncs every file',
  oneLogin: true,
  program: rap,
  order({ host, port, user, keyFile, fingerprint, folder, to }) {
    return {
      command: rap,
      args: [
        'fetch',
        ...['--host', host, '--port', `${port}`, '--user', user, '--key', keyFile],
        ...['--host-key', fingerprint, '--from', folder, '--to', to, '--json'],
      ],
      // The Node.js that runs the benchmark, as an installed package would find it.
      env: { PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` },
      arrived: path.join(to, folder),
    };
  },
};

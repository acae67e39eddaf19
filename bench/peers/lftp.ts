/** lftp's mirror with many files and many requests at once. */

import { quickCipher } from './openssh.ts';
import type { Peer } from './peer.ts';

export const lftp: Peer = {
  id: 'lftp',
  name: 'lftp mirror, tuned',
  settings:
    'AES-128-GCM, 16 files at once, a single file in 4 pieces at once, 64 requests of 255 KiB in flight; up to 16 logins',
  oneLogin: false,
  program: '/usr/bin/lftp',
  debian: 'lftp',
  order({ host, port, user, keyFile, knownHostsFile, folder, files, to }) {
    const ssh = `ssh -a -x -F none -i ${keyFile} -o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile=${knownHostsFile} -o KexAlgorithms=curve25519-sha256 -c ${quickCipher}`;
    const script = [
      'set cmd:fail-exit yes',
      `set sftp:connect-program "${ssh}"`,
      'set sftp:max-packets-in-flight 64',
      'set sftp:size-read 261120',
      'set net:max-retries 1',
      'set mirror:set-permissions no',
      `open -p ${port} sftp://${user}:@${host}`,
      `mirror --parallel=16 ${files === 1 ? '--use-pget-n=4' : ''} ${folder} ${to}`,
    ];
    return { command: '/usr/bin/lftp', args: ['--norc', '-c', script.join('; ')], arrived: to };
  },
};

/** OpenSSH's own clients, as they come and at their best. */
import path from 'node:path';
import type { Errand, Peer } from './peer.ts';

/** The cipher that costs least on processors with AES instructions, and the plainest key exchange. */
export const quickCipher = 'aes128-gcm@openssh.com';
const quick = ['-c', quickCipher, '-o', 'KexAlgorithms=curve25519-sha256'];

function trust({ keyFile, knownHostsFile }: Errand): string[] {
  const settings = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${knownHostsFile}`,
  ];
  return ['-F', 'none', '-i', keyFile, ...settings.flatMap((setting) => ['-o', setting])];
}

function client(id: string, name: string, settings: string, program: string, words: readonly string[]): Peer {
  return {
    id,
    name,
    settings,
    oneLogin: true,
    program,
    debian: 'openssh-client',
    order: (errand) => ({
      command: program,
      args: [
        '-q',
        '-r',
        ...trust(errand),
        ...['-P', `${errand.port}`],
        ...words,
        `${errand.user}@${errand.host}:${errand.folder}`,
        errand.to,
      ],
      arrived: path.join(errand.to, path.basename(errand.folder)),
    }),
  };
}

export const sftp = client('sftp', 'OpenSSH sftp, as it comes', 'none', '/usr/bin/sftp', []);

/** For any server: it announces no limits, or has no AES-GCM. */
export const sftpQuick = client(
  'sftp-quick',
  'OpenSSH sftp, quick ciphers first',
  'AES-128-GCM before AES-128-CTR, `-R 256`',
  '/usr/bin/sftp',
  ['-o', `Ciphers=${quickCipher},aes128-ctr`, '-R', '256'],
);

export const sftpTuned = client(
  'sftp-tuned',
  'OpenSSH sftp, tuned',
  'AES-128-GCM, Curve25519, `-R 256 -B 261120`',
  '/usr/bin/sftp',
  [...quick, '-R', '256', '-B', '261120'],
);

export const scp = client(
  'scp',
  'OpenSSH scp, tuned',
  'AES-128-GCM, Curve25519, `-X nrequests=256 -X buffer=261120`',
  '/usr/bin/scp',
  [...quick, '-X', 'nrequests=256', '-X', 'buffer=261120'],
);

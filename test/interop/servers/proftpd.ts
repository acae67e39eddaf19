/** ProFTPD with mod_sftp: an SSH stack of its own. */
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { countIn, HOST, launch, type ServerKind } from './server.ts';

const PROFTPD = '/usr/sbin/proftpd';
const MODULES = '/usr/lib/proftpd';
const USER = 'reports';

/** The public key in the only form mod_sftp reads (RFC 4716). */
function rfc4716(publicKey: string): string {
  const body = (publicKey.split(' ')[1] ?? '').match(/.{1,64}/g) ?? [];
  return ['---- BEGIN SSH2 PUBLIC KEY ----', ...body, '---- END SSH2 PUBLIC KEY ----', ''].join('\n');
}

export const proftpd: ServerKind = {
  name: 'ProFTPD mod_sftp',
  packages: ['proftpd-core', 'proftpd-mod-crypto'],
  files: [PROFTPD, `${MODULES}/mod_sftp.so`],
  start: (root) =>
    launch(async (bench) => {
      const file = (part: string) => path.join(bench.folder, part);
      const { uid, gid } = userInfo();
      await writeFile(file('passwd'), `${USER}:*:${uid}:${gid}::${root}:/bin/sh\n`, { mode: 0o600 });
      await writeFile(file('group'), `${USER}:*:${gid}:\n`, { mode: 0o600 });
      await writeFile(file('authorized_keys'), rfc4716(bench.userKey.publicKey));
      const config = [
        `ModulePath ${MODULES}`,
        'LoadModule mod_sftp.c',
        'ServerType standalone',
        'ServerName interop',
        `DefaultAddress ${HOST}`,
        `Port ${bench.port}`,
        'UseIPv6 off',
        'UseReverseDNS off',
        'RootLogin on',
        'RequireValidShell off',
        'WtmpLog off',
        `AuthUserFile ${file('passwd')}`,
        `AuthGroupFile ${file('group')}`,
        'AuthOrder mod_auth_file.c',
        `ScoreboardFile ${file('scoreboard')}`,
        `PidFile ${file('pid')}`,
        'DelayEngine off',
        'SFTPEngine on',
        `SFTPLog ${file('sftp.log')}`,
        `SFTPHostKey ${bench.hostKeyFile}`,
        `SFTPAuthorizedUserKeys file:${file('authorized_keys')}`,
        'SFTPAuthMethods publickey',
        'MaxLoginAttempts 1',
        `DefaultRoot ${root}`,
      ];
      await writeFile(file('proftpd.conf'), `${config.join('\n')}\n`);
      return {
        command: PROFTPD,
        args: ['-n', '-c', file('proftpd.conf')],
        user: USER,
        base: '',
        logFile: file('sftp.log'),
      };
    }),
  // It says yes to the question whether a key would do, whatever the key; the signed request is the attempt.
  refusals: (log) => countIn(log, /sending userauth failure/),
};

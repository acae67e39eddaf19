/** OpenSSH's sshd with its built-in SFTP server, run in the foreground with a configuration of its own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { countIn, HOST, launch, type ServerKind } from './server.ts';

const SSHD = '/usr/sbin/sshd';

/**
 * @param name what the variant is called
 * @param settings lines of sshd_config that make the variant
 */
export function openSsh(
  name: string,
  settings: readonly string[],
  more: Partial<ServerKind> = {},
): ServerKind {
  return {
    name,
    packages: ['openssh-server'],
    files: [SSHD],
    start: (root) =>
      launch(async (bench) => {
        const file = (part: string) => path.join(bench.folder, part);
        await writeFile(file('authorized_keys'), `${bench.userKey.publicKey}\n`, { mode: 0o600 });
        const config = [
          // OpenSSH takes the first value it meets, so the variant's come first.
          ...settings,
          `Port ${bench.port}`,
          `ListenAddress ${HOST}`,
          `HostKey ${bench.hostKeyFile}`,
          `AuthorizedKeysFile ${file('authorized_keys')}`,
          'PidFile none',
          'StrictModes no',
          'UsePAM no',
          'UseDNS no',
          'PasswordAuthentication no',
          'KbdInteractiveAuthentication no',
          'PermitRootLogin yes',
          'PrintMotd no',
          'MaxStartups 100',
          'LogLevel DEBUG1',
          'Subsystem sftp internal-sftp',
        ];
        await writeFile(file('sshd_config'), `${config.join('\n')}\n`);
        // Without an init system nobody has made the folder its unprivileged half is locked into.
        if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
        return {
          command: SSHD,
          args: ['-D', '-e', '-f', file('sshd_config')],
          user: userInfo().username,
          base: root,
        };
      }),
    refusals: (log) => countIn(log, /userauth-request for user/),
    ...more,
  };
}

const ordinary = 'MaxAuthTries 1';

/** The variants of the interop tests. */
export const openSshKinds: readonly ServerKind[] = [
  openSsh('OpenSSH', [ordinary]),
  openSsh('OpenSSH, RekeyLimit 64K', [ordinary, 'RekeyLimit 64K'], { rekeys: true }),
  openSsh('OpenSSH, MaxSessions 1', [ordinary, 'MaxSessions 1']),
];

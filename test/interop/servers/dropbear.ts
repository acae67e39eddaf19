/** Dropbear, which hands SFTP to OpenSSH's separate sftp-server. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { HOST, launch, type ServerKind } from './server.ts';

const DROPBEAR = '/usr/sbin/dropbear';
const CONVERT = '/usr/bin/dropbearconvert';
const SFTP_SERVER = '/usr/lib/sftp-server';
/** Dropbear knows users only from the system; this gives it a system's user list of our own. */
const USER_LIST = '/usr/lib/x86_64-linux-gnu/libnss_wrapper.so';
const USER = 'reports';

export const dropbear: ServerKind = {
  name: 'Dropbear with sftp-server',
  packages: ['dropbear-bin', 'openssh-sftp-server', 'libnss-wrapper'],
  files: [DROPBEAR, CONVERT, SFTP_SERVER, USER_LIST],
  start: (root) =>
    launch(async (bench) => {
      const file = (part: string) => path.join(bench.folder, part);
      const { uid, gid } = userInfo();
      await mkdir(file('home/.ssh'), { recursive: true, mode: 0o700 });
      await writeFile(file('home/.ssh/authorized_keys'), `${bench.userKey.publicKey}\n`, { mode: 0o600 });
      await writeFile(file('passwd'), `${USER}:x:${uid}:${gid}::${file('home')}:/bin/sh\n`);
      await writeFile(file('group'), `${USER}:x:${gid}:\n`);
      await promisify(execFile)(CONVERT, ['openssh', 'dropbear', bench.hostKeyFile, file('dropbear_key')]);
      return {
        command: DROPBEAR,
        args: [
          '-F',
          '-E',
          '-s',
          '-r',
          file('dropbear_key'),
          '-p',
          `${HOST}:${bench.port}`,
          '-P',
          file('pid'),
        ],
        env: {
          ...process.env,
          LD_PRELOAD: USER_LIST,
          NSS_WRAPPER_PASSWD: file('passwd'),
          NSS_WRAPPER_GROUP: file('group'),
        },
        user: USER,
        base: root,
      };
    }),
};

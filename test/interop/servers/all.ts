/** Every server of the interop tests. */
import { dropbear } from './dropbear.ts';
import { openSshKinds } from './openssh.ts';
import { proftpd } from './proftpd.ts';
import { asyncssh, asyncsshRekeying, conch, paramiko } from './python.ts';
import { rclone } from './rclone.ts';
import type { ServerKind } from './server.ts';

/** OpenSSH has to be there; the others are used where they are. */
export const otherKinds: readonly ServerKind[] = [
  proftpd,
  dropbear,
  rclone,
  asyncssh,
  asyncsshRekeying,
  paramiko,
  conch,
];

export const allKinds: readonly ServerKind[] = [...openSshKinds, ...otherKinds];

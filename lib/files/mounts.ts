/** Linux's table of what is mounted where: /proc/self/mountinfo, see proc_pid_mountinfo(5). */
import fs from 'node:fs/promises';
import path from 'node:path';

/** A place in a file system, under whatever names that is mounted. */
export interface MountedPlace {
  /** Numbers of the device, "8:1". */
  device: string;
  /** The path in that file system, "/srv/rap" also where /srv/rap is mounted as /mnt/x. */
  inside: string;
}

/** The table of this machine; '' where there is none. */
export function mountTable(): Promise<string> {
  return process.platform === 'linux'
    ? fs.readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
    : Promise.resolve('');
}

/**
 * Where a folder lies in its file system.
 * @param folder absolute, without links
 * @param table "36 35 8:1 /srv /mnt rw,relatime - ext4 /dev/sda1 rw", a line for each mount, the later above the earlier
 * @returns undefined when nothing is known of it
 */
export function mountedPlace(folder: string, table: string): MountedPlace | undefined {
  let found: Mount | undefined;
  for (const mount of mountsOf(table)) {
    if (!contains(mount.point, folder)) continue;
    if (found === undefined || mount.point.length >= found.point.length) found = mount;
  }
  if (found === undefined) return undefined;
  return {
    device: found.device,
    inside: path.posix.join(found.root, path.posix.relative(found.point, folder)),
  };
}

const contains = (above: string, folder: string) =>
  above === '/' || folder === above || (folder.startsWith(above) && folder[above.length] === '/');

interface Mount {
  device: string;
  root: string;
  point: string;
}

/** The table changes seldom and is asked for each report and share. */
let last: { table: string; mounts: Mount[] } = { table: '', mounts: [] };

function mountsOf(table: string): Mount[] {
  if (table !== last.table) {
    const fields = table.split('\n').map((line) => line.split(' ').map(unescaped));
    const mounts = fields.flatMap(([, , device = '', root = '', point]) =>
      point === undefined ? [] : [{ device, root, point }],
    );
    last = { table, mounts };
  }
  return last.mounts;
}

/** Blanks and the like are written as three octal digits. */
function unescaped(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_whole, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** What the kernel shows as files and keeps on no disk (statfs types of Linux, magic.h). */
const KERNEL: ReadonlyMap<number, string> = new Map([
  [0x9fa0, 'proc'],
  [0x62656572, 'sysfs'],
  [0x27e0eb, 'cgroup'],
  [0x63677270, 'cgroup2'],
  [0x64626720, 'debugfs'],
  [0x74726163, 'tracefs'],
  [0x73636673, 'securityfs'],
  [0x62656570, 'configfs'],
  [0x1cd1, 'devpts'],
  [0xcafe4a11, 'bpf'],
  [0x6165676c, 'pstore'],
  [0x19800202, 'mqueue'],
  [0x42494e4d, 'binfmt_misc'],
  [0xde5e81e4, 'efivarfs'],
]);

/** The name of such a file system, or undefined. */
export function kernelFileSystem({ type }: { type: number }): string | undefined {
  return process.platform === 'linux' ? KERNEL.get(type >>> 0) : undefined;
}

/** Which folders lie on a drive that is reached over a network: SQLite's locks and its shared memory do not hold there. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { shortForm } from './same-place.ts';

/** File systems of networks and clusters (statfs types of Linux). */
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x00c36400, 'Ceph'],
  [0x01021997, '9P'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x7461636f, 'OCFS2'],
  [0x01161970, 'GFS2'],
]);

/** One number for everything a program mounts: sshfs, smbnetfs and rclone, but also disks of this machine. */
const FUSE = 0x65735546;

/** What a program mounts that lies on a disk of this machine. Whatever is not known counts as a network. */
const LOCAL_FUSE: ReadonlySet<string> = new Set([
  'fuseblk',
  'fuse.fuse-overlayfs',
  'fuse.mergerfs',
  'fuse.bindfs',
  'fuse.gocryptfs',
  'fuse.encfs',
]);

/**
 * @param file need not be there; its folder must. Links are followed.
 * @returns the kind of network drive it lies on, '' where that has no name, undefined on a local disk
 */
export async function networkDriveOf(file: string): Promise<string | undefined> {
  if (process.platform === 'win32') return (await isRemote(file)) ? '' : undefined;
  if (process.platform !== 'linux') return undefined;
  const folder = path.dirname(await target(file));
  const type = (await fs.statfs(folder)).type >>> 0;
  if (type !== FUSE) return NETWORK.get(type);
  const { dev } = await fs.stat(folder, { bigint: true });
  const kind = mountedAs(await fs.readFile('/proc/self/mountinfo', 'utf8').catch(() => ''), dev);
  if (LOCAL_FUSE.has(kind)) return undefined;
  return kind.startsWith('fuse.') ? kind.slice('fuse.'.length) : 'FUSE';
}

/** On Windows: is it named by a server, or is its drive a mapped one, which really is the folder of a server? */
async function isRemote(file: string): Promise<boolean> {
  const whole = path.resolve(file);
  const real = await fs.realpath(path.dirname(whole)).catch(() => whole);
  return [whole, real].some((place) => /^[\\/]{2}/.test(shortForm(place)));
}

/** Where a file lies, or will lie: a link may lead to one that is still to be made. */
async function target(file: string): Promise<string> {
  const link = await fs.readlink(file).catch(() => undefined);
  return link === undefined ? file : path.resolve(path.dirname(file), link);
}

/**
 * The kind of file system of a device, '' when it is not mounted.
 * @param mounts /proc/self/mountinfo: "36 35 0:52 / /mnt rw - fuse.sshfs host:/ rw" (proc_pid_mountinfo(5))
 */
export function mountedAs(mounts: string, device: bigint): string {
  // How Linux puts the two numbers of a device into one (makedev(3)).
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn);
  for (const line of mounts.split('\n')) {
    const [left = '', right = ''] = line.split(' - ');
    if (left.split(' ')[2] === `${major}:${minor}`) return right.split(' ')[0] ?? '';
  }
  return '';
}

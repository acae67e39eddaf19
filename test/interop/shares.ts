/** Real network shares on this machine: a server on loopback, and a client that mounts it as a folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Trial } from '../../lib/files/trial.ts';
import { newKey, writeKey } from '../../simulator/keys.ts';
import { freePort } from '../support/free-port.ts';

/** A mounted share whose server can be killed. */
export interface NetworkShare {
  /** Where it is mounted. */
  folder: string;
  /** The same files on the server's own disk. */
  served: string;
  /** Ends the server at once, in the middle of whatever it does. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** From now on the server, or the client that mounts it, answers nothing; it does not even say no. */
  freeze(who: 'server' | 'client'): void;
  readonly isFrozen: boolean;
  /** What was frozen goes on where it stood. */
  thaw(): void;
  stop(): Promise<void>;
}

export interface ShareKind {
  name: string;
  packages: readonly string[];
  files: readonly string[];
  /** What we found that it can do. */
  abilities: Trial;
  start(work: string): Promise<NetworkShare>;
}

/** Why no network share can be mounted here, or undefined. */
export function whyNoMounts(): string | undefined {
  if (process.platform !== 'linux') return 'they need Linux';
  if (process.getuid?.() !== 0) return 'mounting needs root';
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
  } catch {
    return 'this machine has no usable /dev/fuse';
  }
  return undefined;
}

/** How a server and its client are run. */
interface Plan {
  served: string;
  /** Below the mount, where the served folder is found. */
  inside: string;
  host: string;
  port: number;
  server: readonly [string, ...string[]];
  client: (mount: string) => readonly [string, ...string[]];
  env?: NodeJS.ProcessEnv;
}

const SMBD = '/usr/sbin/smbd';
const SMBNETFS = '/usr/bin/smbnetfs';

/** Samba, mounted by smbnetfs. SMB has one port, so each test takes a loopback address of its own. */
export const smb: ShareKind = {
  name: 'SMB (Samba, mounted by smbnetfs)',
  packages: ['samba', 'smbnetfs', 'fuse3'],
  files: [SMBD, SMBNETFS],
  abilities: { hardLinks: false, folderSync: true, caseSensitive: false, renameReplaces: true },
  start: (work) =>
    launch(work, async (served) => {
      const [state, home] = [path.join(work, 'state'), path.join(work, 'home')];
      await mkdir(path.join(home, '.smb'), { recursive: true });
      await mkdir(state);
      // A process has one Samba at a time, and no two processes have one id.
      const host = `127.${[process.pid >> 14, process.pid >> 7, process.pid].map((bits) => 1 + (bits & 127)).join('.')}`;
      const folders = ['pid', 'lock', 'state', 'cache'].map((use) => `${use} directory = ${state}`);
      const config = [
        '[global]',
        'server role = standalone server',
        `interfaces = ${host}/8`,
        'bind interfaces only = yes',
        'smb ports = 445',
        ...folders,
        `private dir = ${state}`,
        `ncalrpc dir = ${path.join(state, 'ncalrpc')}`,
        `passdb backend = smbpasswd:${path.join(state, 'smbpasswd')}`,
        'map to guest = Bad User',
        'guest account = root',
        'load printers = no',
        'printcap name = /dev/null',
        'disable spoolss = yes',
        'disable netbios = yes',
        '[reports]',
        `path = ${served}`,
        'guest ok = yes',
        'read only = no',
        'force user = root',
      ];
      await writeFile(path.join(work, 'smb.conf'), `${config.join('\n')}\n`);
      await writeFile(path.join(home, '.smb', 'smb.conf'), '[global]\nclient min protocol = SMB2\n');
      const settings = path.join(home, '.smb', 'smbnetfs.conf');
      await writeFile(settings, 'smb_timeout 5000\n', { mode: 0o600 });
      return {
        served,
        inside: `${host}/reports`,
        host,
        port: 445,
        server: [SMBD, '-F', '--no-process-group', '-s', path.join(work, 'smb.conf'), '-l', state],
        client: (mount) => [SMBNETFS, '-f', '-o', `config=${settings}`, mount],
        env: { ...process.env, HOME: home },
      };
    }),
};

const SSHD = '/usr/sbin/sshd';
const SSHFS = '/usr/bin/sshfs';

/** OpenSSH, mounted by sshfs. */
export const sftp: ShareKind = {
  name: 'SFTP (OpenSSH, mounted by sshfs)',
  packages: ['openssh-server', 'sshfs', 'fuse3'],
  files: [SSHD, SSHFS],
  abilities: { hardLinks: true, folderSync: true, caseSensitive: true, renameReplaces: true },
  start: (work) =>
    launch(work, async (served) => {
      const file = (name: string) => path.join(work, name);
      await writeKey(file('host_key'), newKey('host'));
      const user = await writeKey(file('user_key'), newKey('user'));
      await writeFile(file('authorized_keys'), `${user.publicKey}\n`, { mode: 0o600 });
      await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
      const port = await freePort();
      const config = [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${file('host_key')}`,
        `AuthorizedKeysFile ${file('authorized_keys')}`,
        'PidFile none',
        'StrictModes no',
        'UsePAM no',
        'PermitRootLogin yes',
        'Subsystem sftp internal-sftp',
      ];
      await writeFile(file('sshd_config'), `${config.join('\n')}\n`);
      const trust = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'];
      const login = [`port=${port}`, `IdentityFile=${file('user_key')}`, ...trust];
      return {
        served,
        inside: '',
        host: '127.0.0.1',
        port,
        server: [SSHD, '-D', '-f', file('sshd_config'), '-E', file('log')],
        client: (mount) => [
          SSHFS,
          '-f',
          '-o',
          [...login, 'reconnect'].join(','),
          `root@127.0.0.1:${served}`,
          mount,
        ],
      };
    }),
};

export const shareKinds: readonly ShareKind[] = [smb, sftp];

async function launch(work: string, describe: (served: string) => Promise<Plan>): Promise<NetworkShare> {
  const [served, mount] = [path.join(work, 'served'), path.join(work, 'mount')];
  await mkdir(served);
  await mkdir(mount);
  const plan = await describe(served);
  const run = ([command, ...args]: readonly [string, ...string[]]) =>
    spawn(command, args, { stdio: 'ignore', env: plan.env ?? process.env });
  let server: ChildProcess | undefined;
  let client: ChildProcess | undefined;
  const restart = async () => {
    server = run(plan.server);
    await listens(plan.host, plan.port);
  };
  const kill = () => killTree(server);
  let frozen: number[] = [];
  const freeze = (who: 'server' | 'client') => {
    const root = (who === 'server' ? server : client)?.pid;
    frozen = root === undefined ? [] : treeOf(root);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
  };
  const thaw = () => {
    for (const pid of frozen.splice(0)) process.kill(pid, 'SIGCONT');
  };
  const stop = async () => {
    thaw();
    await new Promise((resolve) =>
      spawn('fusermount3', ['-u', '-z', mount], { stdio: 'ignore' }).once('exit', resolve),
    );
    await killTree(client);
    await kill();
  };
  try {
    await restart();
    client = run(plan.client(mount));
    const folder = path.join(mount, plan.inside);
    await mounted(mount, folder);
    return {
      ...{ folder, served, kill, restart, freeze, thaw, stop },
      get isFrozen() {
        return frozen.length > 0;
      },
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function listens(host: string, port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, host, () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await pause(50);
  }
  throw new Error(`Nothing listens on ${host}:${port}`);
}

async function mounted(mount: string, folder: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (readFileSync('/proc/mounts', 'utf8').includes(` ${mount} `) && existsSync(folder)) return;
    await pause(50);
  }
  throw new Error(`${folder} was not mounted`);
}

/** A server and every process it started. Sessions of sshd leave its process group, so the tree is walked. */
async function killTree(root: ChildProcess | undefined): Promise<void> {
  if (root?.pid === undefined || root.exitCode !== null || root.signalCode !== null) return;
  const gone = new Promise((resolve) => root.once('exit', resolve));
  for (const pid of treeOf(root.pid)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }
  await gone;
}

function treeOf(root: number): number[] {
  let children = '';
  try {
    // Only of this tree: to look at a stranger that is stuck can make the onlooker stuck as well.
    children = readFileSync(`/proc/${root}/task/${root}/children`, 'utf8');
  } catch {
    // It has just ended.
  }
  return [root, ...children.split(' ').filter(Boolean).map(Number).flatMap(treeOf)];
}

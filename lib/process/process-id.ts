/**
 * Who holds a lease, as a name that no other process ever has: "host:pid:mark". Where the system says enough,
 * the mark tells when the process began and in which boot and namespace, so that another process on the same
 * machine can know that it is dead. Where anything is doubtful it counts as alive: then the lease runs out.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from '../errors/rap-error.ts';
import { isLetGo, lifeFile } from './life-file.ts';

interface ProcessId {
  host: string;
  pid: number;
  /** "<start>@<world>" on Linux, "<random>.file@<world>" on Windows, random elsewhere. */
  mark: string;
}

/** When a process began, in ticks since the boot; undefined where that cannot be read. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything; the start is the 20th field after it (proc_pid_stat(5), field 22).
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** The boot and the namespaces in which a process number means something: two containers differ. */
function machineNamespace(): string | undefined {
  // There one host has one table of processes, and a ledger lies on a disk of its own host.
  if (process.platform === 'win32') return createHash('sha256').update(hostname()).digest('hex').slice(0, 16);
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
    const spaces = ['pid', 'time'].map((space) => readlinkSync(`/proc/self/ns/${space}`));
    return createHash('sha256')
      .update([boot, ...spaces].join('\n'))
      .digest('hex')
      .slice(0, 16);
  } catch {
    return undefined;
  }
}

function markOf(pid: number): string | undefined {
  const here = machineNamespace();
  // When a process began cannot be read on Windows; there it has a file open, see life-file.ts.
  const start = process.platform === 'win32' && pid === process.pid ? ownStart : startOf(pid);
  return start === undefined || here === undefined ? undefined : `${start}@${here}`;
}

/** Names of earlier releases have no file. */
const WITH_FILE = '.file';
const ownStart = `${randomBytes(8).toString('hex')}${WITH_FILE}`;
let own: string | undefined;

/** The name of this process, the same for its whole life. */
export function ownProcessId(): string {
  own ??= `${hostname()}:${process.pid}:${markOf(process.pid) ?? randomBytes(8).toString('hex')}`;
  return own;
}

/** The file that says on Windows that a process lives; undefined for one that has none. */
export function lifeFileOf(name: string, ledger: string): string | undefined {
  const [start = ''] = parse(name)?.mark.split('@') ?? [];
  return start.endsWith(WITH_FILE) ? lifeFile(ledger, start.slice(0, -WITH_FILE.length)) : undefined;
}

function parse(name: string): ProcessId | undefined {
  const [, host = '', pid = '', mark = ''] = /^(.*):(\d+):([^:]*)$/.exec(name) ?? [];
  return pid === '' ? undefined : { host, pid: Number(pid), mark };
}

/**
 * Is the process of this name certainly gone? Only true for a process of this machine, this boot and this
 * namespace whose number is free, or belongs to one that began at another time.
 * @param ledger the file beside which its ledger is sealed (see sealedBeside)
 */
export function isProcessGone(name: string, ledger: string): boolean {
  const owner = parse(name);
  const here = machineNamespace();
  if (owner === undefined || here === undefined || !owner.mark.endsWith(`@${here}`)) return false;
  // A virtual machine that is a copy of this one, made while it ran, is in the same boot.
  if (owner.host !== hostname()) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (thrown) {
    return systemCode(thrown) === 'ESRCH';
  }
  const file = lifeFileOf(name, ledger);
  if (file !== undefined) return isLetGo(file);
  const mark = markOf(owner.pid);
  return mark !== undefined && mark !== owner.mark;
}

/** The name for people: 'process 4711 on host-1'. */
export function describeProcess(name: string): string {
  const owner = parse(name);
  return owner === undefined ? name : `process ${owner.pid} on ${owner.host}`;
}

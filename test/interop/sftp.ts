/** OpenSSH's own client on the same errand, for its wall time. */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestServer } from './servers/server.ts';

/** Seconds after which it is stopped: a key change for every 64 KiB takes it minutes. */
export const LONGEST = 30;

/**
 * Seconds that `sftp -r` takes to get a folder, start of the process included; undefined when it was stopped because it
 * took more than `LONGEST`.
 * @throws Error when it fails
 */
export async function sftpSeconds(
  server: TestServer,
  folder: string,
  to: string,
): Promise<number | undefined> {
  await mkdir(to, { recursive: true });
  const knownHosts = path.join(to, '.known_hosts');
  await writeFile(knownHosts, `${server.knownHosts}\n`);
  const args = [
    '-r',
    '-q',
    ...['-P', `${server.port}`, '-i', server.keyFile, '-F', 'none'],
    ...['-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes'],
    `${server.user}@${server.host}:${server.base}/${folder}`,
    to,
  ];
  const start = performance.now();
  const child = spawn('/usr/bin/sftp', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stopped = false;
  const timer = setTimeout(() => {
    stopped = true;
    child.kill();
  }, LONGEST * 1000);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearTimeout(timer));
  if (stopped) return undefined;
  if (status !== 0) throw new Error(`sftp -r ended with ${status}: ${stderr}`);
  return (performance.now() - start) / 1000;
}

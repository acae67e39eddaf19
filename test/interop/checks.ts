/**
 * What is asked of every server: each check fetches through the command line and proves one thing. A check
 * returns what is worth telling in a table.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type FetchRun, rapFetch } from './rap.ts';
import { HOST, type ServerKind, type TestServer } from './servers/server.ts';
import { LONGEST, sftpSeconds } from './sftp.ts';
import { contentsOf, strangeNames, unsafeNames } from './tree.ts';

export interface Context {
  kind: ServerKind;
  server: TestServer;
  /** What the server serves. */
  root: string;
  /** An existing folder in which the check may make one of its own. */
  work: string;
  /** Also measure `sftp -r` on what is timed. */
  beside?: boolean;
}

export interface Check {
  /** For the head of a column. */
  label: string;
  title: string;
  run(context: Context, to: string): Promise<string>;
}

/** Largest resident memory allowed, bytes. */
const MOST_MEMORY = 200 * 1000 * 1000;

const took = (run: FetchRun) => `${run.seconds.toFixed(1)} s`;

function succeeded(run: FetchRun): void {
  assert.equal(run.status, 0, `exit ${run.status}: ${run.stderr} ${JSON.stringify(run.lines.at(-1))}`);
  assert.equal(run.summary.failed, 0);
}

/** Every file below the folder is there with the same bytes, and nothing else is. */
async function arrived({ server, root }: Context, folder: string, to: string): Promise<void> {
  assert.deepEqual(
    await contentsOf(path.join(to, server.base, folder)),
    await contentsOf(path.join(root, folder)),
  );
}

/** Waits until the server has nothing more to say about what happened. */
async function settledLog(server: TestServer): Promise<string> {
  for (let before = ''; ; ) {
    const log = server.log();
    if (log === before) return log;
    before = log;
    await pause(250);
  }
}

/** What `sftp -r` takes for the same folder, when asked for. */
async function beside({ beside, server }: Context, folder: string, to: string): Promise<string> {
  if (beside !== true) return '';
  const took = await sftpSeconds(server, folder, path.join(to, 'sftp'));
  return `; sftp -r ${took === undefined ? `stopped after ${LONGEST} s` : `${took.toFixed(1)} s`}`;
}

async function fetchWhole(context: Context, folder: string, to: string, more?: string[]): Promise<FetchRun> {
  const run = await rapFetch(context.server, { from: folder, to, ...(more === undefined ? {} : { more }) });
  succeeded(run);
  await arrived(context, folder, to);
  return run;
}

export const checks: readonly Check[] = [
  {
    label: 'small files',
    title: 'small files in nested folders, empty ones too; a second fetch leaves them unchanged',
    async run(context, to) {
      const first = await fetchWhole(context, 'small', to);
      const again = await fetchWhole(context, 'small', to);
      assert.deepEqual([...new Set(again.lines.map((line) => line.outcome))], ['unchanged']);
      return `${first.summary.files} files in ${took(first)}${await beside(context, 'small', to)}`;
    },
  },
  {
    label: 'odd names',
    title: 'names with spaces, dots, signs, Chinese letters, 200 bytes',
    async run(context, to) {
      const run = await fetchWhole(context, 'odd', to);
      return `${run.summary.files} names`;
    },
  },
  {
    label: 'unsafe names',
    title: 'unsafe names refused one by one with their bytes, the file beside them fetched',
    async run(context, to) {
      const run = await rapFetch(context.server, { from: 'unsafe', to });
      assert.equal(run.status, 5);
      const refused = run.lines.filter((line) => line.outcome === 'refused');
      const hex = refused.map((line) => line.nameHex).sort();
      assert.deepEqual(hex, unsafeNames.map((name) => name.toString('hex')).sort());
      assert.deepEqual(
        (await contentsOf(to)).map((line) => line.split(' ')[0]),
        [path.join(context.server.base, 'unsafe/good.txt').replace(/^\//, '')],
      );
      return `${refused.length} refused`;
    },
  },
  {
    label: 'strange names',
    title: 'names that are not UTF-8 or hold control characters: refused or told of, never left out silently',
    async run(context, to) {
      const run = await rapFetch(context.server, { from: 'strange', to });
      assert.ok(run.status === 5 || run.status === 3, `exit ${run.status}`);
      const refused = run.lines.filter((line) => line.outcome === 'refused').length;
      const received = run.lines.filter((line) => line.outcome === 'received').map((line) => line.path);
      if (refused + received.length === strangeNames.length) {
        return received.length === 0
          ? `${refused} refused`
          : `${refused} refused, 1 served under another name`;
      }
      const code = run.lines[0]?.code ?? run.summary.error?.code;
      assert.ok(code === 'FOLDER_UNREADABLE' || code === 'CONNECTION_LOST', `code ${code}`);
      return `the server fails: ${code}`;
    },
  },
  {
    label: 'large file',
    title: 'a large file, in bounded memory',
    async run(context, to) {
      const folder = context.kind.rekeys === true ? 'rekey' : 'big';
      const run = await fetchWhole(context, folder, to);
      assert.ok(run.peak > 0 && run.peak < MOST_MEMORY, `peak memory ${run.peak} bytes`);
      const rate = run.summary.bytes / 1e6 / run.seconds;
      return `${run.summary.bytes / 1024 / 1024} MiB in ${took(run)} (${rate.toFixed(0)} MB/s, peak ${(run.peak / 1e6).toFixed(0)} MB)`;
    },
  },
  {
    label: 'careful',
    title: 'the careful profile: one file and one request at a time',
    async run(context, to) {
      return took(await fetchWhole(context, 'odd', to, ['--careful']));
    },
  },
  {
    label: 'refused key',
    title: 'a refused key: exit 4 after one attempt',
    async run({ kind, server }, to) {
      const before = (await settledLog(server)).length;
      const run = await rapFetch(server, { from: 'odd', to, keyFile: server.strangerKeyFile });
      assert.equal(run.status, 4);
      assert.equal(run.summary.error?.code, 'LOGIN_REFUSED');
      const told = kind.refusals?.((await settledLog(server)).slice(before));
      if (told === undefined) return 'refused; the server logs no attempts';
      assert.equal(told, 1, 'attempts in the log of the server');
      return '1 attempt';
    },
  },
  {
    label: 'wrong host key',
    title: 'another host key than the pinned one: exit 4, and the server never learns the user name',
    async run({ server }, to) {
      const user = 'never-to-be-told';
      const fingerprint = `SHA256:${'A'.repeat(43)}`;
      const run = await rapFetch(server, { from: 'odd', to, user, fingerprint });
      assert.equal(run.status, 4);
      assert.equal(run.summary.error?.code, 'HOST_KEY_MISMATCH');
      assert.ok(!(await settledLog(server)).includes(user), 'the log of the server knows the user name');
      return 'not told';
    },
  },
  {
    label: 'no such folder',
    title: 'a folder that is not there: exit 5',
    async run({ server }, to) {
      const run = await rapFetch(server, { from: 'nowhere', to });
      assert.equal(run.status, 5);
      assert.equal(run.lines[0]?.code, 'FOLDER_UNREADABLE');
      return 'told';
    },
  },
  {
    label: 'no server',
    title: 'no server at the port: exit 3',
    async run({ server }, to) {
      // A port that is taken, by a socket that does not listen.
      const holder = new net.Socket();
      const port = await new Promise<number>((resolve, reject) => {
        holder.once('error', reject);
        holder.connect({ host: HOST, port: server.port }, () => resolve(holder.localPort ?? 0));
      });
      try {
        const run = await rapFetch(server, { from: 'odd', to, port });
        assert.equal(run.status, 3);
        assert.equal(run.summary.error?.code, 'CONNECT_REFUSED');
      } finally {
        holder.destroy();
      }
      return 'told';
    },
  },
];

/** Runs a check in a folder of its own, which is removed. */
export async function perform(check: Check, context: Context): Promise<string> {
  const to = await mkdtemp(path.join(context.work, 'to-'));
  try {
    return await check.run(context, to);
  } finally {
    await rm(to, { recursive: true, force: true });
  }
}

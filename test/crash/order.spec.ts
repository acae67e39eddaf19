/**
 * What is promised to survive a power cut can only be seen in the calls to the system: kill -9 does not lose what
 * was not synced. strace, which knows nothing of us, is the witness of a whole run.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { callsIn, canWatch } from './calls.ts';
import { type Home, openStage, type Stage } from './stage.ts';

interface Traced {
  name: string;
  /** The paths among its arguments, in order. */
  paths: string[];
  /** Places in the trace where the call was made and where it had come back. */
  begun: number;
  done: number;
}

/** The calls that came back without an error. With several threads, a call may come back some lines later. */
function tracedCalls(trace: string): Traced[] {
  const open = new Map<string, Traced>();
  const calls: Traced[] = [];
  for (const [place, line] of trace.split('\n').entries()) {
    const [, thread = '', name, rest = ''] = /^(\d+) +(\w+)\((.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      const found = [...rest.matchAll(/"([^"]*)"|<([^<>]*)>/g)].map((match) => match[1] ?? match[2] ?? '');
      const call = { name, paths: found.filter((one) => one.startsWith('/')), begun: place, done: place };
      if (line.endsWith('<unfinished ...>')) open.set(thread, call);
      else if (!/ = -1 E/.test(line)) calls.push(call);
      continue;
    }
    const [, back = ''] = /^(\d+) +<\.\.\. \w+ resumed>/.exec(line) ?? [];
    const call = open.get(back);
    open.delete(back);
    if (call !== undefined && !/ = -1 E/.test(line)) calls.push({ ...call, done: place });
  }
  return calls.sort((one, two) => one.begun - two.begun);
}

const CHANGING =
  'write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,ftruncate,truncate,fallocate,link,linkat,symlink,' +
  'symlinkat,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,mknod,mknodat,chmod,fchmod,fchmodat';

if (canWatch() && spawnSync('strace', ['-V']).status === 0) {
  describe('the calls of a whole run', () => {
    let stage: Stage;
    let home: Home;
    let calls: Traced[];
    let log: string;

    before(async function () {
      this.timeout(300_000);
      stage = await openStage(3);
      home = await stage.newHome('order');
      const trace = `${home.folder}.trace`;
      log = `${home.folder}.log`;
      const options = [
        '-f',
        '-y',
        '-s',
        '0',
        '-e',
        `trace=${CHANGING}`,
        '-e',
        'signal=none',
        '--seccomp-bpf',
      ];
      const by = ['strace', ...options, '-o', trace];
      const outcome = await stage.start(home, 'run-order', { by, watch: { under: home.folder, log } });
      assert.equal(outcome.status, 0, outcome.stderr.slice(-2000));
      calls = tracedCalls(readFileSync(trace, 'utf8'));
    });
    after(() => stage.close());

    /** The steps by which one report got its name in a folder, each begun when the one before was done. */
    function stepsOf(folder: string, name: string, until: number): Record<string, Traced | undefined> {
      const final = path.join(folder, name);
      const published = calls.find((one) => /^(link|rename)/.test(one.name) && one.paths.at(-1) === final);
      const temp = published?.paths[0] ?? '';
      const wal = `${home.ledger}-wal`;
      const next = (names: RegExp, file: string, behind: Traced | undefined) =>
        calls.find(
          (one) => names.test(one.name) && one.paths[0] === file && one.begun > (behind?.done ?? until),
        );
      const written = calls.findLast((one) => /write/.test(one.name) && one.paths[0] === temp);
      const synced = next(/sync/, temp, written);
      const folderSynced = next(/sync/, folder, published);
      const recorded = next(/write/, wal, folderSynced);
      return {
        written,
        synced,
        published,
        folderSynced,
        recorded,
        recordSynced: next(/sync/, wal, recorded),
      };
    }

    function checkOrder(folder: string, name: string, until: number): void {
      const steps = Object.entries(stepsOf(folder, name, until));
      for (const [index, [step, call]] of steps.entries()) {
        assert.ok(call !== undefined, `${folder}/${name}: ${step} is missing`);
        const before = steps[index - 1]?.[1];
        assert.ok(
          before === undefined || before.done < call.begun,
          `${folder}/${name}: ${step} is too early`,
        );
        assert.ok(call.done < until, `${folder}/${name}: ${step} is too late`);
      }
      assert.equal(path.dirname(steps[0]?.[1]?.paths[0] ?? ''), folder, 'written beside its final name');
    }

    it('on every share: write, sync, publish, sync the folder, then the ledger with a sync of its own', () => {
      const isPublishing = (one: Traced) =>
        one.name.startsWith('link') && home.filed.includes(path.dirname(one.paths.at(-1) ?? ''));
      for (const name of stage.reports.keys()) {
        for (const folder of home.filed) {
          const at = calls.find((one) => one.paths.at(-1) === path.join(folder, name))?.done ?? 0;
          // The ledger is synced at once, not some time later together with other entries.
          const following = calls.find(
            (one) =>
              isPublishing(one) && one.begun > at && stage.reports.has(path.basename(one.paths.at(-1) ?? '')),
          );
          checkOrder(folder, name, following?.begun ?? Number.POSITIVE_INFINITY);
        }
      }
    });

    it('in the landing folder the same, before anything of the report is on a share', () => {
      for (const name of stage.reports.keys()) {
        const landed = calls.find(
          (one) => /landing.*[^0-9a-f]/.test(one.paths.at(-1) ?? '') && one.paths.at(-1)?.endsWith(name),
        );
        const filed = calls.find((one) => one.paths.at(-1) === path.join(home.filed[0], name));
        checkOrder(path.dirname(landed?.paths.at(-1) ?? ''), name, filed?.begun ?? 0);
      }
    });

    it('are all among those that the crash proof counts', () => {
      const inside = (one: string) => one.startsWith(`${home.folder}/`) || one === home.folder;
      const file = (one: string) => one.replace(/ \(deleted\)$/, '');
      const seen = calls.filter(({ paths }) => paths.some(inside));
      const tally = (all: readonly { name: string; paths: string[] }[]) => {
        const counts = new Map<string, number>();
        for (const { name, paths } of all) {
          const key = `${name.replace(/at2?$|64$|v2?$/g, '')} ${path.basename(file(paths.filter(inside).at(-1) ?? ''))}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        return counts;
      };
      const counted = tally(callsIn(log));
      const missed = [...tally(seen)].filter(([key, count]) => (counted.get(key) ?? 0) < count);
      assert.deepEqual(missed, []);
      assert.ok(seen.length > 400, `${seen.length} calls`);
    });
  });
}

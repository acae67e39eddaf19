import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { temporaryFolder } from '../files/temp-folder.ts';
import { REPORTS } from './crash-run.ts';

interface Call {
  name: string;
  /** The paths among its arguments, in order. */
  paths: string[];
}

/** The calls of a traced run that change something, in the order the system made them. */
function callsOf(trace: string): Call[] {
  return trace.split('\n').flatMap((line) => {
    const [, name] = /^\[pid +\d+\] (\w+)\(/.exec(line) ?? [];
    if (name === undefined || / = -1 E/.test(line)) return [];
    const paths = [...line.matchAll(/"([^"]*)"|<([^<>]*)>/g)].map((match) => match[1] ?? match[2] ?? '');
    return [{ name, paths: paths.filter((one) => one.startsWith('/')) }];
  });
}

// What is promised to survive a power cut can only be seen in the calls to the system: kill -9 does not lose what
// was not synced.
if (spawnSync('strace', ['-V']).status === 0) {
  describe('the order of calls to the system', () => {
    const folder = temporaryFolder();

    it('is write, sync, publish, sync the folder, then the ledger with a sync of its own', () => {
      const script = path.join(import.meta.dirname, 'crash-run.ts');
      const traced = 'trace=write,pwrite64,fsync,fdatasync,link,linkat,rename,renameat,renameat2';
      const options = ['-f', '-y', '-s', '80', '-e', traced, '-e', 'signal=none', '--seccomp-bpf'];
      const run = spawnSync('strace', [...options, process.execPath, script, folder(), '0'], {
        encoding: 'utf8',
        maxBuffer: 100_000_000,
      });
      assert.equal(run.status, 0, run.stderr.slice(-2000));
      const calls = callsOf(run.stderr);
      const share = path.join(folder(), 'share');
      const wal = path.join(folder(), 'ledger.sqlite-wal');
      for (const { name } of REPORTS) {
        const final = path.join(share, name);
        const published = calls.findIndex((one) => one.name.startsWith('link') && one.paths.at(-1) === final);
        assert.ok(published > 0, `${name} was published`);
        const temp = calls[published]?.paths[0] ?? '';
        assert.equal(path.dirname(temp), share);
        const last = (names: RegExp, file: string, before: number) =>
          calls.findLastIndex((one, at) => at < before && names.test(one.name) && one.paths[0] === file);
        const next = (names: RegExp, file: string, after: number) =>
          calls.findIndex((one, at) => at > after && names.test(one.name) && one.paths[0] === file);
        const written = last(/write/, temp, calls.length);
        const synced = last(/sync/, temp, published);
        const folderSynced = next(/sync/, share, published);
        const recorded = next(/write/, wal, published);
        const recordSynced = next(/sync/, wal, recorded);
        // The ledger is synced at once, not some time later together with other entries.
        const nextPublished = calls.findIndex(
          (one, at) =>
            at > published && one.name.startsWith('link') && path.dirname(one.paths.at(-1) ?? '') === share,
        );
        const after = nextPublished < 0 ? calls.length : nextPublished;
        const order = { written, synced, published, folderSynced, recorded, recordSynced, after };
        for (const [step, at] of Object.entries(order)) assert.ok(at >= 0, `${name}: ${step}`);
        const places = Object.values(order);
        assert.deepEqual(
          places,
          places.toSorted((a, b) => a - b),
          `${name}: ${JSON.stringify(order)}`,
        );
      }
    }).timeout(60_000);
  });
}

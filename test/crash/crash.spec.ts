/**
 * The whole engine - log in, list, download, file on two shares, ledger, outbox, mail - against a server and a mail
 * relay of its own, ended or failed at single calls to the system. All calls: "node bench/crash.ts".
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { Chance } from '../../simulator/content/random.ts';
import { type Call, canWatch, type ErrorName } from './calls.ts';
import {
  callsOfRun,
  chain,
  failAt,
  inParallel,
  killAt,
  kindOf,
  type Point,
  someOfEachKind,
} from './loops.ts';
import type { Home } from './stage.ts';

/** Points of the sweep, kills of the chain, failing calls: small here, any size by RAP_CRASH_SIZE (1 is this). */
const SIZE = Number(process.env.RAP_CRASH_SIZE ?? 1);
const KILLS = 8 * SIZE;
const CHAIN = 24 * SIZE;
const FAULTS = 4 * SIZE;
const AT_ONCE = 2;
const ERRORS: readonly [ErrorName, ...ErrorName[]] = ['ENOSPC', 'EIO', 'EXDEV', 'EACCES', 'ESTALE', 'EROFS'];

if (canWatch()) {
  describe('a whole run', () => {
    /** Calls of a run, with those before the log-in seldom: making a new ledger is half of all calls. */
    async function picked(all: boolean, most: number): Promise<number[]> {
      const { calls, home } = await callsOfRun(3, all);
      const login = calls.findIndex(({ name }) => name === 'connect');
      assert.ok(login > 0 && calls.length > 400, `${calls.length} calls were seen`);
      const before = spread(calls.slice(0, login), home, Math.ceil(most / 8));
      return [...before, ...spread(calls.slice(login), home, most - before.length)];
    }

    function spread(calls: readonly Call[], home: Home, most: number): number[] {
      const chance = new Chance('crash spec', most);
      const some = someOfEachKind(calls, home, calls.length);
      return Array.from({ length: most }, () => chance.between(0, some.length - 1)).map(
        (index) => some[index] ?? 1,
      );
    }

    /** Some of the calls from which a false success would come, were their fault passed over. */
    async function telling(each: number): Promise<number[]> {
      const { calls, home } = await callsOfRun(3, true);
      const kinds = new Map<string, number[]>();
      for (const call of calls) {
        const kind = kindOf(call, home);
        if (!/^(pwrite64|writev|fsync|close|link|read) (share b|landing)$/.test(kind)) continue;
        const own = path.basename(call.paths[0] ?? '').startsWith('.part-') ? 'file' : 'other';
        kinds.set(`${kind} ${own}`, [...(kinds.get(`${kind} ${own}`) ?? []), call.number]);
      }
      // From the midst of each kind: no two runs make quite the same number of calls before.
      return [...kinds.values()].flatMap((some) =>
        Array.from({ length: each }, (_, nth) => some[Math.floor(((nth + 0.5) * some.length) / each)] ?? 1),
      );
    }

    const faultsOf = (points: readonly Point[]) =>
      points.flatMap(({ kind, act, wrong }) => wrong.map((line) => `${kind}, ${act}: ${line}`));

    it('killed at any call is completed by the next one: nothing lost, nothing twice, nothing half', async () => {
      const points: Point[] = [];
      const tasks = await picked(false, KILLS);
      await inParallel(3, AT_ONCE, tasks, async (stage, number) => {
        points.push(await killAt(stage, number, number % 3 === 0 ? 'tear' : 'kill'));
      });
      assert.deepEqual(faultsOf(points), []);
      assert.ok(points.filter(({ kind }) => kind !== 'beyond the end').length > KILLS / 2);
    }).timeout(120_000 * SIZE);

    it('killed again and again comes to its end', async () => {
      const points = await Promise.all(
        [1, 2].map((seed) => chain({ seed, files: 12 * SIZE, enough: (kills) => kills >= CHAIN / 2 })),
      );
      assert.deepEqual(faultsOf(points.flat()), []);
      assert.ok(points.flat().length > CHAIN / 4, `only ${points.flat().length} kills`);
    }).timeout(120_000 * SIZE);

    it('in which any call fails calls nothing done that is not, and the next one makes up for it', async () => {
      const points: Point[] = [];
      const single = await telling(SIZE);
      const tasks = [...single, ...(await picked(true, FAULTS))].map((number, index) => ({
        number,
        error: ERRORS[index % ERRORS.length] ?? 'EIO',
        lasting: index >= single.length && index % 2 === 0,
      }));
      await inParallel(3, AT_ONCE, tasks, async (stage, { number, error, lasting }) => {
        points.push(await failAt(stage, number, error, lasting));
      });
      assert.deepEqual(faultsOf(points), []);
    }).timeout(120_000 * SIZE);

    it('serves one share while the other fails at everything', async () => {
      const points: Point[] = [];
      await inParallel(3, AT_ONCE, ['EIO', 'ESTALE'] as const, async (stage, error) => {
        points.push(await failAt(stage, 1, error, true, true));
      });
      assert.deepEqual(faultsOf(points), []);
    });
  });
}

/**
 * Every fault the simulator knows, met by the engine: the outcome is complete and byte-right, or a coded error
 * in time; never anything wrong at a final name, never anything outside the landing folder, never silence.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Account } from '../../lib/rap/account.ts';
import { parseAccount } from '../../lib/rap/account-config.ts';
import type { Result } from '../../lib/rap/download.ts';
import { pinsFromKnownHosts } from '../../lib/rap/host-keys.ts';
import type { Listing } from '../../lib/rap/listing.ts';
import { readLoginKey } from '../../lib/rap/private-key.ts';
import { openSession } from '../../lib/rap/session.ts';
import { realClock } from '../../lib/time/clock.ts';
import { faults, type NamedFault } from '../../simulator/faults/table.ts';
import type { Simulator } from '../../simulator/world.ts';
import { simulatorIn, temporaryHome } from '../simulator/support.ts';

/** Short, so that the table is run in a minute; the real ones are tested on a simulated clock. */
const deadlines = { tcp: 500, handshake: 1_500, request: 600, stall: 1_500 };
/** No fault may hold us longer than this, milliseconds. */
const LONGEST = 20_000;

/** What a fault leaves to see, where the whole tree would take too long. */
const folders: Record<string, string[]> = {
  N09: ['/COMMON/20250619'], // 3,750 bytes a second
};
/** 100,000 files are listed, not downloaded: what is proved here is the listing. */
const listOnly = new Set(['D01']);

interface Meeting {
  codes: Set<string>;
  listing: Listing | undefined;
  results: Result[];
}

describe('Every fault of the catalogue', function () {
  this.timeout(LONGEST * 2);
  let top: string;
  let simulator: Simulator;

  beforeEach(async () => {
    top = await temporaryHome();
  });

  afterEach(async () => {
    await simulator.stop();
    await fs.rm(top, { recursive: true, force: true });
  });

  async function accountFor(fault: NamedFault): Promise<Account> {
    const addresses = {
      primary: simulator.addressesOf('hkscc', 'primary').map(({ host, port }) => ({ host, port })),
      secondary: [],
    };
    return parseAccount({
      name: 'hkscc',
      installation: 'hkscc',
      user: simulator.accounts.hkscc.user,
      addresses,
      pins: pinsFromKnownHosts(await fs.readFile(simulator.knownHostsFile, 'utf8'), addresses.primary),
      deadlines,
      folders: folders[fault.name],
    });
  }

  /** Logs in, lists and downloads, and gathers every code that was raised on the way. */
  async function meet(fault: NamedFault, root: string): Promise<Meeting> {
    const account = await accountFor(fault);
    const key = await readLoginKey(simulator.accounts.hkscc.keyFile);
    const codes = new Set<string>();
    const results: Result[] = [];
    let listing: Listing | undefined;
    try {
      const session = await openSession(account, key, 'primary', { clock: realClock });
      try {
        listing = await session.list();
        for (const entry of listing.refused) codes.add(entry.code);
        for (const problem of listing.problems) codes.add(problem.error.code);
        const jobs = listing.files.map((file) => ({
          file,
          target: path.join(root, ...file.path.split('/')),
        }));
        const wanted = listOnly.has(fault.name) ? [] : jobs;
        await session.download(wanted, (result) => void results.push(result), { root });
      } finally {
        await session.logOut();
      }
    } catch (error) {
      assert.ok(error instanceof RapError, `not a coded error: ${error}`);
      codes.add(error.code);
    }
    for (const result of results) if (result.error !== undefined) codes.add(result.error.code);
    return { codes, listing, results };
  }

  /** Nothing but what was proved, under its own name, inside the folder. */
  async function assertNothingWrong(root: string, results: Result[]): Promise<void> {
    const received = new Map(
      results.flatMap((result) => (result.error === undefined ? [[result.local, result.job.file.path]] : [])),
    );
    const entries = await fs.readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((one) => !one.isDirectory())) {
      const local = path.join(entry.parentPath, entry.name);
      const remote = received.get(local);
      assert.ok(remote !== undefined, `${local} was left behind`);
      const source = path.join(simulator.tree('hkscc', 'primary'), remote);
      const honest = await fs.readFile(source).catch(() => undefined); // some faults invent files
      if (honest !== undefined) assert.deepEqual(await fs.readFile(local), honest, `${remote} is wrong`);
    }
    assert.deepEqual(
      (await fs.readdir(top)).sort(),
      ['landing', 'simulator'],
      'nothing was written elsewhere',
    );
  }

  for (const fault of faults) {
    it(`${fault.name} ${fault.title}: ${fault.expected.join(' or ')}`, async () => {
      simulator = await simulatorIn(top, { riskFileBytes: 3_000, fault: fault.make() });
      const root = path.join(top, 'landing');
      await fs.mkdir(root);
      const start = performance.now();
      const { codes, listing, results } = await meet(fault, root);
      const took = performance.now() - start;

      const unexpected = [...codes].filter((code) => !fault.expected.some((expected) => expected === code));
      assert.deepEqual(unexpected, [], 'only what the table foresees');
      const right = fault.expected.includes('right');
      if (!right) assert.ok(codes.size > 0, 'the fault was noticed');
      if (right && fault.expected.length === 1) {
        assert.ok(listing?.complete, 'the listing is complete');
        assert.ok(results.every((result) => result.error === undefined));
        assert.ok(results.length > 0 || listOnly.has(fault.name));
      }
      if ((listing?.refused.length ?? 0) > 0)
        assert.equal(listing?.complete, false, 'a refusal is never called complete');
      await assertNothingWrong(root, results);
      assert.ok(took < LONGEST || fault.name === 'N09', `took ${Math.round(took)} ms`);
    });
  }
});

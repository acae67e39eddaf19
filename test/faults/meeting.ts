/** The engine and one fault of the simulator in a house of their own, and what comes of a run. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { SessionPool } from '../../lib/accounts/session-pool.ts';
import { type CollectionSummary, collect } from '../../lib/collection/collect.ts';
import { type ReportListing, takeListing } from '../../lib/collection/listing.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { type Ledger, openLedger } from '../../lib/ledger/ledger.ts';
import { parseAccount } from '../../lib/rap/account-config.ts';
import { readKnownHosts } from '../../lib/rap/client/known-hosts.ts';
import { readLoginKey } from '../../lib/rap/client/private-key.ts';
import { type Clock, realClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import type { NamedFault } from '../../simulator/faults/table.ts';
import { diskTree, type FileTree, Refusal } from '../../simulator/sftp/tree.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { simulatorIn, temporaryHome, whenEmpty } from '../simulator/support.ts';
import { patientClock } from '../support/patient-clock.ts';

/** Short, so that the whole table is met in a minute; the real ones are tested on a simulated clock. */
export const deadlines = { tcp: 500, handshake: 1_500, request: 600, stall: 1_500 };

/** What of the tree a fault is met with, where all of it would take too long. */
const folders: Record<string, string[]> = {
  N09: ['/COMMON/20250619'], // 3,750 bytes a second
};

/** Very many files are listed, not downloaded: what is proved with them is the listing. */
const listOnly = new Set(['D01', 'D19']);

/** What time it is for the fault in a run: some hang on the time of day. */
function momentOf(run: number): number {
  return fromHongKong(run <= 1 ? '2025-06-20 19:59' : '2025-06-20 20:00');
}

/** A simulator that meets one fault after another. */
export interface House {
  /** The folder of everything. */
  top: string;
  simulator: Simulator;
  /** Of the client. */
  clock: Clock;
  close(): Promise<void>;
}

export async function openHouse(): Promise<House> {
  const top = await temporaryHome();
  const simulator = await simulatorIn(top, { riskFileBytes: 3_000 });
  return {
    top,
    simulator,
    clock: patientClock(),
    async close() {
      await simulator.stop();
      await fs.rm(top, { recursive: true, force: true });
    },
  };
}

/** One fault, and a client that has met none before: its own ledger, its own landing folder. */
export interface Stage {
  fault: NamedFault;
  simulator: Simulator;
  clock: Clock;
  /** Everything of this client, and nothing else. */
  home: string;
  landing: string;
  ledger: Ledger;
  keeper: SessionPool;
  /** Runs so far. */
  runs: number;
  /** What was received in all runs: local file by remote path. */
  received: Map<string, string>;
  /** Ends the client, and the fault with it. */
  close(): Promise<void>;
}

export async function stageFor(house: House, fault: NamedFault): Promise<Stage> {
  const { simulator, clock } = house;
  const home = path.join(house.top, fault.name);
  await fs.mkdir(home);
  const ledger = await openLedger(path.join(home, 'ledger.sqlite'), clock);
  const stage = { fault, simulator, clock, home, landing: path.join(home, 'landing'), ledger, runs: 0 };
  const made = fault.make({ ...realClock, now: () => momentOf(stage.runs) });
  await simulator.setFault(made);
  const addresses = {
    primary: simulator.addressesOf('hkscc', 'primary').map(({ host, port }) => ({ host, port })),
    secondary: simulator.addressesOf('hkscc', 'secondary').map(({ host, port }) => ({ host, port })),
  };
  const { user, participant, keyFile, rsaKeyFile } = simulator.accounts.hkscc;
  const account = parseAccount({
    name: 'hkscc',
    installation: 'hkscc',
    participant,
    user,
    addresses,
    pins: readKnownHosts(await fs.readFile(simulator.knownHostsFile, 'utf8'), [
      ...addresses.primary,
      ...addresses.secondary,
    ]).pins,
    deadlines,
    folders: folders[fault.name],
  });
  const pool = new SessionPool(account, {
    clock,
    ledger: async () => ledger,
    key: () => readLoginKey(made.rsaLogin ? rsaKeyFile : keyFile),
  });
  const received = new Map<string, string>();
  const close = async () => {
    pool.close();
    await simulator.setFault(undefined);
    await whenEmpty(simulator);
    await ledger.close();
    await fs.rm(home, { recursive: true, force: true });
  };
  return Object.assign(stage, { keeper: pool, received, close });
}

export interface Meeting {
  /** Every code that was raised or told of on the way. */
  codes: Set<string>;
  /** All that carries words about what went wrong, as it is. */
  told: unknown[];
  listing?: ReportListing;
  summary?: CollectionSummary;
  milliseconds: number;
}

/** One run: logs in, lists, downloads, logs out. Whatever goes wrong is told, never thrown. */
export async function run(stage: Stage): Promise<Meeting> {
  const { keeper, ledger, landing, fault, clock } = stage;
  const name = `run-${++stage.runs}`;
  const meeting: Meeting = { codes: new Set(), told: [], milliseconds: 0 };
  const start = clock.monotonic();
  try {
    const context = await keeper.logIn(name, 'test');
    const session = keeper.session(name);
    const listing = await takeListing(session, context, { clock, ledger, settle: 0 });
    meeting.listing = listing;
    if (!listOnly.has(fault.name)) {
      meeting.summary = await collect(session, context, listing, { ledger, landing });
    }
  } catch (error) {
    assert.ok(error instanceof RapError, `not a coded error: ${error}`);
    meeting.told.push(error);
    meeting.codes.add(error.code);
  } finally {
    await keeper.logOut(name);
  }
  meeting.milliseconds = clock.monotonic() - start;
  for (const one of [
    ...(meeting.listing?.refused ?? []),
    ...(meeting.listing?.problems ?? []),
    ...(meeting.summary?.failed ?? []),
  ]) {
    meeting.told.push(one);
    meeting.codes.add(one.code);
  }
  for (const { path: remote, file } of meeting.summary?.received ?? []) stage.received.set(remote, file);
  return meeting;
}

/** The tree that the fault's server shows in a run. */
function shownTree({ fault, simulator, runs }: Stage): FileTree {
  const honest = diskTree(simulator.tree('hkscc', 'primary'));
  const { sftp } = fault.make({ ...realClock, now: () => momentOf(runs) });
  let shown = honest;
  for (let session = 0; session < runs; session++) shown = sftp?.tree?.(honest) ?? honest;
  return shown;
}

/** All of a file, as a client that asks patiently gets it. */
async function contentIn(tree: FileTree, remote: string): Promise<Buffer> {
  const opened = await tree.open(remote).catch((error) => {
    if (error instanceof Refusal) return tree.open(remote); // once more: in use
    throw error;
  });
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const answer = await opened.read(at, 65_536);
    if (answer.kind !== 'data') break;
    pieces.push(Buffer.from(answer.bytes));
    at += answer.bytes.length;
  }
  await opened.close();
  return Buffer.concat(pieces);
}

/** Paths of the honest reports below the account's folders that the server lists in this run. */
export async function shownReports(stage: Stage): Promise<string[]> {
  const tree = shownTree(stage);
  const honest = new Set(stage.simulator.reports('hkscc', 'primary').map((report) => report.path));
  const shown: string[] = [];
  const folders = [...stage.keeper.account.folders];
  for (const folder of folders) {
    const entries = await tree.list(folder).catch(() => []);
    for await (const { name, attributes } of entries) {
      const inner = `${folder}/${name}`;
      if ((attributes.mode & 0o170000) === 0o040000) folders.push(inner);
      else if (honest.has(inner)) shown.push(inner);
    }
  }
  return shown;
}

/** Nothing but what was proved, under its own name, inside the folder, as the server has it. */
export async function assertNothingWrong(stage: Stage): Promise<void> {
  const { home, landing, received, simulator, fault } = stage;
  const shown = shownTree(stage);
  const remotes = new Map([...received].map(([remote, local]) => [local, remote]));
  const entries = await fs.readdir(landing, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((one) => !one.isDirectory())) {
    const local = path.join(entry.parentPath, entry.name);
    const remote = remotes.get(local);
    assert.ok(remote !== undefined, `${local} was left behind`);
    // What a fault invents, or a report that is wrong from the start, is compared with what the server says.
    const onDisk = path.join(simulator.tree('hkscc', 'primary'), remote);
    const honest = fault.name.startsWith('R') ? undefined : await fs.readFile(onDisk).catch(() => undefined);
    assert.ok(
      (honest ?? (await contentIn(shown, remote))).equals(await fs.readFile(local)),
      `${remote} is wrong`,
    );
  }
  const elsewhere = (await fs.readdir(home)).filter(
    (name) => !/^(landing|quarantine|ledger\..*)$/.test(name),
  );
  assert.deepEqual(elsewhere, [], 'nothing was written elsewhere');
}

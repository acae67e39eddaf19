/**
 * Every fault the simulator knows, met by the engine as a run meets it: log in, list, collect, log out. The
 * outcome is complete and byte-right, or a coded error in time; never anything wrong at a final name, never
 * anything outside the landing folder, never silence.
 */
import assert from 'node:assert/strict';
import { faults, faultTitle, type Verdict } from '../../simulator/faults/table.ts';
import {
  assertNothingWrong,
  type House,
  type Meeting,
  openHouse,
  run,
  type Stage,
  shownReports,
  stageFor,
} from './meeting.ts';

/** No fault may hold a run longer than this, milliseconds. */
const LONGEST = 20_000;

/** What escaped from wherever it was thrown: nothing ever may. */
const escaped: unknown[] = [];
const onEscape = (error: unknown) => void escaped.push(error);

/** Only what the table foresees, and all that it promises. */
async function assertVerdict(stage: Stage, meeting: Meeting, expected: readonly Verdict[]): Promise<void> {
  const { codes, listing, summary } = meeting;
  const unexpected = [...codes].filter((code) => !expected.some((one) => one === code));
  assert.deepEqual(unexpected, [], 'only what the table foresees');
  if (codes.size === 0) assert.ok(expected.includes('right'), 'the fault was noticed');
  if (summary !== undefined) await assertNothingDropped(stage, meeting);
  const complete = summary?.complete ?? listing?.complete ?? false;
  assert.equal(complete, codes.size === 0, 'complete is said when nothing went wrong, and only then');
}

/** Every report the server shows was received, now or earlier, or failed by name, its own or its folder's. */
async function assertNothingDropped(stage: Stage, { summary, listing }: Meeting): Promise<void> {
  const failed = new Set(summary?.failed.map((failure) => failure.path));
  const unlisted = listing?.problems.map(({ folder }) => `${folder}/`) ?? [];
  for (const remote of await shownReports(stage)) {
    const told = failed.has(remote) || unlisted.some((folder) => remote.startsWith(folder));
    assert.ok(stage.received.has(remote) || told, `${remote} was passed over in silence`);
  }
}

/** Codes that say: nothing was tried, because of what happened before. */
const HELD_BACK: readonly Verdict[] = ['LOGIN_LOCKED', 'SESSION_REFUSED'];

describe('Every fault of the catalogue', function () {
  this.timeout(300_000);
  let house: House;
  let stage: Stage;

  before(async () => {
    process.on('uncaughtExceptionMonitor', onEscape);
    process.on('unhandledRejection', onEscape);
    house = await openHouse();
  });

  after(async () => {
    await house.close();
    process.off('uncaughtExceptionMonitor', onEscape);
    process.off('unhandledRejection', onEscape);
    assert.deepEqual(escaped, [], 'nor did anything escape later');
  });

  afterEach(async () => {
    await stage.close();
    // What was still under way when all was closed has one more turn to go wrong in.
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(escaped.splice(0), [], 'every error was caught where it happened');
  });

  async function meetOnce(expected: readonly Verdict[]): Promise<void> {
    const meeting = await run(stage);
    await assertVerdict(stage, meeting, expected);
    await assertNothingWrong(stage);
    assert.ok(meeting.milliseconds < LONGEST, `took ${Math.round(meeting.milliseconds)} ms`);
  }

  for (const fault of faults) {
    const { name, expected, later } = fault;
    const then = later === undefined ? '' : `, then ${later.join(' or ')}`;
    it(`${name} ${faultTitle(name, 'en')}: ${expected.join(' or ')}${then}`, async () => {
      stage = await stageFor(house, fault);
      await meetOnce(expected);
      if (later === undefined) return;
      const before = house.simulator.counters().connections;
      await meetOnce(later);
      if (later.some((verdict) => HELD_BACK.includes(verdict))) {
        assert.equal(house.simulator.counters().connections, before, 'no connection was made');
      }
    });
  }
});

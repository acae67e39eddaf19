/** Health judged, and when the watchdog is told. */
import assert from 'node:assert/strict';
import { type ErrorCode, errorCodes } from '../../../lib/errors/codes.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import {
  allUnknown,
  type CheckName,
  checkNames,
  type Findings,
  HealthRecord,
  LEAST_FILES,
  LEAST_SPACE,
  lookAtService,
  SCHEDULE_LATE_MS,
  type ScheduleLook,
  type Service,
  scheduleFinding,
} from '../../../lib/watch/health.ts';
import { DONE_MS, doneAfter, goesOn, nothingDone } from '../../../lib/watch/watchdog.ts';
import { START } from '../ledger/samples.ts';

const look = (goodAt: number | undefined, fault = '', name = 'evening'): ScheduleLook => ({
  ...{ id: name, name, goodAt, fault },
});
const good: Findings = {
  lease: { state: 'ok', what: 'x' },
  ledger: { state: 'ok', what: 'x' },
  schedule: { state: 'ok', what: 'x' },
  mail: { state: 'ok', what: 'x' },
  space: { state: 'ok', what: 'x' },
};
const bad = { state: 'failed', what: 'y' } as const;

describe('health of the service', () => {
  it('takes a schedule for what it has shown', () => {
    const now = 1_000_000;
    const table: [ScheduleLook[], string][] = [
      [[], 'failed'],
      [[look(now)], 'ok'],
      [[look(now - SCHEDULE_LATE_MS)], 'ok'],
      [[look(now - SCHEDULE_LATE_MS - 1)], 'failed'],
      [[look(undefined)], 'unknown'],
      [[look(undefined, 'disk full')], 'failed'],
      [[look(now, 'disk full')], 'failed'],
      [[look(now), look(now - SCHEDULE_LATE_MS - 1, '', 'b')], 'failed'],
      [[look(now), look(undefined, '', 'b')], 'unknown'],
      [[look(undefined), look(now, 'x', 'b')], 'failed'],
    ];
    for (const [looks, state] of table) {
      assert.equal(scheduleFinding(looks, now).state, state, JSON.stringify(looks));
    }
  });

  it('keeps since when a check is as it is', () => {
    const record = new HealthRecord();
    const since = (findings: Findings, at: number) =>
      record.judge(findings, at).checks.map((one) => one.since);
    assert.deepEqual(since(good, 1), [1, 1, 1, 1, 1]);
    assert.deepEqual(since({ ...good, mail: bad }, 2), [1, 1, 1, 2, 1]);
    assert.deepEqual(since({ ...good, mail: { ...bad, what: 'worse' } }, 3), [1, 1, 1, 2, 1]);
    assert.deepEqual(since({ ...good, mail: bad, lease: bad }, 4), [4, 1, 1, 2, 1]);
    assert.deepEqual(since(good, 5), [5, 1, 1, 5, 1]);
    assert.deepEqual(since(allUnknown('z'), 6), [6, 6, 6, 6, 6]);
  });

  it('is ready only when every check is ok', () => {
    for (const name of checkNames) {
      for (const state of ['failed', 'unknown'] as const) {
        const health = new HealthRecord().judge({ ...good, [name]: { state, what: 'x' } }, 1);
        assert.equal(health.ready, false, name);
        assert.equal(health.state, 'not ready');
        assert.match(health.what, new RegExp(`${name} ${state}`));
      }
    }
    assert.ok(new HealthRecord().judge(good, 1).ready);
  });

  it('says what each answer of the ledger means, and never throws', async () => {
    const answers: [string, Partial<Ledger> | RapError | undefined, string][] = [
      ['nobody at work', undefined, 'unknown unknown ok unknown'],
      ['in charge elsewhere', new RapError('NOT_IN_CHARGE', 'x'), 'failed unknown unknown unknown'],
      ['unusable', new RapError('LEDGER_UNUSABLE', 'x'), 'unknown failed ok unknown'],
      ['full', ledger({ noteAlive: throws('DISK_FULL') }), 'ok failed ok ok'],
      ['closed meanwhile', ledger({ waitingMails: throws('UNEXPECTED') }), 'ok ok ok unknown'],
      [
        'taken over',
        ledger({ noteAlive: throws('NOT_IN_CHARGE'), leaseHolder: heldBy('b:2:y') }),
        'failed failed ok ok',
      ],
      ['no lease', ledger({ leaseHolder: async () => undefined }), 'failed ok ok ok'],
      ['well', ledger(), 'ok ok ok ok'],
    ];
    for (const [what, answer, states] of answers) {
      const findings = await lookAtService({
        ledger: async () => {
          if (answer instanceof RapError) throw answer;
          return answer as Ledger | undefined;
        },
        schedules: () => [look(0)],
        ...room,
        ...{ owner: 'a:1:x', clock: new SimulatedClock(START) },
      });
      assert.equal(
        [findings.lease, findings.ledger, findings.schedule, findings.mail]
          .map(({ state }) => state)
          .join(' '),
        states,
        what,
      );
      assert.equal(findings.space.state, 'ok', what);
    }
  });

  it('is not ready where no report can be landed, whatever the ledger still has room for', async () => {
    const files = (left: number) => ({ ...room, isOutOfFiles: async (needed: number) => left < needed });
    const spaces: [string, typeof room, string][] = [
      ['nothing left', { ...room, freeSpace: async () => 0 }, 'failed'],
      ['a byte too few', { ...room, freeSpace: async () => LEAST_SPACE - 1 }, 'failed'],
      ['just enough', room, 'ok'],
      [
        'a disk that does not say',
        { ...room, freeSpace: throws('UNEXPECTED') as () => Promise<never> },
        'unknown',
      ],
      ['no file more', files(0), 'failed'],
      ['a file too few', files(LEAST_FILES - 1), 'failed'],
      ['just enough files', files(LEAST_FILES), 'ok'],
      ['files not said', { ...room, isOutOfFiles: throws('DISK_ERROR') as () => Promise<never> }, 'unknown'],
    ];
    for (const [what, space, state] of spaces) {
      const findings = await lookAtService({
        ledger: async () => ledger() as Ledger,
        schedules: () => [look(0)],
        ...{ ...space, owner: 'a:1:x', clock: new SimulatedClock(START) },
      });
      assert.equal(findings.space.state, state, what);
      assert.equal(findings.ledger.state, 'ok', what);
      assert.equal(new HealthRecord().judge(findings, 1).ready, state === 'ok', what);
    }
  });
});

const room = { freeSpace: async () => LEAST_SPACE, isOutOfFiles: async (_needed: number) => false };

describe('a fault of each code of the policy table', () => {
  /** What is asked, and the check that says so when it throws. A new check does not compile without its row. */
  const asked: Record<Exclude<CheckName, 'schedule'>, (code: ErrorCode) => Partial<Service>> = {
    lease: (code) => ({ ledger: async () => ledger({ leaseHolder: throws(code) }) as Ledger }),
    ledger: (code) => ({ ledger: async () => ledger({ noteAlive: throws(code) }) as Ledger }),
    mail: (code) => ({ ledger: async () => ledger({ waitingMails: throws(code) }) as Ledger }),
    space: (code) => ({ freeSpace: throws(code) }),
  };
  const asking = (changes: Partial<Service>) =>
    lookAtService({
      ...{ ledger: async () => ledger() as Ledger, schedules: () => [look(0)], ...room },
      ...{ owner: 'a:1:x', clock: new SimulatedClock(START), ...changes },
    });
  const judged = (findings: Findings) => new HealthRecord().judge(findings, START);

  for (const code of errorCodes) {
    it(`${code}: is not ready, and says so at the check that met it`, async () => {
      for (const [name, changes] of Object.entries(asked)) {
        const { ready, what, checks } = judged(await asking(changes(code)));
        const bad = checks.filter(({ state }) => state !== 'ok');
        assert.deepEqual(
          bad.map((check) => check.name),
          [name],
        );
        assert.equal(ready, false, name);
        assert.ok(bad[0]?.what.startsWith(`${code}: `) && what.includes(name), bad[0]?.what);
      }
      const schedules = () => [look(undefined, `${code}: x`)];
      const { ready, checks } = judged(await asking({ schedules }));
      assert.equal(ready, false);
      assert.match(checks.find(({ name }) => name === 'schedule')?.what ?? '', new RegExp(code));
    });

    it(`${code}: keeps the ledger from being opened, and is told as what it is`, async () => {
      const { ready, state, checks } = judged(await asking({ ledger: throws(code) }));
      assert.equal(ready, false);
      const waits = code === 'NOT_IN_CHARGE';
      assert.equal(state, waits ? 'waiting' : 'not ready');
      const told = checks.find(({ name }) => name === (waits ? 'lease' : 'ledger'));
      assert.equal(told?.state, 'failed');
      assert.ok(waits || told?.what.startsWith(`${code}: `), told?.what);
    });
  }
});

const heldBy = (owner: string) => async () => ({ name: 'writer', fence: 1, owner, until: START + 1 });
const throws = (code: ErrorCode) => async (): Promise<never> => {
  throw new RapError(code, 'x');
};
function ledger(changes: Partial<Ledger['serviceFacts'] & Ledger['leases']> = {}): Partial<Ledger> {
  const { leaseHolder = heldBy('a:1:x'), ...facts } = changes;
  const waitingMails = async () => ({ count: 0, oldest: null });
  return {
    serviceFacts: { noteAlive: async () => {}, waitingMails, ...facts } as Ledger['serviceFacts'],
    leases: { leaseHolder } as Ledger['leases'],
  };
}

describe('what the watchdog is told', () => {
  const duty = { waits: false, works: true, schedules: 1 };
  const done = doneAfter(nothingDone, good, 0);

  it('that it goes on, as long as the ledger was written and the schedule looked in this minute', () => {
    assert.ok(goesOn(done, duty, DONE_MS));
    assert.ok(!goesOn(done, duty, DONE_MS + 1));
    for (const name of ['ledger', 'schedule'] as const) {
      const later = doneAfter(done, { ...good, [name]: bad }, DONE_MS);
      assert.ok(goesOn(later, duty, DONE_MS), name);
      assert.ok(!goesOn(later, duty, DONE_MS + 1), name);
    }
    assert.ok(!goesOn(nothingDone, duty, 0));
    assert.ok(goesOn(doneAfter(done, { ...good, mail: bad, lease: bad }, DONE_MS), duty, DONE_MS + 1));
  });

  it('the same of a process that has nothing to write', () => {
    assert.ok(goesOn(nothingDone, { ...duty, waits: true }, 1));
    assert.ok(goesOn(nothingDone, { ...duty, works: false }, 1));
    const wrote = doneAfter(nothingDone, { ...good, schedule: bad }, 1);
    assert.ok(goesOn(wrote, { ...duty, schedules: 0 }, 1));
    assert.ok(!goesOn(wrote, duty, 1));
  });
});

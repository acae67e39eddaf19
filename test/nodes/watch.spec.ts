/** Health and metrics in a real Node-RED, with each fault of a table. */
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { recordFailure } from '../../lib/accounts/record-failure.ts';
import { queueAlarm } from '../../lib/alarms/alarms.ts';
import { initShare } from '../../lib/delivery/share.ts';
import { codes, errorCodes, type Severity } from '../../lib/errors/codes.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { ledgerIn } from '../../lib/ledger/sqlite/ledger-file.ts';
import type { Found, FoundReport } from '../../lib/model/completeness.ts';
import { realClock, type SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { Heartbeat } from '../../lib/watch/heartbeat.ts';
import type { ServiceWatch, WatchOptions } from '../../nodes/watch/service-watch.ts';
import { serveWatch } from '../../nodes/watch/watch.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { someContacts } from '../lib/mail/samples.ts';
import { readExposition } from '../lib/watch/read-exposition.ts';
import { frame, node } from '../support/flow-parts.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { admin, type FlowNode } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const NOW = fromHongKong('2025-06-20 12:00');
const MINUTE = 60_000;
const TOKEN = 'token-of-the-test-0123456789';

const schedule = (changes: Record<string, unknown> = {}) =>
  node(
    'schedule',
    'rap-schedule',
    {
      ...{ mode: 'times', times: [{ time: '07:00' }], pattern: '', calendar: 'securities', catchUp: true },
      ...changes,
    },
    [],
  );

interface HealthBody {
  ready: boolean;
  state: string;
  what: string;
  checks: Record<string, { state: string; what: string; since: string }>;
}

interface Given {
  ledger: Ledger;
  home: string;
  clock: SimulatedClock;
}

interface Fault {
  what: string;
  /** Done before Node-RED starts, with a ledger that is closed then. */
  before?: (given: Given) => Promise<unknown>;
  /** Done before that, without a ledger. @returns what undoes it */
  outside?: (home: string) => Promise<() => unknown>;
  nodes?: FlowNode[];
  watch?: Partial<WatchOptions>;
  /** Checks that are not ok; all others are. */
  checks?: Record<string, string>;
  state?: string;
  /** Figures that must be there; labels as JSON of pairs. */
  metrics?: [name: string, labels: [string, string][], value: number | ((value: number) => boolean)][];
}

const account = 'SIM001';

function found(reports: Partial<FoundReport>[]): Found {
  return {
    ...{ account, installation: 'hkscc', at: NOW / 1000, today: '2025-06-20', asked: ['2025-06-20'] },
    reports: reports.map((one) => ({
      ...{ report: 'CCLTN05', set: '', businessDate: '2025-06-20', system: 'CCASS', state: 'missing' },
      ...{
        about: NOW / 1000 - 7200,
        riskAfter: null,
        lateAfter: NOW / 1000 - 3600,
        cutOff: null,
        traces: [],
      },
      ...(one as object),
    })),
    ...{ messages: [], shortfalls: [], unaccepted: [], blind: false },
  };
}

const checkOf = (ledger: Ledger, reports: Partial<FoundReport>[]) =>
  ledger.expectations.recordCheck({ account, at: NOW, asked: {}, found: found(reports) });

const mail = (eventKey: string) => ({
  ...{ eventKey, kind: 'notice' as const, run: '', to: ['ann@broker.example'] },
  ...{ subject: 's', text: 't', html: '' },
});

const listing = (run: string, complete: boolean) => ({
  ...{
    run,
    account,
    installation: 'hkscc' as const,
    address: 'a:1',
    dataCentre: 'primary' as const,
    complete,
  },
  counts: { new: 0, changed: 0, known: 0, writing: 0, refused: 0 },
});

/** Lets the time pass until then. */
const to = (clock: SimulatedClock, at: number) => clock.advance(at - clock.now());

/** A run at a moment, good or with a fault. */
async function runAt({ ledger, clock }: Given, at: number, fault?: string): Promise<void> {
  const run = `run-${at}`;
  await to(clock, at);
  await ledger.runs.startRun({ run, trigger: 'timer' });
  await ledger.logins.countLogin(account);
  await ledger.runs.recordListing(listing(run, fault !== 'listing'));
  const good = fault === undefined;
  await ledger.looks.noteLook({
    ...{ account, at, dataCentre: 'primary' },
    ...{ good: good ? ['/INBOX'] : [], failed: good ? [] : ['/INBOX'] },
  });
  if (fault === 'failure') {
    const about = { run, account, code: 'CONNECTION_LOST' as const, subject: 'x' };
    await ledger.runs.recordFailure({ ...about, about: 'x', message: 'm', cure: 'c' });
  }
}

const faults: Fault[] = [
  {
    what: 'none',
    metrics: [
      ['rap_ready', [], 1],
      [
        'rap_check',
        [
          ['check', 'ledger'],
          ['state', 'ok'],
        ],
        1,
      ],
      [
        'rap_check',
        [
          ['check', 'ledger'],
          ['state', 'failed'],
        ],
        0,
      ],
      ['rap_mails_waiting', [], 0],
      ['rap_mail_oldest_seconds', [], 0],
      [
        'rap_alarms_open',
        [
          ['level', 'critical'],
          ['acknowledged', 'no'],
        ],
        0,
      ],
      ['rap_home_free_bytes', [], (free) => free > 0],
      ['rap_event_loop_delay_seconds', [['quantile', '0.99']], (delay) => delay >= 0 && delay < 600],
      ['rap_process_resident_bytes', [], (bytes) => bytes > 1e7],
    ],
  },
  {
    what: 'another process is in charge',
    before: async ({ ledger, clock }) => {
      await to(clock, NOW);
      await ledger.leases.claimLease({ name: 'writer', owner: 'host-9:77:x', ms: 60_000 });
    },
    state: 'waiting',
    checks: { lease: 'failed', ledger: 'unknown', schedule: 'unknown', mail: 'unknown' },
    metrics: [
      ['rap_ready', [], 0],
      ['rap_lease_holder_info', [['holder', 'process 77 on host-9']], 1],
    ],
  },
  {
    what: 'a ledger that is none',
    outside: async (home) => {
      await writeFile(ledgerIn(home), 'no ledger '.repeat(1000));
      return () => {};
    },
    checks: { lease: 'unknown', ledger: 'failed', schedule: 'failed', mail: 'unknown' },
    metrics: [['rap_ready', [], 0]],
  },
  {
    what: 'no node of RAP Ops',
    nodes: [node('comment', 'comment')],
    checks: { lease: 'unknown', ledger: 'unknown', schedule: 'unknown', mail: 'unknown' },
    metrics: [['rap_ready', [], 0]],
  },
  {
    what: 'no schedule',
    nodes: [node('switch', 'rap-switch', { dataCentre: 'primary', scope: 'all' })],
    checks: { schedule: 'failed' },
  },
  {
    what: 'a schedule whose settings cannot be used',
    nodes: [schedule({ times: [{ time: '25:00' }] })],
    checks: { lease: 'unknown', ledger: 'unknown', schedule: 'failed', mail: 'unknown' },
  },
  {
    what: 'one schedule of two that cannot be used',
    nodes: [schedule(), { ...schedule({ mode: 'pattern', pattern: 'x' }), id: 'other' }],
    checks: { schedule: 'failed' },
  },
  {
    what: 'a mail that has waited for long',
    before: async ({ ledger, clock }) => {
      await to(clock, NOW - 16 * MINUTE);
      await ledger.mails.queueMail(mail('old'));
      await to(clock, NOW);
      await ledger.mails.queueMail(mail('new'));
    },
    checks: { mail: 'failed' },
    metrics: [
      ['rap_mails_waiting', [], 2],
      ['rap_mail_oldest_seconds', [], 960],
    ],
  },
  {
    what: 'a mail that has just been queued',
    before: async ({ ledger, clock }) => {
      await to(clock, NOW - 14 * MINUTE);
      await ledger.mails.queueMail(mail('young'));
    },
    metrics: [['rap_mail_oldest_seconds', [], 840]],
  },
  {
    what: 'a mail that nobody took',
    before: async ({ ledger }) => {
      const { id } = await ledger.mails.queueMail(mail('refused'));
      await ledger.mails.markSending(id);
      const answers = [{ address: 'ann@broker.example', state: 'refused' as const, response: '550' }];
      await ledger.mails.settleMail(id, { answers, error: '550', nextAttempt: null });
    },
    metrics: [['rap_mails_not_delivered', [], 1]],
  },
  {
    what: 'an open alarm',
    before: async ({ ledger }) => {
      const alarm = { key: 'k', level: 'critical' as const, account, code: 'SHARE_MISSING', place: 'p' };
      const fault = { ...alarm, message: 'm', cure: 'c', run: '', groups: [] };
      await ledger.alarms.recordFault(fault, () => ({}));
    },
    metrics: [
      [
        'rap_alarms_open',
        [
          ['level', 'critical'],
          ['acknowledged', 'no'],
        ],
        1,
      ],
      [
        'rap_alarms_open',
        [
          ['level', 'critical'],
          ['acknowledged', 'yes'],
        ],
        0,
      ],
    ],
  },
  {
    what: 'reports that are missing and late',
    before: async ({ ledger }) =>
      checkOf(ledger, [
        {},
        { state: 'late', report: 'B', lateAfter: NOW / 1000 - 60 },
        { state: 'on-share', report: 'C' },
      ]),
    metrics: [
      [
        'rap_reports',
        [
          ['account', account],
          ['system', 'CCASS'],
          ['state', 'missing'],
        ],
        1,
      ],
      [
        'rap_reports',
        [
          ['account', account],
          ['system', 'CCASS'],
          ['state', 'late'],
        ],
        1,
      ],
      [
        'rap_reports',
        [
          ['account', account],
          ['system', 'CCASS'],
          ['state', 'on-share'],
        ],
        1,
      ],
      ['rap_reports_overdue_seconds', [['account', account]], 3600],
      ['rap_reports_complete', [['account', account]], 0],
      ['rap_reports_checked_timestamp_seconds', [['account', account]], NOW / 1000],
    ],
  },
  {
    what: 'reports that all came',
    before: async ({ ledger }) => checkOf(ledger, [{ state: 'on-share' }, { state: 'amended', report: 'B' }]),
    metrics: [
      ['rap_reports_overdue_seconds', [['account', account]], 0],
      ['rap_reports_complete', [['account', account]], 1],
    ],
  },
  ...['listing', 'failure'].map((fault) => ({
    what: `a last run with a fault (${fault})`,
    before: async (given: Given) => {
      await runAt(given, NOW - 90 * MINUTE);
      await runAt(given, NOW - 30 * MINUTE, fault);
    },
    metrics: [
      ['rap_last_good_run_timestamp_seconds', [['account', account]], (NOW - 90 * MINUTE) / 1000],
      ['rap_last_good_look_timestamp_seconds', [['account', account]], (NOW - 90 * MINUTE) / 1000],
    ] as NonNullable<Fault['metrics']>,
  })),
  {
    what: 'an account that never had a good run, and is locked',
    before: async (given) => {
      await runAt(given, NOW - MINUTE, 'listing');
      await given.ledger.accounts.lockLogin({ account, reason: 'refused', address: 'a:1' });
    },
    metrics: [
      ['rap_last_good_run_timestamp_seconds', [['account', account]], 0],
      ['rap_last_good_look_timestamp_seconds', [['account', account]], 0],
      ['rap_login_locked', [['account', account]], 1],
    ],
  },
  {
    what: 'a key that is a day old',
    before: async ({ ledger, clock }) => {
      await to(clock, NOW - 1440 * MINUTE);
      await ledger.logins.countLogin(account);
      await ledger.accountKeys.noteKey(account, 'SHA256:x');
    },
    metrics: [['rap_key_since_timestamp_seconds', [['account', account]], NOW / 1000 - 86_400]],
  },
];

describe('health and metrics', function () {
  this.timeout(2 * PATIENCE_MS);
  const system = useSystem({ clock: NOW - 2880 * MINUTE });
  let watch: ServiceWatch | undefined;
  let undo: () => unknown;

  async function start(fault: Fault): Promise<void> {
    undo = (await fault.outside?.(system.home)) ?? (() => {});
    if (fault.before !== undefined) {
      const ledger = await openHome(system.home, system.clock);
      await fault.before({ ledger, home: system.home, clock: system.clock });
      await ledger.close();
    }
    await to(system.clock, NOW);
    const settings = { token: TOKEN, heartbeat: undefined };
    const flow = [...frame(), ...(fault.nodes ?? [schedule()])];
    const serve = (RED: Parameters<typeof serveWatch>[0]) => {
      watch = serveWatch(RED, { settings, ...fault.watch });
    };
    await system.start(flow, { nodes: [serve as never] });
  }

  const health = async () => {
    const { status, body } = await admin().get('/rap-ops/health');
    return { status, body: body as HealthBody };
  };
  const metrics = async () => {
    const { status, text, headers } = await admin().get('/rap-ops/metrics');
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/);
    return readExposition(text);
  };

  /** What a process has not looked at yet is unknown: waits until all is as it is to be. */
  async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const value = await ask();
      if (holds(value)) return value;
      assert.ok(Date.now() < end, `waited in vain: ${JSON.stringify(value)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const statesOf = ({ body }: { body: HealthBody }) =>
    Object.fromEntries(Object.entries(body.checks).map(([name, { state }]) => [name, state]));

  beforeEach(async () => {
    undo = () => {};
  });
  afterEach(async () => {
    watch?.stop();
    await undo();
    watch = undefined;
  });

  for (const fault of faults) {
    it(`with this fault: ${fault.what}`, async () => {
      await start(fault);
      const wanted = { lease: 'ok', ledger: 'ok', schedule: 'ok', mail: 'ok', space: 'ok', ...fault.checks };
      const isRight = (answer: { body: HealthBody }) =>
        JSON.stringify(statesOf(answer)) === JSON.stringify(wanted);
      const { status, body } = await until(health, isRight);
      assert.deepEqual(statesOf({ body }), wanted, JSON.stringify(body));
      const ready = fault.checks === undefined;
      assert.equal(body.ready, ready);
      assert.equal(status, ready ? 200 : 503);
      assert.equal(body.state, fault.state ?? (ready ? 'ready' : 'not ready'));
      for (const { since, what } of Object.values(body.checks)) {
        assert.equal(new Date(since).toISOString(), since);
        assert.notEqual(what, '');
      }
      const families = await metrics();
      for (const [name, labels, value] of fault.metrics ?? []) {
        const is = families.get(name)?.get(JSON.stringify(labels));
        const right = typeof value === 'function' ? is !== undefined && value(is) : is === value;
        assert.ok(right, `${name}${JSON.stringify(labels)} is ${is}`);
      }
    });
  }

  it('shows each code of the policy table: whose run was not good, and which alarm is open', async () => {
    const named = (code: string) => `OF-${code}`;
    await start({
      what: '',
      before: async ({ ledger }) => {
        const [goodAt, at] = [NOW - 90 * MINUTE, NOW - 5 * MINUTE];
        const list = async (runAt: number) => {
          await to(system.clock, runAt);
          for (const code of errorCodes)
            await ledger.runs.recordListing({ ...listing(`run-${runAt}`, true), account: named(code) });
        };
        await list(goodAt);
        // An account is known by its log-ins.
        for (const code of errorCodes) await ledger.logins.countLogin(named(code));
        await list(at);
        for (const code of errorCodes) {
          const error = new RapError(code, 'm', { cure: 'c' });
          const of = { run: `run-${at}`, account: named(code), subject: `about ${code}` };
          const { message, cure } = await recordFailure(ledger, of, error);
          await queueAlarm(ledger, someContacts(), { ...of, code, message, cure, where: 'x', at }, []);
        }
      },
    });
    await until(health, ({ status }) => status === 200);
    const families = await metrics();
    const figure = (name: string, ...labels: [string, string][]) =>
      families.get(name)?.get(JSON.stringify(labels));
    const level: Record<Severity, string> = {
      ...{ critical: 'critical', warning: 'information', notice: 'information', none: '' },
    };
    const open = errorCodes.filter((code) => codes[code].ends !== 'at once');
    for (const code of errorCodes) {
      const account = ['account', named(code)] as [string, string];
      const good = figure('rap_last_good_run_timestamp_seconds', account);
      assert.equal(good, (NOW - 90 * MINUTE) / 1000, `${code}: a run that met it is not good`);
      const isOpen = figure('rap_alarms_open_by_code', ['code', code]);
      assert.equal(isOpen, open.includes(code) ? 1 : undefined, `${code}: its alarm`);
    }
    for (const one of ['critical', 'information']) {
      const wanted = open.filter((code) => level[codes[code].severity] === one).length;
      assert.equal(figure('rap_alarms_open', ['level', one], ['acknowledged', 'no']), wanted, one);
    }
    // What is critical is told at once, of the rest as many as an hour may have.
    const critical = open.filter((code) => codes[code].severity === 'critical').length;
    assert.ok((figure('rap_mails_waiting') ?? 0) > critical);
  });

  it('tells a ledger that is locked as not ready, in seconds, and as ready again since then', async () => {
    await start({ what: '' });
    await until(health, ({ status }) => status === 200);
    const locking = new DatabaseSync(ledgerIn(system.home));
    locking.exec('begin immediate');
    const locked = await until(health, ({ status }) => status === 503);
    assert.equal(locked.body.ready, false);
    assert.notEqual(locked.body.checks.ledger?.state, 'ok');
    assert.equal((await admin().get('/rap-ops/health/live')).status, 200);
    locking.exec('rollback');
    locking.close();
    const after = await until(health, ({ status }) => status === 200);
    assert.equal(after.body.what, 'Ready');
  });

  it('counts what comes from the start on', async () => {
    await start({
      what: '',
      before: async ({ ledger }) => {
        await ledger.logins.countLogin(account);
        await ledger.reports.recordReceived(aVersion({ account }));
      },
    });
    await until(health, ({ status }) => status === 200);
    const bytes = async () =>
      (await metrics()).get('rap_received_bytes_total')?.get(`[["account","${account}"]]`);
    assert.equal(await bytes(), 0);
    const began = async () => (await metrics()).get('rap_process_start_time_seconds')?.get('[]');
    assert.equal(await began(), await began(), 'whoever counts its changes counts starts');
    // Another process cannot write here, so the test does it as this one does: below the nodes.
    const { ledgerInUse } = await import('../../nodes/runtime/runtime.ts');
    const ledger = await ledgerInUse(system.home);
    assert.ok(ledger);
    await ledger.reports.recordReceived(aVersion({ account, path: '/INBOX/a', name: 'a', bytes: 500 }));
    await ledger.reports.recordReceived(aVersion({ account, path: '/INBOX/b', name: 'b', bytes: 700 }));
    assert.equal(await bytes(), 1200);
    assert.equal(await bytes(), 1200, 'once');
  });

  it('says whether the shares that are known answer, and how much room they have', async () => {
    const [good, gone] = ['good', 'gone'].map((name) => path.join(system.home, name));
    assert.ok(good && gone);
    await start({
      what: '',
      before: async ({ ledger }) => {
        for (const folder of [good, gone]) {
          await mkdir(folder);
          await ledger.shares.rememberShare(await initShare(folder, realClock));
        }
        await rm(path.join(gone, '.rap-share.json'));
      },
    });
    const answers = (root: string) => `[["share",${JSON.stringify(root)}]]`;
    const families = await until(metrics, (seen) => (seen.get('rap_share_answers')?.size ?? 0) === 2);
    assert.equal(families.get('rap_share_answers')?.get(answers(good)), 1);
    assert.equal(families.get('rap_share_answers')?.get(answers(gone)), 0);
    assert.ok((families.get('rap_share_free_bytes')?.get(answers(good)) ?? 0) > 0);
    assert.equal(
      families.get('rap_share_free_bytes')?.get(answers(gone)),
      undefined,
      'the room of another disk',
    );
  });

  it('shows a heartbeat that is not taken', async () => {
    const settings = { url: new URL('http://127.0.0.1:9/secret'), method: 'GET' as const, every: MINUTE };
    const heartbeat = new Heartbeat(settings, realClock, async () => {
      throw new Error('refused');
    });
    await start({ what: '', watch: { heartbeat } });
    const families = await until(metrics, (seen) => seen.get('rap_heartbeat_failures')?.get('[]') === 1);
    assert.equal(families.get('rap_heartbeat_last_timestamp_seconds')?.get('[]'), 0);
    assert.equal((await health()).status, 200);
  });

  it('answers who has the token, whatever proxy is between, and nobody else from behind one', async () => {
    await start({ what: '' });
    for (const place of ['/rap-ops/health', '/rap-ops/health/live', '/rap-ops/metrics']) {
      const forwarded = () => admin().get(place).set('X-Forwarded-For', '127.0.0.1');
      assert.equal((await forwarded()).status, 401, place);
      assert.equal((await forwarded().set('Authorization', 'Bearer no')).status, 401);
      const known = await forwarded().set('Authorization', `Bearer ${TOKEN}`);
      assert.ok([200, 503].includes(known.status), place);
      assert.equal(known.headers['cache-control'], 'no-store');
    }
  });
});

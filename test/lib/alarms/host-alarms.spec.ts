/** Which hosts people are told of. */
import assert from 'node:assert/strict';
import { queueAlarm } from '../../../lib/alarms/alarms.ts';
import { hostFaults, raiseHostAlarms } from '../../../lib/alarms/host-alarms.ts';
import { type Ledger, openLedger, type SharingHost } from '../../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { onEachDatabase, places } from '../ledger/engines.ts';
import { someContacts } from '../mail/samples.ts';

const NOW = Date.UTC(2026, 10, 30, 8);

describe('a fault of a host', () => {
  const host = (name: string, changes: Partial<SharingHost> = {}): SharingHost => ({
    ...{ owner: `${name}:1:x`, host: name, joinedAt: NOW - 3600_000, until: NOW + 20_000, offset: 0 },
    ...changes,
  });
  const cases: [string, SharingHost[], string[]][] = [
    ['none of hosts in order', [host('a'), host('b', { offset: 59_000 })], []],
    ['is its silence', [host('a'), host('b', { until: NOW })], ['HOST_SILENT b']],
    ['is not the silence of its life before', [host('a'), host('a', { owner: 'a:2:y', until: NOW - 1 })], []],
    [
      'is told once of two lives',
      [host('a', { until: NOW - 5 }), host('a', { until: NOW - 1 })],
      ['HOST_SILENT a'],
    ],
    ['is a clock that is ahead', [host('a', { offset: 300_000 }), host('b')], ['HOST_CLOCK a']],
    ['is a clock that is behind', [host('a'), host('b', { offset: -61_000 })], ['HOST_CLOCK b']],
    ['is not the clock of one that is gone', [host('a', { offset: 300_000, until: NOW })], ['HOST_SILENT a']],
    [
      'is that of all where the database is the odd one',
      [host('a', { offset: 90_000 }), host('b', { offset: 90_500 })],
      ['HOST_CLOCK a', 'HOST_CLOCK b'],
    ],
  ];
  for (const [what, hosts, faults] of cases) {
    it(what, () => {
      const found = hostFaults({ now: NOW, hosts, duties: [] });
      assert.deepEqual(
        found.map(({ code, subject }) => `${code} ${subject}`),
        faults,
      );
    });
  }

  it('says by how much and which way', () => {
    const say = (offset: number) =>
      hostFaults({ now: NOW, hosts: [host('ops-2', { offset })], duties: [] })[0]?.message;
    assert.equal(say(300_000), 'The clock of host ops-2 is 300 s ahead of that of the database');
    assert.equal(say(-90_400), 'The clock of host ops-2 is 90 s behind that of the database');
  });
});

onEachDatabase('the alarms about a host', () => {
  const folder = temporaryFolder();
  const newPlace = places();
  const DAY = 86_400_000;
  const config = someContacts();
  let ledger: Ledger;
  let clock: SimulatedClock;
  const acting = (host: string) => ({ owner: `${host}:1:x`, host, ms: 45_000 });
  const beat = (host: string) => ledger.duties.beat(acting(host), clock.now());
  const rounds = () => raiseHostAlarms(ledger, config, clock.now());
  const open = async () =>
    (await ledger.alarms.openAlarms()).map(({ code, subject }) => `${code} ${subject}`).sort();
  /** What a node of the host found wrong ahead of any run. */
  const settings = (host: string, code = 'CONFIG_INVALID') =>
    queueAlarm(
      ledger,
      config,
      {
        ...{ code, subject: `settings of Login (${host})`, where: 'Login', message: 'm', cure: 'c' },
        ...{ run: '', account: '', at: clock.now(), host },
      },
      [],
    );
  const closings = async () => {
    const all = await Promise.all([1, 2, 3, 4].map((id) => ledger.alarms.alarm(id)));
    return all.flatMap((one) => (one?.closedFor === undefined ? [] : one.closedFor.code));
  };

  beforeEach(async () => {
    clock = new SimulatedClock(NOW);
    ledger = await openLedger(await newPlace(folder()), clock, { time: async () => clock.now() });
    await beat('ops-1');
    await beat('ops-2');
  });
  afterEach(() => ledger.close());

  it('end by themselves a week after it was heard of last: it was renamed, or taken out of service', async () => {
    await settings('ops-2');
    await settings('ops-2', 'NOT_WRITABLE');
    await settings('ops-1');
    clock.jump(60_000);
    await beat('ops-1');
    await rounds();
    const others = ['CONFIG_INVALID settings of Login (ops-1)'];
    const all = [
      ...others,
      'CONFIG_INVALID settings of Login (ops-2)',
      'HOST_SILENT ops-2',
      'NOT_WRITABLE settings of Login (ops-2)',
    ];
    assert.deepEqual(await open(), all);
    clock.jump(7 * DAY - 3_600_000);
    await beat('ops-1');
    await rounds();
    assert.deepEqual(await open(), all, 'it may be back any day');
    clock.jump(2 * 3_600_000);
    await beat('ops-1');
    await rounds();
    assert.deepEqual(await open(), others);
    assert.deepEqual(await closings(), ['hostRetired', 'hostRetired', 'hostRetired']);
  });

  it('go on while it ends in order and comes back, and end as usual when it is in order', async () => {
    await settings('ops-2');
    for (const days of [3, 6, 6]) {
      await ledger.duties.leave(acting('ops-2').owner);
      clock.jump(days * DAY);
      await beat('ops-1');
      await rounds();
      assert.deepEqual(await open(), ['CONFIG_INVALID settings of Login (ops-2)'], 'not silent: it said so');
      await beat('ops-2');
      await rounds();
    }
    clock.jump(60_000);
    await beat('ops-1');
    await rounds();
    assert.equal((await open()).length, 2);
    await ledger.duties.beat({ ...acting('ops-2'), owner: 'ops-2:2:y' }, clock.now());
    await rounds();
    assert.equal((await open()).length, 1);
    assert.deepEqual(await closings(), ['hostInOrder']);
  });

  for (const subject of ['settings of Login (ops-2)', 'settings of File', 'settings of List (old)'])
    it(`of before hosts were known end when no host meets them any more: ${subject}`, async () => {
      const alarm = { code: 'CONFIG_INVALID', subject, where: 'Login', message: 'm', cure: 'c' };
      const raise = (of: object) => {
        const told = { ...alarm, run: '', account: '', at: clock.now(), ahead: true, ...of };
        return queueAlarm(ledger, config, told, []);
      };
      const day = async (days: number) => {
        clock.jump(days * DAY);
        for (const host of ['ops-1', 'ops-2']) await beat(host);
        await rounds();
      };
      await raise({});
      await day(6.9);
      assert.deepEqual(await open(), [`CONFIG_INVALID ${subject}`], 'its host may come back');
      await day(0.2);
      assert.deepEqual([await open(), await closings()], [[], ['notMet']]);
      await raise({});
      await day(6);
      await raise({ host: 'ops-2' });
      await day(8);
      assert.deepEqual(
        await open(),
        [`CONFIG_INVALID ${subject}`],
        'it is of a host by now, which ends it itself',
      );
    });
});

import assert from 'node:assert/strict';
import path from 'node:path';
import {
  askForSwitch,
  confirmSwitch,
  dataCentreChoices,
  enforceExpiry,
  switchDataCentre,
} from '../../../lib/accounts/data-centre-switch.ts';
import { refuseWhileFrozen } from '../../../lib/accounts/key-freeze.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { keepPlan } from '../../../lib/practice/day-store.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const at = (time: string) => fromHongKong(`2025-06-21 ${time}`);

describe('switching the data centre', () => {
  const folder = temporaryFolder();
  let count = 0;
  let ledger: Ledger;
  let clock: SimulatedClock;
  beforeEach(async () => {
    clock = new SimulatedClock(at('13:00'));
    ledger = await openLedger(path.join(folder(), String(count++), 'ledger.sqlite'), clock);
  });
  afterEach(() => ledger.close());

  const request = {
    accounts: ['SIM001', 'SIMC01'],
    dataCentre: 'secondary',
    reason: 'primary is down',
    by: 'A. Chan',
  } as const;

  it('records who, why, with whom and until when, and journals it', async () => {
    const { switched: results } = await switchDataCentre(ledger, clock, {
      ...request,
      second: 'B. Wong',
      until: at('19:00'),
    });
    assert.deepEqual(
      results.map(({ account, before, after, changed }) => `${account} ${before} ${after} ${changed}`),
      ['SIM001 primary secondary true', 'SIMC01 primary secondary true'],
    );
    const [first] = await dataCentreChoices(ledger, ['SIM001']);
    assert.deepEqual(first, {
      account: 'SIM001',
      dataCentre: 'secondary',
      reason: 'primary is down',
      by: 'A. Chan',
      second: 'B. Wong',
      until: at('19:00'),
      chosenAt: at('13:00'),
    });
    const records = await ledger.journal.records();
    assert.equal(records.length, 2);
    assert.equal(records[0]?.who, 'A. Chan');
    assert.equal(records[0]?.details.second, 'B. Wong');
  });

  it('does nothing when the same is decided again', async () => {
    await switchDataCentre(ledger, clock, request);
    const { switched: again } = await switchDataCentre(ledger, clock, request);
    assert.ok(again.every(({ changed }) => !changed));
    assert.equal((await ledger.journal.records()).length, 2);
  });

  it('puts back what has run out, once, and forgets the end when a person decides anew', async () => {
    await switchDataCentre(ledger, clock, { ...request, until: at('19:00') });
    await switchDataCentre(ledger, clock, { ...request, accounts: ['SIMC01'], until: at('20:00') });
    await clock.advance(at('18:59') - clock.now());
    assert.deepEqual(await enforceExpiry(ledger, clock), []);
    await clock.advance(60_000);
    assert.deepEqual(
      (await enforceExpiry(ledger, clock)).map(({ account, by }) => `${account} ${by}`),
      ['SIM001 A. Chan'],
    );
    assert.deepEqual(await enforceExpiry(ledger, clock), []);
    assert.equal(await ledger.accounts.dataCentreOf('SIM001'), 'primary');
    assert.equal(await ledger.accounts.dataCentreOf('SIMC01'), 'secondary');
    await switchDataCentre(ledger, clock, { ...request, accounts: ['SIMC01'] });
    await clock.advance(3 * 3_600_000);
    assert.deepEqual(await enforceExpiry(ledger, clock), []);
  });

  it('refuses a decision without reason or person, a second person who is the first, and times gone by', async () => {
    const wrong: [string, Parameters<typeof switchDataCentre>[2]][] = [
      ['accounts', { ...request, accounts: [] }],
      ['reason', { ...request, reason: ' ' }],
      ['by', { ...request, by: '' }],
      ['second', { ...request, second: 'a. chan' }],
      ['until', { ...request, until: at('13:00') }],
      ['until', { ...request, dataCentre: 'primary', until: at('19:00') }],
    ];
    for (const [field, one] of wrong) {
      await assert.rejects(switchDataCentre(ledger, clock, one), (error: unknown) => {
        assert.ok(error instanceof RapError);
        assert.equal(error.details.field, field);
        return true;
      });
    }
    assert.equal((await ledger.journal.records()).length, 0);
  });

  it('takes nobody for the second person who stands behind the first one, under either name', async () => {
    const { id } = await askForSwitch(ledger, clock, 'node', { ...request, by: 'A. Chan (login ops1)' });
    const first = [
      { by: 'a chan', login: 'ops2' },
      { by: 'Lee', login: 'OPS1' },
      { by: 'Lee (login ops1)' },
      { by: 'ops1', login: '' },
      { by: 'A Chan (login ops1)', login: 'ops1' },
    ];
    for (const one of first) {
      await assert.rejects(confirmSwitch(ledger, clock, { id, ...one }), /second is A. Chan/, one.by);
    }
    assert.equal((await confirmSwitch(ledger, clock, { id, by: 'Lee', login: 'ops2' })).state, 'confirmed');
    const decided = { ...request, by: 'Lee (login ops2)', second: 'ops2' };
    await assert.rejects(switchDataCentre(ledger, clock, decided), /second is Lee/);
  });

  it('refuses every key action in the freeze of a plan that is kept, and none outside', async () => {
    await keepPlan(ledger, practice20250621);
    await refuseWhileFrozen(ledger, at('13:59'));
    await assert.rejects(refuseWhileFrozen(ledger, at('14:00')), { code: 'KEY_FROZEN' });
    await assert.rejects(refuseWhileFrozen(ledger, at('18:59')), /2025-06-21 14:00 to 2025-06-21 19:00/);
    await refuseWhileFrozen(ledger, at('19:00'));
  });
});

/** What the account's dialog saves, as the engine takes it. */
import assert from 'node:assert/strict';
import { defaults } from '../../nodes/rap-account/presets.ts';
import { readAccount } from '../../nodes/rap-account/settings.ts';

const saved = {
  name: 'hkscc',
  installation: 'hkscc',
  user: 'SIM001',
  addresses: [{ dataCentre: 'primary', host: '127.0.0.1', port: '18801' }],
  folders: [{ folder: '/INBOX' }],
};
const account = (changes: object) => readAccount({ ...saved, ...changes }, () => undefined).account;

describe('The settings of an account', () => {
  it('reach the engine in its units', () => {
    const { limits, reserve, loginsPerDay, bandwidth, resume, deadlines } = account({
      requestSeconds: '7',
      maxDepth: '3',
      maxListingMegabytes: '2',
      maxListingSeconds: '30',
      maxEntries: '50',
      reserveMegabytes: '10',
      loginsPerDay: '12',
      bandwidth: '09:00-16:30 500; 22:00 - 01:00 2000 ;',
      resume: true,
    });
    assert.deepEqual(
      [
        deadlines.request,
        limits.depth,
        limits.bytes,
        limits.time,
        limits.entries,
        reserve,
        loginsPerDay,
        resume,
      ],
      [7_000, 3, 2 * 1024 ** 2, 30_000, 50, 10 * 1024 ** 2, 12, true],
    );
    assert.deepEqual(bandwidth, [
      { from: '09:00', to: '16:30', kilobytes: 500 },
      { from: '22:00', to: '01:00', kilobytes: 2000 },
    ]);
  });

  it('left empty are what the dialog shows as our defaults', () => {
    const shown = Object.fromEntries(Object.keys(defaults).map((field) => [field, defaults[field]]));
    const { reserve: _, ...empty } = account({});
    const { reserve: __, ...filled } = account(shown);
    assert.deepEqual(empty, filled);
  });

  for (const bandwidth of ['fast', '09:00-16:30', '9-16 500', '09:00-25:00 500', '09:00-10:00 0']) {
    it(`refuse the timetable "${bandwidth}"`, () => {
      assert.throws(() => account({ bandwidth }), { code: 'CONFIG_INVALID' });
    });
  }
});

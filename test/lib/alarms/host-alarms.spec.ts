/** Which hosts people are told of. */
import assert from 'node:assert/strict';
import { hostFaults } from '../../../lib/alarms/host-alarms.ts';
import type { SharingHost } from '../../../lib/ledger/ledger.ts';

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

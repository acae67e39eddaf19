/** The hosts that share the work, on the page of the system. */
import assert from 'node:assert/strict';
import type { Kit } from '../../../lib/desk/kit.ts';
import { hostsCard, hostsOf, hostTroubles } from '../../../lib/desk/system/hosts.ts';
import type { HeldDuty, Sight } from '../../../lib/ledger/ledger.ts';
import { Evening } from './support.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const OWN = 'ops-1:10:x';
const OTHER = 'ops-2:20:y';

const host = (name: string, owner: string, changes: object = {}) => ({
  ...{ owner, host: name, joinedAt: NOW, until: NOW + 45_000, offset: 0, ...changes },
});
const duty = (kind: HeldDuty['kind'], subject: string, owner: string, changes: object = {}): HeldDuty => ({
  ...{ kind, subject, owner, fence: 1, host: '', until: NOW + 45_000, since: NOW, givenTo: '', wantedBy: '' },
  ...changes,
});
const sight: Sight = {
  now: NOW,
  hosts: [host('ops-1', OWN), host('ops-2', OTHER)],
  duties: [
    duty('account', 'B01', OWN),
    duty('account', 'B02', OTHER),
    duty('account', 'B03', OTHER, { until: NOW }),
    duty('schedule', 'evening', OWN),
    duty('site', 'mail', OWN),
    duty('site', 'of a later release', OTHER),
    duty('account', 'B04', ''),
  ],
};

describe('the hosts on the page of the system', () => {
  const kit = (language: Kit['language']): Kit => ({
    ...{ language, tag: language, now: NOW, login: '', acts: [], lines: [], root: './' },
  });

  it('have what they hold now, and no more', () => {
    const [one, two] = hostsOf(sight, OWN);
    assert.deepEqual([one?.here, one?.accounts, one?.site], [true, ['B01'], ['mail']]);
    assert.deepEqual([two?.here, two?.accounts, two?.site], [false, ['B02'], ['of a later release']]);
  });

  it('are silent from the moment on to which they were there, whatever their clock', () => {
    const states = (changes: object) =>
      hostsOf({ now: NOW, hosts: [host('a', 'a', changes)], duties: [] }, '')[0]?.state;
    assert.equal(states({}), 'works');
    assert.equal(states({ until: NOW }), 'silent');
    assert.equal(states({ until: NOW, offset: 300_000 }), 'silent');
    assert.equal(states({ offset: 60_000 }), 'works');
    assert.equal(states({ offset: -60_001 }), 'clock');
  });

  for (const [language, here, works, silent, clock] of [
    ['en', 'this host', 'at work', /silent since/, /differs from the database.s by -300 s/],
    ['zh-Hant', '本主機', '運作中', /無回應/, /相差 -300 秒/],
    ['zh-Hans', '本主机', '运行中', /无/, /-300 秒/],
  ] as const) {
    it(`are shown, and their troubles told: ${language}`, () => {
      const card = String(hostsCard(hostsOf(sight, OWN), kit(language)));
      for (const part of ['ops-1', 'ops-2', here, works, 'B01', 'B02', 'of a later release'])
        assert.ok(card.includes(part), part);
      assert.ok(!card.includes('B03') && !card.includes('evening'));
      assert.deepEqual(hostTroubles(hostsOf(sight, OWN), kit(language)), []);
      const troubled = hostsOf(
        {
          ...sight,
          hosts: [host('ops-1', OWN, { until: NOW - 1 }), host('ops-2', OTHER, { offset: -300_000 })],
        },
        '',
      );
      const [first = '', second = ''] = hostTroubles(troubled, kit(language)).map(String);
      assert.match(first, silent);
      assert.match(second, clock);
      assert.match(String(hostsCard(troubled, kit(language))), silent);
    });
  }

  it('are not named where one works alone', () => {
    assert.equal(hostsCard([], kit('en')), '');
  });

  it('stand on the page itself, escaped', async () => {
    const evening = await Evening.begin();
    try {
      const acting = { owner: OTHER, host: '<ops>', ms: 600_000 };
      assert.doesNotMatch((await evening.ask('en', 'system')).body, /data-key="ops-2:20:y"/);
      await evening.ledger.duties.beat(acting, Date.now());
      await evening.ledger.duties.claim([{ kind: 'account', subject: 'HKSCC' }], acting);
      const { body } = await evening.ask('en', 'system');
      assert.match(body, /data-key="ops-2:20:y"><span class="name">&lt;ops&gt;/);
      assert.match(body, /1 account: HKSCC/);
    } finally {
      await evening.end();
    }
  });
});

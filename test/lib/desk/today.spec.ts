/** "Is all well?": green for nothing but a whole day on the share, and a sentence for whatever is not known. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LiveFact } from '../../../lib/desk/live.ts';
import { t } from '../../../lib/i18n/translate.ts';
import type { Sighting } from '../../../lib/ledger/records/alarm-sightings.ts';
import { weatherStoreOf } from '../../../lib/practice/weather-store.ts';
import { hongKongDate } from '../../../lib/time/hong-kong.ts';
import type { Decision } from '../../../lib/weather/decide.ts';
import { noEvidence } from '../../../lib/weather/evidence.ts';
import { Evening, hkscc, wholeFlow } from './support.ts';

const sight: Sighting = {
  ...{ key: 'k', level: 'critical', account: 'HKSCC', code: 'HOST_KEY_MISMATCH', place: 'log in' },
  ...{ message: 'The host key changed', cure: 'Ring HKEX', run: 'run-1', groups: [] },
};
/** A share that does not answer. */
const room = (root: string): LiveFact => ({
  ...{ kind: 'room', root, at: 0, state: 'silent', fault: 'no answer', free: null, size: null },
});
const markup = '<img src=x onerror=alert(1)>"\'&';

describe("the desk's page of today", () => {
  let evening: Evening;
  beforeEach(async () => {
    evening = await Evening.begin();
    await evening.lease();
  });
  afterEach(() => evening.end());

  const allHere = async () => {
    await evening.wholeDay();
    await evening.look('22:00');
  };

  it('is green when every report of the day lies on the share, read back', async () => {
    await allHere();
    const { tone, headline, others } = await evening.verdict();
    assert.deepEqual([tone, headline], ['ok', 'All is well: all 4 reports are on the shares']);
    assert.deepEqual(others, []);
  });

  it('says what was decided of the weather last, and that nothing was', async () => {
    await allHere();
    evening.live.facts = [
      ...evening.live.facts,
      { kind: 'weather', node: 'w', name: 'Weather', date: '', ofPlan: false },
    ];
    const store = weatherStoreOf(evening.ledger, 'practice');
    const said = async () => (await evening.ask()).body;
    assert.ok((await said()).includes(t('en', 'desk.today.noWord')));
    for (const verdict of ['clear', 'hold', 'terminating', 'cancelled'] as const) {
      const at = evening.clock.now();
      const decision: Decision = {
        ...{ date: hongKongDate(at), at, verdict, effectiveAt: at, trigger: null, reasons: ['r/s'] },
        ...{ quality: 'sure', needsPerson: false, moot: false },
      };
      await store.save({ date: decision.date, evidence: noEvidence, decision, answers: [] });
      assert.ok((await said()).includes(t('en', `desk.today.verdicts.${verdict}`)), verdict);
    }
  });

  it('counts as the mails do: what has no time is told besides, and is no reason to be or not to be green', async () => {
    await writeFile(
      join(evening.home, 'catalogue.yaml'),
      'reports:\n  - { code: RMAMR03, installation: hkscc, watch: yes }\n  - { code: CCLTN05, installation: hkscc, watch: yes }\n',
    );
    await evening.wholeDay(['RPF01']);
    await evening.receive('21:30', 'CCLTN05_SIM001_20261120.csv');
    await evening.look('22:00');
    const said = async () => {
      const { tone, headline } = await evening.verdict();
      const [, facts = ''] = /<p class="n">(.*?)<\/p>/.exec((await evening.ask()).body) ?? [];
      return [tone, headline, facts.split(' · ').slice(1).join(' · ')];
    };
    assert.deepEqual(await said(), [
      'ok',
      'All is well: all 3 reports are on the shares',
      '3 of 3 on the shares · and 1 more without a set time',
    ]);
    await evening.receive('22:01', 'CCLTN05_SIM001_20261120.csv', false, 'b'.repeat(64));
    await evening.look('22:02');
    assert.deepEqual((await said()).slice(0, 2), ['warn', '1 report is here and not on the share: CCLTN05']);
  });

  /** What is done to a whole day, and what then is the first thing that is said. */
  const doubts: [what: string, doubt: () => Promise<unknown> | unknown, tone: string, says: RegExp][] = [
    ['no account is deployed', () => set({ accounts: [] }), 'warn', /^No account is deployed/],
    [
      'nobody has accepted a report here',
      () => writeFile(join(evening.home, 'catalogue.yaml'), 'reports: []\n'),
      'warn',
      /^HKSCC: none awaited \(\d+ of the catalogue not accepted\)/,
    ],
    [
      'the catalogue cannot be read',
      () => writeFile(join(evening.home, 'catalogue.yaml'), 'reports: [{ code: }\n'),
      'bad',
      /^It cannot be told what is due at HKSCC/,
    ],
    [
      'the account has no participant',
      () => set({ accounts: [{ ...hkscc, participant: '' }] }),
      'warn',
      /has no participant/,
    ],
    [
      'the runs do not look into a folder',
      () => set({ accounts: [{ ...hkscc, folders: ['/INBOX'] }] }),
      'warn',
      /\/RPF is not listed/,
    ],
    ['another process is in charge', () => evening.lease('ops-2:4711:x'), 'warn', /process 4711 on ops-2/],
    ['no process is in charge', () => evening.lease('ops-2:4711:x', 1), 'bad', /^No process is at work/],
    [
      'nothing tells people what is late',
      () => set({ facts: wholeFlow.slice(1) }),
      'warn',
      /^Nobody is told/,
    ],
    [
      'no run begins by itself',
      () => set({ facts: wholeFlow.slice(0, 1) }),
      'warn',
      /^No schedule begins runs of HKSCC/,
    ],
    [
      'a share does not answer',
      () => set({ facts: [...wholeFlow, room('/srv/risk')] }),
      'bad',
      /^A share does not answer: \/srv\/risk/,
    ],
    [
      'a node cannot work',
      () =>
        set({
          faults: [
            { node: 'Route', type: 'report-route', code: 'ROUTE_INVALID', message: 'No rule', cure: '' },
          ],
        }),
      'warn',
      /^Route cannot work: No rule/,
    ],
    [
      'several nodes cannot work for one reason',
      () => {
        const fault = {
          type: 'rap-connect',
          code: 'CONFIG_INVALID',
          message: 'The account is disabled',
          cure: '',
        };
        set({ faults: ['Log in', 'Log out', 'Log in'].map((node) => ({ node, ...fault })) });
      },
      'warn',
      /^Log in, Log out cannot work: The account is disabled$/,
    ],
    [
      'the secondary data centre is in use',
      () =>
        evening.ledger.accounts.chooseDataCentres([
          { account: 'HKSCC', dataCentre: 'secondary', reason: 'x', by: 'y' },
        ]),
      'warn',
      /^At the SECONDARY data centre: HKSCC/,
    ],
    [
      'a key that might be used until yesterday',
      () => evening.ledger.accountKeys.setKeyUntil('HKSCC', '2026-11-19'),
      'bad',
      /^The key of HKSCC might be used until 2026-11-19, which is over/,
    ],
    [
      'a key that ends on the next business day',
      () => evening.ledger.accountKeys.setKeyUntil('HKSCC', '2026-11-23'),
      'warn',
      /^The key of HKSCC may be used until 2026-11-23 only/,
    ],
    [
      'the login is locked',
      () => evening.ledger.accounts.lockLogin({ account: 'HKSCC', reason: 'key refused', address: '' }),
      'bad',
      /^The login is locked: HKSCC \(key refused\)/,
    ],
    [
      'a critical alarm is open',
      () => evening.ledger.alarms.recordFault(sight, () => ({})),
      'bad',
      /^1 critical alarm/,
    ],
    [
      'an alarm of less weight is open',
      () => evening.ledger.alarms.recordFault({ ...sight, level: 'information' }, () => ({})),
      'warn',
      /^1 more alarm is open: HKSCC host key changed$/,
    ],
    [
      'a report was amended and the new one is not on the share',
      () => evening.receive('22:01', evening.half(4, 'DAT'), false, 'b'.repeat(64)),
      'warn',
      /^1 report is here and not on the share: RMAMR03:4/,
    ],
    [
      'a run that was due has not begun',
      () => set({ facts: [wholeFlow[0] as LiveFact, { ...schedule, last: evening.at('21:30') }] }),
      'bad',
      /^A run that was due has not begun: Evening 11-20 21:30/,
    ],
    [
      'an account that was at work is no more in the flow',
      () => lookOf('HKCC', '20:00'),
      'warn',
      /^An account is not in the flow any more, nothing of it is fetched: HKCC$/,
    ],
    [
      'a delivered file is gone from its share',
      () => lose('gone', 'RPF01_20261120.csv'),
      'warn',
      /^1 report is here and not on the share: RPF01$/,
    ],
    [
      'a delivered file was changed on its share',
      () => lose('changed', evening.half(4, 'DAT')),
      'warn',
      /^1 report is here and not on the share: RMAMR03:4$/,
    ],
    [
      'a delivered file of a day before is gone from its share',
      () => lose('gone', 'RPF01_20261118.csv'),
      'warn',
      /^1 delivered file is gone from its share, or changed: RPF01_20261118.csv \(\/srv\/risk\)$/,
    ],
    [
      'a file that nobody expects came and is on no share',
      async () => {
        await evening.receive('21:10', 'CCLTN05_20261120_01.txt', false);
        await evening.look('22:00');
      },
      'warn',
      /^1 report is here and not on the share: CCLTN05_20261120_01.txt$/,
    ],
    [
      'a file of days ago came and is on no share',
      async () => {
        await evening.receive('21:10', 'RPF01_20261117.csv', false);
        await evening.look('22:00');
      },
      'warn',
      /^1 report is here and not on the share: RPF01_20261117.csv$/,
    ],
    ['mails wait for the relay', () => mailWaits(), 'warn', /^1 mail is not sent yet: nobody has been told$/],
  ];
  const set = (change: Partial<Evening['live']>) => {
    evening.live = { ...evening.live, ...change };
  };

  const schedule = wholeFlow[1] as Extract<LiveFact, { kind: 'schedule' }>;
  const lookOf = async (account: string, time: string) => {
    const at = evening.at(time);
    await evening.ledger.logins.countLogin(account);
    await evening.ledger.looks.noteLook({ account, at, dataCentre: 'primary', good: ['/INBOX'], failed: [] });
  };
  const lose = async (state: 'gone' | 'changed', name: string) => {
    const versionId = await evening.receive('22:01', name);
    const share = '/srv/risk';
    const of = { versionId, share, file: `/srv/risk/${name}`, sha256: 'a'.repeat(64) };
    await evening.ledger.deliveries.recordDelivery({ ...of, outcome: 'published', run: 'run-1' });
    await evening.ledger.placedFiles.notePlaced([{ versionId, share, state, why: '' }], evening.at('22:02'));
  };
  const mailWaits = async () => {
    const mail = { kind: 'digest', subject: 's', text: 't', html: '', domain: 'broker.example' } as const;
    await evening.ledger.mails.queueMail({
      ...mail,
      eventKey: 'e',
      run: 'run-1',
      to: ['ada@broker.example'],
    });
    await evening.goTo('22:20');
  };

  it('takes a run that has just fallen due, or that began, for well', async () => {
    await allHere();
    const facts = (last: number): LiveFact[] => [wholeFlow[0] as LiveFact, { ...schedule, last }];
    set({ facts: facts(evening.at('21:59')) });
    assert.doesNotMatch((await evening.verdict()).headline, /run/);
    const begin = { schedule: 'evening', run: 'run-9', trigger: 'timer' };
    await evening.ledger.scheduleRuns.beginRun({ ...begin, due: evening.at('21:30') });
    set({ facts: facts(evening.at('21:30')) });
    assert.doesNotMatch((await evening.verdict()).headline, /run/);
    // The time moved back to one before it.
    set({ facts: facts(evening.at('07:00')) });
    assert.doesNotMatch((await evening.verdict()).headline, /run/);
  });

  it('does not miss a run of a time that passed before the schedule was there', async () => {
    await allHere();
    const facts = (since: number): LiveFact[] => [
      wholeFlow[0] as LiveFact,
      { ...schedule, last: evening.at('21:30'), since },
    ];
    const said = async (since: string) => {
      set({ facts: facts(evening.at(since)) });
      const { body } = await evening.ask();
      return [(await evening.verdict()).tone, /run due 21:30 has not begun/.test(body)];
    };
    assert.deepEqual(await said('21:31'), ['ok', false]);
    assert.deepEqual(await said('21:30'), ['ok', false]);
    assert.deepEqual(await said('21:29'), ['bad', true]);
    // One that had a run before was there, whenever this process began.
    const begin = { schedule: 'evening', run: 'run-9', trigger: 'timer' };
    await evening.ledger.scheduleRuns.beginRun({ ...begin, due: evening.at('07:00') });
    assert.deepEqual(await said('21:31'), ['bad', true]);
  });

  for (const [what, doubt, tone, says] of doubts) {
    it(`is not green when ${what}, and says so first`, async () => {
      await allHere();
      await doubt();
      const said = await evening.verdict();
      assert.match(said.headline, says);
      assert.equal(said.tone, tone);
      for (const language of ['zh-Hant', 'zh-Hans'] as const) {
        assert.doesNotMatch((await evening.verdict(language)).headline, /\{|undefined/);
      }
    });
  }

  it('says of a report that came and is not filed that it is not on the share', async () => {
    await evening.wholeDay(['RPF01']);
    await evening.receive('21:10', `RPF01_20261120.csv`, false);
    await evening.look('22:00');
    const { tone, headline } = await evening.verdict();
    assert.deepEqual([tone, headline], ['warn', '1 report is here and not on the share: RPF01']);
  });

  it('follows an evening: later, due, half here, late, given up by a person', async () => {
    await evening.look('06:00');
    const first = async () => {
      const { tone, headline } = await evening.verdict();
      return `${tone}: ${headline}`;
    };
    assert.match(await first(), /^grey: Nothing is late; 4 reports are still to come/);
    await evening.wholeDay(['RPF01', '_4_DAT']);
    await evening.look('21:04');
    assert.match(await first(), /^grey: 2 reports are due now: /);
    await evening.look('22:00');
    assert.equal(await first(), 'bad: 2 reports are late: RMAMR03:4, RPF01');
    await evening.receive('22:01', evening.half(4, 'DAT'));
    const by = { by: 'Chan', reason: 'HKEX sends none' };
    await evening.ledger.expectations.enterExpectation(
      'HKSCC',
      { entry: 'closed', report: 'RPF01', set: '', businessDate: '2026-11-20' },
      by,
    );
    await evening.look('22:02');
    assert.equal(await first(), 'grey: 1 report was given up by a person: RPF01');
    const { body } = await evening.ask();
    assert.match(body, /given up by Chan: HKEX sends none/);
    assert.match(body, /3 of 3 on the shares/);
  });

  it('says when nobody could look, and counts down to the next cut-off', async () => {
    await evening.wholeDay(['RPF01']);
    await evening.look('21:50', ['/RPF']);
    await evening.goTo('22:52');
    const { tone, headline } = await evening.verdict();
    assert.deepEqual([tone, headline], ['bad', 'Nobody can say whether RPF01 is at RAP']);
    assert.match((await evening.ask()).body, /cut-off 23:00, in 8 min/);
  });

  it('says of a new site that nothing is set up, and of one that lost its ledger that it cannot be read', async () => {
    await allHere();
    await evening.ledger.close();
    const takeAway = (...names: string[]) =>
      Promise.all(names.map((name) => rm(join(evening.home, name), { recursive: true, force: true })));
    await takeAway('ledger.sqlite', 'ledger.sqlite-wal', 'ledger.sqlite-shm');
    assert.match((await evening.ask()).body, /The ledger cannot be read: nothing can be said/);
    await takeAway('ledger.sqlite.seal', 'secrets');
    const { status, body } = await evening.ask();
    assert.equal(status, 503);
    assert.match(body, /Nothing has run here yet/);
    assert.doesNotMatch(body, /cannot be read|class="verdict ok"/);
  });

  it('says that the ledger cannot be read instead of a page', async () => {
    await allHere();
    await evening.ledger.close();
    for (const what of ['', '-wal', '-shm']) {
      await writeFile(join(evening.home, `ledger.sqlite${what}`), 'no ledger at all');
    }
    const { status, body } = await evening.ask();
    assert.equal(status, 503);
    assert.match(body, /The ledger cannot be read: nothing can be said/);
    assert.doesNotMatch(body, /verdict ok/);
    for (const language of ['zh-Hant', 'zh-Hans'] as const) {
      const said = (await evening.ask(language)).body;
      assert.ok(said.includes(t(language, 'errors.cure.LEDGER_UNUSABLE')), language);
    }
  });

  it('shows downloads under way with rate and time left, and never makes markup of a name', async () => {
    await allHere();
    const since = evening.at('22:01') - 10_000;
    set({
      accounts: [{ ...hkscc, account: `HKSCC${markup}` }],
      facts: [
        room(markup),
        {
          kind: 'download',
          account: 'HKSCC',
          path: `/RPF/${markup}.csv`,
          done: 26e6,
          size: 41e6,
          since,
          from: 6e6,
        },
      ],
      faults: [{ node: markup, type: 'x', code: 'CONFIG_INVALID', message: markup, cure: markup }],
    });
    await evening.ledger.alarms.recordFault({ ...sight, message: markup, code: 'UNEXPECTED' }, () => ({}));
    await evening.receive('22:01', `RMAMR03_${markup}`, false);
    const { body } = await evening.ask();
    assert.match(body, /26 MB of 41 MB · 2 MB\/s, 8 s left/);
    assert.doesNotMatch(body, /<img/);
    assert.match(body, /&lt;img/);
  });

  it('says once what is the matter with several accounts', async () => {
    await allHere();
    set({ accounts: [hkscc, { ...hkscc, account: 'OTHER' }] });
    await writeFile(join(evening.home, 'catalogue.yaml'), 'reports: [{ code: }\n');
    const { headline, others } = await evening.verdict();
    assert.match(headline, /^It cannot be told what is due at HKSCC, OTHER: /);
    assert.ok(others.every((one) => !one.startsWith('It cannot be told')));
  });

  it('says that a run is under way between two downloads, too', async () => {
    await allHere();
    const account = (name: string, atWork: string | null) => ({
      ...{ kind: 'account' as const, node: name, account: name, installation: 'hkscc' as const },
      ...{ addresses: { primary: [], secondary: [] }, atWork, keyFile: '' },
    });
    set({ facts: [account('HKSCC', 'run-7'), account('HKCC', null), account(`C${markup}`, 'run-8')] });
    const { body } = await evening.ask();
    assert.match(body, /A run is under way: HKSCC, C&lt;img/);
    assert.doesNotMatch(body, /Nothing is under way|<img/);
    set({ facts: [account('HKSCC', null)] });
    assert.match((await evening.ask()).body, /Nothing is under way/);
  });
});

import assert from 'node:assert/strict';
import type { AwaitingAccount } from '../../../lib/collection/awaiting-account.ts';
import {
  completenessOf,
  dueWindow,
  nextDeadline,
  type SiteRules,
} from '../../../lib/collection/completeness.ts';
import type { Found } from '../../../lib/model/completeness.ts';
import { catalogueOf } from '../../../lib/reports/catalogue.ts';
import { CalendarBook } from '../../../lib/time/calendar-book.ts';
import { fromHongKong, hongKongStamp } from '../../../lib/time/hong-kong.ts';
import { aVersion, freshLedger } from '../ledger/samples.ts';

/** Friday. */
const DAY = '2026-11-20';

const ofSite = `
reports:
  - { code: RMAMR03, installation: hkscc, watch: yes }
  - { code: RPF01, installation: hkscc, watch: yes }
  - { code: CSEMS08, watch: yes }
`;

function site(text = ofSite, calendars = new CalendarBook()): SiteRules {
  return { catalogue: catalogueOf({ text, subject: 'The catalogue' }), calendars };
}

const hkscc: AwaitingAccount = {
  account: 'HKSCC',
  installation: 'hkscc',
  participant: 'SIM001',
  holidayTrading: '',
  folders: ['/INBOX', '/COMMON', '/RPF'],
  everything: false,
};

describe('the completeness of an account', () => {
  const given = freshLedger();
  const at = (time: string, day = DAY) => fromHongKong(`${day} ${time}`);
  const goTo = (time: string, day = DAY) => given.clock.advance(at(time, day) - given.clock.now());

  beforeEach(async () => {
    // The samples begin at 20:00; the ledger of these tests begins in the morning.
    given.clock.jump(at('06:00') - given.clock.now());
  });

  const look = (time: string, failed: string[] = [], day = DAY) =>
    given.ledger.looks.noteLook({
      ...{ account: 'HKSCC', at: at(time, day), dataCentre: 'primary' },
      good: hkscc.folders.filter((folder) => !failed.includes(folder)),
      failed,
    });

  async function receive(time: string, name: string, more: Parameters<typeof aVersion>[0] = {}) {
    await goTo(time);
    const folder = `/INBOX/${DAY.replaceAll('-', '')}`;
    await given.ledger.reports.recordReceived(
      aVersion({ name, path: `${folder}/${name}`, folder, code: name.split('_')[0] ?? '', ...more }),
    );
  }

  const ask = async (time: string, account = hkscc, rules = site(), day = DAY): Promise<Found> =>
    completenessOf(given.ledger, rules, account, at(time, day));

  const states = ({ reports }: Found) =>
    reports.map(
      ({ businessDate, report, set, state }) =>
        `${businessDate.slice(5)} ${report}${set && `/${set}`} ${state}`,
    );

  const half = (set: number, one: string, day = DAY) =>
    `RMAMR03_SIM001_${day.replaceAll('-', '')}_${set}_${one}.zip`;

  it('follows an evening: awaited, due, half here, late, here, and the report that never came', async () => {
    for (const minute of ['06:00', '11:25', '11:35']) await look(minute);
    await receive('11:36', half(1, 'CTL'));
    await receive('11:37', half(1, 'DAT'));
    assert.deepEqual(states(await ask('11:40')).slice(0, 2), [
      '11-20 CSEMS08 awaited',
      '11-20 RMAMR03/1 received',
    ]);
    for (const minute of ['17:20', '20:55', '21:40']) await look(minute);
    await receive('21:41', half(4, 'CTL'));
    const before = await ask('21:44');
    assert.deepEqual(states(before), [
      '11-20 CSEMS08 awaited',
      '11-20 RMAMR03/1 received',
      '11-20 RMAMR03/3 missing',
      '11-20 RMAMR03/4 pair-incomplete',
      '11-20 RPF01 at-risk',
    ]);
    await look('21:50');
    const late = await ask('21:51');
    assert.deepEqual(states(late).slice(-2), ['11-20 RMAMR03/4 late', '11-20 RPF01 late']);
    assert.deepEqual(late.reports.find(({ set }) => set === '4')?.lacking, ['DAT']);
    await receive('21:55', half(4, 'DAT'));
    await look('23:01');
    assert.deepEqual(states(await ask('23:02')).slice(-2), [
      '11-20 RMAMR03/4 received',
      '11-20 RPF01 missing',
    ]);
  });

  it('judges nothing of the days before anybody looked here, and mails nothing that was over before', async () => {
    await look('06:00', [], '2026-11-19');
    const both = await ask('06:01');
    assert.deepEqual(
      new Set(both.reports.map(({ businessDate }) => businessDate)),
      new Set(['2026-11-19', DAY]),
    );
    assert.equal(both.messages.filter(({ kind }) => kind === 'missing').length, 0);
  });

  it('mails nothing of the first day that was over before the first look', async () => {
    await look('13:30');
    const { reports, messages } = await ask('13:31');
    assert.deepEqual(states({ reports } as Found).slice(0, 2), [
      '11-20 CSEMS08 awaited',
      '11-20 RMAMR03/1 missing',
    ]);
    assert.deepEqual(messages, []);
  });

  it('keeps what is still open over the night and the weekend, until its times are over and a person has said so', async () => {
    await look('06:00');
    await look('23:30');
    await look('11:55', [], '2026-11-21');
    // Saturday is a business day of one report.
    const saturday = await ask('12:00', hkscc, site(), '2026-11-21');
    assert.deepEqual(states(saturday), [
      '11-20 CSEMS08 missing',
      '11-20 RMAMR03/1 missing',
      '11-20 RMAMR03/3 missing',
      '11-20 RMAMR03/4 missing',
      '11-20 RPF01 missing',
      '11-21 CSEMS08 awaited',
    ]);
    for (const set of ['1', '3', '4']) {
      await given.ledger.expectations.enterExpectation(
        'HKSCC',
        { entry: 'closed', report: 'RMAMR03', set, businessDate: DAY },
        { by: 'Chan Tai Man', reason: 'HKEX sends none' },
      );
    }
    const monday = await ask('12:00', hkscc, site(), '2026-11-23');
    assert.deepEqual(
      monday.reports.flatMap(({ set, closed }) => (closed === undefined ? [] : [`${set} ${closed.by}`])),
      ['1', '3', '4'].map((set) => `${set} Chan Tai Man`),
    );
  });

  it('knows no report as late that was listed and is being fetched', async () => {
    const path = `/RPF/RPF01_SIM001_20261120.csv`;
    await look('06:00');
    await given.ledger.looks.noteLook(
      { account: 'HKSCC', at: at('21:46'), dataCentre: 'primary', good: hkscc.folders, failed: [] },
      [{ path, size: 10, modifiedAt: 1 }],
    );
    assert.equal((await ask('21:47')).reports.find(({ report }) => report === 'RPF01')?.state, 'due');
    await receive('21:48', 'RPF01_SIM001_20261120.csv', { path });
    await look('21:56');
    const later = await ask('21:57');
    assert.equal(later.reports.find(({ report }) => report === 'RPF01')?.state, 'received');
    assert.deepEqual(
      later.messages.filter((one) => 'report' in one && one.report === 'RPF01').map(({ kind }) => kind),
      [],
    );
  });

  it('says a report in quarantine is not here, and where it lies', async () => {
    await look('21:30');
    await goTo('21:31');
    const name = 'RPF01_SIM001_20261120.csv';
    const held = { ...aVersion({ name, path: `/RPF/${name}`, folder: '/RPF', code: 'RPF01' }) };
    await given.ledger.quarantine.quarantineReport(held, { code: 'CONTENT_WRONG', reason: 'cut off' });
    await look('21:50');
    const one = (await ask('21:51')).reports.find(({ report }) => report === 'RPF01');
    assert.equal(one?.state, 'late');
    assert.equal(one?.traces[0]?.quarantined?.code, 'CONTENT_WRONG');
  });

  it('is unknown while nobody can look, and sends no mail before anybody has looked at all', async () => {
    const never = await ask('21:50');
    assert.deepEqual(
      [never.messages.length, never.blind, never.shortfalls.map(({ kind }) => kind)],
      [0, true, ['never looked']],
    );
    await look('21:34');
    await look('21:46', ['/INBOX', '/COMMON', '/RPF']);
    const dark = await ask('21:47');
    assert.deepEqual(states(dark).slice(-2), ['11-20 RMAMR03/4 unknown', '11-20 RPF01 unknown']);
    assert.deepEqual(
      dark.messages.map(({ kind }) => kind),
      ['unknown'],
    );
  });

  it('is blind in an outage also where its rules are withheld: nobody can say that it is over', async () => {
    await look('21:34');
    await look('21:46', ['/INBOX', '/COMMON', '/RPF']);
    const nobody = { ...hkscc, participant: '' };
    assert.equal((await ask('21:47', nobody)).blind, true, 'no participant');
    assert.equal((await ask('21:47', hkscc, site('reports: []'))).blind, true, 'nothing accepted');
    await look('21:48');
    assert.equal((await ask('21:49')).blind, false);
    assert.equal((await ask('21:49', nobody)).blind, false, 'the folders are looked at again');
  });

  it('moves one deadline for one night by the word of a person', async () => {
    await look('21:00');
    await goTo('21:30');
    const moved = { lateAfter: at('22:30'), cutOff: at('23:30') };
    await given.ledger.expectations.enterExpectation(
      'HKSCC',
      { entry: 'deadline', report: 'RPF01', set: '', businessDate: DAY, ...moved },
      { by: 'Lee Siu Ming', reason: 'HKEX circular' },
    );
    await look('21:50');
    const { reports } = await ask('21:51');
    const of = (report: string, set: string) =>
      reports.find((one) => one.report === report && one.set === set);
    assert.deepEqual([of('RPF01', '')?.state, of('RMAMR03', '4')?.state], ['due', 'late']);
    assert.equal(of('RPF01', '')?.moved?.by, 'Lee Siu Ming');
    const journal = await given.ledger.journal.records();
    assert.deepEqual(
      journal.map(({ who, what, why }) => [who, what, why]),
      [['Lee Siu Ming', 'expectation: deadline', 'HKEX circular']],
    );
  });

  it('waits for conditional reports on the dates that a person names', async () => {
    await look('12:00');
    assert.ok(!states(await ask('12:01')).some((text) => text.includes('RMAMR03/2')));
    await goTo('12:02');
    await given.ledger.expectations.enterExpectation(
      '',
      { entry: 'condition', condition: 'holiday-margin-call', date: DAY, holds: true },
      { by: 'Lee Siu Ming', reason: 'circular' },
    );
    assert.ok(states(await ask('12:03')).includes('11-20 RMAMR03/2 awaited'));
  });

  describe('of a site that has accepted nothing', () => {
    it('waits for nothing, and says so', async () => {
      const { reports, messages, shortfalls, unaccepted } = await ask('23:30', hkscc, site(''));
      assert.deepEqual([reports, messages], [[], []]);
      assert.deepEqual(shortfalls, [{ kind: 'nothing accepted', reports: unaccepted.length }]);
      assert.ok(unaccepted.length >= 20, `${unaccepted.length}`);
    });

    it('waits for what documents state once such a report has come, and not for guesses', async () => {
      const hkcc: AwaitingAccount = { ...hkscc, account: 'HKCC', installation: 'hkcc-seoch' };
      const before = await ask('12:00', hkcc, site(''));
      assert.ok(before.unaccepted.some(({ report, why }) => report === 'RPP' && why === 'never came'));
      const name = 'rpp______-_____-__-_____-261119.lis';
      const of = {
        account: 'HKCC',
        installation: 'hkcc-seoch',
        businessDate: '2026-11-19',
        code: 'RPP',
      } as const;
      await given.ledger.reports.recordReceived(
        aVersion({ ...of, name, path: `/COMMON/${name}`, folder: '/COMMON' }),
      );
      const after = await ask('12:00', hkcc, site(''));
      assert.deepEqual(
        after.reports.map(({ report }) => report),
        ['RPP'],
      );
      assert.ok(!after.unaccepted.some(({ report }) => report === 'RPP'));
      assert.ok(after.unaccepted.some(({ report, why }) => report === 'RP008' && why === 'name'));
    });

    it('waits for all of it in a demo', async () => {
      const { reports, unaccepted } = await ask('12:00', { ...hkscc, everything: true }, site(''));
      assert.ok(reports.length > 10, `${reports.length}`);
      assert.deepEqual(unaccepted, []);
    });

    it('never waits for what a person said does not come', async () => {
      const never = site('reports:\n  - { code: RPF01, installation: hkscc, watch: no }\n');
      const { reports } = await ask('12:00', { ...hkscc, everything: true }, never);
      assert.ok(!reports.some(({ report }) => report === 'RPF01'));
    });
  });

  describe('says what it cannot answer', () => {
    const kinds = ({ shortfalls }: Found) => shortfalls.map(({ kind }) => kind);

    it('without a participant, of reports whose names show one', async () => {
      await look('12:00');
      const answer = await ask('12:01', { ...hkscc, participant: '' });
      assert.deepEqual([kinds(answer), answer.reports], [['no participant'], []]);
    });

    it('of a folder into which the account does not look', async () => {
      await look('12:00');
      const answer = await ask('12:01', { ...hkscc, folders: ['/INBOX'] });
      assert.deepEqual(answer.shortfalls, [{ kind: 'folder not listed', folder: '/RPF', reports: 1 }]);
      assert.ok(!answer.reports.some(({ report }) => report === 'RPF01'));
    });

    it('of an account that looks into the root all the same', async () => {
      await given.ledger.looks.noteLook({
        ...{ account: 'HKSCC', at: at('21:46'), dataCentre: 'primary', good: ['/'], failed: [] },
      });
      const answer = await ask('21:47', { ...hkscc, folders: ['/'] });
      assert.deepEqual(kinds(answer), []);
      assert.equal(answer.reports.at(-1)?.state, 'late');
    });

    it('of a calendar that nobody has imported', async () => {
      await look('12:00');
      const rules = site('reports:\n  - { code: RPF01, installation: hkscc, watch: yes, calendar: china }\n');
      assert.deepEqual((await ask('12:01', hkscc, rules)).shortfalls, [
        { kind: 'no calendar', calendar: 'china', reports: 1 },
      ]);
    });

    it('of a year whose holidays nobody official has listed', async () => {
      const day = '2029-03-07';
      await look('12:00', [], day);
      const answer = await ask('12:01', hkscc, site(), day);
      assert.deepEqual(answer.shortfalls, [{ kind: 'year not official', year: '2029' }]);
    });

    it('of a holiday on which H participants trade, while nobody said whether the firm is one', async () => {
      const hkcc: AwaitingAccount = { ...hkscc, installation: 'hkcc-seoch' };
      const day = '2026-10-19';
      const rules = site('reports:\n  - { code: RPP, watch: yes }\n');
      await look('12:00', [], day);
      const on = (holidayTrading: AwaitingAccount['holidayTrading']) =>
        ask('12:01', { ...hkcc, holidayTrading }, rules, day);
      const unsaid = await on('');
      assert.deepEqual(unsaid.shortfalls, [{ kind: 'holiday trading not said', date: day }]);
      const [yes, no] = [await on('yes'), await on('no')];
      assert.deepEqual([kinds(yes), kinds(no)], [[], []]);
      assert.ok(states(yes).includes('10-19 RPP awaited'));
      assert.ok(!states(no).some((text) => text.startsWith('10-19')));
    });
  });

  it('tells a schedule what is due now, until when, and when to ask again', async () => {
    await look('06:00');
    const due = async (time: string) => {
      const window = dueWindow(await ask(time));
      return [
        window.due.map(({ report, set }) => `${report}${set}`),
        window.until === null ? null : hongKongStamp(window.until).slice(11, 16),
        hongKongStamp(window.next).slice(5, 16),
      ];
    };
    assert.deepEqual(await due('11:24'), [[], null, '11-20 11:25']);
    assert.deepEqual(await due('11:25'), [['RMAMR031'], '13:00', '11-20 17:10']);
    await receive('11:36', half(1, 'CTL'));
    assert.deepEqual((await due('11:37'))[0], ['RMAMR031']);
    await receive('11:37', half(1, 'DAT'));
    assert.deepEqual(await due('11:38'), [[], null, '11-20 17:10']);
    assert.deepEqual(await due('21:30'), [['RMAMR034', 'RPF01'], '23:00', '11-21 00:00']);
    assert.deepEqual(await due('23:01'), [[], null, '11-21 00:00']);
  });

  it('says when its answer may change though nothing happens', async () => {
    await look('11:20');
    const next = async (time: string) => hongKongStamp(nextDeadline(await ask(time))).slice(5);
    assert.equal(await next('11:22'), '11-20 11:30:00');
    // Ten minutes after the last look nobody knows any more.
    assert.equal(await next('11:30'), '11-20 11:30:01');
    assert.equal(await next('11:31'), '11-20 12:05:01');
    assert.equal(await next('12:10'), '11-20 12:15:01');
    assert.equal(await next('12:20'), '11-20 13:00:01');
  });

  it('is at risk by the arrivals of the last weeks', async () => {
    for (const date of ['2026-11-12', '2026-11-13', '2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19']) {
      given.clock.jump(at('21:04', date) - given.clock.now());
      const name = `RPF01_SIM001_${date.replaceAll('-', '')}.csv`;
      const of = { businessDate: date, code: 'RPF01', folder: '/RPF', sha256: date.padEnd(64, '0') };
      await given.ledger.reports.recordReceived(aVersion({ ...of, name, path: `/RPF/${name}` }));
    }
    given.clock.jump(at('21:00') - given.clock.now());
    await look('21:00');
    const one = (await ask('21:01')).reports.find(
      ({ report, businessDate }) => report === 'RPF01' && businessDate === DAY,
    );
    assert.equal(hongKongStamp((one?.riskAfter ?? 0) * 1000), '2026-11-20 21:09:00');
  });

  it('reads looks and listed files of a long day part by part, each once and in order', async () => {
    const files = (round: number) =>
      Array.from({ length: 3 }, (_, index) => ({ path: `/RPF/${round}-${index}`, size: 1, modifiedAt: 1 }));
    for (let round = 0; round < 520; round++) {
      await given.ledger.looks.noteLook(
        // Two looks of one moment, now and then.
        {
          account: 'HKSCC',
          at: at('06:00') + (round >> 1),
          dataCentre: 'primary',
          good: ['/RPF'],
          failed: [],
        },
        files(round),
      );
    }
    const looks = await given.ledger.looks.looksSince('HKSCC', at('06:00'));
    assert.deepEqual(
      looks.map((one) => one.at - at('06:00')),
      Array.from({ length: 520 }, (_, round) => round >> 1),
    );
    const listed = await given.ledger.looks.filesListedSince('HKSCC', at('06:00'));
    assert.equal(new Set(listed.map(({ path }) => path)).size, 1560);
    assert.equal(listed.length, 1560);
    assert.equal((await given.ledger.looks.looksSince('HKSCC', at('06:00') + 200)).length, 120);
  });

  it('keeps looks for some weeks, and no longer', async () => {
    await look('06:00', [], '2026-10-01');
    await look('06:00');
    assert.deepEqual(
      (await given.ledger.looks.looksSince('HKSCC', 0)).map((one) => one.at),
      [at('06:00')],
    );
  });
});

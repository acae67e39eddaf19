/** Whose rows those of a practice are stands in columns, whatever their names look like. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { temporaryName } from '../../../lib/files/durable.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { dataCentreLine } from '../../../lib/mail/footer.ts';
import { landingOf, practiceAccount } from '../../../lib/practice/paths.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { recoverDuties } from '../../../nodes/runtime/recover.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { migrateBehind, onEachDatabase, places } from './engines.ts';
import { aVersion, freshLedger, START } from './samples.ts';

const DATE = '2026-11-21';
const choice = { dataCentre: 'secondary', reason: 'r', by: 'Chan' } as const;

onEachDatabase('accounts of a practice', () => {
  const given = freshLedger();
  /** Names that say nothing, and one that looks like a practice and is none. */
  const practice = { name: 'rows of a rehearsal', account: 'SIM001', date: DATE };
  const other = practiceAccount('SIM002', DATE);
  const real = 'SIM003.practice-2026-11-21';

  beforeEach(async () => {
    const { accounts, reports } = given.ledger;
    for (const one of [practice, other, other]) await accounts.keepPracticeAccount(one);
    for (const account of [practice.name, other.name, real, 'SIM001']) {
      await reports.recordReceived(aVersion({ account }));
      await accounts.chooseDataCentres([{ account, ...choice }]);
    }
  });

  it('are known by account and date, each once', async () => {
    const all = await given.ledger.accounts.practiceAccounts();
    assert.deepEqual(
      all.toSorted((one, two) => (one.account < two.account ? -1 : 1)),
      [practice, other],
    );
  });

  it('are none of the accounts of production, nor of what those received', async () => {
    const { accountStats, reports } = given.ledger;
    const known = (await accountStats.knownAccounts()).map(({ account }) => account);
    assert.deepEqual(known.sort(), ['SIM001', real]);
    const arrived = (await reports.arrivals()).map(({ account }) => account);
    assert.deepEqual(arrived.sort(), ['SIM001', real]);
    assert.deepEqual(await reports.arrivals(practice.name), []);
    const seen = [{ account: practice.name, installation: 'hkscc' as const }];
    const line = await dataCentreLine(given.ledger, { language: 'en' }, given.clock.now(), seen);
    assert.doesNotMatch(line, /rehearsal|SIM002/);
    assert.match(line, /SIM001 .*SIM003\.practice/);
  });

  it('have the landing folder of their session', async () => {
    const practices = await given.ledger.accounts.practiceAccounts();
    const folders = [practice.name, other.name, real, 'SIM001'].map((name) =>
      landingOf('/h', name, practices),
    );
    const ofSession = `/h/practice/${DATE}/reports`;
    assert.deepEqual(
      folders.map((folder) => folder.replaceAll('\\', '/')),
      [ofSession, ofSession, '/h/landing', '/h/landing'],
    );
  });

  it('are taken over with their account: what was being received of them is swept, of others it is not', async () => {
    const { ledger, folder } = given;
    const practices = await ledger.accounts.practiceAccounts();
    const names = [practice.name, other.name, real, 'SIM001'];
    await ledger.reports.recordIntents(
      names.map((account) => ({ account, run: 'r', path: '/INBOX/a.txt', size: 1, modifiedAt: 1 })),
    );
    const begun = names.map((name) =>
      path.join(landingOf(folder(), name, practices), name, 'INBOX', temporaryName('a.txt')),
    );
    for (const file of begun) {
      await fs.mkdir(path.dirname(file), { recursive: true });
      await fs.writeFile(file, '');
    }
    await recoverDuties(ledger, folder(), [{ kind: 'account', subject: 'SIM001' }]);
    const left = begun.map((file) => existsSync(file));
    assert.deepEqual(left, [false, true, true, false]);
  });
});

onEachDatabase('a ledger of before practices had columns', () => {
  const folder = temporaryFolder();
  const placeIn = places();

  it('knows them by what their names said, in whatever table they are; other names say nothing', async () => {
    const place = await placeIn(folder());
    const clock = new SimulatedClock(START);
    // Rows as the release before wrote them: by this one, which writes the same.
    const ledger = await openLedger(place, clock);
    const names = [
      ...['SIM001.practice-2026-11-21', 'SIM001.practice-2025-06-21', 'SIM002.practice-2026-11-21'],
      ...['SIM003', 'SIM.practice-tomorrow', '.practice-2026-11-21'],
    ];
    const [one = '', two = '', three = '', ...others] = names;
    await ledger.reports.recordReceived(aVersion({ account: one }));
    await ledger.reports.recordIntents([{ account: two, run: 'r', path: '/a', size: 1, modifiedAt: 1 }]);
    await ledger.accounts.chooseDataCentres([three, ...others].map((account) => ({ account, ...choice })));
    await ledger.close();
    await migrateBehind(place, 62);
    const again = await openLedger(place, clock);
    assert.deepEqual(
      (await again.accounts.practiceAccounts()).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      [
        { name: two, account: 'SIM001', date: '2025-06-21' },
        { name: one, account: 'SIM001', date: '2026-11-21' },
        { name: three, account: 'SIM002', date: '2026-11-21' },
      ],
    );
    assert.deepEqual(
      (await again.accountStats.knownAccounts()).map(({ account }) => account).sort(),
      others.sort(),
    );
    await again.close();
  });
});

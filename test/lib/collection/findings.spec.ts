/** What a look into each report said is kept and sent on, whatever it was. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { collect, incompleteErrors } from '../../../lib/collection/collect.ts';
import { takeListing } from '../../../lib/collection/listing.ts';
import { releaseReport } from '../../../lib/collection/release.ts';
import type { ReportFinding } from '../../../lib/model/findings.ts';
import { type Catalogue, catalogueOf, shippedCatalogue } from '../../../lib/reports/catalogue.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { finalClearingStatement } from '../../../simulator/content/data-files.ts';
import { Chance } from '../../../simulator/content/random.ts';
import { faultNamed } from '../../../simulator/faults/table.ts';
import { type ExtraEntry, extraFile, withExtras } from '../../../simulator/faults/trees.ts';
import type { FileTree } from '../../../simulator/sftp/tree.ts';
import { aVersion } from '../ledger/samples.ts';
import { build, type House } from './support.ts';

describe('The finding of a received report', () => {
  let house: House;
  let landing: string;
  let runs = 0;
  beforeEach(async () => {
    house = await build({ riskFileBytes: 3_000 });
    landing = path.join(house.home, 'landing');
  });
  afterEach(() => house.close());

  async function run(options: { catalogue?: Catalogue; lookInside?: boolean; strict?: boolean } = {}) {
    const name = `run-${++runs}`;
    const context = await house.keeper.logIn(name, 'hand');
    const session = house.keeper.session(name);
    const { catalogue = shippedCatalogue() } = options;
    const given = { clock: realClock, ledger: house.ledger, settle: 0, catalogue };
    const listing = await takeListing(session, context, given);
    const summary = await collect(session, context, listing, { ledger: house.ledger, landing, ...options });
    await house.keeper.logOut(name);
    return summary;
  }
  const extra = (...entries: ExtraEntry[]) =>
    house.simulator.setFault({ sftp: { tree: (honest) => withExtras(honest, '/INBOX', entries) } });
  const short = ({ state, why, warnings }: ReportFinding) =>
    [state, why, ...warnings.map(({ rule }) => rule)].filter(Boolean).join(' ');
  const of = (summary: Awaited<ReturnType<typeof run>>, name: string) => {
    const { finding } =
      summary.received.find((one) => one.name === name) ?? assert.fail(`${name} did not come`);
    return short(finding ?? assert.fail(`${name} has no finding`));
  };

  it('is there for each of them, in the message and in the ledger', async () => {
    const { received } = await run();
    assert.ok(received.length > 10);
    for (const one of received) {
      const kept = await house.ledger.reports.version(one.versionId);
      assert.deepEqual(kept?.finding, one.finding, one.name);
      assert.notEqual(one.finding?.state, 'warnings', `${one.name}: ${JSON.stringify(one.finding)}`);
    }
    const [life] = await house.ledger.history.historyOf(received[0]?.name ?? '');
    assert.deepEqual(life?.versions[0]?.finding, received[0]?.finding);
    const states = Object.groupBy(received, ({ finding }) => finding?.state ?? 'none');
    assert.deepEqual(Object.keys(states).sort(), ['not-checked', 'sound']);
  });

  it('says why nobody can check it, and what is odd all the same', async () => {
    await extra(
      extraFile('NOTICE.pdf', 'x'),
      extraFile('QQX77-2025.csv', 'a,b\n1,2\n'),
      extraFile('odd.zip', Buffer.from('504b0506000000000000000000000000000000000000', 'hex')),
      extraFile('CCMDS01_SIM001_20250620.txt', 'a\nb\n'),
      extraFile('CCLTN05_SIM001_20250620.pdf', '%PDF'),
      extraFile('QQXZZ77_SIM001_20250620.csv', 'a,b\n1,2\n3\n'),
    );
    const summary = await run();
    assert.equal(of(summary, 'NOTICE.pdf'), 'not-checked unrecognised');
    assert.equal(of(summary, 'QQX77-2025.csv'), 'not-checked unrecognised');
    assert.equal(of(summary, 'odd.zip'), 'warnings unrecognised no-records');
    assert.equal(of(summary, 'CCMDS01_SIM001_20250620.txt'), 'not-checked no-layout');
    assert.equal(of(summary, 'CCLTN05_SIM001_20250620.pdf'), 'not-checked no-layout');
    assert.equal(of(summary, 'QQXZZ77_SIM001_20250620.csv'), 'warnings unrecognised ragged');
  });

  it('says that nobody looked when looking inside is switched off', async () => {
    const { received } = await run({ lookInside: false });
    for (const { finding } of received) assert.equal(short(finding as ReportFinding), 'not-checked off');
  });

  it('warns of what breaks an inferred rule, and keeps it back where the site is strict', async () => {
    const lis = extraFile('rpf______-_____-__-_____-250619.lis', `${'0 HKCC  20250620'.padEnd(40)}\n`);
    await extra(lis);
    assert.equal(of(await run(), lis.name.toString()), 'warnings another-date');
    const other = extraFile('rpf______-_____-__-_____-250618.lis', `${'0 HKCC  20250620'.padEnd(40)}\n`);
    await extra(other);
    const { failed } = await run({ strict: true });
    assert.deepEqual(
      failed.map((one) => [one.path, one.code]),
      [[`/INBOX/${other.name}`, 'CONTENT_WRONG']],
    );
    const [held] = await house.ledger.quarantine.quarantinedReports();
    const { versionId } = await releaseReport(house.ledger, held ?? assert.fail(), landing, {
      by: 'Ada',
      reason: 'HKEX says so',
    });
    const { finding } = (await house.ledger.reports.version(versionId)) ?? assert.fail();
    assert.equal(short(finding ?? assert.fail()), 'warnings released', 'its reader must know');
    assert.match(finding?.warnings[0]?.reason ?? '', /record 1, field tradeDate/);
  });

  it('keeps a damaged report back though an inferred rule is broken before', async () => {
    // The head is that of another day, and a row lacks a value: only the second keeps a report back.
    const head =
      'Valuation_DT,19/06/2025\nHVaR_WGT,0.75\nSVaR_WGT,0.25\nHVaR_Scen_Count,1\nSVaR_Scen_Count,1\n' +
      'STV_Count,1\nHVaR_CL,0.9\nSVaR_CL,0.9\nHVaR_Measure,ES\nSVaR_Measure,ES\nRounding,1\nHoliday_Factor,0\n' +
      'InstrumentID,FieldType,1\n';
    await extra(
      extraFile('RPF01_20250620.csv', `${head}1,1\n`),
      extraFile('RPF01_SIM001_20250620.csv', `${head}1,1,0.5\n`),
    );
    const summary = await run();
    assert.deepEqual(
      summary.failed.map((one) => [one.path, one.code]),
      [['/INBOX/RPF01_20250620.csv', 'CONTENT_WRONG']],
    );
    assert.equal(of(summary, 'RPF01_SIM001_20250620.csv'), 'warnings another-date');
  });

  it('compares rows with the last arrivals of the same report and set', async () => {
    const arrived = (day: number, changes: object) =>
      house.ledger.reports.recordReceived({
        ...aVersion({
          ...{ account: 'hkscc', sequence: '', name: `CCLTN05_SIM001_2025060${day}.txt` },
          ...{ path: `/INBOX/${day}/${JSON.stringify(changes)}`, sha256: `${day}`.repeat(64) },
        }),
        finding: { state: 'sound', warnings: [], shape: { rows: { '': 90_000 } } },
        ...changes,
      });
    for (const day of [2, 3]) await arrived(day, {});
    // None of these is the same report.
    for (const other of [
      { account: 'other' },
      { sequence: '2' },
      { code: 'CCLTN04' },
      { name: 'CCLTN05.zip' },
    ])
      for (const day of [4, 5, 6]) await arrived(day, other);
    const first = await run();
    const name = first.received.find(({ code, path: at }) => code === 'CCLTN05' && at.endsWith('.txt'))?.name;
    assert.equal(of(first, name ?? ''), 'sound', 'two arrivals say nothing of what is usual');
    await arrived(7, {});
    const facts = { participant: 'SIM001', businessDate: '2025-06-18', settlementDate: '2025-06-20' };
    await extra(extraFile('CCLTN05_SIM001_20250618.txt', finalClearingStatement(facts, new Chance('a'))));
    assert.equal(of(await run(), 'CCLTN05_SIM001_20250618.txt'), 'warnings fewer-rows');
  });

  it('takes names and layouts of the site, also where the shipped ones have the code', async () => {
    const text = `
layouts:
  - layout: OURS
    kind: records
    length: 20
    details: [1]
reports:
  - {code: CCLTN05, layout: OURS}
  - code: QQX77
    system: OCP
    installation: hkscc
    name: ours
    source: ours
    certainty: ours
    file: 'qq-{yyyymmdd}.dat'
    fileCertainty: ours
    folder: /INBOX
    calendar: securities
    layout: OURS
    frequency: optional
`;
    const catalogue = catalogueOf({ text, subject: 'The catalogue' });
    const line = (type: string, code: string) => `${type}SIM001${code}`.padEnd(20);
    const content = (code: string) => [line('0', code), line('1', ''), line('9', '')].join('\n');
    await extra(
      extraFile('qq-20250620.dat', content('QQX77')),
      extraFile('qq-20250619.dat', content('QQX77').slice(0, -2)),
      extraFile('CCLTN05_SIM001_20250618.txt', content('CCLTN05')),
    );
    const summary = await run({ catalogue });
    assert.equal(of(summary, 'qq-20250620.dat'), 'sound');
    assert.equal(of(summary, 'CCLTN05_SIM001_20250618.txt'), 'sound');
    const failed = new Map(summary.failed.map((one) => [path.basename(one.path), one.code]));
    assert.equal(failed.get('qq-20250619.dat'), 'STILL_WRITING', 'its last record is cut');
  });

  it('makes the alarm ask for the participant of the account where every data file is another one’s', async () => {
    const pool = house.anotherKeeper({ participant: 'SIM001' });
    const errorsOf = async () => {
      const name = `run-${++runs}`;
      const context = await pool.logIn(name, 'hand');
      const session = pool.session(name);
      const listing = await takeListing(session, context, {
        ...{ clock: realClock, ledger: house.ledger, settle: 0 },
      });
      const summary = await collect(session, context, listing, { ledger: house.ledger, landing });
      await pool.logOut(name);
      return incompleteErrors(summary).map(({ code, message }) => ({ code, message }));
    };
    await house.simulator.setFault(faultNamed('R04')?.make());
    for (const again of [false, true]) {
      const [error, ...others] = await errorsOf();
      assert.equal(error?.code, 'FOREIGN_REPORT', `again: ${again}`);
      assert.match(error?.message ?? '', /is the participant of the account right\?$/);
      assert.deepEqual(others, []);
    }
    // One that is ours: the others are the server's mistake.
    const facts = { participant: 'SIM001', businessDate: '2025-06-20', settlementDate: '2025-06-24' };
    const own = extraFile('CCLTN05_SIM001_20250620.txt', finalClearingStatement(facts, new Chance('a')));
    const foreign = faultNamed('R04')?.make().sftp?.tree;
    const tree = (honest: FileTree) => withExtras(foreign?.(honest) ?? honest, '/INBOX', [own]);
    await house.simulator.setFault({ sftp: { tree } });
    const [error] = await errorsOf();
    assert.equal(error?.code, 'FOREIGN_REPORT');
    assert.doesNotMatch(error?.message ?? '', /is the participant/);
  });
});

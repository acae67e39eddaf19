/**
 * A ledger whose file was damaged is refused when it is opened, or its check says so, or the damage has touched
 * nothing that anybody reads. It is never wrong in silence, and never empty.
 *
 * RAP_DAMAGES sets how often the file is damaged (default 120).
 */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { backupLedger, verifyLedger } from '../../../lib/ledger/sqlite/backup.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { aVersion, START } from './samples.ts';

const DAMAGES = Number(process.env.RAP_DAMAGES ?? 120);
const PAGE = 4096;
const clock = new SimulatedClock(START);

/** All that the house goes by: what is known, open, delivered, told, locked, decided and journalled. */
async function factsIn(ledger: Ledger): Promise<unknown> {
  const known = [...(await ledger.reports.versionsOf('HKSCC'))];
  const lives = await Promise.all(known.map(([remote]) => ledger.history.historyOf(remote)));
  return {
    name: ledger.name,
    known,
    lives,
    open: await ledger.deliveries.openVersions('HKSCC'),
    intents: await ledger.reports.openIntents('HKSCC'),
    refused: await ledger.quarantine.judgedNames(),
    held: await ledger.quarantine.quarantinedReports(),
    locks: await ledger.accounts.loginLocks(),
    site: await ledger.accounts.dataCentreOf('HKSCC'),
    journal: await ledger.journal.records(0, 10_000),
  };
}

describe('A damaged ledger', function () {
  this.timeout(600_000);
  const folder = temporaryFolder();
  const file = () => path.join(folder(), 'ledger.sqlite');
  let whole: Buffer;
  let seal: Buffer;
  let facts: string;

  beforeEach(async () => {
    const ledger = await openLedger(file(), clock);
    const told: number[] = [];
    for (let index = 0; index < 40; index++) {
      const sha256 = index.toString(16).padStart(64, '0');
      const { versionId } = await ledger.reports.recordReceived(
        aVersion({ name: `report-${index}.txt`, sha256 }),
      );
      if (index % 3 === 0) continue;
      const delivery = { versionId, share: '/srv/share', file: `/srv/share/${index}`, sha256 };
      await ledger.deliveries.recordDelivery({ ...delivery, outcome: 'published', run: 'run-1' });
      await ledger.deliveries.markRouted(versionId);
      told.push(versionId);
    }
    const mail = { kind: 'digest' as const, run: 'run-1', subject: 's', text: 't', html: 'h' };
    await ledger.mails.queueMail({ ...mail, eventKey: 'digest', to: ['a@x.hk'], told });
    await ledger.reports.recordIntents([
      { account: 'HKSCC', run: 'run-1', path: '/INBOX/x', size: 1, modifiedAt: 2 },
    ]);
    await ledger.accounts.lockLogin({
      account: 'HKSCC',
      reason: 'key refused',
      address: '10.243.2.141:18801',
    });
    const refused = {
      folder: '/INBOX',
      nameHex: 'b3f8',
      shown: 'x',
      code: 'NAME_REFUSED' as const,
      reason: 'is bad',
    };
    await ledger.reports.refuse('HKSCC', 'run-1', [refused]);
    await ledger.quarantine.quarantineReport(aVersion({ name: 'held.txt' }), {
      code: 'CONTENT_WRONG',
      reason: 'test',
    });
    await ledger.accounts.chooseDataCentres([
      { account: 'HKSCC', dataCentre: 'secondary', by: 'Ada', reason: 'drill' },
    ]);
    facts = JSON.stringify(await factsIn(ledger));
    await ledger.seal();
    await ledger.close();
    whole = await fs.readFile(file());
    seal = await fs.readFile(`${file()}.seal`);
  });

  /** What becomes of a file with this content beside the true seal. */
  async function fate(
    content: Buffer,
  ): Promise<'refused' | 'found by the check' | 'harmless' | 'WRONG IN SILENCE'> {
    for (const suffix of ['-wal', '-shm']) await fs.rm(file() + suffix, { force: true });
    await fs.writeFile(file(), content);
    await fs.writeFile(`${file()}.seal`, seal);
    let seen: string;
    try {
      const ledger = await openLedger(file(), clock);
      try {
        seen = JSON.stringify(await factsIn(ledger));
      } finally {
        await ledger.close();
      }
    } catch (error) {
      assert.match(
        String((error as { code?: string }).code),
        /^(LEDGER_UNUSABLE|LEDGER_TOO_NEW|DISK_ERROR)$/,
      );
      return 'refused';
    }
    await fs.writeFile(file(), content);
    for (const suffix of ['-wal', '-shm']) await fs.rm(file() + suffix, { force: true });
    const sound = await verifyLedger(file(), clock).then(
      () => true,
      () => false,
    );
    if (!sound) return 'found by the check';
    return seen === facts ? 'harmless' : 'WRONG IN SILENCE';
  }

  it('is what it is when nothing happened to it', async () => {
    assert.equal(await fate(whole), 'harmless');
  });

  it('is refused when it ends anywhere before its end', async () => {
    for (const share of [0, 0.01, 0.3, 0.5, 0.9, 0.999]) {
      assert.equal(await fate(whole.subarray(0, Math.floor(whole.length * share))), 'refused', `${share}`);
    }
    assert.equal(await fate(whole.subarray(0, whole.length - PAGE)), 'refused', 'the last page');
  });

  it('is refused when a page with a table of its own was lost, also that of the migrations', async () => {
    const empty = Buffer.alloc(PAGE);
    // An empty leaf of a table, as SQLite writes it.
    empty.set([13, 0, 0, 0, 0, PAGE >> 8, 0]);
    const content = Buffer.from(whole);
    content.set(empty, PAGE);
    assert.equal(await fate(content), 'refused');
  });

  it('is refused when a word of its plan was changed', async () => {
    // Of a column without an index: SQLite itself finds nothing wrong.
    const at = whole.indexOf('"value"', whole.lastIndexOf('CREATE TABLE "properties"')) + 1;
    const content = Buffer.from(whole);
    content.write('x', at);
    assert.equal(await fate(content), 'refused');
  });

  it(`is never wrong in silence after any of ${DAMAGES} damages`, async () => {
    const fates = new Map<string, number>();
    const at = fc.integer({ min: 0, max: whole.length - 1 });
    const damage = fc.oneof(
      // a byte, a run of bytes, half a page of nothing, and a page that was written in another's place
      fc.record({ at, bytes: fc.uint8Array({ minLength: 1, maxLength: 1 }) }),
      fc.record({ at, bytes: fc.uint8Array({ minLength: 2, maxLength: 64 }) }),
      at.map((start) => ({ at: start - (start % (PAGE / 2)), bytes: new Uint8Array(PAGE / 2) })),
      fc.tuple(at, at).map(([from, to]) => ({
        at: to - (to % PAGE),
        bytes: whole.subarray(from - (from % PAGE), from - (from % PAGE) + PAGE),
      })),
    );
    await fc.assert(
      fc.asyncProperty(damage, async ({ at: start, bytes }) => {
        const content = Buffer.from(whole);
        content.set(bytes.subarray(0, content.length - start), start);
        const one = await fate(content);
        fates.set(one, (fates.get(one) ?? 0) + 1);
        assert.notEqual(one, 'WRONG IN SILENCE');
      }),
      { numRuns: DAMAGES, endOnFailure: true },
    );
    // The check alone finds about one in fourteen: a few dozen damages may well hold none of those.
    const kinds = DAMAGES < 100 ? ['refused'] : ['refused', 'found by the check'];
    for (const kind of kinds) assert.ok(fates.has(kind), [...fates].join('; '));
  });

  it('of yesterday is refused, and found by the check too', async () => {
    const { file: copy } = await backupLedger(file(), path.join(folder(), 'yesterday'));
    const yesterday = await fs.readFile(copy);
    await fs.writeFile(file(), whole);
    const ledger = await openLedger(file(), clock);
    await ledger.journal.append({ who: 'rap', what: 'a day of work', why: 'test' });
    await ledger.seal();
    await ledger.close();
    seal = await fs.readFile(`${file()}.seal`);
    assert.equal(await fate(yesterday), 'refused');
    await assert.rejects(verifyLedger(file(), clock), { code: 'LEDGER_UNUSABLE', message: /missing/ });
  });
});

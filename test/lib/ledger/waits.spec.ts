/** How often a ledger on PostgreSQL makes who works wait: it may become less, and no more. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { queueDigest } from '../../../lib/collection/digest-queue.ts';
import { routeReport } from '../../../lib/collection/route.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { countAsked } from '../../support/link-count.ts';
import { postgresPrograms } from '../../support/postgres.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { someContacts } from '../mail/samples.ts';
import { newPlace } from './engines.ts';
import { aVersion, START } from './samples.ts';

if (postgresPrograms() !== undefined) {
  describe('waiting for PostgreSQL', () => {
    const folder = temporaryFolder();
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await openLedger(await newPlace(folder()), new SimulatedClock(START), {
        journalKey: new Uint8Array(32).fill(7),
      });
    });
    afterEach(() => ledger.close());

    const run = 'run-1';
    const received = (count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, at) =>
          ledger.reports.recordReceived(aVersion({ path: `/INBOX/${at}`, name: `${at}.txt`, run })),
        ),
      );
    const delivery = (versionId: number, share = '/share') => ({
      ...{ versionId, share, file: `${share}/a`, sha256: 'a'.repeat(64), run },
      ...{ outcome: 'published' as const, destination: share, placedAt: START },
    });

    /** What is done, and how often it may wait and commit. */
    const acts: Record<string, [act: () => Promise<unknown>, waits: number, commits: number]> = {
      'a log-in begins': [() => ledger.sessions.sessionBegins('HKSCC', run), 2, 1],
      'a log-in is noted': [
        () => ledger.logins.noteLogin({ account: 'HKSCC', dataCentre: 'primary', address: 'h:1' }),
        2,
        1,
      ],
      'folders were looked at': [
        () =>
          ledger.looks.noteLook({
            ...{ account: 'HKSCC', at: START, dataCentre: 'primary', good: ['/INBOX'], failed: [] },
          }),
        2,
        1,
      ],
      'no mail is due': [() => ledger.mails.dueMails(START), 2, 0],
      'what is open': [() => ledger.openItems.openItems('HKSCC'), 1, 0],
      'sixteen reports come together': [() => received(16), 3, 1],
      'a report is on its only share': [
        async () => {
          const [{ versionId } = assert.fail()] = await received(1);
          const { waits, commits } = await countAsked(() =>
            ledger.deliveries.recordLastDelivery(delivery(versionId)),
          );
          assert.deepEqual({ waits, commits }, { waits: 2, commits: 1 });
        },
        5,
        2,
      ],
      'what a digest tells': [() => ledger.runs.runFacts(run, ''), 6, 0],
      'a digest is queued and the run sealed': [
        async () => {
          await ledger.runs.startRun({ run, trigger: 'timer' });
          return queueDigest(ledger, someContacts(), run, []);
        },
        30,
        4,
      ],
    };
    for (const [what, [act, waits, commits]] of Object.entries(acts)) {
      it(`${what}: at most ${waits} times, of which ${commits} for the disk`, async () => {
        const asked = await countAsked(act);
        assert.ok(asked.waits <= waits && asked.commits <= commits, JSON.stringify(asked));
      });
    }

    for (const shares of [1, 2, 5]) {
      it(`a report that goes to ${shares} shares: a transaction for each, and none besides`, async () => {
        const home = folder();
        const rules = await Promise.all(
          Array.from({ length: shares }, async (_, at) => {
            const share = path.join(home, `share-${at}`);
            await mkdir(share);
            return { system: '', code: '', folder: '', share };
          }),
        );
        const file = path.join(home, 'landed');
        await writeFile(file, 'a'.repeat(10));
        const report = await landed(file);
        const options = {
          ...{ ledger, run, rules, context: { home, account: 'HKSCC', installation: 'hkscc' as const } },
          memory: { tried: new Set<string>() },
        };
        const first = await routeReport(report, options);
        assert.equal(first.deliveries.length, shares);
        assert.deepEqual(await ledger.deliveries.openVersions('HKSCC'), [], 'everywhere');
        // From the second report on the shares are known and tried.
        const second = await landed(file, 'second.txt');
        const { commits } = await countAsked(() => routeReport(second, options));
        assert.equal(commits, shares);
        assert.deepEqual(await ledger.deliveries.openVersions('HKSCC'), []);
        assert.equal((await ledger.journal.verify()).brokenAt, undefined);
        assert.deepEqual(await ledger.changedFacts(), []);
      });
    }

    async function landed(file: string, name = 'first.txt') {
      const sha256 = createHash('sha256').update('a'.repeat(10)).digest('hex');
      const version = aVersion({ name, path: `/INBOX/${name}`, file, sha256, size: 10, bytes: 10, run });
      const { versionId } = await ledger.reports.recordReceived(version);
      return (await ledger.reports.version(versionId)) ?? assert.fail();
    }
  });
}

/** No question that a run, a mail or an alarm asks walks through a table that grows for years. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { queueAlarm, stepDueAlarms } from '../../../lib/alarms/alarms.ts';
import { collect, incompleteErrors } from '../../../lib/collection/collect.ts';
import { queueDigest } from '../../../lib/collection/digest-queue.ts';
import { takeListing } from '../../../lib/collection/listing.ts';
import { queueDailyStatus } from '../../../lib/mail/daily-status.ts';
import { sendDue } from '../../../lib/mail/sender.ts';
import { hongKongDate } from '../../../lib/time/hong-kong.ts';
import { type SqliteWatch, watchSqlite } from '../../support/sqlite-watch.ts';
import { PretendServer } from '../collection/pretend-server.ts';
import { someContacts } from '../mail/samples.ts';
import { freshLedger } from './samples.ts';

/** Tables that are never emptied, by all the names that queries give them. */
const GROWING =
  /^(versions?|deliver(y|ies)|(delivery_)?failures?|mails|mail_\w+|recipient|runs|cut|listings|alarms|alarm_\w+|journal|observations)$/;

describe('A question to the ledger', function () {
  this.timeout(300_000);
  const given = freshLedger();
  let watch: SqliteWatch;
  beforeEach(() => {
    watch = watchSqlite();
  });
  afterEach(() => watch.stop());

  const contacts = someContacts();
  const account = 'HKSCC';

  /** Lists, downloads, files on a share, tells. */
  async function run(name: string, server: PretendServer) {
    const { ledger, clock, folder } = given;
    const landing = path.join(folder(), 'landing');
    await mkdir(landing, { recursive: true });
    const place = { installation: 'hkscc', dataCentre: 'primary', address: '127.0.0.1:1' } as const;
    await ledger.runs.startRun({ run: name, trigger: 'timer' });
    const session = server.session(ledger, name);
    const context = { run: name, account, ...place };
    const listing = await takeListing(session, context, { clock, ledger, settle: 0 });
    const summary = await collect(session, context, listing, { ledger, landing, lookInside: false });
    for (const { versionId, sha256 } of await ledger.deliveries.openVersions(account)) {
      const to = { versionId, share: '/s', run: name };
      await ledger.deliveries.recordDeliveryFailure({ ...to, code: 'SHARE_SILENT', message: 'm', cure: 'c' });
      const delivery = { ...to, file: `/s/${versionId}`, sha256, outcome: 'version', beside: true } as const;
      await ledger.deliveries.recordDelivery(delivery);
      await ledger.amendments.reportAt('/s', delivery.file);
      await ledger.deliveries.markRouted(versionId);
    }
    await ledger.amendments.pendingAmendments(account);
    for (const { code, message, cure, subject, reports } of incompleteErrors(summary)) {
      const where = { where: 'download', run: name, account, at: clock.now() };
      await queueAlarm(ledger, contacts, { code, message, cure, subject, reports, ...where }, []);
    }
    await queueDigest(ledger, contacts, name, [], clock.now());
    await queueDailyStatus(ledger, contacts, clock.now(), []);
    await sendDue(ledger, contacts, { clock });
    await clock.advance(3600_000);
    await stepDueAlarms(ledger, contacts, clock);
    // What a check of the reports asks.
    const today = hongKongDate(clock.now());
    await ledger.expectations.copiesOfDates(account, [today], 0);
    await ledger.expectations.quarantinedOfDates(account, [today], 0);
    await ledger.looks.looksSince(account, 0);
    await ledger.looks.filesListedSince(account, 0);
    await ledger.expectations.arrivalsBetween(account, {
      from: '2000-01-01',
      before: today,
      codes: ['RP009'],
      most: 9,
    });
    await ledger.mails.deferredMails();
    await ledger.mails.summariesSince(clock.now());
    await ledger.mails.unsentCritical(0, clock.now());
  }

  it('finds its rows by an index', async () => {
    const server = new PretendServer(account, ['/INBOX']);
    server.files.set('/INBOX/a', { content: 1 });
    server.files.set('/INBOX/b', { content: 2, fault: 'REMOTE_FAILURE' });
    server.files.set('/INBOX/c', { content: 3, wrong: true });
    server.files.set('/INBOX/d', { content: 4, unsafe: true });
    await run('run-1', server);
    // Cut off before its digest, and an account that no flow has any more.
    await given.ledger.runs.startRun({ run: 'run-2', trigger: 'timer' });
    server.files.set('/INBOX/a', { content: 5 });
    server.files.delete('/INBOX/b');
    const sight = { account: 'HKCC', run: 'run-2', dataCentre: 'primary' } as const;
    await given.ledger.outstanding.noteSeen(sight, [{ path: '/INBOX/e', size: 1, modifiedAt: 1 }]);
    await run('run-3', server);
    const questions = new Set(watch.asked.map(({ sql }) => sql));
    const database = new DatabaseSync(given.file(), { readOnly: true });
    const walks: string[] = [];
    let asked = 0;
    for (const sql of questions) {
      if (!/^(select|update|delete)/.test(sql)) continue;
      asked++;
      const values = Array.from(sql.matchAll(/\?/g), () => null);
      const plan = database.prepare(`explain query plan ${sql}`).all(...values);
      const steps = plan.map(({ detail }) => String(detail));
      const sorted = steps.some((step) => step.startsWith('USE TEMP B-TREE FOR ORDER BY'));
      // A page in the order of the table, or the last row of it, ends after so many rows.
      const isPage = sql.endsWith('limit ?') && !sorted;
      // What is made by the question itself is no table.
      const made = steps.flatMap((step) => /^(?:MATERIALIZE|CO-ROUTINE) (\w+)/.exec(step)?.[1] ?? []);
      const walked = steps.filter((step) => {
        const table = /^SCAN (\w+)/.exec(step)?.[1] ?? '';
        return GROWING.test(table) && !made.includes(table);
      });
      if (walked.length > 0 && !isPage) walks.push(`${walked}: ${sql}`);
      if (sql.includes('"id" > ?') && sorted) walks.push(`sorts for each page: ${sql}`);
    }
    database.close();
    assert.ok(asked > 80, `${asked} questions`);
    assert.deepEqual(walks, []);
  });
});

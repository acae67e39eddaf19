/** More reports than one statement takes: what a run asks of the ledger comes in parts, and in time. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { collect } from '../../../lib/collection/collect.ts';
import { takeListing } from '../../../lib/collection/listing.ts';
import { type SqliteWatch, watchSqlite } from '../../support/sqlite-watch.ts';
import { freshLedger } from '../ledger/samples.ts';
import { PretendServer } from './pretend-server.ts';

/** Rows that one statement may read or write. */
const MOST = 500;
const REPORTS = MOST + 100;

describe('A day of many reports', function () {
  this.timeout(300_000);
  const given = freshLedger();
  let watch: SqliteWatch;
  let server: PretendServer;

  beforeEach(() => {
    server = new PretendServer('HKSCC', ['/INBOX']);
    for (let number = 0; number < REPORTS; number++) server.files.set(`/INBOX/${number}`, { content: 100 });
    watch = watchSqlite();
  });
  afterEach(() => watch.stop());

  async function run(name: string) {
    const session = server.session(given.ledger, name);
    const { ledger, clock, folder } = given;
    const landing = path.join(folder(), 'landing');
    await mkdir(landing, { recursive: true });
    const place = { installation: 'hkscc', dataCentre: 'primary', address: '127.0.0.1:1' } as const;
    const context = { run: name, account: 'HKSCC', ...place };
    await ledger.runs.startRun({ run: name, trigger: 'timer' });
    const listing = await takeListing(session, context, { clock, ledger, settle: 0 });
    const before = watch.transactions().length;
    let first = 0;
    const download: typeof session.download = async (...words) => {
      first = watch.transactions().length - before;
      const intents = await ledger.reports.openIntents('HKSCC');
      assert.equal(intents.length, words[0].length, 'each is asked for before the first byte');
      return session.download(...words);
    };
    const options = { ledger, landing, lookInside: false };
    const summary = await collect({ ...session, download } as typeof session, context, listing, options);
    return { summary, first };
  }

  const longest = () => watch.asked.reduce((most, { rows }) => Math.max(most, rows), 0);
  const busiest = () =>
    watch.transactions().reduce((most, statements) => Math.max(most, statements.length), 0);

  it('is asked for in some transactions, not in one for each report, and before the first byte', async () => {
    const { summary, first } = await run('run-1');
    assert.equal(summary.received.length, REPORTS);
    assert.equal(first, Math.ceil(REPORTS / MOST));
  });

  it('keeps no statement and no transaction busy with all of it', async () => {
    await run('run-1');
    assert.ok(longest() <= MOST, `one statement read ${longest()} rows`);
    assert.ok(busiest() <= 12, `one transaction had ${busiest()} statements`);
  });

  it('keeps none busy when all of it is gone, fails, or is known', async () => {
    for (const file of server.files.values()) file.fault = 'REMOTE_FAILURE';
    assert.equal((await run('run-1')).summary.failed.length, REPORTS);
    const { files } = server;
    for (const file of files.values()) delete file.fault;
    const half = [...files].slice(0, REPORTS / 2);
    for (const [name] of half) files.delete(name);
    const { summary } = await run('run-2');
    assert.deepEqual([summary.received.length, summary.outstanding.length], [REPORTS / 2, REPORTS / 2]);
    for (const [name, file] of half) files.set(name, file);
    assert.equal((await run('run-3')).summary.known, REPORTS / 2);
    assert.ok(longest() <= MOST, `one statement read ${longest()} rows`);
    assert.ok(busiest() <= 12, `one transaction had ${busiest()} statements`);
  });

  it('keeps none busy when each name of it is refused, again and again', async () => {
    for (const file of server.files.values()) file.unsafe = true;
    for (const name of ['run-1', 'run-2']) {
      assert.equal((await run(name)).summary.failed.length, REPORTS);
      assert.equal((await given.ledger.openItems.openItems('HKSCC')).refused.length, REPORTS);
    }
    assert.ok(longest() <= MOST, `one statement read ${longest()} rows`);
    assert.ok(busiest() <= 12, `one transaction had ${busiest()} statements`);
  });
});

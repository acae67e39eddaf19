/** A ledger's file is looked through when it is opened: a large one by a thread of its own, whose good word alone counts. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { lookThrough, SMALL } from '../../../lib/ledger/sqlite/whole-file.ts';
import { type SqliteWatch, watchSqlite } from '../../support/sqlite-watch.ts';
import { freshLedger } from './samples.ts';

const PIECE = 1024 * 1024;

describe('The look through the file of a ledger', function () {
  this.timeout(300_000);
  const given = freshLedger();
  let watch: SqliteWatch | undefined;

  afterEach(() => watch?.stop());

  /** Closes the ledger and makes its file larger than what is looked at by the thread that opens it. */
  async function grow(): Promise<void> {
    await given.ledger.close();
    const database = new DatabaseSync(given.file());
    const put = database.prepare('insert into properties values (?, hex(zeroblob(?)))');
    for (let piece = 0; piece <= SMALL / PIECE; piece++) put.run(`piece ${piece}`, PIECE / 2);
    database.close();
  }

  /** Makes a page in the middle of a long text point to one that is not there. */
  async function damage(): Promise<void> {
    const { size } = await fs.stat(given.file());
    const handle = await fs.open(given.file(), 'r+');
    const page = 4096 * Math.floor(size / 2 / 4096);
    await handle.write(Buffer.from('fffffff0', 'hex'), 0, 4, page);
    await handle.close();
  }

  const looks = () => watch?.asked.filter(({ sql }) => sql.includes('quick_check')).length;

  it('is this thread its own where the file is small', async () => {
    await given.ledger.close();
    watch = watchSqlite();
    given.ledger = await openLedger(given.file(), given.clock);
    assert.equal(looks(), 1);
  });

  it('is asked of no statement of this thread where the file is large', async () => {
    await grow();
    watch = watchSqlite();
    given.ledger = await openLedger(given.file(), given.clock);
    assert.equal(looks(), 0);
    await given.ledger.journal.append({ who: 'Ada', what: 'test', why: 'it is written to as ever' });
  });

  it('refuses a large file that is damaged, in the words of this connection', async () => {
    await grow();
    await damage();
    watch = watchSqlite();
    await assert.rejects(openLedger(given.file(), given.clock), {
      code: 'LEDGER_UNUSABLE',
      message: /is damaged \(.*page/s,
    });
    assert.equal(looks(), 1);
  });

  it('is done by this thread where the other one can say nothing', async () => {
    await grow();
    const database = new DatabaseSync(given.file());
    watch = watchSqlite();
    assert.equal(await lookThrough(`${given.file()} that is not there`, database), 'ok');
    assert.equal(looks(), 1);
    database.close();
  });
});

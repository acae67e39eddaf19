/** What a look and a check cost where half a million reports are known. RAP_KNOWN_REPORTS sets how many (default 50,000). */
import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AwaitingAccount } from '../../../lib/collection/awaiting-account.ts';
import { completenessOf } from '../../../lib/collection/completeness.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { shippedCatalogue } from '../../../lib/reports/catalogue.ts';
import { CalendarBook } from '../../../lib/time/calendar-book.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { addDays, fromHongKong } from '../../../lib/time/hong-kong.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const REPORTS = Number(process.env.RAP_KNOWN_REPORTS ?? 50_000);
const A_DAY = 400;
const DAY = '2026-11-20';
/** Milliseconds of the processor, twice what it takes: one that reads all that is known takes many times as long. */
const LONGEST = 100;

const account: AwaitingAccount = {
  ...{ account: 'HKSCC', installation: 'hkscc', participant: 'SIM001', holidayTrading: '', everything: true },
  folders: ['/INBOX', '/RPF'],
};

describe('the completeness of an account with a long past', function () {
  this.timeout(300_000);
  const folder = temporaryFolder();

  it(`costs under ${LONGEST} ms with ${REPORTS} known reports and a look every minute`, async () => {
    const file = path.join(folder(), 'ledger.sqlite');
    const clock = new SimulatedClock(fromHongKong(`${DAY} 21:50`));
    await (await openLedger(file, clock)).close();
    const database = new DatabaseSync(file);
    database.exec('pragma synchronous = off; begin');
    const version = database.prepare(
      `insert into versions (account, installation, run, path, name, folder, system, code, business_date, sequence,
        sha256, file, data_centre, address, size, modified_at, bytes, amended, received_at, seen_at, routed_at)
       values ('HKSCC', 'hkscc', 'r', ?, '', '', 'VaR', ?, ?, '', ?, '', 'primary', '', 1, 1, 1, 0, ?, ?, ?)`,
    );
    let [date, at] = [DAY, 0];
    for (let index = 0; index < REPORTS; index++) {
      if (index % A_DAY === 0) {
        date = addDays(DAY, -index / A_DAY);
        at = fromHongKong(`${date} 21:05`);
      }
      const digits = date.replaceAll('-', '');
      const code = index % 10 === 0 ? 'RPF01' : 'CCLID01';
      const name = `/INBOX/${digits}/${code}_SIM001_${digits}_${index % A_DAY}.csv`;
      version.run(name, code, date, String(index), at, at, at);
    }
    const look = database.prepare(
      `insert into looks (account, at, data_centre, good, failed) values ('HKSCC', ?, 'primary', '["/INBOX","/RPF"]', '[]')`,
    );
    for (let begun = fromHongKong('2026-11-19 09:00'); begun < clock.now(); begun += 60_000) look.run(begun);
    database.exec('commit');
    database.close();
    const ledger = await openLedger(file, clock);
    const site = { catalogue: shippedCatalogue(), calendars: new CalendarBook() };
    const took: number[] = [];
    for (let round = 0; round < 7; round++) {
      // Of the processor: what others do on the machine does not count.
      const start = process.cpuUsage();
      const { reports } = await completenessOf(ledger, site, account, clock.now());
      const { user, system } = process.cpuUsage(start);
      took.push((user + system) / 1000);
      assert.ok(reports.length > 10);
    }
    await ledger.close();
    const [first = 0, ...later] = took;
    const median = later.sort((one, other) => one - other)[3] ?? 0;
    if (process.env.RAP_KNOWN_REPORTS)
      process.stdout.write(`first ${Math.round(first)} ms, then ${median.toFixed(1)} ms\n`);
    assert.ok(median < LONGEST, `${median} ms`);
  });
});

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import calendar from '../../bin/commands/calendar.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { siteCalendars } from '../../lib/reports/site-files.ts';
import { realClock, SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { projectedYears } from '../../lib/time/projected-holidays.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { listen } from './listen.ts';

describe('rap calendar', () => {
  const home = temporaryFolder();
  let said = '';

  const hear = (text: string) => {
    said += text;
  };

  async function run(...words: string[]): Promise<number> {
    said = '';
    return listen(hear, () =>
      calendar([...words, '--home', home()], new SimulatedClock(fromHongKong('2027-06-02 10:00'))),
    );
  }

  async function listOf(year: string, more: string[] = []): Promise<string> {
    const days = (projectedYears[year] ?? '').split(' ').map((day) => `${year}-${day}`);
    const file = path.join(home(), 'holidays.txt');
    await writeFile(file, [...days, ...more].join('\r\n'));
    return file;
  }

  it('shows this year and the next, on what they rest, and what is missing', async () => {
    assert.equal(await run('show'), 0);
    assert.match(said, /^2027: official \(/m);
    assert.match(said, /^2028: projected \(/m);
    assert.match(said, /^ {2}securities: 248 business days$/m);
    assert.match(said, /^ {4}2028-01-26 closed: projected$/m);
    assert.match(said, /^reminder: the holidays of 2028 are not confirmed/m);
    assert.equal(await run('show', '--year', '2023', '--calendar', 'securities', '--json'), 0);
    const rows = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      rows.find(({ date }) => date === '2023-09-08'),
      {
        ...{
          calendar: 'securities',
          date: '2023-09-08',
          day: 'closed',
          basis: 'weather',
          note: 'black rainstorm',
        },
      },
    );
  });

  it('shows what a list would change, takes nothing before a person accepts it, and then keeps who and why', async () => {
    const file = await listOf('2028');
    assert.equal(await run('import', file), 6);
    assert.match(said, /2028: confirms what was projected \(17 holidays\)/);
    assert.equal((await siteCalendars(home())).year('2028')?.basis, 'projected');
    assert.equal(
      await run('import', file, '--accept', '--reason', 'list of 1823', '--by', 'Chan Tai Man'),
      0,
    );
    assert.equal((await siteCalendars(home())).year('2028')?.basis, 'official');
    const text = await readFile(path.join(home(), 'calendar', 'calendar.yaml'), 'utf8');
    assert.match(text, /by: Chan Tai Man\n\s+at: 2027-06-02 10:00\n\s+reason: list of 1823/);
    assert.equal(await run('import', file), 0);
    assert.match(said, /2028: is known like that/);
    await run('show');
    assert.doesNotMatch(said, /reminder/);
  });

  it('writes the acceptance into the journal of a home that has one', async () => {
    const ledger = await openHome(home(), realClock);
    await ledger.close();
    await run('import', await listOf('2028'), '--accept', '--reason', 'list of 1823', '--by', 'Chan Tai Man');
    const again = await openHome(home(), realClock);
    const entries = await again.journal.records();
    await again.close();
    const entry = entries.find(({ what }) => what === 'calendar accepted');
    assert.deepEqual([entry?.who, entry?.why], ['Chan Tai Man', 'list of 1823']);
  });

  it('takes a list as a calendar of its own', async () => {
    const file = path.join(home(), 'connect.csv');
    await writeFile(file, '2027-01-04\n2027-01-05\n');
    const words = ['import', file, '--list', 'china-connect', '--from', '2027-01-01', '--to', '2027-01-31'];
    assert.equal(await run(...words), 6);
    assert.equal(await run(...words, '--accept', '--reason', 'as published'), 0);
    const book = await siteCalendars(home());
    assert.equal(book.day('china-connect', '2027-01-05').kind, 'open');
    assert.equal(book.day('china-connect', '2027-01-06').kind, 'closed');
    assert.equal(book.day('china-connect', '2027-02-01').basis, 'unknown');
    await assert.rejects(run('import', file, '--list', 'securities'), /is not a free name/);
    await assert.rejects(
      run('import', file, '--list', 'x', '--from', '2027-01-05'),
      /2027-01-04 lies outside/,
    );
  });

  it('takes the word of a person on one date, with name and reason', async () => {
    await assert.rejects(
      run('set', '2026-09-24', 'closed', '--calendar', 'securities'),
      /--reason is missing/,
    );
    await assert.rejects(
      run('set', '2026-09-24', 'shut', '--calendar', 'securities', '--reason', 'r'),
      /"shut" is not one of/,
    );
    await assert.rejects(
      run('set', '2026-09-24', 'closed', '--calendar', 'securites', '--reason', 'r'),
      /no calendar "securites"/,
    );
    assert.equal(
      await run(
        'set',
        '2026-09-24',
        'closed',
        '--calendar',
        'securities,securities+saturday',
        '--reason',
        'parade',
        '--by',
        'Chan',
      ),
      0,
    );
    const book = await siteCalendars(home());
    assert.equal(book.day('securities', '2026-09-24').note, 'parade (Chan)');
    assert.equal(book.day('derivatives-h', '2026-09-24').kind, 'open');
  });

  it('refuses a list that is not whole, and leaves a broken calendar file alone', async () => {
    const file = path.join(home(), 'holidays.txt');
    await writeFile(file, '2028-01-01\n2028-01-26\n');
    await assert.rejects(
      run('import', file, '--accept', '--reason', 'x'),
      /lists 2 general holidays for 2028/,
    );
    await run('set', '2026-09-24', 'closed', '--calendar', 'securities', '--reason', 'r');
    const site = path.join(home(), 'calendar', 'calendar.yaml');
    await writeFile(site, 'overrides: [\n');
    await assert.rejects(
      run('set', '2026-09-25', 'closed', '--calendar', 'securities', '--reason', 'r'),
      /calendar\.yaml cannot be used: line/,
    );
    assert.equal(await readFile(site, 'utf8'), 'overrides: [\n');
  });
});

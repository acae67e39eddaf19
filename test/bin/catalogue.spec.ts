import assert from 'node:assert/strict';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import catalogue from '../../bin/commands/catalogue.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { practiceAccount } from '../../lib/practice/paths.ts';
import { siteCatalogue } from '../../lib/reports/site-files.ts';
import { isBusinessDay } from '../../lib/time/calendar.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { addDays, fromHongKong } from '../../lib/time/hong-kong.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { listen } from './listen.ts';

const clock = new SimulatedClock(fromHongKong('2026-12-20 10:00'));

describe('rap catalogue', () => {
  const home = temporaryFolder();
  let said = '';

  const hear = (text: string) => {
    said += text;
  };

  async function run(...words: string[]): Promise<number> {
    said = '';
    return listen(hear, () => catalogue([...words, '--home', home()], clock));
  }

  const days = Array.from({ length: 30 }, (_, index) => addDays('2026-11-02', index)).filter((date) =>
    isBusinessDay('securities', date),
  );

  it('shows a report with times, source and how sure each is', async () => {
    assert.equal(await run('show', '--code', 'rmamr03'), 0);
    assert.match(said, /^RMAMR03 VaR hkscc \[stated, shipped\]/);
    assert.match(said, /_\{half\}\.zip \[invented\] in \/INBOX/);
    assert.match(said, /set 4: business-day, about 21:00, late after 21:45, missing after 23:00 \[stated\]/);
    assert.equal(await run('show', '--installation', 'hkcc-seoch', '--json'), 0);
    const rows = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.ok(rows.length > 5 && rows.every(({ installation }) => installation === 'hkcc-seoch'));
    await assert.rejects(run('show', '--code', 'NOSUCH1'), /No report of the catalogue is meant/);
  });

  it('proves a file: good, doubtful, and not to be read', async () => {
    assert.equal(await run('check'), 0);
    const file = path.join(home(), 'other.yaml');
    await writeFile(file, 'reports:\n  - code: CSEMA08\n    calendar: connect\n');
    assert.equal(await run('check', file, '--json'), 5);
    assert.match(JSON.parse(said).problem, /calendar "connect" is not known/);
    await writeFile(file, 'reports:\n  - code: CSEMA08\n    about: 4pm\n');
    await assert.rejects(run('check', file), /line 3: reports\[0\]\.about is not a time like/);
  });

  it('learns from a folder of files, and takes it when a person accepts it', async () => {
    const folder = path.join(home(), 'files');
    for (const date of days) {
      const digits = date.replaceAll('-', '');
      const file = path.join(folder, 'INBOX', digits, `CCLTN05_SIM001_${digits}.txt`);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, '');
      const at = new Date(fromHongKong(`${date} 20:02`));
      await utimes(file, at, at);
    }
    const words = ['learn', folder, '--installation', 'hkscc'];
    assert.equal(await run(...words), 6);
    assert.match(
      said,
      /CCLTN05: came on 22 of 22 business days\n {2}about 20:00, late after 20:20, missing after 21:05/,
    );
    assert.equal(
      (await siteCatalogue(home())).rows.find(({ code }) => code === 'CCLTN05')?.origin,
      'shipped',
    );
    await assert.rejects(run(...words, '--accept'), /--reason is missing/);
    assert.equal(await run(...words, '--accept', '--reason', 'looked right', '--by', 'Chan'), 0);
    assert.match(
      await readFile(path.join(home(), 'catalogue.yaml'), 'utf8'),
      /accepted by Chan on 2026-12-20 10:00/,
    );
    const row = (await siteCatalogue(home())).rows.find(({ code }) => code === 'CCLTN05');
    assert.deepEqual([row?.origin, row?.sets[0]?.times?.lateAfter], ['changed', '20:20']);
    assert.equal(await run(...words, '--code', 'CCLTN04'), 0);
    await assert.rejects(
      run('learn', path.join(home(), 'nowhere'), '--installation', 'hkscc'),
      /cannot be read \(ENOENT\)/,
    );
    await assert.rejects(run('learn', folder), /--installation is missing/);
  });

  it('names each kind of name once of which it can say nothing, and what a person does then', async () => {
    const folder = path.join(home(), 'files', 'INBOX');
    await mkdir(folder, { recursive: true });
    const some = days.slice(0, 6).map((date) => date.replaceAll('-', ''));
    for (const digits of some) {
      await writeFile(path.join(folder, `FCS-SIM001-${digits}.dat`), '');
      const at = new Date(fromHongKong(`${digits.replace(/(....)(..)(..)/, '$1-$2-$3')} 20:12`));
      await utimes(path.join(folder, `FCS-SIM001-${digits}.dat`), at, at);
    }
    await writeFile(path.join(folder, 'notice to all.pdf'), '');
    const words = ['learn', path.dirname(folder), '--installation', 'hkscc', '--participant', 'SIM001'];
    assert.equal(await run(...words), 0);
    assert.deepEqual(said.trimEnd().split('\n').slice(0, 2), [
      'not recognised: 6 files such as /INBOX/FCS-SIM001-20261102.dat',
      'not recognised: /INBOX/notice to all.pdf',
    ]);
    assert.match(said, /put as "file" into the row of its report in RAP_HOME\/catalogue\.yaml/);
    assert.equal(await run(...words, '--json'), 0);
    assert.equal(said.trim().split('\n').length, 7, 'every file for a program');
    const row = "reports:\n  - code: CCLTN05\n    file: 'FCS-{participant}-{yyyymmdd}.dat'\n";
    await writeFile(path.join(home(), 'catalogue.yaml'), row);
    assert.equal(await run(...words), 6);
    assert.match(said, /^CCLTN05: came on 6 of 6 business days\n {2}about 20:10/);
  });

  it('learns from what the ledger received in production, by the time of the file where that is plausible', async () => {
    const ledger = await openHome(home(), clock);
    await ledger.accounts.keepPracticeAccount(practiceAccount('main', '2026-11-28'));
    for (const [account, hour] of [
      ['main', '20:02'],
      ['main.practice-2026-11-28', '09:00'],
    ]) {
      for (const date of days) {
        const digits = date.replaceAll('-', '');
        const name = `CCLTN05_SIM001_${digits}.txt`;
        await ledger.reports.recordReceived({
          ...{
            run: 'r',
            account: account ?? '',
            installation: 'hkscc',
            dataCentre: 'primary',
            address: 'x:1',
          },
          ...{
            path: `/INBOX/${digits}/${name}`,
            name,
            folder: `/INBOX/${digits}`,
            size: 0,
            bytes: 0,
            state: 'new',
          },
          ...{
            system: 'CCASS',
            code: 'CCLTN05',
            businessDate: date,
            sequence: '',
            file: '/x',
            sha256: `${account}${date}`,
          },
          modifiedAt: fromHongKong(`${date} ${hour}`),
        } as Parameters<typeof ledger.reports.recordReceived>[0]);
      }
    }
    const arrivals = await ledger.reports.arrivals();
    assert.equal(arrivals.length, days.length);
    assert.equal((await ledger.reports.arrivals('other')).length, 0);
    await ledger.close();
    // All were fetched on one day, weeks later: that says nothing of when they come.
    assert.equal(await run('learn'), 0);
  });
});

/** rap deliver: a report, a business date, a share, a further share; nothing written over, nothing unproved sent. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import deliver from '../../bin/commands/deliver.ts';
import { routeReport } from '../../lib/collection/route.ts';
import { initShare, SHARE_FILE } from '../../lib/delivery/share.ts';
import { deliverView, idsMeant } from '../../lib/desk/deliver/view.ts';
import type { Ask } from '../../lib/desk/page.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { journalKeyOf } from '../../lib/ledger/journal/journal-key.ts';
import { verifyLedger } from '../../lib/ledger/sqlite/backup.ts';
import { ledgerIn } from '../../lib/ledger/sqlite/ledger-file.ts';
import { realClock } from '../../lib/time/clock.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { listen } from './listen.ts';

describe('rap deliver', () => {
  const home = temporaryFolder();
  const ops = () => path.join(home(), 'shares/ops');
  const risk = () => path.join(home(), 'shares/risk');
  const onOps = (day: string, name: string) => path.join(ops(), day, name);

  interface Row {
    path?: string;
    outcome?: string;
    file?: string;
    error?: { code: string; cure: string };
    summary?: true;
  }

  async function rap(
    ...words: string[]
  ): Promise<{ status: number; rows: Row[]; code?: string; message?: string }> {
    let out = '';
    const hear = (text: string) => {
      out += text;
    };
    const said = ['--home', home(), '--json', '--reason', 'the folder was emptied', '--by', 'Ada'];
    try {
      const status = await listen(hear, () => deliver([...words, ...said]));
      const rows = out
        .trim()
        .split('\n')
        .map((line): Row => JSON.parse(line));
      return { status, rows: rows.filter((row) => row.summary === undefined) };
    } catch (error) {
      if (!(error instanceof RapError)) throw error;
      return { status: error.exitStatus, rows: [], code: error.code, message: error.message };
    }
  }

  /** Received, landed and filed by the flow's own code. */
  async function filed(name: string, day: string, content: string): Promise<void> {
    const ledger = await openHome(home(), realClock);
    const of = `/INBOX/${day.replaceAll('-', '')}/${name}`;
    const file = path.join(home(), 'landing/HKSCC', of);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const [code = ''] = name.split('_');
    const facts = { name, code, path: of, file, sha256, bytes: content.length, businessDate: day };
    const { versionId } = await ledger.reports.recordReceived(aVersion(facts));
    const report = (await ledger.reports.version(versionId)) ?? assert.fail();
    const rules = [{ system: '', code: '', folder: '', share: `${ops()}/{businessDate}` }];
    const context = { home: home(), account: 'HKSCC', installation: 'hkscc' };
    const routed = await routeReport(report, { ledger, run: 'run-1', rules, context });
    assert.equal(routed.errors.length, 0);
    await ledger.close();
  }

  const journal = async () => {
    const ledger = await openHome(home(), realClock);
    const records = (await ledger.journal.records(0, 10_000)).filter(({ who }) => who === 'Ada');
    await ledger.close();
    return records;
  };

  beforeEach(async () => {
    for (const folder of [ops(), risk()]) await fs.mkdir(folder, { recursive: true });
    await filed('CCLTN05_SIM001_1.txt', '2026-11-19', 'thursday');
    await filed('CCLTN05_SIM001_2.txt', '2026-11-20', 'friday');
    await filed('RMAMR03_SIM001_4.zip', '2026-11-20', 'fourth set');
  });
  it('brings back what was removed from a share, and says of the rest that it lies there', async () => {
    await fs.rm(onOps('2026-11-20', 'CCLTN05_SIM001_2.txt'));
    const { status, rows } = await rap('--date', '2026-11-20');
    assert.equal(status, 0);
    assert.deepEqual(
      rows.map(({ path: of, outcome }) => [path.basename(of ?? ''), outcome]),
      [
        ['CCLTN05_SIM001_2.txt', 'published'],
        ['RMAMR03_SIM001_4.zip', 'identical'],
      ],
    );
    assert.equal(await fs.readFile(onOps('2026-11-20', 'CCLTN05_SIM001_2.txt'), 'utf8'), 'friday');
    const acts = await journal();
    assert.deepEqual(
      [acts.length, acts[0]?.what, acts[0]?.why],
      [2, 'delivered again', 'the folder was emptied'],
    );
    const journalKey = await journalKeyOf(home(), ledgerIn(home()));
    await verifyLedger(ledgerIn(home()), realClock, { journalKey });
  });

  it('finds by any part of a name in any case, of several words all', async () => {
    await fs.rm(path.join(ops(), '2026-11-19'), { recursive: true });
    const { rows } = await rap('ltn05', 'sim001_1');
    assert.deepEqual(
      rows.map(({ outcome }) => outcome),
      ['published'],
    );
    assert.equal((await rap('NOTHING')).code, 'USAGE');
    assert.equal((await rap()).code, 'USAGE');
    assert.match((await rap('txt', '--most', '1')).message ?? '', /More than 1 report/);
  });

  it('never writes over what has its name: both lie there, and twice is not thrice', async () => {
    const file = onOps('2026-11-20', 'CCLTN05_SIM001_2.txt');
    await fs.writeFile(file, 'somebody worked on it');
    for (const outcome of ['version', 'identical']) {
      const { status, rows } = await rap('SIM001_2');
      assert.deepEqual([status, rows.map((row) => row.outcome)], [0, [outcome]]);
      assert.equal(rows[0]?.file, onOps('2026-11-20', 'CCLTN05_SIM001_2~2.txt'));
    }
    assert.equal(await fs.readFile(file, 'utf8'), 'somebody worked on it');
    assert.equal((await fs.readdir(path.dirname(file))).length, 3);
  });

  it('sends nothing that does not prove: a copy that was changed, removed by hand, cleaned', async () => {
    const landed = (day: string, name: string) => path.join(home(), 'landing/HKSCC/INBOX', day, name);
    await fs.rm(ops(), { recursive: true });
    await fs.mkdir(ops());
    await fs.writeFile(landed('20261119', 'CCLTN05_SIM001_1.txt'), 'thursdax');
    await fs.rm(landed('20261120', 'CCLTN05_SIM001_2.txt'));
    const ledger = await openHome(home(), realClock);
    const [last] = await ledger.reportSearch.findReports({ words: ['rmamr03'], most: 1 });
    await ledger.retention.markCleaned([last?.versionId ?? 0]);
    await ledger.close();
    const { status, rows } = await rap('SIM001');
    assert.equal(status, 5);
    assert.deepEqual(
      rows.map(({ error }) => error?.code),
      ['DISK_ERROR', 'LANDING_GONE', 'LANDING_GONE'],
    );
    assert.match(rows[2]?.error?.cure ?? '', /Copy it by hand from .*RMAMR03.*rap fetch/);
    const left = await fs.readdir(ops(), { recursive: true, withFileTypes: true });
    assert.deepEqual(
      left.filter((one) => one.isFile()).map((one) => one.name),
      [],
    );
  });

  it('brings reports to a further share by a rule, which they then belong to', async () => {
    const { status, rows } = await rap('CCLTN05', '--to', `${risk()}/{system}/{yyyy}`);
    assert.deepEqual([status, rows.length], [0, 2]);
    assert.deepEqual((await fs.readdir(path.join(risk(), 'CCASS/2026'))).sort(), [
      'CCLTN05_SIM001_1.txt',
      'CCLTN05_SIM001_2.txt',
    ]);
    await fs.rm(path.join(risk(), 'CCASS'), { recursive: true });
    const again = await rap('--share', risk());
    assert.deepEqual(
      again.rows.map(({ outcome }) => outcome),
      ['published', 'published'],
    );
    const journalKey = await journalKeyOf(home(), ledgerIn(home()));
    await verifyLedger(ledgerIn(home()), realClock, { journalKey });
  });

  /** Cells, and the reports of Friday that they mean; undefined where they are refused. */
  const cells: [Record<string, string>, string[] | undefined][] = [
    [{ code: 'CCLTN*' }, ['CCLTN05_SIM001_2.txt']],
    [{ code: 'rmamr03' }, ['RMAMR03_SIM001_4.zip']],
    [{ code: 'CCLTN04; RMAMR0?' }, ['RMAMR03_SIM001_4.zip']],
    [{ code: 'CCLTN{04,05} RMAMR03' }, ['CCLTN05_SIM001_2.txt', 'RMAMR03_SIM001_4.zip']],
    [{ participant: 'SIM001' }, ['CCLTN05_SIM001_2.txt', 'RMAMR03_SIM001_4.zip']],
    [{ participant: 'sim00?', code: 'RMAMR*' }, ['RMAMR03_SIM001_4.zip']],
    [{ participant: 'B01234, B01235' }, []],
    [{ participant: 'SIM' }, []],
    [{ system: 'var, ccass', participant: 'SIM*' }, ['CCLTN05_SIM001_2.txt', 'RMAMR03_SIM001_4.zip']],
    [{ system: 'DCASS' }, []],
    [{ folder: '/INBOX/**' }, ['CCLTN05_SIM001_2.txt', 'RMAMR03_SIM001_4.zip']],
    [{ folder: 'COMMON' }, []],
    [{ account: 'ANOTHER' }, []],
    [{ code: 'CCLTN(' }, undefined],
    [{ code: 'CCL/TN' }, undefined],
    [{ participant: 'SIM001; $(x)' }, undefined],
    [{ folder: 'sftp://rap/INBOX' }, undefined],
  ];

  it('takes the cells of a rule, and the desk understands each as this does', async () => {
    const ledger = await openHome(home(), realClock);
    const live = { home: home(), owner: '', profile: '', accounts: [], facts: [], faults: [] };
    const ask = { ledger, names: undefined, home: home(), live } as unknown as Ask<
      'reportSearch' | 'reports'
    >;
    try {
      for (const [of, names] of cells) {
        const words = Object.entries(of).flatMap(([name, cell]) => [`--${name}`, cell]);
        const said = await rap('--date', '2026-11-20', '--to', `${risk()}/{code}`, ...words);
        const page = await deliverView(ask, { ...of, date: '2026-11-20', to: `${risk()}/{code}` });
        const what = JSON.stringify(of);
        if (names === undefined) {
          assert.equal(said.code, 'ROUTE_INVALID', what);
          assert.deepEqual([page.fault?.code, page.fault?.message], ['ROUTE_INVALID', said.message], what);
          const inChinese = await deliverView({ ...ask, language: 'zh-Hans' }, { ...of, date: '2026-11-20' });
          assert.match(inChinese.fault?.message ?? '', /^所指的报告，/, what);
          continue;
        }
        assert.deepEqual(
          said.rows.map((row) => path.basename(row.path ?? '')),
          names,
          what,
        );
        assert.equal(said.code, names.length === 0 ? 'USAGE' : undefined, what);
        assert.deepEqual(page.named.map(({ name }) => name).reverse(), names, what);
        const last = String(page.last);
        assert.equal((await idsMeant(ask, { ...of, date: '2026-11-20', last })).length, names.length, what);
      }
    } finally {
      await ledger.close();
    }
    assert.deepEqual((await fs.readdir(risk())).sort(), ['CCLTN05', 'RMAMR03']);
    // Cells alone say which of the reports, and not which reports.
    assert.equal((await rap('--participant', 'SIM001')).code, 'USAGE');
    assert.equal((await rap('--code', 'CCLTN05', '--to', `${risk()}/all`)).rows.length, 2);
  });

  it('writes into no folder of RAP_HOME, whatever is asked', async () => {
    assert.equal((await rap('CCLTN05', '--to', path.join(home(), 'landing/x'))).code, 'ROUTE_INVALID');
    assert.equal((await rap('CCLTN05', '--to', '{home}/secrets')).code, 'ROUTE_INVALID');
  });

  it('writes not one byte where the share that was met is not mounted, and not through a link', async () => {
    await initShare(ops(), realClock);
    const ledger = await openHome(home(), realClock);
    const { id } = JSON.parse(
      await fs.readFile(path.join(ops(), SHARE_FILE), 'utf8').then((text) => text.replace('"share"', '"id"')),
    );
    await ledger.shares.rememberShare({ root: ops(), id });
    await ledger.close();
    await fs.rm(ops(), { recursive: true });
    await fs.mkdir(ops());
    const { status, rows } = await rap('SIM001_2');
    assert.deepEqual([status, rows[0]?.error?.code], [5, 'SHARE_MISSING']);
    assert.deepEqual(await fs.readdir(ops()), []);
    await initShare(ops(), realClock);
    assert.equal((await rap('SIM001_2')).rows[0]?.error?.code, 'SHARE_CHANGED');
  });

  it('does not follow a link that took the place of a folder', async () => {
    const elsewhere = path.join(home(), 'shares/elsewhere');
    await fs.mkdir(elsewhere);
    await fs.rm(path.join(ops(), '2026-11-20'), { recursive: true });
    await fs.symlink(elsewhere, path.join(ops(), '2026-11-20'));
    const { rows } = await rap('SIM001_2');
    assert.equal(rows[0]?.error?.code, 'FOLDER_REFUSED');
    assert.deepEqual(await fs.readdir(elsewhere), []);
  });

  it('says of a report that was never delivered that the flow does it', async () => {
    const ledger = await openHome(home(), realClock);
    const file = path.join(home(), 'landing/HKSCC/INBOX/20261120/open.txt');
    await fs.writeFile(file, 'open');
    const sha256 = createHash('sha256').update('open').digest('hex');
    await ledger.reports.recordReceived(aVersion({ name: 'open.txt', file, sha256, bytes: 4 }));
    await ledger.close();
    const { status, rows } = await rap('open.txt');
    assert.deepEqual([status, rows[0]?.error?.code], [5, 'NOT_DELIVERED']);
  });
});

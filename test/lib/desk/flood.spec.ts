/** A night on which everything fails at once: tens of thousands of open items, and pages that stay small and count all of them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { todayAnswer } from '../../../lib/collection/status-answers.ts';
import type { Light } from '../../../lib/desk/light/file.ts';
import { packed } from '../../../lib/desk/pack.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { ReceivedCount, readLedger } from '../../../lib/watch/figures.ts';
import { browserScript } from '../../../nodes/desk/browser-script.ts';
import { DAY, Evening, hkscc } from './support.ts';

/** Of each kind: alarms, reports in quarantine, refused names, reports that did not come, files gone from a share. */
const MANY = 20_000;
/** Bytes of a page as it is sent, with its script. */
const MOST_BYTES = 40_000;
/** Rows of one table that a page reads; of reports also some years of arrivals, by which times are learnt. */
const MOST_ROWS = 400;
const MOST_ARRIVALS = 2500;
const TABLES = /\b(alarms|quarantine|refusals|outstanding|placed_files|versions)\b/;

const PAGES: readonly [path: string, query: Record<string, string>][] = [
  ['', {}],
  ['', { account: 'HKSCC' }],
  ['alarms', {}],
  ...['unheard', 'known', 'closed', 'outstanding', 'findings'].map(
    (show): [string, Record<string, string>] => ['alarms', { show }],
  ),
  ['alarms', { show: 'outstanding', after: 'quarantine.15000' }],
  ['quarantine', {}],
  ['quarantine', { show: 'held' }],
  ['quarantine', { show: 'names', before: '900' }],
  ['system', {}],
  ['light', {}],
];

/** Written beside the door: what is asked here is how it is read. */
function flood(home: string, now: number): void {
  const database = new DatabaseSync(join(home, 'ledger.sqlite'));
  database.exec('pragma synchronous = off; begin');
  const [alarm, held, refused, seen, version, delivery, placed] = [
    `insert into alarms (key, level, account, code, subject, place, message, cure, run, groups, raised_at, seen_at, seen,
      runs, round, reminders, next_at, acknowledged_at, rest_until, muted, acknowledged_by, acknowledged_why, closed_why)
     values (?, ?, 'HKSCC', ?, ?, 'deliver', 'It is away', 'Mount it', 'run-1', '[]', ?, ?, 1, 1, 1, 0, null, ?, ?, '', '', '', '')`,
    `insert into quarantine (account, path, sha256, report, file, code, reason, run, size, modified_at, bytes, held_at, decision)
     values ('HKSCC', ?, ?, '{}', '/srv/x', 'FOREIGN_REPORT', 'It is for another participant', 'run-1', 1, 1, 1, ?, '')`,
    `insert into refusals (account, folder, name_hex, shown, code, reason, first_run, first_seen_at, decision)
     values ('HKSCC', '/INBOX', ?, ?, ?, 'It is not UTF-8', 'run-1', ?, '')`,
    `insert into outstanding (account, path, kind, state, data_centre, size, modified_at, first_seen, first_run, last_seen,
      last_run, runs, counted_run, left_out, code, message, cure, closed_at, closed_by, closed_why)
     values ('HKSCC', ?, 'report', 'gone', 'primary', 1, 1, ?, 'run-1', ?, 'run-1', 1, 'run-1', 0, '', '', '', null, '', '')`,
    `insert into versions (account, installation, run, path, name, folder, system, code, business_date, sequence,
      sha256, file, data_centre, address, size, modified_at, bytes, amended, received_at, seen_at, routed_at, inside, inside_why)
     values ('HKSCC', 'hkscc', 'run-1', ?, ?, '/INBOX/2026', 'CCASS', 'CCLTN05', '2026-11-19', '', ?, '/srv/x', 'primary',
      '127.0.0.1:22', 1, 1, 1, 0, ?, ?, null, 'not-checked', 'unrecognised') returning id`,
    `insert into deliveries (version_id, delivered_at, share, file, sha256, outcome, run)
     values (?, ?, '/srv/risk', ?, ?, 'published', 'run-1')`,
    `insert into placed_files (version_id, share, destination, state, why, looked_at, closed_by, closed_why)
     values (?, '/srv/risk', '', 'gone', '', ?, '', '')`,
  ].map((sql) => database.prepare(sql));
  for (let n = 0; n < MANY; n++) {
    const at = now - 3600_000 - n;
    const isKnown = n % 4 === 0;
    alarm?.run(
      ...[`k${n}`, n % 2 === 0 ? 'critical' : 'information', n % 3 === 0 ? 'SHARE_AWAY' : 'REPORT_MISSING'],
      ...[n % 3 === 0 ? `/srv/${n}` : `RP${n} 2026-11-${10 + (n % 9)}`, at, at],
      ...(isKnown ? [at, now + 3600_000] : [null, null]),
    );
    const path = `/INBOX/2026/CCLTN05_SIM001_${n}.txt`;
    held?.run(path, String(n), at - 30 * 86_400_000);
    // Two reasons for one entry.
    for (const code of ['NAME_REFUSED', 'NAME_TAKEN']) refused?.run(`b3f${n}`, `odd ${n}`, code, at);
    seen?.run(`/INBOX/2026/GONE_${n}.txt`, at, at);
    const id = version?.get(path, path.slice(12), String(n), at, at)?.id;
    delivery?.run(Number(id), at, `/srv/risk/${n}`, String(n));
    placed?.run(Number(id), at);
  }
  database.exec('commit');
  database.close();
}

describe('the desk on a night when everything fails', function () {
  this.timeout(300_000);
  let evening: Evening;

  before(async () => {
    evening = await Evening.begin();
    await evening.lease();
    await evening.wholeDay();
    await evening.look('22:00');
    flood(evening.home, evening.clock.now());
  });
  after(() => evening.end());

  /** Rows that are read of each table while something is done. */
  async function rowsRead(work: () => Promise<void>): Promise<Map<string, number>> {
    const { all } = StatementSync.prototype;
    const read = new Map<string, number>();
    const count = (sql: string, rows: number) => {
      const [, table = ''] = TABLES.exec(sql.slice(sql.indexOf(' from '))) ?? [];
      read.set(table, (read.get(table) ?? 0) + rows);
    };
    StatementSync.prototype.all = function (this: StatementSync, ...values: Parameters<typeof all>) {
      const rows = all.apply(this, values);
      count(this.sourceSQL, rows.length);
      return rows;
    } as typeof all;
    try {
      await work();
    } finally {
      StatementSync.prototype.all = all;
    }
    return read;
  }

  function isBounded(read: ReadonlyMap<string, number>): void {
    for (const [table, rows] of read) {
      const most = table === 'versions' ? MOST_ARRIVALS : MOST_ROWS;
      assert.ok(table === '' || rows <= most, `${rows} rows of ${table}`);
    }
  }

  for (const [path, query] of PAGES) {
    const name = `${path || 'today'} ${JSON.stringify(query)}`;
    it(`shows ${name} in ${MOST_BYTES / 1000} kB, of a few rows`, async () => {
      const read = await rowsRead(async () => {
        const answer = await evening.ask('en', path, {}, query);
        assert.equal(answer.status, 200, answer.body.slice(0, 500));
        const bytes = packed(answer, true).body.length + browserScript().gzip.length;
        assert.ok(bytes <= MOST_BYTES, `${bytes} bytes`);
        assert.ok(answer.body.length <= 4 * MOST_BYTES, `${answer.body.length} bytes before they are packed`);
      });
      assert.ok(read.size > 1);
      isBounded(read);
    });
  }

  it('says how many there are of all, and is never green for what it does not show', async () => {
    const { tone, headline, others } = await evening.verdict();
    assert.equal(tone, 'bad');
    // Half are critical, and of these half are acknowledged.
    assert.match(headline, /^5000 critical alarms, not acknowledged: HKSCC .+ \(\d+\), HKSCC .+ \(\d+\)$/);
    const all = others.join('\n');
    for (const said of [
      /^15000 more alarms are open: /m,
      /^20000 delivered files are gone from their shares, or changed: /m,
      /^40000 files wait in quarantine for a decision: .+, 39997 more$/m,
      /^20000 files were seen at RAP and are not here: .+, 19997 more$/m,
      /^20000 reports are here and not on the share: .+, 19997 more$/m,
    ])
      assert.match(all, said);
    const { body } = await evening.ask('en', 'light');
    assert.deepEqual((JSON.parse(body) as Light).openAlarms, MANY);
    for (const [path, shown] of [
      ['alarms', { show: 'unheard' }],
      ['alarms', { show: 'outstanding' }],
      ['quarantine', {}],
    ] as const) {
      const page = await evening.ask('en', path, {}, shown);
      assert.match(page.body, /\d+ of (15000|60000|20000) shown/, path);
      assert.doesNotMatch(page.body, /verdict ok/);
    }
  });

  it('counts the same for metrics, flows and the JSON of alarms', async () => {
    const { ledger, clock } = evening;
    const read = await rowsRead(async () => {
      const { open } = await readLedger(ledger, new ReceivedCount(), clock.now());
      assert.deepEqual(
        open.map(({ kind, account, count }) => [kind, account, count]),
        [
          ['outstanding', 'HKSCC', MANY],
          ['quarantine', 'HKSCC', MANY],
          ['refused', 'HKSCC', MANY],
        ],
      );
      assert.equal(
        (await todayAnswer(ledger, [], { tone: 'bad', headline: '', others: [] }, 'en')).openAlarms,
        MANY,
      );
    });
    isBounded(read);
  });

  /** Follows a link to the end. @returns what `one` finds on each page */
  async function walked(path: string, query: Record<string, string>, link: RegExp, one: RegExp) {
    const found: string[] = [];
    for (let more: Record<string, string> | undefined = query; more !== undefined; ) {
      const { body } = await evening.ask('en', path, {}, more);
      found.push(...[...body.matchAll(one)].map(([, name = '']) => name));
      const [, next] = link.exec(body) ?? [];
      more =
        next === undefined
          ? undefined
          : Object.fromEntries(new URLSearchParams(next.replaceAll('&amp;', '&')));
    }
    return found;
  }

  it('leads through all of a list, to each once', async () => {
    const database = new DatabaseSync(join(evening.home, 'ledger.sqlite'));
    const few = 130;
    database.exec(`
      update outstanding set closed_at = 1 where id > ${few};
      update quarantine set decision = 'discarded' where id > ${few};
      update refusals set decision = 'discarded' where id > ${2 * few};
      update alarms set closed_at = 1 where id > ${few}`);
    database.close();
    const next = new RegExp(`href="[^"?]*\\?([^"]*)">${t('en', 'desk.alarms.next')}<`);
    const outstanding = await walked(
      ...(['alarms', { show: 'outstanding' }, next, /<span class="name">([^<]+)<\/span>/g] as const),
    );
    assert.equal(outstanding.length, 3 * few);
    assert.equal(new Set(outstanding).size, 3 * few);
    const unheard = await walked('alarms', { show: 'unheard' }, next, /<li id="(alarm-\d+)"/g);
    const known = await walked('alarms', { show: 'known' }, next, /<li id="(alarm-\d+)"/g);
    assert.equal(new Set([...unheard, ...known]).size, few);
    assert.equal(unheard.length + known.length, few);
    const older = new RegExp(`href="[^"?]*\\?([^"]*)">${t('en', 'desk.quarantine.older')}<`);
    for (const [show, key] of [
      ['held', /data-key="(report-\d+)"/g],
      ['names', /data-key="(name-\d+)"/g],
    ] as const) {
      const lines = await walked('quarantine', { show }, older, key);
      assert.equal(lines.length, few);
      assert.equal(new Set(lines).size, few);
    }
  });

  it('shows many accounts: those in trouble whole, the others as a line each, and counts them all', async () => {
    const names = Array.from({ length: 50 }, (_, n) => `A${String(n).padStart(3, '0')}`);
    evening.live = {
      ...evening.live,
      accounts: [...names.map((account) => ({ ...hkscc, account })), hkscc],
    };
    const answer = await evening.ask();
    const { body } = answer;
    assert.ok(packed(answer, true).body.length <= MOST_BYTES);
    assert.ok((body.match(/class="card" id="account-/g) ?? []).length <= 6);
    assert.match(body, /45 other accounts/);
    assert.match(body, /40 of 45 shown/);
    // Of the day's four reports of each account those of one are on the shares.
    assert.match(body, /4 of 204 on the shares/);
    const alone = await evening.ask('en', '', {}, { account: 'A049' });
    assert.match(alone.body, /id="account-A049"/);
    assert.match(alone.body, /4 of 204 on the shares/);
    const unknown = await evening.ask('en', '', {}, { account: 'nobody' });
    assert.match(unknown.body, /45 other accounts/);
    assert.equal(DAY, '2026-11-20');
  });
});

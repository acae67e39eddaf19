/** A ledger as many years leave it, made in seconds: rows are written beside the door, the chain is a real one. */
import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { EMPTY, hashOf } from '../../lib/ledger/journal/chain.ts';
import { type Ledger, openLedger } from '../../lib/ledger/ledger.ts';
import { writeSeal } from '../../lib/ledger/sqlite/ledger-file.ts';
import { realClock } from '../../lib/time/clock.ts';

/** Each report leaves this many rows: a version, a delivery, a line of the journal and that a mail told of it. */
export const ROWS_PER_REPORT = 4;
/** Reports in one digest. */
const TOLD_TOGETHER = 200;
const START = Date.UTC(2025, 0, 2);

/** Path of a report in the ledger. */
export function pathOf(index: number): string {
  return `/INBOX/2025/CCLTN05_SIM001_${index}.txt`;
}

/**
 * Makes a ledger of `rows` rows about reports of the account 'hkscc', the last `open` of which were asked for and
 * never received, and about `decided` more in quarantine, as many refused names and as many reports that never came,
 * all of which people have decided about.
 */
export async function makeLargeLedger(file: string, rows: number, open = 3, decided = 0): Promise<void> {
  const ledger = await openLedger(file, realClock);
  const { name } = ledger;
  await ledger.close();
  const database = new DatabaseSync(file);
  database.exec('pragma synchronous = off; begin');
  const [version, delivery, journal, mail, told, intent, held, judged, closed] = [
    `insert into versions (id, account, installation, run, path, name, folder, system, code, business_date, sequence,
      sha256, file, data_centre, address, size, modified_at, bytes, amended, received_at, seen_at, routed_at)
     values (?, 'hkscc', 'hkscc', ?, ?, ?, '/INBOX/2025', 'CCASS', 'CCLTN05', '2025-01-02', '', ?, ?, 'primary',
      '10.243.2.141:18801', 1234, ?, 1234, 0, ?, ?, ?)`,
    `insert into deliveries (version_id, delivered_at, share, file, sha256, outcome, run)
     values (?, ?, '/srv/shares/settlement', ?, ?, 'published', ?)`,
    'insert into journal (sequence, at, who, what, why, details, previous, hash) values (?, ?, ?, ?, ?, ?, ?, ?)',
    `insert into mails (id, event_key, kind, run, domain, subject, text, html, state, error, attempts, created_at, settled_at)
     values (?, ?, 'digest', ?, 'rap.invalid', 'digest', '', '', 'accepted', '', 1, ?, ?)`,
    'insert into mail_told (mail_id, version_id) values (?, ?)',
    `insert into intents (account, path, run, size, modified_at, intended_at) values ('hkscc', ?, 'run-x', 1, 1, ?)`,
    `insert into quarantine (account, path, sha256, report, file, code, reason, run, size, modified_at, bytes, held_at, decision)
     values ('hkscc', ?, ?, '{}', '/srv/rap/quarantine/hkscc/x', 'FOREIGN_REPORT', 'for another', 'run-x', 1, 1, 1, ?, 'discarded')`,
    `insert into refusals (account, folder, name_hex, shown, code, reason, first_run, first_seen_at, decision)
     values ('hkscc', '/INBOX', ?, ?, 'NAME_REFUSED', 'not UTF-8', 'run-x', ?, 'discarded')`,
    `insert into outstanding (account, path, kind, state, data_centre, size, modified_at, first_seen, first_run, last_seen,
      last_run, runs, counted_run, left_out, code, message, cure, closed_at, closed_by, closed_why)
     values ('hkscc', ?, 'report', 'gone', 'primary', 1, 1, ?, 'run-x', ?, 'run-x', 1, 'run-x', 0, '', '', '', ?, 'Chan', 'by mail')`,
  ].map((sql) => database.prepare(sql));
  let previous = '';
  const reports = Math.floor(rows / ROWS_PER_REPORT);
  for (let index = 1; index <= reports; index++) {
    const at = START + index * 1000;
    const run = `run-${Math.ceil(index / TOLD_TOGETHER)}`;
    const sha256 = createHash('sha256').update(String(index)).digest('hex');
    const share = `/srv/shares/settlement/2025/CCLTN05_SIM001_${index}.txt`;
    const path = pathOf(index);
    const landing = `/srv/rap/landing/hkscc${path}`;
    version?.run(index, run, path, path.slice(12), sha256, landing, at, at, at, at);
    delivery?.run(index, at, share, sha256, run);
    const details = JSON.stringify({ versionId: index, file: share, sha256, outcome: 'published' });
    const record = { sequence: index, at, who: 'rap', what: 'delivered', why: run, details, previous };
    const hash = hashOf(record);
    journal?.run(index, at, 'rap', 'delivered', run, details, previous, hash);
    previous = hash;
    if (index % TOLD_TOGETHER === 1)
      mail?.run(Math.ceil(index / TOLD_TOGETHER), `digest:${run}`, run, at, at);
    told?.run(Math.ceil(index / TOLD_TOGETHER), index);
  }
  for (let index = 1; index <= open; index++) intent?.run(pathOf(reports + index), START);
  for (let index = 1; index <= decided; index++) {
    const at = START + index;
    held?.run(
      `/INBOX/2025/HELD_${index}.txt`,
      createHash('sha256').update(`held ${index}`).digest('hex'),
      at,
    );
    judged?.run(`b3f${index}`, `odd ${index}`, at);
    closed?.run(`/INBOX/2025/GONE_${index}.txt`, at, at, at);
  }
  database.exec("delete from properties where name = 'sealed'; commit; pragma wal_checkpoint(truncate)");
  database.close();
  // As an older release leaves it; the first that opens it takes its rows over.
  await writeSeal(file, { ledger: name, journal: EMPTY });
  await (await openLedger(file, realClock)).close();
}

/** So many shares that are away. */
export async function recordAlarms(ledger: Pick<Ledger, 'alarms'>, count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    const of = { key: `k${at}`, level: 'critical', account: 'hkscc', code: 'SHARE_AWAY' } as const;
    const told = { place: `share ${at}`, message: 'It is away', cure: 'Mount it', run: 'r', groups: [] };
    await ledger.alarms.recordFault({ ...of, ...told, subject: `/srv/${at}` }, () => ({}));
  }
}

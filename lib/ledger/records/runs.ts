/** Runs: what a run saw, received, delivered and failed at; all that its digest tells. */
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Clock } from '../../time/clock.ts';
import { inPages, inRowPages } from '../batches.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { rowOf, type Vouch } from '../journal/vouched.ts';
import type { Database, Tables, VersionTable, Work } from '../tables.ts';
import type { AccountFacts, ListingFacts, NewFailure, RunFacts, RunFailure } from '../types.ts';
import { accountsWithOpenItems, openItemsOf } from './open-items.ts';
import { noteWhy } from './outstanding.ts';
import { forgetIntent } from './reports.ts';
import { reportsOf, unmailedOf } from './run-reports.ts';

interface NewRun {
  run: string;
  trigger: string;
  schedule?: string;
}

export interface RunRecords {
  /** A run that has started already is left as it is. `schedule` is the id of the node that began it. */
  startRun(start: NewRun): Promise<void>;
  /** What the listing of one account showed; a later listing in the same run replaces it. */
  recordListing(listing: ListingFacts): Promise<void>;
  /** Records a failure once per run, account, code and subject. Failed deliveries have their own record. */
  recordFailure(failure: NewFailure): Promise<void>;
  /** The run looks at the account once more: what it failed at before is past, unless it is met again. */
  looksAgain(run: string, account: string): Promise<void>;
  /**
   * Records why a report did not come, its path being the subject, closes its intent and notes it with what is
   * outstanding: all or nothing.
   */
  recordMissed(failure: NewFailure): Promise<void>;
  /**
   * Everything about a run, per account in order of name: also what runs before it were cut off over, what is
   * outstanding, and accounts with something outstanding that no run looks at any more. A run nobody started has no
   * accounts.
   * @param readers whose digest it is for (see NewMail): what only others were told is still to be told to them
   */
  runFacts(run: string, readers?: string): Promise<RunFacts>;
  /** The faults that a run met: of which account, and what each is about; see RapError.subject. */
  faultsOf(run: string): Promise<RunFault[]>;
}

export interface RunFault {
  account: string;
  code: string;
  subject: string;
}

export function runRecords(db: Database, writer: JournalWriter): RunRecords {
  const { clock } = writer;
  return {
    startRun: (start) => db.transaction().execute((work) => insertRun(work, writer, start)),

    async recordListing({ run, account, installation, address, dataCentre, counts, complete }) {
      const seen = {
        installation,
        address,
        data_centre: dataCentre,
        new_count: counts.new,
        changed_count: counts.changed,
        known_count: counts.known,
        writing_count: counts.writing,
        refused_count: counts.refused,
        complete: complete ? 1 : 0,
        listed_at: clock.now(),
      };
      await db
        .insertInto('listings')
        .values({ run, account, ...seen })
        .onConflict((on) => on.columns(['run', 'account']).doUpdateSet(seen))
        .execute();
    },

    async recordFailure(failure) {
      await insertFailure(db, clock, failure);
    },

    async looksAgain(run, account) {
      await db
        .updateTable('failures')
        .set({ past: 1 })
        .where('run', '=', run)
        .where('account', '=', account)
        .where('past', '=', 0)
        .execute();
    },

    recordMissed: (failure) =>
      db.transaction().execute(async (work) => {
        await insertFailure(work, clock, failure);
        await noteWhy(work, failure.account, failure.subject, failure);
        await forgetIntent(work, failure.account, failure.subject);
      }),

    async runFacts(run, readers) {
      // What does not depend on each other is asked together: one wait where the ledger is a server.
      const [start, listings, failures] = await Promise.all([
        db.selectFrom('runs').selectAll().where('run', '=', run).executeTakeFirst(),
        listingsOf(db, run),
        failuresOf(db, run),
      ]);
      const accounts = new Map<string, AccountFacts>();
      const of = (account: string) => {
        const known = accounts.get(account) ?? emptyFacts(account);
        accounts.set(account, known);
        return known;
      };
      for (const { account, ...facts } of listings) Object.assign(of(account), facts);
      for (const { account, own, report } of await reportsOf(
        db,
        run,
        await unmailedOf(db, run, start, readers, clock.now()),
      )) {
        of(account)[own ? 'received' : 'delivered'].push(report);
      }
      // A run that looks several times knows what its earlier looks brought.
      for (const facts of accounts.values()) {
        const brought = facts.received.filter(({ receivedAt }) => receivedAt < facts.listedAt);
        facts.known = Math.max(0, facts.known - brought.length);
      }
      for (const { account, failure } of failures) of(account).failures.push(failure);
      if (start !== undefined) await addForgotten(db, start.started_at, accounts);
      const [undelivered] = await Promise.all([
        undeliveredOf(db, run, [...accounts.keys()]),
        ...[...accounts.values()].map(async (facts) =>
          Object.assign(facts, await openItemsOf(db, facts.account)),
        ),
      ]);
      for (const { account, failure } of undelivered) of(account).failures.push(failure);
      return {
        run,
        trigger: start?.trigger ?? '',
        startedAt: start?.started_at ?? clock.now(),
        accounts: [...accounts.values()].sort((a, b) => (a.account < b.account ? -1 : 1)),
      };
    },

    async faultsOf(run) {
      const [failed, listed] = await Promise.all([
        failuresIn(db, run),
        db.selectFrom('listings').select('account').where('run', '=', run).execute(),
      ]);
      const copies = await undelivered(
        db,
        run,
        listed.map(({ account }) => account),
      );
      const fault = ({ account, code, about: subject }: (typeof copies | typeof failed)[number]) => ({
        ...{ account, code, subject },
      });
      // One for all the copies that failed in the same way.
      const once = new Map(copies.map(fault).map((one) => [JSON.stringify(Object.values(one)), one]));
      return [...failed.map(fault), ...once.values()];
    },
  };
}

/** Also within the transaction of what begins it. @param taken the due times that it was begun for */
export async function insertRun(
  work: Work,
  writer: JournalWriter,
  { run, trigger, schedule = '' }: NewRun,
  taken: readonly Vouch[] = [],
): Promise<void> {
  const begun = await work
    .insertInto('runs')
    .values({ run, trigger, started_at: writer.clock.now(), schedule })
    .onConflict((on) => on.column('run').doNothing())
    .returningAll()
    .executeTakeFirst();
  const rows = [...(begun === undefined ? [] : rowOf('runs', begun, true)), ...taken];
  if (rows.length === 0) return;
  const details = { run, ...(schedule === '' ? {} : { schedule }) };
  await appendJournal(work, writer, { who: 'rap', what: 'run begun', why: trigger, details }, rows);
}

async function insertFailure(
  work: Work,
  clock: Clock,
  { run, account, code, message, cure, subject, about = subject }: NewFailure,
): Promise<void> {
  await work
    .insertInto('failures')
    .values({ run, account, code, message, cure, subject, about, failed_at: clock.now() })
    .onConflict((on) => on.columns(['run', 'account', 'code', 'subject']).doUpdateSet({ past: 0 }))
    .execute();
}

function emptyFacts(account: string): AccountFacts {
  return {
    account,
    installation: '',
    address: '',
    dataCentre: '',
    listed: false,
    listedAt: 0,
    complete: false,
    counts: { new: 0, changed: 0, known: 0, writing: 0, refused: 0 },
    known: 0,
    received: [],
    delivered: [],
    failures: [],
    refused: [],
    outstanding: [],
    quarantine: [],
    leftOut: 0,
  };
}

async function listingsOf(db: Database, run: string) {
  const rows = await db.selectFrom('listings').selectAll().where('run', '=', run).execute();
  return rows.map((row) => ({
    account: row.account,
    installation: row.installation,
    address: row.address,
    dataCentre: row.data_centre,
    listed: true,
    listedAt: row.listed_at,
    complete: row.complete === 1,
    counts: {
      new: row.new_count,
      changed: row.changed_count,
      known: row.known_count,
      writing: row.writing_count,
      refused: row.refused_count,
    },
    known: row.known_count,
  }));
}

async function failuresOf(db: Database, run: string): Promise<{ account: string; failure: RunFailure }[]> {
  return (await failuresIn(db, run)).map(({ account, code, message, cure, subject }) => ({
    account,
    failure: { code, message, cure, subject, count: 1 },
  }));
}

/** Those that were met at the run's last look. */
function failuresIn(db: Database, run: string) {
  return inPages((after, most) =>
    db
      .selectFrom('failures')
      .selectAll()
      .where('run', '=', run)
      .where('past', '=', 0)
      .where('id', '>', after)
      .orderBy('id')
      .limit(most)
      .execute(),
  );
}

/**
 * What the run could not bring to a share, and what earlier runs could not and nobody has since: each copy of the
 * accounts is named until it is delivered.
 */
async function undeliveredOf(
  db: Database,
  run: string,
  accounts: readonly string[],
): Promise<{ account: string; failure: RunFailure }[]> {
  const rows = await undelivered(db, run, accounts);
  // The last fault of each copy.
  const copies = new Map(rows.map((row) => [JSON.stringify([row.versionId, row.share]), row]));
  const shares = new Map<string, { account: string; failure: RunFailure }>();
  for (const { versionId: id, account, path, share, code, message, cure, run: of } of copies.values()) {
    // A report that no rule matches has no share.
    const key = JSON.stringify(share === '' ? [id] : [account, share, code]);
    const same = shares.get(key);
    if (same) same.failure.count++;
    else {
      const failure = { code, message, cure, subject: share || path, count: 1 };
      shares.set(key, { account, failure: of === run ? failure : { ...failure, lasting: true } });
    }
  }
  return [...shares.values()];
}

/** Failed deliveries of a run, and those of earlier ones to the accounts that nobody has delivered since, in order. */
async function undelivered(db: Database, run: string, accounts: readonly string[]) {
  const failures = (of: (row: ExpressionBuilder<Failures, 'failure' | 'version'>) => Expression<SqlBool>) =>
    inRowPages(db, 'failure', (number, after, most) =>
      db
        .selectFrom('delivery_failures as failure')
        .innerJoin('versions as version', 'version.id', 'failure.version_id')
        .select(['version.id as versionId', 'version.account', 'version.path', number.as('id')])
        .select(['failure.run', 'share', 'failure.code', 'message', 'cure', 'about', 'failed_at'])
        .where(of)
        .where(number, '>', after)
        .orderBy(number)
        .limit(most)
        .execute(),
    );
  // What the same run delivered after all is no failure; what a later run delivered was one.
  const own = failures((row) =>
    row.and([
      row('failure.run', '=', run),
      row.or([
        row('resolved_run', '!=', run),
        // What no rule matched has no share that could say so.
        row.and([
          row('resolved_run', 'is', null),
          row.or([row('share', '!=', ''), row('version.routed_at', 'is', null)]),
        ]),
      ]),
    ]),
  );
  const earlier = failures((row) =>
    row.and([
      row('resolved_run', 'is', null),
      row('failure.run', '!=', run),
      row('version.routed_at', 'is', null),
      row('version.account', 'in', accounts),
    ]),
  );
  return (await Promise.all([own, earlier]))
    .flat()
    .sort((a, b) => a.failed_at - b.failed_at || a.versionId - b.versionId);
}

interface Failures {
  failure: Tables['delivery_failures'];
  version: VersionTable;
}

/** An account that no run has looked at for so long is told of by the others. Ours: longer than most holidays. */
const FORGOTTEN = 4 * 24 * 3600_000;

/** Adds accounts with something outstanding that were taken out of the flow: no digest of theirs will come. */
async function addForgotten(db: Database, now: number, accounts: Map<string, AccountFacts>): Promise<void> {
  for (const account of await accountsWithOpenItems(db)) {
    if (accounts.has(account)) continue;
    const { outstanding, quarantine, refused } = await openItemsOf(db, account);
    if (outstanding.length + quarantine.length + refused.length === 0) continue;
    const looked = await db
      .selectFrom([
        db
          .selectFrom('listings')
          .select((row) => row.fn.max('listed_at').as('at'))
          .where('account', '=', account)
          .as('listing'),
        db
          .selectFrom('failures')
          .select((row) => row.fn.max('failed_at').as('at'))
          .where('account', '=', account)
          .as('failure'),
      ])
      .select(['listing.at as listed', 'failure.at as failed'])
      .executeTakeFirst();
    const forgottenSince = Math.max(looked?.listed ?? 0, looked?.failed ?? 0);
    if (now - forgottenSince > FORGOTTEN) accounts.set(account, { ...emptyFacts(account), forgottenSince });
  }
}

/**
 * The outbox: mails as rows, written with the fact they report. A mail is sent at least once; a second copy can
 * only come when a relay took a message and never said so ("unknown").
 */
import { createHash } from 'node:crypto';
import { type ExpressionBuilder, sql } from 'kysely';
import { JUMP_MS } from '../../time/clock-watch.ts';
import { batches } from '../batches.ts';
import { rowsOfNumbers, withoutAnswer } from '../engine.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { digestsOf, rowOf, rowsOf, type Vouch } from '../journal/vouched.ts';
import type { Database, MailLevel, MailState, Tables, Work } from '../tables.ts';
import type { DeferredMails, MailLimit, MailRecipient, NewMail, OutboxMail } from '../types.ts';
import { acknowledgeEvent, appendDigest } from './events.ts';
import { hasFailed, isWaiting } from './mail-list.ts';

/** What became of one recipient in an attempt; `queued` means that it is tried again. */
export interface RecipientAnswer {
  address: string;
  state: MailRecipient['state'];
  /** The relay's words. */
  response: string;
}

export interface MailRecords {
  /**
   * Queues a mail; the same event again changes nothing and gives the mail that is there (`fresh` false).
   * News beyond its limit is written down, but held back for a summary.
   */
  queueMail(mail: NewMail): Promise<{ id: number; messageId: string; fresh: boolean }>;
  /** Mails whose next attempt is due: critical ones first, then the oldest. Without their texts, for there may be many. */
  dueMails(now: number): Promise<{ id: number; domain: string }[]>;
  /**
   * Takes a due mail for sending and gives it is now. Undefined when someone else has it or it is not
   * due any more.
   */
  markSending(id: number): Promise<OutboxMail | undefined>;
  /**
   * Records what became of an attempt; the state of the mail follows from its recipients. A mail that is over and did
   * not reach all of them is journalled.
   */
  settleMail(
    id: number,
    result: { answers: RecipientAnswer[]; error: string; nextAttempt: number | null },
  ): Promise<void>;
  /** Records what a second relay said of recipients. An attempt at the first that is under way goes on. */
  settleAside(id: number, answers: RecipientAnswer[]): Promise<void>;
  mailState(id: number): Promise<MailState>;
  mails(filter?: { run?: string; state?: MailState }): Promise<OutboxMail[]>;
  /** Mails that were held back and are in no summary yet, one lot per set of recipients. */
  deferredMails(): Promise<DeferredMails[]>;
  /** Queues the summary of held mails, and notes on each of them where it is told. */
  queueSummary(summary: NewMail, ids: readonly number[]): Promise<{ id: number; messageId: string }>;
  /** When the last summaries were queued, newest first; by recipients, as JSON of their addresses in order. */
  summariesSince(since: number): Promise<{ to: string; at: number }[]>;
  /** Critical mails queued from `since` to `until` that no relay has taken. */
  unsentCritical(since: number, until: number): Promise<OutboxMail[]>;
  /** How many mails wait for a relay, and how many since then did not reach everybody. */
  mailCounts(since: number): Promise<{ waiting: number; refused: number }>;
  /** Records that a mail was told on a second channel. */
  recordFallback(mailId: number, channel: string, response: string): Promise<void>;
  /** The second channels on which a mail was told. */
  fallbacksOf(mailId: number): Promise<{ channel: string; toldAt: number; response: string }[]>;
  /** Which mails tell of a report's version. */
  mailsAbout(versionId: number): Promise<number[]>;
}

/**
 * How long an attempt may take before it counts as interrupted. Longer than all time limits of one attempt.
 */
export const SENDING_LIMIT = 5 * 60_000;

/** No waiting time is longer. An attempt planned for later than that was planned by a clock that was wrong. */
const LONGEST_WAIT = 3600_000;

/** Relays can be talkative; all of what they said stays with the mail. */
const LONGEST_REASON = 200;

/**
 * The Message-ID of an envelope: the same for each attempt to the same recipients, another for other
 * recipients, because some mail systems refuse a known id for good.
 */
export function messageIdOf(eventKey: string, recipients: readonly string[], domain: string): string {
  const text = JSON.stringify([eventKey, ...recipients.map((one) => one.toLowerCase()).sort()]);
  return `<${createHash('sha256').update(text).digest('hex').slice(0, 40)}@${domain}>`;
}

export function mailRecords(db: Database, writer: JournalWriter): MailRecords {
  const { clock } = writer;
  return {
    queueMail: (mail) => db.transaction().execute((work) => queueMail(work, writer, mail)),

    async dueMails(now) {
      await releaseInterrupted(db, now);
      const open = db
        .selectFrom('mails')
        .select(['id', 'domain'])
        .where('state', 'in', ['queued', 'unknown'])
        .where(due(now))
        .orderBy('next_attempt')
        .orderBy('id');
      const [urgent, all] = await Promise.all([
        open.where('level', '=', 'critical').execute(),
        open.execute(),
      ]);
      const first = new Set(urgent.map(({ id }) => id));
      return [...urgent, ...all.filter(({ id }) => !first.has(id))];
    },

    markSending: (id) =>
      db.transaction().execute(async (work) => {
        const row = await work
          .updateTable('mails')
          .set((row) => ({
            state: 'sending' as const,
            sending_since: clock.now(),
            attempts: row('attempts', '+', 1),
          }))
          .where('id', '=', id)
          .where('state', 'in', ['queued', 'unknown'])
          .where(due(clock.now()))
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return undefined;
        await nameEnvelope(work, row);
        return (await withRecipients(work, [row]))[0];
      }),

    settleMail: (id, result) => db.transaction().execute((work) => settle(work, writer, id, result)),

    settleAside: (id, answers) =>
      db.transaction().execute(async (work) => {
        const mail = await work
          .selectFrom('mails')
          .select(['state', 'error', 'next_attempt as nextAttempt'])
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        if (mail.state === 'sending') await settleWhileSending(work, writer, id, answers);
        else await settle(work, writer, id, { ...mail, answers });
      }),

    async mailsAbout(versionId) {
      const rows = await db
        .selectFrom('mail_told')
        .select('mail_id')
        .where('version_id', '=', versionId)
        .orderBy('mail_id')
        .execute();
      return rows.map((row) => row.mail_id);
    },

    async mailState(id) {
      const row = await db.selectFrom('mails').select('state').where('id', '=', id).executeTakeFirstOrThrow();
      return row.state;
    },

    async mails({ run, state } = {}) {
      let query = db.selectFrom('mails').selectAll().orderBy('id');
      if (run !== undefined) query = query.where('run', '=', run);
      if (state !== undefined) query = query.where('state', '=', state);
      return withRecipients(db, await query.execute());
    },

    async deferredMails() {
      const held = await db
        .selectFrom('mails')
        .innerJoin('mail_recipients as recipient', 'recipient.mail_id', 'mails.id')
        .select(['mails.id', 'topic', 'domain', 'created_at as at', 'recipient.address'])
        .where('mails.state', '=', 'collected')
        .where('collected_into', 'is', null)
        .orderBy('mails.id')
        .orderBy('recipient.address')
        .execute();
      return lotsOf(held);
    },

    queueSummary: (summary, ids) =>
      db.transaction().execute(async (work) => {
        const { id, messageId } = await queueMail(work, writer, summary);
        for (const some of batches(ids)) {
          const rows = await work
            .updateTable('mails')
            .set({ collected_into: id })
            .where('id', 'in', some)
            .where('collected_into', 'is', null)
            .returningAll()
            .execute();
          if (rows.length === 0) continue;
          const details = { mail: id, mails: rows.length };
          const entry = { who: 'rap', what: 'mails summed up', why: summary.subject, details };
          await appendJournal(work, writer, entry, digestsOf('mails', rows, false));
        }
        return { id, messageId };
      }),

    async summariesSince(since) {
      const rows = await db
        .selectFrom('mails')
        .selectAll()
        .where('kind', '=', 'summary')
        .where('created_at', '>', since)
        // One of the future was queued by a clock that was ahead, and keeps nobody waiting.
        .where('created_at', '<=', clock.now() + JUMP_MS)
        .orderBy('created_at', 'desc')
        .execute();
      const mails = await withRecipients(db, rows);
      return mails.map(({ to, createdAt }) => ({
        to: JSON.stringify(to.map(({ address }) => address)),
        at: createdAt,
      }));
    },

    async unsentCritical(since, until) {
      const rows = await db
        .selectFrom('mails')
        .selectAll()
        .where('level', '=', 'critical')
        .where('created_at', '>=', since)
        .where('created_at', '<=', until)
        .where('state', '!=', 'accepted')
        .orderBy('id')
        .execute();
      return withRecipients(db, rows);
    },

    async mailCounts(since) {
      const mails = () => db.selectFrom('mails').select((one) => one.fn.countAll<number>().as('count'));
      const waiting = await mails().where(isWaiting).executeTakeFirstOrThrow();
      const refused = await mails()
        .where(hasFailed)
        .where('created_at', '>=', since)
        .executeTakeFirstOrThrow();
      return { waiting: Number(waiting.count), refused: Number(refused.count) };
    },

    recordFallback: (mailId, channel, response) =>
      db.transaction().execute(async (work) => {
        const row = await work
          .insertInto('second_tellings')
          .values({ mail_id: mailId, channel, told_at: clock.now(), response })
          .onConflict((on) => on.columns(['mail_id', 'channel']).doNothing())
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return;
        const why = response.slice(0, LONGEST_REASON);
        const entry = {
          who: 'rap',
          what: 'told on a second channel',
          why,
          details: { mail: mailId, channel },
        };
        await appendJournal(work, writer, entry, rowOf('second_tellings', row, true));
      }),

    fallbacksOf: (mailId) =>
      db
        .selectFrom('second_tellings')
        .select(['channel', 'told_at as toldAt', 'response'])
        .where('mail_id', '=', mailId)
        .orderBy('told_at')
        .orderBy('channel')
        .execute(),
  };
}

interface DeferredRow {
  id: number;
  topic: string;
  domain: string;
  at: number;
  address: string;
}

/** One lot per set of recipients; the rows are in order of mail and address. */
function lotsOf(rows: readonly DeferredRow[]): DeferredMails[] {
  const mails = new Map<number, DeferredRow & { to: string[] }>();
  for (const row of rows) {
    const mail = mails.get(row.id) ?? { ...row, to: [] };
    mail.to.push(row.address);
    mails.set(row.id, mail);
  }
  const lots = Map.groupBy(mails.values(), ({ to }) => JSON.stringify(to));
  return [...lots.values()].flatMap((lot) => {
    const [first] = lot;
    if (first === undefined) return [];
    const topics = [...Map.groupBy(lot, ({ topic }) => topic)]
      .map(([topic, { length: count }]) => ({ topic, count }))
      .sort((a, b) => b.count - a.count || (a.topic < b.topic ? -1 : 1));
    const times = lot.map(({ at }) => at);
    return {
      ids: lot.map(({ id }) => id),
      to: first.to,
      domain: first.domain,
      since: times.reduce((a, b) => Math.min(a, b)),
      until: times.reduce((a, b) => Math.max(a, b)),
      topics,
    };
  });
}

/** Has the time before brought as much news as it may? Asked within the transaction that brings more. */
async function isFull(work: Work, now: number, { most, within }: MailLimit): Promise<boolean> {
  const { count } = await work
    .selectFrom('mails')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('level', '=', 'information')
    .where('kind', '!=', 'summary')
    .where('state', '!=', 'collected')
    // Mails of a clock that was wrong do not count for ever.
    .where('created_at', '>', now - within)
    .where('created_at', '<=', now)
    .executeTakeFirstOrThrow();
  return Number(count) >= most;
}

function levelOf({ level, kind }: NewMail): MailLevel {
  return level ?? (kind === 'alarm' ? 'critical' : 'routine');
}

function due(now: number) {
  return (row: ExpressionBuilder<Tables, 'mails'>) =>
    row.or([row('next_attempt', '<=', now), row('next_attempt', '>', now + LONGEST_WAIT)]);
}

/** Queues within the transaction of the fact that is reported. */
export async function queueMail(
  work: Work,
  writer: JournalWriter,
  mail: NewMail,
): Promise<{ id: number; messageId: string; fresh: boolean }> {
  const to = [...new Set(mail.to)];
  const domain = mail.domain ?? 'rap.invalid';
  const messageId = messageIdOf(mail.eventKey, to, domain);
  const now = writer.clock.now();
  const level = levelOf(mail);
  const held = mail.limit !== undefined && (await isFull(work, now, mail.limit));
  const row = await work
    .insertInto('mails')
    .values({
      event_key: mail.eventKey,
      kind: mail.kind,
      run: mail.run,
      domain,
      subject: mail.subject,
      text: mail.text,
      // What is held back is kept as text; with its HTML a flood would be ten times as large.
      html: held ? '' : mail.html,
      state: held ? 'collected' : 'queued',
      attempts: 0,
      error: '',
      created_at: now,
      next_attempt: held ? null : now,
      deadline: mail.deadline ?? null,
      level,
      topic: mail.topic ?? mail.subject,
      readers: mail.readers ?? null,
      practice: mail.practice ?? '',
    })
    .onConflict((on) => on.column('event_key').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (mail.event !== undefined) await acknowledgeEvent(work, mail.event, 'mail', now);
  if (row === undefined) return { ...(await queuedBefore(work, mail.eventKey)), fresh: false };
  const recipients = to.map((address) => {
    const state: MailRecipient['state'] = 'queued';
    return { mail_id: row.id, address, state, message_id: messageId, response: '' };
  });
  for (const one of recipients) await withoutAnswer(work, work.insertInto('mail_recipients').values(one));
  const versions = [...new Set(mail.told)];
  // One statement for all of them: a digest of a large day tells of very many.
  const telling = sql`insert into mail_told (mail_id, version_id)
    select cast(${row.id} as bigint), told.value from ${rowsOfNumbers(work, versions, 'told')}`;
  if (versions.length > 0) await withoutAnswer(work, { compile: () => telling.compile(work) });
  const told = versions.map((version_id) => ({ mail_id: row.id, version_id }));
  const what = held ? 'mail held for a summary' : 'mail queued';
  const details = { mail: row.id, kind: mail.kind, run: mail.run, level, recipients: to.length };
  await appendJournal(work, writer, { who: 'rap', what, why: mail.subject, details }, [
    ...rowOf('mails', row, true),
    ...rowsOf('mail_recipients', recipients, true),
    ...digestsOf('mail_told', told, true),
  ]);
  if (mail.kind === 'digest') await appendDigest(work, now, mail.run);
  return { id: row.id, messageId, fresh: true };
}

async function queuedBefore(work: Work, eventKey: string): Promise<{ id: number; messageId: string }> {
  const row = await work
    .selectFrom('mails')
    .select('id')
    .where('event_key', '=', eventKey)
    .executeTakeFirstOrThrow();
  const recipient = await work
    .selectFrom('mail_recipients')
    .select('message_id')
    .where('mail_id', '=', row.id)
    .limit(1)
    .executeTakeFirst();
  return { id: row.id, messageId: recipient?.message_id ?? '' };
}

/**
 * A process that died while sending cannot say whether the relay took the message. Those recipients are
 * unknown; a repeat is due, under the Message-ID of the attempt.
 */
async function releaseInterrupted(db: Database, now: number): Promise<void> {
  const interrupted = (row: ExpressionBuilder<Tables, 'mails'>) =>
    row.and([
      row('state', '=', 'sending'),
      row.or([
        row('sending_since', '<', now - SENDING_LIMIT),
        row('sending_since', '>', now + SENDING_LIMIT),
      ]),
    ]);
  // Mostly there is none: a question costs less than a transaction.
  const some = await db.selectFrom('mails').select('id').where(interrupted).limit(1).executeTakeFirst();
  if (some === undefined) return;
  await db.transaction().execute(async (work) => {
    const stopped = await work
      .updateTable('mails')
      .set({ state: 'unknown', sending_since: null, next_attempt: now, error: 'Sending was interrupted' })
      .where(interrupted)
      .returning('id')
      .execute();
    for (const { id } of stopped) {
      await work
        .updateTable('mail_recipients')
        .set({ state: 'unknown', response: 'Sending was interrupted' })
        .where('mail_id', '=', id)
        .where('state', '=', 'queued')
        .execute();
    }
  });
}

/** The recipients that are to be tried afresh form one envelope with its own Message-ID. */
async function nameEnvelope(
  work: Work,
  mail: Pick<Tables['mails'], 'event_key' | 'domain'> & { id: number },
) {
  const rows = await work
    .selectFrom('mail_recipients')
    .select('address')
    .where('mail_id', '=', mail.id)
    .where('state', '=', 'queued')
    .execute();
  if (rows.length === 0) return;
  const messageId = messageIdOf(
    mail.event_key,
    rows.map((row) => row.address),
    mail.domain,
  );
  await work
    .updateTable('mail_recipients')
    .set({ message_id: messageId })
    .where('mail_id', '=', mail.id)
    .where('state', '=', 'queued')
    .execute();
}

/** @returns what a record must vouch for from now on */
async function answerRecipients(
  work: Work,
  id: number,
  answers: readonly RecipientAnswer[],
): Promise<Vouch[]> {
  const changed: Vouch[] = [];
  for (const { address, state, response } of answers) {
    const rows = await work
      .updateTable('mail_recipients')
      .set({ state, response })
      .where('mail_id', '=', id)
      .where('address', '=', address)
      // Whoever was told, perhaps through the second relay meanwhile, stays told.
      .where('state', '!=', 'accepted')
      .returningAll()
      .execute();
    if (!['queued', 'unknown'].includes(state)) changed.push(...rowsOf('mail_recipients', rows, false));
  }
  return changed;
}

/** An attempt at the first relay is under way; what the second said counts already. */
async function settleWhileSending(
  work: Work,
  writer: JournalWriter,
  id: number,
  answers: readonly RecipientAnswer[],
): Promise<void> {
  const rows = await answerRecipients(work, id, answers);
  if (rows.length === 0) return;
  const why = (answers[0]?.response ?? '').slice(0, LONGEST_REASON);
  const entry = { who: 'rap', what: 'mail handed over', why, details: { mail: id, recipients: rows.length } };
  await appendJournal(work, writer, entry, rows);
}

interface Settling {
  answers: RecipientAnswer[];
  error: string;
  nextAttempt: number | null;
}

async function settle(work: Work, writer: JournalWriter, id: number, result: Settling): Promise<void> {
  const answered = await answerRecipients(work, id, result.answers);
  const rows = await work
    .selectFrom('mail_recipients')
    .select(['state', 'response'])
    .where('mail_id', '=', id)
    .orderBy('address')
    .execute();
  const states = rows.map((row) => row.state);
  const state = stateOf(states);
  const open = states.includes('queued') || states.includes('unknown');
  const next = open ? result.nextAttempt : null;
  const mail = work.selectFrom('mails').select(['kind', 'run', 'level', 'attempts', 'settled_at']);
  const { settled_at, ...of } = await mail.where('id', '=', id).executeTakeFirstOrThrow();
  const row = await work
    .updateTable('mails')
    .set({
      state: state === 'queued' && next === null ? 'refused' : state,
      error: result.error,
      next_attempt: next,
      sending_since: null,
      settled_at: next === null ? (settled_at ?? writer.clock.now()) : null,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const over = next === null && settled_at === null;
  if (!over && answered.length === 0) return;
  const missed = rows.filter((row) => row.state !== 'accepted');
  const { length: unconfirmed } = missed.filter((row) => ['unknown', 'unconfirmed'].includes(row.state));
  const [refused, recipients] = [missed.length - unconfirmed, rows.length];
  // A second relay may still speak about a mail that is over; it was given up once.
  const givenUp = over && missed.length > 0;
  const why = givenUp ? result.error || missed[0]?.response : result.answers[0]?.response;
  const details = {
    ...{ mail: id, ...of, recipients },
    ...(givenUp ? { refused, unconfirmed } : { accepted: recipients - missed.length }),
  };
  const what = givenUp ? 'mail given up' : 'mail handed over';
  const entry = { who: 'rap', what, why: (why ?? '').slice(0, LONGEST_REASON), details };
  await appendJournal(work, writer, entry, [...rowOf('mails', row, false), ...answered]);
}

/** The mail is as unfinished as its least finished recipient. */
function stateOf(recipients: readonly MailRecipient['state'][]): Exclude<MailState, 'sending'> {
  if (recipients.includes('queued')) return 'queued';
  if (recipients.includes('unknown') || recipients.includes('unconfirmed')) return 'unknown';
  return recipients.includes('accepted') ? 'accepted' : 'refused';
}

async function withRecipients(
  work: Work,
  rows: (Omit<Tables['mails'], 'id'> & { id: number })[],
): Promise<OutboxMail[]> {
  const recipients = new Map<number, MailRecipient[]>();
  for (const some of batches(rows.map(({ id }) => id))) {
    const found = await work
      .selectFrom('mail_recipients')
      .select(['mail_id', 'address', 'state', 'message_id as messageId', 'response'])
      .where('mail_id', 'in', some)
      .orderBy('mail_id')
      .orderBy('address')
      .execute();
    for (const { mail_id, ...recipient } of found) {
      const list = recipients.get(mail_id) ?? [];
      list.push(recipient);
      recipients.set(mail_id, list);
    }
  }
  return rows.map((row) => ({
    id: row.id,
    eventKey: row.event_key,
    kind: row.kind,
    run: row.run,
    domain: row.domain,
    to: recipients.get(row.id) ?? [],
    subject: row.subject,
    text: row.text,
    html: row.html,
    state: row.state,
    attempts: row.attempts,
    error: row.error,
    createdAt: row.created_at,
    nextAttempt: row.next_attempt,
    deadline: row.deadline,
    settledAt: row.settled_at,
    level: row.level,
    topic: row.topic,
    collectedInto: row.collected_into,
  }));
}

/**
 * The outbox: mails as rows, written with the fact they report. A mail is sent at least once; a second copy can
 * only come when a relay took a message and never said so ("unknown").
 */
import { createHash } from 'node:crypto';
import type { ExpressionBuilder } from 'kysely';
import type { Clock } from '../time/clock.ts';
import type { Database, MailState, Tables, Work } from './tables.ts';
import type { MailRecipient, NewMail, OutboxMail } from './types.ts';

/** What became of one recipient in an attempt; `queued` means that it is tried again. */
export interface RecipientAnswer {
  address: string;
  state: MailRecipient['state'];
  /** The relay's words. */
  response: string;
}

export interface Outbox {
  /** Queues a mail; the same event again changes nothing and gives the mail that is there (`fresh` false). */
  queueMail(mail: NewMail): Promise<{ id: number; messageId: string; fresh: boolean }>;
  /** Mails whose next attempt is due, oldest first. */
  dueMails(now: number): Promise<OutboxMail[]>;
  /**
   * Takes a due mail for sending and gives it as it is now. Undefined when someone else has it or it is not
   * due any more.
   */
  markSending(id: number): Promise<OutboxMail | undefined>;
  /** Records what became of an attempt; the state of the mail follows from its recipients. */
  settleMail(
    id: number,
    result: { answers: RecipientAnswer[]; error: string; nextAttempt: number | null },
  ): Promise<void>;
  /** Lets no mail be tried before `until`, for a fault that meets all of them. */
  postponeMails(until: number): Promise<void>;
  mails(filter?: { run?: string; state?: MailState }): Promise<OutboxMail[]>;
  /** Which mails tell of a report's version. */
  mailsTelling(versionId: number): Promise<number[]>;
}

/**
 * How long an attempt may take before it counts as interrupted. Longer than all time limits of one attempt.
 */
export const SENDING_LIMIT = 5 * 60_000;

/** No waiting time is longer. An attempt planned for later than that was planned by a clock that was wrong. */
const LONGEST_WAIT = 3600_000;

/**
 * The Message-ID of an envelope: the same for each attempt to the same recipients, another for other
 * recipients, because some mail systems refuse a known id for good.
 */
export function messageIdOf(eventKey: string, recipients: readonly string[], domain: string): string {
  const text = JSON.stringify([eventKey, ...recipients.map((one) => one.toLowerCase()).sort()]);
  return `<${createHash('sha256').update(text).digest('hex').slice(0, 40)}@${domain}>`;
}

export function outbox(db: Database, clock: Clock): Outbox {
  return {
    queueMail: (mail) => db.transaction().execute((work) => queueMail(work, clock, mail)),

    async dueMails(now) {
      await releaseInterrupted(db, now);
      const rows = await db
        .selectFrom('mails')
        .selectAll()
        .where('state', 'in', ['queued', 'unknown'])
        .where(due(now))
        .orderBy('next_attempt')
        .orderBy('id')
        .execute();
      return withRecipients(db, rows);
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

    settleMail: (id, result) => db.transaction().execute((work) => settle(work, clock, id, result)),

    async postponeMails(until) {
      await db
        .updateTable('mails')
        .set({ next_attempt: until })
        .where('state', 'in', ['queued', 'unknown'])
        .where('next_attempt', '<', until)
        .execute();
    },

    async mailsTelling(versionId) {
      const rows = await db
        .selectFrom('mail_told')
        .select('mail_id')
        .where('version_id', '=', versionId)
        .orderBy('mail_id')
        .execute();
      return rows.map((row) => row.mail_id);
    },

    async mails({ run, state } = {}) {
      let query = db.selectFrom('mails').selectAll().orderBy('id');
      if (run !== undefined) query = query.where('run', '=', run);
      if (state !== undefined) query = query.where('state', '=', state);
      return withRecipients(db, await query.execute());
    },
  };
}

function due(now: number) {
  return (row: ExpressionBuilder<Tables, 'mails'>) =>
    row.or([row('next_attempt', '<=', now), row('next_attempt', '>', now + LONGEST_WAIT)]);
}

/** Queues within the transaction of the fact that is reported. */
export async function queueMail(
  work: Work,
  clock: Clock,
  mail: NewMail,
): Promise<{ id: number; messageId: string; fresh: boolean }> {
  const to = [...new Set(mail.to)];
  const domain = mail.domain ?? 'rap.invalid';
  const messageId = messageIdOf(mail.eventKey, to, domain);
  const now = clock.now();
  const row = await work
    .insertInto('mails')
    .values({
      event_key: mail.eventKey,
      kind: mail.kind,
      run: mail.run,
      domain,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      state: 'queued',
      attempts: 0,
      error: '',
      created_at: now,
      next_attempt: now,
      deadline: mail.deadline ?? null,
    })
    .onConflict((on) => on.column('event_key').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) return { ...(await queuedBefore(work, mail.eventKey)), fresh: false };
  for (const address of to) {
    await work
      .insertInto('mail_recipients')
      .values({ mail_id: row.id, address, state: 'queued', message_id: messageId, response: '' })
      .execute();
  }
  for (const version of new Set(mail.told)) {
    await work.insertInto('mail_told').values({ mail_id: row.id, version_id: version }).execute();
  }
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
  await db.transaction().execute(async (work) => {
    const stopped = await work
      .updateTable('mails')
      .set({ state: 'unknown', sending_since: null, next_attempt: now, error: 'Sending was interrupted' })
      .where('state', '=', 'sending')
      .where((row) =>
        row.or([
          row('sending_since', '<', now - SENDING_LIMIT),
          row('sending_since', '>', now + SENDING_LIMIT),
        ]),
      )
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

async function settle(
  work: Work,
  clock: Clock,
  id: number,
  result: { answers: RecipientAnswer[]; error: string; nextAttempt: number | null },
): Promise<void> {
  for (const { address, state, response } of result.answers) {
    await work
      .updateTable('mail_recipients')
      .set({ state, response })
      .where('mail_id', '=', id)
      .where('address', '=', address)
      .execute();
  }
  const rows = await work.selectFrom('mail_recipients').select('state').where('mail_id', '=', id).execute();
  const states = rows.map((row) => row.state);
  const state = stateOf(states);
  const open = states.includes('queued') || states.includes('unknown');
  const next = open ? result.nextAttempt : null;
  await work
    .updateTable('mails')
    .set({
      state: state === 'queued' && next === null ? 'refused' : state,
      error: result.error,
      next_attempt: next,
      sending_since: null,
      settled_at: next === null ? clock.now() : null,
    })
    .where('id', '=', id)
    .execute();
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
  const mails: OutboxMail[] = [];
  for (const row of rows) {
    const to = await work
      .selectFrom('mail_recipients')
      .select(['address', 'state', 'message_id as messageId', 'response'])
      .where('mail_id', '=', row.id)
      .orderBy('address')
      .execute();
    mails.push({
      id: row.id,
      eventKey: row.event_key,
      kind: row.kind,
      run: row.run,
      domain: row.domain,
      to,
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
    });
  }
  return mails;
}

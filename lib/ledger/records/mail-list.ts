/** Mails for people who look, a page at a time: what was told to whom, and which relay answered what. */
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { Database, MailKind, MailLevel, MailState, Tables } from '../tables.ts';
import type { MailRecipient } from '../types.ts';

/** A mail without its texts. Times are milliseconds since 1970. */
export interface MailLine {
  id: number;
  kind: MailKind;
  run: string;
  subject: string;
  state: MailState;
  level: MailLevel;
  attempts: number;
  /** Why the last attempt failed, or ''. */
  error: string;
  createdAt: number;
  settledAt: number | null;
  /** When it is tried next; null when nothing more is done by itself. */
  nextAttempt: number | null;
  /** The summary that tells of it, when it was held back. */
  collectedInto: number | null;
  to: MailRecipient[];
}

/**
 * `digests`: the digests of runs. `waiting`: no relay has taken it yet, and it is tried again. `failed`: nothing more is done, and not everybody was
 * reached.
 */
export type MailsAsked = 'all' | 'digests' | 'waiting' | 'failed';

export interface MailList {
  /**
   * The newest first.
   * @param ask.before only mails with smaller numbers
   * @param ask.address only mails to this recipient
   * @param ask.since only mails queued since then
   */
  mailLines(ask: {
    limit: number;
    show?: MailsAsked;
    before?: number;
    address?: string;
    since?: number;
  }): Promise<MailLine[]>;
  /** Mails of an alarm, the oldest first. */
  mailsOfAlarm(alarm: number, limit: number): Promise<MailLine[]>;
  /** A mail with its text. */
  mailText(id: number): Promise<(MailLine & { text: string }) | undefined>;
}

const columns = [
  'mails.id',
  'kind',
  'run',
  'subject',
  'mails.state',
  'level',
  'attempts',
  'error',
  'created_at as createdAt',
  'settled_at as settledAt',
  'next_attempt as nextAttempt',
  'collected_into as collectedInto',
] as const;

type OfMails = ExpressionBuilder<Tables, 'mails'>;

/** Says of rows of "mails" whether a relay has still to take them. */
export function isWaiting(row: OfMails): ExpressionWrapper<Tables, 'mails', SqlBool> {
  return row.and([
    row('mails.state', 'in', ['queued', 'sending', 'unknown']),
    row('mails.next_attempt', 'is not', null),
  ]);
}

/** Says of rows of "mails" whether they are over and did not reach everybody. */
export function hasFailed(row: OfMails): ExpressionWrapper<Tables, 'mails', SqlBool> {
  return row.and([
    row('mails.state', 'in', ['accepted', 'refused', 'unknown']),
    row('mails.next_attempt', 'is', null),
    row.exists(
      row
        .selectFrom('mail_recipients as recipient')
        .select('recipient.mail_id')
        .whereRef('recipient.mail_id', '=', 'mails.id')
        .where('recipient.state', '!=', 'accepted'),
    ),
  ]);
}

export function mailList(db: Database): MailList {
  const lines = () => db.selectFrom('mails').select(columns);

  async function withRecipients<T extends { id: number }>(
    mails: T[],
  ): Promise<(T & { to: MailRecipient[] })[]> {
    if (mails.length === 0) return [];
    const rows = await db
      .selectFrom('mail_recipients')
      .select(['mail_id', 'address', 'state', 'message_id as messageId', 'response'])
      .where(
        'mail_id',
        'in',
        mails.map(({ id }) => id),
      )
      .orderBy('address')
      .execute();
    const to = Map.groupBy(rows, ({ mail_id }) => mail_id);
    return mails.map((mail) => ({
      ...mail,
      to: (to.get(mail.id) ?? []).map(({ mail_id: _, ...one }) => one),
    }));
  }

  return {
    async mailLines({ limit, show = 'all', before, address, since }) {
      let query = lines().orderBy('mails.id', 'desc').limit(limit);
      if (before !== undefined) query = query.where('mails.id', '<', before);
      if (since !== undefined) query = query.where('created_at', '>=', since);
      if (show === 'digests') query = query.where('kind', '=', 'digest');
      else if (show !== 'all') query = query.where(show === 'waiting' ? isWaiting : hasFailed);
      if (address !== undefined) {
        query = query
          .innerJoin('mail_recipients as one', 'one.mail_id', 'mails.id')
          .where('one.address', '=', address) as typeof query;
      }
      return withRecipients(await query.execute());
    },

    async mailsOfAlarm(alarm, limit) {
      const mails = await lines()
        .innerJoin('alarm_mails', 'alarm_mails.mail_id', 'mails.id')
        .where('alarm_mails.alarm_id', '=', alarm)
        .orderBy('mails.id')
        .limit(limit)
        .execute();
      return withRecipients(mails);
    },

    async mailText(id) {
      const mail = await lines().select('text').where('mails.id', '=', id).executeTakeFirst();
      return mail && (await withRecipients([mail]))[0];
    },
  };
}

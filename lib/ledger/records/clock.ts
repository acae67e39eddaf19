/**
 * Jumps of the clock. A jump is written down together with what it would spoil: waiting times that had been reckoned
 * by the clock before it are moved along, so that what was to happen in five minutes happens in five minutes.
 * What bears a moment of the past keeps it; whoever needs to know when that was by the clock of now, adds the jumps since.
 */
import { sql } from 'kysely';
import type { Boot } from '../../time/clock.ts';
import { type ClockJump, JUMP_MS } from '../../time/clock-watch.ts';
import { hongKongDate, hongKongStamp } from '../../time/hong-kong.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { rowOf, rowsOf, type Vouch } from '../journal/vouched.ts';
import type { Database, Work } from '../tables.ts';
import { appendEvent } from './events.ts';

export interface RecordedJump {
  id: number;
  /** Milliseconds, positive when the clock was put forward. */
  jump: number;
  /** By the clock after the jump. */
  noticedAt: number;
}

export interface ClockRecords {
  /**
   * Compares the clock with what it showed when the ledger was in use last, and remembers what it shows now. To be
   * called when a process takes charge, and now and then.
   * @param boot of the machine; with it also a jump between two processes is known by its size. Without it, or after
   *   a boot, only a clock that was put back is noticed, and by how much at least.
   */
  noteClock(boot: Boot | undefined): Promise<RecordedJump | undefined>;
  /** Writes a jump down, and moves along what waits. Journalled. */
  noteJump(jump: ClockJump, boot: Boot | undefined): Promise<RecordedJump>;
  /** All jumps after the one with this number, oldest first. */
  jumps(after?: number): Promise<RecordedJump[]>;
}

const MARK = 'clock';

/** What the clock showed, and how far it was ahead of the time since the boot. */
interface Mark {
  wall: number;
  boot?: { id: string; offset: number };
}

export function clockRecords(db: Database, writer: JournalWriter): ClockRecords {
  const rows = (after: number) =>
    db
      .selectFrom('clock_jumps')
      .select(['id', 'jump', 'noticed_at as noticedAt'])
      .where('id', '>', after)
      .orderBy('id');

  return {
    noteClock: (boot) =>
      db.transaction().execute(async (work) => {
        const at = writer.clock.now();
        const jump = await jumpSince(work, writer, at, boot);
        const recorded = jump === undefined ? undefined : await record(work, writer, { jump, at });
        await putMark(work, at, boot);
        return recorded;
      }),

    noteJump: (jump, boot) =>
      db.transaction().execute(async (work) => {
        const recorded = await record(work, writer, jump);
        await putMark(work, jump.at, boot);
        return recorded;
      }),

    jumps: (after = 0) => rows(after).execute(),
  };
}

/** The number of the last jump, 0 when there was none. */
export async function lastJump(work: Work): Promise<number> {
  const row = await work
    .selectFrom('clock_jumps')
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? 0;
}

/** By how much the clock was put forward in all since the jump with this number, milliseconds. */
export async function jumpedSince(work: Work, jump: number): Promise<number> {
  const { sum } = await work
    .selectFrom('clock_jumps')
    .select((row) => row.fn.sum<number | null>('jump').as('sum'))
    .where('id', '>', jump)
    .executeTakeFirstOrThrow();
  return Number(sum ?? 0);
}

async function jumpSince(
  work: Work,
  writer: JournalWriter,
  at: number,
  boot: Boot | undefined,
): Promise<number | undefined> {
  const mark = await markOf(work);
  if (boot !== undefined && mark?.boot?.id === boot.id) {
    const jump = Math.round(at - mark.boot.offset - boot.uptime);
    return Math.abs(jump) < JUMP_MS ? undefined : jump;
  }
  // Of the time between two boots nothing is known but that it did not run backwards.
  const shown = await lastShown(work, mark);
  const jump = Math.round(at - shown);
  if (jump <= -JUMP_MS) {
    await freeLast(work, writer, at);
    return jump;
  }
  await freeDoubtful(work, writer, shown);
  return undefined;
}

/**
 * The clock was put forward shortly before the machine was switched off, and nobody can say any more whether it was
 * right: what it took that the clock before it had not reached yet is free again. A run too many does no harm.
 * @param shown how far the clock had come
 */
async function freeDoubtful(work: Work, writer: JournalWriter, shown: number): Promise<void> {
  const jumps = await work.selectFrom('clock_jumps').selectAll().orderBy('id', 'desc').limit(20).execute();
  let forward = 0;
  for (const { id, jump, noticed_at } of jumps) {
    forward += jump;
    if (forward < JUMP_MS || shown - noticed_at >= forward) continue;
    const freed = await work
      .updateTable('ticks')
      .set({ claimed_at: 0 })
      .where('jump', '>=', id)
      .where('due', '>', noticed_at - forward)
      .where('claimed_at', '!=', 0)
      .returningAll()
      .execute();
    if (freed.length === 0) continue;
    const why = 'Nobody knows whether the clock that took them was right';
    const entry = { who: 'rap', what: 'due times freed', why, details: { jump: id } };
    await appendJournal(work, writer, entry, rowsOf('ticks', freed, false));
  }
}

/**
 * The clock was ahead before this boot, by more than is known: what it took last of what is due by now may have been
 * taken before it was due. It is free again, of each schedule the last due time, which is all that is made up for.
 */
async function freeLast(work: Work, writer: JournalWriter, at: number): Promise<void> {
  const last = await work
    .selectFrom('ticks')
    .select(['schedule', (row) => row.fn.max<number>('due').as('due')])
    .where('due', '<=', at)
    .groupBy('schedule')
    .execute();
  for (const { schedule, due } of last) {
    const freed = await work
      .updateTable('ticks')
      .set({ claimed_at: 0 })
      .where('schedule', '=', schedule)
      .where('due', '=', due)
      .where('claimed_at', '!=', 0)
      .returningAll()
      .execute();
    if (freed.length === 0) continue;
    const why = 'The clock that took it was ahead by more than is known';
    const entry = { who: 'rap', what: 'due times freed', why, details: { schedule } };
    await appendJournal(work, writer, entry, rowsOf('ticks', freed, false));
  }
}

/** The latest moment that was certainly reached by the clock in use last. */
async function lastShown(work: Work, mark: Mark | undefined): Promise<number> {
  const record = await work
    .selectFrom('journal')
    .select('at')
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (mark !== undefined) return Math.max(mark.wall, record?.at ?? 0);
  // Written by an older release, which noted no jumps: due times that it took show how far its clock had come.
  const { taken } = await work
    .selectFrom('ticks')
    .select((row) => row.fn.max<number | null>('claimed_at').as('taken'))
    .executeTakeFirstOrThrow();
  return Math.max(record?.at ?? 0, Number(taken ?? 0));
}

async function markOf(work: Work): Promise<Mark | undefined> {
  const query = work.selectFrom('properties').select('value').where('name', '=', MARK);
  const row = await query.executeTakeFirst();
  return row && (JSON.parse(row.value) as Mark);
}

async function putMark(work: Work, wall: number, boot: Boot | undefined): Promise<void> {
  const mark: Mark =
    boot === undefined ? { wall } : { wall, boot: { id: boot.id, offset: wall - boot.uptime } };
  const value = JSON.stringify(mark);
  await work
    .insertInto('properties')
    .values({ name: MARK, value })
    .onConflict((on) => on.column('name').doUpdateSet({ value }))
    .execute();
}

async function record(work: Work, writer: JournalWriter, { jump, at }: ClockJump): Promise<RecordedJump> {
  const row = await work
    .insertInto('clock_jumps')
    .values({ jump, noticed_at: at })
    .returningAll()
    .executeTakeFirstOrThrow();
  const { id } = row;
  const of = { kind: 'clock jumped', subject: '', account: '', run: '' } as const;
  await appendEvent(work, at, { ...of, payload: { jump } });
  await moveWaiting(work, jump, at);
  const renamed = jump < 0 ? await freeTheFuture(work, id, at) : [];
  const why = `From ${hongKongStamp(at - jump)} to ${hongKongStamp(at)} Hong Kong time`;
  const entry = { who: 'rap', what: 'clock jumped', why, details: { jump, at } };
  await appendJournal(work, writer, entry, [...rowOf('clock_jumps', row, true), ...renamed]);
  return { id, jump, noticedAt: at };
}

/** Whatever is to happen so long after something else, by the moments that were reckoned for it. */
async function moveWaiting(work: Work, jump: number, at: number): Promise<void> {
  await work
    .updateTable('mails')
    .set((row) => ({
      next_attempt: row('next_attempt', '+', jump),
      sending_since: row('sending_since', '+', jump),
      deadline: row('deadline', '+', jump),
    }))
    .where('state', 'in', ['queued', 'sending', 'unknown'])
    .execute();
  await work
    .updateTable('alarms')
    .set((row) => ({
      seen_at: row('seen_at', '+', jump),
      mailed_at: row('mailed_at', '+', jump),
      next_at: row('next_at', '+', jump),
      rest_until: row('rest_until', '+', jump),
      acknowledged_at: row('acknowledged_at', '+', jump),
    }))
    .where('closed_at', 'is', null)
    .execute();
  await work
    .updateTable('login_holds')
    .set((row) => ({ until: row('until', '+', jump) }))
    .execute();
  await work
    .updateTable('switch_requests')
    .set((row) => ({ expires_at: row('expires_at', '+', jump) }))
    .where('state', '=', 'open')
    .execute();
  // A report that was seen a moment ago has not stood still for the time the clock was put forward.
  await work
    .updateTable('observations')
    .set({ same_since: at })
    .where('same_since', '>', at - Math.abs(jump) - SETTLING)
    .execute();
}

/** Longer than any report is watched before it counts as written to its end. */
const SETTLING = 3_600_000;

/** What belongs to a day that a clock which was ahead took for the present one is still to come. */
async function freeTheFuture(work: Work, id: number, at: number): Promise<Vouch[]> {
  await work.deleteFrom('login_counts').where('day', '>', hongKongDate(at)).execute();
  const mails = await work
    .updateTable('mails')
    .set({ event_key: sql`event_key || ${` (clock put back, ${id})`}` })
    .where('kind', '=', 'heartbeat')
    .where('created_at', '>', at + JUMP_MS)
    .returningAll()
    .execute();
  return rowsOf('mails', mails, false);
}

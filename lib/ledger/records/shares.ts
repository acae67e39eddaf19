/** Shares: which share was found where, what it can do, and which accounts' reports a routing node files. */
import type { ErrorCode } from '../../errors/codes.ts';
import type { RunContext } from '../../model/types.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { rowOf, type Vouch } from '../journal/vouched.ts';
import { fromColumn } from '../json-column.ts';
import type { Database, Work } from '../tables.ts';
import { appendEvent, type EventPayloads } from './events.ts';

type ShareBack = EventPayloads['share back'];

export interface KnownShare {
  /** The folder that holds the id file. */
  root: string;
  id: string;
  /** What the disk under it was found able to do, as text; '' before it was tried. */
  abilities: string;
}

/** What keeps reports from a destination, as it was met first. */
export interface ShareAway {
  /** Of several hosts the one that cannot write there; '' where one works alone. */
  host: string;
  destination: string;
  code: ErrorCode;
  message: string;
}

export interface ShareRecords {
  /** A destination cannot be written. The first of its faults with this code becomes an event. @param node which files there */
  noteShareAway(node: string, away: ShareAway): Promise<void>;
  /**
   * It serves again: the event says what was wrong.
   * @param was what was wrong, where that could not be written down
   */
  noteShareBack(
    node: string,
    back: Pick<ShareAway, 'host' | 'destination'> & { was: ShareBack['was']; delivered: number },
  ): Promise<void>;
  /** What is wrong with the destinations of a host, in order of their folders. */
  sharesAway(host: string): Promise<ShareAway[]>;
  /** All shares ever met. */
  knownShares(): Promise<KnownShare[]>;
  /** Keeps the id of a share met for the first time, and journals it; a known root keeps the id it has. */
  rememberShare(share: Pick<KnownShare, 'root' | 'id'>): Promise<void>;
  /** A person says that another share lies at this root from now on. */
  acceptShare(share: Pick<KnownShare, 'root' | 'id'>, person: { by: string; reason: string }): Promise<void>;
  /** Writes down what a share can do, and journals it when that is news. */
  noteAbilities(root: string, abilities: string): Promise<void>;
  /** Keeps the last run of an account whose reports this node files: after a restart it takes up what is open. */
  keepRouted(node: string, context: RunContext): Promise<void>;
  routedBy(node: string): Promise<RunContext[]>;
}

export function shareRecords(db: Database, writer: JournalWriter): ShareRecords {
  return {
    noteShareAway: (node, { message, ...of }) =>
      db.transaction().execute(async (work) => {
        const at = writer.clock.now();
        const fresh = await work
          .insertInto('shares_away')
          .values({ ...of, message, at })
          .onConflict((on) => on.columns(['host', 'destination', 'code']).doNothing())
          .returningAll()
          .executeTakeFirst();
        if (fresh === undefined) return;
        const event = { kind: 'share away', subject: of.destination, account: '', run: '' } as const;
        await appendEvent(work, at, { ...event, payload: { node, code: of.code, message } });
      }),

    noteShareBack: (node, { host, destination, was, delivered }) =>
      db.transaction().execute(async (work) => {
        const rows = await work
          .deleteFrom('shares_away')
          .where('host', '=', host)
          .where('destination', '=', destination)
          .returningAll()
          .execute();
        const known = rows
          .toSorted((one, two) => one.at - two.at)
          .map(({ code, message }) => ({ code: code as ErrorCode, message }));
        const event = { kind: 'share back', subject: destination, account: '', run: '' } as const;
        const payload = { node, was: known.length > 0 ? known : was, delivered };
        await appendEvent(work, writer.clock.now(), { ...event, payload });
      }),

    async sharesAway(host) {
      const rows = await db
        .selectFrom('shares_away')
        .select(['host', 'destination', 'code', 'message'])
        .where('host', '=', host)
        .orderBy('destination')
        .orderBy('at')
        .orderBy('code')
        .execute();
      return rows.map((row) => ({ ...row, code: row.code as ErrorCode }));
    },

    knownShares: () => db.selectFrom('shares').selectAll().orderBy('root').execute(),

    rememberShare: ({ root, id }) =>
      db.transaction().execute(async (work) => {
        const known = await shareAt(work, root);
        if (known !== undefined) return;
        const row = await put(work, { root, id, abilities: '' });
        const entry = { who: 'rap', what: 'share met', why: root, details: { root, id } };
        await appendJournal(work, writer, entry, row);
      }),

    acceptShare: ({ root, id }, { by, reason }) =>
      db.transaction().execute(async (work) => {
        const known = await shareAt(work, root);
        const row = await put(work, { root, id, abilities: '' });
        const details = { root, id, before: known?.id ?? '' };
        await appendJournal(work, writer, { who: by, what: 'share accepted', why: reason, details }, row);
      }),

    noteAbilities: (root, abilities) =>
      db.transaction().execute(async (work) => {
        const known = await shareAt(work, root);
        if (known === undefined || known.abilities === abilities) return;
        const row = await put(work, { ...known, abilities });
        const details = { root, abilities, before: known.abilities };
        await appendJournal(work, writer, { who: 'rap', what: 'share tried', why: root, details }, row);
      }),

    async keepRouted(node, context) {
      const row = { context: JSON.stringify(context) };
      await db
        .insertInto('routed_accounts')
        .values({ node, account: context.account, ...row })
        .onConflict((on) => on.columns(['node', 'account']).doUpdateSet(row))
        .execute();
    },

    async routedBy(node) {
      const rows = await db
        .selectFrom('routed_accounts')
        .select('context')
        .where('node', '=', node)
        .orderBy('account')
        .execute();
      return rows.map(({ context }) => fromColumn<RunContext>(context));
    },
  };
}

async function put(work: Work, { root, ...found }: KnownShare): Promise<Vouch[]> {
  await work
    .insertInto('shares')
    .values({ root, ...found })
    .onConflict((on) => on.column('root').doUpdateSet(found))
    .execute();
  return rowOf('shares', { root, ...found }, false);
}

function shareAt(work: Work, root: string): Promise<KnownShare | undefined> {
  return work.selectFrom('shares').selectAll().where('root', '=', root).executeTakeFirst();
}

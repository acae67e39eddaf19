/** Shares: which share was found where, what it can do, and which accounts' reports a routing node files. */
import type { RunContext } from '../../model/types.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { rowOf, type Vouch } from '../journal/vouched.ts';
import { fromColumn } from '../json-column.ts';
import type { Database, Work } from '../tables.ts';

export interface KnownShare {
  /** The folder that holds the id file. */
  root: string;
  id: string;
  /** What the disk under it was found able to do, as text; '' before it was tried. */
  abilities: string;
}

export interface ShareRecords {
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

/** Proves a ledger from end to end: its journal, its seals, and its tables against the journal. */
import type { DatabaseSync } from 'node:sqlite';
import { RapError } from '../errors/rap-error.ts';
import { EMPTY, finish, follow, isKeyed, KEY_REPLACED, type Link, type Verification } from './chain.ts';
import { Comparer, type Comparison, differenceText } from './compare.ts';
import { fromColumn } from './json.ts';
import { unusable } from './ledger-file.ts';
import { COPIED, SEALED, type Seal, sealProblem } from './seals.ts';
import { TAKEN_OVER } from './take-over.ts';
import type { JournalHead } from './types.ts';

export interface Proof {
  journal: JournalHead;
  unproved?: number;
}

export interface ProofOptions {
  /** The file, for people. */
  file: string;
  name: string;
  key: Uint8Array | undefined;
  /** The seal beside the file. */
  seal: Seal | undefined;
  /** It must have one: it is in use, and no copy. */
  sealed: boolean;
  /** A head known from elsewhere. */
  anchor: JournalHead | undefined;
}

/**
 * Reads everything of a database that nobody writes.
 * @throws RapError LEDGER_UNUSABLE when the journal is broken or a seal is lost or does not fit; LEDGER_CHANGED when
 * the tables are not as the journal says
 */
export function prove(
  database: DatabaseSync,
  { file, name, key, seal, sealed, anchor }: ProofOptions,
): Proof {
  const inside = sealInside(database);
  const { sound, comparer, vouching } = read(database, key, [seal?.journal, inside?.journal, anchor]);
  const { brokenAt, problem, count, head, unproved } = sound;
  if (brokenAt !== undefined) throw unusable(file, `has a broken journal at record ${brokenAt}: ${problem}`);
  const hash = database.prepare('select hash from journal where sequence = ?');
  const last = hash.get(count)?.hash;
  const wrong = sealProblem({
    ...{ name, inside, count, vouching },
    // A copy lies elsewhere, without a seal beside it; its own one must fit.
    seal:
      seal ??
      (!sealed && isCopy(database, inside) ? (inside ?? { ledger: name, journal: EMPTY }) : undefined),
    key: isKeyed(String(last ?? '')) ? key : undefined,
    hashOf: (sequence) => hash.get(sequence)?.hash as string | undefined,
  });
  if (wrong !== undefined) throw unusable(file, wrong);
  const { count: differing, differences } = comparer.compare(inside === undefined && !vouching);
  if (differing > 0) {
    const places = differing === 1 ? 'one place' : `${differing} places`;
    const named = differences.map(differenceText);
    const more = differing > named.length ? [`and ${differing - named.length} more`] : [];
    throw new RapError(
      'LEDGER_CHANGED',
      `${file} differs from its journal in ${places}: ${[...named, ...more].join('; ')}`,
      {
        subject: 'ledger',
        details: { where: file, places: differing },
      },
    );
  }
  return { journal: { count, head }, ...(unproved === undefined ? {} : { unproved }) };
}

/** How the tables differ from the journal, whatever is wrong with the journal itself. */
export function differencesOf(database: DatabaseSync): Comparison {
  const { comparer, vouching } = read(database, undefined, []);
  return comparer.compare(sealInside(database) === undefined && !vouching);
}

/** Follows the journal once, and collects what it vouches for. */
function read(
  database: DatabaseSync,
  key: Uint8Array | undefined,
  heads: readonly (JournalHead | undefined)[],
): { sound: Verification; comparer: Comparer; vouching: boolean } {
  const comparer = new Comparer(database);
  const anchors = heads.filter((head) => head !== undefined && head.count > 0) as JournalHead[];
  const begun = database
    .prepare('select max(sequence) as begun from journal where what = ?')
    .get(KEY_REPLACED);
  let sound: Verification = EMPTY;
  let vouching = false;
  database.exec('begin');
  for (const row of database.prepare('select * from journal order by sequence').iterate()) {
    const link = { ...row } as unknown as Link;
    if (sound.brokenAt === undefined) sound = follow(sound, [link], key, anchors, Number(begun?.begun ?? 1));
    comparer.add(link);
    vouching ||= link.what !== TAKEN_OVER && link.details.includes('"rows":[');
  }
  database.exec('commit');
  for (const anchor of anchors) sound = finish(sound, anchor);
  return { sound, comparer, vouching };
}

function sealInside(database: DatabaseSync): Seal | undefined {
  const row = database.prepare('select value from properties where name = ?').get(SEALED);
  return row === undefined ? undefined : fromColumn<Seal>(String(row.value));
}

/** Was it made by a backup? One of an older release says nothing; it holds no seal either. */
function isCopy(database: DatabaseSync, inside: Seal | undefined): boolean {
  const mark = database.prepare('select value from properties where name = ?').get(COPIED);
  return mark !== undefined || inside === undefined;
}

/** Proves a ledger from end to end: its journal, its seals, and its tables against the journal. */
import type { DatabaseSync } from 'node:sqlite';
import { RapError } from '../../errors/rap-error.ts';
import { fromColumn } from '../json-column.ts';
import { unusable } from '../sqlite/ledger-file.ts';
import type { JournalHead } from '../types.ts';
import { EMPTY, finish, follow, isKeyed, KEY_REPLACED, type Link, type Verification } from './chain.ts';
import { Comparer, type Comparison, differenceText } from './compare.ts';
import { COPIED, SEALED, type Seal, sealProblem } from './seals.ts';
import { TAKEN_OVER } from './take-over.ts';

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
  /** Other homes seal it, too. */
  shared?: boolean;
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
  { file, name, key, seal, sealed, shared = false, anchor }: ProofOptions,
): Proof {
  const inside = sealInside(database);
  refuseTriggers(database, file);
  const heads = [seal?.journal, inside?.journal, anchor];
  const anchors = heads.filter((one) => one !== undefined && one.count > 0) as JournalHead[];
  const begun = database.prepare('select max(sequence) as at from journal where what = ?').get(KEY_REPLACED);
  let sound: Verification = EMPTY;
  const { comparer, vouching } = read(database, (link) => {
    sound = follow(sound, [link], key, anchors, Number(begun?.at ?? 1));
    return sound.brokenAt === undefined;
  });
  for (const one of anchors) sound = finish(sound, one);
  const { brokenAt, problem, count, head, unproved } = sound;
  if (brokenAt !== undefined) throw unusable(file, `has a broken journal at record ${brokenAt}: ${problem}`);
  const hash = database.prepare('select hash from journal where sequence = ?');
  const last = hash.get(count)?.hash;
  const wrong = sealProblem({
    ...{ name, inside, count, vouching, shared },
    // A copy lies elsewhere, without a seal beside it; its own one must fit.
    seal:
      seal ??
      (shared ? inside : undefined) ??
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
  const { comparer, vouching } = read(database, () => true);
  return comparer.compare(sealInside(database) === undefined && !vouching);
}

/** Collects what the records vouch for, as long as they are good. */
function read(
  database: DatabaseSync,
  isGood: (link: Link) => boolean,
): { comparer: Comparer; vouching: boolean } {
  const comparer = new Comparer(database);
  let vouching = false;
  database.exec('begin');
  for (const row of database.prepare('select * from journal order by sequence').iterate()) {
    const link = { ...row } as unknown as Link;
    if (!isGood(link)) break;
    comparer.add(link);
    vouching ||= link.what !== TAKEN_OVER && link.details.includes('"rows":[');
  }
  database.exec('commit');
  return { comparer, vouching };
}

/** What acts by itself whenever something is written; no release of this house made any. */
function refuseTriggers(database: DatabaseSync, file: string): void {
  const found = database
    .prepare("select type, name from sqlite_master where type in ('trigger', 'view')")
    .get();
  if (found === undefined) return;
  throw new RapError('LEDGER_CHANGED', `${file} holds the ${found.type} "${found.name}", which is not ours`, {
    subject: 'ledger',
    details: { where: file },
  });
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

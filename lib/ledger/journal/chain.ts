/**
 * The chain of the journal, as a pure rule: each record's hash covers the record and the hash before it. With a
 * key the hash is an HMAC, so that nobody without the key can compute a chain that looks right. Whoever has the
 * key could still cut the end off or build the whole chain anew: that shows against a head known from elsewhere,
 * such as the one in yesterday's digest.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Tables } from '../tables.ts';
import type { JournalHead } from '../types.ts';

export type Link = Tables['journal'];

/** What a record says that begins a new key because the one before was lost. */
export const KEY_REPLACED = 'journal key replaced';

/** Marks the hashes that were made with a key. */
const KEYED = 'hmac:';

export const EMPTY: JournalHead = { count: 0, head: '' };

/** The hash of a record: 64 hex digits, with "hmac:" in front when a key was used. */
export function hashOf(record: Omit<Link, 'hash'>, key?: Uint8Array): string {
  const text = canonical(record);
  if (key === undefined) return createHash('sha256').update(text).digest('hex');
  return KEYED + createHmac('sha256', key).update(text).digest('hex');
}

export function isKeyed(hash: string): boolean {
  return hash.startsWith(KEYED);
}

/** The text that is hashed: names in order, so that it does not depend on who built the object. */
function canonical({ at, details, previous, sequence, what, who, why }: Omit<Link, 'hash'>): string {
  return JSON.stringify({ at, details, previous, sequence, what, who, why });
}

export interface Verification extends JournalHead {
  /** Number of the first record that does not fit, or of the first that is missing. */
  brokenAt?: number;
  problem?: string;
  /** So many records were made with a key that was lost, or with none: whoever can write to the ledger could write them. */
  unproved?: number;
}

/**
 * Follows the chain over further records.
 * @param sound the part that was found sound so far
 * @param anchors heads known from elsewhere; when its record comes by, it must have that hash
 * @param provedFrom number of the record that began the present key
 */
export function follow(
  sound: Verification,
  links: readonly Link[],
  key?: Uint8Array,
  anchors: readonly JournalHead[] = [],
  provedFrom = 1,
): Verification {
  let { count, head } = sound;
  let unproved = sound.unproved ?? 0;
  for (const { hash, ...record } of links) {
    const lost = isKeyed(hash) && record.sequence < provedFrom;
    const problem = problemOf({ count, head }, record, hash, key, lost);
    if (problem !== undefined) return { count, head, brokenAt: count + 1, problem };
    // Nobody vouches for a record without a key: whoever can write to the ledger can write such ones anew.
    if (lost || (key !== undefined && !isKeyed(hash))) unproved++;
    if (anchors.some((anchor) => anchor.count === record.sequence && anchor.head !== hash)) {
      return {
        count,
        head,
        brokenAt: record.sequence,
        problem: 'the record is not the one known from elsewhere',
      };
    }
    count++;
    head = hash;
  }
  return { count, head, ...(unproved === 0 ? {} : { unproved }) };
}

/** What the end of the chain says: records that are known from elsewhere must be there. */
export function finish(sound: Verification, anchor: JournalHead = EMPTY): Verification {
  if (sound.brokenAt !== undefined || sound.count >= anchor.count) return sound;
  const problem = `${anchor.count - sound.count} records at the end are missing`;
  return { ...sound, brokenAt: sound.count + 1, problem };
}

function problemOf(
  { count, head }: JournalHead,
  record: Omit<Link, 'hash'>,
  hash: string,
  key: Uint8Array | undefined,
  lost: boolean,
): string | undefined {
  if (record.sequence !== count + 1) return 'a record is missing or out of place';
  if (record.previous !== head) return 'the record does not follow the one before it';
  if (isKeyed(hash) && key === undefined) return 'the record was made with a key that is not here';
  if (!isKeyed(hash) && isKeyed(head)) return 'the record was made without the key';
  if (lost || hashOf(record, isKeyed(hash) ? key : undefined) === hash) return undefined;
  return isKeyed(hash) ? 'the record was changed, or made with another key' : 'the record was changed';
}

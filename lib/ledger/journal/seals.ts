/**
 * The seal of a ledger: how far its journal had come and where it stood then. It lies beside the ledger and, a moment
 * later, also in it. With a key nobody else can make one; and because a seal never goes back, one of an earlier moment
 * that was put in the place of a later one is found.
 */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { JournalHead } from '../types.ts';

export interface Seal {
  /** The ledger's name. */
  ledger: string;
  /** How far its journal had come when the seal was written; it can only be further now. */
  journal: JournalHead;
  /** Where it stood (see recorded-state.ts); undefined in a seal of an older release. */
  state?: string | undefined;
  /** Made with the key of the journal, where there is one. */
  mac?: string | undefined;
}

export const sealSchema = z.object({
  ledger: z.string(),
  journal: z.object({ count: z.number(), head: z.string() }).default({ count: 0, head: '' }),
  state: z.string().optional(),
  mac: z.string().optional(),
});

/** The property of a ledger under which it holds its own seal. */
export const SEALED = 'sealed';
/** The property by which a copy is known, which lies somewhere without a seal beside it. */
export const COPIED = 'copied';

export function makeSeal(
  of: { ledger: string; journal: JournalHead; state: string },
  key?: Uint8Array,
): Seal {
  return key === undefined ? of : { ...of, mac: macOf(of, key) };
}

function macOf({ ledger, journal: { count, head }, state = '' }: Seal, key: Uint8Array): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(['seal', ledger, count, head, state]))
    .digest('hex');
}

/** Was it made with this key? */
function isOfKey(seal: Seal, key: Uint8Array): boolean {
  return seal.mac === macOf(seal, key);
}

/** What is known of a ledger when its seals are looked at. */
export interface Sealed {
  name: string;
  /** Beside the ledger, and in it. */
  seal: Seal | undefined;
  inside: Seal | undefined;
  /** Records in the journal. */
  count: number;
  /** The hash of a record, undefined when there is no such record. */
  hashOf(sequence: number): string | undefined;
  /** The key, when the last record was made with it. */
  key: Uint8Array | undefined;
  /** Are there records that vouch for rows? Older releases wrote none. */
  vouching: boolean;
  /** Other homes seal it, too: what lies in it may be of a later moment than the seal of this home. */
  shared?: boolean;
}

/** What is wrong with the seals of a ledger, as the end of a sentence. */
export function sealProblem(sealed: Sealed): string | undefined {
  const { seal, inside, name, count } = sealed;
  if (seal === undefined) {
    return count > 0 || inside !== undefined ? 'has lost its seal' : undefined;
  }
  return seal.ledger === name ? problemWith(seal, sealed) : 'is not the ledger that belongs to this folder';
}

function problemWith(
  seal: Seal,
  { inside, key, count, hashOf, vouching, shared = false }: Sealed,
): string | undefined {
  const older = 'is older than it was, or its journal was changed: it does not fit its seal';
  for (const { journal } of inside === undefined ? [seal] : [seal, inside]) {
    if (journal.count > 0 && hashOf(journal.count) !== journal.head) return older;
  }
  if (key !== undefined) {
    for (const one of [seal, inside]) {
      if (one?.mac !== undefined && !isOfKey(one, key)) return 'has a seal that was not made with its key';
    }
    const needed = seal.state !== undefined || inside?.mac !== undefined || vouching;
    if (seal.mac === undefined && needed) return 'has a seal that was made without its key';
  }
  const replaced = 'has a seal of an earlier moment';
  if (seal.state === undefined && (inside !== undefined || vouching)) return replaced;
  if (inside !== undefined) {
    return inside.journal.count > seal.journal.count && !shared ? replaced : undefined;
  }
  // The first seal is written before the ledger holds it; nothing comes between.
  return seal.state !== undefined && seal.journal.count !== count ? replaced : undefined;
}

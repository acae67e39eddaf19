/**
 * What is known of the weather at a moment: plain data, so that it can be stored and read again after a restart.
 * `decide` judges it; `watch.ts` builds it from the feeds; a person adds words. Moments are epoch ms.
 */
import type { Reason } from './reasons/reason.ts';
import type { Spell } from './signals.ts';
import type { OperatorStatement, SourceName } from './statements.ts';

/** A spell as far as it is known. */
export interface KnownSpell extends Spell {
  /**
   * Seen in force up to here and not seen cancelled. Absent on a spell that is given whole: there a missing
   * `cancelled` means "still in force".
   */
  knownTo?: number;
  /** When a feed first showed it; absent on a spell that is given. */
  seenAt?: number;
  /** The second source that alone shows it. */
  disputed?: SourceName;
}

/** Time during which no trigger could come and go unseen, both ends included. */
export interface Period {
  from: number;
  to: number;
}

/** What is wrong with a source now. */
export interface Trouble {
  source: SourceName;
  since: number;
  reason: Reason;
  /** It answered, but what it says cannot be understood: worse than silence. */
  odd: boolean;
}

export interface Notice {
  source: SourceName;
  text: Reason;
}

/** A press release that may declare Extreme Conditions. A person must confirm it. */
export interface PossibleExtreme {
  title: string;
  link: string;
  seenAt: number;
}

export interface Evidence {
  spells: readonly KnownSpell[];
  /** Ascending, apart from each other. */
  watched: readonly Period[];
  words: readonly OperatorStatement[];
  troubles: readonly Trouble[];
  /** Warnings worth a look that stop nothing: a pre-No. 8 announcement, a Red Rainstorm Warning. */
  notices: readonly Notice[];
  possibleExtreme: readonly PossibleExtreme[];
  /** Last good answer of the press feed; absent when it is not asked. */
  pressAt?: number;
  /** The time that the hourly weather report bears; absent when it is not asked. */
  heartbeatAt?: number;
}

export const noEvidence: Evidence = {
  spells: [],
  watched: [],
  words: [],
  troubles: [],
  notices: [],
  possibleExtreme: [],
};

/** Evidence of a day whose signals are wholly known, as from a table: nothing is missing, before or after. */
export function wholeDay(spells: readonly Spell[]): Evidence {
  return { ...noEvidence, spells, watched: [{ from: 0, to: Number.MAX_SAFE_INTEGER }] };
}

/** Adds what a person says. Words are only ever added. */
export function addStatement(evidence: Evidence, word: OperatorStatement): Evidence {
  return { ...evidence, words: [...evidence.words, word].sort((a, b) => a.at - b.at) };
}

/** What is known of the files of each expectation: listed, refused, held, filed. */

import type { DataCentre } from '../../model/types.ts';
import type { IsoDate } from '../../time/hong-kong.ts';
import type { Second } from '../../time/seconds.ts';
import type { Belonging } from './belonging.ts';
import type { Fact, Rule, Trace } from './types.ts';

/** How long a file that was listed counts as coming, seconds (ours): a download may take so long. */
const COMING_FOR = 600;

interface Sighting {
  at: Second;
  centre: DataCentre;
}

interface HalfFacts {
  /** Each content once, with the second at which it was first held. */
  contents: { at: Second; sha256: string }[];
  /** Content of the copy received last. */
  last: string;
  filed: Set<string>;
  listed: Sighting[];
  refused: (Sighting & { code: string })[];
}

/** The copies of one report, set and business date. */
export class Copies {
  readonly #halves = new Map<string, HalfFacts>();

  half(name: string): HalfFacts {
    const found = this.#halves.get(name) ?? {
      contents: [],
      last: '',
      filed: new Set(),
      listed: [],
      refused: [],
    };
    this.#halves.set(name, found);
    return found;
  }

  isHeld(half: string, at: Second): boolean {
    const first = this.#halves.get(half)?.contents[0];
    return first !== undefined && first.at <= at;
  }

  /** The second from which every half is held; Infinity when it never was. */
  completeAt(halves: readonly string[]): Second {
    return Math.max(...halves.map((half) => this.#halves.get(half)?.contents[0]?.at ?? Infinity));
  }

  /** The seconds at which edition 2, 3, .. was first seen: so many contents of one half. */
  editionsAt(halves: readonly string[]): Second[] {
    const contents = halves.map((half) => this.#halves.get(half)?.contents ?? []);
    const most = Math.max(...contents.map((one) => one.length));
    return Array.from({ length: Math.max(0, most - 1) }, (_, index) =>
      Math.min(...contents.map((one) => one[index + 1]?.at ?? Infinity)),
    );
  }

  /** Does the last copy of every half lie on the share? */
  areFiled(halves: readonly string[]): boolean {
    return halves.every((name) => {
      const half = this.#halves.get(name);
      return half?.filed.has(half.last) === true;
    });
  }

  /** What is known of the halves that are not held at a moment. */
  traces(halves: readonly string[], at: Second): Trace[] {
    const lacking = halves.filter((name) => !this.isHeld(name, at));
    return lacking.map((half) => {
      const { listed = [], refused = [] } = this.#halves.get(half) ?? {};
      const [seen, quarantined] = [listed.at(-1), refused.at(-1)];
      return {
        half,
        ...(seen === undefined ? {} : { seen }),
        ...(quarantined === undefined ? {} : { quarantined }),
      };
    });
  }

  /** Does a look at a data centre at a second prove that something is absent: neither held nor coming? */
  lacksAt(halves: readonly string[], centre: DataCentre, at: Second): boolean {
    return halves.some((half) => !this.isHeld(half, at) && !this.#isComing(half, centre, at));
  }

  #isComing(name: string, centre: DataCentre, at: Second): boolean {
    const half = this.#halves.get(name);
    const listed = half?.listed.findLast((one) => one.centre === centre && one.at <= at);
    if (half === undefined || listed === undefined || at - listed.at > COMING_FOR) return false;
    return !half.refused.some((one) => one.at >= listed.at && one.at <= at);
  }
}

/** The copies of all expectations, by report, set and business date. */
export class AllCopies {
  readonly #copies = new Map<string, Copies>();
  /** The sets that came by a rule for a date, in the order in which they came. */
  readonly #sets = new Map<Rule, Map<IsoDate, Set<string>>>();

  /** @param practice the copies of the practice session instead of production's */
  constructor(
    facts: readonly Fact[],
    belongs: (path: string) => Belonging | undefined,
    until: Second,
    practice: boolean,
  ) {
    for (const fact of facts) {
      if (fact.at > until) break;
      if (!('path' in fact) || (fact.practice === true) !== practice) continue;
      const place = belongs(fact.path);
      if (place === undefined) continue;
      const { rule, set, businessDate, half } = place;
      take(this.of(rule.report, set, businessDate).half(half), fact);
      if (fact.fact === 'received') this.#cameBy(rule, businessDate).add(set);
    }
  }

  of(report: string, set: string, businessDate: IsoDate): Copies {
    const key = JSON.stringify([report, set, businessDate]);
    const found = this.#copies.get(key) ?? new Copies();
    this.#copies.set(key, found);
    return found;
  }

  #cameBy(rule: Rule, businessDate: IsoDate): Set<string> {
    const byDate = this.#sets.get(rule) ?? new Map<IsoDate, Set<string>>();
    this.#sets.set(rule, byDate);
    const sets = byDate.get(businessDate) ?? new Set<string>();
    byDate.set(businessDate, sets);
    return sets;
  }

  /** The sets of which a sound copy came for a date, told by the rule that took them. */
  setsThatCame(rule: Rule, businessDate: IsoDate): readonly string[] {
    return [...(this.#sets.get(rule)?.get(businessDate) ?? [])];
  }
}

function take(half: HalfFacts, fact: Extract<Fact, { path: string }>): void {
  switch (fact.fact) {
    case 'received':
      if (!half.contents.some((one) => one.sha256 === fact.sha256)) {
        half.contents.push({ at: fact.at, sha256: fact.sha256 });
      }
      half.last = fact.sha256;
      return;
    case 'filed':
      half.filed.add(fact.sha256);
      return;
    case 'listed':
      half.listed.push({ at: fact.at, centre: fact.centre });
      return;
    case 'refused':
      half.refused.push({ at: fact.at, centre: fact.centre, code: fact.code });
  }
}

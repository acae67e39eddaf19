/**
 * How hosts share their work, as a pure rule. What belongs together - the accounts that the runs of one schedule log in,
 * and that schedule - is a group, and moves as one. Each host decides for itself by what the ledger says of all.
 */

export interface SharedGroup {
  /** The same on every host. */
  key: string;
  /** How many accounts are in it. One without accounts is taken by whoever comes first, and is not moved for balance. */
  weight: number;
  /** Who has it; '' when it is free, undefined when several have parts of it, as where the flows of two hosts differ. */
  holder: string | undefined;
  /** For whom the one before gave it back; '' for anybody. */
  givenTo: string;
  /** Who asks for it; '' when nobody does. */
  wantedBy: string;
  /** Since when its holder has it, milliseconds. */
  since: number;
  /** Nobody is at work on it. Only known of one's own. */
  quiet: boolean;
}

export interface Standing {
  me: string;
  /** Who is alive and fit to work, in any order. */
  hosts: readonly string[];
  groups: readonly SharedGroup[];
  /** In the time of `since`, milliseconds. */
  now: number;
  /** So long a group stays where it is before it is moved for balance, milliseconds. */
  rest: number;
}

export interface Plan {
  /** Groups to claim, in this order. */
  claim: string[];
  /** The one group to give away now. */
  give?: { key: string; to: string };
}

/**
 * What a host does next. Free groups are claimed up to an equal share of all accounts; whenever one is free, some host is
 * below its share, so none stays free. One group at a time is given away, only when nobody is at work on it: to who asks
 * for it, else to the host with the fewest accounts if that makes the two more equal and the group has rested. The sum of
 * the squares of all loads falls with each such move, so moving comes to an end.
 */
export function planShare({ me, hosts, groups, now, rest }: Standing): Plan {
  if (!hosts.includes(me)) return { claim: [] };
  const load = new Map(hosts.map((host) => [host, 0]));
  for (const { holder, weight } of groups)
    if (holder !== undefined && load.has(holder)) load.set(holder, (load.get(holder) ?? 0) + weight);
  const all = groups.reduce((sum, { weight }) => sum + weight, 0);
  const share = all / hosts.length;
  let own = load.get(me) ?? 0;
  const claim: string[] = [];
  const free = groups
    .filter(({ holder }) => holder === '')
    .sort((a, b) => b.weight - a.weight || order(a, b));
  for (const { key, weight, givenTo } of free) {
    const mine = givenTo === me;
    if (!mine && givenTo !== '' && hosts.includes(givenTo)) continue;
    if (!mine && weight > 0 && own >= share) continue;
    claim.push(key);
    own += weight;
  }
  const give = claim.length > 0 ? undefined : giveAway(me, hosts, groups, load, now - rest);
  return give === undefined ? { claim } : { claim, give };
}

function giveAway(
  me: string,
  hosts: readonly string[],
  groups: readonly SharedGroup[],
  load: ReadonlyMap<string, number>,
  restedBy: number,
): Plan['give'] {
  const mine = groups.filter(({ holder, quiet }) => holder === me && quiet).sort(order);
  const wanted = mine.find(({ wantedBy }) => wantedBy !== me && hosts.includes(wantedBy));
  if (wanted !== undefined) return { key: wanted.key, to: wanted.wantedBy };
  // What is free is claimed first: only then is known who has how much.
  if (groups.some(({ holder, weight }) => holder === '' && weight > 0)) return undefined;
  const [to] = [...hosts].sort((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0) || (a < b ? -1 : 1));
  if (to === undefined || to === me) return undefined;
  const difference = (load.get(me) ?? 0) - (load.get(to) ?? 0);
  const fit = mine.filter(({ weight, since }) => weight > 0 && weight < difference && since <= restedBy);
  const [best] = fit.sort(
    (a, b) => Math.abs(difference - 2 * a.weight) - Math.abs(difference - 2 * b.weight),
  );
  return best && { key: best.key, to };
}

function order(a: SharedGroup, b: SharedGroup): number {
  return a.key < b.key ? -1 : 1;
}

/** A clock may differ so much from the database's, milliseconds. */
export const CLOCK_MS = 60_000;

/**
 * Is the clock of a host wrong? By more than a minute, against the database and a further host that agrees with it.
 * Where nobody agrees with the database its own clock may be the wrong one, and work goes on.
 * @param own what the host's clock is ahead of the database's, milliseconds
 * @param others the same of the other hosts that are alive
 */
export function isClockOdd(own: number, others: readonly number[]): boolean {
  return Math.abs(own) > CLOCK_MS && others.some((other) => Math.abs(other) <= CLOCK_MS);
}

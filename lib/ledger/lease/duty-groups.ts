/** Duties that belong together, as a pure rule. */
import { type Duty, dutyKey } from './duties.ts';
import type { DutyGroup } from './duty-keeper.ts';

/**
 * Puts lists that have a duty in common together, however many there are between them.
 * @param lists the duties of one list move together
 * @returns groups in the order of their keys, the same on every host that has the same flows
 */
export function groupsOf(lists: readonly (readonly Duty[])[]): DutyGroup[] {
  const group = new Map<string, Map<string, Duty>>();
  for (const list of lists) {
    const together = new Map<string, Duty>();
    for (const duty of list) {
      for (const [key, one] of group.get(dutyKey(duty)) ?? [[dutyKey(duty), duty] as const])
        together.set(key, one);
    }
    for (const key of together.keys()) group.set(key, together);
  }
  return [...new Set(group.values())]
    .map((together) => {
      const keys = [...together.keys()].sort();
      const duties = keys.flatMap((key) => together.get(key) ?? []);
      const weight = duties.filter(({ kind }) => kind === 'account').length;
      return { key: keys[0] ?? '', duties, weight };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

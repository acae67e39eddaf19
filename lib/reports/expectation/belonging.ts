/**
 * To which expectation a file belongs: identity is report, set, half and business date, told from the name (and for
 * names without a date from the day folder). Folder, data centre and time of arrival do not matter.
 */
import type { IsoDate } from '../../time/hong-kong.ts';
import { dayNumber } from '../../time/seconds.ts';
import type { Rule } from './types.ts';

/** A file's place: the rule that takes it, and which half of which set and date it is. */
export interface Belonging {
  rule: Rule;
  set: string;
  businessDate: IsoDate;
  half: string;
}

/** All versions of one report and set, in the order of the rules. */
export interface RuleGroup {
  report: string;
  set: string;
  versions: readonly Rule[];
}

/** Groups the rules by report and set, in the order in which each is first named. */
export function groupRules(rules: readonly Rule[]): RuleGroup[] {
  const groups = new Map<string, { report: string; set: string; versions: Rule[] }>();
  for (const rule of rules) {
    const { report, set } = rule;
    const key = JSON.stringify([report, set]);
    const group = groups.get(key) ?? { report, set, versions: [] };
    group.versions.push(rule);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The version in force for a business date: of the valid ones that with the latest validFrom. */
export function versionFor(versions: readonly Rule[], date: IsoDate): Rule | undefined {
  let found: Rule | undefined;
  for (const rule of versions) {
    if ((rule.validFrom ?? date) > date || (rule.validUntil ?? date) < date) continue;
    if (found === undefined || (rule.validFrom ?? '') > (found.validFrom ?? '')) found = rule;
  }
  return found;
}

/** Finds the place of files by their paths; every path is worked out once. */
export function belonging(
  rules: readonly Rule[],
  participant: string,
): (path: string) => Belonging | undefined {
  const groups = groupRules(rules);
  const groupOf = new Map(groups.flatMap((group) => group.versions.map((rule) => [rule, group] as const)));
  const isEvent = (rule: Rule) => rule.frequency === 'event';
  const inTurn = [...rules.filter((rule) => !isEvent(rule)), ...rules.filter(isEvent)];
  const known = new Map<string, Belonging | undefined>();

  const inForce = (rule: Rule, date: IsoDate) => versionFor(groupOf.get(rule)?.versions ?? [], date) === rule;
  /** Has another rule of the report this set as its own on that date? */
  const isTaken = (rule: Rule, set: string, date: IsoDate) =>
    groups.some(
      (group) =>
        group.report === rule.report &&
        !group.versions.includes(rule) &&
        alike(group.set, set) &&
        versionFor(group.versions, date) !== undefined,
    );

  const find = (path: string): Belonging | undefined => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    for (const rule of inTurn) {
      const match = rule.name.exec(name);
      if (match === null) continue;
      const groupsOfName = match.groups ?? {};
      if (groupsOfName.participant !== undefined && !alike(groupsOfName.participant, participant)) continue;
      const half = halfOf(rule, groupsOfName.half);
      const date = 'date' in groupsOfName ? realDate(groupsOfName.date ?? '') : dateOfFolder(path);
      if (half === undefined || date === undefined || !inForce(rule, date)) continue;
      const set = groupsOfName.set;
      if (set === undefined) return { rule, set: rule.set, businessDate: date, half };
      if (isEvent(rule) ? isTaken(rule, set, date) : !alike(set, rule.set)) continue;
      return { rule, set: isEvent(rule) ? set : rule.set, businessDate: date, half };
    }
    return undefined;
  };

  return (path) => {
    if (!known.has(path)) known.set(path, find(path));
    return known.get(path);
  };
}

/** Names are matched whatever their case, and so are the parts of them. */
function alike(one: string, other: string): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase();
}

function halfOf({ halves }: Rule, text: string | undefined): string | undefined {
  return halves[0] === '' ? '' : halves.find((half) => text !== undefined && alike(half, text));
}

/** 'YYYYMMDD' or 'yymmdd' (of this century) as a date; undefined when there is no such day. */
export function realDate(digits: string): IsoDate | undefined {
  const eight = digits.length === 6 ? `20${digits}` : digits;
  const date = `${eight.slice(0, 4)}-${eight.slice(4, 6)}-${eight.slice(6)}`;
  return dayNumber(date) === undefined ? undefined : date;
}

/** The date of the innermost folder of eight digits. */
export function dateOfFolder(path: string): IsoDate | undefined {
  const folders = path.split('/').slice(0, -1);
  return realDate(folders.findLast((folder) => /^\d{8}$/.test(folder)) ?? '');
}

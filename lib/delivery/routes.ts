/** Where a report goes. */
import path from 'node:path';
import { RapError } from '../errors/rap-error.ts';
import { placeKey } from '../files/same-place.ts';
import type { ReceivedReport } from '../model/types.ts';
import { type Host, refuseLength, thisHost } from './path-policy.ts';
import { fitsOne } from './pattern.ts';
import { patternsOf, type RouteRule, wordPatternsOf } from './rules.ts';
import {
  expandTemplate,
  ownFolder,
  ownTop,
  parseTemplate,
  type RouteContext,
  refuseTop,
  type Surroundings,
} from './template.ts';

export type { RouteContext } from './template.ts';

/** Where one copy goes. */
export interface Target {
  folder: string;
  /** The operator's own folder at the top of it: what fails there usually fails for all reports. */
  destination: string;
}

/**
 * The targets of all rules that match the report, in the order of the rules, each folder once. None means that no
 * rule matches: the report stays in the landing folder and somebody must add a rule.
 * @throws RapError ROUTE_INVALID (also for a folder this system cannot serve), NAME_REFUSED (a value of the report
 * is not safe in a path, or the path is too long)
 */
export function targetsFor(
  report: ReceivedReport,
  rules: readonly RouteRule[],
  context: RouteContext,
  host: Host = thisHost(context.home),
): Target[] {
  const targets = rules.flatMap((rule, index) => targetOf(report, rule, `rule ${index + 1}`, context, host));
  const firstAt = (of: keyof Target, place: string) =>
    targets.findIndex((one) => placeKey(one[of]) === placeKey(place));
  return targets.flatMap(({ folder, destination }, at) =>
    // What fails in one place is one fault, however the rules write it.
    firstAt('folder', folder) === at
      ? { folder, destination: targets[firstAt('destination', destination)]?.destination ?? destination }
      : [],
  );
}

/**
 * The target of one rule, if it matches.
 * @param name of the rule, for errors: "rule 2"
 * @throws RapError as targetsFor
 */
export function targetOf(
  report: ReceivedReport,
  rule: RouteRule,
  name: string,
  context: RouteContext,
  host: Host = thisHost(context.home),
): Target[] {
  if (!fitsRule(rule, report)) return [];
  const place = `${name}: share`;
  const template = parseTemplate(rule.share, place);
  const top = ownTop(template, context, place);
  const reason = refuseTop(top, host);
  if (reason !== undefined) throw new RapError('ROUTE_INVALID', `${place} "${top}" ${reason}`);
  const folder = path.resolve(expandTemplate(template, report, context, place));
  refuseLong(report, folder, place, host);
  return [{ folder, destination: path.resolve(top) }];
}

/**
 * The operator's own folders of the rules, whatever report comes; see Target.
 * @throws RapError ROUTE_INVALID when a variable is missing
 */
export function destinationsOf(rules: readonly RouteRule[], context: Surroundings): string[] {
  return rules.map(({ share }, index) => {
    const place = `rule ${index + 1}: share`;
    return ownFolder(parseTemplate(share, place), context, place);
  });
}

function refuseLong(report: ReceivedReport, folder: string, place: string, host: Host): void {
  const file = path.join(folder, report.name);
  const length = refuseLength(file, host);
  if (length === undefined) return;
  throw new RapError('NAME_REFUSED', `${place}: ${file} ${length}`, {
    cure: 'Shorten the share folder of the rule.',
  });
}

/** Does a report fit the cells of a rule that say which reports it is for? */
export function fitsRule(
  rule: Omit<RouteRule, 'share'>,
  report: Pick<ReceivedReport, 'system' | 'code' | 'folder'>,
): boolean {
  const systems = wordPatternsOf(rule.system).map((one) => one.toLowerCase());
  return (
    (systems.length === 0 || systems.includes(report.system.toLowerCase())) &&
    fitsOne(wordPatternsOf(rule.code), report.code, { nocase: true }) &&
    fitsOne(patternsOf(rule.folder).map(relative), relative(report.folder))
  );
}

/** People write "INBOX/**" and "/INBOX/**" and mean the same. */
function relative(folder: string): string {
  return folder.replace(/^\/+/, '').replace(/\/+$/, '');
}

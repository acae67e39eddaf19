/** Where a report goes. */
import path from 'node:path';
import picomatch from 'picomatch';
import type { ReceivedReport } from '../words/types.ts';
import type { RouteRule } from './rules.ts';
import { expandTemplate, parseTemplate, type RouteContext } from './template.ts';

export type { RouteContext } from './template.ts';

/**
 * The folders of all rules that match the report, in the order of the rules, each once. None means that no rule
 * matches: the report stays in the landing folder and somebody must add a rule.
 * @throws RapError ROUTE_INVALID, NAME_REFUSED (a value of the report is not safe in a path)
 */
export function routesFor(
  report: ReceivedReport,
  rules: readonly RouteRule[],
  context: RouteContext,
): string[] {
  const folders = rules.flatMap((rule, index) => {
    if (!matches(rule, report)) return [];
    const place = `rule ${index + 1}: share`;
    return [path.resolve(expandTemplate(parseTemplate(rule.share, place), report, context, place))];
  });
  return [...new Set(folders)];
}

function matches(rule: RouteRule, report: ReceivedReport): boolean {
  return (
    (rule.system === '' || rule.system.toLowerCase() === report.system.toLowerCase()) &&
    (rule.code === '' || glob(rule.code, { nocase: true })(report.code)) &&
    (rule.folder === '' || glob(relative(rule.folder))(relative(report.folder)))
  );
}

function glob(pattern: string, options: picomatch.PicomatchOptions = {}): picomatch.Matcher {
  // Remote names use slashes whatever system this runs on.
  return picomatch(pattern, { dot: true, windows: false, ...options });
}

/** People write "INBOX/**" and "/INBOX/**" and mean the same. */
function relative(folder: string): string {
  return folder.replace(/^\/+/, '').replace(/\/+$/, '');
}

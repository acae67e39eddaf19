/**
 * Reports that come in two halves. RMAMR03 is published as two zips, one control and one data; that their names end
 * in _CTL and _DAT is invented, like the whole shape of those names (see catalogue.ts).
 */
import type { Report } from '../model/types.ts';

const OTHER: Readonly<Record<string, string>> = { CTL: 'DAT', DAT: 'CTL' };

/**
 * The path at which the other half of a report belongs, or undefined for one that is whole by itself.
 * @param sequence as the catalogue gives it: '1-CTL', 'DAT'
 */
export function otherHalf({
  path,
  name,
  sequence,
}: Pick<Report, 'path' | 'name' | 'sequence'>): string | undefined {
  const half = /(?:^|-)(CTL|DAT)$/.exec(sequence)?.[1];
  const other = half === undefined ? undefined : OTHER[half];
  if (other === undefined) return undefined;
  const folder = path.slice(0, path.length - name.length);
  return folder + name.replace(new RegExp(`_${half}(?=\\.[^.]*$)`, 'i'), `_${other}`);
}

/** Paths of the other halves that are not among the reports, each once and in order. */
export function missingHalves(reports: readonly Report[]): string[] {
  const there = new Set(reports.map(({ path }) => path));
  const others = reports.map(otherHalf).filter((path) => path !== undefined);
  return [...new Set(others)].filter((path) => !there.has(path)).sort();
}

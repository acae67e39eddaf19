/** Is a file as its reports usually are? Rows and columns against the last arrivals of the same report. Pure. */
import type { ReportShape } from '../../model/findings.ts';
import type { Finding, Warning } from './finding.ts';

/** With so many of the last arrivals a report is compared; ours. */
export const LAST_ARRIVALS = 10;
/** With fewer nobody can say what is usual; ours. */
const LEAST = 3;
/** From so many on the smallest and the largest are left out: one odd day makes nothing usual. Ours. */
const WITHOUT_OUTLIERS = 5;
/** What was met in so many arrivals without exception is the form of the report; ours. */
const ITS_FORM = 2;

/**
 * Adds what is unusual, and takes away what is odd of form alone and was so in all arrivals before.
 * @param earlier the last arrivals of the same report and set, the newest first
 * @param jump per cent beyond the usual range from which a number of rows is told; 0 for none
 */
export function comparedWith(finding: Finding, earlier: readonly ReportShape[], jump: number): Finding {
  const { shape, warnings } = finding;
  if (shape === undefined) return finding;
  const odd = warnings.filter(({ certainty }) => certainty === 'usual').map(keyOf);
  const kept = warnings.filter(
    (warning) =>
      warning.certainty !== 'usual' ||
      earlier.length < ITS_FORM ||
      !earlier.every((one) => one.odd?.includes(keyOf(warning)) === true),
  );
  const unusual = jump > 0 ? rowWarnings(shape, earlier, jump / 100) : [];
  return {
    ...finding,
    warnings: [...kept, ...columnWarnings(shape, earlier[0]), ...unusual],
    shape: { ...shape, ...(odd.length === 0 ? {} : { odd }) },
  };
}

function keyOf({ rule, field }: Warning): string {
  return `${rule} ${field}`.trimEnd();
}

function columnWarnings({ head }: ReportShape, before: ReportShape | undefined): Warning[] {
  if (head === undefined || before?.head === undefined || head.hash === before.head.hash) return [];
  const { columns } = before.head;
  const reason =
    columns === head.columns
      ? 'its columns are not those of the last time'
      : `it has ${head.columns} columns, the last time there were ${columns}`;
  return [{ rule: 'other-columns', certainty: 'usual', record: 1, field: '', reason }];
}

function rowWarnings({ rows }: ReportShape, earlier: readonly ReportShape[], jump: number): Warning[] {
  if (earlier.length < LEAST) return [];
  const kinds = [...new Set(earlier.flatMap((one) => Object.keys(one.rows)))].sort();
  return kinds.flatMap((kind) => {
    const before = earlier.map((one) => one.rows[kind] ?? 0).sort((a, b) => a - b);
    const [least = 0, ...others] = before.length < WITHOUT_OUTLIERS ? before : before.slice(1, -1);
    const most = others.at(-1) ?? least;
    const found = rows[kind] ?? 0;
    if (found >= least - slack(least, jump) && found <= most + slack(most, jump)) return [];
    const usual = least === most ? `${least} are usual` : `${least} to ${most} are usual`;
    const reason = `it has ${found} rows, ${usual}`;
    const rule = found < least ? 'fewer-rows' : 'more-rows';
    return [{ rule, certainty: 'usual', record: null, field: kind, reason, rows: { found, least, most } }];
  });
}

/** Small numbers swing more than large ones: at least twice the root of what is usual. */
function slack(rows: number, jump: number): number {
  return Math.max(rows * jump, 2 * Math.sqrt(rows));
}

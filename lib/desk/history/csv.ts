/** A list of reports for spreadsheets. */
import type { ListedReport } from '../../ledger/ledger.ts';
import { hongKongStamp } from '../../time/hong-kong.ts';

const HEAD = [
  ...['account', 'business date', 'system', 'code', 'set', 'name', 'path', 'bytes', 'received', 'amended'],
  ...['on every share', 'look inside', 'files'],
];

/** With it, Excel reads UTF-8 as such. */
const BOM = '\uFEFF';

/**
 * A cell that no spreadsheet takes for a formula: names come from a server, and one that begins with "=" would be
 * computed by whoever opens the file.
 */
export function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[\s\u0000]*[=+\-@＝＋－＠\t\r\n]/.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}

/** @param notes what a reader must know first, and once more at the end: a row each, above and below all others */
export function csvOf(reports: readonly ListedReport[], notes: readonly string[] = []): string {
  const rows = reports.map((one) =>
    [
      ...[one.account, one.businessDate, one.system, one.code, one.sequence, one.name, one.path, one.bytes],
      ...[hongKongStamp(one.receivedAt), one.amended ? 'yes' : 'no'],
      one.routedAt === null ? 'no' : hongKongStamp(one.routedAt),
      one.inside,
      one.places
        .map(({ file, state }) => (state === 'there' || state === '' ? file : `${file} (${state})`))
        .join('; '),
    ]
      .map(cell)
      .join(','),
  );
  const told = notes.map(cell);
  return `${BOM}${[...told, HEAD.map(cell).join(','), ...rows, ...told].join('\r\n')}\r\n`;
}

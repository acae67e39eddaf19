/** Tables as spreadsheets and people write them: which character separates, and the cells of a line (RFC 4180). */

/** The usual ones first; the last two are what a Chinese keyboard has on the keys of "," and ";". */
const SEPARATORS = [',', ';', '\t', '|', '，', '；'] as const;

/** The line with which Excel is told what separates: "sep=;". Undefined for any other line. */
export function declaredSeparator(line: string): string | undefined {
  return /^"?sep=(.)"?[,;\t]*$/i.exec(line)?.[1];
}

/** The separator with which a line has all the columns wanted, if any has. */
export function separatorOf(line: string, wanted: readonly string[]): string | undefined {
  return SEPARATORS.find((one) => {
    const found = cellsOf(line, one)?.map((cell) => tidy(cell).toLowerCase()) ?? [];
    return wanted.every((column) => found.includes(column));
  });
}

/**
 * The cells of one line, without quotes and blanks around them.
 * @returns undefined when a quote is not closed on the line, or something follows one that is
 */
export function cellsOf(line: string, separator: string): string[] | undefined {
  const cells: string[] = [];
  for (let rest = line; ; ) {
    const quoted = /^ *"((?:[^"]|"")*)"/.exec(rest);
    const end = rest.indexOf(separator, quoted?.[0].length ?? 0);
    const whole = end < 0 ? rest : rest.slice(0, end);
    const after = whole.slice(quoted?.[0].length ?? 0).trim();
    if (quoted === null ? after.startsWith('"') : after !== '') return undefined;
    cells.push((quoted?.[1]?.replaceAll('""', '"') ?? whole).trim());
    if (end < 0) return cells;
    rest = rest.slice(end + 1);
  }
}

/** A cell with ordinary digits and blanks, whatever keyboard wrote it, and without what cannot be seen. */
export function tidy(cell: string): string {
  return cell
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** How near two words are, for "did you mean". */

/** How many letters must be put in, taken out or changed, or two neighbours swapped (optimal string alignment). */
export function letterDistance(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  const cell = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= other.length; j++) {
      const change = cell(i - 1, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swap = swapped ? cell(i - 2, j - 2) + 1 : change;
      row.push(Math.min(change, swap, cell(i - 1, j) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return cell(one.length, other.length);
}

/**
 * Risk parameter files: large texts, made in pieces so that no size is ever held in memory. The real format
 * is not copied but for what public readers of .lis files rely on: a first line of type 0 with the business date in
 * columns 9-16, then pairs of lines 81 and 82. Every line carries its number, so that a piece read from a wrong place is
 * noticed.
 */
import type { Chance } from './random.ts';

const LINE = 100;
const LINES_PER_PIECE = 2500;
const NUMBER_AT = 3;
const NUMBER_WIDTH = 10;
const ZERO = 48;

/** Size of a file of at most so many bytes that ends with a whole pair of lines; less than a line stays as it is. */
export function riskFileSize(most: number): number {
  return most < LINE ? most : LINE * (1 + 2 * Math.floor((most - LINE) / (2 * LINE)));
}

/**
 * Pieces that together have `riskFileSize(most)` bytes.
 * @param date YYYYMMDD
 */
export function* riskFile(title: string, date: string, most: number, chance: Chance): Generator<Buffer> {
  const bytes = riskFileSize(most);
  const pattern = Buffer.from(
    Array.from({ length: LINES_PER_PIECE }, (_, line) => {
      const numbers = Array.from({ length: 7 }, () => String(chance.between(0, 99_999_999)).padStart(9));
      return `${line % 2 === 1 ? 81 : 82} ${'0'.repeat(NUMBER_WIDTH)} ${numbers.join(' ')}`
        .padEnd(LINE - 2)
        .slice(0, LINE - 2)
        .concat('\r\n');
    }).join(''),
    'latin1',
  );
  const head = Buffer.from(
    `0 RISK  ${date} ${title}`
      .padEnd(LINE - 2)
      .slice(0, LINE - 2)
      .concat('\r\n'),
    'latin1',
  );
  let left = bytes;
  let line = 0;
  while (left > 0) {
    const piece = Buffer.from(pattern);
    for (let at = 0; at < piece.length; at += LINE) {
      let number = line++;
      for (let digit = NUMBER_WIDTH - 1; number > 0; digit--) {
        piece[at + NUMBER_AT + digit] = ZERO + (number % 10);
        number = Math.floor(number / 10);
      }
    }
    if (left === bytes) head.copy(piece);
    yield piece.length <= left ? piece : piece.subarray(0, left);
    left -= piece.length;
  }
}

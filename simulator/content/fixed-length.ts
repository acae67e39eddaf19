/**
 * Fixed-length ASCII records as CCASS and CCMS data files use them: record type first, numbers padded with
 * zeros, texts with spaces, no decimal point, no sign (CCMS Terminal User Guide 4.6).
 */

export interface Field {
  name: string;
  /** X text, 9 digits. */
  type: 'X' | '9';
  width: number;
}

export type Layout = readonly Field[];

/** Reads a layout from words like 'stockCode:9(5)'. */
export function layout(words: string): Layout {
  return words
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [, name, type, width] = /^(\w+):([X9])\((\d+)\)$/.exec(word) ?? [];
      if (name === undefined || (type !== 'X' && type !== '9')) throw new Error(`Not a field: ${word}`);
      return { name, type, width: Number(width) };
    });
}

export function widthOf(fields: Layout): number {
  return fields.reduce((sum, field) => sum + field.width, 0);
}

export type Values = Readonly<Record<string, string | number | bigint>>;

/** One record. Fields without a value are zeros or spaces; what is too long loses its leading digits or its end. */
export function record(fields: Layout, values: Values): string {
  return fields
    .map(({ name, type, width }) => {
      const value = String(values[name] ?? '');
      return type === '9'
        ? value.padStart(width, '0').slice(-width)
        : value.padEnd(width, ' ').slice(0, width);
    })
    .join('');
}

/** A sum as published for checksums and hash totals: an overflow drops the leading digits. */
export function total(numbers: readonly (number | bigint)[], digits: number): bigint {
  return numbers.reduce<bigint>((sum, number) => sum + BigInt(number), 0n) % 10n ** BigInt(digits);
}

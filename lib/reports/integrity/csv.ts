/**
 * A csv: its first row names the columns, and the others have as many. Where no layout is known, nothing here keeps a file
 * from its readers, and none is called sound: it is compared with those that came before. A layout of the catalogue makes
 * rules of it.
 */
import { createHash } from 'node:crypto';
import { damaged, type Fault, type Finding, Warnings } from './finding.ts';
import type { CsvLayout } from './layouts.ts';
import { piecesOf, type Source } from './pieces.ts';

const [NUL, LF, CR, END_OF_FILE, QUOTE, COMMA] = [0x00, 0x0a, 0x0d, 0x1a, 0x22, 0x2c] as const;

/** The first row is looked at up to this length, bytes. */
const LONGEST_HEAD = 64 * 1024;

export async function inspectCsv(file: Source, layout?: CsvLayout): Promise<Finding> {
  const rows = new Rows();
  for await (const piece of piecesOf(file)) rows.take(piece);
  const found = rows.end();
  if (layout === undefined) return { ...found, why: 'no-layout' };
  const odd = found.warnings[0];
  const fault = headFault(rows.head, layout) ?? (odd && damaged(odd.reason, odd));
  const warnings = new Warnings();
  // The last row may be cut, and nobody can tell.
  if (!rows.ended) warnings.add('no-line-end', 'its line does not end', { record: rows.lines });
  const { shape } = found;
  return {
    ...(fault === undefined ? {} : { fault }),
    ...(shape === undefined ? {} : { shape }),
    warnings: warnings.all,
  };
}

/** The first column that is not the one of the layout. */
function headFault({ line, text }: Rows['head'], { columns = [] }: CsvLayout): Fault | undefined {
  const cells = text
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .split(',')
    .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const at = columns.findIndex((name, index) => name !== cells[index]);
  if (at >= 0)
    return damaged('another column stands in its place', { record: line, field: columns[at] ?? '' });
  return columns.length > 0 && cells.length > columns.length
    ? damaged(`it has ${cells.length} columns, ${columns.length} are known`, { record: line })
    : undefined;
}

class Rows {
  readonly #warnings = new Warnings();
  /** The bytes of the first row that has any. */
  #head: number[] = [];
  #headColumns = 0;
  #headLine = 1;
  #count = 0;
  #line = 1;
  #last = LF as number;
  /** Of the row that is being read: the line it began in, its columns, whether it has bytes at all. */
  #began = 1;
  #columns = 1;
  #empty = true;
  #quoted = false;

  take(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte !== END_OF_FILE) this.#last = byte;
      if (byte === LF) {
        this.#line++;
        if (!this.#quoted) {
          this.#endRow();
          continue;
        }
      } else if (byte === QUOTE) this.#quoted = !this.#quoted;
      else if (byte === COMMA && !this.#quoted) this.#columns++;
      else if (byte === CR || byte === END_OF_FILE) continue;
      else if (byte === NUL) this.#warnings.add('not-text', 'it is not text', usual(this.#line));
      this.#empty = false;
      if (this.#count === 0 && this.#head.length < LONGEST_HEAD) this.#head.push(byte);
    }
  }

  /** The first row that has any bytes. */
  get head(): { line: number; text: string } {
    return { line: this.#headLine, text: Buffer.from(this.#head).toString('latin1') };
  }

  /** Did a line end close the file? */
  get ended(): boolean {
    return this.#last === LF;
  }

  get lines(): number {
    return this.#line;
  }

  end(): Finding {
    if (this.#quoted) this.#warnings.add('open-quotes', 'its quotes do not end', usual(this.#began));
    this.#endRow();
    if (this.#count === 0) this.#warnings.add('no-records', 'the file is empty', usual(1));
    const hash = createHash('sha256').update(Buffer.from(this.#head)).digest('hex').slice(0, 16);
    return {
      warnings: this.#warnings.all,
      shape: { rows: { '': this.#count }, head: { columns: this.#headColumns, hash } },
    };
  }

  #endRow(): void {
    if (!this.#empty) {
      if (this.#count === 0) {
        this.#headColumns = this.#columns;
        this.#headLine = this.#began;
      } else if (this.#columns !== this.#headColumns) {
        const reason = `it has ${this.#columns} columns, the first row has ${this.#headColumns}`;
        this.#warnings.add('ragged', reason, usual(this.#began));
      }
      this.#count++;
    }
    this.#began = this.#line;
    this.#columns = 1;
    this.#empty = true;
  }
}

const usual = (record: number) => ({ record, certainty: 'usual' }) as const;

/**
 * A csv of which no layout is known: its first row names the columns, and the others have as many. Nothing here keeps
 * a file from its readers, and none is called sound: it is compared with those that came before.
 */
import { createHash } from 'node:crypto';
import { type Finding, Warnings } from './finding.ts';
import { piecesOf, type Source } from './pieces.ts';

const [NUL, LF, CR, END_OF_FILE, QUOTE, COMMA] = [0x00, 0x0a, 0x0d, 0x1a, 0x22, 0x2c] as const;

/** The first row is looked at up to this length, bytes. */
const LONGEST_HEAD = 64 * 1024;

export async function inspectCsv(file: Source): Promise<Finding> {
  const rows = new Rows();
  for await (const piece of piecesOf(file)) rows.take(piece);
  return rows.end();
}

class Rows {
  readonly #warnings = new Warnings();
  /** The bytes of the first row that has any. */
  #head: number[] = [];
  #headColumns = 0;
  #count = 0;
  #line = 1;
  /** Of the row that is being read: the line it began in, its columns, whether it has bytes at all. */
  #began = 1;
  #columns = 1;
  #empty = true;
  #quoted = false;

  take(bytes: Buffer): void {
    for (const byte of bytes) {
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

  end(): Finding {
    if (this.#quoted) this.#warnings.add('open-quotes', 'its quotes do not end', usual(this.#began));
    this.#endRow();
    if (this.#count === 0) this.#warnings.add('no-records', 'the file is empty', usual(1));
    const hash = createHash('sha256').update(Buffer.from(this.#head)).digest('hex').slice(0, 16);
    return {
      warnings: this.#warnings.all,
      why: 'no-layout',
      shape: { rows: { '': this.#count }, head: { columns: this.#headColumns, hash } },
    };
  }

  #endRow(): void {
    if (!this.#empty) {
      if (this.#count === 0) this.#headColumns = this.#columns;
      else if (this.#columns !== this.#headColumns) {
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

/** Layouts of data files, as the catalogue gives them. */

/** A field by its place in the record: first byte, from 0, and length. */
export type Place = readonly [start: number, length: number];

/** Records of one length: header, details, one trailer. */
export interface RecordLayout {
  kind: 'records';
  /** Bytes of a record without its line end. */
  length: number;
  /** Types of detail records. */
  details: readonly string[];
  /** Of the header. */
  tradeDate?: Place;
  /** Fields of a detail record. */
  fields: Readonly<Record<string, Place>>;
  /** What the trailer adds up. A sum that is too long loses its leading digits (CCMS guide 4.6). */
  totals: readonly { field: string; trailer: Place }[];
  /** The field of a detail record that is the sum of others. */
  checksum?: { field: string; of: readonly string[] };
  /** What stands in a field as far as is known; ' ' for a blank. Letters may have been added: they warn. */
  values: readonly { field: string; of: readonly string[] }[];
}

/** A csv whose first row names the columns. */
export interface CsvLayout {
  kind: 'csv';
  /** Their names in order, where they are known. */
  columns?: readonly string[];
}

export type Layout = RecordLayout | CsvLayout | { kind: 'rpf01' | 'lis' };

/** Which layout a report has. */
export interface Layouts {
  /** undefined where nothing of the inside is known. */
  layoutOf(report: { name: string; code: string; system?: string }): Layout | undefined;
}

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
  /** Of the header, too: so many open days of a calendar after the trade date. */
  settlement?: Settlement;
  /** Fields of a detail record. */
  fields: Readonly<Record<string, Place>>;
  /** What the trailer adds up. A sum that is too long loses its leading digits (CCMS guide 4.6). */
  totals: readonly { field: string; trailer: Place }[];
  /** The field of a detail record that is the sum of others. */
  checksum?: { field: string; of: readonly string[] };
  /** What stands in a field as far as is known; ' ' for a blank. Letters may have been added: they warn. */
  values: readonly { field: string; of: readonly string[] }[];
  /** Fields that hold a time, HHMM. */
  times: readonly string[];
  /** Fields that are two others multiplied. */
  products: readonly Product[];
}

/** When trades are settled. Rules change: of those that have begun on the trade date the last one counts. */
export interface Settlement {
  at: Place;
  calendar: string;
  /** In order of `from`, 'YYYY-MM-DD'. */
  rules: readonly { from: string; days: number }[];
}

/** A field that is the product of two, within one unit of its last digit. */
export interface Product {
  field: string;
  of: readonly [string, string];
  /** Units of the product in one unit of the field, as their decimals are not written. */
  per: bigint;
  /** Only where this field is 0. */
  unless?: string;
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

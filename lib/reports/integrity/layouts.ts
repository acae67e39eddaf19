/**
 * Layouts of the data files, as data. [stated] the lengths and the beginning of the header ("Report Data File
 * Layout"): record type, participant ID (6 characters), report ID (7). [inferred] the places of CCLTN05, from public
 * descriptions of that file that add up to its length; they date from 2018 and 2024 and may have changed. Of CCLTN04
 * and CIPSI02 neither the places of the details nor those of the trailer are known.
 */

/** A field by its place in the record: first byte and length. */
export type Place = readonly [start: number, length: number];

export interface FixedLength {
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
}

export const fixedLengths: Readonly<Record<string, FixedLength>> = {
  CCLTN04: { length: 127, details: ['1', '2', '3', '4', '5', '6', '7', '8'], fields: {}, totals: [] },
  CIPSI02: { length: 260, details: ['1', '2', '3', '4', '5', '6', '7', '8'], fields: {}, totals: [] },
  CCLTN05: {
    length: 143,
    details: ['1'],
    tradeDate: [33, 8],
    fields: {
      stockCode: [2, 5],
      quantity: [65, 11],
      price: [76, 8],
      value: [84, 13],
      accruedInterest: [109, 13],
      checksum: [126, 14],
    },
    totals: [
      { field: 'stockCode', trailer: [1, 10] },
      { field: 'quantity', trailer: [11, 17] },
      { field: 'price', trailer: [28, 13] },
      { field: 'value', trailer: [41, 18] },
      { field: 'accruedInterest', trailer: [59, 18] },
      { field: 'checksum', trailer: [77, 18] },
    ],
    checksum: { field: 'checksum', of: ['stockCode', 'quantity', 'price', 'value', 'accruedInterest'] },
  },
};

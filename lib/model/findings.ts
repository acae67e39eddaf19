/** What a look into a received report said, as it travels in messages and is kept in the ledger. */

/** A rule that warns and keeps nothing back: we infer it, or it only says what is usual. */
export const warningRules = [
  'another-date',
  'no-date',
  'first-record',
  'record-order',
  'line-length',
  'not-text',
  'no-records',
  'weights',
  'not-a-number',
  'unknown-kind',
  'no-line-end',
  'odd-value',
  'settlement-date',
  'product',
  'holiday-factor',
  'ragged',
  'open-quotes',
  'other-columns',
  'fewer-rows',
  'more-rows',
  'released',
] as const;
export type WarningRule = (typeof warningRules)[number];

/** Says where, never what: reports are confidential. */
export interface ReportWarning {
  rule: WarningRule;
  /** Record or line, from 1; null where it is of the whole file. */
  record: number | null;
  /** Name of the field, of the head row, or of the zip's member; '' where it is none of them. */
  field: string;
  /** In English. */
  reason: string;
  /** How many rows it has, and how many are usual. */
  rows?: { found: number; least: number; most: number };
}

/**
 * Why nobody can say whether a report is sound: its name is in no catalogue, nothing is known of its inside, looking
 * inside is switched off, a member of the zip is encrypted or packed in an unknown way.
 */
export const notCheckedReasons = [
  'unrecognised',
  'no-layout',
  'off',
  'encrypted',
  'unknown-packing',
] as const;
export type NotChecked = (typeof notCheckedReasons)[number];

/** In English: for the journal and the terminal. */
export const notCheckedText: Readonly<Record<NotChecked, string>> = {
  unrecognised: 'its name is in no catalogue',
  'no-layout': 'nothing of its inside is known',
  off: 'looking inside is switched off',
  encrypted: 'a member of the zip is encrypted',
  'unknown-packing': 'a member of the zip is packed in an unknown way',
};

/** What is known of the form of a file, to compare the next one with. */
export interface ReportShape {
  /** Rows by kind of row; '' where there is one kind. */
  rows: Readonly<Record<string, number>>;
  /** Of a csv: how many columns its first row has, and a hash of that row. */
  head?: { columns: number; hash: string };
  /** Rules of form that it breaks, with their field: where every arrival does, it is the form of the report. */
  odd?: readonly string[];
}

/**
 * - sound: all that is known of this report agrees
 * - warnings: what we infer, or what is usual, does not; the report is delivered
 * - not-checked: `why` says why; something may be unusual all the same, which makes it `warnings` with a `why`
 */
export interface ReportFinding {
  state: 'sound' | 'warnings' | 'not-checked';
  why?: NotChecked;
  warnings: readonly ReportWarning[];
  shape?: ReportShape;
}

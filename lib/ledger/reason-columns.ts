import type { StoredReason } from '../model/reasons.ts';
import { fromColumn } from './json-column.ts';

/** A reason as a table holds it: its code, and what its sentence fills in as JSON. */
export function reasonColumns(reason: StoredReason | undefined): { code: string; params: string } {
  return reason === undefined
    ? { code: '', params: '' }
    : { code: reason.code, params: JSON.stringify(reason.params) };
}

/** Undefined where a release wrote the sentence only. */
export function reasonOf(code: string, params: string): StoredReason | undefined {
  return code === '' ? undefined : { code, params: fromColumn(params) };
}

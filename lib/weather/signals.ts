/**
 * Signals as spells of time, and the file in which a person or a table gives them: CSV with the header
 * `code,issued,cancelled`, Hong Kong time 'YYYY-MM-DD HH:MM', an empty `cancelled` for "still in force".
 */
import { RapError } from '../errors/rap-error.ts';
import { addDays, fromHongKong, isIsoDate } from '../time/hong-kong.ts';
import { familyOf, triggerOf } from './codes.ts';
import type { TriggerKind } from './rule.ts';

/** One row: a code in force in [issued, cancelled), epoch ms. */
export interface SignalRow {
  code: string;
  issued: number;
  /** Absent: still in force. */
  cancelled?: number;
}

/** Time without a break during which one kind of trigger was in force: [issued, cancelled), epoch ms. */
export interface Spell {
  kind: TriggerKind;
  /** The code with which the spell began. */
  code: string;
  issued: number;
  /** Absent: still in force. */
  cancelled?: number;
}

const columns = ['code', 'issued', 'cancelled'] as const;
type Column = (typeof columns)[number];

/**
 * Reads a signals file. A byte order mark, CRLF, blank lines, quotes around fields and columns in another order
 * are accepted; '24:00' is the midnight that ends a day, as the Observatory's own lists write it.
 * @param name how messages call the file
 * @throws RapError CONFIG_INVALID naming line and field
 */
export function parseSignals(text: string, name = 'signals'): SignalRow[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const first = lines.findIndex((line) => line.trim() !== '');
  const header = fieldsOf(lines[first] ?? '').map((field) => field.toLowerCase());
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new RapError('CONFIG_INVALID', `${name} line ${Math.max(0, first) + 1}: no column ${missing[0]}`, {
      cure: 'Let the file begin with the line "code,issued,cancelled".',
    });
  }
  return lines.flatMap((line, index) =>
    index <= first || line.trim() === '' ? [] : [parseRow(line, header, `${name} line ${index + 1}`)],
  );
}

function parseRow(line: string, header: readonly string[], where: string): SignalRow {
  const fields = fieldsOf(line);
  if (fields.length !== header.length) {
    throw new RapError('CONFIG_INVALID', `${where}: ${fields.length} fields instead of ${header.length}`, {
      cure: `Write ${header.join(',')} on each line; an empty "cancelled" still needs its comma.`,
    });
  }
  const field = (column: Column) => fields[header.indexOf(column)] ?? '';
  const code = field('code').toUpperCase();
  if (familyOf(code) === undefined) {
    throw new RapError('CONFIG_INVALID', `${where}, code: "${field('code')}" is not a known signal`, {
      cure: 'Use TC8 (or TC8NE, TC8SE, TC8SW, TC8NW), TC9, TC10, WRAINB, EC, or a harmless code such as TC3, WRAINR or WTS.',
    });
  }
  const issued = moment(field('issued'), `${where}, issued`);
  if (field('cancelled') === '') return { code, issued };
  const cancelled = moment(field('cancelled'), `${where}, cancelled`);
  if (cancelled <= issued) {
    throw new RapError(
      'CONFIG_INVALID',
      `${where}, cancelled: ${field('cancelled')} is not after issued ${field('issued')}`,
      { cure: 'Correct one of the two times, or leave "cancelled" empty while the signal is in force.' },
    );
  }
  return { code, issued, cancelled };
}

function fieldsOf(line: string): string[] {
  return line.split(',').map((field) =>
    field
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );
}

function moment(text: string, where: string): number {
  const [, date = '', hour = '', minute = ''] = /^(\d{4}-\d{2}-\d{2}) (\d{2}):(\d{2})$/.exec(text) ?? [];
  const endOfDay = hour === '24' && minute === '00';
  if (!isIsoDate(date) || (!endOfDay && (Number(hour) > 23 || Number(minute) > 59))) {
    throw new RapError('CONFIG_INVALID', `${where}: "${text}" is not a time like 2025-06-21 14:00`, {
      cure: 'Write Hong Kong time as YYYY-MM-DD HH:MM.',
    });
  }
  return endOfDay ? fromHongKong(`${addDays(date, 1)} 00:00`) : fromHongKong(text);
}

/** The spells of triggers in rows of signals; harmless codes fall away. */
export function triggerSpells(rows: readonly SignalRow[]): Spell[] {
  return joinSpells(
    rows.flatMap((row) => {
      const kind = triggerOf(row.code);
      return kind === undefined ? [] : [{ kind, ...row }];
    }),
  );
}

/**
 * Joins spells of one kind that touch or overlap, in the order of their issue: a step up or down within No. 8 and
 * above, another direction, or an extension is no new event.
 */
export function joinSpells<S extends Spell>(spells: readonly S[]): S[] {
  const joined: S[] = [];
  const last = new Map<TriggerKind, S>();
  for (const spell of [...spells].sort((a, b) => a.issued - b.issued)) {
    const before = last.get(spell.kind);
    if (before === undefined || (before.cancelled ?? Infinity) < spell.issued) {
      const fresh = { ...spell };
      joined.push(fresh);
      last.set(spell.kind, fresh);
    } else if (spell.cancelled === undefined) {
      delete before.cancelled;
    } else if (before.cancelled !== undefined && before.cancelled < spell.cancelled) {
      before.cancelled = spell.cancelled;
    }
  }
  return joined;
}

/**
 * Signals as spells of time, and the file in which a person or a table gives them: CSV with the header
 * `code,issued,cancelled`, Hong Kong time 'YYYY-MM-DD HH:MM', an empty `cancelled` for "still in force".
 */
import { RapError } from '../errors/rap-error.ts';
import { cellsOf, declaredSeparator, separatorOf, tidy } from '../files/csv.ts';
import { linesOf } from '../files/text-file.ts';
import { typedTime } from '../time/typed-time.ts';
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

/** The header, and how the lines below it are cut. */
interface Layout {
  separator: string;
  header: string[];
}

/**
 * Reads a signals file as people, Excel and other programs write it: with a mark, any line ends, commas, semicolons
 * or tabs, Excel's line "sep=;", quotes, blanks, small letters, empty columns and rows, columns in another order;
 * '24:00' is the midnight that ends a day, as the Observatory's own lists write it.
 * @param name how messages call the file
 * @throws RapError CONFIG_INVALID naming line and field
 */
export function parseSignals(text: string, name = 'signals'): SignalRow[] {
  const lines = linesOf(text.replace(/^\uFEFF/, ''));
  const told = lines.findIndex((line) => line.trim() !== '');
  const separator = declaredSeparator(lines[told]?.trim() ?? '');
  const first =
    separator === undefined ? told : lines.findIndex((line, at) => at > told && line.trim() !== '');
  const layout = layoutOf(lines[first] ?? '', separator, `${name} line ${Math.max(0, first) + 1}`);
  return lines.flatMap((line, at) =>
    at <= first ? [] : (parseRow(line, layout, `${name} line ${at + 1}`) ?? []),
  );
}

function layoutOf(line: string, told: string | undefined, where: string): Layout {
  const separator = told ?? separatorOf(line, columns) ?? ',';
  const header = cut(line, separator, where).map((cell) => tidy(cell).toLowerCase());
  const missing = columns.find((column) => !header.includes(column));
  if (missing !== undefined) {
    throw new RapError('CONFIG_INVALID', `${where}: no column ${missing}`, {
      cure: 'Let the file begin with the line "code,issued,cancelled".',
    });
  }
  const twice = columns.find((column) => header.indexOf(column) < header.lastIndexOf(column));
  if (twice !== undefined) {
    throw new RapError('CONFIG_INVALID', `${where}: two columns ${twice}`, {
      cure: 'Leave one column of each name.',
    });
  }
  return { separator, header };
}

/** A line's cells, without empty ones at its end. */
function cut(line: string, separator: string, where: string): string[] {
  const cells = cellsOf(line, separator);
  if (cells !== undefined) return cells.slice(0, cells.findLastIndex((cell) => tidy(cell) !== '') + 1);
  throw new RapError('CONFIG_INVALID', `${where}: a quote is not closed, or not where the cell ends`, {
    cure: 'Take quotes and line breaks out of the cells of that row.',
  });
}

/** A row; undefined for one without anything in it, as Excel leaves where cells were cleared. */
function parseRow(line: string, { separator, header }: Layout, where: string): SignalRow | undefined {
  const cells = cut(line, separator, where);
  if (cells.length === 0) return undefined;
  const needed = Math.max(...columns.map((column) => header.indexOf(column))) + 1;
  const written = cellsOf(line, separator)?.length ?? 0;
  if (written < needed || cells.length > header.length) {
    throw new RapError('CONFIG_INVALID', `${where}: ${written} fields instead of ${header.length}`, {
      cure: `Write ${header.join(separator)} on each line; an empty "cancelled" still needs its separator.`,
    });
  }
  const field = (column: Column) => tidy(cells[header.indexOf(column)] ?? '');
  const code = field('code').toUpperCase();
  if (familyOf(code) === undefined) {
    throw new RapError('CONFIG_INVALID', `${where}, code: "${field('code')}" is not a known signal`, {
      cure: 'Use TC8 (or TC8NE, TC8SE, TC8SW, TC8NW), TC9, TC10, WRAINB, EC, or a harmless code such as TC3, WRAINR or WTS.',
    });
  }
  const issued = typedTime(field('issued'), `${where}, issued`);
  if (field('cancelled') === '') return { code, issued };
  const cancelled = typedTime(field('cancelled'), `${where}, cancelled`);
  if (cancelled <= issued) {
    throw new RapError(
      'CONFIG_INVALID',
      `${where}, cancelled: ${field('cancelled')} is not after issued ${field('issued')}`,
      { cure: 'Correct one of the two times, or leave "cancelled" empty while the signal is in force.' },
    );
  }
  return { code, issued, cancelled };
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
function joinSpells<S extends Spell>(spells: readonly S[]): S[] {
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

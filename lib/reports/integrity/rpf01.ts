/**
 * RPF01, the parameter file of initial margin (VaR Platform guide 1.4, section 2): twelve rows "name,value", a row of
 * scenario numbers, then a row for each instrument and kind of field. It has no trailer, so that a file cut between
 * two lines looks whole; its head says how many numbers a row must have.
 */
import { type CalendarBook, shippedCalendars } from '../../time/calendar-book.ts';
import { dayNumber } from '../../time/seconds.ts';
import { holidaysAhead } from './days.ts';
import { damaged, type Fault, type Finding, Warnings } from './finding.ts';
import { type Line, linesOf, type Source } from './pieces.ts';

/** [stated] in this order. */
const HEAD = [
  'Valuation_DT',
  'HVaR_WGT',
  'SVaR_WGT',
  'HVaR_Scen_Count',
  'SVaR_Scen_Count',
  'STV_Count',
  'HVaR_CL',
  'SVaR_CL',
  'HVaR_Measure',
  'SVaR_Measure',
  'Rounding',
  'Holiday_Factor',
] as const;

/** How many values a row of a kind of field has, where the head does not say it; the first of kind 5 is a code. */
const VALUES: Readonly<Record<string, number>> = { 3: 1, 4: 4, 5: 4, 6: 2, 7: 4 };

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** [stated] At most ten decimals. */
const FINE = /\.\d{11}/;

/** What stands among the values of a kind: the place, from 0, and its form. [stated] */
const CODES: Readonly<Record<string, { at: number; form: RegExp; what: string }>> = {
  4: { at: 2, form: /^[+-]?\d+(\.0*)?$/, what: 'the threshold is no whole number' },
  7: { at: 0, form: /^0*[123](\.0*)?$/, what: 'the type of distribution is unknown' },
};

/** A DOS end-of-file byte, which may close the file. */
const END_OF_FILE = '\u001a';

const CONTROL = /[\0-\x08\x0b-\x1f\x7f]/;

/** @param businessDate by the name, YYYY-MM-DD; '' where the name has none */
export async function inspectRpf01(
  file: Source,
  businessDate: string,
  calendars: CalendarBook = shippedCalendars,
): Promise<Finding> {
  const warnings = new Warnings();
  const head = new Map<string, string>();
  const rows: Record<string, number> = {};
  const found = (fault?: Fault): Finding => ({
    ...(fault === undefined ? {} : { fault }),
    warnings: warnings.all,
    shape: { rows },
  });
  let last: Line | undefined;
  for await (const line of linesOf(file)) {
    if (!line.ended && line.text === END_OF_FILE) break;
    if (CONTROL.test(line.text)) return found(damaged('it is not text', { record: line.number }));
    const cells = cellsOf(line.number === 1 ? line.text.replace(/^\u00ef\u00bb\u00bf/, '') : line.text);
    const name = HEAD[line.number - 1];
    const fault =
      name !== undefined
        ? headRow(line.number, name, cells, head, businessDate, warnings)
        : line.number === HEAD.length + 1
          ? scenarioRow(line.number, cells, head)
          : valueRow(line.number, cells, head, rows, warnings);
    if (fault !== undefined) return found(fault);
    if (line.number === HEAD.length) holidayFactor(head, calendars, warnings);
    if (FINE.test(line.text)) {
      const where = { record: line.number, certainty: 'usual' } as const;
      warnings.add('odd-value', 'a number has more than ten decimals', where);
    }
    last = line;
  }
  const lines = last?.number ?? 0;
  if (lines < HEAD.length)
    return found(damaged('it is missing', { record: lines + 1, field: HEAD[lines] ?? '' }));
  if (lines === HEAD.length) return found(damaged('the row of scenarios is missing', { record: lines + 1 }));
  // The last number may be cut, and nobody can tell.
  if (last?.ended === false) warnings.add('no-line-end', 'its line does not end', { record: lines });
  return found();
}

function cellsOf(line: string): string[] {
  return line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}

function headRow(
  record: number,
  name: (typeof HEAD)[number],
  cells: readonly string[],
  head: Map<string, string>,
  businessDate: string,
  warnings: Warnings,
): Fault | undefined {
  const at = { record, field: name };
  const [found = '', value = ''] = cells;
  if (found !== name) return damaged('another row stands in its place', at);
  if (cells.length !== 2 || value === '') return damaged('it is not a name and a value', at);
  head.set(name, value);
  if (name === 'Valuation_DT') {
    const [, day, month, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(value) ?? [];
    if (day === undefined) return damaged('it is not a date DD/MM/YYYY', at);
    const date = `${year}-${month}-${day}`;
    const isReal = dayNumber(date) !== undefined;
    if (!isReal) warnings.add('another-date', 'there is no such date', at);
    else if (businessDate !== '' && date !== businessDate)
      warnings.add('another-date', 'it is not the date of the name', at);
    return undefined;
  }
  if (/_Scen_Count$/.test(name) && !/^\d{1,6}$/.test(value)) return damaged('it is not a count', at);
  if (/_WGT$/.test(name) && !NUMBER.test(value)) return damaged('it is not a number', at);
  // How these are written is not published: 0.997 or 99.7%.
  if (/^STV_Count$|_CL$|_Factor$/.test(name) && !NUMBER.test(value.replace(/ ?%$/, '')))
    warnings.add('not-a-number', 'it is not a number', at);
  if (name !== 'SVaR_WGT') return undefined;
  const sum = Number(head.get('HVaR_WGT')) + Number(value);
  const agrees = Math.abs(sum - 1) < 1e-6;
  if (!agrees) warnings.add('weights', 'the two weights do not add up to 1', at);
  return undefined;
}

function countOf(head: ReadonlyMap<string, string>, name: string): number {
  return Number(head.get(name));
}

/**
 * [stated] The factor is the root of the holidays ahead, less 1. It is 0 where none is ahead, and as long as the add-on is
 * not in force; that proves nothing. How early it is set is not published: the next holidays count.
 */
function holidayFactor(head: ReadonlyMap<string, string>, calendars: CalendarBook, warnings: Warnings): void {
  const factor = Number(head.get('Holiday_Factor'));
  if (Number.isNaN(factor) || factor === 0) return;
  const where = { record: HEAD.length, field: 'Holiday_Factor', certainty: 'usual' } as const;
  const days = Math.round((factor + 1) ** 2);
  if (days < 1 || Math.abs(Math.sqrt(days) - 1 - factor) > 5e-5) {
    warnings.add('holiday-factor', 'it belongs to no number of holidays', where);
    return;
  }
  const [day, month, year] = (head.get('Valuation_DT') ?? '').split('/');
  const date = `${year}-${month}-${day}`;
  if (dayNumber(date) === undefined) return;
  const ahead = holidaysAhead(date, calendars);
  if (ahead === undefined || ahead === days) return;
  warnings.add('holiday-factor', 'the calendar has not as many holidays ahead', where);
}

function scenarioRow(
  record: number,
  cells: readonly string[],
  head: ReadonlyMap<string, string>,
): Fault | undefined {
  const wanted = Math.max(countOf(head, 'HVaR_Scen_Count'), countOf(head, 'SVaR_Scen_Count'));
  const [instrument = '', fieldType = '', ...numbers] = cells;
  if (instrument !== 'InstrumentID')
    return damaged('it is no row of scenarios', { record, field: 'InstrumentID' });
  if (fieldType !== 'FieldType') return damaged('it is no row of scenarios', { record, field: 'FieldType' });
  if (numbers.length !== wanted) {
    const field = wanted === countOf(head, 'HVaR_Scen_Count') ? 'HVaR_Scen_Count' : 'SVaR_Scen_Count';
    return damaged(`it has ${numbers.length} scenarios, the head says ${wanted}`, { record, field });
  }
  const odd = numbers.findIndex((cell) => !NUMBER.test(cell));
  return odd < 0 ? undefined : damaged(`scenario ${odd + 1} is not a number`, { record });
}

function valueRow(
  record: number,
  cells: readonly string[],
  head: ReadonlyMap<string, string>,
  rows: Record<string, number>,
  warnings: Warnings,
): Fault | undefined {
  const [instrument = '', kind = '', ...values] = cells;
  const at = { record, field: 'FieldType' };
  if (instrument === '') return damaged('it names no instrument', { record, field: 'InstrumentID' });
  if (!/^\d{1,2}$/.test(kind)) return damaged('it is no kind of field', at);
  const counts: Readonly<Record<string, number>> = {
    ...VALUES,
    1: countOf(head, 'HVaR_Scen_Count'),
    2: countOf(head, 'SVaR_Scen_Count'),
  };
  const wanted = counts[kind];
  // The number of kinds may change: that a new one came must not keep the file from its readers.
  rows[kind] = (rows[kind] ?? 0) + 1;
  if (wanted === undefined) {
    warnings.add('unknown-kind', 'its kind of field is unknown', at);
    return undefined;
  }
  if (values.length !== wanted) {
    return damaged(`it has ${values.length} values, ${wanted} belong to its kind of field`, at);
  }
  const numbers = kind === '5' ? values.slice(1) : values;
  const odd = numbers.findIndex((cell) => !NUMBER.test(cell));
  const code = CODES[kind];
  if (code !== undefined && odd < 0 && !code.form.test(values[code.at] ?? '')) {
    warnings.add('odd-value', code.what, { record, field: `FieldType ${kind}`, certainty: 'usual' });
  }
  if (odd < 0) return undefined;
  return damaged(`value ${odd + 1 + values.length - numbers.length} is not a number`, { record });
}

/** What is doubtful in a catalogue that can be read: names that two rows take, times out of order, unknown calendars. */

import type { Catalogue } from '../catalogue.ts';
import { timeOfDay } from '../expectation/time-of-day.ts';
import type { CatalogueRow, RowSet, RowTimes } from './rows.ts';

export interface Doubt {
  code: string;
  set: string;
  problem: string;
  cure: string;
}

/** @param calendars names of all calendars there are */
export function doubtsOf(catalogue: Catalogue, calendars: readonly string[]): Doubt[] {
  return catalogue.rows.flatMap((row) => [
    ...calendarDoubts(row, calendars),
    ...layoutDoubts(row, catalogue),
    ...row.sets.flatMap((set) => [...nameDoubts(catalogue, row, set), ...timeDoubts(row, set)]),
    ...versionDoubts(row),
  ]);
}

function calendarDoubts({ code, calendar }: CatalogueRow, calendars: readonly string[]): Doubt[] {
  if (calendar === 'derivatives' || calendars.includes(calendar)) return [];
  const cure = `Import the list with "rap calendar import FILE --list ${calendar}", or name one of ${calendars.join(', ')}.`;
  return [{ code, set: '', problem: `the calendar "${calendar}" is not known`, cure }];
}

function layoutDoubts({ code, layout }: CatalogueRow, { layouts }: Catalogue): Doubt[] {
  if (layout === '' || layouts.has(layout)) return [];
  const cure = `Add it under "layouts", or name one of ${[...layouts.keys()].join(', ')}.`;
  return [{ code, set: '', problem: `the layout "${layout}" is not known: nothing is checked`, cure }];
}

/** A name that the row takes must not be another report's, which comes before it. */
function nameDoubts(catalogue: Catalogue, row: CatalogueRow, { set }: RowSet): Doubt[] {
  const name = row.example(set, row.halves[0] ?? '');
  const told = catalogue.recognise(`${row.folder}/${name}`, name, row.installation);
  if (told.code === row.code && told.system === row.system) return [];
  const problem = `its file "${name}" is taken for ${told.system} ${told.code}`;
  return [{ code: row.code, set, problem, cure: 'Let one of the two show its names more narrowly.' }];
}

function timeDoubts({ code }: CatalogueRow, { set, times, halfDay }: RowSet): Doubt[] {
  return [times, halfDay].flatMap((one) => {
    if (one === undefined || inOrder(one)) return [];
    const problem = `${one.about}, ${one.lateAfter}, ${one.cutOff} are not in this order`;
    return [{ code, set, problem, cure: 'about comes first, then lateAfter, then cutOff.' }];
  });
}

/** Where two times are counted alike the later one must not come first. */
function inOrder({ about, lateAfter, cutOff }: RowTimes): boolean {
  const all = [about, lateAfter, cutOff].map(timeOfDay);
  return all.every((time, index) => {
    const before = all[index - 1];
    if (time === undefined || before === undefined) return true;
    if (time.unit !== before.unit && time.days > 0 && before.days > 0) return true;
    return time.days * 86_400 + time.seconds >= before.days * 86_400 + before.seconds;
  });
}

function versionDoubts({ code, sets }: CatalogueRow): Doubt[] {
  return sets.flatMap(({ set, validFrom }, index) => {
    const first = sets.findIndex((one) => one.set === set && one.validFrom === validFrom);
    if (first === index) return [];
    const problem = 'two versions begin on the same date';
    return [{ code, set, problem, cure: 'Give the newer one its first business date in validFrom.' }];
  });
}

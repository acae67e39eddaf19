/** From catalogue files to rows: a site's rows go before the shipped ones, field by field and set by set. */

import { type Fault, fieldName, refusal } from '../../errors/faults.ts';
import { atLine } from '../../errors/yaml.ts';
import type { Installation } from '../../model/types.ts';
import { escaped, templateExample, templateExpression, wholeName } from './file-name.ts';
import {
  type Certainty,
  type FileRow,
  type FileShape,
  type FileTiming,
  type ReadCatalogue,
  type RowFrequency,
  timingFields,
} from './schema.ts';

export interface RowTimes {
  about: string;
  lateAfter: string;
  cutOff: string;
}

/** When one set of a report is awaited. */
export interface RowSet {
  /** '' for a report that comes once a day, '*' for sets of any name. */
  set: string;
  frequency: RowFrequency;
  condition: string;
  times: RowTimes | undefined;
  halfDay: RowTimes | undefined;
  timeCertainty: Certainty;
  validFrom: string | undefined;
  validUntil: string | undefined;
}

/** One report of the catalogue. */
export interface CatalogueRow {
  code: string;
  /** Tells rows of one code apart where the files are of different kinds; '' for the report itself. */
  variant: string;
  system: string;
  installation: Installation;
  name: string;
  source: string;
  certainty: Certainty;
  /** The template or expression as it is written. */
  file: string;
  fileCertainty: Certainty;
  /** Takes the whole name, whatever its case. */
  pattern: RegExp;
  folder: string;
  calendar: string;
  halves: readonly string[];
  layout: string;
  route: string;
  /** A person said that the report is awaited, or never comes; undefined where nobody did. */
  watch: boolean | undefined;
  note: string;
  sets: readonly RowSet[];
  /** Where the row stands: shipped, the site's, or shipped and changed by the site. */
  origin: 'shipped' | 'site' | 'changed';
  /** A name that the row takes, of one of its sets and halves. */
  example(set: string, half: string): string;
}

/** A row of the site with the line it stands in. */
interface SiteRow {
  row: FileRow;
  index: number;
}

/**
 * All rows: those of the site first, then the shipped ones that the site says nothing of, each in its order.
 * @throws RapError CONFIG_INVALID naming the site's line, field and cure
 */
export function mergeRows(shipped: ReadCatalogue, site?: ReadCatalogue): CatalogueRow[] {
  const left = [...shipped.data.reports];
  const rows: CatalogueRow[] = [];
  const faults: Fault[] = [];
  site?.data.reports.forEach((row, index) => {
    const of: SiteRow = { row, index };
    const twice = site.data.reports.findIndex((one) => isOne(one, row));
    const found = shipped.data.reports.filter((one) => isOne(row, one));
    if (twice < index)
      faults.push(
        at(
          site,
          of,
          'code',
          `is the row of line ${site.lineOf(['reports', twice])} again`,
          'Keep one of the two.',
        ),
      );
    else if (found.length > 1) {
      const which = found.map(({ system, installation, variant }) =>
        [system, installation, variant].filter(Boolean).join(' '),
      );
      faults.push(
        at(
          site,
          of,
          'code',
          `${row.code} is meant by several rows: ${which.join('; ')}`,
          'Add system, installation or variant.',
        ),
      );
    } else {
      const [base] = found;
      if (base !== undefined) left.splice(left.indexOf(base), 1);
      const made = rowOf(
        base === undefined ? row : merged(base, row),
        base === undefined ? 'site' : 'changed',
        row.sets !== undefined,
      );
      if ('missing' in made) faults.push(at(site, of, made.field, made.missing, made.cure));
      else rows.push(made);
    }
  });
  if (site !== undefined && faults.length > 0) throw refusal(site.subject, faults);
  return [...rows, ...left.map((row, index) => shippedRow(row, shipped, index))];
}

/** Does the first row name the second? Only what it says counts; a row without a variant means the report itself. */
function isOne(one: FileRow, other: FileRow): boolean {
  return (
    one.code === other.code &&
    (one.variant ?? '') === (other.variant ?? '') &&
    (one.system === undefined || one.system === other.system) &&
    (one.installation === undefined || one.installation === other.installation)
  );
}

function at(site: ReadCatalogue, { index }: SiteRow, field: string, problem: string, cure: string): Fault {
  const path = [
    'reports',
    index,
    ...field.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
  ];
  return atLine(site.lineOf(path), { field: fieldName(path), problem, cure }, path);
}

/** What the site says goes before what is shipped; another way to show names takes the place of the shipped one. */
function merged(base: FileRow, over: FileRow): FileRow {
  const shown =
    over.file === undefined && over.expression === undefined
      ? {}
      : { file: undefined, expression: undefined, example: undefined };
  const inline = timingFields.some((field) => over[field] !== undefined);
  if (over.sets !== undefined) {
    const sets = (base.sets ?? [timingOf(base)]).map((one) => {
      const own = over.sets?.find((other) => isSet(other, one));
      return own === undefined ? one : mergedTiming(one, own);
    });
    const more = over.sets.filter((own) => !sets.some((one) => isSet(own, one)));
    return { ...withoutTiming(base), ...shown, ...withoutTiming(over), sets: [...sets, ...more] };
  }
  if (!inline) return { ...base, ...shown, ...over };
  const own = base.sets === undefined ? mergedTiming(timingOf(base), timingOf(over)) : timingOf(over);
  return { ...withoutTiming(base), ...shown, ...withoutTiming(over), sets: [own] };
}

function isSet(one: FileTiming, other: FileTiming): boolean {
  return (one.set ?? '') === (other.set ?? '') && (one.validFrom ?? '') === (other.validFrom ?? '');
}

/** A set that is no longer awaited at a time loses its times; one that is takes the new ones. */
function mergedTiming(base: FileTiming, over: FileTiming): FileTiming {
  const timed = over.frequency === undefined || isTimed(over.frequency);
  const times = {
    about: undefined,
    lateAfter: undefined,
    cutOff: undefined,
    halfDay: undefined,
    condition: undefined,
  };
  return { ...base, ...(timed ? {} : times), ...over };
}

function isTimed(frequency: RowFrequency): boolean {
  return frequency === 'business-day' || frequency === 'conditional';
}

function timingOf(row: FileRow): FileTiming {
  const said = timingFields.filter((field) => row[field] !== undefined);
  return Object.fromEntries(said.map((field) => [field, row[field]])) as FileTiming;
}

function withoutTiming(row: FileRow): FileRow {
  const { sets: _, ...rest } = row;
  for (const field of timingFields) delete rest[field];
  return rest;
}

interface Missing {
  field: string;
  missing: string;
  cure: string;
}

const NEEDED = [
  'system',
  'installation',
  'name',
  'source',
  'certainty',
  'fileCertainty',
  'folder',
  'calendar',
] as const;

/** @param listed whether the file gives the sets as a list, for the place of a fault */
function rowOf(row: FileRow, origin: CatalogueRow['origin'], listed: boolean): CatalogueRow | Missing {
  const lacks = NEEDED.find((field) => row[field] === undefined);
  if (lacks !== undefined) return missing(lacks, `is missing in the new report ${row.code}`, `Add ${lacks}.`);
  const pattern = patternOf(row);
  if (!(pattern instanceof RegExp)) return pattern;
  const sets: RowSet[] = [];
  for (const [index, timing] of (row.sets ?? [timingOf(row)]).entries()) {
    const set = setOf(timing, listed ? `sets.${index}.` : '');
    if ('missing' in set) return set;
    sets.push(set);
  }
  const {
    system = '',
    installation = 'hkscc',
    name = '',
    source = '',
    certainty = 'ours',
    fileCertainty = 'ours',
  } = row;
  const {
    folder = '',
    calendar = '',
    halves = [],
    layout = '',
    route = '',
    watch,
    note = '',
    variant = '',
  } = row;
  const file = row.file ?? row.expression ?? '';
  const example = (set: string, half: string) =>
    row.file === undefined ? (row.example ?? '') : templateExample(row.file, row.code, set, half);
  return {
    ...{
      code: row.code,
      variant,
      system,
      installation,
      name,
      source,
      certainty,
      file,
      fileCertainty,
      pattern,
    },
    ...{ folder, calendar, halves, layout, route, watch, note, sets, origin, example },
  };
}

function missing(field: string, text: string, cure: string): Missing {
  return { field, missing: text, cure };
}

function patternOf({ code, file, expression, example, halves = [] }: FileRow): RegExp | Missing {
  if (file === undefined && expression === undefined) {
    return missing(
      'file',
      `is missing in the new report ${code}`,
      "Add file, such as '{code}_{participant}_{yyyymmdd}.{ext}'.",
    );
  }
  if (file === undefined && example === undefined) {
    return missing(
      'example',
      'is missing beside the expression',
      'Add a file name that the expression takes.',
    );
  }
  const text =
    file === undefined ? expression?.replaceAll('{code}', code) : templateExpression(file, code, halves);
  const pattern = typeof text === 'string' ? wholeName(text) : undefined;
  if (pattern === undefined) return missing('file', 'cannot be read', 'Correct the template.');
  const shows = typeof text === 'string' && text.includes('(?<half>');
  if (halves.length > 0 && !shows)
    return missing('halves', 'are not shown by the file name', 'Add {half} to file, or remove halves.');
  return pattern;
}

function setOf(timing: FileTiming, place: string): RowSet | Missing {
  const {
    set = '',
    frequency,
    condition = '',
    about,
    lateAfter,
    cutOff,
    halfDay,
    validFrom,
    validUntil,
  } = timing;
  const field = (name: string) => `${place}${name}`;
  if (frequency === undefined) return missing(field('frequency'), 'is missing', 'Say how often it comes.');
  const times =
    about === undefined || lateAfter === undefined || cutOff === undefined
      ? undefined
      : { about, lateAfter, cutOff };
  const anyTime = [about, lateAfter, cutOff].find((time) => time !== undefined);
  if (isTimed(frequency) && times === undefined) {
    const lacks = about === undefined ? 'about' : lateAfter === undefined ? 'lateAfter' : 'cutOff';
    return missing(
      field(lacks),
      `is missing for a ${frequency} report`,
      `Add ${lacks}, or say that its time is not known (no-time).`,
    );
  }
  if (!isTimed(frequency) && anyTime !== undefined) {
    return missing(
      field('frequency'),
      `"${frequency}" has no times`,
      'Remove the times, or choose business-day or conditional.',
    );
  }
  if ((frequency === 'conditional') !== (condition !== '')) {
    const what =
      condition === '' ? 'is missing for a conditional report' : `goes with the frequency conditional`;
    return missing(
      field('condition'),
      what,
      'Name the condition that a person enters for a date, and only there.',
    );
  }
  const certain = timing.timeCertainty;
  if (times !== undefined && certain === undefined) {
    return missing(
      field('timeCertainty'),
      'is missing',
      'Say how sure the times are: stated, inferred, ours or learned.',
    );
  }
  return {
    ...{ set, frequency, condition, times, halfDay, validFrom, validUntil },
    timeCertainty: certain ?? 'ours',
  };
}

function shippedRow(row: FileRow, { subject, lineOf }: ReadCatalogue, index: number): CatalogueRow {
  const made = rowOf(row, 'shipped', row.sets !== undefined);
  if (!('missing' in made)) return made;
  const { field, missing: problem, cure } = made;
  throw refusal(subject, [
    atLine(lineOf(['reports', index]), { field: `${row.code}.${field}`, problem, cure }, []),
  ]);
}

/** A shape of names that no row takes. */
export interface NameShape {
  pattern: RegExp;
  system: string;
}

/** The shapes with the codes of the rows put in. */
export function shapesOf(shapes: readonly FileShape[], codes: readonly string[]): NameShape[] {
  // The longest first: RPF would take the beginning of RPF01.
  const known = [...new Set(codes)].sort((a, b) => b.length - a.length).map(escaped);
  return shapes.flatMap(({ file, expression, codes: more, system = '' }) => {
    const code = `(?<code>${[...known, ...(more === undefined ? [] : [more])].join('|')})`;
    const text =
      file === undefined ? expression?.replaceAll('{code}', code) : templateExpression(file, code, []);
    const pattern = typeof text === 'string' ? wholeName(text) : undefined;
    return pattern === undefined ? [] : [{ pattern, system }];
  });
}

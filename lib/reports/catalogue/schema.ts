/** The shape of catalogue files: the shipped one, whole, and a site's own, whose rows may name only what differs. */
import { z } from 'zod';
import { type Fault, fieldName, refusal } from '../../errors/faults.ts';
import { atLine, readYaml, type YamlText } from '../../errors/yaml.ts';
import { dayNumber } from '../../time/seconds.ts';
import { timeOfDay } from '../expectation/time-of-day.ts';
import { type FileName, templateExpression, wholeName } from './file-name.ts';
import { fileLayout, layoutProblems } from './layouts.ts';

const certainties = ['stated', 'inferred', 'ours', 'invented', 'learned'] as const;
export type Certainty = (typeof certainties)[number];

const frequencies = ['business-day', 'conditional', 'event', 'no-time', 'optional'] as const;
export type RowFrequency = (typeof frequencies)[number];

const word = z.string().trim().min(1, 'is empty');
const date = z.string().refine((text) => dayNumber(text) !== undefined, 'is not a real date like 2027-10-11');
const clock = z
  .string()
  .refine((text) => timeOfDay(text) !== undefined, 'is not a time like 21:45, 01:00+1d or 09:00+1bd');
const certainty = z.enum(certainties);
const times = { about: clock, lateAfter: clock, cutOff: clock };

/** When one set is awaited. */
const timing = z.strictObject({
  set: z.string().trim(),
  frequency: z.enum(frequencies),
  condition: word,
  ...times,
  halfDay: z.strictObject(times),
  timeCertainty: certainty,
  validFrom: date,
  validUntil: date,
  note: z.string(),
});
const { set: _, note: __, ...timingOfRow } = timing.shape;

const row = z.strictObject({
  code: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9]{2,16}$/, 'is not a report code of letters and digits')
    .transform((text) => text.toUpperCase()),
  variant: word,
  system: word,
  installation: z.enum(['hkscc', 'hkcc-seoch']),
  name: word,
  source: word,
  certainty,
  file: word,
  expression: word,
  example: word,
  fileCertainty: certainty,
  folder: z.string().regex(/^\/[^/]/, 'is not a top folder like /INBOX'),
  calendar: word,
  halves: z.array(word).min(1, 'names no half'),
  layout: word,
  route: word,
  watch: z.enum(['yes', 'no', 'true', 'false']).transform((text) => text === 'yes' || text === 'true'),
  note: z.string(),
  sets: z.array(timing.partial()).min(1, 'names no set'),
  ...timingOfRow,
});

const shape = z.strictObject({
  shapes: z
    .array(
      z.strictObject({
        file: word.optional(),
        expression: word.optional(),
        /** Codes besides those of the rows, as an expression. */
        codes: word.optional(),
        system: word.optional(),
        certainty,
      }),
    )
    .default([]),
  layouts: z.array(fileLayout).default([]),
  reports: z.array(row.partial().required({ code: true })).default([]),
});

export type CatalogueFile = z.infer<typeof shape>;
export type FileRow = CatalogueFile['reports'][number];
export type FileTiming = NonNullable<FileRow['sets']>[number];
export type FileShape = CatalogueFile['shapes'][number];

/** The part of a row that says when it is awaited, for a row without sets. */
export const timingFields = Object.keys(timingOfRow) as (keyof FileTiming & keyof FileRow)[];

export interface ReadCatalogue extends YamlText<CatalogueFile> {
  subject: string;
}

/**
 * Reads the text of a catalogue file.
 * @param subject begins the sentence of a refusal, with the path
 * @throws RapError CONFIG_INVALID naming line, field and cure
 */
export function readCatalogueText(text: string, subject: string): ReadCatalogue {
  const read = readYaml(text, shape, { subject, whole: 'catalogue' });
  const faults = [
    ...read.data.reports.flatMap((one, index) => nameFaults(one, ['reports', index], one.code)),
    ...read.data.shapes.flatMap((one, index) => nameFaults(one, ['shapes', index], 'X')),
    ...read.data.layouts.flatMap((one, index) =>
      layoutProblems(one).map(({ field, problem, cure }) => {
        const path = ['layouts', index, ...field];
        return { path, fault: { field: fieldName(path), problem, cure } };
      }),
    ),
  ];
  if (faults.length > 0) {
    throw refusal(
      subject,
      faults.map(({ path, fault }) => atLine(read.lineOf(path), fault, path)),
    );
  }
  return { ...read, subject };
}

interface Placed {
  path: PropertyKey[];
  fault: Fault;
}

/** What is wrong with how a row shows its file names. */
function nameFaults({ file, expression, example }: FileName, place: PropertyKey[], code: string): Placed[] {
  const faults: Placed[] = [];
  const say = (field: string, problem: string, cure: string) => {
    const path = [...place, field];
    faults.push({ path, fault: { field: fieldName(path), problem, cure } });
  };
  if (file !== undefined && expression !== undefined) {
    say('expression', 'stands beside "file"', 'Keep one of the two.');
  }
  const template = file === undefined ? '' : templateExpression(file, code, []);
  if (typeof template !== 'string') say('file', `"${file}" ${template.wrong}`, 'Correct the template.');
  if (expression !== undefined) {
    const found = wholeName(expression.replaceAll('{code}', code));
    if (found === undefined) say('expression', 'is not a regular expression', 'Correct the expression.');
    else if (example !== undefined && !found.test(example)) {
      say('example', 'is not taken by the expression', 'Correct the expression or the example.');
    }
  }
  return faults;
}

/** Layouts of data files as a catalogue writes them: places in bytes from 1, "34-41". */
import { z } from 'zod';
import type { Layout, Place } from '../integrity/layouts.ts';

const word = z.string().trim().min(1, 'is empty');
const PLACE = /^(\d{1,6})-(\d{1,6})$/;
const place = z
  .string()
  .trim()
  .refine((text) => {
    const [, from, to] = PLACE.exec(text) ?? [];
    return Number(from) >= 1 && Number(to) >= Number(from);
  }, 'is not a place like 34-41');

export const fileLayout = z.strictObject({
  layout: word,
  kind: z.enum(['records', 'csv', 'rpf01', 'lis']),
  length: z
    .string()
    .trim()
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) >= 14, 'is not a length from 14 to 99999')
    .optional(),
  details: z.array(z.string().length(1, 'is not one character')).min(1, 'names no type').optional(),
  tradeDate: place.optional(),
  columns: z.array(word).min(1, 'names no column').optional(),
  fields: z.record(word, place).default({}),
  totals: z.record(word, place).default({}),
  checksum: z.strictObject({ field: word, of: z.array(word).min(1, 'names no field') }).optional(),
  values: z.record(word, z.array(z.string()).min(1, 'names no value')).default({}),
});

export type FileLayout = z.infer<typeof fileLayout>;

interface Problem {
  field: string[];
  problem: string;
  cure: string;
}

/** What is wrong with a layout, each part of it being right by itself. */
export function layoutProblems(one: FileLayout): Problem[] {
  if (one.columns !== undefined && one.kind !== 'csv') {
    return [{ field: ['columns'], problem: 'goes with the kind csv', cure: 'Remove columns.' }];
  }
  if (one.kind !== 'records') {
    const over = (['length', 'details', 'tradeDate', 'checksum'] as const).find((name) => one[name]);
    return over === undefined
      ? []
      : [{ field: [over], problem: `goes with the kind records`, cure: `Remove ${over}.` }];
  }
  const { length, details, tradeDate, fields, totals, checksum, values } = one;
  const lacks = length === undefined ? 'length' : details === undefined ? 'details' : undefined;
  if (lacks !== undefined) return [{ field: [], problem: `has no ${lacks}`, cure: `Add ${lacks}.` }];
  const places: [string[], string][] = [
    ...(tradeDate === undefined ? [] : [[['tradeDate'], tradeDate] as [string[], string]]),
    ...Object.entries(fields).map(([name, at]): [string[], string] => [['fields', name], at]),
    ...Object.entries(totals).map(([name, at]): [string[], string] => [['totals', name], at]),
  ];
  const beyond = places
    .filter(([, at]) => end(at) > Number(length))
    .map(([field]) => ({
      field,
      problem: `ends behind the record`,
      cure: 'Correct the place or the length.',
    }));
  const named: [string[], string][] = [
    ...Object.keys(totals).map((name): [string[], string] => [['totals', name], name]),
    ...Object.keys(values).map((name): [string[], string] => [['values', name], name]),
    ...[...(checksum?.of ?? []), ...(checksum === undefined ? [] : [checksum.field])].map(
      (name): [string[], string] => [['checksum'], name],
    ),
  ];
  const unknown = named
    .filter(([, name]) => !Object.hasOwn(fields, name))
    .map(([field, name]) => ({ field, problem: `names no field "${name}"`, cure: 'Add it to fields.' }));
  const unsummed = (checksum?.of ?? [])
    .filter((name) => Object.hasOwn(fields, name) && !Object.hasOwn(totals, name))
    .map((name) => ({
      field: ['checksum'],
      problem: `adds "${name}", which is not among the totals`,
      cure: 'Add it to totals.',
    }));
  return [...beyond, ...unknown, ...unsummed];
}

/** By name; of two of one name the later one counts. */
export function layoutsOf(all: readonly FileLayout[]): Map<string, Layout> {
  return new Map(all.map((one) => [one.layout, layoutOf(one)]));
}

function layoutOf({
  kind,
  length,
  details = [],
  tradeDate,
  fields,
  totals,
  checksum,
  values,
  columns,
}: FileLayout): Layout {
  if (kind === 'csv') return { kind, ...(columns === undefined ? {} : { columns }) };
  if (kind !== 'records') return { kind };
  return {
    kind,
    length: Number(length),
    details,
    ...(tradeDate === undefined ? {} : { tradeDate: placeOf(tradeDate) }),
    fields: Object.fromEntries(Object.entries(fields).map(([name, at]) => [name, placeOf(at)])),
    totals: Object.entries(totals).map(([field, at]) => ({ field, trailer: placeOf(at) })),
    ...(checksum === undefined ? {} : { checksum }),
    values: Object.entries(values).map(([field, of]) => ({ field, of })),
  };
}

function placeOf(text: string): Place {
  const [, from, to] = PLACE.exec(text) ?? [];
  return [Number(from) - 1, Number(to) - Number(from) + 1];
}

function end(text: string): number {
  return Number(PLACE.exec(text)?.[2]);
}

/** Layouts of data files as a catalogue writes them: places in bytes from 1, "34-41". */
import { z } from 'zod';
import { dayNumber } from '../../time/seconds.ts';
import type { Layout, Place, RecordLayout } from '../integrity/layouts.ts';

const word = z.string().trim().min(1, 'is empty');
const PLACE = /^(\d{1,6})-(\d{1,6})$/;
const place = z
  .string()
  .trim()
  .refine((text) => {
    const [, from, to] = PLACE.exec(text) ?? [];
    return Number(from) >= 1 && Number(to) >= Number(from);
  }, 'is not a place like 34-41');
const date = z.string().refine((text) => dayNumber(text) !== undefined, 'is not a real date like 2027-11-01');
const count = z.string().regex(/^[1-9]\d{0,8}$/, 'is not a number from 1 on');

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
  settlement: z
    .strictObject({
      at: place,
      calendar: word.default('securities'),
      rules: z.array(z.strictObject({ from: date, days: count })).min(1, 'names no rule'),
    })
    .optional(),
  columns: z.array(word).min(1, 'names no column').optional(),
  fields: z.record(word, place).default({}),
  totals: z.record(word, place).default({}),
  checksum: z.strictObject({ field: word, of: z.array(word).min(1, 'names no field') }).optional(),
  values: z.record(word, z.array(z.string()).min(1, 'names no value')).default({}),
  times: z.array(word).default([]),
  products: z
    .record(
      word,
      z.strictObject({
        of: z.tuple([word, word], 'names not two fields'),
        per: count,
        unless: word.optional(),
      }),
    )
    .default({}),
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
    const over = (['length', 'details', 'tradeDate', 'settlement', 'checksum'] as const).find(
      (name) => one[name],
    );
    return over === undefined
      ? []
      : [{ field: [over], problem: `goes with the kind records`, cure: `Remove ${over}.` }];
  }
  const { length, details, tradeDate, settlement, fields, totals, checksum, values, times, products } = one;
  const lacks = length === undefined ? 'length' : details === undefined ? 'details' : undefined;
  if (lacks !== undefined) return [{ field: [], problem: `has no ${lacks}`, cure: `Add ${lacks}.` }];
  if (settlement !== undefined && tradeDate === undefined) {
    return [{ field: ['settlement'], problem: 'counts from a trade date', cure: 'Add tradeDate.' }];
  }
  const places: [string[], string][] = [
    ...(tradeDate === undefined ? [] : [[['tradeDate'], tradeDate] as [string[], string]]),
    ...(settlement === undefined ? [] : [[['settlement', 'at'], settlement.at] as [string[], string]]),
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
    ...times.map((name): [string[], string] => [['times'], name]),
    ...Object.entries(products).flatMap(([name, { of, unless = name }]) =>
      [name, ...of, unless].map((field): [string[], string] => [['products', name], field]),
    ),
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
  settlement,
  fields,
  totals,
  checksum,
  values,
  times,
  products,
  columns,
}: FileLayout): Layout {
  if (kind === 'csv') return { kind, ...(columns === undefined ? {} : { columns }) };
  if (kind !== 'records') return { kind };
  return {
    kind,
    length: Number(length),
    details,
    ...(tradeDate === undefined ? {} : { tradeDate: placeOf(tradeDate) }),
    ...settlementOf(settlement),
    fields: Object.fromEntries(Object.entries(fields).map(([name, at]) => [name, placeOf(at)])),
    totals: Object.entries(totals).map(([field, at]) => ({ field, trailer: placeOf(at) })),
    ...(checksum === undefined ? {} : { checksum }),
    values: Object.entries(values).map(([field, of]) => ({ field, of })),
    times,
    products: Object.entries(products).map(([field, { of, per, unless }]) => ({
      ...{ field, of, per: BigInt(per) },
      ...(unless === undefined ? {} : { unless }),
    })),
  };
}

function settlementOf(one: FileLayout['settlement']): Pick<RecordLayout, 'settlement'> {
  if (one === undefined) return {};
  const rules = one.rules.map(({ from, days }) => ({ from, days: Number(days) }));
  return {
    settlement: {
      at: placeOf(one.at),
      calendar: one.calendar,
      rules: rules.sort((a, b) => (a.from < b.from ? -1 : 1)),
    },
  };
}

function placeOf(text: string): Place {
  const [, from, to] = PLACE.exec(text) ?? [];
  return [Number(from) - 1, Number(to) - Number(from) + 1];
}

function end(text: string): number {
  return Number(PLACE.exec(text)?.[2]);
}

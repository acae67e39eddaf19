/** CSV reports, alone or in zips. Columns and control-file contents are invented. */
import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import type { Chance } from './random.ts';
import { stocks } from './stocks.ts';

export type Row = readonly (string | number)[];

export function csv(rows: readonly Row[]): Buffer {
  return Buffer.from(`${rows.map((row) => row.join(',')).join('\r\n')}\r\n`);
}

/**
 * A zip with these files, the same bytes in every time zone: zip stores local times, so the given
 * 'YYYY-MM-DD HH:MM' is written as it stands.
 */
export function zip(files: Readonly<Record<string, Buffer>>, stamp: string, stored = false): Buffer {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = stamp.split(/\D/).map(Number);
  return Buffer.from(
    zipSync(files, { level: stored ? 0 : 6, mtime: new Date(year, month - 1, day, hour, minute) }),
  );
}

export interface PairFacts {
  code: string;
  participant: string;
  businessDate: string;
  set: string;
  stamp: string;
}

/** A control file that says what the data file must be: name, rows, bytes, SHA-256. */
export function controlAndData(
  facts: PairFacts,
  name: string,
  rows: readonly Row[],
): { control: Buffer; data: Buffer } {
  const data = csv(rows);
  const control = csv([
    ['REPORT', 'PARTICIPANT', 'BUSINESS_DATE', 'SET', 'DATA_FILE', 'ROWS', 'BYTES', 'SHA256'],
    [
      facts.code,
      facts.participant,
      facts.businessDate,
      facts.set,
      `${name}_DAT.csv`,
      rows.length - 1,
      data.length,
      createHash('sha256').update(data).digest('hex'),
    ],
  ]);
  return {
    control: zip({ [`${name}_CTL.csv`]: control }, facts.stamp),
    data: zip({ [`${name}_DAT.csv`]: data }, facts.stamp),
  };
}

/** RMAMP01, Marginable Position Report. */
export function marginablePositions(chance: Chance): Row[] {
  return [
    ['ACCOUNT', 'INSTRUMENT', 'MARKET', 'CURRENCY', 'QUANTITY', 'VALUE'],
    ...Array.from({ length: chance.between(60, 140) }, () => {
      const stock = chance.pick(stocks);
      const quantity = stock.lot * chance.between(-300, 300);
      return ['HOUSE', stock.code, 'HKMK', 'HKD', quantity, (quantity * stock.price).toFixed(2)];
    }),
  ];
}

/** RMAMR03, MTM and Margin Requirement Report (summary). */
export function marginSummary(chance: Chance): Row[] {
  return [
    ['ACCOUNT', 'CURRENCY', 'MTM', 'PORTFOLIO_MARGIN', 'ADD_ON', 'CREDIT', 'REQUIREMENT'],
    ...['HOUSE', 'CLIENT'].map((account) => {
      const [mtm, margin, addOn, credit] = [0, 1, 2, 3].map(() => chance.between(0, 90_000_000)) as [
        number,
        number,
        number,
        number,
      ];
      const sum = mtm + margin + addOn - credit;
      return [account, 'HKD', ...[mtm, margin, addOn, credit, sum].map((cents) => (cents / 100).toFixed(2))];
    }),
  ];
}

/** The series of a greeks file (RP009). */
export function greeks(chance: Chance, house: string): Row[] {
  return [
    ['CLEARING_HOUSE', 'SERIES', 'DELTA', 'GAMMA', 'VEGA', 'THETA', 'RHO'],
    ...Array.from({ length: chance.between(300, 600) }, (_, index) => [
      house,
      `SIM${String(index).padStart(5, '0')}`,
      ...[0, 1, 2, 3, 4].map(() => (chance.between(-1_000_000, 1_000_000) / 1_000_000).toFixed(6)),
    ]),
  ];
}

/** RP008: additional deposit or reserve-fund contribution. */
export function reserveFund(chance: Chance, participant: string, date: string): Row[] {
  return [
    ['PARTICIPANT', 'EFFECTIVE_DATE', 'KIND', 'CURRENCY', 'AMOUNT'],
    [participant, date, 'HKCC_ADDITIONAL_DEPOSIT', 'HKD', (chance.between(0, 9_000_000_00) / 100).toFixed(2)],
    [
      participant,
      date,
      'SEOCH_VARIABLE_CONTRIBUTION',
      'HKD',
      (chance.between(0, 9_000_000_00) / 100).toFixed(2),
    ],
  ];
}

/** A small table of figures, for reports of which nothing but the name is known. */
export function parameters(chance: Chance, participant: string, date: string): Row[] {
  return [
    ['PARTICIPANT', 'DATE', 'INSTRUMENT', 'VALUE'],
    ...stocks.map(({ code }) => [participant, date, code, (chance.between(0, 9_999_999) / 1000).toFixed(3)]),
  ];
}

/** A list that is the same for every participant. */
export function sharedStockList(): Row[] {
  return [
    ['STOCK_CODE', 'ISIN', 'BOARD_LOT', 'MARKET'],
    ...stocks.map((stock) => [stock.code, stock.isin, stock.lot, 'HKMK']),
  ];
}

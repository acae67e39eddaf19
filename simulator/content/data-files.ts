/** The fixed-length data files of CCASS: final and provisional clearing statement, ISI activity report. */

import { type Layout, record, total, type Values } from './fixed-length.ts';
import { dayFolder, RECORD_END } from './invented.ts';
import * as layouts from './layouts.ts';
import type { Chance } from './random.ts';
import { stocks } from './stocks.ts';

export interface DataFileFacts {
  participant: string;
  businessDate: string;
  settlementDate: string;
}

interface Trade {
  stockCode: number;
  isin: string;
  side: string;
  tradeTime: string;
  tradeReference: string;
  counterparty: number;
  quantity: number;
  /** Thousandths of a dollar. */
  price: number;
  /** Cents. */
  value: bigint;
  accruedInterest: number;
}

function trades(chance: Chance, count: number): Trade[] {
  return Array.from({ length: count }, (_, index) => {
    const stock = chance.pick(stocks);
    const quantity = stock.lot * chance.between(1, 900);
    const price = Math.max(10, Math.round(stock.price * chance.between(970, 1030)));
    return {
      stockCode: stock.code,
      isin: stock.isin,
      side: chance.pick(['B', 'S']),
      tradeTime: `${chance.between(10, 15)}${String(chance.between(0, 59)).padStart(2, '0')}`,
      tradeReference: `${chance.between(1000, 1999)}${String(index + 1).padStart(12, '0')}`,
      counterparty: chance.between(1, 1999),
      quantity,
      price,
      value: (BigInt(quantity) * BigInt(price)) / 10n,
      accruedInterest: stock.bond ? chance.between(0, 9_999_999) : 0,
    };
  });
}

/** Stock code + quantity + price + value + accrued interest (published for the PCS, used for both). */
function tradeChecksum(trade: Trade): bigint {
  return total([trade.stockCode, trade.quantity, trade.price, trade.value, trade.accruedInterest], 14);
}

function tradeTotals(all: readonly Trade[]): Values {
  return {
    stockCodes: total(
      all.map((one) => one.stockCode),
      10,
    ),
    quantities: total(
      all.map((one) => one.quantity),
      17,
    ),
    prices: total(
      all.map((one) => one.price),
      13,
    ),
    values: total(
      all.map((one) => one.value),
      18,
    ),
    accruedInterests: total(
      all.map((one) => one.accruedInterest),
      18,
    ),
    checksums: total(all.map(tradeChecksum), 18),
  };
}

function file(records: readonly (readonly [Layout, Values])[]): Buffer {
  return Buffer.from(
    records.map(([fields, values]) => record(fields, values) + RECORD_END).join(''),
    'latin1',
  );
}

/** CCLTN05, Final Clearing Statement. */
export function finalClearingStatement(facts: DataFileFacts, chance: Chance): Buffer {
  const all = trades(chance, chance.between(180, 320));
  return file([
    [
      layouts.fcsHeader,
      {
        recordType: '0',
        participant: facts.participant,
        report: 'CCLTN05',
        name: 'FCS',
        market: 'HKMK',
        tradeDate: dayFolder(facts.businessDate),
        settlementDate: dayFolder(facts.settlementDate),
      },
    ],
    ...all.map(
      (trade, index) =>
        [
          layouts.fcsDetail,
          {
            ...trade,
            recordType: '1',
            indicator: 1,
            isolated: '1',
            position: `P${String(index + 1).padStart(8, '0')}`,
            broker: 1999,
            clearingParticipant: facts.participant,
            currency: 'HKD',
            method: 'A',
            shortSell: 'N',
            origin: 'A',
            checksum: tradeChecksum(trade),
          },
        ] as const,
    ),
    [layouts.fcsTrailer, { recordType: '9', ...tradeTotals(all) }],
  ]);
}

/** CCLTN04, Provisional Clearing Statement. */
export function provisionalClearingStatement(facts: DataFileFacts, chance: Chance): Buffer {
  const all = trades(chance, chance.between(180, 320));
  return file([
    [
      layouts.pcsHeader,
      {
        recordType: '0',
        participant: facts.participant,
        report: 'CCLTN04',
        name: 'PCS',
        market: 'HKMK',
        tradeDate: dayFolder(facts.businessDate),
      },
    ],
    ...all.map(
      (trade) =>
        [
          layouts.pcsDetail,
          {
            ...trade,
            recordType: '1',
            broker: 1999,
            clearingParticipant: facts.participant,
            currency: 'HKD',
            method: 'A',
            checksum: tradeChecksum(trade),
          },
        ] as const,
    ),
    [layouts.pcsTrailer, { recordType: '9', details: all.length, ...tradeTotals(all) }],
  ]);
}

/** CIPSI02, ISI Activity Report. */
export function isiActivityReport(facts: DataFileFacts, chance: Chance): Buffer {
  const activities = Array.from({ length: chance.between(30, 60) }, () => {
    const stock = chance.pick(stocks);
    const quantity = stock.lot * chance.between(1, 400);
    const value = BigInt(quantity) * BigInt(Math.round(stock.price * 100));
    const settlementDate = Number(dayFolder(facts.settlementDate));
    return {
      recordType: '1',
      time: `${chance.between(10, 18)}${String(chance.between(0, 59)).padStart(2, '0')}${String(chance.between(0, 59)).padStart(2, '0')}`,
      user: `USER${chance.between(1, 9)}`,
      function: chance.between(1, 5),
      status: chance.pick(['F', 'P', 'U']),
      counterparty: `B0${chance.between(1000, 1999)}`,
      instruction: 'R',
      payment: chance.pick(['FOP', 'DVP', 'RDP']),
      onHold: chance.pick(['Y', 'N']),
      settlementDate,
      stockCode: stock.code,
      isin: stock.isin,
      quantity,
      value,
      currency: 'HKD',
      // Published: "sum of settlement date, stock code, quantity, ..."; that value is the last term is invented.
      checksum: total([settlementDate, stock.code, quantity, value], 14),
    };
  });
  const counts = {
    pending: chance.between(0, 40),
    unaffirmed: chance.between(0, 40),
    changes: chance.between(0, 40),
    authorizations: chance.between(0, 40),
    deletions: chance.between(0, 40),
    onHoldRdp: chance.between(0, 40),
    onHoldDvp: chance.between(0, 40),
  };
  const chargesChecksum = total(Object.values(counts), 11);
  return file([
    [
      layouts.isiHeader,
      {
        recordType: '0',
        participant: facts.participant,
        report: 'CIPSI02',
        name: 'ISI ACT REPORT',
        market: 'HKMK',
        date: dayFolder(facts.businessDate),
      },
    ],
    ...activities.map((activity) => [layouts.isiActivity, activity] as const),
    [layouts.isiCharges, { recordType: '2', ...counts, checksum: chargesChecksum }],
    [
      layouts.isiTrailer,
      {
        recordType: '9',
        activities: activities.length,
        charges: 1,
        stockCodes: total(
          activities.map((one) => one.stockCode),
          10,
        ),
        quantities: total(
          activities.map((one) => one.quantity),
          18,
        ),
        values: total(
          activities.map((one) => one.value),
          18,
        ),
        checksums: total([...activities.map((one) => one.checksum), chargesChecksum], 18),
      },
    ],
  ]);
}

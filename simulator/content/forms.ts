/**
 * What each report has inside, by its code. Layouts, columns and figures are invented except where data-files.ts,
 * risk-file.ts and margin-parameters.ts say otherwise.
 */

import type { Installation } from '../../lib/model/types.ts';
import { nextBusinessDay } from '../../lib/time/calendar.ts';
import type { IsoDate } from '../../lib/time/hong-kong.ts';
import { finalClearingStatement, isiActivityReport, provisionalClearingStatement } from './data-files.ts';
import { dayFolder } from './invented.ts';
import { marginParameters } from './margin-parameters.ts';
import type { Chance } from './random.ts';
import { riskFile } from './risk-file.ts';
import { collateralAccount, moneyLedger } from './statements.ts';
import * as tables from './tables.ts';

/** What a report is about. */
export interface ReportFacts {
  installation: Installation;
  code: string;
  /** Of the catalogue's row. */
  variant: string;
  participant: string;
  date: IsoDate;
  set: string;
  half: string;
  /** The file name without its extension. */
  stem: string;
  riskFileBytes: number;
}

/**
 * @param chance gives the figures
 * @param stamp 'YYYY-MM-DD HH:MM', Hong Kong: when it was made
 */
export type Content = (chance: Chance, stamp: string) => Buffer | Iterable<Buffer>;

export interface Form {
  /** Of a name that leaves it open. */
  extension: string;
  content: Content;
}

type FormOf = (facts: ReportFacts) => Form;

/** The form of a report; a code of which nothing is known gets a small table. */
export function formOf(facts: ReportFacts): Form {
  const { installation, code, variant } = facts;
  const words = [`${installation} ${code} ${variant}`.trim(), code];
  const found = words.find((word) => Object.hasOwn(forms, word)) ?? '';
  return (forms[found] ?? table(tables.parameters))(facts);
}

const dataFile =
  (make: typeof finalClearingStatement): FormOf =>
  ({ participant, date }) => {
    // [stated] T+2
    const settlementDate = nextBusinessDay('securities', nextBusinessDay('securities', date));
    const facts = { participant, businessDate: date, settlementDate };
    return { extension: 'txt', content: (chance) => make(facts, chance) };
  };

const statement =
  (make: typeof moneyLedger, title: string): FormOf =>
  ({ code, participant, date }) => ({
    extension: 'txt',
    content: (chance, printedAt) => make({ code, title, participant, businessDate: date, printedAt }, chance),
  });

const table =
  (rows: (chance: Chance, participant: string, date: string) => tables.Row[]): FormOf =>
  ({ participant, date }) => ({
    extension: 'csv',
    content: (chance) => tables.csv(rows(chance, participant, date)),
  });

/** A control file and a data file, each in a zip. */
const pair =
  (rows: (chance: Chance) => tables.Row[]): FormOf =>
  ({ code, participant, date, set, half, stem }) => {
    const which = half === 'CTL' ? 'control' : 'data';
    const name = stem.replace(/_(CTL|DAT)$/, '');
    return {
      extension: 'zip',
      content: (chance, stamp) =>
        tables.controlAndData({ code, participant, businessDate: date, set, stamp }, name, rows(chance))[
          which
        ],
    };
  };

const risk =
  (title: string): FormOf =>
  ({ date, riskFileBytes }) => ({
    extension: 'lis',
    content: (chance) => riskFile(title, dayFolder(date), riskFileBytes, chance),
  });

const riskZip =
  (title: string, ending: string, most: number): FormOf =>
  ({ date, stem, riskFileBytes }) => ({
    extension: 'zip',
    content: (chance, stamp) => {
      const inside = [...riskFile(title, dayFolder(date), Math.min(riskFileBytes, most), chance)];
      return tables.zip({ [`${stem}.${ending}`]: Buffer.concat(inside) }, stamp, true);
    },
  });

/** The zip of all of a day is no larger than this, however large the files are by themselves. */
const ZIPPED_RISK_BYTES = 1024 * 1024;

const forms: Readonly<Record<string, FormOf>> = {
  CCLTN04: dataFile(provisionalClearingStatement),
  CCLTN05: dataFile(finalClearingStatement),
  CIPSI02: dataFile(isiActivityReport),
  CSEMA08: statement(moneyLedger, 'STATEMENT OF MONEY LEDGER'),
  CSEMS08: statement(moneyLedger, 'STATEMENT OF MONEY LEDGER (DAY END)'),
  CFIPM01: statement(moneyLedger, 'MARKS AND COLLATERAL COLLECTION'),
  CRMMG01: statement(moneyLedger, 'INTRA-DAY MARGIN PAYABLE'),
  CCMDS01: statement(collateralAccount, 'STATEMENT OF COLLATERAL ACCOUNT'),
  CCLID01: table(tables.marginablePositions),
  RMAMP01: pair(tables.marginablePositions),
  RMAMR01: pair(tables.marginSummary),
  RMAMR03: pair(tables.marginSummary),
  RPF01: ({ date }) => ({ extension: 'csv', content: (chance) => marginParameters(date, chance) }),
  'hkscc RPF': riskZip('VAR PLATFORM RISK PARAMETERS', 'csv', Number.POSITIVE_INFINITY),
  'hkcc-seoch RPF zip': riskZip('RISK PARAMETERS FINAL', 'lis', ZIPPED_RISK_BYTES),
  RPF: risk('RISK PARAMETERS FINAL'),
  RPI: risk('RISK PARAMETERS INTRA-DAY'),
  RPP: risk('RISK PARAMETERS EARLY'),
  RP008: table(tables.reserveFund),
  RP009: ({ date }) => ({
    extension: 'zip',
    content: (chance, stamp) =>
      tables.zip(
        Object.fromEntries(
          ['HKCC', 'SEOCH'].map((house) => [
            `RP009_${house}_${dayFolder(date).slice(2)}.csv`,
            tables.csv(tables.greeks(chance, house)),
          ]),
        ),
        stamp,
      ),
  }),
};

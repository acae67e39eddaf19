/**
 * Which reports a business day brings, where they lie and when they appear. Times marked [stated] are
 * published (Hong Kong time); the others come from `invented.ts`.
 */
import {
  isBusinessDay,
  isGeneralHoliday,
  nextBusinessDay,
  previousBusinessDay,
} from '../../lib/time/calendar.ts';
import { addDays, dayOfWeek, fromHongKong, hongKongStamp, type IsoDate } from '../../lib/time/hong-kong.ts';
import type { Installation } from '../../lib/words/types.ts';
import { finalClearingStatement, isiActivityReport, provisionalClearingStatement } from './data-files.ts';
import { accounts, dayFolder, derivativesFolders, EVERYONE, reportStem, times } from './invented.ts';
import { Chance } from './random.ts';
import { riskFile } from './risk-file.ts';
import { collateralAccount, moneyLedger } from './statements.ts';
import * as tables from './tables.ts';

export interface PlannedReport {
  installation: Installation;
  /** Remote path, '/INBOX/20250620/CCLTN05_SIM001_20250620.txt'. */
  path: string;
  businessDate: IsoDate;
  /** Milliseconds since 1970; also the file's modification time. */
  appearsAt: number;
  /** The content in pieces; a higher revision is the same report issued again with other figures. */
  content(revision: number): Iterable<Buffer>;
}

export interface PlanOptions {
  seed: number;
  riskFileBytes: number;
  /** Whether the day has event-day reports (RP008); default: the first derivatives day of a quarter. */
  eventDay?: boolean;
}

/** All reports about one business date, in the order in which they appear. */
export function planDay(installation: Installation, date: IsoDate, options: PlanOptions): PlannedReport[] {
  const plan = installation === 'hkscc' ? securitiesDay(date, options) : derivativesDay(date, options);
  return plan.sort((a, b) => a.appearsAt - b.appearsAt || (a.path < b.path ? -1 : 1));
}

/** Makes the planned reports of a day with less to write down. */
function planner(installation: Installation, date: IsoDate, options: PlanOptions) {
  return (
    folder: string,
    name: string,
    time: string,
    content: (chance: Chance, stamp: string) => Buffer | Iterable<Buffer>,
    /** The day it appears on; the words its figures hang on. */
    { day = date, figures = name }: { day?: IsoDate; figures?: string } = {},
  ): PlannedReport => {
    const appearsAt = fromHongKong(`${day} ${time}`);
    return {
      installation,
      path: `${folder}/${name}`,
      businessDate: date,
      appearsAt,
      content(revision) {
        const words = [options.seed, installation, figures, ...(revision === 0 ? [] : [revision])];
        const made = content(new Chance(...words), hongKongStamp(appearsAt).slice(0, 16));
        return Buffer.isBuffer(made) ? [made] : made;
      },
    };
  };
}

function securitiesDay(date: IsoDate, options: PlanOptions): PlannedReport[] {
  const { participant } = accounts.hkscc;
  const report = planner('hkscc', date, options);
  const inbox = `/INBOX/${dayFolder(date)}`;
  const common = `/COMMON/${dayFolder(date)}`;
  const settlementDate = nextBusinessDay('securities', nextBusinessDay('securities', date));
  const facts = { participant, businessDate: date, settlementDate };
  const own = (code: string) => `${reportStem(code, participant, date)}.txt`;
  const statement = (code: string, title: string, printedAt: string) => ({
    code,
    title,
    participant,
    businessDate: date,
    printedAt,
  });
  const pair = (code: string, set: number, time: string, rows: (chance: Chance) => tables.Row[]) => {
    const stem = reportStem(code, participant, date, String(set));
    const half = (which: 'control' | 'data') => (chance: Chance, stamp: string) =>
      tables.controlAndData({ code, participant, businessDate: date, set, stamp }, stem, rows(chance))[which];
    // Both halves hang on the same words, so that the control file tells the truth about the data file.
    return [
      report(inbox, `${stem}_CTL.zip`, time, half('control'), { figures: stem }),
      report(inbox, `${stem}_DAT.zip`, time, half('data'), { figures: stem }),
    ];
  };
  const ledgerMorning = nextMorning(date);
  const riskStem = reportStem('RPF', EVERYONE, date);
  return [
    report(inbox, own('CCLTN04'), times.provisionalClearing, (chance) =>
      provisionalClearingStatement(facts, chance),
    ),
    report(inbox, own('CCLTN05'), times.finalClearing, (chance) => finalClearingStatement(facts, chance)),
    report(inbox, own('CIPSI02'), times.isiActivity, (chance) => isiActivityReport(facts, chance)),
    // [stated] about 16:30
    report(inbox, own('CSEMA08'), '16:30', (chance, stamp) =>
      moneyLedger(statement('CSEMA08', 'STATEMENT OF MONEY LEDGER', stamp), chance),
    ),
    // [stated] from 08:00 of the next morning, Saturdays included
    report(
      `/INBOX/${dayFolder(ledgerMorning)}`,
      own('CSEMS08'),
      '08:00',
      (chance, stamp) =>
        moneyLedger(statement('CSEMS08', 'STATEMENT OF MONEY LEDGER (DAY END)', stamp), chance),
      { day: ledgerMorning },
    ),
    report(inbox, own('CCMDS01'), times.collateral, (chance, stamp) =>
      collateralAccount(statement('CCMDS01', 'STATEMENT OF COLLATERAL ACCOUNT', stamp), chance),
    ),
    ...pair('RMAMP01', 1, times.marginablePositions, tables.marginablePositions),
    // [stated] about 11:30, 17:15 and 21:00; set 2 (about 14:30) comes only when applicable
    ...pair('RMAMR03', 1, '11:30', tables.marginSummary),
    ...pair('RMAMR03', 3, '17:15', tables.marginSummary),
    ...pair('RMAMR03', 4, '21:00', tables.marginSummary),
    report(common, `${reportStem('STOCKLIST', EVERYONE, date)}.csv`, times.sharedLists, () =>
      tables.csv(tables.sharedStockList()),
    ),
    report('/RPF', `${riskStem}.zip`, times.varRiskFile, (chance, stamp) =>
      tables.zip(
        {
          [`${riskStem}.csv`]: Buffer.concat([
            ...riskFile('VAR PLATFORM RISK PARAMETERS', dayFolder(date), options.riskFileBytes, chance),
          ]),
        },
        stamp,
        true,
      ),
    ),
  ];
}

function derivativesDay(date: IsoDate, options: PlanOptions): PlannedReport[] {
  const { participant } = accounts['hkcc-seoch'];
  const report = planner('hkcc-seoch', date, options);
  const inbox = `${derivativesFolders.own}/${dayFolder(date)}`;
  const common = `${derivativesFolders.common}/${dayFolder(date)}`;
  const yymmdd = dayFolder(date).slice(2);
  // [stated] the shapes of these names
  const lis = (letter: 'i' | 'p' | 'f', time = '') =>
    `rp${letter}______-_____-__-_____-${yymmdd}${time === '' ? '' : `-${time}`}.lis`;
  const risk = (name: string) => (chance: Chance) =>
    riskFile(`RISK PARAMETERS ${name}`, dayFolder(date), options.riskFileBytes, chance);
  const event = options.eventDay ?? isFirstDayOfQuarter(date);
  return [
    report(inbox, `${reportStem('CCMDS01', participant, date)}.txt`, times.collateral, (chance, stamp) =>
      collateralAccount(
        {
          code: 'CCMDS01',
          title: 'STATEMENT OF COLLATERAL ACCOUNT',
          participant,
          businessDate: date,
          printedAt: stamp,
        },
        chance,
      ),
    ),
    ...(event
      ? [
          report(inbox, `${reportStem('RP008', participant, date)}.csv`, times.reserveFund, (chance) =>
            tables.csv(tables.reserveFund(chance, participant, date)),
          ),
        ]
      : []),
    report(common, `RP009_${yymmdd}.zip`, times.greeks, (chance, stamp) =>
      tables.zip(
        {
          [`RP009_HKCC_${yymmdd}.csv`]: tables.csv(tables.greeks(chance, 'HKCC')),
          [`RP009_SEOCH_${yymmdd}.csv`]: tables.csv(tables.greeks(chance, 'SEOCH')),
        },
        stamp,
      ),
    ),
    // [stated] about 09:00 and 13:00, about 18:30, about midnight
    report(common, lis('i', '0900'), '09:00', risk('INTRA-DAY')),
    report(common, lis('i', '1300'), '13:00', risk('INTRA-DAY')),
    report(common, lis('p'), '18:30', risk('EARLY')),
    report(common, lis('f'), times.finalRiskFile, risk('FINAL'), { day: addDays(date, 1) }),
  ];
}

/** [stated] the day-end ledger comes on the morning of the next business day or Saturday. */
function nextMorning(date: IsoDate): IsoDate {
  let day = addDays(date, 1);
  while (!isBusinessDay('securities', day) && (dayOfWeek(day) !== 6 || isGeneralHoliday(day))) {
    day = addDays(day, 1);
  }
  return day;
}

/** RP008 was published after a quarter's recalculation, on the quarter's first business day; the rule is invented. */
function isFirstDayOfQuarter(date: IsoDate): boolean {
  const quarter = (day: IsoDate) => Math.floor((Number(day.slice(5, 7)) - 1) / 3);
  return quarter(previousBusinessDay('derivatives', date)) !== quarter(date);
}

/**
 * Which reports a business day brings, where they lie and when they appear. Times marked [stated] are
 * published (Hong Kong time); the others come from `invented.ts`.
 */

import type { Installation } from '../../lib/model/types.ts';
import { isBusinessDay, isGeneralHoliday, previousBusinessDay } from '../../lib/time/calendar.ts';
import { addDays, dayOfWeek, fromHongKong, hongKongStamp, type IsoDate } from '../../lib/time/hong-kong.ts';
import { type Content, formOf, type ReportFacts } from './forms.ts';
import { accounts, dayFolder, derivativesFolders, EVERYONE, reportStem, times } from './invented.ts';
import { Chance } from './random.ts';
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

/** When the catalogue awaits a report of a date, milliseconds since 1970. */
export interface Awaited {
  about: number;
  lateAfter: number;
  cutOff: number;
}

/** A report as the catalogue has it. */
export interface CatalogueReport extends PlannedReport {
  code: string;
  set: string;
  half: string;
  participant: string;
  /** What the catalogue says; undefined where it has no times. */
  awaited?: Awaited;
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
export function planner(installation: Installation, date: IsoDate, options: PlanOptions) {
  return (
    folder: string,
    name: string,
    time: string,
    content: Content,
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
  const facts = (code: string, of = participant): ReportFacts => ({
    ...{ installation: 'hkscc', code, variant: '', participant: of, date, set: '', half: '' },
    ...{ stem: reportStem(code, of, date), riskFileBytes: options.riskFileBytes },
  });
  const own = (code: string, time: string, folder = inbox, day = date) => {
    const { extension, content } = formOf(facts(code));
    return report(folder, `${reportStem(code, participant, date)}.${extension}`, time, content, { day });
  };
  const pair = (code: string, set: string, time: string) => {
    const stem = reportStem(code, participant, date, set);
    // Both halves hang on the same words, so that the control file tells the truth about the data file.
    return ['CTL', 'DAT'].map((half) => {
      const { extension, content } = formOf({ ...facts(code), set, half, stem: `${stem}_${half}` });
      return report(inbox, `${stem}_${half}.${extension}`, time, content, { figures: stem });
    });
  };
  const ledgerMorning = nextMorning(date);
  const riskStem = reportStem('RPF', EVERYONE, date);
  return [
    own('CCLTN04', times.provisionalClearing),
    own('CCLTN05', times.finalClearing),
    own('CIPSI02', times.isiActivity),
    // [stated] about 16:30
    own('CSEMA08', '16:30'),
    // [stated] from 08:00 of the next morning, Saturdays included
    own('CSEMS08', '08:00', `/INBOX/${dayFolder(ledgerMorning)}`, ledgerMorning),
    own('CCMDS01', times.collateral),
    ...pair('RMAMP01', '1', times.marginablePositions),
    // [stated] about 11:30, 17:15 and 21:00; set 2 (about 14:30) comes only when applicable
    ...pair('RMAMR03', '1', '11:30'),
    ...pair('RMAMR03', '3', '17:15'),
    ...pair('RMAMR03', '4', '21:00'),
    report(
      `/COMMON/${dayFolder(date)}`,
      `${reportStem('STOCKLIST', EVERYONE, date)}.csv`,
      times.sharedLists,
      () => tables.csv(tables.sharedStockList()),
    ),
    report('/RPF', `${riskStem}.zip`, times.varRiskFile, formOf(facts('RPF', EVERYONE)).content),
  ];
}

function derivativesDay(date: IsoDate, options: PlanOptions): PlannedReport[] {
  const { participant } = accounts['hkcc-seoch'];
  const report = planner('hkcc-seoch', date, options);
  const inbox = `${derivativesFolders.own}/${dayFolder(date)}`;
  const common = `${derivativesFolders.common}/${dayFolder(date)}`;
  const yymmdd = dayFolder(date).slice(2);
  const contentOf = (code: string) =>
    formOf({
      ...{ installation: 'hkcc-seoch', code, variant: '', participant, date, set: '', half: '' },
      ...{ stem: reportStem(code, participant, date), riskFileBytes: options.riskFileBytes },
    }).content;
  // [stated] the shapes of these names
  const lis = (letter: 'i' | 'p' | 'f', time = '') =>
    `rp${letter}______-_____-__-_____-${yymmdd}${time === '' ? '' : `-${time}`}.lis`;
  const event = options.eventDay ?? isFirstDayOfQuarter(date);
  const own = (code: string, extension: string, time: string) =>
    report(inbox, `${reportStem(code, participant, date)}.${extension}`, time, contentOf(code));
  return [
    own('CCMDS01', 'txt', times.collateral),
    ...(event ? [own('RP008', 'csv', times.reserveFund)] : []),
    report(common, `RP009_${yymmdd}.zip`, times.greeks, contentOf('RP009')),
    // [stated] about 09:00 and 13:00, about 18:30, about midnight
    report(common, lis('i', '0900'), '09:00', contentOf('RPI')),
    report(common, lis('i', '1300'), '13:00', contentOf('RPI')),
    report(common, lis('p'), '18:30', contentOf('RPP')),
    report(common, lis('f'), times.finalRiskFile, contentOf('RPF'), { day: addDays(date, 1) }),
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
export function isFirstDayOfQuarter(date: IsoDate): boolean {
  const quarter = (day: IsoDate) => Math.floor((Number(day.slice(5, 7)) - 1) / 3);
  return quarter(previousBusinessDay('derivatives', date)) !== quarter(date);
}

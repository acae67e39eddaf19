/**
 * What a report is, told from its name and place alone. Report codes and the .lis and zip names are
 * published; the shape CODE_PARTICIPANT_YYYYMMDD of CCASS, CCMS, VaR and DCASS names on RAP is not, and is
 * therefore one row of a table that can be changed when the exchange's rule is known.
 */
import { isIsoDate } from '../time/hong-kong.ts';
import type { Report } from '../words/types.ts';

/** What the catalogue can tell of a report; '' for what it cannot. */
export type Recognised = Pick<Report, 'system' | 'code' | 'businessDate' | 'sequence'>;

export interface CatalogueEntry {
  system: 'CCASS' | 'CCMS' | 'VaR' | 'DCASS';
  code: string;
  title: string;
  /** The public document that names the code. */
  source: string;
}

const LAYOUTS = 'CCASS Terminal User Guide, report data file layouts';
const RISK_PAGE = 'HKEX risk data page, risk parameter files';

/** Every code is [stated] by its source, except RPI, RPP and RPF of DCASS: our names for three kinds of file. */
export const catalogue: readonly CatalogueEntry[] = [
  { system: 'CCASS', code: 'CCLTN04', title: 'Provisional Clearing Statement', source: LAYOUTS },
  { system: 'CCASS', code: 'CCLTN05', title: 'Final Clearing Statement', source: LAYOUTS },
  { system: 'CCASS', code: 'CIPSI02', title: 'ISI Activity Report', source: LAYOUTS },
  { system: 'CCASS', code: 'CCLID01', title: 'Intra-day Trade File', source: 'OCP API news, 3 Nov 2025' },
  {
    system: 'CCASS',
    code: 'CSEMA08',
    title: 'Statement of Money Ledger (evening)',
    source: 'its description, Dec 2015',
  },
  {
    system: 'CCASS',
    code: 'CSEMS08',
    title: 'Statement of Money Ledger (day end)',
    source: 'its description, Dec 2015',
  },
  {
    system: 'CCASS',
    code: 'CFIPM01',
    title: 'Marks and Collateral Collection',
    source: 'its description, Oct 2012',
  },
  {
    system: 'CCASS',
    code: 'CRMMG01',
    title: 'Intra-day Margin Payable',
    source: 'its description, Oct 2012',
  },
  { system: 'CCMS', code: 'CCMDS01', title: 'Statement of Collateral Account', source: 'CCMS guide 4.6' },
  {
    system: 'VaR',
    code: 'RMAMP01',
    title: 'Marginable Position Report',
    source: 'VaR Platform page, Nov 2021',
  },
  {
    system: 'VaR',
    code: 'RMAMR01',
    title: 'MTM and Margin Requirement Report',
    source: 'RMAMR03 specification, 2021',
  },
  {
    system: 'VaR',
    code: 'RMAMR03',
    title: 'MTM and Margin Requirement Report (summary)',
    source: 'RMAMR03 specification, 2021',
  },
  { system: 'VaR', code: 'RPF', title: 'Risk parameter file', source: 'RAP Technical Guide v5.0' },
  {
    system: 'DCASS',
    code: 'RP008',
    title: 'Additional deposit or reserve fund contribution',
    source: 'circular of 3 Oct 2022',
  },
  { system: 'DCASS', code: 'RP009', title: 'Financial greeks', source: 'HKEX risk data page, greeks files' },
  { system: 'DCASS', code: 'RPI', title: 'Intra-day risk parameters', source: RISK_PAGE },
  { system: 'DCASS', code: 'RPP', title: 'Early risk parameters', source: RISK_PAGE },
  { system: 'DCASS', code: 'RPF', title: 'Final risk parameters', source: RISK_PAGE },
];

interface Shape {
  /** Matched whatever the case. Groups: code, and where the name has them date, set and half. */
  pattern: RegExp;
  /** The system of all names of this shape, where the code alone does not tell it. */
  system?: CatalogueEntry['system'];
  /** Too loose to trust with a code that is not in the catalogue. */
  onlyKnown?: boolean;
}

/** Tried in this order. */
const shapes: readonly Shape[] = [
  // [stated] rpi______-_____-__-_____-yymmdd-hhmm.lis, rpp and rpf without a time
  {
    pattern: /^(?<code>rp[ipf])_{6}-_{5}-__-_{5}-(?<date>\d{6})(?:-(?<set>\d{4}))?\.lis$/i,
    system: 'DCASS',
  },
  // [stated] RP009_yymmdd.zip and RPF_yymmdd.zip on the web; that RAP uses the same names is not stated
  { pattern: /^(?<code>RP009|RPF)_(?<date>\d{6})\.zip$/i, system: 'DCASS' },
  // [invented] CODE_PARTICIPANT_YYYYMMDD[_set][_CTL|_DAT].ext; [inferred] codes have seven or five characters
  {
    pattern:
      /^(?<code>[A-Z]{5}\d{2}|RP\d{3}|RPF)_[A-Z0-9]+_(?<date>\d{8})(?:_(?<set>\d{1,4}))?(?:_(?<half>CTL|DAT))?\.[A-Z0-9]+$/i,
  },
  // [invented] a known code in front, whatever follows
  { pattern: /^(?<code>[A-Z]{5}\d{2}|RP\d{3})(?![A-Z0-9])/i, onlyKnown: true },
];

/**
 * Recognises a report. Never throws: what cannot be told is ''.
 * @param path full remote path; a folder YYYYMMDD in it ([invented] shape) gives the date when the name has none
 * @param name last part of the path
 */
export function recognise(path: string, name: string): Recognised {
  for (const { pattern, system, onlyKnown } of shapes) {
    const groups = pattern.exec(name)?.groups;
    if (groups === undefined) continue;
    const code = (groups.code ?? '').toUpperCase();
    const entry = entryOf(code, system);
    if (onlyKnown && entry === undefined) continue;
    return {
      system: entry?.system ?? '',
      code,
      businessDate: groups.date === undefined ? dateOfFolder(path) : isoDate(groups.date),
      sequence: [groups.set, groups.half?.toUpperCase()].filter((part) => part !== undefined).join('-'),
    };
  }
  return { system: '', code: '', businessDate: dateOfFolder(path), sequence: '' };
}

/** The catalogue's entry for a code; the first one when the system is not given. */
export function entryOf(code: string, system?: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.code === code && (system === undefined || entry.system === system));
}

/** 'YYYYMMDD' or 'yymmdd' (of this century) as 'YYYY-MM-DD'; '' when there is no such day. */
function isoDate(digits: string): string {
  const eight = digits.length === 6 ? `20${digits}` : digits;
  const date = `${eight.slice(0, 4)}-${eight.slice(4, 6)}-${eight.slice(6)}`;
  return isIsoDate(date) ? date : '';
}

/** The date of the innermost daily folder above the file. */
function dateOfFolder(path: string): string {
  const folders = path.split('/').slice(0, -1).reverse();
  return isoDate(folders.find((folder) => /^\d{8}$/.test(folder)) ?? '');
}

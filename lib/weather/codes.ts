/**
 * The Hong Kong Observatory's warning codes, as its open data API writes them, and which of them stop a session.
 * Extreme Conditions (EC here) are declared by the Government, not by the Observatory; its feeds never show them.
 */
import type { TriggerKind } from './rule.ts';

/** Which warning a code is a level of. Only one level of a family is in force at a time. */
export type Family = 'cyclone' | 'rain' | 'extreme' | 'other';

const cyclone = ['TC1', 'TC3', 'TC8', 'TC8NE', 'TC8SE', 'TC8SW', 'TC8NW', 'TC9', 'TC10'];
const rain = ['WRAINA', 'WRAINR', 'WRAINB'];
/** Announcements and warnings that no rule of a session names. WTCPRE8 says that No. 8 may come in two hours. */
const other = [
  'WTCPRE8',
  'WFIRE',
  'WFIREY',
  'WFIRER',
  'WFROST',
  'WHOT',
  'WCOLD',
  'WMSGNL',
  'WFNTSA',
  'WL',
  'WTMW',
  'WTS',
];

const families = new Map<string, Family>([
  ...cyclone.map((code): [string, Family] => [code, 'cyclone']),
  ...rain.map((code): [string, Family] => [code, 'rain']),
  ...other.map((code): [string, Family] => [code, 'other']),
  ['EC', 'extreme'],
]);

/** The family of a code, or undefined when the code is not known: an unknown code may be anything. */
export function familyOf(code: string): Family | undefined {
  return families.get(code);
}

/** What the code triggers, or undefined when it stops no session. */
export function triggerOf(code: string): TriggerKind | undefined {
  if (code === 'EC') return 'extreme-conditions';
  if (code === 'WRAINB') return 'black-rainstorm';
  return familyOf(code) === 'cyclone' && code !== 'TC1' && code !== 'TC3' ? 'no-8' : undefined;
}

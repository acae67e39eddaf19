/**
 * The Observatory's warning texts (open data API, dataType=warningInfo), a second source: which levels are in force.
 * Its times are those of the hourly bulletin and its words speak of coming and past signals too, so neither is read.
 */
import { asObject, excerpt, jsonObject, noGoodAnswer } from './answer.ts';
import { familyOf } from './codes.ts';
import { because, type Reason } from './reasons/index.ts';

export interface WarningInfo {
  /** Levels in force. */
  codes: string[];
  odd: Reason[];
  notices: Reason[];
}

/**
 * Reads the texts. When nothing is in force the list may be empty or missing, or the whole body an empty list.
 * @throws RapError WEATHER_HOLD when the body is something else
 */
export function parseWarningInfo(body: string): WarningInfo {
  const result: WarningInfo = { codes: [], odd: [], notices: [] };
  if (body.trim() === '[]') return result;
  const object = jsonObject(body);
  const { details = [] } = object;
  if (!Array.isArray(details)) throw noGoodAnswer(because('details-no-list', { answer: excerpt(object) }));
  if (!('details' in object) && Object.keys(object).length > 0) {
    throw noGoodAnswer(because('no-details', { answer: excerpt(object) }));
  }
  for (const raw of details) {
    const { warningStatementCode: statement, subtype } = asObject(raw) ?? {};
    const level = statement === 'WTCSGNL' || statement === 'WRAIN' ? subtype : statement;
    if (level === 'CANCEL') continue;
    const family = typeof level === 'string' ? familyOf(level) : undefined;
    if (typeof level !== 'string' || family === undefined) {
      result.odd.push(because('unknown-entry', { answer: excerpt(raw) }));
    } else {
      result.codes.push(level);
      if (level === 'WTCPRE8') result.notices.push(because('pre-no-8', { signal: level }));
    }
  }
  return result;
}

/**
 * The Observatory's warning texts (open data API, dataType=warningInfo), a second source: which levels are in force.
 * Its times are those of the hourly bulletin and its words speak of coming and past signals too, so neither is read.
 */
import { asObject, excerpt, jsonObject, notUnderstood } from './answer.ts';
import { codeTitle, familyOf } from './codes.ts';

export interface WarningInfo {
  /** Levels in force. */
  codes: string[];
  odd: string[];
  notices: string[];
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
  if (!Array.isArray(details)) throw notUnderstood(`"details" is no list: ${excerpt(object)}`);
  if (!('details' in object) && Object.keys(object).length > 0) {
    throw notUnderstood(`no "details": ${excerpt(object)}`);
  }
  for (const raw of details) {
    const { warningStatementCode: statement, subtype } = asObject(raw) ?? {};
    const level = statement === 'WTCSGNL' || statement === 'WRAIN' ? subtype : statement;
    if (level === 'CANCEL') continue;
    const family = typeof level === 'string' ? familyOf(level) : undefined;
    if (typeof level !== 'string' || family === undefined) {
      result.odd.push(`unknown entry ${excerpt(raw)}`);
    } else {
      result.codes.push(level);
      if (level === 'WTCPRE8')
        result.notices.push(`${codeTitle(level)}: No. 8 may be issued within two hours.`);
    }
  }
  return result;
}

/**
 * The Observatory's hourly report (open data API, dataType=rhrread or flw) as a sign of life: an empty warning list
 * bears no time, this report does, and it is renewed at least hourly.
 */
import { excerpt, isoTime, jsonObject, noGoodAnswer } from './answer.ts';
import { because } from './reasons/index.ts';

/** The time the report bears (epoch ms). @throws RapError WEATHER_HOLD when there is none */
export function parseFeedTime(body: string): number {
  const report = jsonObject(body);
  const updated = isoTime(report.updateTime);
  if (updated === undefined) throw noGoodAnswer(because('no-update-time', { answer: excerpt(report) }));
  return updated;
}

/**
 * RPF01, the initial margin risk parameter file. [stated] its rows and how many values each kind of field has (Initial
 * Margin Calculation Guide v1.4, section 2); figures and instruments are invented.
 */
import type { IsoDate } from '../../lib/time/hong-kong.ts';
import type { Chance } from './random.ts';
import { stocks } from './stocks.ts';
import { csv, type Row } from './tables.ts';

/** A real file has about a thousand scenarios of each sort. */
const SCENARIOS = { historical: 40, stressed: 42 };

export function marginParameters(date: IsoDate, chance: Chance): Buffer {
  const figure = () => (chance.between(-2_000_000, 2_000_000) / 10_000_000).toFixed(7);
  const figures = (count: number) => Array.from({ length: count }, figure);
  const head: Row[] = [
    ['Valuation_DT', date.split('-').reverse().join('/')],
    ['HVaR_WGT', '0.75'],
    ['SVaR_WGT', '0.25'],
    ['HVaR_Scen_Count', SCENARIOS.historical],
    ['SVaR_Scen_Count', SCENARIOS.stressed],
    ['STV_Count', '0'],
    ['HVaR_CL', '0.997'],
    ['SVaR_CL', '0.98'],
    ['HVaR_Measure', 'ES'],
    ['SVaR_Measure', 'ES'],
    ['Rounding', '100'],
    ['Holiday_Factor', '0'],
  ];
  const scenarios = Array.from({ length: SCENARIOS.stressed }, (_, index) => index + 1);
  const rows = stocks.flatMap(({ code }): Row[] => [
    [code, 1, ...figures(SCENARIOS.historical)],
    [code, 2, ...figures(SCENARIOS.stressed)],
    [code, 3, figure()],
    [code, 4, figure(), figure(), chance.between(1, 999), figure()],
  ]);
  return csv([...head, ['InstrumentID', 'FieldType', ...scenarios], ...rows]);
}

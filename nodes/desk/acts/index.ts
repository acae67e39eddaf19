/** All acts of the desk. */
import { acknowledgeAct } from './acknowledge.ts';
import type { Act } from './act.ts';
import { closeReportAct } from './close-report.ts';
import { drillCodeAct } from './drill-code.ts';
import { closeExpectationAct, conditionAct, deadlineAct } from './expectation.ts';
import { reportActs } from './reports.ts';
import { runNowAct } from './run-now.ts';
import { confirmSwitchAct, refuseSwitchAct, switchAct } from './switch.ts';
import { unlockAct } from './unlock.ts';
import { weatherWordAct } from './weather-word.ts';

export const acts: readonly Act[] = [
  acknowledgeAct,
  closeReportAct,
  runNowAct,
  unlockAct,
  ...[switchAct, confirmSwitchAct, refuseSwitchAct],
  weatherWordAct,
  ...[deadlineAct, conditionAct, closeExpectationAct],
  drillCodeAct,
  ...reportActs,
];

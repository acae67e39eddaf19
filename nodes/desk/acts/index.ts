/** All acts of the desk. */
import { acknowledgeAct } from './acknowledge.ts';
import { acknowledgeSeveralAct } from './acknowledge-several.ts';
import type { Act } from './act.ts';
import { closeReportAct } from './close-report.ts';
import { deliverManyAct } from './deliver-many.ts';
import { drillCodeAct } from './drill-code.ts';
import { closeExpectationAct, conditionAct, deadlineAct } from './expectation.ts';
import { renewKeyActs } from './renew-key.ts';
import { reportActs } from './reports.ts';
import { runNowAct } from './run-now.ts';
import { confirmSwitchAct, refuseSwitchAct, switchAct } from './switch.ts';
import { unlockAct } from './unlock.ts';
import { weatherWordAct } from './weather-word.ts';

export const acts: readonly Act[] = [
  ...[acknowledgeAct, acknowledgeSeveralAct],
  closeReportAct,
  runNowAct,
  unlockAct,
  ...[switchAct, confirmSwitchAct, refuseSwitchAct],
  weatherWordAct,
  ...[deadlineAct, conditionAct, closeExpectationAct],
  drillCodeAct,
  ...reportActs,
  deliverManyAct,
  ...renewKeyActs,
];

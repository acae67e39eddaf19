/**
 * A process that files a report beside other content on two shares of a home and queues mails about it, and is killed
 * as soon as the ledger has done one step of it: nothing that comes after the step in this process ever happens.
 * Arguments: the home, the step (a method of the ledger).
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { queueAlarm } from '../../../lib/alarms/alarms.ts';
import { type RouteOptions, routeReport } from '../../../lib/collection/route.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import type { Ledger, PendingAmendment } from '../../../lib/ledger/ledger.ts';
import type { RunContext } from '../../../lib/model/types.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { dying, type LedgerStep, mortal } from '../../support/dying.ts';
import { aVersion, START } from '../ledger/samples.ts';
import { someContacts } from '../mail/samples.ts';

export const CONTEXT: RunContext = {
  run: 'run-1',
  account: 'HKSCC',
  installation: 'hkscc',
  dataCentre: 'primary',
  address: '127.0.0.1:22',
};
export const RULES = ['ops', 'risk'].map((name) => ({
  ...{ system: '', code: '', folder: '' },
  share: `{home}/${name}`,
}));
const TEXT = 'the second content';

/** Files one report-route "route" does. */
export async function fileBeside(home: string, dieAfter?: LedgerStep): Promise<void> {
  const clock = new SimulatedClock(START);
  const real = await openHome(home, clock);
  for (const share of ['ops', 'risk']) {
    await fs.mkdir(path.join(home, share), { recursive: true });
    await fs.writeFile(path.join(home, share, 'a.txt'), 'the first content');
  }
  const file = path.join(home, 'landed');
  await fs.writeFile(file, TEXT);
  const sha256 = createHash('sha256').update(TEXT).digest('hex');
  const { versionId } = await real.reports.recordReceived(aVersion({ name: 'a.txt', file, sha256 }));
  const report = await real.reports.version(versionId);
  if (report === undefined) throw new Error('The report is not in the ledger');
  await real.shares.keepRouted('route', CONTEXT);
  const ledger = dying(real, dieAfter);
  await routeReport(report, routing(home, ledger));
  if (dieAfter === 'queueMail') {
    for (const one of await ledger.amendments.pendingAmendments(CONTEXT.account))
      await queueNews(ledger, one, ['ops']);
  }
  await real.close();
}

/** What a contact-notify node does with the news. */
export function queueNews(
  ledger: Ledger,
  { id: event, report, delivery }: PendingAmendment,
  groups: string[],
  contacts = someContacts(),
) {
  const { run, account } = CONTEXT;
  const alarm = {
    ...{ code: 'AMENDED', message: `${report.path} amended`, cure: '', where: delivery.file },
    ...{ run, account, at: START },
    ...{ event, amendment: { versionId: report.versionId, share: delivery.share } },
  };
  return queueAlarm(ledger, contacts, alarm, groups);
}

export function routing(home: string, ledger: Ledger): RouteOptions {
  const { run, account, installation } = CONTEXT;
  return { ledger, run, rules: RULES, context: { home, account, installation } };
}

/** The step is the last thing the process does: the first time this method of the ledger has done its work. */
export const killAfter = mortal(
  import.meta,
  (home, step: 'recordDelivery' | 'recordLastDelivery' | 'queueMail') => fileBeside(home, step),
);

/**
 * A process that files a report beside other content on two shares of a home, and is killed as soon as the ledger
 * has done one step of it: nothing that comes after the step in this process ever happens.
 * Arguments: the home, the step (a method of the ledger).
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { type RouteOptions, routeReport } from '../../../lib/collection/route.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import type { RunContext } from '../../../lib/words/types.ts';
import { dying, killed } from '../../support/dying.ts';
import { aVersion, START } from '../ledger/samples.ts';

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

/** @param step the last thing the process does: the first time this method of the ledger has done its work */
export async function killAfter(home: string, step: 'recordDelivery' | 'markRouted'): Promise<void> {
  await killed(import.meta.filename, home, step);
}

/** Files one report as report-route "route" does. */
export async function fileBeside(home: string, dieAfter?: keyof Ledger): Promise<void> {
  const clock = new SimulatedClock(START);
  const real = await openHome(home, clock);
  for (const share of ['ops', 'risk']) {
    await fs.mkdir(path.join(home, share), { recursive: true });
    await fs.writeFile(path.join(home, share, 'a.txt'), 'the first content');
  }
  const file = path.join(home, 'landed');
  await fs.writeFile(file, TEXT);
  const sha256 = createHash('sha256').update(TEXT).digest('hex');
  const { versionId } = await real.recordReceived(aVersion({ name: 'a.txt', file, sha256 }));
  const report = await real.version(versionId);
  if (report === undefined) throw new Error('The report is not in the ledger');
  await real.keepRouted('route', CONTEXT);
  await routeReport(report, routing(home, dying(real, dieAfter)));
  await real.close();
}

export function routing(home: string, ledger: Ledger): RouteOptions {
  const { run, account, installation } = CONTEXT;
  return { ledger, run, rules: RULES, context: { home, account, installation } };
}

const [, , home, step] = process.argv;
if (import.meta.main && home !== undefined) await fileBeside(home, step as keyof Ledger | undefined);

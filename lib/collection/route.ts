/** Puts received reports on the shares their rules name, and writes down where they lie. */
import { deliver } from '../delivery/deliver.ts';
import { type RouteContext, routesFor } from '../delivery/routes.ts';
import type { RouteRule } from '../delivery/rules.ts';
import { asRapError, RapError } from '../errors/rap-error.ts';
import type { Delivery, Ledger } from '../ledger/ledger.ts';
import type { ReceivedReport } from '../words/types.ts';
import { recordTrouble } from './trouble.ts';

export interface RouteOptions {
  ledger: Ledger;
  run: string;
  rules: RouteRule[];
  context: RouteContext;
  signal?: AbortSignal;
}

export interface Routed {
  report: ReceivedReport;
  deliveries: Delivery[];
  /** One for each share that could not be served, or UNROUTED. */
  errors: RapError[];
}

/** Delivers one report to all its shares; a share that fails does not keep the others waiting. */
export async function routeReport(report: ReceivedReport, options: RouteOptions): Promise<Routed> {
  const { ledger, run, rules, context } = options;
  const deliveries: Delivery[] = [];
  const errors: RapError[] = [];
  const shares = sharesOf(report, rules, context);
  if (shares instanceof RapError) {
    const of = { run, account: context.account, subject: report.path };
    return { report, deliveries, errors: [await recordTrouble(ledger, of, shares)] };
  }
  for (const share of shares) {
    try {
      const delivery = await deliver(
        report,
        share,
        options.signal === undefined ? {} : { signal: options.signal },
      );
      await ledger.recordDelivery({ ...delivery, versionId: report.versionId, run });
      deliveries.push(delivery);
    } catch (thrown) {
      const error = asRapError(thrown, 'DISK_ERROR', share);
      const { code, message, cure } = error;
      await ledger.recordDeliveryFailure({ versionId: report.versionId, share, code, message, cure, run });
      errors.push(error);
    }
  }
  if (errors.length === 0) await ledger.markRouted(report.versionId);
  return { report, deliveries, errors };
}

function sharesOf(report: ReceivedReport, rules: RouteRule[], context: RouteContext): string[] | RapError {
  try {
    const shares = routesFor(report, rules, context);
    return shares.length > 0 ? shares : new RapError('UNROUTED', `No routing rule matches ${report.path}`);
  } catch (thrown) {
    return asRapError(thrown, 'ROUTE_INVALID');
  }
}

/**
 * Delivers what earlier runs received but could not deliver everywhere.
 * @param tried versions this run has tried already
 */
export async function routeOpen(options: RouteOptions, tried: ReadonlySet<number>): Promise<Routed[]> {
  const routed: Routed[] = [];
  for (const report of await options.ledger.openVersions(options.context.account)) {
    if (tried.has(report.versionId)) continue;
    options.signal?.throwIfAborted();
    routed.push(await routeReport(report, options));
  }
  return routed;
}

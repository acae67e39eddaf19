/** Does a part of a session with the engine of the daily runs: the same log-in, listing, proof and ledger. */
import { collect } from '../../lib/collection/collect.ts';
import { takeListing } from '../../lib/collection/listing.ts';
import type { SessionKeeper } from '../../lib/collection/session-keeper.ts';
import { asRapError } from '../../lib/errors/rap-error.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { practiceContext, practiceLanding } from '../../lib/practice/books.ts';
import type { PracticePlan } from '../../lib/practice/plan.ts';
import { emptyResult, obtained, type PartResult } from '../../lib/practice/results.ts';
import type { DoPart, PartJob } from '../../lib/practice/run-day.ts';
import type { RapSession } from '../../lib/rap/session.ts';
import { type Clock, realClock } from '../../lib/time/clock.ts';
import type { ReceivedReport, Report, RunContext } from '../../lib/words/types.ts';

export interface PartPorts {
  plan: PracticePlan;
  ledger: Ledger;
  /** The clock of the day. */
  clock: Clock;
  home: string;
  keeperOf: (account: string) => SessionKeeper;
  /** How long a file must have stood still, milliseconds. */
  settle: number;
}

export function partDoer(ports: PartPorts): DoPart {
  return async (job) => {
    const { account, part, run, signal } = job;
    const { plan, clock } = ports;
    const keeper = ports.keeperOf(account);
    const result: PartResult = {
      ...emptyResult(plan, part, account, clock.now()),
      user: keeper.account.user,
      outcome: 'incomplete',
    };
    let cancel = () => {};
    try {
      const context = await keeper.logIn(run, 'timer', signal);
      result.loggedIn = true;
      cancel = cutWhenStopped(keeper.session(run), signal);
      result.address = context.address;
      result.dataCentre = context.dataCentre;
      let whole = context.dataCentre === part.dataCentre;
      if (part.tasks.includes('list')) {
        const got = await takeAll(keeper.session(run), practiceContext(context, plan.date), job, ports);
        Object.assign(result, obtained(plan, got.reports, got.failed));
        if (got.trouble !== undefined) result.trouble = got.trouble;
        whole = whole && got.complete;
      }
      result.outcome = whole ? 'complete' : 'incomplete';
    } catch (thrown) {
      const { code, message, cure } = asRapError(thrown);
      result.trouble = { code, message, cure };
    }
    result.loggedOut = await keeper.logOut(run);
    cancel();
    if (signal.aborted) result.outcome = 'stopped';
    else if (result.outcome === 'complete' && !result.loggedOut) result.outcome = 'incomplete';
    return { ...result, finishedAt: clock.now() };
  };
}

/** Real milliseconds that stopped work has to end in good order. */
const grace = 2_000;

/**
 * Work that is stopped finishes the requests under way. On a slow line that takes minutes which a terminated
 * session does not have: then the connection is cut.
 * @returns forgets the session
 */
function cutWhenStopped(session: RapSession, signal: AbortSignal): () => void {
  let cancel = () => {};
  const onAbort = () => {
    cancel = realClock.after(grace, () => session.destroy());
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    signal.removeEventListener('abort', onAbort);
    cancel();
  };
}

/** Lists, and downloads when the part asks for it; what an earlier try brought counts as obtained. */
async function takeAll(session: RapSession, context: RunContext, job: PartJob, ports: PartPorts) {
  const { ledger, clock, plan, home, settle } = ports;
  const { signal, part } = job;
  const listing = await takeListing(session, context, { clock, ledger, settle, signal });
  const [problem] = listing.problems;
  const trouble =
    problem === undefined ? undefined : { code: problem.code, message: problem.message, cure: '' };
  if (!part.tasks.includes('download')) {
    return { reports: [], failed: [], complete: listing.complete, trouble };
  }
  const landing = practiceLanding(home, plan.date);
  const summary = await collect(session, context, listing, { ledger, landing, signal });
  const known = listing.reports.filter(({ state }) => state === 'known');
  return {
    reports: [...summary.received, ...(await versions(ledger, context.account, known))],
    failed: [...summary.failed, ...summary.outstanding],
    complete: summary.complete,
    trouble,
  };
}

async function versions(
  ledger: Ledger,
  account: string,
  known: readonly Report[],
): Promise<ReceivedReport[]> {
  const rows = await ledger.versionsOf(
    account,
    known.map(({ path }) => path),
  );
  const found = await Promise.all([...rows.values()].map(({ versionId }) => ledger.version(versionId)));
  return found.filter((one) => one !== undefined);
}

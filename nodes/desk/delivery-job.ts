/**
 * Many reports are delivered again in the background, one job at a time: a request that lasts for minutes is cut by
 * proxies. Each delivery is recorded by itself, so a job that was stopped has lost nothing; it is not taken up again.
 */
import type { NodeAPI } from 'node-red';
import { deliverAgain } from '../../lib/collection/deliver-again.ts';
import type { RouteRule } from '../../lib/delivery/rules.ts';
import type { LiveDelivery } from '../../lib/desk/live-operations.ts';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import {
  acquireLedger,
  answerWithinOf,
  clockOf,
  homeOf,
  type Participant,
  release,
  runtimeOptionsOf,
} from '../runtime/runtime.ts';

export interface DeliveryWork {
  /** Versions, in order. */
  ids: readonly number[];
  by: string;
  reason: string;
  /** Which they are, for people. */
  about: string;
  share: string;
  to: RouteRule | undefined;
}

/** Faults that are named; the rest is counted. */
const NAMED = 10;

const jobs = new WeakMap<object, DeliveryJobs>();

export function deliveryJobs(RED: NodeAPI): DeliveryJobs {
  const known = jobs.get(RED) ?? new DeliveryJobs(RED);
  jobs.set(RED, known);
  return known;
}

class DeliveryJobs {
  readonly #RED: NodeAPI;
  #last: LiveDelivery | undefined;

  constructor(RED: NodeAPI) {
    this.#RED = RED;
  }

  /** The last one, under way or ended. */
  facts(): LiveDelivery[] {
    return this.#last === undefined ? [] : [{ ...this.#last, count: { ...this.#last.count } }];
  }

  /** @throws RapError USAGE while another is under way */
  begin(work: DeliveryWork): void {
    if (this.#last !== undefined && this.#last.ended === null) {
      throw new RapError('USAGE', `A delivery is under way: ${this.#last.about}`, {
        cure: 'Wait for its end; the page says how far it is.',
      });
    }
    const job: LiveDelivery = {
      ...{ kind: 'delivery', about: work.about, by: work.by, begun: clockOf(this.#RED).now(), ended: null },
      ...{ all: work.ids.length, done: 0, stopped: false, faults: [] },
      count: { published: 0, identical: 0, version: 0, failed: 0 },
    };
    this.#last = job;
    void this.#run(job, work);
  }

  async #run(job: LiveDelivery, work: DeliveryWork): Promise<void> {
    const RED = this.#RED;
    const participant: Participant = {};
    const stop = new AbortController();
    const onStop = () => stop.abort();
    RED.events.once('flows:stopped', onStop);
    const fault = (path: string, { code, message, cure }: RapError) => {
      job.count.failed++;
      if (job.faults.length < NAMED) job.faults.push({ path, code, message, cure });
    };
    try {
      const ledger = await acquireLedger(runtimeOptionsOf(RED), participant);
      const { by, reason, share, to } = work;
      const answerWithin = answerWithinOf(RED);
      const options = {
        ...{ ledger, home: homeOf(RED), owner: ledger.name, clock: clockOf(RED), signal: stop.signal },
        ...(share === '' ? {} : { share }),
        ...(to === undefined ? {} : { to }),
        ...(answerWithin === undefined ? {} : { answerWithin }),
      };
      for (const id of work.ids) {
        stop.signal.throwIfAborted();
        const report = await ledger.reportSearch.listedReport(id);
        const done = report === undefined ? [] : await deliverAgain(report, options, { by, reason });
        for (const { outcome, path, error } of done) {
          if (error === undefined && outcome !== 'failed') job.count[outcome]++;
          else fault(path, error ?? new RapError('INCOMPLETE', ''));
        }
        job.done++;
      }
    } catch (thrown) {
      job.stopped = true;
      if (!stop.signal.aborted) fault(work.about, asRapError(thrown));
    } finally {
      RED.events.off('flows:stopped', onStop);
      await release(participant);
      job.ended = clockOf(RED).now();
    }
  }
}

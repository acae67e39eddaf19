/** Runs as the nodes do them, against a pretended server: listing, alarms, download, digest. */

import { queueAlarm } from '../../../lib/alarms/alarms.ts';
import { collect, incompleteErrors } from '../../../lib/collection/collect.ts';
import { queueDigest } from '../../../lib/collection/digest-queue.ts';
import { takeListing } from '../../../lib/collection/listing.ts';
import { asRapError, type RapError } from '../../../lib/errors/rap-error.ts';
import type { Ledger, OutboxMail } from '../../../lib/ledger/ledger.ts';
import type { SimulatedClock } from '../../../lib/time/clock.ts';
import { someContacts } from '../mail/samples.ts';
import { ACCOUNT } from './outstanding-killed.ts';
import { letTimePass, PretendServer } from './pretend-server.ts';

const MINUTE = 60_000;

export interface RunOptions {
  /** Milliseconds. */
  settle?: number;
  killed?: 'before the download' | 'in the download';
  /** Paths that a node between listing and download drops. */
  leaveOut?: string[];
}

export interface Told {
  run: string;
  /** Of the digest; '' when the run was killed. */
  subject: string;
  text: string;
  complete: boolean;
  /** Codes and subjects of what Catch nodes got. */
  alarms: [code: string, subject: string][];
}

export class PretendRuns {
  readonly server: PretendServer;
  readonly #ledger: Ledger;
  readonly #clock: SimulatedClock;
  readonly #landing: string;
  #count = 0;

  constructor(ledger: Ledger, clock: SimulatedClock, landing: string, folders = ['/INBOX']) {
    this.server = new PretendServer(ACCOUNT, folders);
    this.#ledger = ledger;
    this.#clock = clock;
    this.#landing = landing;
  }

  async run(options: RunOptions = {}): Promise<Told> {
    const run = `run-${++this.#count}`;
    await this.#ledger.runs.startRun({ run, trigger: 'timer' });
    const errors: RapError[] = [];
    const told: Told = { run, subject: '', text: '', complete: false, alarms: [] };
    const killed = await this.#work(run, options, errors).catch((thrown) => {
      if (thrown instanceof Error && thrown.message === 'killed') return true;
      errors.push(asRapError(thrown));
      return { complete: false };
    });
    if (killed === true) return told;
    const mail = await this.#tell(run, errors);
    await this.#clock.advance(MINUTE);
    const { subject, text } = mail;
    return { ...told, subject, text, ...killed, alarms: errors.map(({ code, subject: of }) => [code, of]) };
  }

  /** @returns true when the process is gone */
  async #work(run: string, { settle = 0, killed, leaveOut = [] }: RunOptions, errors: RapError[]) {
    const ledger = this.#ledger;
    const clock = this.#clock;
    const address = '127.0.0.1:22';
    const context = { run, account: ACCOUNT, installation: 'hkscc', dataCentre: 'primary', address } as const;
    const session = this.server.session(ledger, run);
    const listing = await letTimePass(clock, takeListing(session, context, { clock, ledger, settle }));
    errors.push(...listing.overdue);
    const reports = listing.reports.filter((report) => !leaveOut.includes(report.path));
    if (killed === 'before the download') return true;
    this.server.killAfter = killed === undefined ? Number.POSITIVE_INFINITY : 1;
    const summary = await collect(
      session,
      context,
      { ...listing, reports },
      { ledger, landing: this.#landing },
    );
    errors.push(...incompleteErrors(summary));
    return { complete: summary.complete };
  }

  async #tell(run: string, errors: readonly RapError[]): Promise<OutboxMail> {
    const at = this.#clock.now();
    for (const { code, message, cure, subject, reports } of errors) {
      const alarm = { code, message, cure, subject, reports, where: 'List', run, account: ACCOUNT, at };
      await queueAlarm(this.#ledger, someContacts(), alarm, ['ops']);
    }
    const queued = await queueDigest(this.#ledger, someContacts(), run, ['ops'], at);
    const mail = (await this.#ledger.mails.mails({ run })).find(({ id }) => id === queued?.id);
    if (mail === undefined) throw new Error('There is no digest');
    return mail;
  }
}

/** Downloads what a listing marked new or changed: one message per report, and a summary at the end. */
import { join } from 'node:path';
import type { NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { recordFailure } from '../../lib/accounts/record-failure.ts';
import { clean, isClockInDoubt, planCleaning } from '../../lib/collection/clean.ts';
import { type CollectionSummary, collect, incompleteErrors } from '../../lib/collection/collect.ts';
import { quarantineBeside } from '../../lib/collection/quarantine.ts';
import type { LiveDownload } from '../../lib/desk/live.ts';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import type { ReceivedReport, RefusedEntry, Report, RunContext } from '../../lib/model/types.ts';
import { practiceLanding } from '../../lib/practice/paths.ts';
import { siteCalendars } from '../../lib/reports/site-files.ts';
import { accountNode, withAccount } from '../rap-account/rap-account.ts';
import { catalogueIn } from '../runtime/catalogue.ts';
import { contextOf } from '../runtime/msg-context.ts';
import { practiceOf } from '../runtime/practice-message.ts';
import { type RapMessage, RapNode, register, type Send } from '../runtime/rap-node.ts';
import { siteLook } from '../runtime/status-texts.ts';
import { type DownloadSettings, readDownload } from './settings.ts';

/** A message as rap-list sends it. */
interface ListedMessage extends RapMessage {
  refused?: RefusedEntry[];
  listing?: { complete: boolean; problems: { folder: string; code: string; message: string }[] };
}

class RapDownload extends RapNode<NodeDef, DownloadSettings> {
  readonly #RED: NodeAPI;
  readonly #underWay = new Map<string, LiveDownload>();

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readDownload);
    this.#RED = RED;
  }

  protected override async onInput(msg: ListedMessage, send: Send, stop: AbortSignal): Promise<void> {
    const context = contextOf(msg);
    const signal = withAccount(this.#RED, context.account, stop);
    if (!Array.isArray(msg.payload)) {
      throw new RapError('CONFIG_INVALID', 'The message has no list of reports: put a rap-list node before');
    }
    const reports = msg.payload as Report[];
    this.show('busy', 'blue', 'ring');
    // Whatever happens, the summary goes on: log out, the next account and the digest hang on it.
    let summary: CollectionSummary;
    let problems: RapError[];
    try {
      summary = await this.#collect(msg, reports, context, send, signal);
      problems = [...incompleteErrors(summary), ...folderErrors(msg.listing?.problems)];
    } catch (thrown) {
      signal.throwIfAborted();
      const problem = await this.#record(context, thrown);
      problems = [problem];
      summary = nothingCame(reports, problem);
    }
    this.#showEnd(summary, context);
    const { payload: _, refused: _refused, ...carried } = msg;
    send([null, { ...carried, payload: summary }]);
    if (practiceOf(msg) === undefined) await this.#clean(context, msg);
    const [gravest, ...others] = problems;
    for (const error of others) this.complain(error, msg);
    if (gravest !== undefined) throw gravest;
  }

  override live(): LiveDownload[] {
    return [...this.#underWay.values()];
  }

  #came(account: string, path: string, size: number, bytes: number): void {
    const key = `${account} ${path}`;
    const one = this.#underWay.get(key);
    if (one !== undefined) one.done += bytes;
    // The first time it is told what an earlier attempt has left.
    else {
      const since = this.clock.now();
      this.#underWay.set(key, { kind: 'download', account, path, done: bytes, size, since, from: bytes });
    }
  }

  async #collect(
    msg: ListedMessage,
    reports: Report[],
    context: RunContext,
    send: Send,
    signal: AbortSignal,
  ): Promise<CollectionSummary> {
    const session = accountNode(this.#RED, context.account).session(context.run);
    const sequence = new Sequence(msg, `${context.run}/${context.account}`, send);
    const practice = practiceOf(msg);
    const { lookInside, strict, rowJump } = this.settings;
    const summary = await collect(
      session,
      context,
      { reports, refused: msg.refused ?? [], complete: msg.listing?.complete ?? true },
      {
        ledger: await this.ledgerFor(context),
        landing:
          practice === undefined ? join(this.home, 'landing') : practiceLanding(this.home, practice.date),
        lookInside,
        strict,
        rowJump,
        catalogue: await catalogueIn(this.home),
        // One that cannot be read is told of by what needs it: the schedule and the check.
        calendars: await siteCalendars(this.home).catch(() => undefined),
        signal,
        onBytes: ({ path, size }, bytes) => this.#came(context.account, path, size, bytes),
        onSettled: (path) => this.#underWay.delete(`${context.account} ${path}`),
        onReceived: (report, done, all) => {
          sequence.add(report);
          this.show('downloading', 'blue', 'ring', { done, all });
        },
      },
    );
    signal.throwIfAborted();
    sequence.end();
    return summary;
  }

  /** Removes local copies of this account that have done their work. What keeps it from doing so stops nothing. */
  async #clean({ account }: RunContext, msg: ListedMessage): Promise<void> {
    const { keepDays } = this.settings;
    if (keepDays === 0) return;
    try {
      const ledger = await this.ledgerFor({ account });
      if (await isClockInDoubt(ledger, this.clock.now())) return;
      const plan = await planCleaning(ledger, this.clock.now(), { keep: keepDays, account });
      const landing = join(this.home, 'landing');
      const reason = `setting: keep ${keepDays} business days`;
      const roots = [landing, quarantineBeside(landing)];
      const { left } = await clean(ledger, plan, roots, { by: 'rap', reason }, { signal: this.signal });
      for (const { file, why } of left) this.warn(`${file} was not removed: ${why}`);
    } catch (thrown) {
      this.complain(thrown, msg);
    }
  }

  /** For the digest; where the ledger itself is the trouble, the error is all there is. */
  async #record({ run, account }: RunContext, thrown: unknown): Promise<RapError> {
    try {
      return await recordFailure(await this.ledgerFor({ account }), { run, account, subject: '' }, thrown);
    } catch {
      return asRapError(thrown);
    }
  }

  #showEnd({ complete, received, failed, outstanding }: CollectionSummary, { dataCentre }: RunContext): void {
    const { fill, params } = siteLook(dataCentre, this.language);
    if (failed.length > 0) this.showResult('partly', 'yellow', 'ring', { failed: failed.length });
    else if (outstanding.length > 0)
      this.showResult('outstanding', 'yellow', 'ring', { n: outstanding.length });
    else if (!complete) this.showResult('notAllHere', 'yellow', 'ring');
    else if (received.length > 0) this.#showReceived(received, { fill, params });
    else this.showResult('nothing', fill, 'ring', params);
  }

  /** What is unusual is for a person to look at; a ring says that not all could be checked. */
  #showReceived(received: readonly ReceivedReport[], { fill, params }: ReturnType<typeof siteLook>): void {
    const findings = received.flatMap(({ finding }) => finding ?? []);
    const odd = findings.filter(({ state }) => state === 'warnings').length;
    const shape = findings.some(({ why }) => why !== undefined) ? 'ring' : 'dot';
    if (odd > 0) this.showResult('withWarnings', 'yellow', 'dot', { n: odd });
    else this.showResult('downloaded', fill, shape, { ...params, done: received.length });
  }
}

/** The summary when the download could not even begin, or could not be written down. */
function nothingCame(
  reports: readonly Report[],
  { code, message, cure, retryable }: RapError,
): CollectionSummary {
  const count = (state: Report['state']) => reports.filter((report) => report.state === state).length;
  const failed = reports
    .filter((report) => report.state === 'new' || report.state === 'changed')
    .map(({ path }) => ({ path, code, message, cure, retryable }));
  return {
    summary: true,
    complete: false,
    received: [],
    failed,
    outstanding: [],
    known: count('known'),
    writing: count('writing'),
  };
}

/** Folders that could not be listed: what is in them did not come, though nothing failed to download. */
function folderErrors(problems: { folder: string; message: string }[] = []): RapError[] {
  if (problems.length === 0) return [];
  const message = problems.map((problem) => problem.message).join('; ');
  const reports = problems.map(({ folder }) => folder);
  return [new RapError('FOLDER_UNREADABLE', message, { reports, details: { folder: reports[0] } })];
}

/**
 * One message per report, numbered with msg.parts so that Join and Batch work. How many there are is only known
 * when the last has come, so each message waits for the next one and the last carries the count.
 */
class Sequence {
  readonly #msg: ListedMessage;
  readonly #id: string;
  readonly #send: Send;
  #held: ReceivedReport | undefined;
  #index = 0;

  constructor(msg: ListedMessage, id: string, send: Send) {
    this.#msg = msg;
    this.#id = id;
    this.#send = send;
  }

  add(report: ReceivedReport): void {
    this.#release();
    this.#held = report;
  }

  end(): void {
    this.#release(this.#index + 1);
  }

  #release(count?: number): void {
    if (this.#held === undefined) return;
    const { refused: _, listing: _listing, ...carried } = this.#msg;
    const parts: NodeMessageInFlow['parts'] = {
      id: this.#id,
      index: this.#index,
      ...(count === undefined ? {} : { count }),
    };
    this.#index++;
    this.#send([{ ...carried, payload: this.#held, parts }, null]);
    this.#held = undefined;
  }
}

export default function (RED: NodeAPI): void {
  register(RED, 'rap-download', RapDownload);
}

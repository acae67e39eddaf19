/** Compares the reports that RAP gave with the files people took from the CCASS/CCMS terminal. */
import { join, resolve } from 'node:path';
import type { NodeAPI, NodeDef } from 'node-red';
import type { CollectionSummary } from '../../lib/collection/collect.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { type WatchdogOptions, watchdog } from '../../lib/files/watchdog.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { countsOf, dayOf, differencesOf } from '../../lib/practice/parallel-run.ts';
import { isReady, type ParallelAccount, parallelText } from '../../lib/practice/parallel-text.ts';
import { plainAccount, terminalFolder } from '../../lib/practice/paths.ts';
import { partResults } from '../../lib/practice/results.ts';
import type { Catalogue } from '../../lib/reports/catalogue.ts';
import {
  type ComparedFile,
  type Comparison,
  compareReports,
  comparisonLines,
  terminalFiles,
} from '../../lib/reports/compare.ts';
import { siteCalendars } from '../../lib/reports/site-files.ts';
import { hongKongStamp, type IsoDate, isIsoDate } from '../../lib/time/hong-kong.ts';
import { RapAccount } from '../rap-account/rap-account.ts';
import { languageOfMails } from '../rap-contacts/language.ts';
import { catalogueIn } from '../runtime/catalogue.ts';
import { planOf, practiceOf } from '../runtime/practice-message.ts';
import { type RapMessage, RapNode, register, type Send } from '../runtime/rap-node.ts';
import { answerWithinOf } from '../runtime/runtime.ts';
import { calendarOf, ofDay, type ParallelSide, rapSide, recordDay } from './parallel.ts';
import { type CompareSettings, readCompare, refuseFolder } from './settings.ts';

interface Compared {
  account: string;
  folder: string;
  comparison: Comparison;
}

class ReportCompare extends RapNode<NodeDef, CompareSettings> {
  readonly #RED: NodeAPI;
  readonly #patience: Pick<WatchdogOptions, 'answerWithin'>;

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readCompare);
    this.#RED = RED;
    const answerWithin = answerWithinOf(RED);
    this.#patience = answerWithin === undefined ? {} : { answerWithin };
  }

  /** A folder for each account and day is known from the start. */
  protected override async checkAhead(): Promise<void> {
    refuseFolder(this.settings, this.#accounts().length);
  }

  protected override async onInput(msg: RapMessage, send: Send, signal: AbortSignal): Promise<void> {
    this.show('busy', 'blue', 'ring');
    const catalogue = await catalogueIn(this.home, (thrown) => this.complain(thrown, msg));
    if (this.settings.daily && practiceOf(msg) === undefined) {
      await this.#compareDay(msg, send, signal, catalogue);
      return;
    }
    const compared: Compared[] = [];
    for (const { account, date, files } of await this.#sides(await this.ledger(), msg)) {
      const folder = this.#folder(account, date);
      // People may keep them on a network drive.
      const disk = watchdog.disk(folder, { ...this.#patience, signal });
      const comparison = await compareReports(files, await terminalFiles(folder, disk), disk, catalogue);
      compared.push({ account, folder, comparison });
    }
    const equal = sum(compared, ({ equal: same }) => same.length);
    const differ = sum(
      compared,
      ({ different, onlyRap, onlyTerminal }) => different.length + onlyRap.length + onlyTerminal.length,
    );
    if (differ > 0) this.show('differs', 'yellow', 'dot', { differ });
    else this.show('compared', 'green', 'dot', { equal });
    const text = compared
      .flatMap(({ account, folder, comparison }) => [
        `${account} and ${folder}:`,
        ...comparisonLines(comparison),
      ])
      .join('\n');
    send({ ...msg, payload: { equal, differ, text, compared } });
  }

  /** One day of the parallel run: recorded, and told with the days before it. */
  async #compareDay(msg: RapMessage, send: Send, signal: AbortSignal, catalogue: Catalogue): Promise<void> {
    await this.checkAhead();
    const ledger = await this.ledger();
    const calendars = await siteCalendars(this.home);
    const date = dateOf(msg) ?? dayOf(hongKongStamp(this.clock.now()));
    const rules = this.settings;
    const accounts: ParallelAccount[] = [];
    for (const one of this.#accounts(msg)) {
      const { files, unread } = await rapSide(ledger, one.account, date);
      const folder = this.#folder(one.account, date);
      const disk = watchdog.disk(folder, { ...this.#patience, signal });
      const there = await terminalFiles(folder, disk);
      const terminal = rules.folder.includes('{date}') ? there : ofDay(there, date, catalogue);
      const comparison = await compareReports(files, terminal, disk, catalogue);
      signal.throwIfAborted();
      accounts.push(await recordDay(ledger, calendars, one, { date, folder, comparison, unread }, rules));
    }
    if (accounts.length === 0) {
      throw new RapError('CONFIG_INVALID', 'No account is deployed: there is nothing to compare');
    }
    const counts = accounts.map(({ comparison }) => countsOf(comparison));
    const differ = counts.reduce((total, one) => total + differencesOf(one, rules.ignoreForm), 0);
    const equal = counts.reduce((total, one) => total + one.equal, 0);
    const days = Math.min(...accounts.map(({ row }) => row.days));
    const ready = isReady(accounts, rules);
    if (differ > 0) this.show('differs', 'yellow', 'dot', { differ });
    else if (ready) this.show('parallelReady', 'green', 'dot', { days });
    else this.show('parallelDays', equal > 0 ? 'green' : 'yellow', 'ring', { days, of: rules.readyDays });
    const language = rules.language || languageOfMails(this.#RED);
    const told = parallelText(date, accounts, rules, language);
    send({ ...msg, payload: { ...told, date, equal, differ, days, ready, compared: accounts } });
  }

  /** The accounts that are deployed, or the one of the message. */
  #accounts(msg?: RapMessage): ParallelSide[] {
    const found: ParallelSide[] = [];
    const only = msg?.rap?.account;
    this.#RED.nodes.eachNode(({ id, type }) => {
      const node: unknown = type === 'rap-account' ? this.#RED.nodes.getNode(id) : undefined;
      if (!(node instanceof RapAccount) || !node.ready) return;
      const { account } = node;
      if (only !== undefined && plainAccount(only) !== account) return;
      found.push({ account, calendar: calendarOf(node.settings.account) });
    });
    return found.sort((a, b) => (a.account < b.account ? -1 : 1));
  }

  /** What came from RAP, by account. */
  async #sides(
    ledger: Pick<Ledger, 'practice'>,
    msg: RapMessage,
  ): Promise<{ account: string; date: string; files: ComparedFile[] }[]> {
    if (practiceOf(msg) !== undefined) {
      const { plan } = await planOf(ledger, msg);
      const results = await partResults(ledger, plan.date);
      return plan.accounts.map(({ account }) => ({
        account,
        date: plan.date,
        files: results.filter((one) => one.account === account).flatMap((one) => one.reports),
      }));
    }
    const { summary, received } = (msg.payload ?? {}) as Partial<CollectionSummary>;
    if (summary !== true || received === undefined || msg.rap?.account === undefined) {
      throw new RapError(
        'CONFIG_INVALID',
        'The message is neither of a practice session nor a summary of a download',
        {
          cure: 'Put this node after the second output of rap-download, or after session-timer.',
        },
      );
    }
    return [{ account: plainAccount(msg.rap.account), date: '', files: received }];
  }

  #folder(account: string, date: string): string {
    const { folder } = this.settings;
    if (folder !== '') return resolve(folder.replaceAll('{account}', account).replaceAll('{date}', date));
    if (date === '') throw new RapError('CONFIG_INVALID', 'folder: say where the files of the terminal lie');
    return join(terminalFolder(this.home, date), account);
  }
}

/** A message may say which business date it is about. @throws RapError CONFIG_INVALID */
function dateOf(msg: RapMessage): IsoDate | undefined {
  const { date } = msg as { date?: unknown };
  if (date === undefined) return undefined;
  if (typeof date === 'string' && isIsoDate(date)) return date;
  throw new RapError('CONFIG_INVALID', 'msg.date is not a date', {
    cure: 'Set msg.date to a business date such as 2026-11-30, or remove it.',
  });
}

function sum(compared: readonly Compared[], count: (one: Comparison) => number): number {
  return compared.reduce((total, { comparison }) => total + count(comparison), 0);
}

export default function (RED: NodeAPI): void {
  register(RED, 'report-compare', ReportCompare);
}

/** Compares the reports that RAP gave with the files people took from the CCASS/CCMS terminal. */
import { join, resolve } from 'node:path';
import type { NodeAPI, NodeDef } from 'node-red';
import { z } from 'zod';
import { readPath } from '../../lib/cells/index.ts';
import { cell } from '../../lib/cells/settings.ts';
import type { CollectionSummary } from '../../lib/collection/collect.ts';
import { type PatientOptions, shareCalls } from '../../lib/delivery/patient-disk.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { plainAccount, terminalFolder } from '../../lib/practice/books.ts';
import { partResults } from '../../lib/practice/results.ts';
import {
  type ComparedFile,
  type Comparison,
  compareReports,
  comparisonLines,
  terminalFiles,
} from '../../lib/reports/compare.ts';
import type { EnvLookup } from '../../lib/words/expand-env.ts';
import { catalogueIn } from '../base/catalogue.ts';
import { answerWithinOf } from '../base/house.ts';
import { planOf, practiceOf } from '../base/practice.ts';
import { type RapMessage, RapNode, register, type Send } from '../base/rap-node.ts';
import { readSettings } from '../base/settings.ts';

const schema = z.object({
  /** Folder of the terminal's files; `{account}` and `{date}` are put in. Empty: that of the practice session. */
  folder: cell(readPath),
});

interface Compared {
  account: string;
  folder: string;
  comparison: Comparison;
}

class ReportCompare extends RapNode<NodeDef, z.infer<typeof schema>> {
  readonly #patience: Pick<PatientOptions, 'answerWithin'>;

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, (saved: NodeDef, lookup: EnvLookup) => readSettings(schema, saved, lookup));
    const answerWithin = answerWithinOf(RED);
    this.#patience = answerWithin === undefined ? {} : { answerWithin };
  }

  protected override async onInput(msg: RapMessage, send: Send, signal: AbortSignal): Promise<void> {
    this.show('busy', 'blue', 'ring');
    const compared: Compared[] = [];
    const catalogue = await catalogueIn(this.home, (thrown) => this.complain(thrown, msg));
    for (const { account, date, files } of await this.#sides(await this.ledger(), msg)) {
      const folder = this.#folder(account, date);
      // People may keep them on a network drive.
      const disk = shareCalls.disk(folder, { ...this.#patience, signal });
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

  /** What came from RAP, by account. */
  async #sides(
    ledger: Ledger,
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

function sum(compared: readonly Compared[], count: (one: Comparison) => number): number {
  return compared.reduce((total, { comparison }) => total + count(comparison), 0);
}

export default function (RED: NodeAPI): void {
  register(RED, 'report-compare', ReportCompare);
}

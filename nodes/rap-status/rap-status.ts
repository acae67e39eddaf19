/** Answers a flow's question about the reports: what is here today, what is missing, a report's story, what came. */
import type { NodeAPI, NodeDef } from 'node-red';
import { z } from 'zod';
import { readDate } from '../../lib/cells/index.ts';
import { mustRead } from '../../lib/cells/must-read.ts';
import { awaitingAccount } from '../../lib/collection/completeness.ts';
import { checkReports } from '../../lib/collection/report-check.ts';
import { SiteRulesReader } from '../../lib/collection/site-rules.ts';
import {
  historyAnswer,
  MOST_ROWS,
  missingAnswer,
  type Narrowing,
  storyAnswer,
  todayAnswer,
} from '../../lib/collection/status-answers.ts';
import type { Light } from '../../lib/desk/light/file.ts';
import type { Found } from '../../lib/model/completeness.ts';
import { type Question, questions } from '../../lib/model/questions.ts';
import { deployedAccounts, RapAccount } from '../rap-account/rap-account.ts';
import { deskOrWhy } from '../runtime/desk-says.ts';
import { type RapMessage, RapNode, register, type Send } from '../runtime/rap-node.ts';
import { profileOf } from '../runtime/runtime.ts';
import { readStatus, type StatusSettings } from './settings.ts';

/** What msg.payload may narrow an answer with; anything else in it is left alone. */
const asked = z
  .union([
    z.string().transform((report) => ({ report })),
    z.object({}).loose(),
    z.unknown().transform(() => ({})),
  ])
  .pipe(
    z.object({
      report: z.coerce.string().max(200).optional().catch(undefined),
      businessDate: z.string().max(40).optional().catch(undefined),
      before: z.number().int().positive().optional().catch(undefined),
      most: z.number().int().positive().max(MOST_ROWS).optional().catch(undefined),
    }),
  );

/** Green is what Today has green, and nothing else: it knows of alarms, shares and nodes, too. */
const fills = { ok: 'green', warn: 'yellow', bad: 'red', grey: 'blue' } as const satisfies Record<
  Light['tone'],
  string
>;

class RapStatus extends RapNode<NodeDef, StatusSettings> {
  readonly #RED: NodeAPI;
  readonly #site: SiteRulesReader;

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readStatus);
    this.#RED = RED;
    this.#site = new SiteRulesReader(this.home);
  }

  protected override async checkAhead(): Promise<void> {
    if (this.settings.account !== '') this.partner(this.settings.account, RapAccount, 'The account');
  }

  protected override async onInput(msg: RapMessage, send: Send): Promise<void> {
    const { topic } = msg as { topic?: unknown };
    const question = questions.find((one) => one === topic) ?? this.settings.question;
    const payload = await this.#answer(question, msg);
    send({ ...msg, topic: question, payload } as RapMessage);
  }

  async #answer(question: Question, msg: RapMessage): Promise<unknown> {
    const ledger = await this.ledger();
    switch (question) {
      case 'today': {
        const light = await deskOrWhy(this.#RED, this.language);
        const answer = await todayAnswer(ledger, await this.#found(), light, this.language);
        const sum = (of: 'here' | 'all') => answer.accounts.reduce((total, one) => total + one[of], 0);
        this.show('here', fills[light.tone], 'dot', { here: sum('here'), all: sum('all') });
        return answer;
      }
      case 'missing': {
        const { tone } = await deskOrWhy(this.#RED, this.language);
        const missing = missingAnswer(await this.#found());
        this.show('outstanding', missing.length > 0 && tone === 'grey' ? 'yellow' : fills[tone], 'dot', {
          n: missing.length,
        });
        return missing;
      }
      case 'story':
        return storyAnswer(ledger, this.#narrowing(msg));
      case 'history':
        return historyAnswer(ledger, this.#narrowing(msg));
    }
  }

  #narrowing({ payload }: RapMessage): Narrowing {
    const { report, businessDate = '', before, most = MOST_ROWS } = asked.parse(payload);
    const { account } = this.settings;
    return {
      report: report ?? this.settings.report,
      businessDate: businessDate === '' ? '' : mustRead(readDate(businessDate), 'msg.payload.businessDate'),
      account: account === '' ? '' : this.partner(account, RapAccount, 'The account').account,
      ...(before === undefined ? {} : { before }),
      most,
    };
  }

  /** What is here and what is not, of the account or of all; where that cannot be said, the answer says so. */
  async #found(): Promise<Found[]> {
    const ledger = await this.ledger();
    const everything = profileOf(this.#RED) === 'demo';
    const founds: Found[] = [];
    for (const account of this.#accounts()) {
      const awaits = awaitingAccount(account, everything);
      founds.push((await checkReports(ledger, this.#site, awaits, this.clock.now())).found);
    }
    return founds;
  }

  #accounts() {
    const { account } = this.settings;
    if (account !== '') return [this.partner(account, RapAccount, 'The account').settings.account];
    return deployedAccounts(this.#RED);
  }
}

export default function (RED: NodeAPI): void {
  register(RED, 'rap-status', RapStatus);
}

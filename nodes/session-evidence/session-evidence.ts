/** Writes down what a part of a practice session brought, and at the end the evidence pack of the day. */
import type { NodeAPI, NodeDef } from 'node-red';
import type { CollectionSummary } from '../../lib/collection/collect.ts';
import { codes, isErrorCode } from '../../lib/errors/codes.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { openDay } from '../../lib/practice/day-store.ts';
import { writeEvidencePack } from '../../lib/practice/evidence-pack.ts';
import { plainAccount } from '../../lib/practice/paths.ts';
import type { PracticePart, PracticePlan } from '../../lib/practice/plan.ts';
import {
  emptyResult,
  obtained,
  type PartResult,
  partResults,
  recordPartResult,
} from '../../lib/practice/results.ts';
import { accountNode } from '../rap-account/rap-account.ts';
import { languageOfMails } from '../rap-contacts/language.ts';
import { isRehearsal, type PracticeMark, planOf, practiceOf } from '../runtime/practice-message.ts';
import { type RapMessage, RapNode, register, type Send } from '../runtime/rap-node.ts';
import { type EvidenceSettings, readEvidence } from './settings.ts';

/** An error as a Catch node adds it. */
interface Caught {
  code?: string;
  message?: string;
  cause?: { cure?: string };
}

class SessionEvidence extends RapNode<NodeDef, EvidenceSettings> {
  readonly #RED: NodeAPI;

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readEvidence);
    this.#RED = RED;
  }

  protected override async onInput(msg: RapMessage, send: Send): Promise<void> {
    // A Catch node also hears what a node finds when the flows start, which is the result of no part.
    if (msg.error !== undefined && practiceOf(msg) === undefined) return;
    const ledger = await this.ledger();
    const { mark, plan } = await planOf(ledger, msg);
    if (this.settings.action === 'pack') {
      const pack = await writeEvidencePack({
        ledger,
        clock: this.clock,
        plan,
        home: this.home,
        rehearsal: isRehearsal(this.#RED),
        language: this.settings.language || languageOfMails(this.#RED),
      });
      await ledger.practice.recordPracticeEvent({
        date: plan.date,
        key: 'evidence',
        at: this.clock.now(),
        what: 'evidence',
        title: 'The evidence pack is written',
        details: {},
      });
      this.show('packed', 'green', 'dot');
      send({ ...msg, payload: pack });
      return;
    }
    const part = plan.parts.find(({ name }) => name === mark.part);
    if (part === undefined)
      throw new RapError('CONFIG_INVALID', 'The message belongs to no part of the session');
    if (msg.rap?.account === undefined) {
      await this.#close(ledger, plan, part, send, msg);
      return;
    }
    const result = await this.#result(ledger, plan, part, msg, mark);
    await recordPartResult(ledger, plan, result);
    this.show('recorded', result.outcome === 'complete' ? 'green' : 'yellow', 'dot');
    send({ ...msg, payload: result, practice: { ...mark, result } } as RapMessage);
  }

  /** After the end of a part every account has a result, also one that nothing was heard of. */
  async #close(
    ledger: Pick<Ledger, 'practice'>,
    plan: PracticePlan,
    part: PracticePart,
    send: Send,
    msg: RapMessage,
  ): Promise<void> {
    const heard = (await partResults(ledger, plan.date)).filter((one) => one.part === part.name);
    for (const { account } of plan.accounts) {
      if (heard.some((one) => one.account === account)) continue;
      await recordPartResult(ledger, plan, emptyResult(plan, part, account, this.clock.now()));
    }
    this.show('recorded', 'green', 'dot');
    send(msg);
  }

  async #result(
    ledger: Pick<Ledger, 'practice'>,
    plan: PracticePlan,
    part: PracticePart,
    msg: RapMessage,
    { order }: PracticeMark,
  ): Promise<PartResult> {
    const { account: name = '', address = '', dataCentre } = msg.rap ?? {};
    const account = plainAccount(name);
    const before = (await partResults(ledger, plan.date)).find(
      (one) => one.part === part.name && one.account === account,
    );
    const now = this.clock.now();
    const summary = summaryOf(msg.payload);
    const caught = msg.error as Caught | undefined;
    const missing = [...(summary?.failed ?? []), ...(summary?.outstanding ?? [])];
    const got = obtained(plan, summary?.received ?? [], missing);
    // A repeat adds to what was obtained before; it never takes anything away.
    const reports = new Map([...(before?.reports ?? []), ...got.reports].map((one) => [one.path, one]));
    const downloads = part.tasks.includes('download');
    const whole = caught === undefined && (!downloads || summary?.complete === true);
    const stopped = (await openDay(ledger, plan)).state.parts[part.name] === 'stopped';
    return {
      ...emptyResult(plan, part, account, now),
      ...got,
      user: accountNode(this.#RED, account).settings.account.user,
      address,
      dataCentre: dataCentre ?? part.dataCentre,
      startedAt: before?.startedAt ?? order?.at ?? now,
      finishedAt: now,
      outcome: whole ? 'complete' : stopped ? 'stopped' : 'incomplete',
      loggedIn: address !== '',
      loggedOut: address !== '',
      reports: [...reports.values()],
      ...(caught === undefined ? {} : { trouble: troubleOf(caught) }),
      ...(order?.kind === 'part' && order.occurrence !== undefined ? { occurrence: order.occurrence } : {}),
    };
  }
}

function summaryOf(payload: unknown): CollectionSummary | undefined {
  const summary = payload as Partial<CollectionSummary> | null | undefined;
  return summary?.summary === true ? (summary as CollectionSummary) : undefined;
}

function troubleOf({ code = 'UNEXPECTED', message = '', cause }: Caught): NonNullable<PartResult['trouble']> {
  const known = isErrorCode(code) ? code : 'UNEXPECTED';
  return { code, message, cure: cause?.cure ?? codes[known].cure };
}

export default function (RED: NodeAPI): void {
  register(RED, 'session-evidence', SessionEvidence);
}

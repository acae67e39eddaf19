/** Says which reports are here, due, late or missing: of each run that passes, and by itself when a deadline passes. */
import type { NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { awaitingAccount, nextDeadline } from '../../lib/collection/completeness.ts';
import { checkReports, keepAnswer } from '../../lib/collection/report-check.ts';
import { SiteRulesReader } from '../../lib/collection/site-rules.ts';
import type { LiveCheck } from '../../lib/desk/live.ts';
import type { Duty } from '../../lib/ledger/ledger.ts';
import { type Found, type Summary, summaryOf } from '../../lib/model/completeness.ts';
import { answerLine } from '../../lib/model/completeness-text.ts';
import { sleep } from '../../lib/time/clock.ts';
import { deployedAccounts, RapAccount } from '../rap-account/rap-account.ts';
import { type RapMessage, RapNode, register, type Send } from '../runtime/rap-node.ts';
import { profileOf } from '../runtime/runtime.ts';
import { site } from '../runtime/shared-runtime.ts';
import { type CheckSettings, readCheck } from './settings.ts';

/** So often at least: what a person entered beside Node-RED, or a clock that was set, is seen within this time. */
const NAP_MS = 60_000;
/** What did not change is written down again after so long: an answer bears the time at which it was true. */
const AGAIN_MS = 300_000;

/** Which output: nothing is overdue, something is late or missing, or nobody can say. */
type Outcome = 0 | 1 | 2;

/** What no run brings is looked at by one host at a time. */
const CHECKS = site('checks');

class ReportCheck extends RapNode<NodeDef, CheckSettings> {
  readonly #RED: NodeAPI;
  readonly #site: SiteRulesReader;
  /** What was last said against the site's catalogue or calendars. */
  #fault = '';
  /** What was sent last. */
  #sent = '';

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readCheck);
    this.#RED = RED;
    this.#site = new SiteRulesReader(this.home);
    if (this.ready) this.background((signal) => this.#watch(signal), CHECKS);
  }

  override shares(): readonly Duty[][] {
    return this.ready ? [[CHECKS]] : [];
  }

  protected override async checkAhead(): Promise<void> {
    if (this.settings.account !== '') this.partner(this.settings.account, RapAccount, 'The account');
  }

  override live(): LiveCheck[] {
    try {
      return [{ kind: 'check', node: this.id, accounts: this.#accounts().map(({ name }) => name) }];
    } catch {
      // Its account is not there: what is wrong is told as a fault of this node.
      return [];
    }
  }

  protected override async onInput(msg: RapMessage, send: Send): Promise<void> {
    const founds = await this.inTurn(() => this.#check(msg));
    this.#send(founds, msg, send);
  }

  /** A report that never comes starts no run: what changes with the time alone is found here. */
  async #watch(signal: AbortSignal): Promise<void> {
    await this.flowsStarted();
    let told = '';
    let recordedAt = Number.NEGATIVE_INFINITY;
    for (;;) {
      const due = this.clock.monotonic() - recordedAt >= AGAIN_MS;
      const founds = await this.inTurn(() => this.#check({} as RapMessage, due ? '' : told, CHECKS));
      const key = keyOf(founds);
      if (due || key !== told) recordedAt = this.clock.monotonic();
      told = key;
      if (told !== this.#sent) this.#send(founds, {} as RapMessage, (one) => this.send(one));
      const now = this.clock.now();
      const next = Math.min(...founds.map(nextDeadline), now + NAP_MS);
      await sleep(this.clock, Math.max(1_000, next - now), signal);
    }
  }

  /** @param known what is not written down again */
  async #check(msg: NodeMessage, known = '', duty: Duty | null = null): Promise<Found[]> {
    const ledger = await this.ledger(duty);
    const everything = profileOf(this.#RED) === 'demo';
    const kept = new Map<string, string>(known === '' ? [] : JSON.parse(known));
    const founds: Found[] = [];
    const faults = new Set<string>();
    for (const account of this.#accounts()) {
      const awaits = awaitingAccount(account, everything);
      const now = this.clock.now();
      const { found, fault } = await checkReports(ledger, this.#site, awaits, now);
      if (kept.get(awaits.account) !== keyOfOne(found)) await keepAnswer(ledger, awaits, found, now);
      founds.push(found);
      if (fault === undefined) continue;
      faults.add(fault.message);
      if (!this.#fault.includes(fault.message)) this.complain(fault, msg);
    }
    this.#fault = [...faults].join('\n');
    return founds;
  }

  #accounts() {
    const { account } = this.settings;
    if (account !== '') return [this.partner(account, RapAccount, 'The account').settings.account];
    return deployedAccounts(this.#RED);
  }

  #send(founds: readonly Found[], msg: RapMessage, send: Send): void {
    this.#sent = keyOf(founds);
    const summaries = founds.map(summaryOf);
    const outcome = outcomeOf(founds, summaries);
    this.#showState(founds, summaries);
    const { language } = this;
    const completeness = {
      complete: summaries.length > 0 && summaries.every(({ complete }) => complete),
      text: answerLine(founds, language),
      accounts: founds.map(({ account, at, shortfalls, unaccepted }, index) => {
        const { here = 0, all = 0, later = 0, trouble = [] } = summaries[index] ?? {};
        return { account, at: at * 1000, here, all, later, open: trouble.length, shortfalls, unaccepted };
      }),
    };
    const expectations = founds.flatMap(({ account, reports }) =>
      reports.map((one) => ({ account, ...one })),
    );
    const out: (NodeMessage | null)[] = [null, null, null];
    out[outcome] = { ...msg, completeness, expectations } as NodeMessage;
    send(out);
  }

  #showState(founds: readonly Found[], summaries: readonly Summary[]): void {
    const count = (state: string) =>
      summaries.reduce((sum, { trouble }) => sum + trouble.filter((one) => one.state === state).length, 0);
    const [missing, late, unknown, risk] = ['missing', 'late', 'unknown', 'at-risk'].map(count) as [
      number,
      number,
      number,
      number,
    ];
    const here = summaries.reduce((sum, one) => sum + one.here, 0);
    const all = summaries.reduce((sum, one) => sum + one.all, 0);
    if (missing > 0) this.showResult('missing', 'red', 'dot', { n: missing });
    else if (late > 0) this.showResult('late', 'red', 'ring', { n: late });
    else if (unknown > 0) this.showResult('unknown', 'yellow', 'ring', { n: unknown });
    else if (founds.some(cannotSay)) this.showResult('notChecked', 'grey', 'ring');
    else if (risk > 0) this.showResult('atRisk', 'yellow', 'dot', { n: risk });
    else if (all === 0) this.showResult('noneExpected', 'grey', 'dot');
    else this.showResult('here', here === all ? 'green' : 'blue', 'dot', { here, all });
  }
}

/** Is there something of which nothing can be said? Of a year that is computed the reports are awaited all the same. */
function cannotSay({ shortfalls }: Found): boolean {
  return shortfalls.some(({ kind }) => kind !== 'year not official');
}

function outcomeOf(founds: readonly Found[], summaries: readonly Summary[]): Outcome {
  const trouble = summaries.flatMap((one) => one.trouble);
  if (trouble.some(({ state }) => state === 'late' || state === 'missing')) return 1;
  if (founds.length === 0 || founds.some(cannotSay) || trouble.some(({ state }) => state === 'unknown'))
    return 2;
  return 0;
}

/** What an answer says, without the time at which it was asked. */
function keyOfOne({ at: _, reports, ...found }: Found): string {
  return JSON.stringify([found, reports.map(({ lastLook: __, ...one }) => one)]);
}

function keyOf(founds: readonly Found[]): string {
  return JSON.stringify(founds.map((one) => [one.account, keyOfOne(one)]));
}

export default function (RED: NodeAPI): void {
  register(RED, 'report-check', ReportCheck);
}

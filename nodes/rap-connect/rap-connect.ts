/** Logs a run in or out at its account, or checks every address. */
import type { NodeAPI, NodeDef } from 'node-red';
import { newRun, type Trigger } from '../../lib/collection/run.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Duty } from '../../lib/ledger/ledger.ts';
import { practiceAccount, practiceContext } from '../../lib/practice/paths.ts';
import { sleep } from '../../lib/time/clock.ts';
import { RapAccount } from '../rap-account/rap-account.ts';
import { loginsFrom } from '../rap-account/reach.ts';
import { passesOver, practiceOf } from '../runtime/practice-message.ts';
import { type RapMessage, RapNode, register, type Send } from '../runtime/rap-node.ts';
import { accountDuty } from '../runtime/shared-runtime.ts';
import { shortAddress, siteLook } from '../runtime/status-texts.ts';
import { type ConnectSettings, readConnect } from './settings.ts';

/** Looks at an account that another run has. */
const LOOK_MS = 2_000;

class RapConnect extends RapNode<NodeDef, ConnectSettings> {
  readonly #RED: NodeAPI;

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readConnect);
    this.#RED = RED;
    const account: unknown = this.ready ? RED.nodes.getNode(this.settings.account) : undefined;
    if (account instanceof RapAccount) account.users[this.id] = this;
  }

  /** Accounts that one run logs in one after another are on one host. */
  override shares(): readonly Duty[][] {
    if (!this.ready || this.settings.action !== 'login') return [];
    return [loginsFrom(this.#RED, this.id).map(({ account }) => accountDuty(account))];
  }

  protected override async checkAhead(): Promise<void> {
    this.partner(this.settings.account, RapAccount, 'The account');
  }

  protected override async onInput(msg: RapMessage, send: Send, signal: AbortSignal): Promise<void> {
    const account = this.partner(this.settings.account, RapAccount, 'The account');
    switch (this.settings.action) {
      case 'login':
        return this.#logIn(account, msg, send, signal);
      case 'logout':
        return this.#logOut(account, msg, send);
      case 'check':
        return this.#check(account, msg, send, signal);
    }
  }

  async #logIn(account: RapAccount, msg: RapMessage, send: Send, signal: AbortSignal): Promise<void> {
    // It has got through already, or is at work: what it has must not be done twice.
    if (passesOver(msg, account.account)) return;
    await this.obtain(accountDuty(account.account), signal, msg.rap?.run);
    if (!(await this.#takesTurn(account, msg, signal))) return;
    const run = msg.rap?.run ?? newRun(this.clock);
    this.runBegins(run);
    this.show('connecting', 'blue', 'ring');
    // Also on the message that a Catch node gets when the login fails: the alarm and the digest need the run.
    msg.rap = { ...msg.rap, run, account: account.account };
    const practice = practiceOf(msg);
    if (practice !== undefined) {
      const { accounts } = await this.ledgerFor({ account: account.account });
      await accounts.keepPracticeAccount(practiceAccount(account.account, practice.date));
    }
    const context = await account.logIn(run, triggerOf(msg) ?? 'hand', { signal, look: msg.rap.goesOn });
    // What a practice lists and downloads never mixes with production.
    msg.rap = { ...msg.rap, ...(practice === undefined ? context : practiceContext(context, practice.date)) };
    const { fill, params } = siteLook(context.dataCentre, this.language);
    this.show('connected', fill, 'dot', { ...params, address: shortAddress(context.address) });
    send(msg);
  }

  /**
   * While another run has the account, a run of rap-schedule waits. One that has only begun gives way instead: to the
   * run that is under way when a person asked for it, to one that waits when a timer did. A flow that begins runs in a
   * way of its own is told by SESSION_BUSY, and a practice session tries again as its plan says. A look never waits: the
   * next one comes soon, and none is made beside one that is under way.
   * @returns whether the run goes on
   */
  async #takesTurn(account: RapAccount, msg: RapMessage, signal: AbortSignal): Promise<boolean> {
    const { run, account: before, pass, goesOn } = msg.rap ?? {};
    const trigger = triggerOf(msg);
    const begun = before === undefined;
    if (run === undefined || practiceOf(msg) !== undefined || (begun && trigger === undefined)) return true;
    try {
      for (let told = false; ; told = true) {
        const other = account.take(run, pass);
        if (other === undefined) return true;
        this.show('underWay', 'blue', 'ring');
        if (goesOn) {
          this.log(
            `A run is under way (${other}): run ${run} does not look at account ${account.account} now`,
          );
          return false;
        }
        const [waiting] = [...account.waiting].filter((one) => one !== run);
        if (begun && other !== run && (trigger === 'hand' || waiting !== undefined)) {
          await (await this.ledgerFor({ account: account.account })).sessions.runGivesWay(
            run,
            waiting ?? other,
          );
          this.log(`A run is under way (${waiting ?? other}): run ${run} is not begun`);
          return false;
        }
        account.waiting.add(run);
        if (!told) this.log(`A run is under way (${other}): run ${run} waits for account ${account.account}`);
        await sleep(this.clock, LOOK_MS, signal);
      }
    } finally {
      account.waiting.delete(run);
    }
  }

  async #logOut(account: RapAccount, msg: RapMessage, send: Send): Promise<void> {
    try {
      const { run, keepSession, pass } = msg.rap ?? {};
      if (run !== undefined) await account.logOut(run, keepSession, pass);
      if (keepSession) this.showResult('kept', 'grey', 'dot');
      else this.showResult('closed', 'grey', 'ring');
    } finally {
      // The session is gone either way; the next account and the digest must not wait for it.
      send(msg);
    }
  }

  async #check(account: RapAccount, msg: RapMessage, send: Send, signal: AbortSignal): Promise<void> {
    this.show('checking', 'blue', 'ring');
    await this.obtain(accountDuty(account.account), signal);
    const rows = await account.check(signal);
    const ok = rows.filter((row) => row.ok).length;
    this.show('checked', ok === rows.length ? 'green' : 'yellow', 'dot', { ok, all: rows.length });
    send({ ...msg, payload: rows });
    const bad = rows.find((row) => !row.ok && row.reached !== 'skipped');
    if (bad?.error === undefined) return;
    const { code, message, cure } = bad.error;
    throw new RapError(code, `${bad.address}: ${message}`, { cure, subject: bad.address });
  }
}

/** What rap-schedule says of a run that it began. */
function triggerOf({ payload }: RapMessage): Trigger | undefined {
  return typeof payload === 'object' && payload !== null && 'trigger' in payload
    ? (payload.trigger as Trigger)
    : undefined;
}

export default function (RED: NodeAPI): void {
  register(RED, 'rap-connect', RapConnect);
}

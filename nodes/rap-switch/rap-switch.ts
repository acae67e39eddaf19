/** Points accounts at a data centre: a decision with a reason and a name, and a time by which it ends. */
import type { NodeAPI, NodeDef } from 'node-red';
import {
  askForSwitch,
  confirmSwitch,
  dataCentreChoices,
  enforceExpiry,
  expireRequests,
  refuseSwitch,
  switchDataCentre,
} from '../../lib/accounts/data-centre-switch.ts';
import { pendingSwitchEvents, type SwitchEvent } from '../../lib/accounts/switch-events.ts';
import { readUntil } from '../../lib/cells/index.ts';
import { mustRead } from '../../lib/cells/must-read.ts';
import type { LiveFact } from '../../lib/desk/live.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Duty } from '../../lib/ledger/ledger.ts';
import type { SwitchEnd, SwitchRequestRow, SwitchResult } from '../../lib/ledger/types.ts';
import { sleep } from '../../lib/time/clock.ts';
import { fromHongKong, hongKongDate, hongKongStamp, hongKongTime } from '../../lib/time/hong-kong.ts';
import { RapAccount, readyAccounts } from '../rap-account/rap-account.ts';
import { practiceOf, switchSettled } from '../runtime/practice-message.ts';
import { type RapMessage, RapNode, register, type Send } from '../runtime/rap-node.ts';
import { site } from '../runtime/shared-runtime.ts';
import { statusText } from '../runtime/status-texts.ts';
import { readSwitch, type SwitchSettings } from './settings.ts';

/** What a message may say better than the settings; `confirm` or `refuse` answers an open request. */
interface SwitchMessage extends RapMessage {
  reason?: unknown;
  by?: unknown;
  second?: unknown;
  until?: unknown;
  confirm?: unknown;
  refuse?: unknown;
  /** Number of the event this message brings: by it the outbox knows the event, and the ledger that it is mailed. */
  switchNews?: number;
}

const ROUND_MS = 60_000;

class RapSwitch extends RapNode<NodeDef, SwitchSettings> {
  readonly #RED: NodeAPI;
  /** Requests of this node that wait for a second person, and what goes on when one comes. */
  readonly #waiting = new Map<number, SwitchMessage>();
  /** Messages that asked for a switch which is still to be told, by the number of its event. */
  readonly #switching = new Map<number, SwitchMessage>();
  /** What has become of switches, for the flow. */
  readonly #news = this.flowConsumer((ledger) => pendingSwitchEvents(ledger, this.id));

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readSwitch);
    this.#RED = RED;
    if (!this.ready) return;
    this.background((signal) => this.#rounds(signal));
    // The operator page answers requests, too.
    const look = () => this.background(() => this.#look());
    RED.events.on(switchSettled, look);
    this.signal.addEventListener('abort', () => RED.events.off(switchSettled, look));
  }

  /** What has become of a switch is told once. */
  protected override get duty(): Duty {
    return site('switches');
  }

  override live(): LiveFact[] {
    return [{ kind: 'switch', node: this.id, second: this.settings.requireSecond }];
  }

  protected override onClose(): Promise<void> {
    return this.#news.end(() => this.ledgerOnClose(), wentOn);
  }

  protected override async onInput({ switchNews: _, ...msg }: SwitchMessage, send: Send): Promise<void> {
    await this.obtain(this.duty, this.signal);
    if (msg.confirm === true || msg.refuse === true) return this.#answer(msg);
    const { dataCentre, requireSecond } = this.settings;
    const order = practiceOf(msg)?.order;
    if (order?.kind === 'part' && order.after === 'failure') {
      // The switch came with the part; who has decided otherwise since is not overruled by a repeat.
      send([msg, null]);
      return;
    }
    const until =
      dataCentre === 'secondary' ? this.#moment(textOf(msg.until) || this.settings.until) : undefined;
    const second = textOf(msg.second);
    const request = {
      accounts: this.#accounts(),
      dataCentre,
      reason: textOf(msg.reason) || this.settings.reason,
      by: textOf(msg.by) || this.settings.by,
      ...(second === '' ? {} : { second }),
      ...(until === undefined ? {} : { until }),
    };
    const ledger = await this.ledger();
    // What has news and what tells them comes one after another: nobody tells what another one is about to tell.
    await this.inTurn(async () => {
      if (requireSecond) {
        const { id } = await askForSwitch(ledger, this.clock, this.id, request);
        this.#waiting.clear();
        this.#waiting.set(id, msg);
        return this.#notify();
      }
      // An order of a plan comes again after a restart by itself, with all it takes to go on.
      const node = practiceOf(msg) === undefined ? this.id : undefined;
      const { switched, event } = await switchDataCentre(ledger, this.clock, request, node);
      if (event !== undefined) {
        this.#switching.set(event, msg);
        return this.#notify();
      }
      await this.#showChoices();
      send([{ ...msg, switched } as SwitchMessage, null]);
    });
  }

  /** A second person answers by a message. */
  async #answer(msg: SwitchMessage): Promise<void> {
    const ledger = await this.ledger();
    const mine = (await ledger.switchRequests.switchRequests('open')).find(({ node }) => node === this.id);
    if (mine === undefined) {
      throw new RapError('SWITCH_UNCONFIRMED', 'There is no open request of this node to answer', {
        cure: 'Ask for the switch first; a request is open for 30 minutes.',
      });
    }
    const answer = { id: mine.id, by: textOf(msg.by) };
    if (msg.confirm === true) await confirmSwitch(ledger, this.clock, answer);
    else await refuseSwitch(ledger, this.clock, { ...answer, why: textOf(msg.reason) });
    await this.#look();
  }

  /** Puts back what has run out, says so, and keeps the status true when another node or person switches. */
  async #rounds(signal: AbortSignal): Promise<void> {
    await this.flowsStarted();
    for (const { id, node } of await (await this.ledger()).switchRequests.switchRequests('open')) {
      // Asked for before a restart; the message of then is gone.
      if (node === this.id) this.#waiting.set(id, {} as SwitchMessage);
    }
    const attempt = this.attempts(signal);
    for (;;) {
      await attempt(() => this.#round());
      await sleep(this.clock, ROUND_MS, signal);
    }
  }

  async #round(): Promise<void> {
    const ledger = await this.ledger();
    await enforceExpiry(ledger, this.clock, this.id);
    await expireRequests(ledger, this.clock);
    await this.#look();
  }

  #look(): Promise<void> {
    return this.inTurn(() => this.#notify());
  }

  /** Tells what has become of switches, also what a process before was killed over. In its turn. */
  async #notify(): Promise<void> {
    const news = await this.#news.take();
    for (const one of news) {
      if ('asked' in one) this.#notifyAsked(one.id, one.asked);
      if ('settled' in one) this.#notifySettled(one.id, one.settled);
    }
    try {
      await this.#showChoices();
    } finally {
      for (const one of news) {
        if ('switched' in one) this.#notifySwitched(one.id, one.switched);
        if ('ended' in one) this.complain(expired(one.id, one.ended), {});
      }
    }
  }

  #notifyAsked(switchNews: number, request: SwitchRequestRow): void {
    const msg = this.#waiting.get(request.id);
    this.send([null, { ...msg, ...asking(request), switchNews } as SwitchMessage]);
  }

  #notifySwitched(switchNews: number, switched: readonly SwitchResult[]): void {
    const msg = this.#switching.get(switchNews);
    this.#switching.delete(switchNews);
    this.send([{ ...msg, switched, switchNews } as SwitchMessage, null]);
  }

  #notifySettled(id: number, request: SwitchRequestRow): void {
    const msg = this.#waiting.get(request.id) ?? ({} as SwitchMessage);
    this.#waiting.delete(request.id);
    if (request.state !== 'confirmed') {
      this.complain(unconfirmed(id, request), msg);
      return;
    }
    const { accounts, dataCentre } = request;
    const switched = accounts.map((account) => ({ account, after: dataCentre, changed: true }));
    this.send([{ ...msg, switched, switchNews: id } as SwitchMessage, null]);
  }

  #accounts(): string[] {
    const { scope, account } = this.settings;
    if (scope === 'one') return [this.partner(account, RapAccount, 'The account').account];
    return readyAccounts(this.#RED).map((node) => node.account);
  }

  /** '19:00' of today, or a whole time. */
  #moment(text: string): number | undefined {
    if (text === '') return undefined;
    const until = mustRead(readUntil(text), 'until');
    return fromHongKong(until.includes(' ') ? until : `${hongKongDate(this.clock.now())} ${until}`);
  }

  async #showChoices(): Promise<void> {
    if (this.#waiting.size > 0) return this.show('secondPerson', 'yellow', 'ring');
    const choices = await dataCentreChoices(await this.ledger(), this.#accounts());
    const away = choices.filter(({ dataCentre }) => dataCentre === 'secondary');
    const site = statusText(away.length > 0 ? 'secondary' : 'primary', this.language);
    if (away.length > 0 && away.length < choices.length) return this.show('mixed', 'yellow', 'ring');
    const until = away[0]?.until;
    if (until !== undefined) {
      return this.show('switchedUntil', 'yellow', 'dot', { site, time: hongKongTime(until) });
    }
    this.show('switched', away.length > 0 ? 'yellow' : 'green', 'dot', { site, accounts: choices.length });
  }
}

/** Did a flow go on with it? Then it is not to go on again at each deploy. */
function wentOn(news: SwitchEvent): boolean {
  return 'switched' in news || ('settled' in news && news.settled.state === 'confirmed');
}

/** What goes out while a second person is waited for. */
function asking({ id, accounts, dataCentre, reason, by, expiresAt }: SwitchRequestRow) {
  const title = `${by} asks to switch ${accounts.join(', ')} to the ${dataCentre} data centre: ${reason}`;
  const text = `A second person confirms it on the operator page (/rap-ops/practice) by ${hongKongStamp(expiresAt).slice(0, 16)}; until then nothing is switched.`;
  return { topic: title, payload: { title, text, request: id } };
}

function expired(switchNews: number, { account, until, by }: SwitchEnd): RapError {
  return new RapError(
    'SWITCH_EXPIRED',
    `Account ${account} was still at the secondary data centre at ${hongKongStamp(until).slice(0, 16)} (decided by ${by}) and was put back to the primary`,
    // Each time is a fault of its own.
    { subject: `switch ${switchNews}`, details: { account, switchNews } },
  );
}

function unconfirmed(switchNews: number, request: SwitchRequestRow): RapError {
  const { state, settledBy, by, dataCentre, requestedAt } = request;
  const why = state === 'refused' ? `was refused by ${settledBy}` : 'was not confirmed in time';
  return new RapError(
    'SWITCH_UNCONFIRMED',
    `The switch to the ${dataCentre} data centre that ${by} asked for at ${hongKongStamp(requestedAt).slice(0, 16)} ${why}`,
    { subject: `switch ${switchNews}`, details: { switchNews } },
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

export default function (RED: NodeAPI): void {
  register(RED, 'rap-switch', RapSwitch);
}

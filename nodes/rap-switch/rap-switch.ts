/** Points accounts at a data centre: a decision with a reason and a name, and a time by which it ends. */
import type { NodeAPI, NodeDef } from 'node-red';
import { z } from 'zod';
import { RapError } from '../../lib/errors/rap-error.ts';
import { dataCentreChoices, enforceExpiry, switchDataCentre } from '../../lib/practice/switch.ts';
import { sleep } from '../../lib/time/clock.ts';
import { fromHongKong, hongKongDate, hongKongStamp, hongKongTime } from '../../lib/time/hong-kong.ts';
import type { EnvLookup } from '../../lib/words/expand-env.ts';
import { type RapMessage, RapNode, register, type Send } from '../base/rap-node.ts';
import { readSettings } from '../base/settings.ts';
import { statusText } from '../base/status-words.ts';
import { RapAccount } from '../rap-account/rap-account.ts';

const schema = z.object({
  dataCentre: z.enum(['primary', 'secondary']).default('primary'),
  scope: z.enum(['all', 'one']).default('all'),
  account: z.string().default(''),
  reason: z.string().trim().default(''),
  by: z.string().trim().default(''),
  requireSecond: z.boolean().default(false),
  until: z
    .string()
    .trim()
    .regex(/^(|(\d{4}-\d{2}-\d{2} )?([01]\d|2[0-3]):[0-5]\d)$/, 'is not a time like 19:00')
    .default(''),
});

type Settings = z.infer<typeof schema>;

/** What a message may say better than the settings. */
interface SwitchMessage extends RapMessage {
  reason?: unknown;
  by?: unknown;
  second?: unknown;
  until?: unknown;
}

const ROUND_MS = 60_000;

class RapSwitch extends RapNode<NodeDef, Settings> {
  readonly #RED: NodeAPI;

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, (saved: NodeDef, lookup: EnvLookup) => readSettings(schema, saved, lookup));
    this.#RED = RED;
    if (this.ready) this.background((signal) => this.#rounds(signal));
  }

  protected override async onInput(msg: SwitchMessage, send: Send): Promise<void> {
    const { dataCentre, requireSecond } = this.settings;
    const until =
      dataCentre === 'secondary' ? this.#moment(textOf(msg.until) || this.settings.until) : undefined;
    const second = textOf(msg.second);
    const switched = await switchDataCentre(await this.ledger(), this.clock, {
      accounts: this.#accounts(),
      dataCentre,
      reason: textOf(msg.reason) || this.settings.reason,
      by: textOf(msg.by) || this.settings.by,
      requireSecond,
      ...(second === '' ? {} : { second }),
      ...(until === undefined ? {} : { until }),
    });
    await this.#showChoices();
    send({ ...msg, switched } as SwitchMessage);
  }

  /** Puts back what has run out, says so, and keeps the status true when another node or person switches. */
  async #rounds(signal: AbortSignal): Promise<void> {
    await this.flowsStarted();
    for (;;) {
      const expired = await enforceExpiry(await this.ledger(), this.clock);
      await this.#showChoices();
      for (const { account, until, by } of expired) {
        this.complain(
          new RapError(
            'SWITCH_EXPIRED',
            `Account ${account} was still at the secondary data centre at ${hongKongStamp(until).slice(0, 16)} (decided by ${by}) and was put back to the primary`,
            { details: { account } },
          ),
          {},
        );
      }
      await sleep(this.clock, ROUND_MS, signal);
    }
  }

  #accounts(): string[] {
    const { scope, account } = this.settings;
    if (scope === 'one') return [this.partner(account, RapAccount, 'The account').account];
    const names: string[] = [];
    this.#RED.nodes.eachNode(({ id, type }) => {
      const node: unknown = type === 'rap-account' ? this.#RED.nodes.getNode(id) : undefined;
      if (node instanceof RapAccount && node.ready) names.push(node.account);
    });
    return names;
  }

  /** '19:00' of today, or a whole time. */
  #moment(text: string): number | undefined {
    if (text === '') return undefined;
    return fromHongKong(text.includes(' ') ? text : `${hongKongDate(this.clock.now())} ${text}`);
  }

  async #showChoices(): Promise<void> {
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

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

export default function (RED: NodeAPI): void {
  register(RED, 'rap-switch', RapSwitch);
}

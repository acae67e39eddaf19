/** The contacts and the mail relay: sends what the ledger's outbox holds, and keeps trying. */
import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { ContactsConfig } from '../../lib/contacts/config.ts';
import { sendDue } from '../../lib/contacts/sender.ts';
import { sleep } from '../../lib/time/clock.ts';
import { RapNode, register } from '../base/rap-node.ts';
import { readContacts } from './settings.ts';

/** How often the outbox is looked at for mails whose time has come again. */
const ROUND_MS = 60_000;

type Sent = Awaited<ReturnType<typeof sendDue>>;

export class RapContacts extends RapNode<NodeDef, ContactsConfig> {
  /** Node-RED hands this node's errors to the Catch nodes of those who use it. */
  readonly users: Record<string, Node> = {};

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readContacts);
    if (this.ready) this.background((signal) => this.#rounds(signal));
  }

  /** Sends every mail that is due. @throws RapError MAIL_CONFIG, LEDGER_UNUSABLE */
  async flush(): Promise<Sent> {
    return sendDue(await this.ledger(), this.settings, { clock: this.clock });
  }

  async #rounds(signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(this.clock, ROUND_MS, signal);
      const { failed } = await this.flush();
      // Whoever queued the mail has heard of its first failure; from then on the log is enough.
      for (const { code, message } of failed) this.warn(`${code}: ${message}`);
    }
  }
}

export default function (RED: NodeAPI): void {
  register(RED, 'rap-contacts', RapContacts, {
    credentials: { user: { type: 'text' }, password: { type: 'password' } },
  });
}

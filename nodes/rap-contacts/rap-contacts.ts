/** The contacts and the mail relay: sends what the ledger's outbox holds, and keeps trying. */
import type { NodeAPI, NodeDef } from 'node-red';
import { frozenBy } from '../../lib/accounts/key-freeze.ts';
import { readAcknowledgements } from '../../lib/alarms/acknowledge.ts';
import { endAlarms, stepDueAlarms } from '../../lib/alarms/alarms.ts';
import { raiseCalendarAlarms } from '../../lib/alarms/calendar-alarms.ts';
import { raiseClockAlarms } from '../../lib/alarms/clock-alarm.ts';
import { raiseHostAlarms } from '../../lib/alarms/host-alarms.ts';
import { raiseKeyAlarms } from '../../lib/alarms/key-alarms.ts';
import { raiseLedgerAlarm } from '../../lib/alarms/ledger-alarm.ts';
import { raiseLostCopies } from '../../lib/alarms/lost-copies.ts';
import { raiseReportAlarms } from '../../lib/alarms/report-alarms.ts';
import type { LiveFact } from '../../lib/desk/live.ts';
import type { LiveLedgerCheck } from '../../lib/desk/live-operations.ts';
import type { ErrorCode } from '../../lib/errors/codes.ts';
import { asRapError } from '../../lib/errors/rap-error.ts';
import type { Duty } from '../../lib/ledger/ledger.ts';
import { type ContactsConfig, domainOf } from '../../lib/mail/config.ts';
import { groupMistakes } from '../../lib/mail/contact-groups.ts';
import { type Channel, notifyFallback, writeLoginRefused } from '../../lib/mail/fallback-channel.ts';
import { sendDue } from '../../lib/mail/sender.ts';
import { alarmEnd } from '../../lib/model/reasons.ts';
import { siteCalendars } from '../../lib/reports/site-files.ts';
import { sleep } from '../../lib/time/clock.ts';
import { isPutRight } from '../runtime/ahead.ts';
import { isRehearsal } from '../runtime/practice-message.ts';
import { RapNode, register } from '../runtime/rap-node.ts';
import { sharedOf, sharingHost } from '../runtime/runtime.ts';
import { listOf } from '../runtime/settings.ts';
import { site } from '../runtime/shared-runtime.ts';
import { faultText } from '../runtime/status-texts.ts';
import { serveAlarms } from './alarms-data.ts';
import { readContacts, refuseSlips } from './settings.ts';

/**
 * How often the outbox, the alarms and the second channel are looked at: often enough for a critical event to
 * be told within three minutes by the clock.
 */
const ROUND_MS = 15_000;
/** In a rehearsal, whose clock goes on by the minute: shorter rounds would take most of its time. */
const REHEARSED_ROUND_MS = 60_000;
/** So often the calendars are looked at. */
const CALENDARS_MS = 3_600_000;
/** So often the ledger is looked at, beginning with the start. */
const LEDGER_MS = 3_600_000;

/** Where no contacts node says otherwise. */
const REST_HOURS = 24;

type Sent = Awaited<ReturnType<typeof sendDue>>;

/** What one host at a time does for the whole site. */
const SITE = [site('alarms'), site('mail')] as const;
const NOTHING_SENT: Sent = { sent: 0, failed: [] };

export class RapContacts extends RapNode<NodeDef, ContactsConfig> {
  /** Node-RED hands this node's errors to the Catch nodes of those who use it. */
  readonly users: Record<string, RapNode> = {};
  #sending: Promise<Sent> | undefined;
  #next: Promise<Sent> | undefined;
  readonly #RED: NodeAPI;
  #loginRefused = false;
  /** What kept the relay from taking mails last. */
  #relayFault: ErrorCode = 'MAIL_UNREACHABLE';
  #silent = false;
  /** When the calendars are looked at next, on the monotonic clock. */
  #calendarsNext = 0;
  /** When the ledger is. */
  #ledgerNext = 0;
  /** When the ledger's rows were compared with its journal last, and what was found. */
  #compared: LiveLedgerCheck | undefined;
  /** Of whom the log was warned. */
  #warned: ReadonlySet<string> = new Set();

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readContacts);
    this.#RED = RED;
    if (!this.ready) return;
    const [alarms, mail] = SITE;
    this.background((signal) => this.#rounds(signal, () => this.#stepAlarms()), alarms);
    // By itself, because a file that cannot be read or removed must not keep mails waiting.
    this.background((signal) => this.#rounds(signal, () => this.#readAcknowledgements()), alarms);
    // Each by itself, because a relay may hang for minutes.
    this.background((signal) => this.#rounds(signal, () => this.#notifyFallback()), mail);
    this.background((signal) => this.#rounds(signal, () => this.#notifyOn(['relay']).then(() => {})), mail);
    if (sharingHost(RED) === undefined) return;
    // Each host knows by itself what is in order on it.
    this.background((signal) => this.#rounds(signal, () => this.#endPutRight()), null);
    // What others queue is sent without an alarm's round, too.
    this.background((signal) => this.#rounds(signal, () => this.flush().then(() => {})), mail);
  }

  override shares(): readonly Duty[][] {
    return this.ready ? SITE.map((duty) => [duty]) : [];
  }

  override live(): LiveFact[] {
    const { smtp, second, escalation, contacts } = this.settings;
    const otherwise = [
      'file',
      ...(second.relay === undefined ? [] : ['relay']),
      ...(second.webhook === undefined ? [] : ['webhook']),
    ];
    const of = { kind: 'contacts', node: this.id, name: this.name ?? '' } as const;
    const told = { relay: `${smtp.host}:${smtp.port}`, otherwise, escalation, people: contacts };
    return [{ ...of, ...told }, ...(this.#compared === undefined ? [] : [this.#compared])];
  }

  /** Nobody is left out by a slip in a cell. It stops no mail: those who are named rightly are told. */
  protected override async checkAhead(): Promise<void> {
    const { several, unaddressed: unheard } = groupMistakes(this.settings, this.#written() ?? []);
    for (const { email, says } of unheard) if (!this.#warned.has(email)) this.warn(says);
    this.#warned = new Set(unheard.map(({ email }) => email));
    refuseSlips({ several });
  }

  /** The groups of all nodes that write to these contacts, also of disabled ones; undefined when one is a variable. */
  #written(): string[][] | undefined {
    const written: string[][] = [];
    let known = true;
    this.#RED.nodes.eachNode((definition) => {
      const { type, contacts, groups = '' } = definition as NodeDef & { contacts?: string; groups?: string };
      if (type !== 'contact-notify' || contacts !== this.id) return;
      if (groups.includes('${')) known = false;
      written.push(listOf(groups));
    });
    return known ? written : undefined;
  }

  protected override get statusNodes(): Iterable<RapNode> {
    return Object.values(this.users);
  }

  /**
   * Sends every mail that is due. However many ask while mails are being sent, they are sent once more after that.
   * @throws RapError MAIL_CONFIG, LEDGER_UNUSABLE
   */
  flush(): Promise<Sent> {
    if (this.#sending === undefined) return this.#send();
    this.#next ??= this.#sending
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#send();
      });
    return this.#next;
  }

  #send(): Promise<Sent> {
    this.#sending = this.#sendNow().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #sendNow(): Promise<Sent> {
    const { clock, signal, settings } = this;
    // Another host sends what is queued, within its next round.
    if (!this.holds(SITE[1])) return NOTHING_SENT;
    const result = await sendDue(await this.ledger(SITE[1]), settings, {
      clock,
      signal,
      others: this.#otherDomains(),
    });
    const refused = result.failed.some(({ code }) => code === 'MAIL_CONFIG');
    this.#relayFault = result.failed.find(({ unreachable }) => unreachable)?.code ?? 'MAIL_UNREACHABLE';
    if (refused && !this.#loginRefused) {
      this.#loginRefused = true;
      await this.#notifyFallback();
      const trouble = await writeLoginRefused(settings, { clock, home: this.home, signal });
      if (trouble !== '') this.warn(`MAIL_CONFIG: ${trouble}`);
    }
    if (result.sent > 0) this.#loginRefused = false;
    return result;
  }

  async #readAcknowledgements(): Promise<void> {
    const { settings, clock, home } = this;
    await readAcknowledgements(await this.ledger(SITE[0]), clock, home, settings.escalation.restHours);
  }

  async #stepAlarms(): Promise<void> {
    await raiseClockAlarms(await this.ledger(SITE[0]), this.settings);
    if (sharedOf(this.home) !== undefined)
      await raiseHostAlarms(await this.ledger(SITE[0]), this.settings, this.clock.now());
    await raiseReportAlarms(await this.ledger(SITE[0]), this.settings, this.clock.now());
    await raiseLostCopies(await this.ledger(SITE[0]), this.settings, this.clock.now());
    await this.#raiseCalendarAlarms();
    await this.#raiseLedgerAlarm();
    await stepDueAlarms(
      await this.ledger(SITE[0]),
      this.settings,
      this.clock,
      this.#others().map(({ settings }) => settings),
    );
    if (sharingHost(this.#RED) === undefined) await this.#endPutRight();
    const refused = this.#loginRefused;
    const { failed } = await this.flush();
    // Whoever queued the mail has heard of its first failure; from then on the log is enough, and once for a login.
    for (const { code, message } of failed) {
      if (!(refused && code === 'MAIL_CONFIG')) this.warn(`${code}: ${message}`);
    }
  }

  /** A list of holidays is looked for now and then; a calendar file that cannot be read, who needs it says. */
  async #raiseCalendarAlarms(): Promise<void> {
    const { clock } = this;
    if (clock.monotonic() < this.#calendarsNext) return;
    this.#calendarsNext = clock.monotonic() + CALENDARS_MS;
    const calendars = await siteCalendars(this.home).catch(() => undefined);
    if (calendars === undefined) return;
    const ledger = await this.ledger(SITE[0]);
    const now = clock.now();
    await raiseCalendarAlarms(ledger, this.settings, calendars, now);
    const frozen = (await frozenBy(ledger, now)) !== undefined;
    await raiseKeyAlarms(ledger, this.settings, { calendars, now, accounts: this.#accounts(), frozen });
  }

  /** Names of the accounts that are deployed. */
  #accounts(): string[] {
    const names: string[] = [];
    this.#RED.nodes.eachNode(({ id, type }) => {
      const node: unknown = type === 'rap-account' ? this.#RED.nodes.getNode(id) : undefined;
      if (node instanceof RapNode && node.ready && 'account' in node) names.push(String(node.account));
    });
    return names;
  }

  async #raiseLedgerAlarm(): Promise<void> {
    const { clock } = this;
    if (clock.monotonic() < this.#ledgerNext) return;
    this.#ledgerNext = clock.monotonic() + LEDGER_MS;
    const changed = await raiseLedgerAlarm(await this.ledger(SITE[0]), this.settings, clock.now());
    this.#compared = { kind: 'ledger-check', at: clock.now(), changed };
  }

  /** What a node found wrong ahead of any run is over when the node finds it in order. */
  async #endPutRight(): Promise<void> {
    const host = sharingHost(this.#RED);
    const ledger = await this.ledger(host === undefined ? SITE[0] : null);
    const open = await ledger.alarms.openAlarms({ account: '' });
    const over = open.filter(
      (alarm) =>
        alarm.ahead && (host === undefined || alarm.host === host) && isPutRight(this.#RED, alarm.subject),
    );
    await endAlarms(ledger, this.settings, over, alarmEnd('settingsRight'), this.clock.now());
  }

  #others(): RapContacts[] {
    return contactsOf(this.#RED).filter((one) => one !== this);
  }

  /** Domains of other contacts that are deployed: all share one outbox. */
  #otherDomains(): string[] {
    const all = this.#others().map(({ settings }) => domainOf(settings.smtp.from.address));
    return all.filter((domain) => domain !== domainOf(this.settings.smtp.from.address));
  }

  async #notifyFallback(): Promise<void> {
    const waiting = await this.#notifyOn(['file', 'webhook']);
    this.#showRelay(waiting > 0 || this.#loginRefused);
  }

  /** @returns how many critical mails wait beyond their time */
  async #notifyOn(channels: readonly Channel[]): Promise<number> {
    const { clock, home, settings, signal } = this;
    const options = {
      clock,
      home,
      signal,
      channels,
      atOnce: this.#loginRefused,
      others: this.#otherDomains(),
    };
    const { waiting, told } = await notifyFallback(await this.ledger(SITE[1]), settings, options);
    for (const { mail, channel, trouble } of told) {
      const words = trouble === '' ? 'told' : `could not be told: ${trouble}`;
      this.warn(`Second channel, ${channel}: critical mail ${mail} ${words}`);
    }
    return waiting;
  }

  /** A config node has no place for a status; those who use it show it. */
  #showRelay(silent: boolean): void {
    if (!silent && !this.#silent) return;
    this.#silent = silent;
    const code = this.#loginRefused ? 'MAIL_CONFIG' : this.#relayFault;
    const status = silent
      ? { fill: 'red' as const, shape: 'dot' as const, text: faultText(code, this.language) }
      : {};
    for (const user of Object.values(this.users)) user.status(status);
  }

  async #rounds(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const pause = isRehearsal(this.#RED) ? REHEARSED_ROUND_MS : ROUND_MS;
    let last = '';
    for (;;) {
      await sleep(this.clock, pause, signal);
      try {
        await work();
        last = '';
      } catch (thrown) {
        signal.throwIfAborted();
        const { code, message } = asRapError(thrown);
        if (code === 'NOT_IN_CHARGE') throw thrown;
        // What lasts is said once; the rounds go on.
        if (code !== last) this.error(`${code}: ${message}`);
        last = code;
      }
    }
  }
}

/** All contacts that are deployed and fit to work. */
function contactsOf(RED: NodeAPI): RapContacts[] {
  const all: RapContacts[] = [];
  RED.nodes.eachNode(({ id, type }) => {
    const node: unknown = type === 'rap-contacts' ? RED.nodes.getNode(id) : undefined;
    if (node instanceof RapContacts && node.ready) all.push(node);
  });
  return all;
}

/** How long an acknowledgement counts, hours. */
export function restHoursOf(RED: NodeAPI): number {
  // With several contacts nodes the shortest time counts: an alarm comes back too soon rather than too late.
  const hours = contactsOf(RED).map(({ settings }) => settings.escalation.restHours);
  return hours.length === 0 ? REST_HOURS : Math.min(...hours);
}

export default function (RED: NodeAPI): void {
  register(RED, 'rap-contacts', RapContacts, {
    credentials: {
      user: { type: 'text' },
      password: { type: 'password' },
      secondUser: { type: 'text' },
      secondPassword: { type: 'password' },
      webhookToken: { type: 'password' },
    },
  });
  serveAlarms(RED, () => restHoursOf(RED));
}

/**
 * Tells the contacts by e-mail: the digest of a run, an alarm from a caught error, the morning mail, or a text of
 * one's own.
 */
import { createHash } from 'node:crypto';
import mustache from 'mustache';
import type { NodeAPI, NodeDef } from 'node-red';
import { queueAlarm } from '../../lib/alarms/alarms.ts';
import { type DigestLedger, noteLook, queueDigest } from '../../lib/collection/digest-queue.ts';
import type { Light } from '../../lib/desk/light/file.ts';
import type { LiveFact } from '../../lib/desk/live.ts';
import { isErrorCode, policyOf } from '../../lib/errors/codes.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import type { Amendment } from '../../lib/mail/alarm-mail.ts';
import { type ContactsConfig, recipientsOf } from '../../lib/mail/config.ts';
import { queueDailyStatus } from '../../lib/mail/daily-status.ts';
import { queueNotice } from '../../lib/mail/notice.ts';
import type { Queued } from '../../lib/mail/queued.ts';
import { siteCalendars } from '../../lib/reports/site-files.ts';
import { type CalendarBook, shippedCalendars } from '../../lib/time/calendar-book.ts';
import { readyAccounts } from '../rap-account/rap-account.ts';
import { RapContacts } from '../rap-contacts/rap-contacts.ts';
import { deskOrWhy, hasDesk } from '../runtime/desk-says.ts';
import { practiceOf } from '../runtime/practice-message.ts';
import { type RapMessage, RapNode, register, type Send } from '../runtime/rap-node.ts';
import { sharingHost } from '../runtime/runtime.ts';
import { queueForPractice } from './practice.ts';
import { type NotifySettings, readNotify } from './settings.ts';

type Details = Partial<Record<'ahead' | 'event' | 'versionId' | 'share' | 'switchNews', unknown>>;

/** An error as a Catch node adds it to a message. */
interface CaughtError {
  message?: string;
  code?: string;
  cause?: {
    cure?: string;
    subject?: unknown;
    reports?: unknown;
    details?: Details;
  };
  source?: { id?: string; name?: string; type?: string };
}

class ContactNotify extends RapNode<NodeDef, NotifySettings> {
  readonly #RED: NodeAPI;

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readNotify);
    this.#RED = RED;
    const contacts: unknown = this.ready ? RED.nodes.getNode(this.settings.contacts) : undefined;
    if (!(contacts instanceof RapContacts)) return;
    contacts.users[this.id] = this;
  }

  override live(): LiveFact[] {
    const { kind: tells, contacts, groups } = this.settings;
    return [{ kind: 'mailer', node: this.id, name: this.name ?? '', tells, contacts, groups }];
  }

  /** Somebody is told at the desk, and not by the first mail that nobody would get. */
  protected override async checkAhead(): Promise<void> {
    const { kind, subject, text } = this.settings;
    if (kind === 'text') for (const template of [subject, text]) fill(template, {} as RapMessage);
    const contacts = this.partner(this.settings.contacts, RapContacts, 'The contacts');
    // What is wrong with the contacts themselves they say.
    if (contacts.ready) recipientsOf(contacts.settings, this.settings.groups);
  }

  protected override async onInput(msg: RapMessage, send: Send): Promise<void> {
    // Between runs nothing came; what a check found then, the contacts mail by themselves.
    if (this.settings.kind === 'digest' && !msg.rap?.run && 'completeness' in msg) return;
    const contacts = this.partner(this.settings.contacts, RapContacts, 'The contacts');
    const look = this.settings.kind === 'digest' && msg.rap?.goesOn === true;
    if (!look) this.show('sending', 'blue', 'ring');
    const mail = await this.#queue(contacts, msg);
    if (mail === undefined) {
      // A look that brings nothing is no news; what it ended is told all the same.
      if (look) await contacts.flush();
      else this.showResult('quiet', 'grey', 'ring');
      send(msg);
      return;
    }
    const { failed } = await contacts.flush();
    send({ ...msg, mail });
    const fault = failed.find((one) => one.id === mail.id) ?? failed[0];
    if (fault !== undefined) {
      const { message, cure, retryable } = fault;
      throw new RapError(fault.code, message, { cure, retryable });
    }
    await this.#showState(mail.id);
  }

  /** A mail may also wait: for its next attempt, or for the summary of a flood. */
  async #showState(mail: number): Promise<void> {
    const state = await (await this.ledger()).mails.mailState(mail);
    if (state === 'accepted') this.showResult('sent', 'green', 'dot');
    else if (state === 'refused') this.showFault(new RapError('MAIL_REFUSED', 'No recipient takes it'));
    else this.showResult('queued', 'yellow', 'ring');
  }

  /** The accounts that are deployed: also one that never logged in is told in the morning. */
  #accounts(): string[] {
    return readyAccounts(this.#RED).map(({ account }) => account);
  }

  /** What Today says; a desk that does not answer says that nothing is known. */
  async #today(language: Language): Promise<Light | undefined> {
    return hasDesk(this.#RED) ? deskOrWhy(this.#RED, language) : undefined;
  }

  /** Those of the site; as they are shipped where its file cannot be read, which others say. */
  #calendars(): Promise<CalendarBook> {
    return siteCalendars(this.home).catch(() => shippedCalendars);
  }

  async #queueDigest(ledger: DigestLedger, config: ContactsConfig, run: string): Promise<Queued | undefined> {
    const { groups } = this.settings;
    const queued = await queueDigest(ledger, config, run, groups, this.clock.now());
    if (queued === undefined) return undefined;
    // Whoever else gets a digest of the run has it in the outbox soon after.
    this.flowConsumer(({ events }) => events.pendingEvents({ kinds: ['digest'], run }), {
      withoutMail: true,
    }).seeThrough();
    return queued;
  }

  async #queue(contacts: RapContacts, msg: RapMessage): Promise<Queued | undefined> {
    const { kind, groups, arrivals } = this.settings;
    const config = contacts.settings;
    const ledger = await this.ledger();
    const run = msg.rap?.run ?? '';
    switch (kind) {
      case 'digest':
        if (run === '')
          throw new RapError('CONFIG_INVALID', 'The message belongs to no run: msg.rap.run is missing');
        return msg.rap?.goesOn
          ? noteLook(ledger, config, { run, arrivals, now: this.clock.now() }, groups)
          : this.#queueDigest(ledger, config, run);
      case 'alarm':
        return queueAlarm(ledger, config, { ...this.#alarmOf(msg), run, at: this.clock.now() }, groups);
      case 'heartbeat':
        return queueDailyStatus(
          ledger,
          config,
          this.clock.now(),
          groups,
          this.#accounts(),
          await this.#calendars(),
          await this.#today(config.language),
        );
      case 'practice':
        return queueForPractice(ledger, config, msg, groups);
      case 'text': {
        const subject = oneLine(fill(this.settings.subject, msg));
        const text = fill(this.settings.text, msg);
        const { amendment, event } = alarmOf(msg);
        const about = amendment ?? [...aboutOf(msg, run, event), subject, text];
        const digest = createHash('sha256').update(JSON.stringify([this.id, about]));
        const eventKey = `text:${digest.digest('hex')}`;
        const of = event === undefined ? {} : { event };
        return queueNotice(ledger, config, { eventKey, run, subject, text, ...of }, groups);
      }
    }
  }

  /** What is wrong with the settings or surroundings on this host may be in order on another. */
  #alarmOf(msg: RapMessage) {
    const { cause } = (msg.error ?? {}) as CaughtError;
    const host = cause?.details?.ahead === true ? sharingHost(this.#RED) : undefined;
    return { ...alarmOf(msg), ...(host === undefined ? {} : { host }) };
  }
}

/** What a Catch node's message says, with the cure of its code where the error brings none. */
function alarmOf(msg: RapMessage) {
  const error = (msg.error ?? {}) as CaughtError;
  const { code = 'UNEXPECTED', cause } = error;
  const where = error.source?.name || error.source?.type || '';
  // Of an error of other makers it is known where it happened, and not what it is about.
  const ours = isErrorCode(code) && cause?.cure !== undefined;
  return {
    code,
    message: error.message ?? 'An error without a message',
    cure: cause?.cure ?? policyOf(code).cure,
    where,
    subject: ours ? String(cause.subject ?? '') : where,
    reports: ours && Array.isArray(cause.reports) ? cause.reports.map(String) : [],
    // What was found ahead of any run is the same for all accounts.
    account: cause?.details?.ahead === true ? '' : (msg.rap?.account ?? ''),
    ahead: cause?.details?.ahead === true,
    ...(isAmendment(error) ? amendmentOf(error) : {}),
    ...eventOf(msg, error),
  };
}

/** By this the outbox knows what is told; news of other makers has none. */
function amendmentOf({ cause }: CaughtError): { amendment?: Amendment } {
  const { versionId, share } = cause?.details ?? {};
  if (typeof versionId !== 'number' || typeof share !== 'string') return {};
  return { amendment: { versionId, share } };
}

/**
 * By this the ledger knows that its event is told: news of a report or a share, or what became of a switch. That comes by
 * an error of its own, or by the message, unless that met another fault.
 */
function eventOf(msg: RapMessage, error: CaughtError): { event?: number } {
  const { event, switchNews } = (msg.error === undefined ? msg : (error.cause?.details ?? {})) as Details;
  const number = isAmendment(error) || error.code === 'SHARE_BACK' ? event : switchNews;
  return typeof number === 'number' ? { event: number } : {};
}

function isAmendment({ code }: CaughtError): boolean {
  return code === 'AMENDED' || code === 'SAME_NAME';
}

/** What a plain mail is about: news or an order, which a restart repeats, or this very message. */
function aboutOf(msg: RapMessage, run: string, event: number | undefined): (string | undefined)[] {
  // Whoever tells it again knows no run.
  if (event !== undefined) return [`switch ${event}`];
  const mark = practiceOf(msg);
  return [run, mark?.order === undefined ? msg._msgid : `${mark.date} ${mark.order.key}`];
}

/** A text with {{parts}} of the message put in, as they are: this is plain text. */
function fill(template: string, msg: RapMessage): string {
  try {
    return mustache.render(template, msg, undefined, { escape: (value: unknown) => String(value) });
  } catch (cause) {
    throw new RapError(
      'CONFIG_INVALID',
      `Subject or text: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

export default function (RED: NodeAPI): void {
  register(RED, 'contact-notify', ContactNotify);
}

/** Who is told, and through which relay. Recipients come from here and from nowhere else. */
import { z } from 'zod';
import { orEmpty, readDeskAddress, readWebAddress } from '../cells/index.ts';
import { ADDRESS, readSender } from '../cells/people.ts';
import { RapError } from '../errors/rap-error.ts';
import { type Language, languages } from '../i18n/languages.ts';
import { isLoopback } from '../net/outside.ts';
import { windowFault } from './maintenance.ts';

const DOMAIN = /^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/;

/** May stand in a header: one line, nothing invisible. */
const HEADER_TEXT = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;

const address = z
  .string('must be an e-mail address')
  .trim()
  .max(254, 'is longer than an e-mail address can be')
  .regex(ADDRESS, 'must be a plain e-mail address such as ops@broker.example');

const headerText = z
  .string('must be text')
  .trim()
  .max(200, 'is too long')
  .regex(HEADER_TEXT, 'must be one line of visible characters');

/** "RAP Ops <rap@broker.example>" or the address alone. */
const sender = z.string('must be text').transform((text, context) => {
  const reading = readSender(text);
  if ('value' in reading) {
    const { name, email } = reading.value;
    if (headerText.safeParse(name).success) return { name, address: email };
  }
  context.addIssue('must be an address such as RAP Ops <rap@broker.example>');
  return z.NEVER;
});

export { type Language, languages };

const relay = z.object({
  host: z
    .string('must be a host name')
    .trim()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'must be a host name or an IP address'),
  port: z.number('must be a number').int('must be a whole number').min(1).max(65535),
  /** TLS from the first byte (usually port 465). */
  secure: z.boolean('must be yes or no').default(false),
  /** STARTTLS or no mail at all. */
  requireTls: z.boolean('must be yes or no').default(true),
  user: z.string('must be text').optional(),
  password: z.string('must be text').optional(),
  from: sender,
  /** Certificate authority of an internal relay, PEM. Certificates are always verified. */
  ca: z.string('must be text').optional(),
  /** The name with which the relay is greeted; default the sender's domain. */
  greeting: z
    .string('must be text')
    .trim()
    .regex(DOMAIN, 'must be a host name such as rap.broker.example')
    .optional(),
});

const moment = z.number('must be a time').int();

/** All defaults of these are ours. */
const schema = z.object({
  smtp: relay,
  /** Where critical mails go that the relay does not take; the local file is written whatever else is set. */
  second: z
    .object({
      relay: relay.optional(),
      webhook: z
        .object({
          /** It is told what failed where: over HTTPS, or not beyond this machine. */
          url: z
            .string('must be text')
            .trim()
            .refine(
              (url) => 'value' in readWebAddress(url),
              'must be https://..., or http:// to this machine',
            ),
          /** Sent as a bearer token. */
          token: z.string('must be text').optional(),
        })
        .optional(),
    })
    .default({}),
  escalation: z
    .object({
      /** Between two reminders of an unacknowledged critical alarm; 0 sends none. */
      minutes: z
        .number('must be a number')
        .min(0, 'cannot be negative')
        .max(1440, 'is longer than a day')
        .default(30),
      reminders: z.number('must be a number').int('must be a whole number').min(0).max(20).default(3),
      /** With each reminder one of these groups more is told. */
      groups: z.array(headerText).default([]),
      /** So long an acknowledgement counts, and an alarm rests that nobody answers. */
      restHours: z
        .number('must be a number')
        .min(1, 'must be at least an hour')
        .max(336, 'is longer than two weeks')
        .default(24),
    })
    .prefault({}),
  windows: z
    .array(z.object({ beginsAt: moment, endsAt: moment, what: z.string(), reason: headerText }))
    .default([]),
  /** Empty: the domain of the sender. */
  allowedDomains: z
    .array(
      z.string('must be text').trim().toLowerCase().regex(DOMAIN, 'must be a domain such as broker.example'),
    )
    .default([]),
  contacts: z
    .array(
      z.object({
        name: headerText.default(''),
        email: address,
        groups: z.array(headerText).default([]),
      }),
    )
    .default([]),
  /** The address of the desk, to which mails link, without a slash at its end; empty: mails have no links. */
  desk: z
    .string('must be text')
    .default('')
    .transform((text, context) => {
      const reading = orEmpty(readDeskAddress, '')(text);
      if ('value' in reading) return reading.value;
      context.addIssue('must be a web address such as https://rap.broker.example:1880/rap-ops');
      return z.NEVER;
    }),
  language: z.enum(languages, `must be one of ${languages.join(', ')}`).default('en'),
});

export type ContactsConfig = z.infer<typeof schema>;

/**
 * Checks the settings of mail and contacts.
 * @param rows the row of the table that each contact is from, counted from 0, where a row may name several people
 * @throws RapError MAIL_CONFIG naming the field; contacts are counted from 1
 */
export function parseContacts(value: unknown, rows: readonly number[] = []): ContactsConfig {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${placeOf(issue?.path ?? [], rows)} ${issue?.message ?? 'is not valid'}`);
  }
  const config = parsed.data;
  if (config.allowedDomains.length === 0) config.allowedDomains = [domainOf(config.smtp.from.address)];
  config.contacts.forEach(({ email }, index) => {
    if (!isAllowed(config, email)) {
      throw invalid(
        `${contactAt(index, rows)}: ${email} is outside the allowed domains (${config.allowedDomains.join(', ')})`,
      );
    }
  });
  for (const [name, smtp] of Object.entries({ smtp: config.smtp, 'second.relay': config.second.relay })) {
    if (smtp?.password && !smtp.secure && !smtp.requireTls && !isLoopback(smtp.host)) {
      throw invalid(
        `${name}.requireTls must be on when a password is used: it would travel readable for all`,
      );
    }
  }
  for (const group of config.escalation.groups) {
    if (!hasGroups(config, [group])) throw invalid(`escalation: nobody is in the group "${group}"`);
  }
  config.windows.forEach((window, index) => {
    const fault = windowFault(window);
    if (fault !== undefined) throw invalid(`maintenance window ${index + 1}: ${fault}`);
  });
  return config;
}

/**
 * The addresses of the groups, each once; no group means everybody.
 * @throws RapError MAIL_CONFIG when a group has nobody in it: a mail to nobody tells nobody
 */
export function recipientsOf(config: ContactsConfig, groups: readonly string[]): string[] {
  const of = (group: string) =>
    config.contacts.filter((contact) => contact.groups.some((one) => same(one, group)));
  const contacts = groups.length === 0 ? config.contacts : groups.flatMap(of);
  for (const group of groups) if (of(group).length === 0) throw invalid(`Nobody is in the group "${group}"`);
  if (contacts.length === 0) throw invalid('There are no contacts');
  return unique(contacts.map((contact) => contact.email).filter((email) => isAllowed(config, email)));
}

/**
 * The groups that hear of a fault: those with somebody in them, and if there is none, everybody. An alarm for a
 * group that has lost its last member must not be told to nobody.
 */
export function groupsInReach(config: ContactsConfig, groups: readonly string[]): string[] {
  return groups.filter((group) => hasGroups(config, [group]));
}

/** Has every group somebody in it? */
export function hasGroups(config: ContactsConfig, groups: readonly string[]): boolean {
  const known = new Set(
    config.contacts.flatMap((contact) => contact.groups.map((one) => one.trim().toLowerCase())),
  );
  return config.contacts.length > 0 && groups.every((group) => known.has(group.trim().toLowerCase()));
}

export function isAllowed(config: ContactsConfig, email: string): boolean {
  return ADDRESS.test(email) && config.allowedDomains.includes(domainOf(email));
}

export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}

function unique(emails: readonly string[]): string[] {
  return [...new Map(emails.map((email) => [email.toLowerCase(), email])).values()];
}

function same(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function contactAt(index: number, rows: readonly number[]): string {
  return `contact ${(rows[index] ?? index) + 1}`;
}

function placeOf(path: readonly PropertyKey[], rows: readonly number[]): string {
  const [first, index, ...rest] = path;
  if (first === 'contacts' && typeof index === 'number')
    return `${contactAt(index, rows)}: ${rest.join('.')}`;
  if (first === 'allowedDomains' && typeof index === 'number') return `allowedDomains ${index + 1}`;
  return path.join('.') || 'The settings';
}

function invalid(message: string): RapError {
  return new RapError('MAIL_CONFIG', message);
}

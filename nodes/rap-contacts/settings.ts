import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type ContactsConfig, parseContacts } from '../../lib/contacts/config.ts';
import { RapError, systemCode } from '../../lib/errors/rap-error.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import type { EnvLookup } from '../../lib/words/expand-env.ts';
import { listOf, readSettings } from '../base/settings.ts';

const text = z.string().trim().default('');
const security = z.enum(['starttls', 'tls', 'none']).default('starttls');

const schema = z.object({
  host: text,
  port: z.coerce.string().default('587'),
  security,
  from: text,
  greeting: text,
  caFile: text,
  allowedDomains: text,
  language: text,
  contacts: z.array(z.object({ name: text, email: text, groups: text })).default([]),
  escalateMinutes: text,
  reminders: text,
  escalateGroups: text,
  restHours: text,
  secondHost: text,
  secondPort: z.coerce.string().default('587'),
  secondSecurity: security,
  webhook: text,
  windows: z.array(z.object({ from: text, until: text, what: text, reason: text })).default([]),
});

interface Credentials {
  user?: string;
  password?: string;
  secondUser?: string;
  secondPassword?: string;
  webhookToken?: string;
}

/** The certificates of a PEM file, as text. @throws RapError MAIL_CONFIG naming the file */
function readAuthority(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    for (const [one] of pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)) {
      new X509Certificate(one);
    }
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  } catch (thrown) {
    const reason = systemCode(thrown) || 'it holds something that is no certificate';
    throw new RapError('MAIL_CONFIG', `CA file ${file}: ${reason}`, { cause: thrown });
  }
  throw new RapError('MAIL_CONFIG', `CA file ${file}: it holds no certificate in PEM form`);
}

/** @throws RapError MAIL_CONFIG naming the field, CONFIG_INVALID */
export function readContacts(
  config: unknown,
  lookup: EnvLookup,
  { credentials }: { credentials: unknown },
): ContactsConfig {
  const saved = readSettings(schema, config, lookup);
  const { user, password, secondUser, secondPassword, webhookToken } = (credentials ?? {}) as Credentials;
  const ca = saved.caFile === '' ? {} : { ca: readAuthority(saved.caFile) };
  const relay = (host: string, port: string, kind: string, name?: string, secret?: string) => ({
    host,
    port: Number(port),
    secure: kind === 'tls',
    requireTls: kind === 'starttls',
    ...(name ? { user: name, password: secret ?? '' } : {}),
    from: saved.from,
    ...(saved.greeting === '' ? {} : { greeting: saved.greeting }),
    ...ca,
  });
  const { secondHost, secondPort, secondSecurity, webhook } = saved;
  return parseContacts({
    smtp: relay(saved.host, saved.port, saved.security, user, password),
    second: {
      ...(secondHost === ''
        ? {}
        : { relay: relay(secondHost, secondPort, secondSecurity, secondUser, secondPassword) }),
      ...(webhook === ''
        ? {}
        : { webhook: { url: webhook, ...(webhookToken ? { token: webhookToken } : {}) } }),
    },
    escalation: {
      ...(saved.escalateMinutes === '' ? {} : { minutes: Number(saved.escalateMinutes) }),
      ...(saved.reminders === '' ? {} : { reminders: Number(saved.reminders) }),
      ...(saved.restHours === '' ? {} : { restHours: Number(saved.restHours) }),
      groups: listOf(saved.escalateGroups),
    },
    windows: saved.windows.map(({ from, until, what, reason }) => ({
      beginsAt: fromHongKong(from),
      endsAt: fromHongKong(until),
      what,
      reason,
    })),
    allowedDomains: listOf(saved.allowedDomains),
    contacts: saved.contacts.map((contact) => ({ ...contact, groups: listOf(contact.groups) })),
    language: saved.language || 'en',
  });
}

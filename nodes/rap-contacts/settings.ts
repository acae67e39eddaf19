import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { type ContactsConfig, parseContacts } from '../../lib/contacts/config.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import { readTextSync, type TextOptions } from '../../lib/files/text-file.ts';
import { findKeys, pemOf } from '../../lib/rap/key-text.ts';
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

/** How a file of certificates is read. Windows offers to save one in binary, too. */
const authorityText: TextOptions = {
  what: 'CA file',
  code: 'MAIL_CONFIG',
  asciiCounts: true,
  binaries: [0x81, 0x82].map((second) => ({
    head: Buffer.from([0x30, second]),
    what: 'a certificate in binary (DER)',
    cure: 'Save it as "Base-64 encoded X.509", or convert it: openssl x509 -inform DER -in FILE -out FILE.pem',
  })),
};

/** The certificates of a PEM file, as text. @throws RapError MAIL_CONFIG naming the file */
function readAuthority(file: string): string {
  const { blocks } = findKeys(readTextSync(file, authorityText));
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE').map(pemOf);
  const refuse = (why: string, cause?: unknown) =>
    new RapError('MAIL_CONFIG', `CA file ${visible(file)}: ${why}`, { cause });
  if (certificates.length === 0) throw refuse('it holds no certificate in PEM form');
  try {
    for (const one of certificates) new X509Certificate(one);
  } catch (thrown) {
    throw refuse('it holds something that is no certificate', thrown);
  }
  return certificates.join('');
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

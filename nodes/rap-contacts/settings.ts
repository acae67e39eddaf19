import { z } from 'zod';
import { type ContactsConfig, parseContacts } from '../../lib/contacts/config.ts';
import type { EnvLookup } from '../../lib/words/expand-env.ts';
import { listOf, readSettings } from '../base/settings.ts';

const text = z.string().trim().default('');

const schema = z.object({
  host: text,
  port: z.coerce.string().default('587'),
  security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  from: text,
  allowedDomains: text,
  language: text,
  contacts: z.array(z.object({ name: text, email: text, groups: text })).default([]),
});

/** @throws RapError MAIL_CONFIG naming the field, CONFIG_INVALID */
export function readContacts(
  config: unknown,
  lookup: EnvLookup,
  { credentials }: { credentials: unknown },
): ContactsConfig {
  const saved = readSettings(schema, config, lookup);
  const { user, password } = (credentials ?? {}) as { user?: string; password?: string };
  return parseContacts({
    smtp: {
      host: saved.host,
      port: Number(saved.port),
      secure: saved.security === 'tls',
      requireTls: saved.security === 'starttls',
      ...(user ? { user, password: password ?? '' } : {}),
      from: saved.from,
    },
    allowedDomains: listOf(saved.allowedDomains),
    contacts: saved.contacts.map((contact) => ({ ...contact, groups: listOf(contact.groups) })),
    language: saved.language || 'en',
  });
}

import { X509Certificate } from 'node:crypto';
import { RapError } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import { readTextSync, type TextOptions } from '../../lib/files/text-file.ts';
import { type ContactsConfig, parseContacts } from '../../lib/mail/config.ts';
import type { GroupMistakes } from '../../lib/mail/contact-groups.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { findKeys, pemOf } from '../../lib/rap/client/key-text.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { readSettings } from '../runtime/settings.ts';
import { saved as settings } from './schema.ts';

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
  const saved = readSettings(settings, config, lookup);
  const { user, password, secondUser, secondPassword, webhookToken } = (credentials ?? {}) as Credentials;
  const ca = saved.caFile === '' ? {} : { ca: readAuthority(saved.caFile) };
  const relay = (server: { host: string; port: number }, kind: string, name?: string, secret?: string) => ({
    ...server,
    secure: kind === 'tls',
    requireTls: kind === 'starttls',
    ...(name ? { user: name, password: secret ?? '' } : {}),
    from: saved.from,
    ...(saved.greeting === '' ? {} : { greeting: saved.greeting }),
    ...ca,
  });
  const { secondRelay, secondSecurity, webhook, escalateMinutes, reminders, restHours } = saved;
  const people = saved.contacts.flatMap(({ email, name, groups: of }, row) =>
    email.map((person) => ({
      row,
      // The cell for the name is that of one person.
      contact: { name: (email.length === 1 && name) || person.name || name, email: person.email, groups: of },
    })),
  );
  return parseContacts(
    {
      smtp: relay(saved.relay, saved.security, user, password),
      second: {
        ...(secondRelay.host === ''
          ? {}
          : { relay: relay(secondRelay, secondSecurity, secondUser, secondPassword) }),
        ...(webhook === ''
          ? {}
          : { webhook: { url: webhook, ...(webhookToken ? { token: webhookToken } : {}) } }),
      },
      escalation: {
        ...(escalateMinutes === undefined ? {} : { minutes: escalateMinutes }),
        ...(reminders === undefined ? {} : { reminders }),
        ...(restHours === undefined ? {} : { restHours }),
        groups: saved.escalateGroups,
      },
      windows: saved.windows.map(({ from, until, what, reason }) => ({
        beginsAt: fromHongKong(from),
        endsAt: fromHongKong(until),
        what,
        reason,
      })),
      allowedDomains: saved.allowedDomains,
      contacts: people.map(({ contact }) => contact),
      desk: saved.desk,
      language: saved.language,
    },
    people.map(({ row }) => row),
  );
}

/** @throws RapError CONFIG_INVALID when a cell of groups names several in one */
export function refuseSlips({ several }: Pick<GroupMistakes, 'several'>): void {
  if (several.length === 0) return;
  throw new RapError('CONFIG_INVALID', several.join('; '), {
    cure: 'Enter groups with commas between them, by the names that the mail nodes write to.',
    details: { field: 'contacts, groups' },
  });
}

import { RapError } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import { authorityText, provenCertificates } from '../../lib/files/authorities.ts';
import { readTextSync } from '../../lib/files/text-file.ts';
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

/** The certificates of a PEM file, as text. @throws RapError MAIL_CONFIG naming the file */
function readAuthority(file: string): string {
  const { blocks } = findKeys(readTextSync(file, { ...authorityText, what: 'CA file', code: 'MAIL_CONFIG' }));
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE').map(pemOf);
  return provenCertificates(certificates, `CA file ${visible(file)}`, 'MAIL_CONFIG');
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

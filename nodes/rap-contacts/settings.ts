import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import {
  entriesOf,
  oneLine,
  orEmpty,
  plain,
  readAddress,
  readDeskAddress,
  readDomain,
  readEach,
  readHours,
  readMinutes,
  readMoment,
  readPath,
  readPeople,
  readServer,
  readWhole,
} from '../../lib/cells/index.ts';
import { cell, taken, written } from '../../lib/cells/settings.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import { readTextSync, type TextOptions } from '../../lib/files/text-file.ts';
import { type ContactsConfig, parseContacts } from '../../lib/mail/config.ts';
import type { GroupMistakes } from '../../lib/mail/contact-groups.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { findKeys, pemOf } from '../../lib/rap/client/key-text.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { listOf, readSettings } from '../runtime/settings.ts';

const text = cell((typed) => ({ value: oneLine(typed) }));
const word = cell((typed) => ({ value: plain(typed) }));
const groups = written.transform(listOf);
const moment = cell(readMoment).transform(fromHongKong);
const security = z.enum(['starttls', 'tls', 'none']).default('starttls');

/** How a relay may be written besides its host, where that says what the field for security says. */
const schemes = { starttls: ['smtp'], none: ['smtp'], tls: ['smtps'] } as const;
const STANDARD_PORT = 587;

const fields = z.object({
  host: written,
  port: written,
  security,
  from: written,
  greeting: cell(orEmpty(readDomain, '')),
  caFile: cell(readPath),
  allowedDomains: cell((typed) => readEach(entriesOf(typed), readDomain)),
  language: word,
  desk: cell(orEmpty(readDeskAddress, '')),
  contacts: z.array(z.object({ name: text, email: cell(readPeople), groups })).default([]),
  escalateMinutes: cell(orEmpty(readMinutes, undefined)),
  reminders: cell(orEmpty(readWhole(0, Number.MAX_SAFE_INTEGER), undefined)),
  escalateGroups: groups,
  restHours: cell(orEmpty(readHours, undefined)),
  secondHost: written,
  secondPort: written,
  secondSecurity: security,
  webhook: word,
  windows: z.array(z.object({ from: moment, until: moment, what: word, reason: text })).default([]),
});

/** The servers are read with what stands beside them. */
const schema = fields.transform((saved, context) => ({
  ...saved,
  relay: serverOf(saved.host, saved.port, schemes[saved.security], context, 'host'),
  secondRelay: serverOf(
    saved.secondHost,
    saved.secondPort,
    schemes[saved.secondSecurity],
    context,
    'secondHost',
  ),
}));

/** A host that is left empty is for parseContacts to refuse, or not needed. */
function serverOf(
  host: string,
  port: string,
  known: readonly string[],
  context: Parameters<typeof taken>[1],
  column: string,
): { host: string; port: number } {
  const empty = { host: '', port: STANDARD_PORT };
  if (plain(host) === '') return empty;
  const server = taken(readServer(host, port, readAddress(known)), context, column);
  return server === undefined ? empty : { ...empty, ...server };
}

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
        beginsAt: from,
        endsAt: until,
        what,
        reason,
      })),
      allowedDomains: saved.allowedDomains,
      contacts: people.map(({ contact }) => contact),
      desk: saved.desk,
      language: saved.language || 'en',
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

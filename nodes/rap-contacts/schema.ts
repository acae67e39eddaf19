/** Who is told and through which relay, as it is saved. */
import * as z from 'zod';
import {
  ascii,
  entriesOf,
  fault,
  oneLine,
  orEmpty,
  plain,
  type Reading,
  readAddress,
  readDeskAddress,
  readDomain,
  readEach,
  readFilePath,
  readHours,
  readMinutes,
  readMoment,
  readPeople,
  readPort,
  readSender,
  readServer,
  readWebAddress,
  readWhole,
  within,
} from '../../lib/cells/index.ts';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';
import {
  about,
  type Context,
  cell,
  choice,
  readChoice,
  refuse,
  taken,
  typed,
  written,
} from '../../lib/cells/settings.ts';
import { languages } from '../../lib/i18n/languages.ts';
import { LONGEST_WINDOW_DAYS } from '../../lib/model/maintenance.ts';

const text = cell((words) => ({ value: oneLine(words) }));
const groups = written.transform((names) => entriesOf(names).map(ascii));
const moment = cell(readMoment);
const security = z.enum(['starttls', 'tls', 'none']);

/** How a relay may be written besides its host, where that says what the field for security says. */
const schemes = { starttls: ['smtp'], none: ['smtp'], tls: ['smtps'] } as const;
const NONE = { host: '', port: 587 };

const fields = z.object({
  host: typed((host) => (plain(host) === '' ? fault('noRelay', host) : { value: host })),
  port: typed(orEmpty(readPort, '')),
  security,
  from: typed(readSender),
  greeting: cell(orEmpty(readDomain, '')),
  caFile: cell(readFilePath),
  allowedDomains: cell((domains) => readEach(entriesOf(domains), readDomain)),
  /** Not chosen, it is English, as earlier releases took it. */
  language: cell(orEmpty(readChoice(...languages), 'en')),
  desk: cell(orEmpty(readDeskAddress, '')),
  contacts: z.array(z.object({ name: text, email: cell(readPeople), groups })),
  escalateMinutes: cell(orEmpty(within(0, 1440, readMinutes), undefined)),
  reminders: cell(orEmpty(readWhole(0, 20), undefined)),
  escalateGroups: groups,
  restHours: cell(orEmpty(within(1, 336, readHours), undefined)),
  secondHost: written,
  secondPort: typed(orEmpty(readPort, '')),
  secondSecurity: security,
  webhook: typed(orEmpty(readWebAddress, '')),
  windows: z.array(
    z.object({
      from: moment,
      until: moment,
      what: choice('connection', 'reports', 'shares', 'all'),
      reason: text.superRefine((reason, context) => {
        if (reason === '') refuse(context, fault('noReason', '').fault);
      }),
    }),
  ),
});

type Fields = z.infer<typeof fields>;

const schema = fields
  .superRefine(refuseEmptyGroups, about('contacts', 'escalateGroups'))
  .superRefine(refuseEnds, about('windows'))
  .superRefine(
    ({ host, port, security }, context) => void taken(serverOf(host, port, security), context, 'host'),
    about('host', 'security'),
  )
  .superRefine(
    ({ secondHost, secondPort, secondSecurity }, context) =>
      void taken(serverOf(secondHost, secondPort, secondSecurity), context, 'secondHost'),
    about('secondHost', 'secondSecurity'),
  )
  .transform(({ webhook, ...saved }, context) => ({
    ...saved,
    webhook: plain(webhook),
    relay: taken(serverOf(saved.host, saved.port, saved.security), context) ?? NONE,
    secondRelay: taken(serverOf(saved.secondHost, saved.secondPort, saved.secondSecurity), context) ?? NONE,
  }));

function refuseEmptyGroups({ contacts, escalateGroups }: Fields, context: Context): void {
  const known = new Set(contacts.flatMap((contact) => contact.groups.map((group) => group.toLowerCase())));
  const empty = escalateGroups.find((group) => !known.has(group.toLowerCase()));
  if (empty !== undefined) refuse(context, fault('nobodyInGroup', empty).fault, 'escalateGroups');
}

function refuseEnds({ windows }: Fields, context: Context): void {
  for (const [row, { from, until }] of windows.entries()) {
    const refuseEnd = (kind: 'windowEnd' | 'windowLong', detail?: string) =>
      refuse(context, fault(kind, until, detail).fault, 'windows', row, 'until');
    if (until <= from) refuseEnd('windowEnd');
    else if (daysOf(until) - daysOf(from) > LONGEST_WINDOW_DAYS)
      refuseEnd('windowLong', String(LONGEST_WINDOW_DAYS));
  }
}

/** Since 1970, with fractions; both ends of a window are of one zone. */
const daysOf = (moment: string) => Date.parse(`${moment.replace(' ', 'T')}Z`) / 86_400_000;

/** A relay is read with what stands beside it; the second may be left empty. */
function serverOf(host: string, port: unknown, security: Fields['security']): Reading<typeof NONE> {
  if (plain(host) === '') return { value: NONE };
  // What is wrong with the port, which may be no text at all, is said beside the port.
  const given = typeof port === 'string' && 'value' in readPort(port) ? port : '';
  const server = readServer(host, given, readAddress(schemes[security]));
  return 'fault' in server ? server : { value: { ...NONE, ...server.value } };
}

export const saved = {
  schema,
  migrations: [
    unsaid({ security: 'starttls', secondSecurity: 'starttls', language: 'en', contacts: [], windows: [] }),
  ],
} satisfies SavedSettings;

/** One RAP user as it is saved. */
import * as z from 'zod';
import {
  ACCOUNT_NAME,
  fault,
  orEmpty,
  plain,
  type Reader,
  readAddress,
  readDate,
  readFilePath,
  readFolders,
  readHostKey,
  readMegabytes,
  readSeconds,
  readServer,
  readTimetable,
  readUser,
  readWhole,
  within,
} from '../../lib/cells/index.ts';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';
import {
  about,
  type Context,
  cell,
  choice,
  refuse,
  taken,
  typed,
  written,
} from '../../lib/cells/settings.ts';
import { RAP_PORT } from '../../lib/model/installations.ts';
import type { Address, DataCentre } from '../../lib/model/types.ts';

/** The dialog's number fields: empty means our default. */
function optional(read: Reader<number>, factor: number) {
  return cell(orEmpty(read, undefined)).transform((value) =>
    value === undefined ? undefined : Math.round(value * factor),
  );
}

const MIB = 1024 * 1024;
const ANY = Number.MAX_SAFE_INTEGER;
const seconds = optional(within(0.01, 86_400, readSeconds), 1000);
/** @param least bytes */
const megabytes = (least: number) => optional(within(least / MIB, ANY, readMegabytes), MIB);
const path = cell(readFilePath);

/** The dialog shows four rows; those without a host are not used, whatever else stands in them. */
const addressRow = z
  .object({ dataCentre: choice('primary', 'secondary'), host: written, port: written })
  .transform(({ dataCentre, host, port }, context): (Address & { dataCentre: DataCentre })[] => {
    if (plain(host) === '') return [];
    const server = taken(readServer(host, port), context, 'host');
    return server === undefined ? z.NEVER : [{ dataCentre, port: RAP_PORT, ...server }];
  });

export const fields = z.object({
  name: cell((name) => ({ value: plain(name) })),
  installation: choice('hkscc', 'hkcc-seoch'),
  participant: cell((participant) => ({ value: plain(participant) })),
  holidayTrading: z.enum(['yes', 'no', '']),
  user: cell(readUser),
  keySource: z.enum(['file', 'stored']),
  keyFile: path,
  keyUntil: cell(orEmpty(readDate, '')),
  addresses: z.array(addressRow),
  hostKeys: z.array(z.object({ address: cell(readAddress()), fingerprint: typed(readHostKey) })),
  knownHosts: path,
  folders: z.array(z.object({ folder: cell(readFolders) })),
  profile: z.enum(['standard', 'careful']),
  tcpSeconds: seconds,
  handshakeSeconds: seconds,
  requestSeconds: seconds,
  stallSeconds: seconds,
  idleSeconds: seconds,
  maxEntries: optional(readWhole(1, ANY), 1),
  maxMegabytes: megabytes(1),
  maxDepth: optional(readWhole(0, 64), 1),
  maxListingMegabytes: megabytes(1024),
  maxListingSeconds: seconds,
  reserveMegabytes: megabytes(0),
  loginsPerDay: optional(readWhole(1, 100_000), 1),
  bandwidth: cell(readTimetable),
  resume: z.coerce.boolean<unknown>(),
});

type Fields = z.infer<typeof fields>;

/** Without a name of its own it bears the user's. */
function refuseName({ name, user }: Fields, context: Context): void {
  if (ACCOUNT_NAME.test(name || user)) return;
  refuse(context, fault(name === '' ? 'userAsName' : 'accountName', name || user).fault, 'name');
}

function refuseNowhere({ addresses }: Fields, context: Context): void {
  if (!addresses.flat().some(({ dataCentre }) => dataCentre === 'primary'))
    refuse(context, fault('noPrimary', '').fault, 'addresses');
}

function refuseNothing({ folders }: Fields, context: Context): void {
  if (folders.length === 0) refuse(context, fault('noFolder', '').fault, 'folders');
}

/** What a flow of an earlier release does not say. */
export const migrations = [
  unsaid({
    ...{ holidayTrading: '', keySource: 'file', profile: 'standard', resume: false },
    ...{ addresses: [], hostKeys: [], folders: [] },
  }),
];

export const saved = {
  schema: fields
    .superRefine(refuseName, about('name', 'user'))
    .superRefine(refuseNowhere, about('addresses'))
    .superRefine(refuseNothing, about('folders')),
  migrations,
} satisfies SavedSettings;

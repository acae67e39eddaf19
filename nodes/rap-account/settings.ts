import { z } from 'zod';
import {
  orEmpty,
  plain,
  type Reader,
  readAddress,
  readDate,
  readFolders,
  readMegabytes,
  readPath,
  readSeconds,
  readServer,
  readTimetable,
  readWhole,
} from '../../lib/cells/index.ts';
import { cell, taken, written } from '../../lib/cells/settings.ts';
import { codes } from '../../lib/errors/codes.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { RAP_PORT } from '../../lib/model/installations.ts';
import type { Address, DataCentre } from '../../lib/model/types.ts';
import { type Account, isAccountName } from '../../lib/rap/account.ts';
import { parseAccount } from '../../lib/rap/account-config.ts';
import { type HostKeyPin, pinsFor } from '../../lib/rap/client/host-keys.ts';
import { atSimulator } from '../../lib/rap/simulator-places.ts';
import { typedPins } from '../../lib/rap/typed-pins.ts';
import type { IsoDate } from '../../lib/time/hong-kong.ts';
import { readSettings } from '../runtime/settings.ts';

export interface AccountSettings {
  account: Account;
  /** A private key file, or '' when the key is stored with the node. */
  keyFile: string;
  /** A known_hosts file that is trusted besides the table, or ''. */
  knownHosts: string;
  /** Until when the key may be used, as a person knows it; '' for unknown. */
  keyUntil: IsoDate | '';
}

const text = cell((typed) => ({ value: plain(typed) }));

/** The dialog's number fields: empty means our default. */
function optional(read: Reader<number>, factor: number) {
  return cell(orEmpty(read, undefined)).transform((value) =>
    value === undefined ? undefined : Math.round(value * factor),
  );
}

const MIB = 1024 * 1024;
const seconds = optional(readSeconds, 1000);
const megabytes = optional(readMegabytes, MIB);
const count = optional(readWhole(0, Number.MAX_SAFE_INTEGER), 1);
const path = cell(readPath);

/** The dialog shows four rows; those without a host are not used, whatever else stands in them. */
const addressRow = z
  .object({ dataCentre: z.enum(['primary', 'secondary']), host: written, port: written })
  .transform(({ dataCentre, host, port }, context): (Address & { dataCentre: DataCentre })[] => {
    if (plain(host) === '') return [];
    const server = taken(readServer(host, port), context, 'host');
    return server === undefined ? z.NEVER : [{ dataCentre, port: RAP_PORT, ...server }];
  });

const schema = z.object({
  name: text,
  installation: text,
  participant: text,
  holidayTrading: z.enum(['yes', 'no', '']).default(''),
  user: text,
  keySource: z.enum(['file', 'stored']).default('file'),
  keyFile: path,
  keyUntil: cell(orEmpty(readDate, '')),
  addresses: z.array(addressRow).default([]),
  hostKeys: z.array(z.object({ address: cell(readAddress()), fingerprint: written })).default([]),
  knownHosts: path,
  folders: z.array(z.object({ folder: cell(readFolders) })).default([]),
  profile: z.enum(['standard', 'careful']).default('standard'),
  tcpSeconds: seconds,
  handshakeSeconds: seconds,
  requestSeconds: seconds,
  stallSeconds: seconds,
  idleSeconds: seconds,
  maxEntries: count,
  maxMegabytes: megabytes,
  maxDepth: count,
  maxListingMegabytes: megabytes,
  maxListingSeconds: seconds,
  reserveMegabytes: megabytes,
  loginsPerDay: count,
  bandwidth: cell(readTimetable),
  resume: z.coerce.boolean().default(false),
});

type Saved = z.infer<typeof schema>;

function addressesOf(saved: Saved): Record<DataCentre, Address[]> {
  const site = (dataCentre: DataCentre) =>
    saved.addresses
      .flat()
      .filter((row) => row.dataCentre === dataCentre)
      .map(({ host, port }) => ({ host, port }));
  return { primary: site('primary'), secondary: site('secondary') };
}

/** What the table of host keys trusts. */
function tablePins(saved: Saved, addresses: readonly Address[]): HostKeyPin[] {
  return saved.hostKeys.flatMap(({ address: { host, port }, fingerprint }, row) =>
    typedPins(
      fingerprint,
      `hostKeys, row ${row + 1}, fingerprint`,
      portsOf(host, port, addresses).map((one) => ({ host, port: one })),
    ),
  );
}

/** Where an account logs in, and what it trusts there besides its known_hosts file. */
export interface AccountTrust {
  addresses: Address[];
  pins: HostKeyPin[];
  /** A known_hosts file, or ''. */
  knownHosts: string;
}

/**
 * The part of an account that is looked at before live operation starts.
 * @throws RapError CONFIG_INVALID naming every wrong field of that part
 */
export function readTrust(config: Record<string, unknown>, lookup: EnvLookup): AccountTrust {
  const { addresses, hostKeys, knownHosts } = config;
  const saved = readSettings(schema, { addresses, hostKeys, knownHosts }, lookup);
  const { primary, secondary } = addressesOf(saved);
  const all = [...primary, ...secondary];
  return { addresses: all, pins: tablePins(saved, all), knownHosts: saved.knownHosts };
}

/** @throws RapError CONFIG_INVALID naming every wrong field */
export function readAccount(config: unknown, lookup: EnvLookup): AccountSettings {
  const saved = readSettings(schema, config, lookup);
  if (saved.name === '' && saved.user !== '' && !isAccountName(saved.user)) {
    throw new RapError(
      'CONFIG_INVALID',
      `name is empty, and the user name "${saved.user}" cannot stand for it: it names folders and records`,
      { cure: 'Enter a name for the account: letters, digits, "-" and "_", at most 40.' },
    );
  }
  const addresses = addressesOf(saved);
  const account = parseAccount({
    name: saved.name || saved.user,
    installation: saved.installation,
    participant: saved.participant,
    holidayTrading: saved.holidayTrading,
    user: saved.user,
    addresses,
    pins: tablePins(saved, [...addresses.primary, ...addresses.secondary]),
    folders: saved.folders.flatMap((row) => row.folder),
    profile: saved.profile,
    deadlines: withoutEmpty({
      tcp: saved.tcpSeconds,
      handshake: saved.handshakeSeconds,
      request: saved.requestSeconds,
      stall: saved.stallSeconds,
    }),
    limits: withoutEmpty({
      entries: saved.maxEntries,
      fileSize: saved.maxMegabytes,
      depth: saved.maxDepth,
      bytes: saved.maxListingMegabytes,
      time: saved.maxListingSeconds,
    }),
    ...withoutEmpty({
      idle: saved.idleSeconds,
      reserve: saved.reserveMegabytes,
      loginsPerDay: saved.loginsPerDay,
    }),
    bandwidth: saved.bandwidth,
    resume: saved.resume,
  });
  const placed = atSimulator(account, lookup('RAP_SIMULATOR_AT'));
  return {
    account: placed,
    keyFile: saved.keySource === 'file' ? saved.keyFile : '',
    knownHosts: saved.knownHosts,
    keyUntil: saved.keyUntil,
  };
}

/** @throws RapError HOST_KEY_MISSING, or CONFIG_INVALID where some addresses have one, naming those without */
export function refuseUntrusted({ addresses, pins }: Account): void {
  const all = [...addresses.primary, ...addresses.secondary];
  const bare = all.filter((address) => pinsFor(pins, address).length === 0);
  if (bare.length === 0) return;
  const missing = `No host key is trusted for ${bare.map(({ host, port }) => `${host}:${port}`).join(', ')}`;
  // With one that is trusted a run may well go right, and would not see what is missing for the others.
  throw new RapError(bare.length === all.length ? 'HOST_KEY_MISSING' : 'CONFIG_INVALID', missing, {
    cure: codes.HOST_KEY_MISSING.cure,
  });
}

/** A host key without a port is that of the host at each port that the account names, else at the port of RAP. */
function portsOf(host: string, port: number | undefined, addresses: readonly Address[]): number[] {
  if (port !== undefined) return [port];
  const ports = addresses.filter((address) => address.host === host).map((address) => address.port);
  return ports.length > 0 ? [...new Set(ports)] : [RAP_PORT];
}

function withoutEmpty<T extends Record<string, number | undefined>>(values: T): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}

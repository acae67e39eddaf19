import type { z } from 'zod';
import { codes } from '../../lib/errors/codes.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { RAP_PORT } from '../../lib/model/installations.ts';
import type { Address, DataCentre } from '../../lib/model/types.ts';
import type { Account } from '../../lib/rap/account.ts';
import { parseAccount } from '../../lib/rap/account-config.ts';
import { type HostKeyPin, pinsFor } from '../../lib/rap/client/host-keys.ts';
import { atSimulator } from '../../lib/rap/simulator-places.ts';
import { typedPins } from '../../lib/rap/typed-pins.ts';
import type { IsoDate } from '../../lib/time/hong-kong.ts';
import { readSettings } from '../runtime/settings.ts';
import { fields, migrations, saved } from './schema.ts';

export interface AccountSettings {
  account: Account;
  /** A private key file, or '' when the key is stored with the node. */
  keyFile: string;
  /** A known_hosts file that is trusted besides the table, or ''. */
  knownHosts: string;
  /** Until when the key may be used, as a person knows it; '' for unknown. */
  keyUntil: IsoDate | '';
}

type Saved = z.infer<typeof saved.schema>;

function addressesOf({ addresses }: Pick<Saved, 'addresses'>): Record<DataCentre, Address[]> {
  const site = (dataCentre: DataCentre) =>
    addresses
      .flat()
      .filter((row) => row.dataCentre === dataCentre)
      .map(({ host, port }) => ({ host, port }));
  return { primary: site('primary'), secondary: site('secondary') };
}

/** What the table of host keys trusts. */
function tablePins({ hostKeys }: Pick<Saved, 'hostKeys'>, addresses: readonly Address[]): HostKeyPin[] {
  return hostKeys.flatMap(({ address: { host, port }, fingerprint }, row) =>
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

const trustFields = fields.pick({ addresses: true, hostKeys: true, knownHosts: true });

/**
 * The part of an account that is looked at before live operation starts.
 * @throws RapError CONFIG_INVALID naming every wrong field of that part
 */
export function readTrust(config: Record<string, unknown>, lookup: EnvLookup): AccountTrust {
  const { version, addresses, hostKeys, knownHosts } = config;
  const given = { version, addresses, hostKeys, knownHosts };
  const read = readSettings({ schema: trustFields, migrations }, given, lookup);
  const { primary, secondary } = addressesOf(read);
  const all = [...primary, ...secondary];
  return { addresses: all, pins: tablePins(read, all), knownHosts: read.knownHosts };
}

/** @throws RapError CONFIG_INVALID naming every wrong field */
export function readAccount(config: unknown, lookup: EnvLookup): AccountSettings {
  const read = readSettings(saved, config, lookup);
  const addresses = addressesOf(read);
  const account = parseAccount({
    name: read.name || read.user,
    installation: read.installation,
    participant: read.participant,
    holidayTrading: read.holidayTrading,
    user: read.user,
    addresses,
    pins: tablePins(read, [...addresses.primary, ...addresses.secondary]),
    folders: read.folders.flatMap((row) => row.folder),
    profile: read.profile,
    deadlines: withoutEmpty({
      tcp: read.tcpSeconds,
      handshake: read.handshakeSeconds,
      request: read.requestSeconds,
      stall: read.stallSeconds,
    }),
    limits: withoutEmpty({
      entries: read.maxEntries,
      fileSize: read.maxMegabytes,
      depth: read.maxDepth,
      bytes: read.maxListingMegabytes,
      time: read.maxListingSeconds,
    }),
    ...withoutEmpty({
      idle: read.idleSeconds,
      reserve: read.reserveMegabytes,
      loginsPerDay: read.loginsPerDay,
    }),
    bandwidth: read.bandwidth,
    resume: read.resume,
  });
  const placed = atSimulator(account, lookup('RAP_SIMULATOR_AT'));
  return {
    account: placed,
    keyFile: read.keySource === 'file' ? read.keyFile : '',
    knownHosts: read.knownHosts,
    keyUntil: read.keyUntil,
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

/** Two accounts of one name would have two sessions, and one set of folders and records. */
export function calledAlike(account: string): RapError {
  return new RapError('CONFIG_INVALID', `name: two accounts are called "${account}"`, {
    cure: 'Give each account a name of its own: it names folders and records. Delete the one that came in twice.',
    details: { field: 'name' },
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

import { z } from 'zod';
import type { Account } from '../../lib/rap/account.ts';
import { parseAccount } from '../../lib/rap/account-config.ts';
import type { EnvLookup } from '../../lib/words/expand-env.ts';
import { readSettings } from '../base/settings.ts';

export interface AccountSettings {
  account: Account;
  /** A private key file, or '' when the key is stored with the node. */
  keyFile: string;
  /** A known_hosts file that is trusted besides the table, or ''. */
  knownHosts: string;
}

const text = z.string().trim().default('');

/** The dialog's number fields: empty means our default. */
function optional(factor: number) {
  return text
    .refine((value) => value === '' || /^\d+(\.\d+)?$/.test(value), 'is not a number')
    .transform((value) => (value === '' ? undefined : Math.round(Number(value) * factor)));
}

const MIB = 1024 * 1024;

/** '09:00-16:30 500; 22:00-01:00 2000' as windows; what is no time or rate is refused by parseAccount. */
function timetable(line: string) {
  return line
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [, from = part, to = '', kilobytes = ''] = /^([^\s-]+)\s*-\s*(\S+)\s+(\S+)$/.exec(part) ?? [];
      return { from, to, kilobytes };
    });
}

const schema = z.object({
  name: text,
  installation: text,
  participant: text,
  user: text,
  keySource: z.enum(['file', 'stored']).default('file'),
  keyFile: text,
  addresses: z
    .array(z.object({ dataCentre: z.enum(['primary', 'secondary']), host: text, port: z.coerce.string() }))
    .default([]),
  hostKeys: z.array(z.object({ address: text, fingerprint: text })).default([]),
  knownHosts: text,
  folders: z.array(z.object({ folder: text })).default([]),
  profile: z.enum(['standard', 'careful']).default('standard'),
  tcpSeconds: optional(1000),
  handshakeSeconds: optional(1000),
  requestSeconds: optional(1000),
  stallSeconds: optional(1000),
  idleSeconds: optional(1000),
  maxEntries: optional(1),
  maxMegabytes: optional(MIB),
  maxDepth: optional(1),
  maxListingMegabytes: optional(MIB),
  maxListingSeconds: optional(1000),
  reserveMegabytes: optional(MIB),
  loginsPerDay: optional(1),
  bandwidth: text.transform(timetable),
  resume: z.coerce.boolean().default(false),
});

/** @throws RapError CONFIG_INVALID naming every wrong field */
export function readAccount(config: unknown, lookup: EnvLookup): AccountSettings {
  const saved = readSettings(schema, config, lookup);
  const site = (dataCentre: string) =>
    saved.addresses
      .filter((row) => row.dataCentre === dataCentre && row.host !== '')
      .map(({ host, port }) => ({ host, port }));
  const account = parseAccount({
    name: saved.name || saved.user,
    installation: saved.installation,
    participant: saved.participant,
    user: saved.user,
    addresses: { primary: site('primary'), secondary: site('secondary') },
    pins: saved.hostKeys.map(({ address, fingerprint }) => {
      const at = address.lastIndexOf(':');
      return { host: address.slice(0, at), port: address.slice(at + 1), fingerprint };
    }),
    folders: saved.folders.map((row) => row.folder),
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
  return { account, keyFile: saved.keySource === 'file' ? saved.keyFile : '', knownHosts: saved.knownHosts };
}

function withoutEmpty<T extends Record<string, number | undefined>>(values: T): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}

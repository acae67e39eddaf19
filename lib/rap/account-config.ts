/** An account as configured, checked once so that everything after it can trust it. */
import { z } from 'zod';
import { orEmpty, readAddress, readPort, readUser } from '../cells/index.ts';
import { cell, cureOf } from '../cells/settings.ts';
import { RapError } from '../errors/rap-error.ts';
import { installations, RAP_PORT } from '../model/installations.ts';
import { type Account, accountDefaults, isAccountName } from './account.ts';
import { folderText, remoteFolders } from './folders.ts';
import { checkBandwidth } from './transfer/bandwidth.ts';
import { typedPins } from './typed-pins.ts';

const DAY = 86_400_000;
const milliseconds = z.coerce.number().int().min(10).max(DAY);

/** 'host', 'host:port' or { host, port }; without a port the one of every RAP address. */
const address = z
  .preprocess(
    (given) => (typeof given === 'string' ? { host: given } : given),
    z.object({ host: cell(readAddress()), port: cell(orEmpty(readPort, undefined)) }),
  )
  .transform(({ host: named, port }) => ({ host: named.host, port: named.port ?? port ?? RAP_PORT }));

const schema = z.object({
  name: z.string().trim().refine(isAccountName, 'use letters, digits, "-" and "_", at most 40'),
  installation: z.enum(['hkscc', 'hkcc-seoch']),
  participant: z.string().trim().max(40).default(''),
  holidayTrading: z.enum(['yes', 'no', '']).default(accountDefaults.holidayTrading),
  user: cell(readUser).pipe(z.string().max(128)),
  addresses: z.object({ primary: z.array(address).max(8), secondary: z.array(address).max(8) }).optional(),
  pins: z.array(address.and(z.object({ fingerprint: z.string(), type: z.string().optional() }))).default([]),
  folders: z.array(z.string().min(1)).min(1, 'enter at least one folder').default(accountDefaults.folders),
  profile: z.enum(['standard', 'careful']).default('standard'),
  deadlines: z
    .object({ tcp: milliseconds, handshake: milliseconds, request: milliseconds, stall: milliseconds })
    .partial()
    .default({}),
  limits: z
    .object({
      entries: z.coerce.number().int().min(1),
      depth: z.coerce.number().int().min(0).max(64),
      bytes: z.coerce.number().int().min(1024),
      time: milliseconds,
      fileSize: z.coerce.number().int().min(1),
    })
    .partial()
    .default({}),
  loginsPerDay: z.coerce.number().int().min(1).max(100_000).default(accountDefaults.loginsPerDay),
  reserve: z.coerce.number().int().min(0).default(accountDefaults.reserve),
  bandwidth: z
    .array(z.object({ from: z.string(), to: z.string(), kilobytes: z.coerce.number() }))
    .default([]),
  resume: z.boolean().default(accountDefaults.resume),
  idle: milliseconds.default(accountDefaults.idle),
  longest: milliseconds.default(accountDefaults.longest),
  slowest: z.coerce.number().int().min(0).default(accountDefaults.slowest),
});

/** What a configuration may look like; everything with a default may be left out. */
export type AccountConfig = z.input<typeof schema>;

/**
 * Checks an account configuration.
 * @throws RapError CONFIG_INVALID naming every wrong field
 */
export function parseAccount(config: unknown): Account {
  const result = schema.safeParse(config);
  if (!result.success) {
    const fields = result.error.issues.map(
      (issue) => `${issue.path.join('.') || 'account'}: ${issue.message}`,
    );
    throw new RapError('CONFIG_INVALID', `RAP account: ${fields.join('; ')}`, cureOf(result.error));
  }
  const parsed = result.data;
  const preset = installations[parsed.installation].addresses;
  const addresses = parsed.addresses ?? { primary: [...preset.primary], secondary: [...preset.secondary] };
  if (addresses.primary.length === 0) {
    throw new RapError('CONFIG_INVALID', 'RAP account: addresses.primary: enter at least one address');
  }
  checkBandwidth(parsed.bandwidth);
  return {
    ...parsed,
    addresses,
    pins: parsed.pins.flatMap((pin, index) =>
      typedPins(pin.fingerprint, `RAP account: host key ${index + 1} (${pin.host})`, [pin]).map((typed) => ({
        ...(pin.type === undefined ? {} : { type: pin.type }),
        ...typed,
      })),
    ),
    folders: remoteFolders(parsed.folders).map(folderText),
    deadlines: { ...accountDefaults.deadlines, ...parsed.deadlines },
    limits: { ...accountDefaults.limits, ...parsed.limits },
  };
}

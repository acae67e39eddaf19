/** An account as configured, checked once so that everything after it can trust it. */
import { z } from 'zod';
import { RapError } from '../errors/rap-error.ts';
import { installations, RAP_PORT } from '../words/installations.ts';
import { type Account, accountDefaults } from './account.ts';
import { checkBandwidth } from './bandwidth.ts';
import { normalFingerprint } from './host-keys.ts';
import { normalFolder } from './listing.ts';

const DAY = 86_400_000;
const milliseconds = z.coerce.number().int().min(10).max(DAY);

/** 'host', 'host:port' or { host, port }. */
const address = z.union([
  z.object({ host: z.string().min(1), port: z.coerce.number().int().min(1).max(65535) }),
  z.string().transform((text, context) => {
    const match = /^\s*([^\s:]+)(?::(\d{1,5}))?\s*$/.exec(text);
    const port = Number(match?.[2] ?? RAP_PORT);
    if (match?.[1] === undefined || port < 1 || port > 65535) {
      context.addIssue({ code: 'custom', message: `"${text}" is not an address like 10.243.2.141:18801` });
      return z.NEVER;
    }
    return { host: match[1], port };
  }),
]);

const schema = z.object({
  name: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/, 'use letters, digits, "-" and "_", at most 40'),
  installation: z.enum(['hkscc', 'hkcc-seoch']),
  participant: z.string().trim().max(40).default(''),
  user: z.string().trim().min(1, 'enter the RAP user name').max(128),
  addresses: z.object({ primary: z.array(address).max(8), secondary: z.array(address).max(8) }).optional(),
  pins: z
    .array(
      z.object({
        host: z.string().min(1),
        port: z.coerce.number().int().min(1).max(65535).default(RAP_PORT),
        fingerprint: z.string(),
      }),
    )
    .default([]),
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
    throw new RapError('CONFIG_INVALID', `RAP account: ${fields.join('; ')}`);
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
    pins: parsed.pins.map((pin, index) => ({
      ...pin,
      fingerprint: normalFingerprint(pin.fingerprint, `RAP account: host key ${index + 1} (${pin.host})`),
    })),
    folders: parsed.folders.map(normalFolder),
    deadlines: { ...accountDefaults.deadlines, ...parsed.deadlines },
    limits: { ...accountDefaults.limits, ...parsed.limits },
  };
}

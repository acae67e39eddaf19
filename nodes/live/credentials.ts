/**
 * What Node-RED has stored encrypted beside the flows: passphrases, passwords, keys that were pasted. It is AES-256 in
 * counter mode, whose key is the SHA-256 of the secret (Node-RED, runtime/lib/nodes/credentials.js).
 */
import { createDecipheriv, createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RapError } from '../../lib/errors/rap-error.ts';
import { readJsonSync } from '../../lib/files/json-file.ts';
import { userFolder } from './home.ts';

/** The stored fields of each node by its id. */
export type StoredCredentials = Readonly<Record<string, Record<string, unknown>>>;

const MOST = 64 * 1024 * 1024;

/**
 * @param secret the value of RAP_CREDENTIAL_SECRET
 * @throws RapError CONFIG_INVALID when they cannot be read, or the secret is another than the one they were stored with
 */
export function storedCredentials(home: string, secret: string): StoredCredentials {
  const file = join(userFolder(home), 'flows_cred.json');
  if (!existsSync(file)) return {};
  const kept = readJsonSync(file, { what: 'The stored credentials', limit: MOST }) as
    | { $?: unknown }
    | undefined;
  if (typeof kept?.$ !== 'string') return (kept ?? {}) as StoredCredentials;
  try {
    const key = createHash('sha256').update(secret).digest();
    const decipher = createDecipheriv('aes-256-ctr', key, Buffer.from(kept.$.slice(0, 32), 'hex'));
    return JSON.parse(decipher.update(kept.$.slice(32), 'base64', 'utf8') + decipher.final('utf8'));
  } catch (cause) {
    throw new RapError(
      'CONFIG_INVALID',
      `RAP_CREDENTIAL_SECRET does not open ${file}: what is stored there was encrypted with another secret`,
      {
        cause,
        cure: 'Give the secret that was in force when it was stored, from your password safe; nothing was changed.',
        details: { field: 'RAP_CREDENTIAL_SECRET' },
      },
    );
  }
}

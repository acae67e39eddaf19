/** Secrets that lie in files, as containers and service managers hand them over: RAP_CREDENTIAL_SECRET_FILE=/run/secrets/x. */
import { RapError } from '../errors/rap-error.ts';
import { visible } from '../errors/visible.ts';
import { fileOfVariable } from '../files/named-path.ts';
import { readTextSync } from '../files/text-file.ts';
import { isSecretName } from '../model/secret-names.ts';

const SUFFIX = '_FILE';
/** A secret is no novel. */
const LONGEST = 64 * 1024;

/**
 * The variables whose values lie in files, for every RAP_X_FILE where RAP_X is the name of a secret. The line break at
 * the end of a file is not of the secret.
 * @throws RapError CONFIG_INVALID naming the variable: both are set, the file cannot be read, is named in quotes,
 * or is empty
 */
export function secretsInFiles(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const [variable, file] of Object.entries(env)) {
    const name = variable.slice(0, -SUFFIX.length);
    if (!variable.startsWith('RAP_') || !variable.endsWith(SUFFIX) || !isSecretName(name) || !file) continue;
    const secret = readSecret(variable, fileOfVariable(file, variable));
    // What was read before is no other.
    if (env[name] && env[name] !== secret) {
      refuse(variable, `and ${name} are both set, and differ`, 'Set one of them.');
    }
    secrets[name] = secret;
  }
  return secrets;
}

function readSecret(variable: string, file: string): string {
  let text: string;
  try {
    text = readTextSync(file, { what: variable, limit: LONGEST });
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    refuse(variable, `cannot be used: ${why}`, 'Give the path of a file that this user may read.');
  }
  const secret = text.replace(/(\r?\n)+$/, '');
  // Blanks alone are no secret, and nobody sees that they are there.
  if (secret.trim() === '')
    refuse(variable, `names ${visible(file)}, which is empty`, 'Write the secret into it.');
  return secret;
}

function refuse(variable: string, why: string, cure: string): never {
  throw new RapError('CONFIG_INVALID', `${variable} ${why}`, { cure, details: { field: variable } });
}

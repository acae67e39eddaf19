/**
 * Which variables of the environment hold secrets. Their names are all that tells them from others, so every name that
 * may well be one is taken for one: a folder is quickly called something else, a secret is not taken back.
 */

/** Secrets of the service itself, for which nothing that is configured has any use. */
const OF_THE_SERVICE: ReadonlySet<string> = new Set([
  'RAP_CREDENTIAL_SECRET',
  'RAP_EDITOR_PASSWORD_HASH',
  // The address alone often proves who calls.
  'RAP_HEARTBEAT_URL',
  'RAP_JOURNAL_KEY',
  // May hold a password.
  'RAP_LEDGER',
  'RAP_LEDGER_PASSWORD',
  'RAP_METRICS_TOKEN',
]);

const SECRET = new RegExp(
  [
    'SECRET|PASSWORD|PASSWD|PASSCODE|PASSPHRASE|TOKEN|CREDENTIAL|BEARER|AUTHORIZATION|CONNECTION_?STRING',
    '(JOURNAL|PRIVATE|API|ACCESS|SIGNING|ENCRYPTION|MASTER)_?KEY',
    String.raw`(^|_)(HASH|PASS|PW)\d*(_|$)|(?<!BY|COM)PASS\d*$|_PWD\d*(_|$)`,
  ].join('|'),
  'i',
);
/** Names of files and folders, which may hold one: "RELAY_PASSWORD_FILE". */
const PLACE = /_(FILE|PATH|DIR|FOLDER)$/i;

/** Node-RED reads "$parent.X" as X of what is around. */
const plain = (name: string) => name.trim().replace(/^(\$parent\.)+/, '');

/** May the variable hold a secret of any kind? */
export function isSecretName(name: string): boolean {
  return isServiceSecret(name) || (SECRET.test(plain(name)) && !PLACE.test(plain(name)));
}

/** Is it a secret that only the service itself reads? */
export function isServiceSecret(name: string): boolean {
  return OF_THE_SERVICE.has(plain(name).toUpperCase());
}

/** Shorter values stand in many texts by chance. */
const SHORTEST = 8;

/** The values of all secrets that an environment holds. */
export function secretValues(
  env: Readonly<Record<string, string | undefined>>,
  isSecret: (name: string) => boolean = isSecretName,
): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && value.length >= SHORTEST && isSecret(name) ? [value] : [],
  );
}

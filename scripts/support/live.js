/**
 * What must be in place before live operation starts: see docs/operator-guide.md, "From demo to live".
 * Used by settings.js only, so it always runs on the chosen Node.js, which runs TypeScript as it is.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalFingerprint } from '../../lib/rap/host-keys.ts';
import { pinsFromKnownHosts } from '../../lib/rap/known-hosts.ts';
import { expandAll } from '../../lib/words/expand-env.ts';
import { textOf } from './checkout.js';
import { editorLogins } from './logins.js';
import { userFolder } from './profile.js';

function missingVariables(env) {
  const secret =
    'RAP_CREDENTIAL_SECRET is not set: give the secret that encrypts stored passphrases and passwords.';
  return [...editorLogins(env).problems, ...(env.RAP_CREDENTIAL_SECRET ? [] : [secret])];
}

/** The addresses ('host:port') of a saved rap-account node for which it trusts no host key. */
function unpinnedAddresses(saved, env) {
  const { addresses, hostKeys, knownHosts } = expandAll(
    { addresses: saved.addresses ?? [], hostKeys: saved.hostKeys ?? [], knownHosts: saved.knownHosts ?? '' },
    (name) => env[name],
    'account',
  );
  const wanted = addresses.filter(({ host }) => host).map(({ host, port }) => ({ host, port: Number(port) }));
  const fromFile = knownHosts === '' ? [] : pinsFromKnownHosts(readFileSync(knownHosts, 'utf8'), wanted);
  for (const { fingerprint, address } of hostKeys) normalFingerprint(fingerprint, `host key of ${address}`);
  const pinned = new Set([
    ...hostKeys.map(({ address }) => address.trim()),
    ...fromFile.map(({ host, port }) => `${host}:${port}`),
  ]);
  if (wanted.length === 0) throw new Error('it has no address');
  return wanted.map(({ host, port }) => `${host}:${port}`).filter((address) => !pinned.has(address));
}

/** One sentence for a rap-account node that may not go live, none for a good one. */
function complaint(saved, env) {
  const cure = '"npm start -- --safe" opens the editor with the flows stopped, so that it can be entered.';
  const name = saved.name || saved.user || saved.id;
  try {
    const open = unpinnedAddresses(saved, env);
    return open.length === 0 ? [] : [`Account "${name}" trusts no host key at ${open.join(', ')}: ${cure}`];
  } catch (error) {
    return [`Account "${name}" has unusable host keys (${error.message}): ${cure}`];
  }
}

function accountsOf(home) {
  const text = textOf(join(userFolder(home), 'flows.json'));
  return text === '' ? [] : JSON.parse(text).filter((node) => node.type === 'rap-account');
}

/**
 * Everything that stands against live operation, one sentence each; empty when it may start.
 * @param options.safe the flows are not started, so that missing host keys can be entered
 */
export function liveProblems(env, home, { safe = false } = {}) {
  const accounts = safe ? [] : accountsOf(home);
  return [...missingVariables(env), ...accounts.flatMap((saved) => complaint(saved, env))];
}

/**
 * What must be in place before live operation starts: see docs/operator-guide.md, "From demo to live".
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RapError } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import { readTextSync } from '../../lib/files/text-file.ts';
import { pinsAt } from '../../lib/rap/client/host-keys.ts';
import { knownHostsText, noneFits, readKnownHosts } from '../../lib/rap/client/known-hosts.ts';
import { readTrust } from '../rap-account/settings.ts';
import { demoLeftovers, leftoverList, OWN_CURE, type SavedNode } from '../runtime/demo-leftovers.ts';
import { userFolder } from './home.ts';
import { editorLogins } from './logins.ts';
import { type Problem, problemText } from './problem.ts';
import { signOnSettings } from './sign-on.ts';

type Env = Readonly<Record<string, string | undefined>>;

const SAFE =
  '"npm start -- --safe" (or Node-RED with --safe) opens the editor with the flows stopped, so that it can be entered.';

export function secretProblems(env: Env, home: string): Problem[] {
  const field = 'RAP_CREDENTIAL_SECRET';
  const secret = env[field];
  const lacking = 'give the secret that encrypts stored passphrases and passwords.';
  if (!secret?.trim()) return [{ field, message: `${field} is not set`, cure: lacking }];
  // Where something is stored already, the secret opens it as it is.
  if (!/[\r\n]$/.test(secret) || existsSync(join(userFolder(home), 'flows_cred.json'))) return [];
  return [
    {
      field,
      message: `${field} ends with ${visible(secret.slice(-1))}, which cannot be seen`,
      cure: 'take it out.',
    },
  ];
}

/** Addresses of a saved rap-account node without a trusted host key, and what stands against its known_hosts file. */
function trustOf(saved: SavedNode, env: Env) {
  const { addresses, pins, knownHosts } = readTrust(saved, (name) => env[name]);
  if (addresses.length === 0) throw new RapError('CONFIG_INVALID', 'it has no address');
  const known =
    knownHosts === '' ? undefined : readKnownHosts(readTextSync(knownHosts, knownHostsText), addresses);
  const trusted = [...pins, ...(known?.pins ?? [])];
  const open = addresses.filter((address) => pinsAt(trusted, address).length === 0);
  const why = known?.pins.length === 0 ? ` (${noneFits(knownHosts, known, open).message})` : '';
  return { open: open.map(({ host, port }) => `${host}:${port}`), why };
}

/** One sentence for a rap-account node that may not go live, none for a good one. */
function trustProblems(saved: SavedNode, env: Env): string[] {
  const name = nameOf(saved);
  try {
    const { open, why } = trustOf(saved, env);
    return open.length === 0
      ? []
      : [`Account "${name}" trusts no host key at ${open.join(', ')}${why}: ${SAFE}`];
  } catch (error) {
    if (!(error instanceof RapError)) throw error;
    return [`Account "${name}" has unusable host keys (${error.message}): ${SAFE}`];
  }
}

const nameOf = (saved: SavedNode) => visible(String(saved.name || saved.user || saved.id));

const kinds: Readonly<Record<string, string>> = {
  'rap-account': 'Account',
  'rap-contacts': 'Contacts',
  'report-route': 'Node',
};

function demoProblems(saved: SavedNode, home: string): string[] {
  const found = demoLeftovers(saved, home);
  return found.length === 0
    ? []
    : [
        `${kinds[String(saved.type)]} "${nameOf(saved)}" (${saved.id}) is still the demo's: ${leftoverList(found)}.`,
      ];
}

/** The nodes that Node-RED will start. */
export function started(nodes: readonly SavedNode[]): SavedNode[] {
  const asleep = new Set(
    nodes.filter(({ type, disabled }) => type === 'tab' && disabled).map(({ id }) => id),
  );
  return nodes.filter((node) => node.d !== true && !asleep.has(node.z));
}

/**
 * Everything that stands against live operation, one sentence each; empty when it may start.
 * @param nodes the saved flow; none where the flows are not started, so that what is missing can be entered
 */
export function liveProblems(env: Env, home: string, nodes: readonly SavedNode[]): string[] {
  const accounts = nodes.filter(({ type }) => type === 'rap-account');
  const demo = started(nodes).flatMap((saved) => demoProblems(saved, home));
  return [
    ...[...editorLogins(env).problems, ...signOnSettings(env).problems, ...secretProblems(env, home)].map(
      problemText,
    ),
    ...accounts.flatMap((saved) => trustProblems(saved, env)),
    ...demo,
    ...(demo.length === 0 ? [] : [`${OWN_CURE} ${SAFE}`]),
  ];
}

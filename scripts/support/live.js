/** What must be in place before live operation starts: see docs/operator-guide.md, "From demo to live". */
import { join } from 'node:path';
import { textOf } from './checkout.js';
import { userFolder } from './profile.js';

const BCRYPT = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

const missingVariables = (env) =>
  [
    [env.RAP_EDITOR_USER, 'RAP_EDITOR_USER is not set: the editor needs a login, so give the user name.'],
    [
      BCRYPT.test(env.RAP_EDITOR_PASSWORD_HASH ?? ''),
      'RAP_EDITOR_PASSWORD_HASH is not a bcrypt hash: make one with "npm run hash-password".',
    ],
    [
      env.RAP_CREDENTIAL_SECRET,
      'RAP_CREDENTIAL_SECRET is not set: give the secret that encrypts the stored passphrases and passwords.',
    ],
  ]
    .filter(([given]) => !given)
    .map(([, sentence]) => sentence);

/** One sentence for each account of the saved flows whose addresses are not all pinned. */
function unpinnedAccounts(home) {
  const text = textOf(join(userFolder(home), 'flows.json'));
  const nodes = text === '' ? [] : JSON.parse(text);
  return nodes
    .filter((node) => node.type === 'rap-account' && !isPinned(node))
    .map(
      (node) =>
        `Account "${node.name || node.user || node.id}" has an address without host-key fingerprint: "npm start -- --safe" opens the editor with stopped flows, enter it there.`,
    );
}

/**
 * Everything that stands against live operation, one sentence each; empty when it may start.
 * @param options.safe flows are not started, so that missing pins can be entered
 */
export function liveProblems(env, home, { safe = false } = {}) {
  return [...missingVariables(env), ...(safe ? [] : unpinnedAccounts(home))];
}

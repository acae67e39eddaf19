/**
 * What of the shipped example must not go live as it is: the simulator's participants, users, keys and addresses,
 * the demo's mailbox, and folders that need not be a mounted share. An account or a relay on this machine alone is
 * a rehearsal of live operation, and may keep what belongs to it.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { plain, readAddress } from '../../lib/cells/index.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import { isWithin } from '../../lib/files/same-place.ts';
import { type Leftover, leftoverText } from '../../lib/model/leftovers.ts';

/** A node as the editor saved it. */
export type SavedNode = Readonly<Record<string, unknown>>;

/** Live operation refuses an example that was not made one's own. */
export const OWN_CURE =
  'Enter your own in its dialog: see "From demo to live" in the operator guide (docs/operator-guide.md).';

/**
 * @param home RAP_HOME, absolute
 * @returns each thing that is still the demo's; none for a node that may go live
 */
export function demoLeftovers(saved: SavedNode, home: string): Leftover[] {
  switch (saved.type) {
    case 'rap-account':
      return ofAccount(saved, home);
    case 'rap-contacts':
      return ofContacts(saved);
    case 'report-route':
      return ofRoute(saved, home);
    default:
      return [];
  }
}

/** As refusals say it. */
export function leftoverList(found: readonly Leftover[]): string {
  return found.map((one) => leftoverText(one, 'en')).join('; ');
}

/** @throws RapError CONFIG_INVALID naming everything that is still the demo's */
export function refuseDemo(found: readonly Leftover[]): void {
  if (found.length > 0) throw new RapError('CONFIG_INVALID', leftoverList(found), { cure: OWN_CURE });
}

/** IDs of the simulator; HKEX's have at most six characters, too. */
const SIMULATED_ID = /^SIM\w{0,3}$/i;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/i;

const textOf = (value: unknown): string => (typeof value === 'string' ? plain(value) : '');
const rowsOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : []);

/** The host in a cell that may name a port or a scheme, too. */
function hostOf(cell: string): string {
  const read = readAddress()(cell);
  return 'value' in read ? read.value.host : cell;
}

function ofAccount(saved: SavedNode, home: string): Leftover[] {
  const participant = textOf(saved.participant);
  const found: Leftover[] = SIMULATED_ID.test(participant)
    ? [{ kind: 'participant', value: participant }]
    : [];
  const hosts = rowsOf(saved.addresses)
    .map(({ host }) => hostOf(textOf(host)))
    .filter((host) => host !== '');
  const files = (
    [
      ['key file', textOf(saved.keySource) === 'stored' ? '' : textOf(saved.keyFile)],
      ['known hosts', textOf(saved.knownHosts)],
    ] as const
  ).filter(([, file]) => isIn(file, path.join(home, 'simulator'), home));
  if (hosts.every((host) => LOOPBACK.test(host))) {
    // A person rehearses live operation with a simulator of another home; the shipped account has its own home's.
    return hosts.length > 0 && files.length === 0 ? [] : found;
  }
  const user = textOf(saved.user);
  if (SIMULATED_ID.test(user)) found.push({ kind: 'user', value: user });
  found.push(...files.map(([kind, file]) => ({ kind, value: visible(file) })));
  const own = hosts.filter((host) => LOOPBACK.test(host));
  return own.length === 0 ? found : [...found, { kind: 'address', value: own.join(', ') }];
}

function ofContacts(saved: SavedNode): Leftover[] {
  const relay = textOf(saved.host);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as the flow has it; Node-RED puts in what is set
  if (textOf(saved.port) === '${RAP_SMTP_PORT}' && process.env.RAP_SMTP_PORT === undefined) {
    return [{ kind: 'relay', value: `${visible(relay)}:${textOf(saved.port)}` }];
  }
  if (LOOPBACK.test(relay)) return [];
  const invented = rowsOf(saved.contacts)
    .map(({ email }) => textOf(email))
    .filter((email) => /[@.]example$/i.test(email));
  return invented.map((email) => ({ kind: 'contact', value: visible(email) }));
}

function ofRoute(saved: SavedNode, home: string): Leftover[] {
  // Flows of earlier releases have no word about marks: they go on as they did.
  if (saved.shares === undefined) return [];
  const found: Leftover[] = saved.shares === 'any' ? [{ kind: 'any folder', value: '' }] : [];
  const demo = path.join(home, 'shares');
  // A folder of that name that is there was made by somebody, perhaps to mount shares below it.
  if (existsSync(demo)) return found;
  const rules = rowsOf(saved.rules).map(({ share }) => textOf(share));
  return [
    ...found,
    ...rules.flatMap((share, at): Leftover[] =>
      isIn(share, demo, home) ? [{ kind: 'share', value: visible(share), rule: at + 1 }] : [],
    ),
  ];
}

/** Is a path that may begin with ${RAP_HOME} or {home} below a folder? */
function isIn(file: string, folder: string, home: string): boolean {
  if (file === '') return false;
  const whole = path.resolve(file.replace(/^(\$\{RAP_HOME\}|\{home\})/, () => home));
  return isWithin(whole, folder) && !isWithin(folder, whole);
}

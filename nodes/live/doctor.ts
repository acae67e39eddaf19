/**
 * The whole configuration of a home looked at before any connection: with the readers of a deploy, the checks of a
 * start, and the eyes of the commands. Nothing is changed and nobody is asked over a network but the shares.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeDef } from 'node-red';
import { plain } from '../../lib/cells/index.ts';
import { checkDestinations } from '../../lib/collection/destination-check.ts';
import { shareDisk } from '../../lib/collection/route.ts';
import { destinationsOf } from '../../lib/delivery/routes.ts';
import { expectedShare, openShare } from '../../lib/delivery/share.ts';
import { asRapError, diskError, RapError } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import { readAuthorities } from '../../lib/files/authorities.ts';
import { networkDriveOf } from '../../lib/files/network-drive.ts';
import { closingCommand, othersWhoMay } from '../../lib/files/rights.ts';
import { demandSpace } from '../../lib/files/space.ts';
import { isOfOlderRelease, keyToRead, openHome } from '../../lib/ledger/home-ledger.ts';
import { findJournalKey } from '../../lib/ledger/journal/journal-key.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { isThere, ledgerPlace, sealedBeside } from '../../lib/ledger/place.ts';
import { authoritiesOf, passwordOf, postgresAddress } from '../../lib/ledger/postgres/address.ts';
import { verifyLedger } from '../../lib/ledger/sqlite/backup.ts';
import { ledgerIn, sealOf } from '../../lib/ledger/sqlite/ledger-file.ts';
import { type ContactsConfig, recipientsOf } from '../../lib/mail/config.ts';
import { groupMistakes } from '../../lib/mail/contact-groups.ts';
import { type EnvLookup, expandEnv } from '../../lib/model/expand-env.ts';
import { isSecretName } from '../../lib/model/secret-names.ts';
import { refuseOddProxies } from '../../lib/net/outside.ts';
import type { KnownAccount } from '../../lib/practice/plan.ts';
import { accountDefaults } from '../../lib/rap/account.ts';
import { knownHostsFile, noneFits, trustedPins } from '../../lib/rap/client/known-hosts.ts';
import { openToOthers, parseLoginKey, readLoginKey } from '../../lib/rap/client/private-key.ts';
import { siteCalendars, siteCatalogue } from '../../lib/reports/site-files.ts';
import { type CalendarBook, calendarNotices } from '../../lib/time/calendar-book.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { hongKongDate, hongKongStamp } from '../../lib/time/hong-kong.ts';
import { watchSettings } from '../../lib/watch/settings.ts';
import { readNotify } from '../contact-notify/settings.ts';
import { type AccountSettings, calledAlike, readAccount, refuseUntrusted } from '../rap-account/settings.ts';
import { readConnect } from '../rap-connect/settings.ts';
import { readContacts, refuseSlips } from '../rap-contacts/settings.ts';
import { readDownload } from '../rap-download/settings.ts';
import { readList } from '../rap-list/settings.ts';
import { readPlanFields } from '../rap-plan/settings.ts';
import { readSchedule, refuseNever } from '../rap-schedule/settings.ts';
import { readSwitch } from '../rap-switch/settings.ts';
import { readCheck } from '../report-check/settings.ts';
import { readCompare, refuseFolder } from '../report-compare/settings.ts';
import { readRoute } from '../report-route/settings.ts';
import { demoLeftovers, refuseDemo, type SavedNode } from '../runtime/demo-leftovers.ts';
import { saysShared } from '../runtime/runtime.ts';
import { filledCredentials, refuseSecrets, type SavedNodes } from '../runtime/secrets.ts';
import { listOf } from '../runtime/settings.ts';
import { readEvidence } from '../session-evidence/settings.ts';
import { readTimer } from '../session-timer/settings.ts';
import { readWeather } from '../weather-check/settings.ts';
import { type StoredCredentials, storedCredentials } from './credentials.ts';
import { editorLogins } from './logins.ts';
import { secretProblems, started } from './problems.ts';
import { savedNodes } from './saved-flows.ts';
import { editorPortOf, liveFiles, liveVariables, logsJson } from './settings.ts';
import { signOnSettings } from './sign-on.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface Finding {
  /** What was looked at: 'home', 'editor', 'rap-account "HKSCC"'. */
  check: string;
  /** Refused: work would not begin, or not go right. Unknown: nobody could look. */
  state: 'good' | 'warning' | 'unknown' | 'refused';
  code?: string;
  /** The variable, or the setting as the dialog's reader names it; '' where the message names it. */
  field: string;
  message: string;
  cure: string;
}

export interface DoctorOptions {
  /** Absolute. */
  home: string;
  env: Env;
  clock: Clock;
  /** Live operation wants a login, a secret, and nothing of the demo. */
  live: boolean;
}

/** What is known so far, for the checks that come after. */
interface Looked extends DoctorOptions {
  nodes: SavedNode[];
  stored: StoredCredentials;
  calendars: CalendarBook | undefined;
  ledger: Pick<Ledger, 'shares'>;
  /** Settings of the accounts and contacts that could be read, by the ids of their nodes. */
  accounts: Map<string, AccountSettings>;
  contacts: Map<string, ContactsConfig>;
}

/** Looks at all of it. @returns a finding for each check, in an order that a person would mend them in */
export async function diagnose(options: DoctorOptions): Promise<Finding[]> {
  const { home, clock, live } = options;
  const findings: Finding[] = [];
  /** Runs one check; what it returns besides true is a finding of its own. @returns its value, undefined when refused */
  const look = async <T>(
    check: string,
    good: string | ((value: T) => string),
    work: () => T | Promise<T>,
  ): Promise<T | undefined> => {
    try {
      const value = await work();
      const message = typeof good === 'string' ? good : good(value);
      findings.push({ check, state: 'good', field: '', message, cure: '' });
      return value;
    } catch (thrown) {
      findings.push(refusal(check, thrown));
      return undefined;
    }
  };
  const say = (check: string, state: 'warning' | 'unknown', message: string, cure: string) =>
    findings.push({ check, state, field: '', message, cure });

  const there = await look('home', `${home} is there, on a disk of this machine`, () => refuseHome(home));
  if (there === undefined) return findings;
  /** With those that the files of a live folder give: without them its login and secret would be called missing. */
  let read: Env | undefined;
  await look('variables', 'every variable can be read', () => {
    read = variablesOf(options);
    return refuseVariables(read, home);
  });
  const env = read ?? options.env;
  sayRights(home, live, say);
  if (live && read !== undefined) findings.push(...editorFindings(read, home));
  else if (live)
    say('editor', 'unknown', 'login and secret could not be looked at', 'Correct the variable first.');
  const calendars = await look('calendars', 'the calendars can be read', () => siteCalendars(home));
  if (calendars !== undefined) {
    for (const { kind, year } of calendarNotices(calendars, hongKongDate(clock.now())))
      say(
        'calendars',
        'warning',
        `nobody official has listed the holidays of ${year}${kind === 'alarm' ? ', which are needed now' : ''}`,
        'Take the list of the Hong Kong government: "rap calendar import".',
      );
  }
  await look('catalogue', 'the catalogue can be read', () => siteCatalogue(home));
  await look('clock', `the clock says ${hongKongStamp(clock.now())}`, () => refuseClock(home, clock, env));
  const sound = await look(
    'ledger',
    (found: LookedAt) => (found === 'none' ? 'there is none yet' : 'the ledger is sound'),
    () => lookAtLedger(home, clock, env),
  );
  const saved = await look('flows', 'the saved flows can be read', () => savedNodes(home));
  const stored = await look('stored credentials', 'what is stored can be opened', () =>
    storedCredentials(home, env.RAP_CREDENTIAL_SECRET ?? ''),
  );
  const ledger = sound === 'open' ? await openHome(home, clock, ledgerPlace(home, env)) : undefined;
  try {
    const looked: Looked = {
      ...{ home, clock, live, env, calendars, stored: stored ?? {} },
      nodes: saved ?? [],
      ledger: ledger ?? {
        shares: { knownShares: async () => [] } as Partial<Ledger['shares']> as Ledger['shares'],
      },
      accounts: new Map(),
      contacts: new Map(),
    };
    const ours = started(looked.nodes).filter(({ type }) => Object.hasOwn(checks, String(type)));
    // Those that others name come first.
    const first = ['rap-account', 'rap-contacts', 'rap-plan'];
    const order = [...ours].sort(
      (a, b) => Number(first.includes(String(b.type))) - Number(first.includes(String(a.type))),
    );
    for (const node of order) {
      const check = `${node.type} "${nameOf(node)}"`;
      const leftovers = live ? demoLeftovers(node, home) : [];
      if (leftovers.length > 0) await look(check, "is one's own", () => refuseDemo(leftovers));
      const done = await look(check, 'can be used', () => checkNode(node, looked));
      // Nothing of what was refused just now is called good.
      if (leftovers.length > 0 && done !== undefined) findings.pop();
      for (const { state, message, cure } of done ?? []) say(check, state, message, cure);
    }
    if (saved !== undefined && ours.length === 0)
      say('flows', 'warning', 'no node of RAP Ops is deployed', 'Import an example, and make it your own.');
    const reserves = [...looked.accounts.values()].map(({ account }) => account.reserve);
    await look('space', 'there is room on the disk', () =>
      demandSpace(home, 0, Math.max(accountDefaults.reserve, ...reserves)),
    );
  } finally {
    await ledger?.close();
  }
  return findings;
}

function refusal(check: string, thrown: unknown): Finding {
  const error = asRapError(thrown);
  const { field } = error.details as { field?: unknown };
  return {
    check,
    state: 'refused',
    code: error.code,
    field: typeof field === 'string' ? field : '',
    message: error.message,
    cure: error.cure,
  };
}

const nameOf = ({ name, user, id }: SavedNode) => visible(String(name || user || id));

async function refuseHome(home: string): Promise<true> {
  const refuse = (why: string, cure: string) =>
    new RapError('CONFIG_INVALID', `RAP_HOME ${home} ${why}`, { cure, details: { field: 'RAP_HOME' } });
  const stat = statSync(home, { throwIfNoEntry: false });
  if (stat === undefined)
    throw refuse('does not exist', 'Create it, mount the disk it is on, or make it with "rap live init".');
  if (!stat.isDirectory()) throw refuse('is not a folder', 'Name the folder.');
  const kind = await networkDriveOf(ledgerIn(home));
  if (kind !== undefined)
    throw refuse(
      `lies on a network drive${kind === '' ? '' : ` (${kind})`}, where the ledger cannot be kept`,
      'Choose a folder on a disk of this machine.',
    );
  return true;
}

/** What the start of the demo gives to its flows. */
const demoVariables = { RAP_SMTP_PORT: '2525', RAP_INBOX_PORT: '1881' };

/** @throws RapError CONFIG_INVALID naming the variable whose file cannot be read */
function variablesOf({ home, env, live }: DoctorOptions): Env {
  refuseOddProfile(env);
  return live ? liveVariables(home, env) : { ...demoVariables, ...env, RAP_HOME: home };
}

/** @throws RapError CONFIG_INVALID: whoever meant "live" would start the demo, or look at one here */
function refuseOddProfile({ RAP_PROFILE: profile = '' }: Env): void {
  if (['', 'demo', 'live'].includes(profile.trim().toLowerCase())) return;
  throw new RapError('CONFIG_INVALID', `RAP_PROFILE is "${visible(profile)}"`, {
    cure: 'It can be "demo" or "live".',
    details: { field: 'RAP_PROFILE' },
  });
}

/** @throws RapError CONFIG_INVALID naming the variable */
async function refuseVariables(all: Env, home: string): Promise<true> {
  watchSettings(all);
  editorPortOf(all);
  logsJson(all);
  refuseOddProxies(all);
  saysShared(all.RAP_HOSTS ?? '');
  await findJournalKey(home, all);
  // Node.js itself reads it, and says nothing that stops anybody when it cannot.
  if (all.NODE_EXTRA_CA_CERTS) readAuthorities(all.NODE_EXTRA_CA_CERTS, 'NODE_EXTRA_CA_CERTS');
  const ledger = postgresAddress(all);
  if (ledger !== undefined) {
    passwordOf(ledger);
    authoritiesOf(ledger);
  }
  return true;
}

function editorFindings(env: Env, home: string): Finding[] {
  const problems = [
    ...editorLogins(env).problems,
    ...signOnSettings(env).problems,
    ...secretProblems(env, home),
  ];
  if (problems.length === 0)
    return [
      { check: 'editor', state: 'good', field: '', message: 'login and secret are in place', cure: '' },
    ];
  return problems.map((problem) => ({
    check: 'editor',
    state: 'refused',
    code: 'CONFIG_INVALID',
    ...problem,
  }));
}

type Say = (check: string, state: 'warning' | 'unknown', message: string, cure: string) => void;

/** The home, and in it what is secret, belongs to its owner. */
function sayRights(home: string, live: boolean, say: Say): void {
  const places = [
    { place: home, kind: 'folder' as const },
    ...(live ? [liveFiles.users, liveFiles.secret] : []).map((name) => ({
      place: join(home, name),
      kind: 'file' as const,
    })),
  ].filter(({ place }) => existsSync(place));
  for (const { place, kind } of places) {
    if (process.platform !== 'win32') {
      const mode = statSync(place).mode & 0o777;
      if ((mode & 0o007) === 0) continue;
      say(
        'rights',
        'warning',
        `${place} is open to everybody on this machine (mode ${mode.toString(8)})`,
        `Run: chmod o= '${place}'`,
      );
      continue;
    }
    const others = othersWhoMay(place);
    if (others === undefined)
      say('rights', 'unknown', `who may read ${place} could not be found out`, `Look: icacls "${place}"`);
    else if (others.length > 0)
      say(
        'rights',
        'warning',
        `${others.join(', ')} may read ${place}`,
        `Run: ${closingCommand(place, kind)}`,
      );
  }
}

/** How far the clock may be behind what was written, milliseconds. */
const BEHIND_MS = 60_000;

function refuseClock(home: string, clock: Clock, env: Env): true {
  const place = ledgerPlace(home, env);
  const file = typeof place === 'string' ? place : sealOf(sealedBeside(place));
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (written <= clock.now() + BEHIND_MS) return true;
  throw new RapError(
    'CONFIG_INVALID',
    `The clock says ${hongKongStamp(clock.now())}, and the ledger was written at ${hongKongStamp(written)}`,
    {
      cure: 'Have the time service (NTP) of this machine looked at.',
      details: { field: 'clock' },
    },
  );
}

type LookedAt = 'open' | 'older' | 'none';

/** @returns whether it can be opened without changing its tables @throws RapError what "rap ledger verify" throws */
async function lookAtLedger(home: string, clock: Clock, env: Env): Promise<LookedAt> {
  const place = ledgerPlace(home, env);
  // Opened where there is none it would be made; that it is gone from beside its reports is told by the same words.
  if (!(await isThere(place))) return 'none';
  await verifyLedger(place, clock, { ...(await keyToRead(home)), sealed: true });
  return (await isOfOlderRelease(home, place)) ? 'older' : 'open';
}

/** Something about a node that is no refusal. */
interface Aside {
  state: 'warning' | 'unknown';
  message: string;
  cure: string;
}

type Check = (node: SavedNode, lookup: EnvLookup, looked: Looked) => Promise<Aside[]> | Aside[] | undefined;

const read =
  (reader: (config: unknown, lookup: EnvLookup) => unknown): Check =>
  (node, lookup) => {
    reader(node, lookup);
    return [];
  };

/** The check of each kind of node. */
const checks: Readonly<Record<string, Check>> = {
  'rap-account': checkAccount,
  'rap-contacts': checkContacts,
  'rap-plan': (node, lookup, looked) => {
    readPlanFields(node, lookup, knownAccounts(looked));
    return [];
  },
  'rap-connect': (node, lookup, looked) => {
    partner(readConnect(node, lookup).account, 'account', looked);
    return [];
  },
  'rap-list': read(readList),
  'rap-download': read(readDownload),
  'report-route': checkRoute,
  'report-check': (node, lookup, looked) => {
    const { account } = readCheck(node, lookup);
    if (account !== '') partner(account, 'account', looked);
    return [];
  },
  'contact-notify': (node, lookup, looked) => {
    const { contacts, groups } = readNotify(node, lookup);
    partner(contacts, 'contacts', looked);
    const config = looked.contacts.get(contacts);
    if (config !== undefined) recipientsOf(config, groups);
    return [];
  },
  'rap-schedule': (node, lookup, { clock, calendars }) => {
    refuseNever(readSchedule(node, lookup), clock.now(), calendars);
    return [];
  },
  'weather-check': (node, lookup, looked) => {
    const { plan } = readWeather(node, lookup);
    if (plan !== '') partner(plan, 'plan', looked);
    return [];
  },
  'rap-switch': (node, lookup, looked) => {
    const { scope, account } = readSwitch(node, lookup);
    if (scope === 'one') partner(account, 'account', looked);
    return [];
  },
  'session-timer': (node, lookup, looked) => {
    partner(readTimer(node, lookup).plan, 'plan', looked);
    return [];
  },
  'session-evidence': read(readEvidence),
  'report-compare': (node, lookup, looked) => {
    const accounts = looked.nodes.filter(({ type }) => type === 'rap-account');
    refuseFolder(readCompare(node, lookup), accounts.length);
    return [];
  },
};

async function checkNode(node: SavedNode, looked: Looked): Promise<Aside[]> {
  const lookup = lookupOf(node, looked);
  const RED: SavedNodes = {
    nodes: { eachNode: (tell) => looked.nodes.forEach((one) => void tell(one as unknown as NodeDef)) },
  };
  refuseSecrets(RED, node as unknown as NodeDef, lookup);
  return (await checks[String(node.type)]?.(node, lookup, looked)) ?? [];
}

/** Variables as Node-RED finds them: of the tab, of all flows, of the environment; the service's secrets are kept back. */
function lookupOf(node: SavedNode, { nodes, env }: Looked): EnvLookup {
  const holders = nodes.filter(({ id, type }) => id === node.z || id === node.g || type === 'global-config');
  const own = new Map(
    holders.flatMap(({ env: rows }) =>
      Array.isArray(rows) ? rows.map(({ name, value }) => [String(name), String(value ?? '')] as const) : [],
    ),
  );
  return (name) => own.get(name) ?? (name.startsWith('RAP_') && isSecretName(name) ? undefined : env[name]);
}

const kindOf = { account: 'rap-account', contacts: 'rap-contacts', plan: 'rap-plan' } as const;

/** @throws RapError CONFIG_INVALID when a node names none, or one that is not started */
function partner(id: string, field: keyof typeof kindOf, { nodes }: Looked): void {
  const found = started(nodes).find((one) => one.id === id);
  if (found?.type === kindOf[field]) return;
  const why = id === '' ? 'none is chosen' : 'the one that is chosen is not there, or is disabled';
  throw new RapError('CONFIG_INVALID', `${field}: ${why}`, {
    cure: 'Choose one in the dialog of the node, and deploy.',
    details: { field },
  });
}

function knownAccounts({ nodes, env }: Looked): KnownAccount[] {
  const lookup: EnvLookup = (name) => env[name];
  return nodes
    .filter(({ type, installation }) => type === 'rap-account' && installation !== undefined)
    .map(({ name, user, installation }) => ({
      account: plain(expandEnv(String(name || user || ''), lookup, 'user')),
      installation: installation as KnownAccount['installation'],
    }));
}

async function checkAccount(node: SavedNode, lookup: EnvLookup, looked: Looked): Promise<Aside[]> {
  const settings = readAccount(node, lookup);
  const { account, keyFile, knownHosts } = settings;
  looked.accounts.set(String(node.id), settings);
  const name = account.name.toLowerCase();
  const same = [...looked.accounts.values()].filter((one) => one.account.name.toLowerCase() === name);
  if (same.length > 1) throw calledAlike(account.name);
  const { privateKey, passphrase } = filledCredentials(looked.stored[String(node.id)], lookup) as {
    privateKey?: string;
    passphrase?: string;
  };
  if (keyFile !== '') await readLoginKey(keyFile, passphrase || undefined);
  else if (privateKey) parseLoginKey(privateKey, passphrase || undefined);
  else
    throw new RapError('KEY_UNREADABLE', `keyFile: account ${account.name} has no private key`, {
      details: { field: 'keyFile' },
    });
  const addresses = [...account.addresses.primary, ...account.addresses.secondary];
  if (knownHosts !== '') {
    const known = await knownHostsFile(knownHosts, addresses);
    account.pins = trustedPins([...account.pins], known);
    if (account.pins.length === 0) throw noneFits(knownHosts, known, addresses);
  }
  refuseUntrusted(account);
  const open = keyFile === '' ? undefined : await openToOthers(keyFile);
  return open === undefined
    ? []
    : [{ state: 'warning', message: open, cure: 'Give the key to the service alone.' }];
}

function checkContacts(node: SavedNode, lookup: EnvLookup, looked: Looked): Aside[] {
  const credentials = filledCredentials(looked.stored[String(node.id)], lookup);
  const config = readContacts(node, lookup, { credentials });
  looked.contacts.set(String(node.id), config);
  const asides = oddPorts(node);
  const writing = looked.nodes.filter(
    ({ type, contacts }) => type === 'contact-notify' && contacts === node.id,
  );
  const groups = writing.map(({ groups: text }) => String(text ?? ''));
  if (groups.some((text) => text.includes('${'))) return asides;
  const slips = groupMistakes(config, groups.map(listOf));
  refuseSlips(slips);
  const cure = 'Write to a group of that person, or take the person out of the table.';
  return [
    ...asides,
    ...slips.unaddressed.map(({ says }) => ({ state: 'warning' as const, message: says, cure })),
  ];
}

/** How a relay encrypts on the ports that are registered for it (RFC 8314): the other way nothing is said until a time is over. */
const usual: Readonly<Record<string, string>> = { '465': 'tls', '587': 'starttls' };

function oddPorts(node: SavedNode): Aside[] {
  const relays = [
    ['port', 'security'],
    ['secondPort', 'secondSecurity'],
  ] as const;
  return relays.flatMap(([at, how]): Aside[] => {
    const [port, security] = [plain(String(node[at] ?? '')), String(node[how] ?? '')];
    const wanted = usual[port];
    // Without encryption on 587 is usual within a firm.
    const odd = wanted !== undefined && security !== wanted && (port === '465' || security === 'tls');
    if (!odd) return [];
    const message = `${at} is ${port} and ${how} is "${visible(security)}": most relays want "${wanted}" there`;
    return [{ state: 'warning', message, cure: 'Ask whoever keeps the relay for port and encryption.' }];
  });
}

/** How long a share is waited for, milliseconds. */
const PATIENCE_MS = 10_000;

async function checkRoute(node: SavedNode, lookup: EnvLookup, looked: Looked): Promise<Aside[]> {
  const { home, ledger } = looked;
  const { rules, marked } = readRoute(node, lookup, home);
  const context = { home, env: looked.env };
  const signal = AbortSignal.timeout(10 * PATIENCE_MS);
  const calls = { signal, answerWithin: PATIENCE_MS };
  const { faults } = await checkDestinations({ ledger, rules, context, requireSentinel: marked, ...calls });
  const [fault] = faults;
  if (fault !== undefined) throw fault;
  if (!marked) return [];
  const known = await ledger.shares.knownShares();
  for (const folder of new Set(destinationsOf(rules, context))) {
    const expected = expectedShare(folder, known);
    try {
      const { held } = await openShare(folder, {
        disk: shareDisk(folder, calls),
        ...(expected ? { expected } : {}),
      });
      await held.close();
    } catch (thrown) {
      throw diskError(thrown, `share ${folder}`);
    }
  }
  return [];
}

/**
 * Turns a flow as it is deployed into the same flow for a rehearsal: accounts log in at the simulator, the weather is
 * asked of the simulated feeds, mails go to the inbox and say that they belong to a rehearsal, the plan is that of
 * the day, whole. Nodes that could reach out of the rehearsal in other ways are left out.
 */
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Installation } from '../../lib/model/types.ts';
import type { PracticePlan } from '../../lib/practice/plan.ts';
import { planFields } from '../../lib/practice/plan-fields.ts';
import type { Simulator } from '../../simulator/simulator.ts';

export type FlowNode = Record<string, unknown> & { id: string; type: string };

export interface Stage {
  plan: PracticePlan;
  simulator: Pick<Simulator, 'accounts' | 'addresses' | 'knownHostsFile'>;
  feeds: readonly { source: string; url: string }[];
  smtpPort: number;
}

export interface StagedFlow {
  flow: FlowNode[];
  /** Types of nodes that were left out. */
  leftOut: string[];
}

/** Core nodes that only pass messages on, and ours that take part in a session. */
const allowed = new Set(
  [
    'tab group comment inject debug catch status complete link_in link_out link_call junction',
    'change switch function template delay trigger join split sort batch range rbe json csv',
    'weather-check session-timer contact-notify rap-switch rap-connect rap-list rap-download session-evidence',
    'report-compare rap-account rap-contacts rap-plan',
  ].flatMap((line) => line.split(' ').map((word) => word.replace('link_', 'link '))),
);

/** What the flow refers to without drawing it. */
const configTypes = new Set(['rap-account', 'rap-contacts', 'rap-plan']);

/**
 * @param timer the session-timer node whose day is rehearsed: its tab is taken, with the settings it refers to
 * @throws RapError CONFIG_INVALID when the flow has no such node, or no account for one of the plan
 */
export function stageFlow(nodes: readonly FlowNode[], timer: string | undefined, stage: Stage): StagedFlow {
  const day = nodes.find(
    (node) => node.type === 'session-timer' && (timer === undefined || node.id === timer),
  );
  if (day === undefined) {
    throw new RapError('CONFIG_INVALID', 'The flow has no such session-timer', {
      cure: 'Give a flow with a session-timer node, such as "flows/02 Practice session.json".',
    });
  }
  const onTab = nodes.filter(
    (node) => node.id === day.z || (node.z === day.z && !configTypes.has(node.type)),
  );
  const kept = onTab.filter((node) => allowed.has(node.type) && (node.type === 'tab' || node.d !== true));
  const settings = nodes.filter((node) => configTypes.has(node.type));
  // Another day's timer, plan or weather of the same tab would live a day of its own.
  const otherPlan = (node: FlowNode) =>
    (node.type === 'session-timer' && node.id !== day.id) ||
    (node.type === 'weather-check' && node.plan !== day.plan) ||
    (node.type === 'rap-plan' && node.id !== day.plan);
  const names = namesOf(settings, stage.plan);
  return {
    flow: [...kept, ...settings]
      .filter((node) => !otherPlan(node))
      .map((node) => staged(node, names.get(node.id), stage)),
    leftOut: [...new Set(onTab.filter(({ type }) => !allowed.has(type)).map(({ type }) => type))].sort(),
  };
}

/** What the plan calls each account of the flow. One that it does not name takes the place of one of its kind. */
function namesOf(settings: readonly FlowNode[], { accounts }: PracticePlan): Map<string, string> {
  const free = settings.filter(({ type }) => type === 'rap-account');
  const names = new Map<string, string>();
  const take = (account: string, fits: (node: FlowNode) => boolean): boolean => {
    const found = free.findIndex(fits);
    const [node] = found < 0 ? [] : free.splice(found, 1);
    if (node !== undefined) names.set(node.id, account);
    return node !== undefined;
  };
  const others = accounts.filter(
    ({ account, installation }) =>
      !take(account, (node) => node.installation === installation && (node.name || node.user) === account),
  );
  for (const { account, installation } of others) {
    if (take(account, (node) => node.installation === installation)) continue;
    throw new RapError('CONFIG_INVALID', `The flow has no account of ${installation} left for ${account}`, {
      cure: 'Give a flow with --flow that has a rap-account node for each account of the plan.',
    });
  }
  return names;
}

function staged(node: FlowNode, name: string | undefined, stage: Stage): FlowNode {
  const { plan, simulator, feeds, smtpPort } = stage;
  switch (node.type) {
    case 'tab':
      return { ...node, disabled: false };
    case 'rap-account':
      return stagedAccount(node, simulator, name);
    case 'rap-contacts':
      return stagedContacts(node, smtpPort);
    case 'weather-check':
      return { ...node, day: 'plan', feeds };
    case 'report-compare':
      return { ...node, folder: '', daily: false };
    case 'rap-plan':
      return { ...node, ...planFields({ ...plan, title: `REHEARSAL: ${plan.title}` }) };
    default:
      return node;
  }
}

/** The account at the simulator. */
function stagedAccount(node: FlowNode, simulator: Stage['simulator'], name?: string): FlowNode {
  const installation = node.installation as Installation;
  const { user, participant, keyFile } = simulator.accounts[installation];
  return {
    ...node,
    // The plan calls the account by its name, or by the user when it has none.
    name: name ?? (node.name || node.user),
    user,
    participant,
    keySource: 'file',
    keyFile,
    hostKeys: [],
    knownHosts: simulator.knownHostsFile,
    addresses: simulator.addresses
      .filter((address) => address.installation === installation)
      .map(({ dataCentre, host, port }) => ({ dataCentre, host, port: String(port) })),
  };
}

/** Mails go to the inbox and say that they belong to a rehearsal. */
function stagedContacts(node: FlowNode, smtpPort: number): FlowNode {
  return {
    ...node,
    host: '127.0.0.1',
    port: String(smtpPort),
    security: 'none',
    from: String(node.from)
      .replace(/^[^<]*<|^(?=[^<]*$)/, 'REHEARSAL <')
      .replace(/>?\s*$/, '>'),
  };
}

/** How often an evening looks while something is due; a look holds for ten minutes. */
const LOOK_SECONDS = 450;

/** Our nodes that take part in a daily download. */
const ofDownload = new Set(['rap-schedule', 'report-route', 'report-check', ...allowed]);

/**
 * The tab of the daily download for an evening: wired to the simulator, and nothing of earlier in the day is made up.
 * @throws Error when the flow has no rap-schedule
 */
export function stageEvening(
  nodes: readonly FlowNode[],
  { simulator, smtpPort }: Pick<Stage, 'simulator' | 'smtpPort'>,
): FlowNode[] {
  const tab = nodes.find(({ type }) => type === 'rap-schedule')?.z;
  if (tab === undefined) throw new Error('The flow has no node rap-schedule');
  return nodes
    .filter((node) => node.id === tab || node.z === tab || configTypes.has(node.type))
    .filter((node) => ofDownload.has(node.type) && (node.type === 'tab' || node.d !== true))
    .map((node) => {
      if (node.type === 'tab') return { ...node, disabled: false };
      if (node.type === 'rap-account') return stagedAccount(node, simulator);
      if (node.type === 'rap-contacts') return stagedContacts(node, smtpPort);
      if (node.type === 'report-route') return stagedRoute(node);
      if (node.type !== 'rap-schedule') return node;
      // Looks every few seconds would make a long evening of it.
      return { ...node, catchUp: false, lookSeconds: String(LOOK_SECONDS) };
    });
}

/** A path of the flow that lies below its home, whatever that is. */
const AT_HOME = /^(\$\{RAP_HOME\}|\{home\})\//;

/** Shares that lie anywhere else are real ones: the evening has folders of its own in their place. */
function stagedRoute(node: FlowNode): FlowNode {
  const rules = (node.rules as Record<string, unknown>[]).map((rule, index) => ({
    ...rule,
    share: AT_HOME.test(String(rule.share)) ? rule.share : `\${RAP_HOME}/shares/${String(index + 1)}`,
  }));
  return { ...node, shares: 'any', rules };
}

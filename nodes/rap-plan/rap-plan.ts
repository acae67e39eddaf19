/** The plan of a practice session, checked at deploy time and shared by the nodes of its day. */
import type { NodeAPI, NodeDef } from 'node-red';
import { plain } from '../../lib/cells/index.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import { preferredLanguage } from '../../lib/i18n/preferred-language.ts';
import { t } from '../../lib/i18n/translate.ts';
import { type EnvLookup, expandEnv } from '../../lib/model/expand-env.ts';
import type { Installation } from '../../lib/model/types.ts';
import { planCalendar, planText, timelineLines } from '../../lib/practice/export.ts';
import { type KnownAccount, type PracticePlan, parsePlan } from '../../lib/practice/plan.ts';
import { planFields } from '../../lib/practice/plan-fields.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { boundedBody } from '../runtime/bounds.ts';
import { servePreview } from '../runtime/preview.ts';
import { RapNode, register } from '../runtime/rap-node.ts';
import { clockOf } from '../runtime/runtime.ts';
import { servePractice } from './practice-data.ts';
import { readPlanFields } from './settings.ts';

export class RapPlan extends RapNode<NodeDef, PracticePlan> {
  /** Node-RED hands this node's errors to the Catch nodes of those who use it. */
  readonly users: Record<string, RapNode> = {};

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, (saved: NodeDef, lookup: EnvLookup) =>
      readPlanFields(saved, lookup, knownAccounts(RED, lookup)),
    );
  }

  protected override get statusNodes(): Iterable<RapNode> {
    return Object.values(this.users);
  }

  /** @throws RapError CONFIG_INVALID what is wrong with the plan */
  get plan(): PracticePlan {
    return this.settings;
  }
}

/** The accounts of this Node-RED by the names that a plan calls them. */
function knownAccounts(RED: NodeAPI, lookup: EnvLookup): KnownAccount[] {
  const known: KnownAccount[] = [];
  RED.nodes.eachNode((definition) => {
    if (definition.type !== 'rap-account') return;
    const { name, user, installation } = definition as NodeDef & {
      user?: string;
      installation?: Installation;
    };
    if (installation === undefined) return;
    known.push({ account: plain(expandEnv(name || user || '', lookup, 'user')), installation });
  });
  return known;
}

const presets = [practice20250621].map((plan) => ({
  id: plan.date,
  title: `${plan.date} ${plan.title}`,
  fields: planFields(plan),
}));

const formats = {
  txt: { type: 'text/plain; charset=utf-8', write: planText },
  json: { type: 'application/json', write: (plan: PracticePlan) => `${JSON.stringify(plan, null, 2)}\n` },
} as const;

/** What the dialogs show of a plan that is being written. */
function shown(plan: PracticePlan, now: number, language: Language) {
  return {
    text: planText(plan, language),
    timeline: timelineLines(plan, language),
    calendar: planCalendar(plan, now, language),
    plan,
    fields: planFields(plan),
  };
}

function readJson(text: unknown, language: Language): unknown {
  try {
    return JSON.parse(String(text));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : '';
    throw new RapError('CONFIG_INVALID', t(language, 'practice.plan.notJson.says', { why }), {
      cause,
      cure: t(language, 'practice.plan.notJson.cure'),
    });
  }
}

export default function (RED: NodeAPI): void {
  register(RED, 'rap-plan', RapPlan);
  servePractice(RED);
  const admin = RED.httpAdmin;
  const mayRead = RED.auth.needsPermission('flows.read');

  admin.get('/rap-plan/presets', mayRead, (_request, response) => {
    response.json({ presets });
  });

  // What is typed in the dialog, with the accounts the editor knows of.
  servePreview(RED, '/rap-plan/preview', ({ fields, known }, lookup, language) => {
    const accounts = Array.isArray(known) ? (known as KnownAccount[]) : [];
    return shown(readPlanFields(fields, lookup, accounts, language), clockOf(RED).now(), language);
  });

  // A plan that is pasted as JSON.
  servePreview(RED, '/rap-plan/import', ({ json }, _lookup, language) => {
    const given = readJson(json, language);
    const isWhole = typeof given === 'object' && given !== null && !Array.isArray(given);
    const plan = parsePlan(isWhole ? boundedBody(given) : given, undefined, language);
    return shown(plan, clockOf(RED).now(), language);
  });

  // The plan as deployed, for calendars and colleagues.
  admin.get('/rap-plan/:id/plan.:format', mayRead, (request, response) => {
    const node: unknown = RED.nodes.getNode(String(request.params.id));
    if (!(node instanceof RapPlan) || !node.ready) return void response.sendStatus(404);
    const { format } = request.params;
    const language = preferredLanguage(request.headers['accept-language']);
    if (format === 'ics') {
      response
        .type('text/calendar; charset=utf-8')
        .send(planCalendar(node.plan, clockOf(RED).now(), language));
    } else if (format === 'txt' || format === 'json') {
      response.type(formats[format].type).send(formats[format].write(node.plan, language));
    } else response.sendStatus(404);
  });
}

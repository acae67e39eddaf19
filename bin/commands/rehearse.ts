/** `rap rehearse`: the whole day of a practice session on a simulated clock. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { RapError, systemCode } from '../../lib/errors/rap-error.ts';
import { readJson } from '../../lib/files/json-file.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import { t } from '../../lib/i18n/translate.ts';
import type { PracticeEvent } from '../../lib/ledger/types.ts';
import type { DayState } from '../../lib/practice/day.ts';
import { eventText } from '../../lib/practice/evidence-timeline.ts';
import { movePlan, type PracticePlan } from '../../lib/practice/plan.ts';
import { readPlan } from '../../lib/practice/plan-file.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { feedStates, rehearsalDay, rehearsalDays } from '../../lib/practice/scenarios.ts';
import { hongKongStamp, hongKongTime } from '../../lib/time/hong-kong.ts';
import { reasonText } from '../../lib/weather/reasons/index.ts';
import type { SignalRow } from '../../lib/weather/signals.ts';
import { readSignals } from '../../lib/weather/signals-file.ts';
import { faultNamed } from '../../simulator/faults/table.ts';
import { dateOption, parseArguments, required, wholeNumber } from '../connection-options.ts';
import { homeFromOptions, homeOptions } from '../home-options.ts';
import { languageFromOptions, languageHelp, languageOptions } from '../language-option.ts';
import { type FlowRehearsalOptions, rehearseFlow } from '../rehearsal/flow-rehearsal.ts';
import type { FlowNode } from '../rehearsal/rehearsal-flow.ts';
import { type FeedFault, type RapFault, type Rehearsed, stateOfHome } from '../rehearsal/rehearsal-system.ts';

export const help = [
  'Usage: rap rehearse --date YYYY-MM-DD --signals FILE [--plan FILE] [--home DIR] [--json]',
  '       rap rehearse --day NAME [--plan FILE] [--home DIR] [--json]',
  '       and with either: [--feed away|stale|odd[@HH:MM]] [--rap-fault NAME[@HH:MM[-HH:MM]]]...',
  '                        [--flow FILE [--timer ID]] [--pace MS] [--language TAG]',
  '',
  'Lives the whole day of a practice session on a simulated clock: a Node-RED flow, as it runs on the day, against a',
  'simulator whose secondary data centres hold the reports of one business date, the weather feeds replayed from the',
  'signals, and an inbox that takes the mails. Nothing leaves this machine. Its flow writes the evidence pack.',
  '',
  '  --date YYYY-MM-DD      the date of the session, Hong Kong',
  '  --signals FILE         CSV with the header code,issued,cancelled; as for "rap weather"',
  '  --day NAME             a famous day instead of a date and a file:',
  ...rehearsalDays.map(({ name, title }) => `      ${name.padEnd(28)}${title}`),
  '  --feed WHAT[@HH:MM]    the weather feeds fail, all day or from a time on: "away" gives no answer, "stale" shows',
  '                         what was true an hour ago, "odd" bears a signal that nobody knows',
  '  --rap-fault NAME[@HH:MM[-HH:MM]]  RAP misbehaves in one way, all day, from a time on or between two times;',
  '                         "rap simulate --fault list" shows all ways. May be given more than once',
  '  --plan FILE            a plan as JSON, moved to the date. Without it: the session of 21 June 2025',
  '  --flow FILE            another flow than the one that is shipped: the day is lived by its session-timer and the',
  "                         other nodes of its tab. With --json each node's status is a line, too",
  '  --timer ID             with --flow: which session-timer (default: the first)',
  '  --pace MS              a simulated minute takes at least so many milliseconds (default 0)',
  '  --home DIR             where the rehearsal keeps everything; one that was interrupted there goes on.',
  '                         Without it: a new folder under rehearsals in RAP_HOME, or in ./data',
  languageHelp,
  '  --json                 one JSON object per milestone on stdout, and a summary at the end',
  '',
  'Exit status: 0 the day ended as its weather says and every part that was held is complete, 5 a part is not',
  'complete, 6 the day ended in hold.',
].join('\n');

/** A flow may carry pictures and code. */
const FLOW_LIMIT = 64 * 1024 * 1024;

const options = {
  date: { type: 'string' },
  signals: { type: 'string' },
  day: { type: 'string' },
  feed: { type: 'string' },
  'rap-fault': { type: 'string', multiple: true },
  flow: { type: 'string' },
  timer: { type: 'string' },
  pace: { type: 'string' },
  // What the editor's button adds: the Node-RED that is running.
  'node-red': { type: 'string' },
  ...languageOptions,
  plan: { type: 'string' },
  ...homeOptions,
} as const;

/**
 * @param argv the words after "rap rehearse"
 * @throws RapError USAGE or CONFIG_INVALID, and what the home's disk and ledger say
 */
export default async function rehearseCommand(argv: string[]): Promise<number> {
  const { values } = parseArguments(argv, options);
  const { date, signals, feed } = await dayOf(values);
  const plan = movePlan(values.plan === undefined ? practice20250621 : await readPlan(values.plan), date);
  const home = await homeOf(values.home, date);
  const json = values.json === true;
  const language = languageFromOptions(values);
  const living = rehearseFlow({
    home,
    plan,
    signals,
    ...(feed === undefined ? {} : { feed }),
    rapFaults: (values['rap-fault'] ?? []).map(rapFaultOf),
    ...(await flowOptions(values)),
    language,
    onEntry: (entry, state) => printLine(json ? asJson(entry, state) : asText(entry, plan, language)),
    ...(json && values.flow !== undefined ? statusLines() : {}),
  });
  const rehearsed = await living.catch((thrown) => {
    if (systemCode(thrown) !== 'ERR_MODULE_NOT_FOUND') throw thrown;
    throw new RapError('CONFIG_INVALID', 'A rehearsal needs the packages smtp-server and postal-mime', {
      cause: thrown,
      cure: 'Install them with "npm install smtp-server postal-mime".',
    });
  });
  process.stdout.write(`${json ? summaryJson(rehearsed) : summaryText(rehearsed, home, language)}\n`);
  if (rehearsed.verdict === 'HOLD') return 6;
  return rehearsed.complete && rehearsed.dataCentreAtEnd === 'primary' ? 0 : 5;
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What a rehearsal through a flow shows besides its timeline. */
function statusLines(): Pick<FlowRehearsalOptions, 'onStatus' | 'onMinute' | 'onLeftOut'> {
  return {
    onStatus: (id, status) => printLine(JSON.stringify({ status: { id, ...status } })),
    onMinute: (at) => printLine(JSON.stringify({ minute: hongKongStamp(at).slice(0, 16) })),
    onLeftOut: (types) => types.length > 0 && printLine(JSON.stringify({ leftOut: types })),
  };
}

type FlowOptions = Partial<Record<'flow' | 'timer' | 'pace' | 'node-red', string | undefined>>;

async function flowOptions({ flow, timer, pace, 'node-red': nodeRed }: FlowOptions) {
  const nodes = await readJson(flow ?? shippedFlow(), { what: 'The flow', limit: FLOW_LIMIT });
  return {
    flow: (Array.isArray(nodes) ? nodes : []) as FlowNode[],
    ...(timer === undefined ? {} : { timer }),
    ...(nodeRed === undefined ? {} : { nodeRed }),
    paceMs: wholeNumber(pace ?? '0', '--pace', 0, 10_000),
  };
}

/** The flow of a practice session beside this file: in a checkout, or in the built package. */
function shippedFlow(): string {
  const places = ['../../flows/', '../../../examples/'].map((folder) =>
    fileURLToPath(new URL(`${folder}02 Practice session.json`, import.meta.url)),
  );
  return places.find((place) => existsSync(place)) ?? places[0] ?? '';
}

interface DayOptions {
  day?: string | undefined;
  date?: string | undefined;
  signals?: string | undefined;
  feed?: string | undefined;
}

interface DayToLive {
  date: string;
  signals: readonly SignalRow[];
  feed: FeedFault | undefined;
}

async function dayOf(values: DayOptions): Promise<DayToLive> {
  const given = feedOf(values.feed);
  if (values.day !== undefined) {
    if (values.date !== undefined || values.signals !== undefined) {
      throw new RapError('USAGE', '--day stands for a date and its signals; leave out --date and --signals');
    }
    return dayNamed(values.day, given);
  }
  const date = dateOption(required(values.date, '--date'), '--date');
  const file = required(values.signals, '--signals');
  return { date, signals: await readSignals(file), feed: given };
}

function dayNamed(name: string, given: FeedFault | undefined): DayToLive {
  const found = rehearsalDay(name);
  if (found === undefined) {
    throw new RapError('USAGE', `--day "${name}" is not known`, {
      cure: `Use one of ${rehearsalDays.map((day) => day.name).join(', ')}.`,
    });
  }
  const { date, signals, feed } = found;
  return { date, signals, feed: given ?? (feed === undefined ? undefined : { state: feed }) };
}

function feedOf(text: string | undefined): FeedFault | undefined {
  if (text === undefined) return undefined;
  const [, word, from] = /^([a-z]+)(?:@([01]\d:[0-5]\d|2[0-3]:[0-5]\d))?$/.exec(text) ?? [];
  const state = feedStates.find((one) => one === word);
  if (state === undefined) {
    throw new RapError('USAGE', `--feed "${text}" is not known`, {
      cure: `Use ${feedStates.join(', ')}, and if wanted a time after it: away@14:30.`,
    });
  }
  return { state, ...(from === undefined ? {} : { from }) };
}

function rapFaultOf(text: string): RapFault {
  const time = '(?:[01]\\d|2[0-3]):[0-5]\\d';
  const [, name = '', from, to] = new RegExp(`^([^@]+)(?:@(${time})(?:-(${time}))?)?$`).exec(text) ?? [];
  const fault = faultNamed(name);
  if (fault === undefined || (from !== undefined && to !== undefined && to <= from)) {
    throw new RapError('USAGE', `--rap-fault "${text}" is not known`, {
      cure: 'Use a name from "rap simulate --fault list", and if wanted a time or two after it: P06@14:20-14:40.',
    });
  }
  return { fault, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** The named home, or a new one; a rehearsal that has come to its end is evidence and is not touched. */
async function homeOf(named: string | undefined, date: string): Promise<string> {
  if (named !== undefined) {
    const home = homeFromOptions({ home: named });
    const state = await stateOfHome(home, date);
    if (state === 'finished') {
      throw new RapError('USAGE', `${home} holds a finished rehearsal of ${date}`, {
        cure: 'Give another folder with --home, or leave it out.',
      });
    }
    if (state === 'begun') process.stderr.write(`Going on with the rehearsal of ${date} in ${home}\n`);
    return home;
  }
  const root = path.join(homeFromOptions({}), 'rehearsals');
  for (let number = 1; ; number++) {
    const home = path.join(root, number === 1 ? date : `${date}~${number}`);
    if ((await stateOfHome(home, date)) === 'none') return home;
  }
}

function asJson({ at, what, title }: PracticeEvent, { decision, dataCentre }: DayState): string {
  const verdict = decision?.verdict ?? 'pending';
  return JSON.stringify({ at: hongKongStamp(at).slice(0, 16), what, title, verdict, dataCentre });
}

function asText(entry: PracticeEvent, plan: PracticePlan, language: Language): string {
  const said = language === 'en' ? entry.title : eventText(entry, plan, language);
  return `${hongKongTime(entry.at)}  ${said}`;
}

function summaryJson(rehearsed: Rehearsed): string {
  const { effectiveAt, because: _, ...rest } = rehearsed;
  const stamp = effectiveAt === null ? null : hongKongStamp(effectiveAt).slice(0, 16);
  return JSON.stringify({ summary: true, ...rest, effectiveAt: stamp });
}

function summaryText(rehearsed: Rehearsed, home: string, language: Language): string {
  const { effectiveAt, because, mails, evidence, dataCentreAtEnd } = rehearsed;
  const said = t(language, `practice.day.verdict.${rehearsed.verdict}`);
  const verdict =
    effectiveAt === null
      ? said
      : t(language, 'practice.day.since', { verdict: said, time: hongKongTime(effectiveAt) });
  return [
    '',
    t(language, 'practice.day.end', {
      verdict,
      centre: t(language, `practice.day.centre.${dataCentreAtEnd}`),
    }),
    ...because.map((reason) => `  ${reasonText(reason, language)}`),
    t(language, 'practice.day.mails', { n: mails, folder: path.join(home, 'mailbox') }),
    t(language, 'practice.day.evidence', { file: path.join(evidence, 'summary.html') }),
  ].join('\n');
}

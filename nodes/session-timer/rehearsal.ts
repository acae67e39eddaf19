/**
 * The Rehearse button: the day is lived by a second Node-RED without editor, in a process and a home of its own, with
 * a copy of this tab that is wired to a simulator which that process starts. Production knows nothing of it. What its
 * nodes show is shown under the nodes of the editor meanwhile.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { NodeAPI } from 'node-red';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import { makeFolder } from '../../lib/files/folders.ts';
import { isSecretName } from '../../lib/model/secret-names.ts';
import { type PracticePlan, planHours, planMoment } from '../../lib/practice/plan.ts';
import { rehearsalDay, rehearsalDays } from '../../lib/practice/scenarios.ts';
import { realClock } from '../../lib/time/clock.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { parseSignals } from '../../lib/weather/signals.ts';
import { mayAct } from '../runtime/admin-act.ts';
import { guardedPage } from '../runtime/guarded-page.ts';
import { clockOf, homeOf } from '../runtime/runtime.ts';
import { languageOfServer } from '../runtime/server-language.ts';

/** So fast that people can follow: eleven hours in about twenty seconds, milliseconds for each minute. */
const PACE_MS = 25;
/** So long the editor shows how it ended, unless somebody puts it away. */
const SHOWN_MS = 10 * 60_000;
/** Where the editor listens. */
const TOPIC = 'rap-rehearsal';
/** A rehearsal has no business with secrets, nor with who may log in. */
const isForRehearsals = (name: string) => !isSecretName(name) && !/^RAP_EDITOR_USERS?$/.test(name);

/** What the editor hears. */
export interface RehearsalState {
  id: string;
  day: string;
  state: 'running' | 'over' | 'failed' | 'away';
  /** 'YYYY-MM-DD HH:MM' of the rehearsed day. */
  time: string;
  title: string;
  verdict: string;
  leftOut: string[];
  /** When it is over. */
  mails?: number;
  evidence?: string;
}

interface Shown {
  fill?: string;
  shape?: string;
  text?: string;
}

interface Line {
  status?: Shown & { id: string };
  minute?: string;
  leftOut?: string[];
  title?: string;
  verdict?: string;
  summary?: boolean;
  mails?: number;
  evidence?: string;
  error?: { message: string; cure: string };
}

/** One rehearsal at a time: it takes the statuses of the whole tab. */
class Rehearsal {
  readonly #RED: NodeAPI;
  readonly #own: ReadonlyMap<string, Shown>;
  readonly #mirrored = new Set<string>();
  readonly state: RehearsalState;
  #child: ChildProcess | undefined;
  #away = () => {};
  #stopped = false;

  constructor(RED: NodeAPI, own: ReadonlyMap<string, Shown>, id: string, day: string) {
    this.#RED = RED;
    this.#own = own;
    this.state = { id, day, state: 'running', time: '', title: '', verdict: 'pending', leftOut: [] };
  }

  get running(): boolean {
    return this.state.state === 'running';
  }

  begin(words: string[], env: NodeJS.ProcessEnv): void {
    const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    let complaint = '';
    child.stderr.on('data', (bytes) => {
      complaint = `${complaint}${bytes}`.slice(-1000);
    });
    createInterface({ input: child.stdout }).on('line', (text) => this.#onLine(text));
    child.on('error', (error) => this.#fail(error.message));
    child.on('close', (status) => {
      if (this.running) this.#fail(this.#stopped ? '' : complaint.trim() || `It ended with status ${status}`);
    });
    this.#publish();
  }

  /** Ends it, and shows again what the nodes themselves have to say. */
  stop(): void {
    this.#stopped = true;
    this.#child?.kill('SIGKILL');
    this.#away();
    for (const id of this.#mirrored) this.#show(id, this.#own.get(id) ?? {});
    this.#mirrored.clear();
    this.state.state = 'away';
    this.#publish();
  }

  #onLine(text: string): void {
    const line = parsed(text);
    if (line === undefined || this.#stopped) return;
    const { status, minute, leftOut, title, verdict, summary, mails, evidence, error } = line;
    if (status !== undefined) {
      const { id, ...shown } = status;
      this.#mirrored.add(id);
      this.#show(id, shown);
      return;
    }
    const { state: news } = this;
    if (leftOut !== undefined) news.leftOut = leftOut;
    if (minute !== undefined) news.time = minute;
    if (title !== undefined) news.title = title;
    if (verdict !== undefined) news.verdict = verdict;
    if (error !== undefined) {
      this.#fail(`${error.message}. ${error.cure}`);
      return;
    }
    if (summary) {
      Object.assign(news, { state: 'over', mails, evidence });
      this.#away = realClock.after(SHOWN_MS, () => this.stop());
    }
    // Not every minute is worth a message to each editor.
    if (minute === undefined || Number(minute.slice(-2)) % 10 === 0) this.#publish();
  }

  #fail(why: string): void {
    this.state.state = 'failed';
    this.state.title = why;
    this.#publish();
    this.#away = realClock.after(SHOWN_MS, () => this.stop());
  }

  /** To the editor alone: Status nodes of production hear nothing. */
  #show(id: string, status: Shown): void {
    this.#RED.events.emit('node-status', { id, status, rehearsal: true });
  }

  #publish(): void {
    this.#RED.comms.publish(TOPIC, this.state, false);
  }
}

function parsed(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}

/** The command line beside this file, built or not. */
function commandLine(): string {
  const places = ['../../bin/rap', '../../../bin/rap'].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  return places.find((place) => existsSync(place)) ?? 'rap';
}

/** The Node-RED that is running, when it was started by its own script. */
function runningNodeRed(): string[] {
  const script = process.argv[1] ?? '';
  const real = existsSync(script) ? realpathSync(script) : '';
  return path.basename(real) === 'red.js' ? ['--node-red', path.dirname(real)] : [];
}

interface Asked {
  day?: unknown;
  /** With day 'own': rows `code,issued,cancelled`. */
  signals?: unknown;
}

/** Writes what the rehearsal needs into a new home and gives the words of its command. @throws RapError */
async function prepare(
  RED: NodeAPI,
  id: string,
  plan: PracticePlan,
  { day, signals }: Asked,
): Promise<string[]> {
  const own = day === 'own';
  const known = own ? undefined : rehearsalDay(String(day));
  if (!own && known === undefined)
    throw new RapError('CONFIG_INVALID', `There is no day "${String(day)}" to rehearse`);
  const rows = `code,issued,cancelled\n${String(signals ?? '').replace(/^code,issued,cancelled\s*/, '')}`;
  if (own) parseSignals(rows, 'The signals');
  const stamp = hongKongStamp(realClock.now()).replace(' ', '_').replaceAll(':', '');
  const home = path.join(homeOf(RED), 'rehearsal', stamp);
  await makeFolder(home);
  const flow: unknown[] = [];
  RED.nodes.eachNode((node) => flow.push(node));
  const put = async (name: string, text: string) => {
    await writeFile(path.join(home, name), text, { mode: 0o600 });
    return path.join(home, name);
  };
  const words = [
    'rehearse',
    '--json',
    '--home',
    home,
    '--timer',
    id,
    '--pace',
    String(PACE_MS),
    ...runningNodeRed(),
  ];
  words.push('--language', languageOfServer(RED));
  words.push(
    '--flow',
    await put('flow.json', JSON.stringify(flow)),
    '--plan',
    await put('plan.json', JSON.stringify(plan)),
  );
  if (known === undefined) words.push('--date', plan.date, '--signals', await put('signals.csv', rows));
  else words.push('--day', known.name);
  return [commandLine(), ...words];
}

/** @throws RapError while the session itself is under way: it needs the machine for itself */
function refuseDuringSession(RED: NodeAPI, plan: PracticePlan): void {
  const now = clockOf(RED).now();
  if (now < planMoment(plan, plan.weather.cutOff) - 3_600_000 || now > planMoment(plan, planHours(plan).end))
    return;
  throw new RapError('CONFIG_INVALID', `The session of ${plan.date} itself is under way`, {
    cure: 'Rehearse before the day or after it.',
  });
}

/** The requests of the editor. `planOf` gives the plan of a session-timer that is deployed. */
export function offerRehearsals(RED: NodeAPI, planOf: (id: string) => PracticePlan | undefined): void {
  const admin = RED.httpAdmin;
  const mayRead = RED.auth.needsPermission('flows.read');
  const own = new Map<string, Shown>();
  let rehearsal: Rehearsal | undefined;
  let preparing = false;
  RED.events.on('node-status', ({ id, status, rehearsal: mirrored }) => {
    if (!mirrored) own.set(id, status);
  });
  // A new flow means new nodes: what is rehearsed is no longer what is seen.
  RED.events.on('flows:stopped', () => rehearsal?.running && rehearsal.stop());
  process.once('exit', () => rehearsal?.running && rehearsal.stop());

  admin.get('/session-timer/rehearsals', mayRead, (_request, response) => {
    const days = rehearsalDays.map(({ name, date, title }) => ({ name, date, title }));
    response.json({ days, news: rehearsal?.state });
  });

  admin.get('/session-timer/rehearsals/evidence', mayRead, (_request, response) => {
    const folder = rehearsal?.state.evidence;
    if (folder === undefined) return void response.sendStatus(404);
    response.set(guardedPage("sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"));
    response.sendFile('summary.html', { root: folder, dotfiles: 'allow' });
  });

  // No page of another site can send DELETE.
  admin.delete(
    '/session-timer/rehearsals',
    RED.auth.needsPermission('session-timer.write'),
    (_request, response) => {
      rehearsal?.stop();
      response.sendStatus(204);
    },
  );

  admin.post('/session-timer/:id/rehearsal', ...mayAct(RED, 'session-timer.write'), (request, response) => {
    const id = String(request.params.id);
    const begin = async () => {
      const plan = planOf(id);
      if (plan === undefined) return void response.sendStatus(404);
      refuseDuringSession(RED, plan);
      if (preparing || rehearsal?.running) throw new RapError('SESSION_BUSY', 'A rehearsal is under way');
      preparing = true;
      try {
        const words = await prepare(RED, id, plan, request.body as Asked);
        rehearsal?.stop();
        rehearsal = new Rehearsal(RED, own, id, String((request.body as Asked).day));
        const kept = Object.entries(process.env).filter(([name]) => isForRehearsals(name));
        rehearsal.begin(words, Object.fromEntries(kept));
        response.status(202).json(rehearsal.state);
      } finally {
        preparing = false;
      }
    };
    begin().catch((thrown) => {
      const { message, cure } = asRapError(thrown);
      response.status(409).json({ error: `${message}. ${cure}` });
    });
  });
}

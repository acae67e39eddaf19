/**
 * A rehearsal: the whole day of a session on a simulated clock, with the real engine against the simulator, the
 * weather feeds replayed from signals, and an inbox for the mails. The clock moves by minutes, and only when all
 * work of a minute is done, because sockets know nothing of simulated time.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { SessionKeeper } from '../../lib/collection/session-keeper.ts';
import { type ContactsConfig, parseContacts } from '../../lib/contacts/config.ts';
import { sendDue } from '../../lib/contacts/sender.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { evidenceFolder, practiceRun, terminalFolder } from '../../lib/practice/books.ts';
import type { DayState } from '../../lib/practice/day.ts';
import { openDay } from '../../lib/practice/durable-day.ts';
import { writeEvidencePack } from '../../lib/practice/evidence-pack.ts';
import type { FeedState } from '../../lib/practice/famous-days.ts';
import { type PracticePlan, planMoment, sessionOf } from '../../lib/practice/plan.ts';
import { type DoPart, type RunDay, runDay, type TimelineEntry } from '../../lib/practice/run-day.ts';
import { dataCentreChoices } from '../../lib/practice/switch.ts';
import { weatherStoreOf } from '../../lib/practice/weather-store.ts';
import { parseAccount } from '../../lib/rap/account-config.ts';
import { pinsFromKnownHosts } from '../../lib/rap/host-keys.ts';
import { readLoginKey } from '../../lib/rap/private-key.ts';
import { realClock, SimulatedClock } from '../../lib/time/clock.ts';
import type { Decision } from '../../lib/weather/decide.ts';
import { type Evidence, noEvidence, type Word } from '../../lib/weather/evidence.ts';
import type { SignalRow } from '../../lib/weather/signals.ts';
import { type WeatherWatch, watchWeather } from '../../lib/weather/watch.ts';
import type { DataCentre } from '../../lib/words/types.ts';
import { feedTroubles, type Hko, startHko } from '../../simulator/hko.ts';
import { type Inbox, startInbox } from '../../simulator/inbox.ts';
import { fillTerminal } from '../../simulator/terminal.ts';
import { type Simulator, startSimulator } from '../../simulator/world.ts';
import { idle } from './idle.ts';
import { partDoer } from './part.ts';

export interface RehearsalOptions {
  /** The rehearsal's own home: ledger, mails, reports, evidence. One that was interrupted is taken up. */
  home: string;
  plan: PracticePlan;
  signals: readonly SignalRow[];
  /** What is wrong with the weather feeds from a moment of the day on. */
  feed?: FeedFault;
  onEntry?: (entry: TimelineEntry, state: DayState) => void;
  /** Called after each minute. */
  onMinute?: (at: number, centres: DataCentre[], simulator: Simulator) => void | Promise<void>;
  /** Called after each minute; true drops everything that is not on disk and starts again from there. */
  restartAfter?: (at: number) => boolean;
  /** Puts something between the day and the engine. */
  wrap?: (doPart: DoPart) => DoPart;
  /** Do not wait for work under way before the next minute, but at most so many real milliseconds. */
  patienceMs?: number;
}

export interface FeedFault {
  state: FeedState;
  /** 'HH:MM' of the day; left out, all day. */
  from?: string;
}

export interface Rehearsed {
  verdict: 'HELD' | 'HELD_CONTINUES' | 'CANCELLED' | 'TERMINATED' | 'HOLD';
  effectiveAt: number | null;
  reasons: string[];
  /** Folder of the evidence pack. */
  evidence: string;
  /** How many mails arrived in the inbox. */
  mails: number;
  dataCentreAtEnd: DataCentre | 'mixed';
  /** Every part that was held is complete. */
  complete: boolean;
}

const minute = 60_000;
const remark =
  'This is a rehearsal: a simulated clock, a simulated RAP, weather replayed from a list of signals. It proves nothing about HKEX.';
/** So long before the cut-off a rehearsal begins. */
const leadMs = 60 * minute;
/** And so long after the end of the plan it is given up. */
const tailMs = 60 * minute;

/** Is there a rehearsal of this date in the home, and has it come to its end? */
export async function stateOfHome(home: string, date: string): Promise<'none' | 'begun' | 'finished'> {
  const there = await readdir(home).then(
    (names) => names.includes('ledger.sqlite'),
    () => false,
  );
  if (!there) return 'none';
  const ledger = await openHome(home, realClock);
  try {
    if ((await ledger.practiceDay(date)) === undefined) return 'none';
    return (await ledger.practiceEvents(date)).some(({ key }) => key === 'evidence') ? 'finished' : 'begun';
  } finally {
    await ledger.close();
  }
}

/** @throws NodeJS.ErrnoException when the simulator cannot start, RapError when the home cannot be used */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsed> {
  const { home, plan, signals } = options;
  await mkdir(home, { recursive: true, mode: 0o700 });
  const begin = planMoment(plan, plan.weather.cutOff) - leadMs;
  const end = planMoment(plan, '23:59') + tailMs;
  const clock = new SimulatedClock(Math.max(begin, (await lastStep(home, plan)) ?? begin));
  const stops: (() => Promise<void>)[] = [];
  try {
    const simulator = await startSimulator({
      home,
      ports: 'ephemeral',
      businessDate: plan.reportsOf,
      practiceDate: plan.reportsOf,
      riskFileBytes: 256 * 1024,
      clock,
    });
    stops.push(() => simulator.stop());
    await fillTerminals(home, plan, simulator);
    const hko = await startHko({ clock, signals });
    stops.push(() => hko.stop());
    const inbox = await startInbox({ mailbox: path.join(home, 'mailbox'), clock });
    stops.push(() => inbox.stop());
    const world = { ...options, clock, simulator, hko, inbox };
    for (;;) {
      const house = await enter(world);
      try {
        if ((await live(world, house, end)) === 'over') return await reading(world, house);
      } finally {
        await house.leave();
      }
    }
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

interface World extends RehearsalOptions {
  clock: SimulatedClock;
  simulator: Simulator;
  hko: Hko;
  inbox: Inbox;
}

/** What a process holds in memory. */
interface House {
  ledger: Ledger;
  day: RunDay;
  watch: Watch;
  leave(): Promise<void>;
}

async function lastStep(home: string, plan: PracticePlan): Promise<number | undefined> {
  if ((await stateOfHome(home, plan.date)) === 'none') return undefined;
  const ledger = await openHome(home, realClock);
  try {
    return (await openDay(ledger, plan, { unattended: true })).steppedAt;
  } finally {
    await ledger.close();
  }
}

async function enter(world: World): Promise<House> {
  const { home, plan, clock, inbox } = world;
  const ledger = await openHome(home, clock);
  const contacts = contactsOf(inbox);
  const keepers = new Map<string, SessionKeeper>();
  for (const { account } of plan.accounts) keepers.set(account, await keeper(world, account, ledger));
  const keeperOf = (account: string) => {
    const found = keepers.get(account);
    if (found === undefined) throw new Error(`no account ${account}`);
    return found;
  };
  // Reminders of past weeks were told on their days; a rehearsal is about the day itself.
  const day = await openDay(ledger, plan, { unattended: true });
  if (day.steppedAt === undefined) {
    for (const { key } of await day.step(noEvidence, clock.now() - minute)) await day.done(key);
  }
  const doPart = partDoer({ plan, ledger, clock, home, keeperOf, settle: 0 });
  const running = await runDay({
    plan,
    ledger,
    clock,
    contacts,
    unattended: true,
    doPart: world.wrap?.(doPart) ?? doPart,
    sendMails: () => sendDue(ledger, contacts, { clock }),
    writeEvidence: () => writeEvidencePack({ ledger, clock, plan, home, remark }),
    ...(world.onEntry === undefined ? {} : { onEntry: world.onEntry }),
  });
  const watch = watching(world, ledger);
  return {
    ledger,
    day: running,
    watch,
    async leave() {
      await watch.stop();
      for (const one of keepers.values()) one.close();
      await running.close();
      await ledger.close();
    },
  };
}

/** The contacts of a rehearsal: invented people whose mails end in the inbox. */
function contactsOf(inbox: Inbox): ContactsConfig {
  return parseContacts({
    smtp: {
      host: '127.0.0.1',
      port: inbox.smtpPort,
      requireTls: false,
      from: 'RAP Ops <rap@broker.example>',
    },
    contacts: [
      { name: 'Operations desk', email: 'operations@broker.example', groups: ['operations'] },
      { name: 'Duty manager', email: 'duty@broker.example', groups: ['operations'] },
    ],
  });
}

async function keeper({ plan, simulator }: World, name: string, ledger: Ledger): Promise<SessionKeeper> {
  const installation = plan.accounts.find(({ account }) => account === name)?.installation ?? 'hkscc';
  const { user, participant, keyFile } = simulator.accounts[installation];
  const at = (dataCentre: DataCentre) =>
    simulator.addressesOf(installation, dataCentre).map(({ host, port }) => ({ host, port }));
  const addresses = { primary: at('primary'), secondary: at('secondary') };
  const known = await readFile(simulator.knownHostsFile, 'utf8');
  const pins = pinsFromKnownHosts(known, [...addresses.primary, ...addresses.secondary]);
  // Only HKSCC has a folder of risk parameter files.
  const folders = installation === 'hkscc' ? ['/INBOX', '/COMMON', '/RPF'] : ['/INBOX', '/COMMON'];
  const account = parseAccount({ name, installation, participant, user, addresses, pins, folders });
  return new SessionKeeper(account, {
    // Deadlines are about real sockets, so they run on the real clock.
    clock: realClock,
    ledger: async () => ledger,
    key: () => readLoginKey(keyFile),
  });
}

/** What people brought from the terminal the business day before, unless it lies there from an earlier start. */
async function fillTerminals(home: string, plan: PracticePlan, simulator: Simulator): Promise<void> {
  for (const { account, installation } of plan.accounts) {
    const folder = path.join(terminalFolder(home, plan.date), account);
    await fillTerminal(folder, simulator, installation, plan.reportsOf);
  }
}

async function live(world: World, { ledger, day, watch }: House, end: number): Promise<'over' | 'restart'> {
  const { clock, plan } = world;
  const accounts = plan.accounts.map(({ account }) => account);
  const { feed } = world;
  const faultFrom = feed === undefined ? Infinity : planMoment(plan, feed.from ?? '00:00');
  for (;;) {
    if (feed !== undefined && clock.now() >= faultFrom) trouble(world.hko, feed.state);
    await day.step(await watch.round());
    if (world.patienceMs === undefined) await day.settled();
    else await Promise.race([day.settled(), realPause(world.patienceMs)]);
    const choices = await dataCentreChoices(ledger, accounts);
    await world.onMinute?.(
      clock.now(),
      choices.map(({ dataCentre }) => dataCentre),
      world.simulator,
    );
    if (day.over || clock.now() > end) return 'over';
    if (world.restartAfter?.(clock.now())) return 'restart';
    await clock.advance(minute);
  }
}

function trouble(hko: Hko, state: FeedState): void {
  const { how, feed } = feedTroubles[state];
  hko.misbehave(how, feed);
}

function realPause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    realClock.after(ms, resolve);
  });
}

interface Watch {
  /** What is known once the round of this minute is over and the operator has had a say. */
  round(): Promise<Evidence>;
  stop(): Promise<void>;
}

/** The weather watch of the engine, and an operator who answers for the rows of Extreme Conditions. */
function watching({ plan, clock, hko, signals }: World, ledger: Ledger): Watch {
  const session = sessionOf(plan, true);
  let evidence: Evidence = noEvidence;
  let failure: unknown;
  let heard = () => {};
  let pending = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const onDecision = (_: Decision, known: Evidence) => {
    evidence = known;
    heard();
  };
  const watch = watchWeather({
    session,
    feeds: hko.feeds(),
    clock,
    store: weatherStoreOf(ledger),
    onDecision,
    onError: (thrown) => {
      failure = thrown;
      heard();
    },
  });
  return {
    async round() {
      // After the end of the session the watch is over and nothing more is heard.
      if (clock.now() <= session.times.end) await pending;
      if (failure !== undefined) throw failure;
      // The watch has written down what it heard and arranged its next round before time moves on.
      await idle();
      pending = new Promise<void>((resolve) => {
        heard = resolve;
      });
      await answer(watch, signals, evidence, clock.now());
      return evidence;
    },
    stop: () => watch.stop(),
  };
}

/** Extreme Conditions are known from people: the operator says what the rows say, when they do or when asked. */
async function answer(
  watch: WeatherWatch,
  signals: readonly SignalRow[],
  { words, possibleExtreme }: Evidence,
  now: number,
): Promise<void> {
  const said = words.filter(({ about }) => about === 'extreme-conditions');
  const last = said.at(-1);
  const rows = signals.filter(({ code, issued }) => code === 'EC' && issued <= now);
  const row = rows.at(-1);
  const over = row?.cancelled !== undefined && row.cancelled <= now;
  const says = row === undefined ? 'none' : over ? 'ended' : 'declared';
  const asked = possibleExtreme.some(({ seenAt }) => seenAt > (last?.at ?? 0));
  const news = row !== undefined && last?.says !== says;
  if (!asked && !news) return;
  const person = {
    about: 'extreme-conditions',
    by: 'Rehearsal operator',
    how: 'signals file',
    at: now,
  } as const;
  const word = (what: 'declared' | 'ended' | 'none', since: number): Word => ({
    ...person,
    says: what,
    since,
  });
  if (over && last === undefined) await watch.say(word('declared', row.issued));
  await watch.say(word(says, (over ? row.cancelled : row?.issued) ?? now));
}

async function reading({ plan, clock, home }: World, { ledger, day }: House): Promise<Rehearsed> {
  const { decision } = day.state;
  const choices = await dataCentreChoices(
    ledger,
    plan.accounts.map(({ account }) => account),
  );
  const centres = [...new Set(choices.map(({ dataCentre }) => dataCentre))];
  const results = (await ledger.practiceResults(plan.date)).map(({ result }) => JSON.parse(result));
  const mails = await ledger.mails({ run: practiceRun(plan.date) });
  if (!day.over) await writeEvidencePack({ ledger, clock, plan, home, remark });
  return {
    verdict: wordOf(decision),
    effectiveAt: decision?.effectiveAt ?? null,
    reasons: decision?.reasons ?? [],
    evidence: evidenceFolder(home, plan.date),
    mails: mails.filter(({ state }) => state === 'accepted').length,
    dataCentreAtEnd: centres.length === 1 ? (centres[0] ?? 'mixed') : 'mixed',
    complete: results.every(({ outcome }) => outcome === 'complete'),
  };
}

function wordOf(decision: Decision | undefined): Rehearsed['verdict'] {
  if (decision?.verdict === 'cancelled') return 'CANCELLED';
  if (decision?.verdict === 'terminated') return 'TERMINATED';
  if (decision?.verdict !== 'completed') return 'HOLD';
  return decision.trigger === null ? 'HELD' : 'HELD_CONTINUES';
}

/**
 * A rehearsal: the whole day of a session on a simulated clock, with the real engine against the simulator, the
 * weather feeds replayed from signals, and an inbox for the mails. The clock moves by minutes, and only when all
 * work of a minute is done, because sockets know nothing of simulated time.
 */
import { readFile } from 'node:fs/promises';
import { SessionKeeper } from '../../lib/collection/session-keeper.ts';
import { type ContactsConfig, parseContacts } from '../../lib/contacts/config.ts';
import { sendDue } from '../../lib/contacts/sender.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import type { DayState } from '../../lib/practice/day.ts';
import { writeEvidencePack } from '../../lib/practice/evidence-pack.ts';
import { sessionOf } from '../../lib/practice/plan.ts';
import { type DoPart, type RunDay, runDay, type TimelineEntry } from '../../lib/practice/run-day.ts';
import { dataCentreChoices } from '../../lib/practice/switch.ts';
import { weatherStoreOf } from '../../lib/practice/weather-store.ts';
import { parseAccount } from '../../lib/rap/account-config.ts';
import { pinsFromKnownHosts } from '../../lib/rap/known-hosts.ts';
import { readLoginKey } from '../../lib/rap/private-key.ts';
import { realClock } from '../../lib/time/clock.ts';
import type { Decision } from '../../lib/weather/decide.ts';
import { type Evidence, noEvidence } from '../../lib/weather/evidence.ts';
import { watchWeather } from '../../lib/weather/watch.ts';
import type { DataCentre } from '../../lib/words/types.ts';
import type { Inbox } from '../../simulator/inbox.ts';
import type { Simulator } from '../../simulator/world.ts';
import { idle } from './idle.ts';
import { operatorWords } from './operator.ts';
import { partDoer } from './part.ts';
import {
  leaveOutThePast,
  type RehearsalDay,
  type Rehearsed,
  readingOf,
  startWorld,
  type World,
} from './world.ts';

export interface RehearsalOptions extends RehearsalDay {
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

const minute = 60_000;

/** @throws NodeJS.ErrnoException when the simulator cannot start, RapError when the home cannot be used */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsed> {
  const world = { ...options, ...(await startWorld(options)) };
  try {
    for (;;) {
      const house = await enter(world);
      try {
        if ((await live(world, house)) === 'restart') continue;
        const { home, plan, clock } = world;
        if (!house.day.over) {
          await writeEvidencePack({ ledger: house.ledger, clock, plan, home, rehearsal: true });
        }
        return await readingOf(house.ledger, world);
      } finally {
        await house.leave();
      }
    }
  } finally {
    await world.stop();
  }
}

type Living = RehearsalOptions & World;

/** What a process holds in memory. */
interface House {
  ledger: Ledger;
  day: RunDay;
  watch: Watch;
  leave(): Promise<void>;
}

async function enter(world: Living): Promise<House> {
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
  await leaveOutThePast(ledger, plan, clock.now());
  const doPart = partDoer({ plan, ledger, clock, home, keeperOf, settle: 0 });
  const running = await runDay({
    plan,
    ledger,
    clock,
    contacts,
    unattended: true,
    doPart: world.wrap?.(doPart) ?? doPart,
    sendMails: () => sendDue(ledger, contacts, { clock }),
    writeEvidence: () => writeEvidencePack({ ledger, clock, plan, home, rehearsal: true }),
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

async function keeper({ plan, simulator }: Living, name: string, ledger: Ledger): Promise<SessionKeeper> {
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

async function live(world: Living, { ledger, day, watch }: House): Promise<'over' | 'restart'> {
  const { clock, plan } = world;
  const accounts = plan.accounts.map(({ account }) => account);
  for (;;) {
    world.keepFeeds();
    await day.step(await watch.round());
    if (world.patienceMs === undefined) await day.settled();
    else await Promise.race([day.settled(), realPause(world.patienceMs)]);
    const choices = await dataCentreChoices(ledger, accounts);
    await world.onMinute?.(
      clock.now(),
      choices.map(({ dataCentre }) => dataCentre),
      world.simulator,
    );
    if (day.over || clock.now() > world.end) return 'over';
    if (world.restartAfter?.(clock.now())) return 'restart';
    await clock.advance(minute);
  }
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
function watching({ plan, clock, hko, signals }: Living, ledger: Ledger): Watch {
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
      for (const word of operatorWords(signals, evidence, clock.now())) await watch.say(word);
      return evidence;
    },
    stop: () => watch.stop(),
  };
}

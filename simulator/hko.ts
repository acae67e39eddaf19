/**
 * The weather feeds for rehearsals and tests: a server on loopback that shows, at the clock's present moment, what
 * the Observatory and the Government would publish of given signals. It can misbehave.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isOfThisMachine } from '../lib/net/own-pages.ts';
import { type Clock, realClock } from '../lib/time/clock.ts';
import { hongKongStamp } from '../lib/time/hong-kong.ts';

/** A signal in force in [issued, cancelled), epoch ms; without `cancelled` still in force. */
export interface ShownSignal {
  code: string;
  issued: number;
  cancelled?: number;
}

export type FeedName = 'warnsum' | 'warning-info' | 'rss' | 'heartbeat' | 'press';

/** What goes wrong with a feed. All parts are optional. */
export interface FeedTrouble {
  /** This HTTP status instead of 200. */
  status?: number;
  /** Never an answer, or the connection cut. */
  silent?: 'hang' | 'cut';
  /** This body instead of the true one. */
  body?: string;
  /** The answer lay so long in a cache: seconds. It shows what was true then. */
  age?: number;
  /** The server's clock is ahead by so many seconds. */
  ahead?: number;
  redirect?: string;
}

/** What feeds are known to do, by name. The odd summary bears a signal that does not exist. */
export const feedTroubles: Readonly<Record<'away' | 'stale' | 'odd', { how: FeedTrouble; feed?: FeedName }>> =
  {
    away: { how: { silent: 'cut' } },
    stale: { how: { age: 3600 } },
    odd: {
      how: {
        body: JSON.stringify({ WTCSGNL: { name: 'simulated', code: 'TC7', actionCode: 'ISSUE' } }),
      },
      feed: 'warnsum',
    },
  };

export interface HkoOptions {
  clock?: Clock;
  signals: readonly ShownSignal[];
  host?: string;
  /** 0 or left out: any free port. */
  port?: number;
  /** From the moment a signal bears to the moment it is published, milliseconds. */
  lagMs?: number;
}

export interface Hko {
  url: string;
  /** The feeds as a watch takes them. */
  feeds(): { source: FeedName; url: string; everyMs: number }[];
  /** Replaces what a feed does wrong, or what all do; {} makes them behave again. */
  misbehave(how: FeedTrouble, feed?: FeedName): void;
  /** Other signals from now on. */
  show(signals: readonly ShownSignal[]): void;
  /** Requests answered or left hanging so far. */
  asked(feed: FeedName): number;
  stop(): Promise<void>;
}

const minute = 60_000;
const paths: Readonly<Record<FeedName, { path: string; everyMs: number }>> = {
  warnsum: { path: '/weatherAPI/opendata/weather.php?dataType=warnsum&lang=en', everyMs: minute },
  'warning-info': { path: '/weatherAPI/opendata/weather.php?dataType=warningInfo&lang=en', everyMs: minute },
  rss: { path: '/rss/WeatherWarningSummaryv2.xml', everyMs: minute },
  heartbeat: { path: '/weatherAPI/opendata/weather.php?dataType=rhrread&lang=en', everyMs: 10 * minute },
  press: { path: '/gia/rss/general_en.xml', everyMs: 5 * minute },
};
const names = Object.keys(paths) as FeedName[];

/** @throws NodeJS.ErrnoException EADDRINUSE... when the port cannot be used */
export async function startHko(options: HkoOptions): Promise<Hko> {
  const { clock = realClock, host = '127.0.0.1', lagMs = 0 } = options;
  let signals = options.signals;
  const troubles = new Map<FeedName, FeedTrouble>();
  const counts = new Map<FeedName, number>();

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const feed = names.find((name) => paths[name].path === request.url);
    response.sendDate = false;
    if (!isOfThisMachine(request.headers)) {
      response.writeHead(403).end();
      return;
    }
    if (feed === undefined) {
      response.writeHead(404).end();
      return;
    }
    counts.set(feed, (counts.get(feed) ?? 0) + 1);
    const { status = 200, silent, body, age = 0, ahead = 0, redirect } = troubles.get(feed) ?? {};
    if (silent === 'cut') request.socket.destroy();
    if (silent !== undefined) return;
    const shown = clock.now() - age * 1000;
    response.setHeader('Date', new Date(shown + ahead * 1000).toUTCString());
    response.setHeader('Content-Type', feed === 'rss' || feed === 'press' ? 'text/xml' : 'application/json');
    if (age > 0) response.setHeader('Age', String(age));
    if (redirect !== undefined) response.setHeader('Location', redirect);
    response.writeHead(redirect === undefined ? status : 302);
    response.end(body ?? bodies[feed](signals, shown - lagMs));
  };
  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    url,
    feeds: () =>
      names.map((source) => ({ source, url: url + paths[source].path, everyMs: paths[source].everyMs })),
    misbehave(how, feed) {
      for (const name of feed === undefined ? names : [feed]) troubles.set(name, how);
    },
    show(next) {
      signals = next;
    },
    asked: (feed) => counts.get(feed) ?? 0,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const bodies: Readonly<Record<FeedName, (signals: readonly ShownSignal[], at: number) => string>> = {
  warnsum: (signals, at) => JSON.stringify(summary(signals, at)),
  'warning-info': (signals, at) => JSON.stringify({ details: details(signals, at) }),
  rss: (signals, at) =>
    rss(
      'Weather Warning Summary',
      inForce(signals, at).flatMap(({ code, issued }) =>
        titles[code] === undefined ? [] : [{ title: titles[code], link: '/warnings', at: issued }],
      ),
    ),
  // The hourly report comes two minutes after the hour and bears that time.
  heartbeat: (_, at) => {
    const since = (at - 2 * minute) % (60 * minute);
    return JSON.stringify({ updateTime: iso(at - since) });
  },
  press: (signals, at) => rss('Government press releases', releases(signals, at)),
};

/** How long a cancelled warning stays listed. */
const lingerMs = 60 * minute;

/** The families of which one level at a time is in force, and the key each has in the summary. */
const families = [
  { key: 'WTCSGNL', has: (code: string) => /^TC/.test(code) },
  { key: 'WRAIN', has: (code: string) => /^WRAIN/.test(code) },
] as const;

function summary(signals: readonly ShownSignal[], at: number): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const { key, has } of families) {
    const last = latest(
      signals.filter(({ code }) => has(code)),
      at,
    );
    if (last !== undefined) body[key] = entry(last, at);
  }
  for (const signal of signals) {
    if (signal.code === 'EC' || families.some(({ has }) => has(signal.code))) continue;
    if (signal.issued <= at && at < (signal.cancelled ?? Infinity) + lingerMs)
      body[signal.code] = entry(signal, at);
  }
  return body;
}

/** The signal of a family that is in force, or was last: a new level takes the place of the one before. */
function latest(signals: readonly ShownSignal[], at: number): ShownSignal | undefined {
  return signals
    .filter(({ issued, cancelled = Infinity }) => issued <= at && at < cancelled + lingerMs)
    .sort((a, b) => a.issued - b.issued)
    .at(-1);
}

function entry({ code, issued, cancelled = Infinity }: ShownSignal, at: number) {
  const over = cancelled <= at;
  return {
    name: 'simulated',
    code,
    actionCode: over ? 'CANCEL' : 'ISSUE',
    issueTime: iso(issued),
    updateTime: iso(over ? cancelled : issued),
  };
}

function inForce(signals: readonly ShownSignal[], at: number): ShownSignal[] {
  return signals.filter(({ issued, cancelled = Infinity }) => issued <= at && at < cancelled);
}

function details(signals: readonly ShownSignal[], at: number) {
  return inForce(signals, at)
    .filter(({ code }) => code !== 'EC')
    .map(({ code }) => {
      const key = families.find(({ has }) => has(code))?.key;
      return {
        ...(key === undefined
          ? { warningStatementCode: code }
          : { warningStatementCode: key, subtype: code }),
        contents: [`Simulated: ${code} is in force.`],
        updateTime: iso(at),
      };
    });
}

const titles: Partial<Record<string, string>> = {
  TC8: 'No. 8 Gale or Storm Signal',
  TC8NE: 'No. 8 Northeast Gale or Storm Signal',
  TC8SE: 'No. 8 Southeast Gale or Storm Signal',
  TC8SW: 'No. 8 Southwest Gale or Storm Signal',
  TC8NW: 'No. 8 Northwest Gale or Storm Signal',
  TC9: 'Increasing Gale or Storm Signal, No. 9',
  TC10: 'Hurricane Signal, No. 10',
  WRAINB: 'Black Rainstorm Warning Signal',
  WTS: 'Thunderstorm Warning',
};

interface Item {
  title: string;
  link: string;
  at: number;
}

/** What the Government's press office says of Extreme Conditions. */
function releases(signals: readonly ShownSignal[], at: number): Item[] {
  return signals
    .filter(({ code }) => code === 'EC')
    .flatMap(({ issued, cancelled = Infinity }) => [
      { title: 'Extreme conditions declared', link: '/gia/simulated-1.htm', at: issued },
      { title: 'Extreme conditions end', link: '/gia/simulated-2.htm', at: cancelled },
    ])
    .filter((item) => item.at <= at);
}

function rss(title: string, items: readonly Item[]): string {
  const each = items.map(
    (item) =>
      `<item><title>${item.title}</title><link>${item.link}</link><pubDate>${new Date(item.at).toUTCString()}</pubDate></item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>${title}</title>${each.join('')}</channel></rss>`;
}

function iso(at: number): string {
  return `${hongKongStamp(at).replace(' ', 'T')}+08:00`;
}

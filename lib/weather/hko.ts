/** Asks the weather feeds over HTTPS. Whatever comes back - or does not - is a `Heard`; nothing is thrown. */
import { readWebAddress } from '../cells/index.ts';
import { RapError, systemCode } from '../errors/rap-error.ts';
import { fetchOutside } from '../net/outside.ts';
import type { Clock } from '../time/clock.ts';
import { type FeedResult, noGoodAnswer, reasonOf } from './answer.ts';
import { because, type Reason } from './reasons/index.ts';
import type { SourceName } from './statements.ts';

export interface Feed {
  source: SourceName;
  url: string;
  /** How often it is asked. */
  everyMs: number;
}

const minute = 60_000;
const openData = 'https://data.weather.gov.hk/weatherAPI/opendata/weather.php';

/**
 * The public feeds: of the Hong Kong Observatory, and the Government's press releases, where Extreme Conditions
 * are announced. No rate limit is documented; one call a minute is ours.
 */
export const publicFeeds: readonly Feed[] = [
  { source: 'warnsum', url: `${openData}?dataType=warnsum&lang=en`, everyMs: minute },
  { source: 'warning-info', url: `${openData}?dataType=warningInfo&lang=en`, everyMs: minute },
  { source: 'rss', url: 'https://rss.weather.gov.hk/rss/WeatherWarningSummaryv2.xml', everyMs: minute },
  { source: 'heartbeat', url: `${openData}?dataType=rhrread&lang=en`, everyMs: 10 * minute },
  { source: 'press', url: 'https://www.info.gov.hk/gia/rss/general_en.xml', everyMs: 5 * minute },
];

/** After the first, second and any later failure in a row. */
const backOff = [minute, 2 * minute, 5 * minute] as const;

/** How long to wait before a feed is asked again. @param failures in a row, 0 after an answer */
export function nextAfter(feed: Feed, failures: number): number {
  return failures === 0 ? feed.everyMs : (backOff[failures - 1] ?? backOff[2]);
}

/**
 * Checks the address of a feed: HTTPS, or plain HTTP on this machine's loopback (the simulator).
 * @throws RapError CONFIG_INVALID
 */
export function checkFeedUrl(text: string): URL {
  const reading = readWebAddress(text);
  if ('value' in reading) return new URL(reading.value);
  throw new RapError('CONFIG_INVALID', `"${text}" is not an https address`, {
    cure: 'Enter the https address of the feed; http is for the simulator on this machine only.',
  });
}

export interface AskOptions {
  clock: Clock;
  signal?: AbortSignal;
  timeoutMs?: number;
  /** Largest body in bytes; the biggest feed is far smaller. */
  limit?: number;
}

/** Asks one feed once. Redirects are followed on the same host only; the whole takes no longer than the timeout. */
export async function ask(feed: Feed, options: AskOptions): Promise<FeedResult> {
  const { clock, timeoutMs = 10_000, limit = 2 ** 20 } = options;
  const stop = new AbortController();
  const cancel = clock.after(timeoutMs, () =>
    stop.abort(noGoodAnswer(because('no-answer', { seconds: timeoutMs / 1000 }))),
  );
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  const { source, url } = feed;
  try {
    const response = await get(checkFeedUrl(url), signal);
    const { status } = response;
    if (status !== 200) throw noGoodAnswer(because('wrong-status', { status }));
    const body = await read(response, limit);
    const date = Date.parse(response.headers.get('date') ?? '');
    return {
      source,
      url,
      at: clock.now(),
      body,
      date: Number.isNaN(date) ? undefined : date,
      age: seconds(response.headers.get('age')),
    };
  } catch (thrown) {
    const reason = troubleOf(signal.aborted ? signal.reason : thrown, thrown);
    // Lets go of a body that is still arriving.
    stop.abort();
    return { source, url, at: clock.now(), reason };
  } finally {
    cancel();
  }
}

async function get(first: URL, signal: AbortSignal): Promise<Response> {
  let url = first;
  for (let hop = 0; hop <= 3; hop++) {
    const response = await fetchOutside(url, {
      signal,
      redirect: 'manual',
      headers: { accept: '*/*', 'cache-control': 'no-cache', 'user-agent': 'rap-ops weather check' },
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    if (next === undefined || next.host !== first.host || next.protocol !== first.protocol) {
      throw noGoodAnswer(because('other-host', { location: location.slice(0, 100) }));
    }
    url = next;
  }
  throw noGoodAnswer(because('redirected-again', {}));
}

async function read(response: Response, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limit) throw noGoodAnswer(because('too-large', { bytes: limit }));
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function seconds(header: string | null): number {
  return header !== null && /^\d{1,9}$/.test(header) ? Number(header) : 0;
}

function troubleOf(reason: unknown, thrown: unknown): Reason {
  // The cause of our own errors is a reason, and no error of the system.
  const foreign = thrown instanceof Error && !(thrown instanceof RapError);
  const system = systemCode(foreign ? thrown.cause : undefined);
  return system === '' ? reasonOf(reason) : because('not-reached', { system });
}

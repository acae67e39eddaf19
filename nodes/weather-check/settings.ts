import { z } from 'zod';
import { readMoment } from '../../lib/cells/index.ts';
import { mustRead } from '../../lib/cells/must-read.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { fromHongKong, hongKongStamp } from '../../lib/time/hong-kong.ts';
import { checkFeedUrl, type Feed, publicFeeds } from '../../lib/weather/hko.ts';
import type { OperatorStatement } from '../../lib/weather/statements.ts';
import { readSettings } from '../runtime/settings.ts';
import { saved, type sources } from './schema.ts';

export interface WeatherSettings {
  plan: string;
  /** The plan's own date, or every day with the hours of the plan. */
  day: 'plan' | 'today';
  feeds: Feed[];
  /** Send by itself when the verdict changes. */
  tell: boolean;
}

/** @throws RapError CONFIG_INVALID naming the setting */
export function readWeather(config: unknown, lookup: EnvLookup): WeatherSettings {
  const { feeds, ...settings } = readSettings(saved, config, lookup);
  return {
    ...settings,
    feeds:
      feeds.length === 0
        ? usualFeeds(lookup('RAP_WEATHER'))
        : feeds.map(({ source, url }) => feedOf(source, url)),
  };
}

/** The public feeds; in the demo, which sets RAP_WEATHER, those of the simulator, under the same paths. */
function usualFeeds(simulator: string | undefined): Feed[] {
  return publicFeeds.map((feed) => {
    if (!simulator) return feed;
    const { pathname, search } = new URL(feed.url);
    const url = `${simulator.replace(/\/$/, '')}${pathname}${search}`;
    checkFeedUrl(url);
    return { ...feed, url };
  });
}

function feedOf(source: (typeof sources)[number], url: string): Feed {
  checkFeedUrl(url);
  const everyMs = publicFeeds.find((feed) => feed.source === source)?.everyMs ?? 60_000;
  return { source, url, everyMs };
}

/** What a person says of it, for the journal. */
const statementWords = (empty: string) =>
  z.string().trim().min(1, empty).max(500, 'is longer than 500 characters');

const statementText = z.discriminatedUnion('about', [
  z.object({
    about: z.literal('session'),
    says: z.enum(['held', 'cancelled', 'terminated'], 'must be held, cancelled or terminated'),
    from: z.enum(['hkex', 'operator'], 'must be hkex or operator'),
    by: statementWords('is empty: say who records it'),
    how: statementWords('is empty: say how it was learnt'),
  }),
  z.object({
    about: z.literal('extreme-conditions'),
    says: z.enum(['declared', 'ended', 'none'], 'must be declared, ended or none'),
    /** 'YYYY-MM-DD HH:MM' in Hong Kong; empty means now. */
    since: z.string().trim().default(''),
    by: statementWords('is empty: say who records it'),
    how: statementWords('is empty: say how it was learnt'),
  }),
]);

/**
 * What a person says, from a message or the dialog; `about` is the session when it is left out.
 * @throws RapError CONFIG_INVALID naming the field
 */
export function readStatement(value: unknown, now: number): OperatorStatement {
  const input = typeof value === 'object' && value !== null ? { about: 'session', ...value } : value;
  const result = statementText.safeParse(input);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new RapError('CONFIG_INVALID', `word.${issue?.path.join('.') || 'about'} ${issue?.message ?? ''}`, {
      cure: 'Say who speaks, what is said, how it was learnt, and who records it.',
      cause: result.error,
    });
  }
  if (result.data.about === 'session') return { ...result.data, at: now };
  const { since, ...word } = result.data;
  const moment = since === '' ? now : fromHongKong(mustRead(readMoment(since), 'word.since'));
  if (moment > now) {
    throw new RapError('CONFIG_INVALID', `word.since ${since} is after now, ${hongKongStamp(now)}`);
  }
  return { ...word, since: moment, at: now };
}

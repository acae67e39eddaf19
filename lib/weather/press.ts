/**
 * The Government's press feed. Extreme Conditions are announced there, and nowhere a machine could be sure of it:
 * reminders on ordinary days use the same words. So a hit only asks a person.
 */
import type { PossibleExtreme } from './evidence.ts';
import { parseRss, wordsOf } from './rss.ts';

const keywords = ['extreme conditions', '極端情況', '极端情况'];

/** Older releases are about another day. */
const reachMs = 24 * 60 * 60_000;

/**
 * Releases of the last day that may declare, extend or end Extreme Conditions.
 * @param seenAt when the feed was read
 * @throws RapError WEATHER_HOLD when it is not RSS
 */
export function parsePress(xml: string, seenAt: number): PossibleExtreme[] {
  return parseRss(xml)
    .filter(({ title, description }) => {
      const words = wordsOf(`${title} ${description}`).toLowerCase();
      return keywords.some((keyword) => words.includes(keyword));
    })
    .filter(({ published }) => published === undefined || seenAt - published < reachMs)
    .map(({ title, link }) => ({ title, link, seenAt }));
}

/**
 * The time of day in Hong Kong, without the tables of all time zones: what transfers a file needs no more, and loading
 * them is a part of the start that is felt. The clocks there have been eight hours ahead of UTC, summer and winter, since
 * 21 October 1979 (IANA time zone database, Asia/Hong_Kong).
 */
const MINUTE_MS = 60_000;
const AHEAD = 8 * 60;
const DAY = 24 * 60;

/** Minutes after midnight in Hong Kong, at a moment since 1980. */
export function hongKongMinute(epochMs: number): number {
  return (Math.floor(epochMs / MINUTE_MS) + AHEAD) % DAY;
}

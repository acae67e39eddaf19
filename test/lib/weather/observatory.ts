/**
 * An observatory for tests: levels over time, and the warning summary it publishes of them at any minute, as the
 * real one does - one level of a family at a time, the issue time of the level, a cancelled warning listed for an
 * hour. Minutes count from midnight of the session's date.
 */
export interface Level {
  /** Code, or '' for none. */
  code: string;
  /** Minute from which it stands; the next level ends it. */
  from: number;
}

export interface Sky {
  cyclone: readonly Level[];
  rain: readonly Level[];
  /** A cancelled cyclone signal shows the code CANCEL instead of its own. */
  hidesCode: boolean;
}

const lingerMinutes = 60;

/** The levels that stop a session, as rows of minutes. */
export function rowsOf(sky: Sky): { code: string; issued: number; cancelled: number }[] {
  return [sky.cyclone, sky.rain].flatMap((levels) =>
    levels.flatMap(({ code, from }, index) =>
      code === '' ? [] : [{ code, issued: from, cancelled: levels[index + 1]?.from ?? Infinity }],
    ),
  );
}

/** The body of the warning summary at a minute. */
export function warnsumAt(sky: Sky, minute: number, midnight: number): string {
  const body: Record<string, unknown> = { WTS: { code: 'WTS', actionCode: 'EXTEND' } };
  const cyclone = entryAt(sky.cyclone, minute, midnight);
  if (cyclone !== undefined) {
    const hidden = sky.hidesCode && cyclone.actionCode === 'CANCEL';
    body.WTCSGNL = hidden ? { ...cyclone, code: 'CANCEL', issueTime: cyclone.updateTime } : cyclone;
  }
  const rain = entryAt(sky.rain, minute, midnight);
  if (rain !== undefined) body.WRAIN = rain;
  return JSON.stringify(body);
}

function entryAt(levels: readonly Level[], minute: number, midnight: number) {
  const index = levels.findLastIndex((level) => level.from <= minute);
  const level = levels[index];
  if (level === undefined) return undefined;
  const iso = (at: number) => new Date(midnight + at * 60_000).toISOString();
  if (level.code !== '') {
    return { code: level.code, actionCode: 'ISSUE', issueTime: iso(level.from), updateTime: iso(level.from) };
  }
  const before = levels[index - 1];
  if (before === undefined || before.code === '' || minute - level.from >= lingerMinutes) return undefined;
  return {
    code: before.code,
    actionCode: 'CANCEL',
    issueTime: iso(before.from),
    updateTime: iso(level.from),
  };
}

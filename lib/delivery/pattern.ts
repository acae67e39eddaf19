/**
 * Does a name fit the patterns of a rule? Patterns are worked out by regular expressions, and some of those take for
 * ever over a name that nearly fits: "*(*a*)b" over forty letters takes a minute and a half. People write the patterns
 * and a server makes up the names, so a pattern that could do that is given so much time and no more.
 */
import vm from 'node:vm';
import picomatch from 'picomatch';
import { RapError, systemCode } from '../errors/rap-error.ts';

/** How long one pattern may take over one name, milliseconds; usual ones take a thousandth of one. */
const LIMIT_MS = 100;

/** With so few repetitions and no groups, the time grows with the square of the name at most. */
const isQuick = (pattern: string) => !/[()+]/.test(pattern) && (pattern.match(/\*+/g) ?? []).length <= 2;

/** Compiled patterns; a table of rules has some, each used for every report. */
const known = new Map<string, (name: string) => boolean>();
const MOST_KNOWN = 2_000;
const slow = new Set<string>();

/**
 * @param patterns as picomatch reads them; none fits everything
 * @throws RapError ROUTE_INVALID naming a pattern that takes too long
 */
export function fitsOne(
  patterns: readonly string[],
  name: string,
  options: Pick<picomatch.PicomatchOptions, 'nocase'> = {},
): boolean {
  return patterns.length === 0 || patterns.some((pattern) => fits(pattern, name, options));
}

function fits(pattern: string, name: string, options: picomatch.PicomatchOptions): boolean {
  const key = `${options.nocase === true} ${pattern}`;
  if (slow.has(key)) throw tooSlow(pattern);
  // Remote names use slashes whatever system this runs on.
  const match = known.get(key) ?? picomatch(pattern, { dot: true, windows: false, ...options });
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, match);
  if (isQuick(pattern)) return match(name);
  const fitting = inTime(() => match(name));
  if (fitting !== undefined) return fitting;
  if (slow.size >= MOST_KNOWN) slow.clear();
  slow.add(key);
  throw tooSlow(pattern);
}

const timed = new vm.Script('match()');
const context = vm.createContext(Object.create(null));

/** @returns undefined when it has worked for so long and had no answer yet */
function inTime(match: () => boolean): boolean | undefined {
  context.match = match;
  const begun = workDone();
  for (;;) {
    try {
      return Boolean(timed.runInContext(context, { timeout: LIMIT_MS }));
    } catch (thrown) {
      // It is an error of that context, of a class of its own.
      if (systemCode(thrown) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw thrown;
      // Where a busy machine gave it no time to work, it is asked again, until it has had that time in all.
      if (workDone() - begun > LIMIT_MS / 2) return undefined;
    }
  }
}

/** How long the processor has worked for this thread - of an older Node.js, for the whole process -, milliseconds. */
function workDone(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}

function tooSlow(pattern: string): RapError {
  return new RapError('ROUTE_INVALID', `The pattern "${pattern}" takes too long to compare with a name`, {
    cure: 'Write it with fewer stars and groups, or as several rules.',
  });
}

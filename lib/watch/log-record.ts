/** Log lines as JSON (RAP_LOG=json): one record a line, without secrets and without what colours a terminal. */

import { secretValues } from '../model/secret-names.ts';
import { farText } from '../net/far-text.ts';

/** Levels of Node-RED by number. */
const LEVELS: ReadonlyMap<unknown, string> = new Map([
  ...([
    [10, 'fatal'],
    [20, 'error'],
    [30, 'warn'],
    [40, 'info'],
    [50, 'debug'],
    [60, 'trace'],
  ] as const),
  ...([
    [98, 'audit'],
    [99, 'metric'],
  ] as const),
]);

/** Letters of one value. */
const LONGEST = 8_000;
const MOST_FIELDS = 30;
/** Escape sequences of terminals. */
const COLOURS = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007]*\u0007|[@-_])/g;

type Environment = Readonly<Record<string, string | undefined>>;

/** Does RAP_LOG ask for records? */
export const wantsRecords = ({ RAP_LOG: word = '' }: Environment): boolean =>
  word.trim().toLowerCase() === 'json';

/** As Node-RED hands records to a logger: level, msg, and what they are about. */
export type NodeRedRecord = Readonly<Record<string, unknown>>;

/**
 * One line, with the line break.
 * @param secrets values that must not be in it
 */
export function recordLine(record: NodeRedRecord, secrets: readonly string[], now: number): string {
  const { level, msg, timestamp, ...about } = record;
  const clean = (value: unknown): unknown =>
    typeof value === 'number' || typeof value === 'boolean' ? value : textOf(value, secrets);
  const fields = Object.entries(about)
    .filter(([name, value]) => value !== undefined && value !== '' && !name.startsWith('_'))
    .slice(0, MOST_FIELDS)
    .map(([name, value]) => [textOf(name, secrets), clean(value)]);
  const time = new Date(typeof timestamp === 'number' ? timestamp : now).toISOString();
  const line = {
    ...Object.fromEntries(fields),
    ...{ time, level: LEVELS.get(level) ?? textOf(level ?? 'info', secrets) },
    ...(msg === undefined ? {} : { msg: textOf(msg, secrets) }),
  };
  return `${JSON.stringify(line)}\n`;
}

function textOf(value: unknown, secrets: readonly string[]): string {
  return farText(plain(value).replace(COLOURS, ''), secrets, LONGEST);
}

function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.stack ?? value.message;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // It holds itself, or cannot be written; and "toString" of somebody's object may be anything.
    return typeof value === 'object' ? Object.prototype.toString.call(value) : String(value);
  }
}

/** What writes the records of a process. Secrets are looked up anew: some are known only after the start. */
export function recordWriter(
  env: Environment,
  write: (line: string) => unknown,
  now: () => number = Date.now,
): (record: NodeRedRecord) => void {
  return (record) => void write(recordLine(record, secretValues(env), now()));
}

/**
 * Turns lines of text into records; a line that is a record already is one.
 * @returns takes pieces of text as they come; call it with '\n' at the end
 */
export function linesAsRecords(
  write: (record: NodeRedRecord) => void,
  level: string,
): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() !== '') write(recordOf(line) ?? { level, msg: line });
    }
  };
}

function recordOf(line: string): NodeRedRecord | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { time, ...record } = JSON.parse(line) as Record<string, unknown>;
    return 'level' in record ? { ...record, timestamp: Date.parse(String(time)) || undefined } : undefined;
  } catch {
    return undefined;
  }
}

/** The command line: which word runs which command, and how trouble is told. */
import { readFileSync } from 'node:fs';
import { asRapError, RapError } from '../lib/errors/rap-error.ts';
import { letterDistance } from '../lib/model/letter-distance.ts';
import { linesAsRecords, recordWriter, wantsRecords } from '../lib/watch/log-record.ts';
import { secretsInFiles } from '../lib/watch/secret-files.ts';
import { errorFacts, errorText } from './error-text.ts';

/** Runs one command with the words after its name; returns the exit status (see lib/errors/codes.ts). */
export type Command = (argv: string[]) => Promise<number>;

interface Entry {
  summary: string;
  load: () => Promise<{ default: Command; help: string }>;
}

const commands: Readonly<Record<string, Entry>> = {
  fetch: {
    summary: 'log in, list and download every report, verified',
    load: () => import('./commands/fetch.ts'),
  },
  check: {
    summary: 'try every address: connection, host key, login, listing, log out',
    load: () => import('./commands/check.ts'),
  },
  hostkey: {
    summary: 'show the host key fingerprint that a server presents',
    load: () => import('./commands/hostkey.ts'),
  },
  key: { summary: 'make a key pair for RAP, or show a public key', load: () => import('./commands/key.ts') },
  doctor: {
    summary: 'look at the whole configuration before any connection',
    load: () => import('./commands/doctor.ts'),
  },
  live: {
    summary: 'make the folder of a live operation: settings, login, secret, key',
    load: () => import('./commands/live.ts'),
  },
  unlock: {
    summary: 'reset the lock that a refused login leaves on an account',
    load: () => import('./commands/unlock.ts'),
  },
  status: {
    summary: 'show which hosts are at work, and which accounts each has',
    load: () => import('./commands/status.ts'),
  },
  alarms: {
    summary: 'list the open alarms, and acknowledge them',
    load: () => import('./commands/alarms.ts'),
  },
  ledger: {
    summary: 'look into the ledger, prove it, copy it, restore it',
    load: () => import('./commands/ledger.ts'),
  },
  reports: {
    summary: 'show what was seen at RAP and is not here, and close it',
    load: () => import('./commands/reports.ts'),
  },
  quarantine: {
    summary: 'show what is not trusted; release or discard it',
    load: () => import('./commands/quarantine.ts'),
  },
  trace: {
    summary: "tell a report's whole story, found by any part of its name",
    load: () => import('./commands/trace.ts'),
  },
  deliver: {
    summary: 'deliver reports again: to their shares, or to a further one',
    load: () => import('./commands/deliver.ts'),
  },
  clean: {
    summary: 'say which local copies could go, and remove them with --apply',
    load: () => import('./commands/clean.ts'),
  },
  share: {
    summary: 'mark, check and accept shares, so that only a mounted one is written',
    load: () => import('./commands/share.ts'),
  },
  inspect: {
    summary: 'say of local files whether they are sound',
    load: () => import('./commands/inspect.ts'),
  },
  simulate: {
    summary: 'run the simulator of RAP and, with --inbox, a mail inbox',
    load: () => import('./commands/simulate.ts'),
  },
  weather: {
    summary: 'say what the weather rule decides for a practice-session day',
    load: () => import('./commands/weather.ts'),
  },
  calendar: {
    summary: 'show the calendars, take the list of holidays, set single dates',
    load: () => import('./commands/calendar.ts'),
  },
  catalogue: {
    summary: "show the reports that are known, prove the site's own, learn from real files",
    load: () => import('./commands/catalogue.ts'),
  },
  expect: {
    summary: 'say which reports are here, due, late or missing, and enter what is known',
    load: () => import('./commands/expect.ts'),
  },
  evening: {
    summary: 'live an evening of the daily download on a simulated clock',
    load: () => import('./commands/evening.ts'),
  },
  rehearse: {
    summary: 'live a whole practice-session day on a simulated clock',
    load: () => import('./commands/rehearse.ts'),
  },
};

function help(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'Usage: rap <command> [options]',
    '',
    'Commands:',
    ...rows,
    '',
    '"rap <command> --help" explains one command. With --json every command writes one JSON object per line.',
    'Exit status: 0 all that was asked is true, 2 usage or configuration, 3 could not connect,',
    '4 trust or login refused, 5 incomplete, 6 hold.',
  ].join('\n');
}

/** The release, from the nearest package.json: one folder up in a checkout, two in the built package. */
function version(): string {
  const places = ['../package.json', '../../package.json'].map((place) => new URL(place, import.meta.url));
  for (const place of places) {
    try {
      return String(JSON.parse(readFileSync(place, 'utf8')).version);
    } catch {
      // not here: look further up
    }
  }
  return 'unknown';
}

/** The command that was probably meant, or undefined when none is near. */
function suggestion(word: string): string | undefined {
  const near = Object.keys(commands)
    .map((name) => ({ name, far: name.startsWith(word) ? 1 : letterDistance(word, name) }))
    .sort((a, b) => a.far - b.far)[0];
  return near !== undefined && near.far <= 2 ? near.name : undefined;
}

/** Whatever goes to stderr becomes one JSON record a line. @returns writes a record */
function stderrAsRecords(env: NodeJS.ProcessEnv): (record: Record<string, unknown>) => void {
  const { stderr } = process;
  const plain = stderr.write.bind(stderr);
  const write = recordWriter(env, plain);
  const take = linesAsRecords(write, 'info');
  stderr.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    take(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    for (const done of rest) if (typeof done === 'function') done();
    return true;
  };
  return write;
}

let logRecord: ((record: Record<string, unknown>) => void) | undefined;

function printError(error: RapError, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ error: errorFacts(error) })}\n`);
  else if (logRecord !== undefined) {
    const { code, message, cure } = errorFacts(error);
    logRecord({ level: 'error', code, cure, msg: message });
  } else process.stderr.write(errorText(error));
}

/** Whatever else a person has written, as long as it is no name behind "--". */
function asksForHelp(words: readonly string[]): boolean {
  const names = words.indexOf('--');
  return words.some((word, at) => (word === '--help' || word === '-h') && (names < 0 || at < names));
}

async function dispatch(argv: string[], onLoaded: () => void): Promise<number> {
  const [word, ...rest] = argv;
  if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
    (word === undefined ? process.stderr : process.stdout).write(`${help()}\n`);
    return word === undefined ? 2 : 0;
  }
  if (word === '--version' || word === '-v') {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (command === undefined) {
    const meant = suggestion(word);
    const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
    throw new RapError('USAGE', `There is no command "${word}".${hint}`);
  }
  const { default: run, help: explains } = await command.load();
  onLoaded();
  if (!asksForHelp(rest)) return run(rest);
  process.stdout.write(`${explains}\n`);
  return 0;
}

/**
 * Runs the command line.
 * @param argv the words after "rap"
 * @param onLoaded told when all that the command needs is loaded
 * @returns the exit status; never throws
 */
export async function main(argv: string[], onLoaded = () => {}): Promise<number> {
  // A reader that goes away ("rap ... | head") ends the command; not everything asked was told, hence 5.
  process.stdout.on('error', () => process.exit(5));
  if (wantsRecords(process.env)) logRecord = stderrAsRecords(process.env);
  try {
    Object.assign(process.env, secretsInFiles(process.env));
    return await dispatch(argv, onLoaded);
  } catch (thrown) {
    const error = asRapError(thrown);
    printError(error, argv.includes('--json'));
    if (error.code === 'UNEXPECTED' && error.cause instanceof Error) {
      process.stderr.write(`${error.cause.stack}\n`);
    }
    return error.exitStatus;
  }
}

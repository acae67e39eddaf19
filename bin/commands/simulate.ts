/** `rap simulate`: both RAP installations on this machine and, with --inbox, a mail inbox. */
import path from 'node:path';
import { RapError, systemCode } from '../../lib/errors/rap-error.ts';
import { previousBusinessDay } from '../../lib/time/calendar.ts';
import { fromHongKong, hongKongDate, isIsoDate } from '../../lib/time/hong-kong.ts';
import { faultNamed, faults } from '../../simulator/faults/table.ts';
import type { Inbox } from '../../simulator/inbox.ts';
import { type Simulator, startSimulator } from '../../simulator/world.ts';
import { parseWords, wholeNumber } from '../connection-options.ts';

const help = [
  'Usage: rap simulate [options]',
  '',
  'Runs a simulator of both RAP installations on this machine until it is stopped.',
  '',
  '  --home DIR             where its keys and reports lie (default: RAP_HOME, or ./data)',
  '  --date YYYY-MM-DD      business date of the newest reports (default: the last one before today)',
  '  --at HH:MM             only reports that have appeared by this time of that day, Hong Kong time',
  '  --practice-date DATE   the secondary data centres hold reports of this business date only',
  '  --seed N               other figures in the reports (default 1)',
  '  --risk-file-mb N       size of each risk parameter file (default 16)',
  '  --ports WHICH          standard (port 18801 of the addresses with 127 in front) or ephemeral',
  '  --fault NAME           misbehave in one way, such as P06; "--fault list" shows all ways',
  '  --inbox                also run a mail inbox with a page to read it',
  '  --smtp-port N          where the inbox takes mail (default 2525)',
  '  --inbox-port N         where the inbox is read (default 1881)',
  '  --json                 one JSON object per line on stdout',
].join('\n');

const options = {
  home: { type: 'string' },
  date: { type: 'string' },
  at: { type: 'string' },
  'practice-date': { type: 'string' },
  seed: { type: 'string' },
  'risk-file-mb': { type: 'string' },
  ports: { type: 'string' },
  fault: { type: 'string' },
  inbox: { type: 'boolean' },
  'smtp-port': { type: 'string' },
  'inbox-port': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Runs until SIGINT or SIGTERM.
 * @throws RapError USAGE for words it does not understand, CONFIG_INVALID when an address, a port or the folder
 * cannot be used
 */
export default async function simulate(argv: string[]): Promise<number> {
  const { values } = parseWords(argv, options);
  if (values.help) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  if (values.fault === 'list') {
    process.stdout.write(faults.map(({ name, title }) => `${name.padEnd(13)}${title}\n`).join(''));
    return 0;
  }
  const fault = values.fault === undefined ? undefined : faultNamed(values.fault);
  if (values.fault !== undefined && fault === undefined) {
    throw new RapError('USAGE', `--fault "${values.fault}" is not known`, {
      cure: 'See "rap simulate --fault list".',
    });
  }
  const date = dateOf(values.date, '--date');
  const practiceDate = dateOf(values['practice-date'], '--practice-date');
  const ports = values.ports ?? 'standard';
  if (ports !== 'standard' && ports !== 'ephemeral') {
    throw new RapError('USAGE', `--ports "${ports}" is neither standard nor ephemeral`);
  }
  const home = path.resolve(values.home ?? process.env.RAP_HOME ?? 'data');
  const anyPort = ports === 'ephemeral' ? '0' : undefined;
  const smtpPort = wholeNumber(values['smtp-port'] ?? anyPort ?? '2525', '--smtp-port', 0, 65535);
  const httpPort = wholeNumber(values['inbox-port'] ?? anyPort ?? '1881', '--inbox-port', 0, 65535);
  const riskFileMb = wholeNumber(values['risk-file-mb'] ?? '16', '--risk-file-mb', 0, 2000);
  const seed = wholeNumber(values.seed ?? '1', '--seed', 0, Number.MAX_SAFE_INTEGER);

  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const simulator = await orSay(home, () =>
    startSimulator({
      home,
      ports,
      seed,
      riskFileBytes: riskFileMb * 1024 * 1024,
      ...(date === undefined ? {} : { businessDate: date }),
      ...(values.at === undefined ? {} : { at: momentOf(values.at, date) }),
      ...(practiceDate === undefined ? {} : { practiceDate }),
      ...(fault === undefined ? {} : { fault: fault.make() }),
    }),
  );
  let inbox: Inbox | undefined;
  try {
    if (values.inbox) inbox = await orSay(home, () => inboxIn(home, smtpPort, httpPort));
    say(simulator, inbox, values.json === true);
    await stopped;
  } finally {
    await Promise.all([simulator.stop(), inbox?.stop()]);
  }
  return 0;
}

async function inboxIn(home: string, smtpPort: number, httpPort: number): Promise<Inbox> {
  const { startInbox } = await import('../../simulator/inbox.ts');
  return startInbox({ mailbox: path.join(home, 'mailbox'), smtpPort, httpPort });
}

function dateOf(text: string | undefined, word: string): string | undefined {
  if (text !== undefined && !isIsoDate(text)) {
    throw new RapError('USAGE', `${word} "${text}" is not a date like 2025-06-20`);
  }
  return text;
}

/** The time on the business date, which by default is the last one before today. */
function momentOf(time: string, date: string | undefined): number {
  if (!/^\d\d:\d\d$/.test(time)) throw new RapError('USAGE', `--at "${time}" is not a time like 16:45`);
  return fromHongKong(`${date ?? previousBusinessDay('securities', hongKongDate(Date.now()))} ${time}`);
}

/** Turns what the system says about ports and folders into one sentence for a person. */
async function orSay<T>(home: string, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const where =
      error instanceof Error && 'address' in error && 'port' in error
        ? `${error.address}:${error.port}`
        : home;
    switch (systemCode(error)) {
      case 'EADDRINUSE':
        throw new RapError('CONFIG_INVALID', `${where} is already in use`, {
          cause: error,
          cure: 'Stop the other program (perhaps another simulator), or choose other ports.',
        });
      case 'EADDRNOTAVAIL':
        throw new RapError('CONFIG_INVALID', `This machine has no address ${where}`, {
          cause: error,
          cure: 'Use --ports ephemeral.',
        });
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
      case 'ENOTDIR':
      case 'EEXIST':
      case 'ENOSPC':
        throw new RapError('CONFIG_INVALID', `Cannot use ${where} (${systemCode(error)})`, {
          cause: error,
          cure: 'Choose a folder this user may write to with --home or RAP_HOME.',
        });
      case 'ERR_MODULE_NOT_FOUND':
        throw new RapError('CONFIG_INVALID', 'The inbox needs the packages smtp-server and postal-mime', {
          cause: error,
          cure: 'Install them with "npm install smtp-server postal-mime", or leave out --inbox.',
        });
      default:
        throw error;
    }
  }
}

function say(simulator: Simulator, inbox: Inbox | undefined, json: boolean): void {
  const { businessDates, knownHostsFile } = simulator;
  const accounts = Object.values(simulator.accounts);
  if (json) {
    const told = {
      ready: true,
      addresses: simulator.addresses,
      accounts,
      businessDates,
      knownHostsFile,
      ...(inbox === undefined ? {} : { inbox: { smtpPort: inbox.smtpPort, httpPort: inbox.httpPort } }),
    };
    process.stdout.write(`${JSON.stringify(told)}\n`);
    return;
  }
  const lines = simulator.addresses.map(
    (one) =>
      `${one.installation.padEnd(11)}${one.dataCentre.padEnd(11)}${`${one.host}:${one.port}`.padEnd(21)}${one.fingerprint}`,
  );
  const people = accounts.map(
    ({ installation, user, keyFile }) =>
      `${installation}: user ${user}, key ${keyFile}, reports of ${businessDates[installation]}`,
  );
  const mail =
    inbox === undefined
      ? []
      : [`Inbox: mail to 127.0.0.1:${inbox.smtpPort}, read it at http://127.0.0.1:${inbox.httpPort}/`];
  process.stdout.write(
    [...lines, ...people, `Host keys: ${knownHostsFile}`, ...mail, 'Ready. Ctrl-C stops it.', ''].join('\n'),
  );
}

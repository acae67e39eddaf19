/** `rap simulate`: both RAP installations on this machine and, with --inbox, a mail inbox. */
import path from 'node:path';
import { readTime } from '../../lib/cells/index.ts';
import { mustRead } from '../../lib/cells/must-read.ts';
import { RapError, systemCode } from '../../lib/errors/rap-error.ts';
import { installations, simulatedAddress } from '../../lib/model/installations.ts';
import { siteCalendars, siteCatalogue } from '../../lib/reports/site-files.ts';
import { previousBusinessDay } from '../../lib/time/calendar.ts';
import { realClock } from '../../lib/time/clock.ts';
import { fromHongKong, hongKongDate, hongKongStamp } from '../../lib/time/hong-kong.ts';
import type { PlannedReport } from '../../simulator/content/plan.ts';
import { readDay } from '../../simulator/day/change-list.ts';
import type { DayOptions } from '../../simulator/day/days.ts';
import { faultLines } from '../../simulator/faults/page.ts';
import { faultNamed, faults, faultTitle, type NamedFault } from '../../simulator/faults/table.ts';
import type { Offer } from '../../simulator/inbox/offer.ts';
import { type FaultPlayer, faultPlayer } from '../../simulator/inbox/player.ts';
import type { Inbox } from '../../simulator/inbox.ts';
import { keepUp, passingTime } from '../../simulator/live.ts';
import {
  type SimulatedAddress,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../simulator/simulator.ts';
import { dateOption, parseArguments, wholeNumber } from '../connection-options.ts';
import { offerEvening } from '../evening-offer.ts';
import { homeNamed } from '../home-options.ts';
import { type SimulatedWeather, startWeather } from '../simulated-weather.ts';

export const help = [
  'Usage: rap simulate [options]',
  '',
  'Runs a simulator of both RAP installations on this machine until it is stopped. Reports go one way, from RAP to',
  'the participant: they can be listed and read; nothing can be written, changed or removed.',
  '',
  '  --home DIR             where its keys and reports lie (default: RAP_HOME, or ./data)',
  '  --date YYYY-MM-DD      business date of the newest reports (default: the last one before today)',
  '  --at HH:MM             begin at this time of that day, Hong Kong time: what appeared earlier is there, the other',
  '                         reports appear as time passes (default: all are there); "now": the present, whatever the date',
  '  --speed N              with --at: time passes N times as fast (default 1; 0 stands still)',
  '  --day WORDS            a day of the catalogue ("rap catalogue show") on which something happens; see below',
  '  --complete             days of the catalogue, all of whose reports are there from the first minute of their date',
  '                         on, today and every day that follows: whenever you look, nothing is late',
  '  --firm h|nh            with --day or --complete: a participant that takes part in holiday trading (default), or none',
  '  --practice-date DATE   the secondary data centres hold reports of this business date only',
  '  --seed N               other figures in the reports (default 1)',
  '  --risk-file-mb N       size of each risk parameter file (default 16)',
  '  --ports WHICH          standard (port 18801 of the addresses with 127 in front) or ephemeral',
  '  --fault NAME           misbehave in one way, such as P06; "--fault list" shows all ways',
  '  --inbox                also run a mail inbox with a page to read it, and to choose one of the faults; with --complete',
  '                         it has a button for an evening on which something goes wrong ("rap evening")',
  '  --smtp-port N          where the inbox takes mail (default 2525)',
  '  --inbox-port N         where the inbox is read (default 1881)',
  '  --weather              also serve the weather feeds: quiet, unless HOME/simulator/signals.csv says otherwise; a line',
  '                         written there, such as TC8NE,2025-06-21 14:20,  counts within a second',
  '  --weather-port N       where the feeds are (default 1882)',
  '  --json                 one JSON object per line on stdout',
  '',
  'A key of your own may log in, too, once HOME/simulator/registered/USER holds its public line: that is registering it.',
  '',
  'What --day understands, joined by ";", such as "late RP009 by 20m; missing RMAMR03:4":',
  '  late CODE[:SET] [by 20m | at 21:50]     later than usual by so much, or at that time; else when it counts as late',
  '  early CODE[:SET] [by 20m | at 20:30]    before its usual time',
  '  missing CODE[:SET[:HALF]]               does not come',
  '  amended CODE[:SET] [by 20m | at 22:10]  comes again with other figures',
  '  halves apart CODE[:SET] [by 20m]        the second half so long after the first',
  '  out of order CODE                       its sets come in the reverse order; of one set, the one of the day before last',
  '  damaged CODE[:SET[:HALF]]               its inside is not what it should be',
  '  foreign CODE[:SET]                      it is for another participant',
  '  event CODE[:SET] [at 10:43]             comes though it does not come every day, such as RMAMR03:2 or RPI',
  '  "late RP009 RPF01" is both; CCMDS01@hkscc is that of one installation; "usual" is a day on which nothing happens.',
  '',
  'What appears when without them, for the newest business date and the one before it:',
  '  HKSCC         /INBOX/YYYYMMDD   own reports: RMAMP01 11:30, RMAMR03 11:30 17:15 21:00 (control and data zips),',
  '                                  CSEMA08 16:30, CCLTN04 16:45, CCMDS01 18:00, CCLTN05 20:00, CIPSI02 20:30;',
  '                                  CSEMS08 08:00 of the next day, in the folder of that day',
  '                /COMMON/YYYYMMDD  the same for everyone: STOCKLIST 07:30',
  '                /RPF              VaR risk parameters: RPF 19:30',
  '  HKCC & SEOCH  /INBOX/YYYYMMDD   own reports: CCMDS01 18:00; RP008 10:00 on the first business day of a quarter',
  '                /COMMON/YYYYMMDD  risk parameters: rpi 09:00 13:00, rpp 18:30, RP009 19:00, rpf 00:15 of the next day',
  'Report codes and the shapes of some names are published; participants, figures and most times are invented.',
].join('\n');

const options = {
  home: { type: 'string' },
  date: { type: 'string' },
  at: { type: 'string' },
  speed: { type: 'string' },
  day: { type: 'string' },
  complete: { type: 'boolean' },
  firm: { type: 'string' },
  'practice-date': { type: 'string' },
  seed: { type: 'string' },
  'risk-file-mb': { type: 'string' },
  ports: { type: 'string' },
  fault: { type: 'string' },
  inbox: { type: 'boolean' },
  'smtp-port': { type: 'string' },
  'inbox-port': { type: 'string' },
  weather: { type: 'boolean' },
  'weather-port': { type: 'string' },
  json: { type: 'boolean' },
} as const;

/**
 * Runs until SIGINT or SIGTERM.
 * @throws RapError USAGE for words it does not understand, CONFIG_INVALID when an address, a port or the folder
 * cannot be used
 */
export default async function simulate(argv: string[]): Promise<number> {
  const { values } = parseArguments(argv, options);
  const json = values.json === true;
  if (values.fault === 'list') {
    const listed = ({ name, ...fault }: NamedFault) => ({ name, title: faultTitle(name, 'en'), ...fault });
    for (const line of json ? faults.map((fault) => JSON.stringify(listed(fault))) : faultLines()) {
      printLine(line);
    }
    return 0;
  }
  const { simulated, speed, fault, smtpPort, httpPort, weatherPort } = await settingsFrom(values);
  const { home } = simulated;
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve());
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  });
  const simulator = await optionOr(home, () => startSimulator(simulated));
  // Some faults leave no address that listens, and then nothing else would keep this process.
  const keeping = setInterval(() => {}, 3_600_000);
  // The day begins to pass when the simulator is ready, however long its reports took to make.
  const clock = simulated.at === undefined ? realClock : passingTime(simulated.at, speed);
  // Where nothing is ever late, one may wish to see what happens when something is.
  const evening = values.complete ? offerEvening(home) : undefined;
  let inbox: Inbox | undefined;
  let weather: SimulatedWeather | undefined;
  try {
    await optionOr(home, () => simulator.setFault(fault?.make(clock)));
    const player = faultPlayer(simulator, (one) => one.make(clock), fault);
    if (values.inbox) {
      inbox = await optionOr(home, () =>
        inboxIn(home, smtpPort, httpPort, { player, ...(evening && { offer: evening }) }),
      );
    }
    if (values.weather) {
      weather = await optionOr(home, () =>
        startWeather(home, weatherPort, clock, (line) => process.stderr.write(`${line}\n`)),
      );
    }
    printValues(simulator, inbox, weather, json);
    await optionOr(home, () =>
      keepUp(simulator, clock, stop.signal, (report) => printAppeared(report, json)),
    );
    await stopped;
  } finally {
    clearInterval(keeping);
    await Promise.all([simulator.stop(), inbox?.stop(), weather?.stop(), evening?.stop()]);
  }
  return 0;
}

type Values = ReturnType<typeof parseArguments<typeof options>>['values'];

/** What the words ask for. @throws RapError USAGE, and CONFIG_INVALID of the home's catalogue or calendars */
async function settingsFrom(values: Values) {
  const date = dateOf(values.date, '--date');
  const practiceDate = dateOf(values['practice-date'], '--practice-date');
  const ports = values.ports ?? 'standard';
  if (ports !== 'standard' && ports !== 'ephemeral') {
    throw new RapError('USAGE', `--ports "${ports}" is neither standard nor ephemeral`);
  }
  if (values.speed !== undefined && values.at === undefined) {
    throw new RapError('USAGE', '--speed needs --at, the time to begin with');
  }
  const speed = wholeNumber(values.speed ?? '1', '--speed', 0, 86_400);
  const days = await daysFrom(values);
  const at = values.at === undefined ? undefined : momentOf(values.at, date);
  const anyPort = ports === 'ephemeral' ? '0' : undefined;
  const simulated: SimulatorOptions = {
    home: homeNamed(values),
    ports,
    seed: wholeNumber(values.seed ?? '1', '--seed', 0, Number.MAX_SAFE_INTEGER),
    riskFileBytes: wholeNumber(values['risk-file-mb'] ?? '16', '--risk-file-mb', 0, 2000) * 1024 * 1024,
    ...(date === undefined ? {} : { businessDate: date }),
    ...(at === undefined ? {} : { at }),
    ...(practiceDate === undefined ? {} : { practiceDate }),
    ...(days === undefined ? {} : { days }),
  };
  return {
    simulated,
    speed,
    fault: faultOf(values.fault),
    smtpPort: wholeNumber(values['smtp-port'] ?? anyPort ?? '2525', '--smtp-port', 0, 65535),
    weatherPort: wholeNumber(values['weather-port'] ?? anyPort ?? '1882', '--weather-port', 0, 65535),
    httpPort: wholeNumber(values['inbox-port'] ?? anyPort ?? '1881', '--inbox-port', 0, 65535),
  };
}

/** Days of the home's own catalogue and calendars, where the words ask for them. */
async function daysFrom(values: Values): Promise<DayOptions | undefined> {
  const { day, complete = false, firm = 'h' } = values;
  if (firm !== 'h' && firm !== 'nh') throw new RapError('USAGE', `--firm "${firm}" is neither h nor nh`);
  if (day === undefined && !complete) {
    if (values.firm !== undefined) throw new RapError('USAGE', '--firm goes with --day or --complete');
    return undefined;
  }
  const home = homeNamed(values);
  const { rows } = await siteCatalogue(home);
  const world = { rows, calendars: await siteCalendars(home), derivatives: `derivatives-${firm}` as const };
  return { world, changes: readDay(day ?? '', rows), complete };
}

function faultOf(name: string | undefined): NamedFault | undefined {
  if (name === undefined) return undefined;
  const fault = faultNamed(name);
  if (fault === undefined) {
    throw new RapError('USAGE', `--fault "${name}" is not known`, {
      cure: 'See "rap simulate --fault list".',
    });
  }
  return fault;
}

async function inboxIn(
  home: string,
  smtpPort: number,
  httpPort: number,
  page: { offer?: Offer; player: FaultPlayer },
): Promise<Inbox> {
  const { startInbox } = await import('../../simulator/inbox.ts');
  const mailbox = path.join(home, 'mailbox');
  return startInbox({ mailbox, smtpPort, httpPort, ...page });
}

function dateOf(text: string | undefined, word: string): string | undefined {
  return text === undefined ? undefined : dateOption(text, word);
}

/** The present, or the time on the business date, which by default is the last one before today. */
function momentOf(text: string, date: string | undefined): number {
  if (text.trim().toLowerCase() === 'now') return Date.now();
  const time = mustRead(readTime(text), '--at', 'USAGE');
  return fromHongKong(`${date ?? previousBusinessDay('securities', hongKongDate(Date.now()))} ${time}`);
}

/** Turns what the system says about ports and folders into one sentence for a person. */
async function optionOr<T>(home: string, start: () => Promise<T>): Promise<T> {
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

/** The address that flows and presets have for it: the exchange's with 127 in front. */
function standsFor({ installation, dataCentre, number }: SimulatedAddress): string {
  const [first, second] = installations[installation].addresses[dataCentre].map(simulatedAddress);
  const { host, port } = (number === 1 ? first : second) ?? { host: '', port: 0 };
  return `${host}:${port}`;
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printAppeared({ installation, path: remote, appearsAt }: PlannedReport, json: boolean): void {
  const time = hongKongStamp(appearsAt);
  if (json) printLine(JSON.stringify({ appeared: remote, installation, time }));
  else printLine(`${time}  ${installation.padEnd(10)}  ${remote}`);
}

function printValues(
  simulator: Simulator,
  inbox: Inbox | undefined,
  weather: SimulatedWeather | undefined,
  json: boolean,
): void {
  const { businessDates, knownHostsFile } = simulator;
  const accounts = Object.values(simulator.accounts);
  if (json) {
    const told = {
      ready: true,
      addresses: simulator.addresses.map((one) => ({ ...one, standsFor: standsFor(one) })),
      accounts,
      businessDates,
      knownHostsFile,
      ...(inbox === undefined ? {} : { inbox: { smtpPort: inbox.smtpPort, httpPort: inbox.httpPort } }),
      ...(weather === undefined ? {} : { weather: { url: weather.url, signalsFile: weather.signalsFile } }),
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
  const feeds =
    weather === undefined ? [] : [`Weather feeds: ${weather.url}, signals of ${weather.signalsFile}`];
  process.stdout.write(
    [
      ...lines,
      ...people,
      `Host keys: ${knownHostsFile}`,
      ...mail,
      ...feeds,
      'Ready. Ctrl-C stops it.',
      '',
    ].join('\n'),
  );
}

/** `rap evening`: the daily download through an evening on which something happens. */

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTime } from '../../lib/cells/index.ts';
import { mustRead } from '../../lib/cells/must-read.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { readJson } from '../../lib/files/json-file.ts';
import { folderNamed } from '../../lib/files/named-path.ts';
import { siteCalendars, siteCatalogue } from '../../lib/reports/site-files.ts';
import { realClock } from '../../lib/time/clock.ts';
import { addDays, hongKongDate, hongKongStamp } from '../../lib/time/hong-kong.ts';
import { badEvening } from '../../simulator/day/bad-evening.ts';
import { readDay } from '../../simulator/day/change-list.ts';
import { dateOption, parseArguments, wholeNumber } from '../connection-options.ts';
import { homeFromOptions, homeOptions } from '../home-options.ts';
import { languageFromOptions, languageOptions } from '../language-option.ts';
import { liveEvening } from '../rehearsal/evening.ts';
import type { FlowNode } from '../rehearsal/rehearsal-flow.ts';

export const help = [
  'Usage: rap evening [--day WORDS] [--date YYYY-MM-DD] [--from HH:MM] [--until HH:MM] [--json]',
  '',
  'Lives an evening of the daily download on a simulated clock: the nodes of the flow against a simulator on whose',
  'reports something happens, and an inbox that takes the mails. Nothing of it touches what is real: it has a home of',
  'its own, and reaches nobody but this machine. It looks less often than the flow does, every 7 minutes and a half:',
  'what is late for a shorter time may bring no mail.',
  '',
  '  --day WORDS            what happens; see "rap simulate --help". Default:',
  `                         ${badEvening}`,
  '  --date YYYY-MM-DD      the business date (default: the last one before today)',
  '  --from HH:MM           when it begins, Hong Kong time (default 18:20)',
  '  --until HH:MM          when it ends (default 23:05); a time before the begin is of the next day',
  '  --flow FILE            a flow with the daily download (default: the one that is shipped)',
  '  --pace MS              a simulated minute takes at least so many milliseconds (default 0)',
  '  --mailbox DIR          where its mails lie (default: in its own home)',
  '  --home DIR             the evening lies in the folder evening of it, and one before it goes (default: RAP_HOME, or',
  '                         ./data); its catalogue and calendars are those of this home',
  '  --json                 one JSON object per simulated minute and status on stdout, and a summary at the end',
].join('\n');

const options = {
  day: { type: 'string' },
  date: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  flow: { type: 'string' },
  pace: { type: 'string' },
  mailbox: { type: 'string' },
  ...languageOptions,
  ...homeOptions,
} as const;

/** A flow may carry pictures and code. */
const FLOW_LIMIT = 64 * 1024 * 1024;

/**
 * @param argv the words after "rap evening"
 * @throws RapError USAGE or CONFIG_INVALID, and what the home's disk and ledger say
 */
export default async function evening(argv: string[]): Promise<number> {
  const { values } = parseArguments(argv, options);
  const json = values.json === true;
  const home = homeFromOptions(values);
  const { rows } = await siteCatalogue(home);
  const calendars = await siteCalendars(home);
  const changes = readDay(values.day ?? badEvening, rows);
  let date =
    values.date === undefined
      ? addDays(hongKongDate(realClock.now()), -1)
      : dateOption(values.date, '--date');
  const isOpen = () =>
    ['securities', 'derivatives-h'].every((name) => calendars.day(name, date).kind !== 'closed');
  while (values.date === undefined && !isOpen()) date = addDays(date, -1);
  const own = path.join(home, 'evening');
  await rm(own, { recursive: true, force: true });
  const lived = await liveEvening({
    ...{ home: own, date },
    from: timeOf(values.from ?? '18:20', '--from'),
    until: timeOf(values.until ?? '23:05', '--until'),
    days: { world: { rows, calendars, derivatives: 'derivatives-h' }, changes },
    flow: await flowOf(values.flow ?? shippedFlow()),
    paceMs: wholeNumber(values.pace ?? '0', '--pace', 0, 10_000),
    ...(values.mailbox === undefined ? {} : { mailbox: folderNamed(values.mailbox, '--mailbox') }),
    language: languageFromOptions(values),
    ...(json
      ? {
          onStatus: (id, status) => printLine(JSON.stringify({ status: { id, ...status } })),
          onMinute: (at, mails) =>
            printLine(JSON.stringify({ minute: hongKongStamp(at).slice(0, 16), mails })),
        }
      : {}),
  });
  if (!json) for (const subject of lived.subjects) printLine(`  ${subject}`);
  printLine(
    json
      ? JSON.stringify({ summary: true, date, ...lived })
      : `${lived.mails} mails of the evening of ${date}; its shares are in ${lived.shares}`,
  );
  return 0;
}

function timeOf(text: string, word: string): string {
  return mustRead(readTime(text), word, 'USAGE');
}

async function flowOf(file: string): Promise<FlowNode[]> {
  const nodes = (await readJson(file, { what: 'The flow', limit: FLOW_LIMIT })) as FlowNode[];
  if (Array.isArray(nodes) && nodes.some(({ type }) => type === 'rap-schedule')) return nodes;
  throw new RapError('CONFIG_INVALID', `The flow ${file} has no rap-schedule`, {
    cure: 'Give a flow with the daily download, such as "flows/01 Daily download.json".',
  });
}

/** The flow beside this file, in a checkout or built. */
function shippedFlow(): string {
  const places = ['../../flows', '../../../examples'].map((folder) =>
    fileURLToPath(new URL(`${folder}/01 Daily download.json`, import.meta.url)),
  );
  return places.find((file) => existsSync(file)) ?? '01 Daily download.json';
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

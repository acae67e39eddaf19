/** `rap trace`: one report's whole story, found by any part of its name. */
import { readDate } from '../../lib/cells/index.ts';
import { mustRead } from '../../lib/cells/must-read.ts';
import {
  awaitedStory,
  expectedBy,
  type Story,
  type StoryEvent,
  storyOf,
} from '../../lib/collection/story.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { wordsIn } from '../../lib/ledger/records/report-search.ts';
import { reportName } from '../../lib/model/completeness.ts';
import { stateText, timeText } from '../../lib/model/completeness-text.ts';
import { notCheckedText } from '../../lib/model/findings.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { parseArguments, required } from '../connection-options.ts';
import { homeFromOptions, homeHelp, homeOptions, withLedger } from '../home-options.ts';

export const help = `Usage: rap trace NAME ... [--date D] [--account A] [--most N] [--home DIR] [--json]

Tells the whole story of each report whose name holds all the words: when it was listed, fetched and proved, what a look
inside said, where it was filed, who was told, whether it was amended or put into quarantine, what people decided about
it, and the alarms about it. Reports that were seen and did not come are found as well, and what is expected and not
here. The newest come first.

  NAME          any part of the name of the file, in any case; a word with a slash is looked for in the path at RAP
  --date D      of this business date
  --account A   of this account
  --most N      so many reports (default 10)
${homeHelp}
  --json        one JSON object per line, a report each`;

const options = {
  date: { type: 'string' },
  account: { type: 'string' },
  most: { type: 'string' },
  ...homeOptions,
} as const;

const MOST = 10;

type Options = ReturnType<typeof parseArguments<typeof options>>['values'];

interface Place {
  account: string;
  path: string;
}

/** The reports that are meant, the newest first, and whether there are more. */
async function meant(
  ledger: Pick<Ledger, 'reportSearch' | 'stories'>,
  words: readonly string[],
  { date, account }: Options,
  most: number,
) {
  const businessDate = date === undefined ? undefined : mustRead(readDate(date), '--date', 'USAGE');
  const of = account === undefined ? {} : { account };
  const received = await ledger.reportSearch.findReports({
    ...{ words, most: most * 4 + 1 },
    ...(businessDate === undefined ? {} : { businessDate }),
    ...of,
  });
  const strange =
    businessDate === undefined
      ? await ledger.stories.strangers({ ...of, words, asked: true, most: most + 1 })
      : [];
  const found = new Map<string, Place>();
  for (const one of [...received, ...strange]) {
    found.set(JSON.stringify([one.account, one.path]), { account: one.account, path: one.path });
  }
  return [...found.values()];
}

const centre = (one: string) => `${one} data centre`;

function line(event: StoryEvent): string {
  switch (event.kind) {
    case 'listed':
      return `listed at the ${centre(event.dataCentre)}, ${event.size} bytes`;
    case 'still':
      return `seen standing still since ${hongKongStamp(event.since)}`;
    case 'outstanding':
      return `seen, and not here: ${event.state}${event.code === '' ? '' : ` (${event.code}: ${event.message})`}`;
    case 'asked':
      return `asked for in run ${event.run}`;
    case 'received':
      return `received${event.amended ? ', amended' : ''} in run ${event.run} from the ${centre(event.dataCentre)} (${event.address}): ${event.bytes} bytes, sha256 ${event.sha256}`;
    case 'looked':
      return `looked into: ${event.state}${event.why === '' ? '' : ` (${notCheckedText[event.why]})`}${event.warnings.map(({ reason }) => `; ${reason}`).join('')}`;
    case 'quarantined':
      return `put into quarantine as report-${event.id}: ${event.code}: ${event.reason}`;
    case 'refused':
      return `left alone as name-${event.id}: ${event.code}: it ${event.reason}${event.cameAt === null ? '' : `; it came after all at ${hongKongStamp(event.cameAt)}`}`;
    case 'delivered':
      return `delivered to ${event.share} as ${event.file} (${event.outcome}, ${event.run})`;
    case 'waits':
      return `not delivered to ${event.share}: ${event.code}: ${event.message}`;
    case 'everywhere':
      return 'on every share that its rules name';
    case 'placed':
      return event.state === 'there'
        ? `looked at on ${event.share}: it is there as it was delivered`
        : `${event.state} on ${event.share}: ${event.why}`;
    case 'told':
      return `told in mail ${event.mail}: ${event.to.map(({ address, state }) => `${address} ${state}`).join(', ')}`;
    case 'alarm':
      return `alarm ${event.id} ${event.code}: ${event.message}`;
    case 'acknowledged':
      return `alarm ${event.id} acknowledged by ${event.by}: ${event.why}`;
    case 'over':
      return `alarm ${event.id} over: ${event.why}`;
    case 'person':
      return `${event.who}: ${event.what}: ${event.why}`;
    case 'cleaned':
      return 'the landing copy was removed';
  }
}

function linesOf(events: readonly StoryEvent[]): string {
  const rows = events.map((event) => {
    const at = event.at === null ? 'not yet'.padEnd(25) : hongKongStamp(event.at);
    return `  ${at}  ${visible(line(event))}\n`;
  });
  return rows.join('');
}

function textOf({ account, path, events }: Story): string {
  return `${account}  ${visible(path)}\n${linesOf(events)}\n`;
}

const stamped = (at: number | null) => (at === null ? null : hongKongStamp(at));

export default async function trace(argv: string[]): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  required(positionals[0], 'NAME');
  const words = wordsIn(positionals.join(' '));
  const most = Number(values.most ?? MOST);
  if (!Number.isSafeInteger(most) || most < 1)
    throw new RapError('USAGE', `--most "${values.most}" is no number`);
  const json = values.json === true;
  return withLedger(
    homeFromOptions(values),
    async (ledger: Pick<Ledger, 'expectations' | 'history' | 'placedFiles' | 'reportSearch' | 'stories'>) => {
      const found = await meant(ledger, words, values, most);
      const expected = (await expectedBy(ledger, words)).filter(
        ({ account, businessDate, state }) =>
          (values.account ?? account) === account &&
          (values.date === undefined || businessDate === values.date) &&
          !['received', 'on-share', 'amended'].includes(state),
      );
      for (const { account, path } of found.slice(0, most)) {
        const story = await storyOf(ledger, account, path);
        const events = story.events.map((event) => ({ ...event, at: stamped(event.at) }));
        process.stdout.write(json ? `${JSON.stringify({ account, path, events })}\n` : textOf(story));
      }
      for (const one of expected) {
        const { account, businessDate, state, lateAfter } = one;
        const due = lateAfter === null ? null : hongKongStamp(lateAfter * 1000);
        const events = await awaitedStory(ledger, account, one);
        const told = events.map((event) => ({ ...event, at: stamped(event.at) }));
        const row = { account, expected: reportName(one), businessDate, state, due, events: told };
        const text = `${account}  ${reportName(one)} of ${businessDate}: ${stateText(state, 'en')}${lateAfter === null ? '' : `, due ${timeText(lateAfter, businessDate)}`}\n${linesOf(events)}`;
        process.stdout.write(json ? `${JSON.stringify(row)}\n` : text);
      }
      if (found.length > most && !json)
        process.stdout.write('There are more: name it more closely, or give --most.\n');
      if (found.length + expected.length > 0) return 0;
      throw new RapError('USAGE', `No report is known whose name holds "${positionals.join(' ')}"`, {
        cure: 'Give a shorter part of the name. "rap expect" says what is expected and not here.',
      });
    },
  );
}

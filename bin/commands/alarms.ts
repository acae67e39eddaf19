/** `rap alarms`: which alarms are open, and the word of a person that they know. */
import { acknowledge } from '../../lib/alarms/acknowledge.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { AlarmRecord, Ledger } from '../../lib/ledger/ledger.ts';
import { acknowledgedUntil } from '../../lib/mail/alarm-mail.ts';
import { realClock } from '../../lib/time/clock.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { parseArguments, required } from '../connection-options.ts';
import { homeFromOptions, homeHelp, personFromOptions, withLedger } from '../home-options.ts';

export const help = `Usage: rap alarms list
       rap alarms ack NUMBER... [--by NAME] [--reason TEXT] [--hours N]

list      the open alarms, critical ones first
ack       says that you know and see to it: no more reminders for 24 hours, or --hours. A fault that lasts comes
          back after that; one that is over ends by itself.

${homeHelp}
  --json        one JSON object per line`;

const options = {
  home: { type: 'string' },
  by: { type: 'string' },
  reason: { type: 'string' },
  hours: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const HOURS = 24;
const MOST_HOURS = 336;

const stamp = (at: number) => hongKongStamp(at).slice(0, 16);

function lineOf(alarm: AlarmRecord, now: number): string {
  const { id, level, account, code, message, raisedAt, seen, acknowledgedBy } = alarm;
  const until = acknowledgedUntil(alarm, now);
  const known =
    until === undefined ? 'not acknowledged' : `acknowledged by ${acknowledgedBy} until ${stamp(until)}`;
  const quiet = alarm.muted === '' ? '' : `, kept quiet: ${alarm.muted}`;
  return `${id}  ${level}  ${account} ${code}  since ${stamp(raisedAt)}, met ${seen}x, ${known}${quiet}\n    ${message}\n`;
}

async function list(ledger: Pick<Ledger, 'alarms'>, json: boolean): Promise<void> {
  const open = await ledger.alarms.openAlarms();
  const rank = ({ level }: AlarmRecord) => (level === 'critical' ? 0 : 1);
  const alarms = open.toSorted((a, b) => rank(a) - rank(b) || b.seenAt - a.seenAt);
  const lines = alarms.map((one) => (json ? `${JSON.stringify(one)}\n` : lineOf(one, realClock.now())));
  process.stdout.write(lines.join('') || (json ? '' : 'No alarm is open.\n'));
}

function hoursOf(text: string | undefined): number {
  const hours = text === undefined ? HOURS : Number(text);
  if (hours > 0 && hours <= MOST_HOURS) return hours;
  throw new RapError('USAGE', `--hours must be a number from 1 to ${MOST_HOURS}`);
}

function numberOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new RapError('USAGE', `"${text}" is not the number of an alarm`, { cure: 'See "rap alarms list".' });
}

export default async function alarms(argv: string[]): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  const [action, first, ...others] = positionals;
  if (action !== 'list' && action !== 'ack') throw new RapError('USAGE', 'rap alarms takes list or ack');
  const json = values.json === true;
  const numbers = action === 'ack' ? [required(first, 'NUMBER'), ...others].map(numberOf) : [];
  const hours = hoursOf(values.hours);
  const by = personFromOptions(values);
  return withLedger(homeFromOptions(values), async (ledger: Pick<Ledger, 'alarms'>) => {
    if (action === 'list') await list(ledger, json);
    for (const alarm of numbers) {
      const { until } = await acknowledge(ledger, realClock, { alarm, by, why: values.reason ?? '' }, hours);
      const text = `Alarm ${alarm} is acknowledged by ${by} until ${stamp(until)}.`;
      process.stdout.write(json ? `${JSON.stringify({ alarm, by, until })}\n` : `${text}\n`);
    }
    return 0;
  });
}

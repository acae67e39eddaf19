/** A plan for people: as text, and as a calendar file (iCalendar, RFC 5545). */

import { installations } from '../model/installations.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import { triggerTitles } from '../weather/rule.ts';
import { type PracticePart, type PracticePlan, planMoment } from './plan.ts';
import { timelineOf } from './timeline.ts';

const taskTitles: Readonly<Record<PracticePart['tasks'][number], string>> = {
  'check-addresses': 'check that the addresses are those of this data centre',
  'log-in': 'log in',
  list: 'list the reports',
  download: 'download all reports',
  'log-out': 'log out',
};

/** The plan as text lines, every milestone with its Hong Kong time. */
export function planText(plan: PracticePlan): string {
  const { weather } = plan;
  const names = (kinds: PracticePlan['weather']['cancels']) =>
    kinds.map((kind) => triggerTitles[kind]).join(', ') || 'nothing';
  return [
    plan.title,
    `${plan.weekday} ${plan.date} (${plan.source})`,
    '',
    'Accounts',
    ...plan.accounts.map(({ account, installation }) => `  ${account}, ${installations[installation].title}`),
    '',
    'Parts (Hong Kong time)',
    ...plan.parts.map((part) => `  ${part.start} to ${part.end}  ${partText(part)}`),
    `  Reports of ${plan.reportsOf}; reports of other dates are not there`,
    '',
    'Weather',
    `  Cancelled by ${names(weather.cancels)}: in force at or issued after ${weather.cutOff}, before the start`,
    `  Terminated after ${weather.noticeMinutes} minutes by ${names(weather.terminates)}: issued after the start`,
    '',
    'Timeline (Hong Kong time)',
    ...timelineOf(plan).map(({ at, title }) => `  ${hongKongStamp(at).slice(0, 16)}  ${title}`),
    '',
  ].join('\n');
}

function partText({ name, dataCentre, tasks }: PracticePart): string {
  return `${name}, ${dataCentre} data centre: ${tasks.map((task) => taskTitles[task]).join(', ')}`;
}

/**
 * The plan as a calendar file: one event for each part, hotline and deadline, deadlines with their reminders.
 * @param writtenAt epoch ms; calendars use it to see which copy is newer
 */
export function planCalendar(plan: PracticePlan, writtenAt: number): string {
  const stamp = utc(writtenAt);
  const event = (uid: string, lines: string[]) => [
    'BEGIN:VEVENT',
    `UID:${uid}-${plan.date}@practice-session`,
    `DTSTAMP:${stamp}`,
    ...lines,
    'END:VEVENT',
  ];
  const parts = plan.parts.flatMap((part, index) =>
    event(`part-${index + 1}`, [
      `DTSTART:${utc(planMoment(plan, part.start))}`,
      `DTEND:${utc(planMoment(plan, part.end))}`,
      `SUMMARY:${escaped(`${part.name}: ${plan.title}`)}`,
      `DESCRIPTION:${escaped(`${partText(part)}\n${plan.source}`)}`,
    ]),
  );
  const hotlines = timelineOf(plan)
    .filter((milestone) => milestone.kind === 'hotline')
    .flatMap((milestone) =>
      event(milestone.id, [
        `DTSTART:${utc(milestone.at)}`,
        'DURATION:PT15M',
        `SUMMARY:${escaped(milestone.title)}`,
      ]),
    );
  const deadlines = plan.deadlines.flatMap((deadline, index) =>
    event(`deadline-${index + 1}`, [
      `DTSTART;VALUE=DATE:${deadline.date.replaceAll('-', '')}`,
      `SUMMARY:${escaped(`Deadline: ${deadline.what}`)}`,
      'TRANSP:TRANSPARENT',
      ...deadline.remindDaysBefore.flatMap((days) => [
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        `TRIGGER:${reminder(days)}`,
        `DESCRIPTION:${escaped(deadline.what)}`,
        'END:VALARM',
      ]),
    ]),
  );
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//RAP Ops//Practice session plan//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    ...parts,
    ...hotlines,
    ...deadlines,
    'END:VCALENDAR',
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join('');
}

/** From the midnight that begins a whole-day event to 09:00 so many days before. */
function reminder(days: number): string {
  const hours = 9 - 24 * days;
  return `${hours < 0 ? '-' : ''}PT${Math.abs(hours)}H`;
}

function utc(moment: number): string {
  return `${new Date(moment).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(';', '\\;')
    .replaceAll(',', '\\,')
    .replaceAll(/\r\n|\r|\n/g, '\\n');
}

/** Lines are at most 75 bytes; a longer one goes on after a line break and a space. Letters stay whole. */
function folded(line: string): string {
  let result = '';
  let length = 0;
  for (const letter of line) {
    const bytes = Buffer.byteLength(letter);
    if (length + bytes > 75) {
      result += '\r\n ';
      length = 1;
    }
    result += letter;
    length += bytes;
  }
  return result;
}

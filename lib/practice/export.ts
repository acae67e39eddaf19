/** A plan for people: as text, and as a calendar file (iCalendar, RFC 5545). */

import type { Language } from '../i18n/languages.ts';
import { type Params, t, type Under } from '../i18n/translate.ts';
import { installations } from '../model/installations.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import { type PracticePart, type PracticePlan, planMoment } from './plan.ts';
import { timelineOf } from './timeline.ts';

/** The plan as lines of text, every milestone with its Hong Kong time. */
export function planText(plan: PracticePlan, language: Language = 'en'): string {
  const { weather, weekday, date, source } = plan;
  const say = (key: Under<'practice.plan'>, params?: Params) => t(language, `practice.plan.${key}`, params);
  const signals = (kinds: PracticePlan['weather']['cancels']) =>
    kinds.map((kind) => say(`signal.${kind}`)).join(t(language, 'practice.comma')) || say('nothing');
  const rule = { cutOff: weather.cutOff, n: weather.noticeMinutes };
  return [
    plan.title,
    say('day', { weekday: t(language, `practice.weekday.${weekday}`), date, source }),
    '',
    say('accounts'),
    ...plan.accounts.map(({ account, installation }) => `  ${account}, ${installations[installation].title}`),
    '',
    say('parts'),
    ...plan.parts.map(
      (part) => `  ${say('hours', { start: part.start, end: part.end, part: partText(part, language) })}`,
    ),
    `  ${say('reportsOf', { date: plan.reportsOf })}`,
    '',
    say('weather'),
    `  ${say('cancelled', { ...rule, signals: signals(weather.cancels) })}`,
    `  ${say('terminated', { ...rule, signals: signals(weather.terminates) })}`,
    '',
    say('timeline'),
    ...timelineLines(plan, language).map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** Every milestone with its Hong Kong time. */
export function timelineLines(plan: PracticePlan, language: Language): string[] {
  return timelineOf(plan, language).map(({ at, title }) => `${hongKongStamp(at).slice(0, 16)}  ${title}`);
}

function partText({ name, dataCentre, tasks }: PracticePart, language: Language): string {
  return t(language, 'practice.plan.part', {
    part: name,
    site: t(language, `practice.site.${dataCentre}`),
    tasks: tasks.map((task) => t(language, `practice.plan.task.${task}`)).join(t(language, 'practice.comma')),
  });
}

/**
 * The plan as a calendar file: one event for each part, hotline and deadline, deadlines with their reminders.
 * @param writtenAt epoch ms; calendars use it to see which copy is newer
 */
export function planCalendar(plan: PracticePlan, writtenAt: number, language: Language = 'en'): string {
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
      `DESCRIPTION:${escaped(`${partText(part, language)}\n${plan.source}`)}`,
    ]),
  );
  const hotlines = timelineOf(plan, language)
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
      `SUMMARY:${escaped(t(language, 'practice.plan.deadline', { what: deadline.what }))}`,
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

/** The day as a picture: signals, verdicts, parts and data centres along the hours. SVG without anything outside. */

import type { Language } from '../i18n/languages.ts';
import { isKey, t } from '../i18n/translate.ts';
import { html } from '../mail/escape.ts';
import { hongKongTime } from '../time/hong-kong.ts';
import { signalName } from '../weather/reasons/index.ts';
import type { EvidenceFacts } from './evidence-facts.ts';
import { planHours, planMoment } from './plan.ts';

/** The fonts of a page and its picture: a Chinese one draws the letters as its readers write them. */
export function fontsOf(language: Language): string {
  const latin = '"Segoe UI", Helvetica, Arial';
  const chinese =
    language === 'zh-Hans'
      ? '"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC"'
      : '"Noto Sans CJK HK", "Noto Sans CJK TC", "Microsoft JhengHei", "PingFang HK"';
  return `${latin}, ${chinese}, sans-serif`;
}

interface Bar {
  from: number;
  to: number;
  text: string;
  fill: string;
  /** Colour of the text. */
  ink?: string;
}

const hour = 3_600_000;
const left = 88;
const width = 860;
const rowHeight = 26;
const gap = 12;
const top = 30;

const signalFills: Readonly<Record<string, string>> = {
  'no-8': '#b3261e',
  'extreme-conditions': '#6b2fa0',
  'black-rainstorm': '#1b1b1b',
};

const verdictFills: Readonly<Record<string, [string, string]>> = {
  pending: ['#dfe5ec', '#33414f'],
  clear: ['#cfe8d5', '#174a29'],
  running: ['#1e6b3a', '#ffffff'],
  completed: ['#14532b', '#ffffff'],
  hold: ['#f3c66b', '#4a3300'],
  terminating: ['#e07b39', '#ffffff'],
  terminated: ['#b3261e', '#ffffff'],
  cancelled: ['#b3261e', '#ffffff'],
};

export function weatherPicture(facts: EvidenceFacts): string {
  const { plan } = facts;
  const cutOff = planMoment(plan, plan.weather.cutOff);
  const from = cutOff - hour;
  const to = planMoment(plan, planHours(plan).end) + hour;
  const x = (at: number) => left + ((clamp(at, from, to) - from) / (to - from)) * (width - left - 22);
  const rows: { label: string; bars: Bar[] }[] = [
    { label: t(facts.language, 'practice.page.picture.signals'), bars: signals(facts, to, facts.language) },
    {
      label: t(facts.language, 'practice.page.picture.verdict'),
      bars: verdicts(facts, from, to, facts.language),
    },
    { label: t(facts.language, 'practice.page.picture.parts'), bars: parts(facts, facts.language) },
    {
      label: t(facts.language, 'practice.page.picture.centre'),
      bars: centres(facts, from, to, facts.language),
    },
  ];
  const bottom = top + rows.length * (rowHeight + gap);
  const hours: string[] = [];
  for (let at = from; at <= to; at += hour) {
    hours.push(
      `<line x1="${n(x(at))}" x2="${n(x(at))}" y1="${top - 8}" y2="${bottom}" stroke="#e3e8ee"/>`,
      `<text x="${n(x(at))}" y="${top - 14}" text-anchor="middle" fill="#52606d" font-size="12">${hongKongTime(at)}</text>`,
    );
  }
  const drawn = rows.map(({ label, bars }, index) => {
    const y = top + index * (rowHeight + gap);
    return [
      `<text x="2" y="${y + 17}" fill="#1f2a37" font-size="12" font-weight="600">${html(label)}</text>`,
      ...bars
        .filter((bar) => bar.to > from && bar.from < to)
        .map((bar) => drawBar(bar, x, y, facts.language)),
      ...(bars.some((bar) => bar.to > from && bar.from < to)
        ? []
        : [
            `<text x="${left + 6}" y="${y + 17}" fill="#7b8794" font-size="12">${html(t(facts.language, 'practice.page.picture.none'))}</text>`,
          ]),
    ].join('');
  });
  const marks = [
    { at: cutOff, text: t(facts.language, 'practice.page.picture.cutOff', { time: plan.weather.cutOff }) },
    ...(facts.decision?.effectiveAt == null
      ? []
      : [
          {
            at: facts.decision.effectiveAt,
            text: t(facts.language, 'practice.page.picture.mark', {
              text: t(facts.language, `practice.page.verdict.${facts.decision.verdict}`),
              time: hongKongTime(facts.decision.effectiveAt),
            }),
          },
        ]),
  ];
  const texts = [...new Map(marks.map((mark) => [mark.at, mark])).values()].map(({ at, text }) => {
    const end = x(at) > width - 160;
    return (
      `<line x1="${n(x(at))}" x2="${n(x(at))}" y1="${top - 8}" y2="${bottom + 4}" stroke="#b3261e" stroke-width="1.5" stroke-dasharray="4 3"/>` +
      `<text x="${n(x(at) + (end ? -4 : 4))}" y="${bottom + 14}" fill="#b3261e" font-size="12"${end ? ' text-anchor="end"' : ''}>${html(text)}</text>`
    );
  });
  const notes = rows.flatMap((row) => narrowNotes(row, from, to, x, facts.language));
  const noted = notes.map(
    (note, index) =>
      `<text x="2" y="${bottom + 34 + index * 15}" fill="#52606d" font-size="11">${html(note)}</text>`,
  );
  const height = bottom + 22 + (notes.length === 0 ? 0 : notes.length * 15 + 4);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${html(t(facts.language, 'practice.page.picture.label', { from: hongKongTime(from), to: hongKongTime(to) }))}" lang="${facts.language}" font-family="${html(fontsOf(facts.language))}">${hours.join('')}${drawn.join('')}${texts.join('')}${noted.join('')}</svg>`;
}

function drawBar(
  { from, to, text, fill, ink = '#ffffff' }: Bar,
  x: (at: number) => number,
  y: number,
  language: Language,
): string {
  const wide = Math.max(3, x(to) - x(from));
  const label =
    text !== '' && hasRoom(text, wide)
      ? `<text x="${n(x(from) + 6)}" y="${y + 17}" fill="${ink}" font-size="12">${html(text)}</text>`
      : '';
  return `<g><title>${html(t(language, 'practice.page.picture.bar', { text, from: hongKongTime(from), to: hongKongTime(to) }))}</title><rect x="${n(x(from))}" y="${y}" width="${n(wide)}" height="${rowHeight}" rx="3" fill="${fill}"/>${label}</g>`;
}

/** Roughly: letters of this size are 6.4 wide. */
function hasRoom(text: string, wide: number): boolean {
  return wide > lettersOf(text) * 6.4 + 8;
}

/** Chinese characters and their punctuation are as wide as two letters. */
function lettersOf(text: string): number {
  return Array.from(text).reduce((sum, one) => sum + (/[\u2e80-\uffef]/.test(one) ? 2 : 1), 0);
}

/** What has no room in its bar, in words below the picture, because paper has no tooltips. */
function narrowNotes(
  { label, bars }: { label: string; bars: readonly Bar[] },
  from: number,
  to: number,
  x: (at: number) => number,
  language: Language,
): string[] {
  const narrow = bars.filter(
    (bar) =>
      bar.text !== '' &&
      bar.to > from &&
      bar.from < to &&
      !hasRoom(bar.text, Math.max(3, x(bar.to) - x(bar.from))),
  );
  const lines: string[] = [];
  for (const bar of narrow) {
    const note = t(language, 'practice.page.picture.note', {
      text: bar.text,
      from: hongKongTime(bar.from),
      to: hongKongTime(bar.to),
    });
    const last = lines.at(-1);
    if (last !== undefined && lettersOf(last) + lettersOf(note) < longestNote)
      lines[lines.length - 1] = `${last}${t(language, 'practice.page.picture.semicolon')}${note}`;
    else lines.push(`${label}${t(language, 'practice.page.picture.colon')}${note}`);
  }
  return lines;
}

/** Letters that fit below the picture in one line. */
const longestNote = 130;

function signals({ evidence }: EvidenceFacts, to: number, language: Language): Bar[] {
  const declared = evidence.words.flatMap((word) =>
    word.about === 'extreme-conditions' && word.says === 'declared' ? [word.since] : [],
  );
  const ended = evidence.words.flatMap((word) =>
    word.about === 'extreme-conditions' && word.says === 'ended' ? [word.since] : [],
  );
  return [
    ...evidence.spells.map(({ kind, code, issued, cancelled, knownTo }) => ({
      from: issued,
      to: cancelled ?? knownTo ?? to,
      text: code,
      fill: signalFills[kind] ?? '#52606d',
    })),
    ...declared.map((since) => ({
      from: since,
      to: ended.find((at) => at > since) ?? to,
      text: signalName('EC', language),
      fill: signalFills['extreme-conditions'] ?? '',
    })),
  ].sort((a, b) => a.from - b.from);
}

function verdicts({ events, writtenAt }: EvidenceFacts, from: number, to: number, language: Language): Bar[] {
  const said = events.filter(({ what }) => what === 'verdict');
  const all = [{ at: from, details: { verdict: 'pending' } }, ...said];
  return all.map(({ at, details }, index) => {
    const verdict = String(details.verdict);
    const key = `practice.page.verdict.${verdict}`;
    const [fill, ink] = verdictFills[verdict] ?? ['#52606d', '#ffffff'];
    return {
      from: at,
      to: all[index + 1]?.at ?? Math.min(to, Math.max(writtenAt, at + hour)),
      text: isKey(key) ? t(language, key) : verdict,
      fill,
      ink,
    };
  });
}

/** The planned hours in grey, and over them how long a part really went on, each time it was held. */
function parts({ plan, parts: states, events }: EvidenceFacts, language: Language): Bar[] {
  return plan.parts.flatMap((part) => {
    const state = states[part.name] ?? 'waiting';
    const [start, end] = [planMoment(plan, part.start), planMoment(plan, part.end)];
    const begun = state === 'ended' || state === 'running' || state === 'stopped';
    const planned = {
      from: start,
      to: end,
      text: begun ? '' : t(language, `practice.page.partState.${state}`),
      fill: '#e3e8ee',
      ink: '#52606d',
    };
    const held = timesHeld(events, part.name);
    if (held.length === 0) return begun ? [planned, barOf(part.name, { from: start, to: end })] : [planned];
    return [planned, ...held.map(({ from, to = end, stopped }) => barOf(part.name, { from, to, stopped }))];
  });
}

function barOf(
  text: string,
  { from, to, stopped = false }: { from: number; to: number; stopped?: boolean },
): Bar {
  return { from, to, text, fill: stopped ? '#c25b12' : '#1f4e79' };
}

/** From each beginning of a part, where accounts are not only tried again, to its end. */
function timesHeld(events: EvidenceFacts['events'], name: string) {
  const held: { from: number; to?: number; stopped: boolean }[] = [];
  for (const { at, details } of events) {
    if (details.part !== name) continue;
    const last = held.at(-1);
    const open = last !== undefined && last.to === undefined ? last : undefined;
    if (details.action === 'begin' && open === undefined) held.push({ from: at, stopped: false });
    if (open !== undefined && (details.action === 'end' || details.action === 'stop'))
      Object.assign(open, { to: at, stopped: details.action === 'stop' });
  }
  return held;
}

function centres({ events, writtenAt }: EvidenceFacts, from: number, to: number, language: Language): Bar[] {
  const moves = [
    { at: from, centre: 'primary' },
    ...events.flatMap(({ at, details }) =>
      typeof details.dataCentre === 'string' && details.milestone === undefined && details.part === undefined
        ? [{ at, centre: details.dataCentre }]
        : [],
    ),
  ];
  return moves
    .filter(({ centre }, index) => centre !== moves[index - 1]?.centre)
    .map(({ at, centre }, index, all) => ({
      from: at,
      to: all[index + 1]?.at ?? Math.min(to, writtenAt + hour),
      text: t(language, `practice.page.centre.${centre === 'primary' ? 'primary' : 'secondary'}`),
      fill: centre === 'primary' ? '#dbe7f3' : '#8a5a00',
      ink: centre === 'primary' ? '#1f4e79' : '#ffffff',
    }));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function n(value: number): string {
  return value.toFixed(1);
}

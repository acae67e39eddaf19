/** Some weeks of a report as SVG, days from left to right: when it came against its window, and how large it was. */
import { addDays } from '../../time/hong-kong.ts';
import { type Html, html } from '../html.ts';
import { bytes } from '../kit.ts';
import type { Arrival, ReportModel } from './view.ts';

const WIDTH = 640;
const HEIGHT = 220;
/** Room for the names of the lines, also in the larger letters of a telephone. */
const LEFT = 88;
const TOP = 18;
const BOTTOM = 24;
const DAY = 86_400_000;

/** 'HH:MM', with a mark for later days: '01:30+1'. */
export function clockTime(minute: number): string {
  const day = Math.floor(minute / 1440);
  const of = minute - day * 1440;
  const text = `${String(Math.floor(of / 60)).padStart(2, '0')}:${String(of % 60).padStart(2, '0')}`;
  return day === 0 ? text : `${text}${day > 0 ? '+' : ''}${day}`;
}

/** @param label says the picture to those who do not see it */
export function picture(
  { arrivals, window, span }: Pick<ReportModel, 'arrivals' | 'window' | 'span'>,
  label: string,
): Html {
  const { about, late, cutOff } = window;
  const known = [...arrivals.map(({ minute }) => minute), about, late, cutOff].filter((one) => one !== null);
  if (arrivals.length === 0) return '';
  const low = Math.floor((Math.min(...known) - 30) / 60) * 60;
  const high = Math.max(Math.ceil((Math.max(...known) + 30) / 60) * 60, low + 120);
  const x = (date: string) => placeOf(date, span);
  const y = (minute: number) => round(TOP + ((high - minute) / (high - low)) * (HEIGHT - TOP - BOTTOM));
  const band = (from: number | null, to: number | null, kind: string) =>
    from === null || to === null || to <= from
      ? ''
      : html`<rect class="${kind}" x="${LEFT}" y="${y(to)}" width="${WIDTH - LEFT - 4}" height="${round(y(from) - y(to))}"/>`;
  const step =
    [60, 120, 180, 360, 720, 1440, 2880, 10_080].find((one) => (high - low) / one <= 5) ?? high - low;
  const lines: Html[] = [];
  for (let minute = Math.ceil(low / step) * step; minute <= high; minute += step) {
    lines.push(
      html`<line class="s-line" x1="${LEFT}" x2="${WIDTH}" y1="${y(minute)}" y2="${y(minute)}"/><text x="0" y="${round(y(minute) + 4)}">${clockTime(minute)}</text>`,
    );
  }
  const others = (isAmended: boolean) =>
    arrivals
      .filter(({ own, amended }) => !own && amended === isAmended)
      .map(({ date, minute }) => `M${x(date)} ${y(minute)}h0`);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">${band(about, late, 's-window')}${band(late, cutOff, 's-late')}${lines}${dots('s-here-dots', others(false))}${dots('s-half-dots', others(true))}${arrivals.filter(({ own }) => own).map((one) => dot(one, x(one.date), y(one.minute)))}${datesOf(span, HEIGHT)}</svg>`;
}

type Span = ReportModel['span'];

const daysIn = ({ from, to }: Span) => Math.max(1, (Date.parse(to) - Date.parse(from)) / DAY);

/** Where a date stands from left to right. */
function placeOf(date: string, span: Span): number {
  const after = (Date.parse(date) - Date.parse(span.from)) / DAY;
  return round(LEFT + (after / daysIn(span)) * (WIDTH - LEFT - 12));
}

/** The first date of a picture and the last one, and the middle of more than a few days. */
function datesOf(span: Span, height: number): Html {
  const days = daysIn(span);
  const middle = days < 4 ? [] : [['middle', Math.floor(days / 2)] as const];
  return [['start', 0] as const, ...middle, ['end', days] as const].map(([anchor, after]) => {
    const date = addDays(span.from, after);
    return html`<text x="${anchor === 'end' ? WIDTH - 4 : placeOf(date, span)}" y="${height - 4}" text-anchor="${anchor}">${date}</text>`;
  });
}

const VOLUME = 120;

/** How large it was on each date: of several contents the largest. @param label says the picture to those who do not see it */
export function volume({ arrivals, span }: Pick<ReportModel, 'arrivals' | 'span'>, label: string): Html {
  const most = Math.max(1, ...arrivals.map((one) => one.bytes));
  const largest = Map.groupBy(arrivals, ({ date }) => date);
  const floor = VOLUME - BOTTOM;
  const bars = [...largest].map(([date, all]) => {
    const size = Math.max(...all.map((one) => one.bytes));
    const height = Math.max(1, round((size / most) * (floor - TOP)));
    return `M${placeOf(date, span)} ${floor}v-${height}`;
  });
  const own = arrivals.find((one) => one.own);
  const mark =
    own === undefined
      ? ''
      : html`<circle class="s-area" cx="${placeOf(own.date, span)}" cy="${round(floor - (own.bytes / most) * (floor - TOP))}" r="5"/>`;
  return html`<svg viewBox="0 0 ${WIDTH} ${VOLUME}" role="img" aria-label="${label}"><line class="s-line" x1="${LEFT}" x2="${WIDTH}" y1="${floor}" y2="${floor}"/><text x="0" y="${TOP + 10}">${bytes(most)}</text><path class="s-volume" d="${bars.join('')}"/>${mark}${datesOf(span, VOLUME)}</svg>`;
}

/** Hundreds of dots are one path: each alone would take ten times as many bytes. */
function dots(kind: string, places: readonly string[]): Html {
  return places.length === 0 ? '' : html`<path class="${kind}" d="${[...new Set(places)].join('')}"/>`;
}

function dot({ date, minute, amended }: Arrival, x: number, y: number): Html {
  return html`<circle class="${amended ? 's-half' : 's-area'}" cx="${x}" cy="${y}" r="7"><title>${date} ${clockTime(minute)}</title></circle>`;
}

const round = (value: number) => Math.round(value * 10) / 10;

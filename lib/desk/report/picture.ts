/** Arrivals of some weeks against their window, as SVG: days from left to right, the time of day upwards. */
import { addDays } from '../../time/hong-kong.ts';
import { type Html, html } from '../html.ts';
import type { Arrival, ReportModel } from './view.ts';

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 64;
const TOP = 8;
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
  const days = Math.max(1, (Date.parse(span.to) - Date.parse(span.from)) / DAY);
  const x = (date: string) =>
    round(LEFT + ((Date.parse(date) - Date.parse(span.from)) / DAY / days) * (WIDTH - LEFT - 12));
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
  const dates = [0, Math.floor(days / 2), days].map((after, at) => {
    const date = addDays(span.from, after);
    const anchor = ['start', 'middle', 'end'][at] ?? 'start';
    return html`<text x="${at === 2 ? WIDTH - 4 : x(date)}" y="${HEIGHT - 4}" text-anchor="${anchor}">${date}</text>`;
  });
  const others = (isAmended: boolean) =>
    arrivals
      .filter(({ own, amended }) => !own && amended === isAmended)
      .map(({ date, minute }) => `M${x(date)} ${y(minute)}h0`);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">${band(about, late, 's-window')}${band(late, cutOff, 's-late')}${lines}${dots('s-here-dots', others(false))}${dots('s-half-dots', others(true))}${arrivals.filter(({ own }) => own).map((one) => dot(one, x(one.date), y(one.minute)))}${dates}</svg>`;
}

/** Hundreds of dots are one path: each alone would take ten times as many bytes. */
function dots(kind: string, places: readonly string[]): Html {
  return places.length === 0 ? '' : html`<path class="${kind}" d="${[...new Set(places)].join('')}"/>`;
}

function dot({ date, minute, amended }: Arrival, x: number, y: number): Html {
  return html`<circle class="${amended ? 's-half' : 's-area'}" cx="${x}" cy="${y}" r="7"><title>${date} ${clockTime(minute)}</title></circle>`;
}

const round = (value: number) => Math.round(value * 10) / 10;

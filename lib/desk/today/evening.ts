/** The day as a picture: the window of each report, when it came, and now. Made by the server, in real pixels of text. */

import { isHere, reportName } from '../../model/completeness.ts';
import { hongKongTime } from '../../time/hong-kong.ts';
import { type Html, html } from '../html.ts';
import type { AccountToday } from './facts.ts';
import { keyOf } from './verdict.ts';

/** More rows would not be read: the open ones first, then those nearest to now. */
const MOST_ROWS = 12;
/** Height of the band for the word on this moment, of a row with its name and its bar, and of the band for the hours. */
const TOP = 18;
const ROW = 34;
const BOTTOM = 20;
/** Room for half a mark at both ends, in parts of a hundred of the width. */
const EDGE = 3;
/** The narrowest picture: of a window of 320 px. A letter is so wide at most, and so much is free between two texts. */
const NARROWEST = 256;
const LETTER = 8;
const FREE = 6;
const HOUR = 3600;

export interface Bar {
  name: string;
  /** Seconds since 1970. */
  from: number;
  until: number;
  arrived: number | null;
  state: 'here' | 'half' | 'open' | 'late';
}

/** The windows of today, in order of their times. */
export function barsOf(accounts: readonly AccountToday[], at: number): Bar[] {
  const bars = accounts.flatMap(({ found, arrived }) =>
    (found?.reports ?? []).flatMap((one): Bar[] => {
      const { about, cutOff, lateAfter } = one;
      if (about === null || one.businessDate !== found?.today || one.closed !== undefined) return [];
      const came = arrived[keyOf(one)];
      const late = ['late', 'missing', 'unknown'].includes(one.state);
      const state = isHere(one) ? 'here' : late ? 'late' : one.lacking === undefined ? 'open' : 'half';
      const until = Math.max(cutOff ?? lateAfter ?? about, about + HOUR / 4);
      const arrival = came === undefined ? null : Math.floor(came / 1000);
      return [{ name: reportName(one), from: about, until, arrived: arrival, state }];
    }),
  );
  const far = ({ state, from, until }: Bar) =>
    state === 'here' ? HOUR + Math.min(Math.abs(from - at), Math.abs(until - at)) : 0;
  return bars
    .toSorted((a, b) => far(a) - far(b))
    .slice(0, MOST_ROWS)
    .sort((a, b) => a.from - b.from || (a.name < b.name ? -1 : 1));
}

/** @param label what it shows, for those who hear it @param now the word on the line of this moment */
export function evening(bars: readonly Bar[], at: number, label: string, now: string): Html {
  if (bars.length === 0) return '';
  const begin = floor(Math.min(at, ...bars.map(({ from, arrived }) => Math.min(from, arrived ?? from))));
  const end =
    floor(Math.max(at, ...bars.map(({ until, arrived }) => Math.max(until, arrived ?? 0))) - 1) + HOUR;
  const part = (seconds: number) => (seconds / (end - begin)) * (100 - 2 * EDGE);
  const place = (second: number) => EDGE + part(second - begin);
  const x = (second: number) => percent(place(second));
  const bottom = TOP + bars.length * ROW;
  const height = bottom + BOTTOM;
  const rows = bars.map(({ name, from, until, arrived, state }, row) => {
    const y = TOP + row * ROW;
    const mark =
      arrived !== null
        ? html`<circle class="s-here" cx="${x(arrived)}" cy="${y + 25}" r="6"/>`
        : state === 'half'
          ? html`<circle class="s-half" cx="${x(from)}" cy="${y + 25}" r="5"/>`
          : '';
    return html`<text class="s-name" x="0" y="${y + 14}">${short(name)}</text><rect class="${state === 'late' ? 's-late' : 's-window'}" x="${x(from)}" width="${percent(part(until - from))}" y="${y + 19}" height="12" rx="6"/>${mark}`;
  });
  const hours = hoursBetween(begin, end, place).map(({ second, anchor, isNamed }) => {
    const line = html`<line class="s-line" x1="${x(second)}" x2="${x(second)}" y1="${TOP}" y2="${bottom}"/>`;
    return isNamed
      ? html`${line}<text x="${x(second)}" y="${height - 5}" text-anchor="${anchor}">${hongKongTime(second * 1000)}</text>`
      : line;
  });
  const isRight = place(at) > 75;
  return html`<svg role="img" aria-label="${label}" width="100%" height="${height}">${hours}<line class="s-now" x1="${x(at)}" x2="${x(at)}" y1="0" y2="${bottom}"/>${rows}<text class="s-now-text" x="${x(at)}" y="13" dx="${isRight ? -4 : 4}" text-anchor="${isRight ? 'end' : 'start'}">${now}</text></svg>`;
}

interface Hour {
  second: number;
  anchor: 'start' | 'middle' | 'end';
  /** Is there room for its name beside the one before it? */
  isNamed: boolean;
}

/** Hours between two names of them. */
const STEPS = [1, 2, 3, 4, 6, 8, 12, 24];

/** Some whole hours, from left to right. @param place where a second lies, in parts of a hundred */
function hoursBetween(begin: number, end: number, place: (second: number) => number): Hour[] {
  const all = (end - begin) / HOUR;
  const some = STEPS.filter((step) => all / step <= 5).map((step) => hoursBy(step, begin, end, place));
  return (
    some.find((hours) => hours.every(({ isNamed }) => isNamed)) ??
    hoursBy(Math.max(24, Math.ceil(all / 120) * 24), begin, end, place)
  );
}

function hoursBy(step: number, begin: number, end: number, place: (second: number) => number): Hour[] {
  const wide = LETTER * '00:00'.length;
  const hours: Hour[] = [];
  let free = 0;
  for (let second = begin; second <= end; second += step * HOUR) {
    const middle = (place(second) / 100) * NARROWEST;
    const anchor = middle < wide / 2 ? 'start' : middle > NARROWEST - wide / 2 ? 'end' : 'middle';
    const left = middle - { start: 0, middle: wide / 2, end: wide }[anchor];
    const isNamed = left >= free;
    if (isNamed) free = left + wide + FREE;
    hours.push({ second, anchor, isNamed });
  }
  return hours;
}

const percent = (value: number) => `${value.toFixed(2)}%`;

/** Names are of large letters, which are wider. */
const MOST_LETTERS = 26;

function short(name: string): string {
  const letters = [...name];
  return letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS - 3).join('')}...` : name;
}

/** The whole hour in Hong Kong, which is a whole hour everywhere. */
const floor = (second: number) => Math.floor(second / HOUR) * HOUR;

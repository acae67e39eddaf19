/** The day as a picture: the window of each report, when it came, and now. Made by the server, in real pixels of text. */

import { isHere, reportName } from '../../model/completeness.ts';
import { hongKongTime } from '../../time/hong-kong.ts';
import { type Html, html } from '../html.ts';
import type { AccountToday } from './facts.ts';
import { keyOf } from './verdict.ts';

/** More rows would not be read: the open ones first, then those nearest to now. */
const MOST_ROWS = 12;
const ROW = 34;
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
  const end = floor(Math.max(at, ...bars.map(({ until }) => until)) - 1) + HOUR;
  const x = (second: number) => `${(((second - begin) / (end - begin)) * 98 + 1).toFixed(2)}%`;
  const wide = (from: number, until: number) => `${(((until - from) / (end - begin)) * 98).toFixed(2)}%`;
  const height = bars.length * ROW + 24;
  const step = [1, 2, 3, 4, 6, 12].find((hours) => (end - begin) / HOUR / hours <= 5) ?? 24;
  const ticks = Array.from(
    { length: Math.floor((end - begin) / HOUR / step) + 1 },
    (_, n) => begin + n * step * HOUR,
  );
  const isLast = (second: number) => second - begin > (end - begin) * 0.9;
  const rows = bars.map(({ name, from, until, arrived, state }, row) => {
    const y = row * ROW;
    const mark =
      arrived !== null
        ? html`<circle class="s-here" cx="${x(arrived)}" cy="${y + 25}" r="6"/>`
        : state === 'half'
          ? html`<circle class="s-half" cx="${x(from)}" cy="${y + 25}" r="5"/>`
          : '';
    return html`<text class="s-name" x="1%" y="${y + 14}">${name}</text><rect class="${state === 'late' ? 's-late' : 's-window'}" x="${x(from)}" width="${wide(from, until)}" y="${y + 19}" height="12" rx="6"/>${mark}`;
  });
  return html`<svg role="img" aria-label="${label}" width="100%" height="${height}">${ticks.map((second) => html`<line class="s-line" x1="${x(second)}" x2="${x(second)}" y1="0" y2="${height - 18}"/><text x="${x(second)}" y="${height - 4}" text-anchor="${second === begin ? 'start' : isLast(second) ? 'end' : 'middle'}">${hongKongTime(second * 1000)}</text>`)}${rows}<line class="s-now" x1="${x(at)}" x2="${x(at)}" y1="0" y2="${height - 18}"/><text class="s-now-text" x="${x(at)}" y="12" dx="${isLast(at) ? -4 : 4}" text-anchor="${isLast(at) ? 'end' : 'start'}">${now}</text></svg>`;
}

/** The whole hour in Hong Kong, which is a whole hour everywhere. */
const floor = (second: number) => Math.floor(second / HOUR) * HOUR;

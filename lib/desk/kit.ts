/** What pages are built with: the language and rights of whoever looks, and the small pieces that all pages share. */

import type { Language } from '../i18n/languages.ts';
import { type Key, type Params, t as translated } from '../i18n/translate.ts';
import { hongKongDate, hongKongStamp, hongKongTime } from '../time/hong-kong.ts';
import { type Html, html } from './html.ts';

/** Who looks, in which language, and when. */
export interface Kit {
  language: Language;
  /** Milliseconds since 1970. */
  now: number;
  /** Name of the login, '' where there is none. */
  login: string;
  /** Names of the acts that this login may do; no other button is made. */
  acts: readonly string[];
  /** Lines of the menu that have a page. */
  lines: readonly string[];
  /** From this page to the desk's root: './' or '../'. */
  root: string;
  /** What tells this release's script from others: browsers keep it. */
  script?: string;
}

export type Tone = 'ok' | 'warn' | 'bad' | 'grey';

/** The address of a page of the desk, `path` without a slash in front: 'history?q=RMAMR03'. */
export function link(t: Pick<Kit, 'root'>, path: string): string {
  return t.root + path;
}

/** A path with a query; what is empty is left out. */
export function query(path: string, values: Readonly<Record<string, string | number>>): string {
  const kept = Object.entries(values).filter(([, value]) => value !== '');
  const text = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

export function pill(tone: Tone, text: Html): Html {
  return html`<span class="pill ${tone}">${text}</span>`;
}

/** @param id the same for the same card whenever it is made: pieces that changed are found by it */
export function card(id: string, title: Html, body: Html): Html {
  return html`<section class="card" id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>`;
}

/** How many of a list a page shows, where it does not show all of them. */
export function shownOf(t: Pick<Kit, 'language'>, shown: number, n: number): Html {
  return shown >= n ? '' : html`<p class="soft n">${tell(t, 'desk.frame.shownOf', { shown, n })}</p>`;
}

/** The same, with the way to a page of all of it. */
export function restOf(t: Kit, shown: number, n: number, all: string): Html {
  if (shown >= n) return '';
  return [shownOf(t, shown, n), html`<p><a href="${link(t, all)}">${tell(t, 'desk.frame.showAll')}</a></p>`];
}

/**
 * The button of an act, or nothing for whoever may not do it.
 * @param fields what the form is filled with beforehand: what the act is about
 */
export function actButton(
  t: Kit,
  act: string,
  label: string,
  fields: Readonly<Record<string, string | number>> = {},
  kind: 'first' | 'second' = 'second',
): Html {
  if (!t.acts.includes(act)) return '';
  const key = `${act}-${Object.values(fields).join('-')}`;
  return html`<button type="button" class="${kind}" data-act="${act}" data-fields="${JSON.stringify(fields)}" data-key="${key}">${label}</button>`;
}

/** A table that scrolls in itself where the window is narrow. */
export function table(caption: string, heads: readonly Html[], rows: readonly (readonly Html[])[]): Html {
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table><thead><tr>${heads.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** 'HH:MM' in Hong Kong, with the date where it is another day. */
export function time(t: Pick<Kit, 'now'>, at: number): string {
  return hongKongDate(at) === hongKongDate(t.now) ? hongKongTime(at) : hongKongStamp(at).slice(0, 16);
}

/** 'HH:MM:SS' in Hong Kong. */
export function second(at: number): string {
  return hongKongStamp(at).slice(11, 19);
}

/** '1 h 08 min', '12 min', '40 s' */
export function duration(t: Pick<Kit, 'language'>, ms: number): string {
  const unit = (name: 'hours' | 'minutes' | 'seconds') => tell(t, `desk.frame.units.${name}`);
  const all = Math.max(0, Math.round(ms / 1000));
  if (all < 60) return `${all} ${unit('seconds')}`;
  const whole = Math.floor(all / 60);
  if (whole < 60) return `${whole} ${unit('minutes')}`;
  return `${Math.floor(whole / 60)} ${unit('hours')} ${String(whole % 60).padStart(2, '0')} ${unit('minutes')}`;
}

/** '41.2 MB', of thousands, as file managers say it. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = count;
  let at = 0;
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000;
    at++;
  }
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1).replace(/\.0$/, '')} ${units[at]}`;
}

/** '2026-11-30' as people of the language write a day of the week with it. */
export function longDate(t: Pick<Kit, 'language'>, date: string): string {
  const tag = { en: 'en-GB', 'zh-Hant': 'zh-Hant-HK', 'zh-Hans': 'zh-Hans-CN' }[t.language];
  const format = new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeZone: 'UTC' });
  return format.format(new Date(`${date}T00:00:00Z`));
}

/** A text with pieces of a page in its places. */
export function tellHtml(t: Pick<Kit, 'language'>, key: Key, values: Readonly<Record<string, Html>>): Html {
  const places = Object.entries(values).map(([name, value], at) =>
    typeof value === 'number' ? [name, value] : [name, `\0${at}\0`],
  );
  const pieces = Object.values(values);
  return translated(t.language, key, Object.fromEntries(places))
    .split('\0')
    .map((piece, at) => (at % 2 === 1 ? pieces[Number(piece)] : piece));
}

/** A text in the reader's language, filled in. */
export function tell(t: Pick<Kit, 'language'>, key: Key, params?: Params): string {
  return translated(t.language, key, params);
}

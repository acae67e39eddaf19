/** The frame around every page: head, menu, what is told of the moment, foot. */

import { type Language, languages } from '../i18n/languages.ts';
import { installations } from '../model/installations.ts';
import type { FrameFacts } from './frame.ts';
import { constant, type Html, html, textOf } from './html.ts';
import { type Kit, link, pill, query, second, tell } from './kit.ts';
import type { MenuLine } from './menu.ts';
import { style } from './style.ts';

/** What a page is put together from. */
export interface Sheet {
  title: string;
  /** Line of the menu; undefined on pages that stand outside of it. */
  line?: MenuLine;
  lines: readonly MenuLine[];
  facts?: FrameFacts;
  main: Html;
  /** Is the page fetched anew while it is looked at? 'again': the browser asks until it gets the page itself. */
  follows: 'yes' | 'no' | 'again';
}

/** What changes of a page while it is looked at, as it is sent to a browser that has the rest. @param asOf '' for no moment */
export async function pieces(sheet: Sheet, t: Kit, asOf: string): Promise<string> {
  return textOf(
    html`${header(sheet, t, asOf)}<main id="main" tabindex="-1" data-title="${sheet.title}">${sheet.main}</main>`,
  );
}

/** @param body as `pieces` gave it */
export function wholePage(sheet: Sheet, t: Kit, body: string): Promise<string> {
  return textOf(html`<!doctype html>
<html lang="${t.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${sheet.title} - RAP Ops</title><link rel="icon" href="data:,"><style>${constant(style)}</style><script src="${link(t, query('desk.js', { v: t.script ?? '' }))}" type="module"></script></head>
<body data-root="${t.root}" data-follow="${sheet.follows}" data-stopped="${tell(t, 'desk.frame.stopped')}" data-old="${tell(t, 'desk.frame.old')}" data-ended="${tell(t, 'desk.frame.ended')}" data-log-in="${tell(t, 'desk.frame.logIn')}" data-ended-act="${tell(t, 'desk.frame.form.ended')}" data-close="${tell(t, 'desk.frame.close')}" data-no-server="${tell(t, 'desk.frame.login.noServer')}"><a class="skip" href="#main">${tell(t, 'desk.frame.skip')}</a><div id="pieces">${constant(body)}</div><div id="said" class="said" role="status" aria-live="polite"></div><dialog id="dialog" aria-labelledby="dialog-title"></dialog>${footer(t)}</body></html>`);
}

function header({ line, lines, facts }: Sheet, t: Kit, asOf: string): Html {
  const alarms = facts?.openAlarms ?? 0;
  const count = html` <span class="pill bad" aria-label="${tell(t, 'desk.frame.openAlarms', { n: alarms })}">${alarms}</span>`;
  const items = lines.map((one) => {
    const path = one === 'today' ? '' : one;
    const current = one === line ? html` aria-current="page"` : '';
    return html`<a href="${link(t, path)}"${current}>${tell(t, `desk.frame.menu.${one}`)}${one === 'alarms' && alarms > 0 ? count : ''}</a>`;
  });
  const all = facts?.dataCentres ?? [];
  const centres = all.map(({ account, installation, dataCentre }) => {
    const isOnly = all.filter((one) => one.installation === installation).length === 1;
    const name = isOnly ? installations[installation].title : account;
    return pill(
      dataCentre === 'primary' ? 'grey' : 'bad',
      tell(t, `desk.frame.${dataCentre}`, { account: name }),
    );
  });
  const moment = html`<span class="as-of" id="as-of">${tell(t, 'desk.frame.asOf')} <span class="n" id="as-of-time">${asOf}</span> ${tell(t, 'desk.frame.hongKong')}</span>`;
  return html`<header><div class="bar"><b>RAP Ops</b>${centres}${asOf === '' ? '' : moment}</div>${lines.length === 0 ? '' : html`<nav aria-label="${tell(t, 'desk.frame.desk')}">${items}</nav>`}</header>`;
}

function footer(t: Kit): Html {
  const links = languages.map((one: Language) =>
    one === t.language
      ? html`<span lang="${one}" aria-current="true">${tell({ language: one }, 'desk.frame.language')}</span>`
      : html`<a lang="${one}" hreflang="${one}" href="?language=${one}">${tell({ language: one }, 'desk.frame.language')}</a>`,
  );
  const who =
    t.login === ''
      ? ''
      : html`<span>${tell(t, 'desk.frame.signedIn', { name: t.login })}</span><button type="button" class="plain" id="log-out">${tell(t, 'desk.frame.logOut')}</button>`;
  return html`<footer><div role="group" aria-label="${tell(t, 'desk.frame.languages')}">${links.map((one) => html`${one} `)}</div>${who}</footer>`;
}

/** A page that says why another cannot be shown, or who may see it. */
export function notice(t: Kit, title: string, more: Html, tone: 'bad' | 'warn' | 'grey' = 'grey'): Html {
  return html`<section class="verdict ${tone}"><h1>${title}</h1><p>${more}</p><p><a href="${link(t, '')}">${tell(t, 'desk.frame.backToToday')}</a></p></section>`;
}

/** The moment that a page is of, as its head says it. */
export const asOfText = second;

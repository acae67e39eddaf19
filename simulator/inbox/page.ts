/** The inbox's pages. Mails are foreign text: everything is escaped, HTML parts are shown in a sandbox. */

import type { Email } from 'postal-mime';
import { type Language, languages } from '../../lib/i18n/languages.ts';
import { isKey, t } from '../../lib/i18n/translate.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { families, faultTitle, type NamedFault, type Verdict } from '../faults/table.ts';
import { inLanguage, type Offer, type Said } from './offer.ts';
import type { FaultPlayer } from './player.ts';

export interface MailSummary {
  name: string;
  from: string;
  to: string;
  subject: string;
  /** Milliseconds since 1970. */
  receivedAt: number;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** The time of reception from a mail's name (see Mailbox). */
export function receivedAt(name: string): number {
  const [, y, mo, d, h, mi, s, ms] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(name) ?? [];
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s), Number(ms));
}

export function summaryOf(name: string, mail: Email): MailSummary {
  const delivered = mail.headers.filter(({ key }) => key === 'delivered-to').map(({ value }) => value);
  return {
    name,
    from: mail.from === undefined ? '' : mail.from.name || mail.from.address || '',
    to: delivered.join(', '),
    subject: mail.subject ?? '',
    receivedAt: receivedAt(name),
  };
}

/** What a page of the inbox is made for. */
export interface Reader {
  language: Language;
  /** Where the page is, for its links to other languages. */
  path: string;
}

export interface Choosing {
  player: FaultPlayer;
  /** Why the last choice came to nothing, or ''. */
  failed: string;
}

export function listPage(
  mails: readonly MailSummary[],
  reader: Reader,
  { offer, choosing }: { offer?: Offer | undefined; choosing?: Choosing | undefined } = {},
): string {
  const rows = mails.map(
    (mail) => `<tr><td class="time">${hongKongStamp(mail.receivedAt)}</td>
<td><a href="/mail/${mail.name}">${escapeHtml(mail.subject || t(reader.language, 'demo.inbox.noSubject'))}</a><div class="who">${escapeHtml(mail.from)} &rarr; ${escapeHtml(mail.to)}</div></td></tr>`,
  );
  const body =
    rows.length === 0
      ? `<p class="empty">${t(reader.language, 'demo.inbox.empty')}</p>`
      : `<table>${rows.join('\n')}</table>`;
  const count = t(reader.language, 'demo.inbox.mails', { n: mails.length });
  return page(
    t(reader.language, 'demo.inbox.inbox'),
    reader,
    [
      `<header><h1>${t(reader.language, 'demo.inbox.inbox')}</h1><span id="count">${count}</span></header>`,
      choosing === undefined ? '' : `<div id="fault">${faultChooser(choosing, reader.language)}</div>`,
      offer === undefined ? '' : `<div id="offer">${offered(offer, reader.language)}</div>`,
      `<div id="mails">${body}</div>`,
    ].join(''),
    offer?.running === undefined ? 5 : 2,
  );
}

/** The button, or how far it is. */
function offered({ title, about, running, last }: Offer, language: Language): string {
  const shown = (said: Said) => escapeHtml(inLanguage(said, language));
  if (running !== undefined) {
    return `<p class="offer" role="status"><strong>${shown(title)}</strong> ${shown(running)}</p>`;
  }
  const said = last === '' ? about : last;
  return `<form class="offer" method="post" action="/offer"><button>${shown(title)}</button> <span>${shown(said)}</span></form>`;
}

/** What of the simulator's faults to play now, and what is played. */
function faultChooser({ player: { playing }, failed }: Choosing, language: Language): string {
  const option = ({ name }: NamedFault) =>
    `<option value="${name}"${name === playing?.name ? ' selected' : ''}>${name} ${escapeHtml(faultTitle(name, language))}</option>`;
  const groups = families.map(
    ({ title, faults }) =>
      `<optgroup label="${escapeHtml(familyTitle(title, language))}">${faults.map(option).join('')}</optgroup>`,
  );
  const said = playing === undefined ? t(language, 'demo.inbox.behaves') : playedText(playing, language);
  const trouble =
    failed === ''
      ? ''
      : `<span class="failed" role="alert">${escapeHtml(failedText(failed, language))}</span>`;
  return `<form class="offer" method="post" action="/fault"><label for="fault-name">${t(language, 'demo.inbox.choose')}</label><select id="fault-name" name="name"><option value="">${t(language, 'demo.inbox.none')}</option>${groups.join('')}</select><button>${t(language, 'demo.inbox.press')}</button> <span role="status">${escapeHtml(said)}</span>${trouble}</form>`;
}

function familyTitle(title: string, language: Language): string {
  const key = `demo.inbox.families.${title}`;
  return isKey(key) ? t(language, key) : title;
}

const failedText = (reason: string, language: Language) => t(language, 'demo.inbox.failed', { reason });

function playedText({ name, expected, later = [] }: NamedFault, language: Language): string {
  const verdict = (all: readonly Verdict[]) =>
    all
      .map((one) => (one === 'right' ? t(language, 'demo.inbox.right') : one))
      .join(` ${t(language, 'demo.inbox.or')} `);
  return [
    t(language, 'demo.inbox.playing', {
      name,
      title: faultTitle(name, language),
      verdict: verdict(expected),
    }),
    ...(later.length === 0 ? [] : [t(language, 'demo.inbox.later', { verdict: verdict(later) })]),
    t(language, 'demo.inbox.again'),
    ...(later.includes('LOGIN_LOCKED') ? [t(language, 'demo.inbox.locks')] : []),
  ].join(language === 'en' ? ' ' : '');
}

export function mailPage(name: string, mail: Email, reader: Reader): string {
  const summary = summaryOf(name, mail);
  const subject = escapeHtml(summary.subject || t(reader.language, 'demo.inbox.noSubject'));
  const html =
    mail.html === undefined
      ? ''
      : `<iframe sandbox="" src="/mail/${name}/html" title="${t(reader.language, 'demo.inbox.htmlPart')}"></iframe>`;
  const text =
    mail.text === undefined
      ? ''
      : `<details${mail.html === undefined ? ' open' : ''}><summary>${t(reader.language, 'demo.inbox.textPart')}</summary><pre>${escapeHtml(mail.text)}</pre></details>`;
  const headers = mail.headers.map(
    ({ key, value }) => `<tr><th>${escapeHtml(key)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return page(
    summary.subject || t(reader.language, 'demo.inbox.noSubject'),
    reader,
    `<header><a href="/">&larr; ${t(reader.language, 'demo.inbox.back')}</a><h1>${subject}</h1></header>
<p class="who">${escapeHtml(summary.from)} &rarr; ${escapeHtml(summary.to)} &middot; ${hongKongStamp(summary.receivedAt)} ${t(reader.language, 'demo.inbox.hongKong')}</p>
${html}${text}
<details><summary>${t(reader.language, 'demo.inbox.headers')}</summary><table class="headers">${headers.join('')}</table></details>
<p class="who"><a href="/mail/${name}/raw">${t(reader.language, 'demo.inbox.source')}</a></p>`,
  );
}

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #5b6470; --accent: #1d4ed8; --ink: #17212b; --bg: #fff; }
@media (prefers-color-scheme: dark) { :root { --soft: #a6b0bb; --accent: #93b8f5; --ink: #e6ebf0; --bg: #14181d; } }
html { background: var(--bg); color: var(--ink); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem 1.5rem 3rem; }
header { display: flex; align-items: baseline; gap: 1rem; border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
h1 { font-size: 1.25rem; margin: .5rem 0; overflow-wrap: anywhere; }
header span, .who, .time { color: var(--soft); }
.who { font-size: .875rem; overflow-wrap: anywhere; }
.time { white-space: nowrap; width: 1%; font-variant-numeric: tabular-nums; padding-right: 1.5rem; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid var(--line); overflow-wrap: anywhere; padding: .5rem .25rem; text-align: left; vertical-align: top; }
@media (max-width: 40rem) { td { border: 0; display: block; padding: .25rem 0; } td.time { padding-top: .75rem; width: auto; } tr { border-bottom: 1px solid var(--line); display: block; } }
header a { white-space: nowrap; }
a { color: var(--accent); }
.offer { align-items: baseline; border: 1px solid var(--line); border-radius: 6px; display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 1rem; padding: .75rem 1rem; }
.offer span { color: var(--soft); flex: 1 1 20rem; font-size: .875rem; overflow-wrap: anywhere; }
button { font: inherit; padding: .25rem .75rem; }
select { font: inherit; flex: 1 1 16rem; max-width: 100%; min-width: 0; padding: .25rem; }
.offer label { flex: 1 1 100%; } .offer .failed { color: #b42318; } @media (prefers-color-scheme: dark) { .offer .failed { color: #ff9a8f; } }
@media (pointer: coarse) { button, select, nav a { min-height: 44px; } }
nav a, nav span { display: inline-block; margin-right: 1rem; }
.empty { color: var(--soft); padding: 3rem 0; text-align: center; }
iframe { background: #fff; border: 1px solid var(--line); border-radius: 6px; height: 65vh; width: 100%; }
details { margin-top: 1rem; } summary { cursor: pointer; color: var(--soft); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: 6px; padding: 1rem; }
.headers { font-size: .8125rem; } .headers td { overflow-wrap: anywhere; } .headers th { padding-right: 1rem; }
footer { color: var(--soft); font-size: .8125rem; margin-top: 2rem; }`;

/**
 * Fetches the list anew while it is looked at, and changes only the pieces in which there is something new to see: what
 * somebody has chosen and not sent yet stays.
 */
export const refreshScript = `
const { seconds } = document.currentScript.dataset;
let fresh = seconds;
const pieces = (from) => from.querySelectorAll('main > [id], main > header');
const look = async () => {
  if (document.visibilityState === 'visible') {
    const next = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
    const [now, then] = [[...pieces(document)], [...pieces(next)]];
    if (now.length !== then.length) location.reload();
    now.forEach((piece, at) => {
      if (piece.innerHTML !== then[at].innerHTML) piece.replaceWith(document.importNode(then[at], true));
    });
    fresh = next.querySelector('script')?.dataset.seconds ?? fresh;
  }
};
const again = () => setTimeout(() => look().catch(() => {}).finally(again), fresh * 1000);
again();
`;

function page(title: string, { language, path }: Reader, body: string, refreshSeconds?: number): string {
  const refresh =
    refreshSeconds === undefined
      ? ''
      : `<script src="/refresh.js" data-seconds="${refreshSeconds}"></script>`;
  const others = languages.map((one) =>
    one === language
      ? `<span lang="${one}" aria-current="true">${t(one, 'desk.frame.language')}</span>`
      : `<a href="${path}?language=${one}" lang="${one}">${t(one, 'desk.frame.language')}</a>`,
  );
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>
<style>${style}</style></head><body><main>${body}</main>
<footer><p>${t(language, 'demo.inbox.footer')}</p><nav aria-label="${t(language, 'demo.inbox.language')}">${others.join(' ')}</nav></footer>${refresh}</body></html>`;
}

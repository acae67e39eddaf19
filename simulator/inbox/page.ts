/** The inbox's pages. Mails are foreign text: everything is escaped, HTML parts are shown in a sandbox. */
import type { Email } from 'postal-mime';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import type { Offer } from './offer.ts';

export interface MailSummary {
  name: string;
  from: string;
  to: string;
  subject: string;
  /** Milliseconds since 1970. */
  receivedAt: number;
}

export function escapeHtml(text: string): string {
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
    subject: mail.subject || '(no subject)',
    receivedAt: receivedAt(name),
  };
}

export function listPage(mails: readonly MailSummary[], offer?: Offer): string {
  const rows = mails.map(
    (mail) => `<tr><td class="time">${hongKongStamp(mail.receivedAt)}</td>
<td><a href="/mail/${mail.name}">${escapeHtml(mail.subject)}</a><div class="who">${escapeHtml(mail.from)} &rarr; ${escapeHtml(mail.to)}</div></td></tr>`,
  );
  const body =
    rows.length === 0
      ? '<p class="empty">No mail yet. Press &ldquo;Run now&rdquo; in a flow; this page refreshes by itself.</p>'
      : `<table>${rows.join('\n')}</table>`;
  const count = `${mails.length} mail${mails.length === 1 ? '' : 's'}`;
  return page(
    'Inbox',
    `<header><h1>Inbox</h1><span>${count}</span></header>${offer === undefined ? '' : offered(offer)}${body}`,
    offer?.running === undefined ? 5 : 2,
  );
}

/** The button, or how far it is. */
function offered({ title, about, running, last }: Offer): string {
  if (running !== undefined) {
    return `<p class="offer" role="status"><strong>${escapeHtml(title)}</strong> ${escapeHtml(running)}</p>`;
  }
  const said = last === '' ? about : last;
  return `<form class="offer" method="post" action="/offer"><button>${escapeHtml(title)}</button> <span>${escapeHtml(said)}</span></form>`;
}

export function mailPage(name: string, mail: Email): string {
  const summary = summaryOf(name, mail);
  const html =
    mail.html === undefined ? '' : `<iframe sandbox="" src="/mail/${name}/html" title="HTML part"></iframe>`;
  const text =
    mail.text === undefined
      ? ''
      : `<details${mail.html === undefined ? ' open' : ''}><summary>Text part</summary><pre>${escapeHtml(mail.text)}</pre></details>`;
  const headers = mail.headers.map(
    ({ key, value }) => `<tr><th>${escapeHtml(key)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return page(
    summary.subject,
    `<header><a href="/">&larr; Inbox</a><h1>${escapeHtml(summary.subject)}</h1></header>
<p class="who">${escapeHtml(summary.from)} &rarr; ${escapeHtml(summary.to)} &middot; ${hongKongStamp(summary.receivedAt)} Hong Kong</p>
${html}${text}
<details><summary>Headers</summary><table class="headers">${headers.join('')}</table></details>
<p class="who"><a href="/mail/${name}/raw">Source (.eml)</a></p>`,
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
.empty { color: var(--soft); padding: 3rem 0; text-align: center; }
iframe { background: #fff; border: 1px solid var(--line); border-radius: 6px; height: 65vh; width: 100%; }
details { margin-top: 1rem; } summary { cursor: pointer; color: var(--soft); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: 6px; padding: 1rem; }
.headers { font-size: .8125rem; } .headers td { overflow-wrap: anywhere; } .headers th { padding-right: 1rem; }
footer { color: var(--soft); font-size: .8125rem; margin-top: 2rem; }`;

/** Fetches the list anew while it is looked at, and changes it only where there is something new to see. */
export const refreshScript = `
const { seconds } = document.currentScript.dataset;
let fresh = seconds;
const look = async () => {
  if (document.visibilityState === 'visible') {
    const next = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
    const [now, then] = [document.querySelector('main'), next.querySelector('main')];
    if (then !== null && now.innerHTML !== then.innerHTML) now.replaceWith(document.importNode(then, true));
    fresh = next.querySelector('script')?.dataset.seconds ?? fresh;
  }
};
const again = () => setTimeout(() => look().catch(() => {}).finally(again), fresh * 1000);
again();
`;

function page(title: string, body: string, refreshSeconds?: number): string {
  const refresh =
    refreshSeconds === undefined
      ? ''
      : `<script src="/refresh.js" data-seconds="${refreshSeconds}"></script>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>
<style>${style}</style></head><body><main>${body}</main>
<footer>Demo inbox: mails sent by the flows end here and go nowhere else.</footer>${refresh}</body></html>`;
}

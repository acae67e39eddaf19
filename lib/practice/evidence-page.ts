/** The evidence of a session as one page: for the screen, for paper, and for somebody who was not there. */
import { html } from '../contacts/escape.ts';
import { comparisonLines } from '../reports/compare.ts';
import { hongKongStamp, hongKongTime } from '../time/hong-kong.ts';
import { installations } from '../words/installations.ts';
import type { EvidenceFacts } from './evidence-facts.ts';
import { partWords } from './evidence-picture.ts';
import { resultText } from './mails.ts';
import type { PartResult } from './results.ts';

/** Headline of a verdict, and the colour of its badge. */
const headlines: Readonly<Record<string, [string, string]>> = {
  completed: ['Held to its end', '#1e6b3a'],
  terminated: ['Terminated', '#b3261e'],
  cancelled: ['Cancelled', '#b3261e'],
  hold: ['On hold', '#9a5b00'],
};

export function evidencePage(facts: EvidenceFacts, picture: string): string {
  const { plan, decision, writtenAt } = facts;
  const [headline, colour] = headlines[decision?.verdict ?? ''] ?? [
    decision?.verdict ?? 'Not begun',
    '#52606d',
  ];
  const from = decision?.effectiveAt == null ? '' : ` from ${hongKongTime(decision.effectiveAt)}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(`Practice session ${plan.date}: ${headline}`)}</title><style>${style}</style></head><body>
<header><div><p class="over">Practice session, evidence</p><h1>${html(plan.title)}</h1>
<p class="soft">${html(`${plan.weekday} ${plan.date}, Hong Kong time. ${plan.source}`)}</p></div>
<div class="badge" style="background:${colour}">${html(headline)}<small>${html(from.trim())}</small></div></header>
${facts.remark === '' ? '' : `<p class="remark">${html(facts.remark)}</p>`}
${section('At a glance', glance(facts))}
${section('The day', `<figure>${picture}</figure>`)}
${section('Why', `<ul>${(decision?.reasons ?? ['Nothing was decided.']).map((reason) => `<li>${html(reason)}</li>`).join('')}</ul>${words(facts)}`)}
${section('Parts and accounts', partTable(facts))}
${reports(facts)}
${section('Compared with the terminal', comparisons(facts))}
${section('Timeline', timeline(facts))}
${section('Mails', mails(facts))}
${facts.drill.length === 0 ? '' : section('Reachability drill', drill(facts))}
${section('Journal', journal(facts))}
<footer>Written by RAP Ops at ${hongKongStamp(writtenAt)} Hong Kong time. manifest.json names every file of this folder with its SHA-256.</footer>
</body></html>
`;
}

function section(title: string, body: string): string {
  return `<section><h2>${html(title)}</h2>${body}</section>`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[], kind = ''): string {
  if (rows.length === 0) return '<p class="soft">None.</p>';
  const head = heads.map((one) => `<th>${html(one)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('');
  return `<table class="${kind}"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function glance({ plan, results, choices, mails: sent, decision }: EvidenceFacts): string {
  const reportCount = results.reduce((sum, one) => sum + one.reports.length, 0);
  const missing = results.reduce((sum, one) => sum + one.failed.length, 0);
  const accepted = sent.filter(({ state }) => state === 'accepted').length;
  const away = choices.filter(({ dataCentre }) => dataCentre !== 'primary');
  const tiles = [
    [String(reportCount), `reports of ${plan.reportsOf} obtained`],
    [String(missing), 'not obtained'],
    [`${accepted} of ${sent.length}`, 'mails taken by the relay'],
    [away.length === 0 ? 'primary' : 'secondary', 'data centre in use at the end'],
    [decision?.quality ?? 'unsure', 'quality of the weather evidence'],
  ];
  return `<div class="tiles">${tiles.map(([value, label]) => `<div><b>${html(value ?? '')}</b><span>${html(label ?? '')}</span></div>`).join('')}</div>`;
}

function words({ evidence }: EvidenceFacts): string {
  if (evidence.words.length === 0) return '';
  const rows = evidence.words.map((word) => [
    hongKongStamp(word.at).slice(0, 16),
    html(word.by),
    html(word.about === 'session' ? `The session is ${word.says}` : `Extreme Conditions: ${word.says}`),
    html(word.how),
  ]);
  return `<h3>What people said</h3>${table(['Recorded', 'By', 'What', 'Source'], rows)}`;
}

function partTable({ plan, parts, results }: EvidenceFacts): string {
  const rows = plan.parts.flatMap((part) =>
    plan.accounts.map(({ account, installation }) => {
      const result = results.find((one) => one.part === part.name && one.account === account);
      const state = parts[part.name] ?? 'waiting';
      return [
        `${html(part.name)}<br><span class="soft">${part.start} to ${part.end}</span>`,
        `${html(account)}<br><span class="soft">${html(installations[installation].title)}</span>`,
        html(result?.dataCentre ?? part.dataCentre),
        result === undefined || result.address === '' ? '-' : `<code>${html(result.address)}</code>`,
        result === undefined ? '-' : `${yes(result.loggedIn)} / ${yes(result.loggedOut)}`,
        result === undefined || result.outcome === 'not-done'
          ? '-'
          : `${hongKongTime(result.startedAt)} to ${hongKongTime(result.finishedAt)}`,
        result === undefined
          ? mark(partWords[state], state === 'skipped' ? 'soft' : '')
          : mark(resultText(result), result.outcome === 'complete' ? 'good' : 'bad'),
      ];
    }),
  );
  return table(['Part', 'Account', 'Data centre', 'Address', 'Logged in / out', 'Time', 'Outcome'], rows);
}

function yes(it: boolean): string {
  return it ? 'yes' : 'no';
}

function mark(text: string, kind: string): string {
  return `<span class="mark ${kind}">${html(text)}</span>`;
}

function reports({ results }: EvidenceFacts): string {
  return results
    .filter(({ downloads, outcome }) => downloads && outcome !== 'not-done')
    .map((result) => section(`Reports of ${result.account}, ${result.part}`, reportTable(result)))
    .join('\n');
}

function reportTable(result: PartResult): string {
  const { account, user, dataCentre, address, reports: got, failed, unexpected } = result;
  const rows = got.map(({ path, system, code, businessDate, size, receivedAt, sha256 }) => [
    `${html(path)}<br><code class="hash">${html(sha256)}</code>`,
    html([system, code].filter((part) => part !== '').join(' ') || '-'),
    html(businessDate || '-'),
    `<span class="number">${size.toLocaleString('en')}</span>`,
    hongKongTime(receivedAt),
    unexpected.includes(path) ? mark('other date', 'bad') : mark('obtained', 'good'),
  ]);
  const lost = failed.map(({ path, message }) => [
    html(path),
    '-',
    '-',
    '-',
    '-',
    `${mark('not obtained', 'bad')}<br><span class="soft">${html(message)}</span>`,
  ]);
  return `<p class="soft">${html(`Account ${account}, RAP user ${user}, ${dataCentre} data centre, ${address}`)}</p>${table(
    ['Report and SHA-256', 'Code', 'Business date', 'Bytes', 'Received', 'Outcome'],
    [...rows, ...lost],
    'reports',
  )}`;
}

function comparisons({ comparisons: all }: EvidenceFacts): string {
  return all
    .map(({ account, comparison }) => {
      const lines =
        comparison === undefined
          ? ['Nothing to compare: no reports were obtained, or no files from the terminal were put in place.']
          : comparisonLines(comparison);
      return `<h3>${html(account)}</h3><ul>${lines.map((line) => `<li>${html(line)}</li>`).join('')}</ul>`;
    })
    .join('');
}

function timeline({ plan, events }: EvidenceFacts): string {
  return table(
    ['Time', 'What', 'In words'],
    events.map(({ at, what, title }) => [timeOn(plan, at), `<code>${html(what)}</code>`, html(title)]),
    'timeline',
  );
}

/** The time of the day, and the date as well when it is another one than that of the session. */
function timeOn({ date }: EvidenceFacts['plan'], at: number): string {
  const stamp = hongKongStamp(at).slice(0, 16);
  return stamp.startsWith(date) ? stamp.slice(11) : stamp;
}

function mails({ plan, mails: sent }: EvidenceFacts): string {
  return table(
    ['Time', 'Subject', 'To', 'State'],
    sent.map(({ createdAt, subject, to, state }) => [
      timeOn(plan, createdAt),
      html(subject),
      to.map(({ address }) => html(address)).join('<br>'),
      mark(state, state === 'accepted' ? 'good' : 'bad'),
    ]),
  );
}

function drill({ drill: rows }: EvidenceFacts): string {
  return table(
    ['Contact', 'Code sent', 'Answered', 'How', 'Entered by'],
    rows.map(({ name, email, sentAt, answeredAt, how, enteredBy }) => [
      html(name === '' ? email : `${name}, ${email}`),
      hongKongStamp(sentAt).slice(0, 16),
      answeredAt === null ? mark('no answer', 'bad') : hongKongStamp(answeredAt).slice(0, 16),
      html(how || '-'),
      html(enteredBy || '-'),
    ]),
  );
}

function journal({ plan, journal: records, journalHead }: EvidenceFacts): string {
  const head = `<p class="soft">${journalHead.count} records in all; the hash of the last is <code class="hash">${html(journalHead.head)}</code>. The extract below is in journal.json with its hashes.</p>`;
  return (
    head +
    table(
      ['No.', 'Time', 'Who', 'What', 'Why'],
      records.map(({ sequence, at, who, what, why }) => [
        String(sequence),
        timeOn(plan, at),
        html(who),
        html(what),
        html(why),
      ]),
      'journal',
    )
  );
}

const style = `
@page { size: A4; margin: 14mm 12mm 16mm; @bottom-right { content: counter(page) ' / ' counter(pages); font: 9px Helvetica, Arial, sans-serif; color: #52606d; } }
* { box-sizing: border-box; }
body { font: 13px/1.45 "Segoe UI", Helvetica, Arial, "Noto Sans CJK TC", "Microsoft JhengHei", "PingFang TC", sans-serif; color: #1f2a37; margin: 0 auto; max-width: 1040px; padding: 24px; background: #fff; }
header { display: flex; justify-content: space-between; gap: 24px; align-items: flex-start; border-bottom: 3px solid #1f4e79; padding-bottom: 14px; }
h1 { font-size: 21px; line-height: 1.25; margin: 2px 0 4px; }
h2 { font-size: 15px; color: #1f4e79; margin: 0 0 8px; border-bottom: 1px solid #d5dce4; padding-bottom: 4px; break-after: avoid; }
h3 { font-size: 13px; margin: 10px 0 4px; break-after: avoid; }
p { margin: 0 0 6px; } section > p { break-after: avoid; } .over { text-transform: uppercase; letter-spacing: .06em; font-size: 11px; color: #52606d; margin: 0; }
.remark { margin: 12px 0 0; padding: 8px 12px; background: #fff4ce; color: #4a3b00; border-left: 4px solid #c99700; }
.soft { color: #52606d; } section { margin-top: 22px; }
.badge { color: #fff; font-weight: 600; font-size: 16px; padding: 10px 16px; border-radius: 6px; white-space: nowrap; text-align: center; }
.badge small { display: block; font-weight: 400; font-size: 12px; }
.tiles { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 10px; padding-right: 1px; }
.tiles div { border: 1px solid #d5dce4; border-radius: 6px; padding: 8px 10px; break-inside: avoid; }
.tiles b { display: block; font-size: 18px; } .tiles span { color: #52606d; font-size: 11.5px; line-height: 1.3; display: block; }
figure { margin: 0; break-inside: avoid; } svg { width: 100%; height: auto; display: block; }
ul { margin: 0; padding-left: 18px; }
table { border-collapse: collapse; width: 100%; font-size: 12px; }
thead { display: table-header-group; } tr { break-inside: avoid; }
th { text-align: left; font-size: 11px; color: #52606d; background: #f1f4f8; padding: 5px 8px; border-bottom: 1px solid #d5dce4; }
td { padding: 5px 8px; border-bottom: 1px solid #e3e8ee; vertical-align: top; overflow-wrap: anywhere; }
td:first-child, .timeline td:first-child { white-space: nowrap; } .reports td:first-child { white-space: normal; }
.reports th:nth-child(4), .reports td:nth-child(4) { text-align: right; }
code { font: 11px/1.4 Consolas, Menlo, monospace; } .hash { color: #52606d; overflow-wrap: anywhere; font-size: 10px; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.mark { font-weight: 600; white-space: nowrap; } .mark.good { color: #1e6b3a; } .mark.bad { color: #b3261e; white-space: normal; } .mark.soft { color: #52606d; font-weight: 400; }
footer { margin-top: 26px; border-top: 1px solid #d5dce4; padding-top: 8px; color: #52606d; font-size: 11px; }
@media print { body { padding: 0; max-width: none; font-size: 10.5px; } table { font-size: 10px; } .hash { font-size: 7.6px; } td { padding: 3px 6px; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
@media (max-width: 700px) { .tiles { grid-template-columns: repeat(2, 1fr); } header { flex-direction: column; } }
`;

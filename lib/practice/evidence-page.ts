/** The evidence of a session as one page: for the screen, for paper, and for somebody who was not there. */

import type { Language } from '../i18n/languages.ts';
import { t, type Under } from '../i18n/translate.ts';
import { html } from '../mail/escape.ts';
import { faultWords } from '../model/fault-words.ts';
import { installations } from '../model/installations.ts';
import type { Comparison } from '../reports/compare.ts';
import { dayOfWeek, hongKongStamp, hongKongTime } from '../time/hong-kong.ts';
import type { EvidenceFacts } from './evidence-facts.ts';
import { fontsOf } from './evidence-picture.ts';
import { eventText } from './evidence-timeline.ts';
import { resultText, whyLines } from './mails.ts';
import { differenceLines } from './parallel-text.ts';
import { weekdays } from './plan.ts';
import type { PartResult } from './results.ts';

/** Colours of the badge of a verdict. */
const colours: Readonly<Record<string, string>> = {
  completed: '#1e6b3a',
  terminated: '#b3261e',
  cancelled: '#b3261e',
  hold: '#9a5b00',
};

/** The facts in words of their language. @param picture SVG of the day */
export function evidencePage(facts: EvidenceFacts, picture: string): string {
  const { plan, decision, writtenAt, language } = facts;
  const colour = colours[decision?.verdict ?? ''] ?? '#52606d';
  const from =
    decision?.effectiveAt == null
      ? ''
      : t(language, 'practice.page.from', { time: hongKongTime(decision.effectiveAt) });
  const subtitle = t(language, 'practice.page.subtitle', {
    weekday: t(language, `practice.weekday.${weekdays[dayOfWeek(plan.date) - 1] ?? 'Monday'}`),
    date: plan.date,
    source: plan.source,
  });
  const part = (name: Under<'practice.page.section'>, body: string) =>
    section(t(language, `practice.page.section.${name}`), body);
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(t(language, 'practice.page.title', { date: plan.date, headline: t(language, `practice.page.headline.${decision?.verdict ?? 'none'}`) }))}</title><style>${style(fontsOf(language))}</style></head><body>
<header><div><p class="over">${html(t(language, 'practice.page.over'))}</p><h1>${html(plan.title)}</h1>
<p class="soft">${html(subtitle)}</p></div>
<div class="badge" style="background:${colour}">${html(t(language, `practice.page.headline.${decision?.verdict ?? 'none'}`))}<small>${html(from)}</small></div></header>
${facts.rehearsal ? `<p class="remark">${html(t(language, 'practice.page.rehearsal'))}</p>` : ''}
${part('glance', glance(facts, language))}
${part('day', `<figure>${picture}</figure>`)}
${part('why', why(facts, language) + said(facts, language))}
${part('parts', partTable(facts, language))}
${reports(facts, language)}
${part('compared', comparisons(facts, language))}
${part('timeline', timeline(facts, language))}
${part('mails', mails(facts, language))}
${facts.drill.length === 0 ? '' : part('drill', drill(facts, language))}
${part('journal', journal(facts, language))}
<footer>${html(t(language, 'practice.page.footer', { time: hongKongStamp(writtenAt) }))}</footer>
</body></html>
`;
}

function section(title: string, body: string): string {
  return `<section><h2>${html(title)}</h2>${body}</section>`;
}

type Head = Under<'practice.page.head'>;

function table(
  language: Language,
  heads: readonly Head[],
  rows: readonly (readonly string[])[],
  kind = '',
): string {
  if (rows.length === 0) return `<p class="soft">${html(t(language, 'practice.page.nothing'))}</p>`;
  const head = heads.map((one) => `<th>${html(t(language, `practice.page.head.${one}`))}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('');
  return `<table class="${kind}"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function list(lines: readonly string[]): string {
  return `<ul>${lines.map((line) => `<li>${html(line)}</li>`).join('')}</ul>`;
}

function glance(
  { plan, results, choices, mails: sent, decision }: EvidenceFacts,
  language: Language,
): string {
  const reportCount = results.reduce((sum, one) => sum + one.reports.length, 0);
  const missing = results.reduce((sum, one) => sum + one.failed.length, 0);
  const accepted = sent.filter(({ state }) => state === 'accepted').length;
  const away = choices.filter(({ dataCentre }) => dataCentre !== 'primary');
  const tiles: [string, string][] = [
    [String(reportCount), t(language, 'practice.page.tile.obtained', { date: plan.reportsOf })],
    [String(missing), t(language, 'practice.page.tile.missing')],
    [
      t(language, 'practice.page.count', { n: accepted, all: sent.length }),
      t(language, 'practice.page.tile.mails'),
    ],
    [
      t(language, `practice.page.centre.${away.length === 0 ? 'primary' : 'secondary'}`),
      t(language, 'practice.page.tile.centre'),
    ],
    [
      t(language, `practice.page.quality.${decision?.quality ?? 'unsure'}`),
      t(language, 'practice.page.tile.quality'),
    ],
  ];
  return `<div class="tiles">${tiles.map(([value, label]) => `<div><b>${html(value)}</b><span>${html(label)}</span></div>`).join('')}</div>`;
}

function why({ decision }: EvidenceFacts, language: Language): string {
  return list(
    decision === undefined ? [t(language, 'practice.page.undecided')] : whyLines(decision, language),
  );
}

function said({ evidence }: EvidenceFacts, language: Language): string {
  if (evidence.words.length === 0) return '';
  const rows = evidence.words.map((word) => [
    hongKongStamp(word.at).slice(0, 16),
    html(word.by),
    html(
      t(language, word.about === 'session' ? 'practice.page.said.session' : 'practice.page.said.extreme', {
        says: t(language, `practice.page.says.${word.says}`),
      }),
    ),
    html(word.how),
  ]);
  return `<h3>${html(t(language, 'practice.page.said.heading'))}</h3>${table(language, ['recorded', 'by', 'what', 'source'], rows)}`;
}

function partTable({ plan, parts, results }: EvidenceFacts, language: Language): string {
  const rows = plan.parts.flatMap((part) =>
    plan.accounts.map(({ account, installation }) => {
      const result = results.find((one) => one.part === part.name && one.account === account);
      const state = parts[part.name] ?? 'waiting';
      const during = (from: string, to: string) => html(t(language, 'practice.to', { from, to }));
      return [
        `${html(part.name)}<br><span class="soft">${during(part.start, part.end)}</span>`,
        `${html(account)}<br><span class="soft">${html(installations[installation].title)}</span>`,
        html(t(language, `practice.page.centre.${result?.dataCentre ?? part.dataCentre}`)),
        result === undefined || result.address === '' ? '-' : `<code>${html(result.address)}</code>`,
        result === undefined
          ? '-'
          : html(
              `${result.loggedIn ? t(language, 'practice.page.yes') : t(language, 'practice.page.no')} / ${result.loggedOut ? t(language, 'practice.page.yes') : t(language, 'practice.page.no')}`,
            ),
        result === undefined || result.outcome === 'not-done'
          ? '-'
          : during(hongKongTime(result.startedAt), hongKongTime(result.finishedAt)),
        result === undefined
          ? mark(t(language, `practice.page.partState.${state}`), state === 'skipped' ? 'soft' : '')
          : mark(resultText(result, language), result.outcome === 'complete' ? 'good' : 'bad'),
      ];
    }),
  );
  return table(language, ['part', 'account', 'centre', 'address', 'logged', 'time', 'outcome'], rows);
}

function mark(text: string, kind: string): string {
  return `<span class="mark ${kind}">${html(text)}</span>`;
}

function reports({ results }: EvidenceFacts, language: Language): string {
  return results
    .filter(({ downloads, outcome }) => downloads && outcome !== 'not-done')
    .map((result) => {
      const { account, part } = result;
      const title = t(language, 'practice.page.section.reports', { account, part });
      return section(title, reportTable(result, language));
    })
    .join('\n');
}

function reportTable(result: PartResult, language: Language): string {
  const { account, user, dataCentre, address, reports: got, failed, unexpected } = result;
  const rows = got.map(({ path, system, code, businessDate, size, receivedAt, sha256 }) => [
    `${html(path)}<br><code class="hash">${html(sha256)}</code>`,
    html([system, code].filter((part) => part !== '').join(' ') || '-'),
    html(businessDate || '-'),
    `<span class="number">${size.toLocaleString('en')}</span>`,
    hongKongTime(receivedAt),
    unexpected.includes(path)
      ? mark(t(language, 'practice.page.outcome.otherDate'), 'bad')
      : mark(t(language, 'practice.page.outcome.obtained'), 'good'),
  ]);
  const said = (fault: (typeof failed)[number]) => {
    const told = faultWords(fault, language);
    const { message } = fault;
    return told === message ? html(told) : `${html(told)}<br><span lang="en">${html(message)}</span>`;
  };
  const lost = failed.map((one) => [
    html(one.path),
    '-',
    '-',
    '-',
    '-',
    `${mark(t(language, 'practice.page.outcome.lost'), 'bad')}<br><span class="soft">${said(one)}</span>`,
  ]);
  const from = t(language, 'practice.page.reportsFrom', {
    account,
    user,
    site: t(language, `practice.site.${dataCentre}`),
    address,
  });
  return `<p class="soft">${html(from)}</p>${table(
    language,
    ['report', 'code', 'businessDate', 'bytes', 'received', 'outcome'],
    [...rows, ...lost],
    'reports',
  )}`;
}

function comparisons({ comparisons: all }: EvidenceFacts, language: Language): string {
  return all
    .map(({ account, comparison }) => {
      return `<h3>${html(account)}</h3>${list(comparison === undefined ? [t(language, 'practice.page.compared.nothing')] : comparedLines(comparison, language))}`;
    })
    .join('');
}

/** The comparison as sentences, the worst first. */
function comparedLines(comparison: Comparison, language: Language): string[] {
  const { equal, different, onlyRap, onlyTerminal } = comparison;
  return [
    ...differenceLines(comparison, language),
    t(language, 'practice.page.compared.sum', {
      equal: equal.length,
      different: different.length,
      onlyTerminal: onlyTerminal.length,
      onlyRap: onlyRap.length,
    }),
  ];
}

function timeline({ plan, events }: EvidenceFacts, language: Language): string {
  const rows = events.map((event) => [
    timeOn(plan, event.at),
    `<code>${html(event.what)}</code>`,
    html(eventText(event, plan, language)),
  ]);
  return table(language, ['time', 'what', 'inWords'], rows, 'timeline');
}

/** The time of the day, and the date as well when it is another one than that of the session. */
function timeOn({ date }: EvidenceFacts['plan'], at: number): string {
  const stamp = hongKongStamp(at).slice(0, 16);
  return stamp.startsWith(date) ? stamp.slice(11) : stamp;
}

function mails({ plan, mails: sent }: EvidenceFacts, language: Language): string {
  const rows = sent.map(({ createdAt, subject, to, state }) => [
    timeOn(plan, createdAt),
    html(subject),
    to.map(({ address }) => html(address)).join('<br>'),
    mark(t(language, `practice.page.mailState.${state}`), mailMark(state)),
  ]);
  return table(language, ['time', 'subject', 'to', 'state'], rows);
}

/** A mail on its way is no fault: the last one of the day often is while the page is written. */
function mailMark(state: EvidenceFacts['mails'][number]['state']): string {
  if (state === 'accepted') return 'good';
  return state === 'queued' || state === 'sending' ? 'soft' : 'bad whole';
}

function drill({ drill: rows }: EvidenceFacts, language: Language): string {
  return table(
    language,
    ['contact', 'codeSent', 'answered', 'how', 'enteredBy'],
    rows.map(({ name, email, sentAt, answeredAt, how, enteredBy }) => [
      html(name === '' ? email : `${name}, ${email}`),
      hongKongStamp(sentAt).slice(0, 16),
      answeredAt === null
        ? mark(t(language, 'practice.page.noAnswer'), 'bad whole')
        : hongKongStamp(answeredAt).slice(0, 16),
      html(how || '-'),
      html(enteredBy || '-'),
    ]),
  );
}

/** Records are shown in the words in which they were chained. */
function journal({ plan, journal: records, journalHead }: EvidenceFacts, language: Language): string {
  const hash = `<code class="hash">${html(journalHead.head)}</code>`;
  const head = html(t(language, 'practice.page.journal', { count: journalHead.count })).replace(
    '{head}',
    () => hash,
  );
  const rows = records.map(({ sequence, at, who, what, why: reason }) => [
    String(sequence),
    timeOn(plan, at),
    html(who),
    html(what),
    html(reason),
  ]);
  return `<p class="soft">${head}</p>${table(language, ['number', 'time', 'who', 'what', 'why'], rows, 'journal')}`;
}

const style = (fonts: string) => `
@page { size: A4; margin: 14mm 12mm 16mm; @bottom-right { content: counter(page) ' / ' counter(pages); font: 9px Helvetica, Arial, sans-serif; color: #52606d; } }
* { box-sizing: border-box; }
body { font: 13px/1.45 ${fonts}; color: #1f2a37; margin: 0 auto; max-width: 1040px; padding: 24px; background: #fff; }
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
th { word-break: keep-all; text-align: left; font-size: 11px; color: #52606d; background: #f1f4f8; padding: 5px 8px; border-bottom: 1px solid #d5dce4; }
td { padding: 5px 8px; border-bottom: 1px solid #e3e8ee; vertical-align: top; overflow-wrap: anywhere; }
td:first-child, .journal td:nth-child(2) { white-space: nowrap; } .reports td:first-child { white-space: normal; }
.reports th:nth-child(4), .reports td:nth-child(4) { text-align: right; }
code { font: 11px/1.4 Consolas, Menlo, monospace; } .hash { color: #52606d; overflow-wrap: anywhere; font-size: 10px; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.mark { font-weight: 600; white-space: nowrap; } .mark.good { color: #1e6b3a; } .mark.bad { color: #b3261e; white-space: normal; } .mark.whole { white-space: nowrap; } .mark.soft { color: #52606d; font-weight: 400; }
footer { margin-top: 26px; border-top: 1px solid #d5dce4; padding-top: 8px; color: #52606d; font-size: 11px; }
@media print { body { padding: 0; max-width: none; font-size: 10.5px; } table { font-size: 10px; } .hash { font-size: 7.6px; } td { padding: 3px 6px; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
@media (max-width: 700px) { .tiles { grid-template-columns: repeat(2, 1fr); } header { flex-direction: column; } }
`;

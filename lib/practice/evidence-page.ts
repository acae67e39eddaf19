/** The evidence of a session as one page: for the screen, for paper, and for somebody who was not there. */
import { html } from '../mail/escape.ts';
import { faultWords } from '../model/fault-words.ts';
import { installations } from '../model/installations.ts';
import type { Comparison } from '../reports/compare.ts';
import { dayOfWeek, hongKongStamp, hongKongTime } from '../time/hong-kong.ts';
import type { EvidenceFacts } from './evidence-facts.ts';
import { fontsOf } from './evidence-picture.ts';
import { eventText } from './evidence-timeline.ts';
import { resultText, whyLines } from './mails.ts';
import { weekdays } from './plan.ts';
import type { PartResult } from './results.ts';
import { type PracticeTranslator, practiceTranslator } from './texts/index.ts';

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
  const translator = practiceTranslator(language);
  const { fill, words } = translator;
  const { page } = words;
  const headline = page.headline[decision?.verdict ?? 'none'];
  const colour = colours[decision?.verdict ?? ''] ?? '#52606d';
  const from =
    decision?.effectiveAt == null ? '' : fill(page.from, { time: hongKongTime(decision.effectiveAt) });
  const subtitle = fill(page.subtitle, {
    weekday: words.weekday[weekdays[dayOfWeek(plan.date) - 1] ?? 'Monday'],
    date: plan.date,
    source: plan.source,
  });
  const part = (name: keyof typeof page.section, body: string) => section(page.section[name], body);
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(fill(page.title, { date: plan.date, headline }))}</title><style>${style(fontsOf(language))}</style></head><body>
<header><div><p class="over">${html(page.over)}</p><h1>${html(plan.title)}</h1>
<p class="soft">${html(subtitle)}</p></div>
<div class="badge" style="background:${colour}">${html(headline)}<small>${html(from)}</small></div></header>
${facts.rehearsal ? `<p class="remark">${html(page.rehearsal)}</p>` : ''}
${part('glance', glance(facts, translator))}
${part('day', `<figure>${picture}</figure>`)}
${part('why', why(facts, translator) + said(facts, translator))}
${part('parts', partTable(facts, translator))}
${reports(facts, translator)}
${part('compared', comparisons(facts, translator))}
${part('timeline', timeline(facts, translator))}
${part('mails', mails(facts, translator))}
${facts.drill.length === 0 ? '' : part('drill', drill(facts, translator))}
${part('journal', journal(facts, translator))}
<footer>${html(fill(page.footer, { time: hongKongStamp(writtenAt) }))}</footer>
</body></html>
`;
}

function section(title: string, body: string): string {
  return `<section><h2>${html(title)}</h2>${body}</section>`;
}

type Head = keyof PracticeTranslator['words']['page']['head'];

function table(
  { words: { page } }: PracticeTranslator,
  heads: readonly Head[],
  rows: readonly (readonly string[])[],
  kind = '',
): string {
  if (rows.length === 0) return `<p class="soft">${html(page.nothing)}</p>`;
  const head = heads.map((one) => `<th>${html(page.head[one])}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('');
  return `<table class="${kind}"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function list(lines: readonly string[]): string {
  return `<ul>${lines.map((line) => `<li>${html(line)}</li>`).join('')}</ul>`;
}

function glance(
  { plan, results, choices, mails: sent, decision }: EvidenceFacts,
  translator: PracticeTranslator,
): string {
  const { fill } = translator;
  const { tile, count, centre, quality } = translator.words.page;
  const reportCount = results.reduce((sum, one) => sum + one.reports.length, 0);
  const missing = results.reduce((sum, one) => sum + one.failed.length, 0);
  const accepted = sent.filter(({ state }) => state === 'accepted').length;
  const away = choices.filter(({ dataCentre }) => dataCentre !== 'primary');
  const tiles: [string, string][] = [
    [String(reportCount), fill(tile.obtained, { date: plan.reportsOf })],
    [String(missing), tile.missing],
    [fill(count, { n: accepted, all: sent.length }), tile.mails],
    [centre[away.length === 0 ? 'primary' : 'secondary'], tile.centre],
    [quality[decision?.quality ?? 'unsure'], tile.quality],
  ];
  return `<div class="tiles">${tiles.map(([value, label]) => `<div><b>${html(value)}</b><span>${html(label)}</span></div>`).join('')}</div>`;
}

function why({ decision }: EvidenceFacts, translator: PracticeTranslator): string {
  return list(decision === undefined ? [translator.words.page.undecided] : whyLines(decision, translator));
}

function said({ evidence }: EvidenceFacts, translator: PracticeTranslator): string {
  if (evidence.words.length === 0) return '';
  const { said: phrases, says } = translator.words.page;
  const rows = evidence.words.map((word) => [
    hongKongStamp(word.at).slice(0, 16),
    html(word.by),
    html(
      translator.fill(word.about === 'session' ? phrases.session : phrases.extreme, {
        says: says[word.says],
      }),
    ),
    html(word.how),
  ]);
  return `<h3>${html(phrases.heading)}</h3>${table(translator, ['recorded', 'by', 'what', 'source'], rows)}`;
}

function partTable({ plan, parts, results }: EvidenceFacts, translator: PracticeTranslator): string {
  const { words, fill } = translator;
  const { centre, partState, yes, no } = words.page;
  const rows = plan.parts.flatMap((part) =>
    plan.accounts.map(({ account, installation }) => {
      const result = results.find((one) => one.part === part.name && one.account === account);
      const state = parts[part.name] ?? 'waiting';
      const during = (from: string, to: string) => html(fill(words.to, { from, to }));
      return [
        `${html(part.name)}<br><span class="soft">${during(part.start, part.end)}</span>`,
        `${html(account)}<br><span class="soft">${html(installations[installation].title)}</span>`,
        html(centre[result?.dataCentre ?? part.dataCentre]),
        result === undefined || result.address === '' ? '-' : `<code>${html(result.address)}</code>`,
        result === undefined ? '-' : html(`${result.loggedIn ? yes : no} / ${result.loggedOut ? yes : no}`),
        result === undefined || result.outcome === 'not-done'
          ? '-'
          : during(hongKongTime(result.startedAt), hongKongTime(result.finishedAt)),
        result === undefined
          ? mark(partState[state], state === 'skipped' ? 'soft' : '')
          : mark(resultText(result, translator), result.outcome === 'complete' ? 'good' : 'bad'),
      ];
    }),
  );
  return table(translator, ['part', 'account', 'centre', 'address', 'logged', 'time', 'outcome'], rows);
}

function mark(text: string, kind: string): string {
  return `<span class="mark ${kind}">${html(text)}</span>`;
}

function reports({ results }: EvidenceFacts, translator: PracticeTranslator): string {
  return results
    .filter(({ downloads, outcome }) => downloads && outcome !== 'not-done')
    .map((result) => {
      const { account, part } = result;
      const title = translator.fill(translator.words.page.section.reports, { account, part });
      return section(title, reportTable(result, translator));
    })
    .join('\n');
}

function reportTable(result: PartResult, translator: PracticeTranslator): string {
  const { words, fill } = translator;
  const { outcome, reportsFrom } = words.page;
  const { account, user, dataCentre, address, reports: got, failed, unexpected } = result;
  const rows = got.map(({ path, system, code, businessDate, size, receivedAt, sha256 }) => [
    `${html(path)}<br><code class="hash">${html(sha256)}</code>`,
    html([system, code].filter((part) => part !== '').join(' ') || '-'),
    html(businessDate || '-'),
    `<span class="number">${size.toLocaleString('en')}</span>`,
    hongKongTime(receivedAt),
    unexpected.includes(path) ? mark(outcome.otherDate, 'bad') : mark(outcome.obtained, 'good'),
  ]);
  const said = (fault: (typeof failed)[number]) => {
    const told = faultWords(fault, translator.language);
    const { message } = fault;
    return told === message ? html(told) : `${html(told)}<br><span lang="en">${html(message)}</span>`;
  };
  const lost = failed.map((one) => [
    html(one.path),
    '-',
    '-',
    '-',
    '-',
    `${mark(outcome.lost, 'bad')}<br><span class="soft">${said(one)}</span>`,
  ]);
  const from = fill(reportsFrom, { account, user, site: words.site[dataCentre], address });
  return `<p class="soft">${html(from)}</p>${table(
    translator,
    ['report', 'code', 'businessDate', 'bytes', 'received', 'outcome'],
    [...rows, ...lost],
    'reports',
  )}`;
}

function comparisons({ comparisons: all }: EvidenceFacts, translator: PracticeTranslator): string {
  return all
    .map(({ account, comparison }) => {
      const { nothing } = translator.words.page.compared;
      return `<h3>${html(account)}</h3>${list(comparison === undefined ? [nothing] : comparedLines(comparison, translator))}`;
    })
    .join('');
}

/** The comparison as sentences, the worst first. */
function comparedLines(
  { equal, different, onlyRap, onlyTerminal }: Comparison,
  { words: { page }, fill }: PracticeTranslator,
): string[] {
  const { compared, difference } = page;
  return [
    ...onlyTerminal.map(({ path }) => fill(compared.onlyTerminal, { path })),
    ...different.map(({ rap: { name }, where: { kind, ...values } }) =>
      fill(compared.different, { name, how: fill(difference[kind], values) }),
    ),
    ...onlyRap.map(({ name }) => fill(compared.onlyRap, { name })),
    fill(compared.sum, {
      equal: equal.length,
      different: different.length,
      onlyTerminal: onlyTerminal.length,
      onlyRap: onlyRap.length,
    }),
  ];
}

function timeline({ plan, events }: EvidenceFacts, translator: PracticeTranslator): string {
  const rows = events.map((event) => [
    timeOn(plan, event.at),
    `<code>${html(event.what)}</code>`,
    html(eventText(event, plan, translator)),
  ]);
  return table(translator, ['time', 'what', 'inWords'], rows, 'timeline');
}

/** The time of the day, and the date as well when it is another one than that of the session. */
function timeOn({ date }: EvidenceFacts['plan'], at: number): string {
  const stamp = hongKongStamp(at).slice(0, 16);
  return stamp.startsWith(date) ? stamp.slice(11) : stamp;
}

function mails({ plan, mails: sent }: EvidenceFacts, translator: PracticeTranslator): string {
  const rows = sent.map(({ createdAt, subject, to, state }) => [
    timeOn(plan, createdAt),
    html(subject),
    to.map(({ address }) => html(address)).join('<br>'),
    mark(translator.words.page.mailState[state], mailMark(state)),
  ]);
  return table(translator, ['time', 'subject', 'to', 'state'], rows);
}

/** A mail on its way is no fault: the last one of the day often is while the page is written. */
function mailMark(state: EvidenceFacts['mails'][number]['state']): string {
  if (state === 'accepted') return 'good';
  return state === 'queued' || state === 'sending' ? 'soft' : 'bad whole';
}

function drill({ drill: rows }: EvidenceFacts, translator: PracticeTranslator): string {
  return table(
    translator,
    ['contact', 'codeSent', 'answered', 'how', 'enteredBy'],
    rows.map(({ name, email, sentAt, answeredAt, how, enteredBy }) => [
      html(name === '' ? email : `${name}, ${email}`),
      hongKongStamp(sentAt).slice(0, 16),
      answeredAt === null
        ? mark(translator.words.page.noAnswer, 'bad whole')
        : hongKongStamp(answeredAt).slice(0, 16),
      html(how || '-'),
      html(enteredBy || '-'),
    ]),
  );
}

/** Records are shown in the words in which they were chained. */
function journal(
  { plan, journal: records, journalHead }: EvidenceFacts,
  translator: PracticeTranslator,
): string {
  const hash = `<code class="hash">${html(journalHead.head)}</code>`;
  const head = html(translator.fill(translator.words.page.journal, { count: journalHead.count })).replace(
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
  return `<p class="soft">${head}</p>${table(translator, ['number', 'time', 'who', 'what', 'why'], rows, 'journal')}`;
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

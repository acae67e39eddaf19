/** The page of alarms: what nobody has taken up comes first, each with what to do and who was told. */
import { toldIn } from '../../mail/cures.ts';
import { warningLine } from '../../mail/findings.ts';
import { mailTexts } from '../../mail/texts/index.ts';
import { hongKongDate } from '../../time/hong-kong.ts';
import { type Html, html } from '../html.ts';
import { actButton, card, type Kit, link, pill, query, tell, time } from '../kit.ts';
import { mailRows } from '../mails.ts';
import type { DeskPage } from '../page.ts';
import { runbookPath } from '../runbook/page.ts';
import { alarmsTexts } from './texts.ts';
import {
  type AlarmLine,
  type AlarmsModel,
  alarmsView,
  type FindingLine,
  type OutstandingLine,
} from './view.ts';

export const alarmsPage: DeskPage<AlarmsModel> = {
  path: 'alarms',
  line: 'alarms',
  view: alarmsView,
  title: (_, t) => alarmsTexts[t.language].title,
  main(model, t) {
    const w = alarmsTexts[t.language];
    switch (model.part) {
      case 'all':
        return everything(model, t);
      case 'one':
        return oneAlarm(model, t);
      case 'outstanding':
        return list(t, model.part, model.next, model.lines.length, [
          html`<p class="soft">${w.outstandingHow}</p>`,
          outstandingRows(t, model.lines),
        ]);
      case 'findings':
        return list(t, model.part, model.next, model.lines.length, findingRows(t, model.lines));
      default:
        return list(t, model.part, model.next, model.alarms.length, [
          model.part === 'unheard' ? several(t, model.alarms) : '',
          alarmRows(t, model.alarms),
        ]);
    }
  },
};

/** Kinds that have a button of their own, and that the dialog names. */
const MOST_KINDS = 4;
const MOST_NAMED = 8;

type Model<P> = Extract<AlarmsModel, { part: P }>;

function everything(model: Model<'all'>, t: Kit): Html {
  const w = alarmsTexts[t.language];
  const { counts, unheard, outstanding, totalOutstanding, findings } = model;
  const open = counts.unheard + counts.known;
  const tone = counts.unheard > 0 ? 'bad' : open > 0 ? 'warn' : 'ok';
  const head =
    counts.unheard > 0
      ? tell(t, w.unheard, { n: counts.unheard })
      : open > 0
        ? tell(t, w.known, { n: open })
        : w.none;
  const { told, looked, unchecked } = findings;
  const words = mailTexts[t.language];
  return [
    html`<section class="verdict ${tone}" id="verdict"><h1>${head}</h1>${open > 0 ? html`<p>${w.how}</p>` : ''}</section>`,
    unheard.length === 0
      ? ''
      : card('unheard', w.lists.unheard, [
          alarmRows(t, unheard),
          rest(t, 'unheard', counts.unheard - unheard.length),
          counts.unheard < 2 || !t.acts.includes('acknowledge-several')
            ? ''
            : html`<p><a class="button second" href="${to(t, { show: 'unheard' })}">${w.several}</a></p>`,
        ]),
    totalOutstanding === 0
      ? ''
      : card('outstanding', w.outstanding, [
          html`<p class="soft">${w.outstandingHow}</p>`,
          outstandingRows(t, outstanding),
          rest(t, 'outstanding', totalOutstanding - outstanding.length),
        ]),
    card('other', w.found, [
      told === 0
        ? html`<p>${w.noFindings}</p>`
        : html`<p><a href="${to(t, { show: 'findings' })}">${tell(t, w.withWarnings, { n: told })}</a></p>`,
      unchecked.map(
        ({ reason, n }) =>
          html`<p class="soft">${tell(t, words.findings.notChecked, { n, all: looked, why: words.findings.why[reason] })}</p>`,
      ),
    ]),
    singleNights(t),
    html`<p>${counts.known === 0 ? '' : html`<a href="${to(t, { show: 'known' })}">${tell(t, w.allKnown, { n: counts.known })}</a> · `}<a href="${to(t, { show: 'closed' })}">${w.allClosed}</a> · <a href="${link(t, 'runbook')}">${w.runbook}</a></p>`,
  ];
}

/** What people know of single nights and dates; nothing for whoever may not enter it. */
function singleNights(t: Kit): Html {
  const w = alarmsTexts[t.language];
  const date = hongKongDate(t.now);
  const buttons = [
    actButton(t, 'deadline', w.nights.deadline, { date }),
    actButton(t, 'condition', w.nights.condition, { condition: 'holiday-margin-call', date }),
    actButton(t, 'close-expectation', w.nights.close, { date }),
  ].filter((one) => one !== '');
  return buttons.length === 0 ? '' : card('nights', w.nights.title, html`<div class="acts">${buttons}</div>`);
}

function rest(t: Kit, show: string, n: number): Html {
  if (n <= 0) return '';
  return html`<p><a href="${to(t, { show })}">${tell(t, alarmsTexts[t.language].more, { n })}</a></p>`;
}

function list(t: Kit, show: keyof typeof alarmsTexts.en.lists, next: string, n: number, body: Html): Html {
  const w = alarmsTexts[t.language];
  return [
    html`<h1>${w.lists[show]}</h1>`,
    html`<section class="card" id="list">${n === 0 ? html`<p>${w.listEmpty}</p>` : body}</section>`,
    html`<p>${next === '' ? '' : html`<a href="${to(t, { show, after: next })}">${w.next}</a> · `}<a href="${to(t, {})}">${w.back}</a></p>`,
  ];
}

function to(t: Kit, values: Readonly<Record<string, string | number>>): string {
  return link(t, query('alarms', values));
}

/** Buttons for several at once: all of the page, and those of one kind and account, as they stand on it. */
function several(t: Kit, alarms: readonly AlarmLine[]): Html {
  const w = alarmsTexts[t.language];
  if (alarms.length < 2) return '';
  const button = (label: string, about: string, some: readonly AlarmLine[]) =>
    actButton(t, 'acknowledge-several', tell(t, label, { n: some.length, about }), {
      ...{ n: some.length, about, alarms: some.map(({ id }) => id).join(',') },
    });
  const kinds = [...Map.groupBy(alarms, ({ account, code }) => `${account} ${code}`.trim())]
    .filter(([, some]) => some.length > 1 && some.length < alarms.length)
    .sort(([, one], [, other]) => other.length - one.length)
    .slice(0, MOST_KINDS);
  const about = [...new Set(alarms.map(({ account, code }) => `${account} ${code}`.trim()))];
  const all = about.length > MOST_NAMED ? `${about.slice(0, MOST_NAMED).join(', ')} ...` : about.join(', ');
  return html`<div class="acts">${[
    ...kinds.map(([kind, some]) => button(w.acknowledgeKind, kind, some)),
    button(w.acknowledgePage, all, alarms),
  ]}</div>`;
}

function alarmRows(t: Kit, alarms: readonly AlarmLine[]): Html {
  return html`<ul class="rows">${alarms.map(
    (one) =>
      html`<li id="alarm-${one.id}"><span class="name">${one.message}</span><span>${level(t, one)}</span>${about(t, one)}</li>`,
  )}</ul>`;
}

function level(t: Kit, { level, closed, known }: AlarmLine): Html {
  const w = alarmsTexts[t.language];
  const tone = closed !== null ? 'grey' : known !== null ? 'ok' : level === 'critical' ? 'bad' : 'warn';
  return pill(tone, w.level[level]);
}

function about(t: Kit, one: AlarmLine): Html {
  const w = alarmsTexts[t.language];
  const { id, account, code, place, raisedAt, seen, seenAt, muted, known, closed } = one;
  const since = tell(t, w.since, { time: time(t, raisedAt) });
  const again = seen > 1 ? tell(t, w.seen, { n: seen, time: time(t, seenAt) }) : '';
  return [
    html`<span class="sub">${[String(id), account, code, place, since, again].filter((part) => part !== '').join(' · ')}</span>`,
    closed === null ? html`<span class="sub">${toldIn(mailTexts[t.language], one).cure}</span>` : '',
    muted === '' ? '' : html`<span class="sub">${tell(t, w.muted, { reason: muted })}</span>`,
    known === null
      ? ''
      : html`<span class="sub">${tell(t, w.knownBy, { name: known.by, time: time(t, known.until) })}: ${known.why}</span>`,
    closed === null
      ? ''
      : html`<span class="sub">${tell(t, w.closedAt, { time: time(t, closed.at), why: closed.why })}</span>`,
    html`<span class="sub acts">${closed !== null || known !== null ? '' : actButton(t, 'acknowledge', w.acknowledge, { alarm: id })}<a href="${to(t, { alarm: id })}">${w.who}</a><a href="${link(t, runbookPath(code))}">${w.runbook}</a></span>`,
  ];
}

function oneAlarm(model: Model<'one'>, t: Kit): Html {
  const w = alarmsTexts[t.language];
  const { alarm, groups, run, nextAt, mails, reports } = model;
  return [
    html`<section class="verdict ${alarm.closed !== null ? 'grey' : alarm.known !== null ? 'ok' : 'bad'}" id="verdict"><h1>${alarm.message}</h1>${html`<p>${level(t, alarm)}</p>`}</section>`,
    html`<section class="card" id="alarm"><ul class="rows"><li>${about(t, alarm)}</li></ul><dl>${[
      [w.groups, groups.length === 0 ? w.everybody : groups.join(', ')],
      [w.reminder, nextAt === null ? '' : time(t, nextAt)],
      [w.run, run],
    ]
      .filter(([, text]) => text !== '')
      .map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl></section>`,
    card('told', w.told, mails.length === 0 ? html`<p>${w.nobodyTold}</p>` : mailRows(t, mails)),
    reports.length === 0
      ? ''
      : card('reports', w.reports, html`<ul>${reports.map((path) => html`<li>${path}</li>`)}</ul>`),
    html`<p><a href="${to(t, {})}">${w.back}</a></p>`,
  ];
}

function outstandingRows(t: Kit, lines: readonly OutstandingLine[]): Html {
  const w = alarmsTexts[t.language];
  return html`<ul class="rows">${lines.map(
    ({ close, account, path, why, since }) =>
      html`<li><span class="name">${path}</span><span class="n">${time(t, since)}</span><span class="sub">${account} · ${why}</span><span class="sub acts">${close === null ? html`<a href="${link(t, 'quarantine')}">${w.toQuarantine}</a>` : actButton(t, 'close-report', w.close, { report: close })}</span></li>`,
  )}</ul>`;
}

function findingRows(t: Kit, lines: readonly FindingLine[]): Html {
  const words = mailTexts[t.language];
  return html`<ul class="rows">${lines.map(
    ({ account, path, receivedAt, unrecognised, warnings }) =>
      html`<li><span class="name">${path}</span><span class="n">${time(t, receivedAt)}</span><span class="sub">${account}</span>${unrecognised ? html`<span class="sub">${words.findings.why.unrecognised}</span>` : ''}${warnings.map((one) => html`<span class="sub">${warningLine(one, words)}</span>`)}</li>`,
  )}</ul>`;
}

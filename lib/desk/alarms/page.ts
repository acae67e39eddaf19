/** The page of alarms: what nobody has taken up comes first, each with what to do and who was told. */

import type { Key, Under } from '../../i18n/translate.ts';
import { warningLine } from '../../mail/findings.ts';
import { hongKongDate } from '../../time/hong-kong.ts';
import { alarmEndIn, detailsOf, faultText, toldFault } from '../fault.ts';
import { type Html, html } from '../html.ts';
import { actButton, card, type Kit, link, pill, query, shownOf, tell, tellHtml, time } from '../kit.ts';
import { mailRows } from '../mails.ts';
import type { DeskPage } from '../page.ts';
import { runbookPath } from '../runbook/page.ts';
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
  title: (_, t) => tell(t, 'desk.alarms.title'),
  main(model, t) {
    switch (model.part) {
      case 'all':
        return everything(model, t);
      case 'one':
        return oneAlarm(model, t);
      case 'outstanding':
        return list(t, model, model.lines.length, [
          html`<p class="soft">${tell(t, 'desk.alarms.outstandingHow')}</p>`,
          outstandingRows(t, model.lines),
        ]);
      case 'findings':
        return list(t, model, model.lines.length, findingRows(t, model.lines));
      default:
        return list(t, model, model.alarms.length, [
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
  const { counts, unheard, outstanding, totalOutstanding, findings } = model;
  const open = counts.unheard + counts.known;
  const tone = counts.unheard > 0 ? 'bad' : open > 0 ? 'warn' : 'ok';
  const head =
    counts.unheard > 0
      ? tell(t, 'desk.alarms.unheard', { n: counts.unheard })
      : open > 0
        ? tell(t, 'desk.alarms.known', { n: open })
        : tell(t, 'desk.alarms.none');
  const { told, looked, unchecked } = findings;
  return [
    html`<section class="verdict ${tone}" id="verdict"><h1>${head}</h1>${open > 0 ? html`<p>${tell(t, 'desk.alarms.how')}</p>` : ''}</section>`,
    unheard.length === 0
      ? ''
      : card('unheard', tell(t, 'desk.alarms.lists.unheard'), [
          alarmRows(t, unheard),
          rest(t, 'unheard', counts.unheard - unheard.length),
          counts.unheard < 2 || !t.acts.includes('acknowledge-several')
            ? ''
            : html`<p><a class="button second" href="${to(t, { show: 'unheard' })}">${tell(t, 'desk.alarms.several')}</a></p>`,
        ]),
    totalOutstanding === 0
      ? ''
      : card('outstanding', tell(t, 'desk.alarms.outstanding'), [
          html`<p class="soft">${tell(t, 'desk.alarms.outstandingHow')}</p>`,
          outstandingRows(t, outstanding),
          rest(t, 'outstanding', totalOutstanding - outstanding.length),
        ]),
    card('other', tell(t, 'desk.alarms.found'), [
      told === 0
        ? html`<p>${tell(t, 'desk.alarms.noFindings')}</p>`
        : html`<p><a href="${to(t, { show: 'findings' })}">${tell(t, 'desk.alarms.withWarnings', { n: told })}</a></p>`,
      unchecked.map(
        ({ reason, n }) =>
          html`<p class="soft">${tell(t, 'mail.findings.notChecked', { n, all: looked, why: tell(t, `mail.findings.why.${reason}`) })}</p>`,
      ),
    ]),
    singleNights(t),
    html`<p>${counts.known === 0 ? '' : html`<a href="${to(t, { show: 'known' })}">${tell(t, 'desk.alarms.allKnown', { n: counts.known })}</a> · `}<a href="${to(t, { show: 'closed' })}">${tell(t, 'desk.alarms.allClosed')}</a> · <a href="${link(t, 'runbook')}">${tell(t, 'desk.alarms.runbook')}</a></p>`,
  ];
}

/** What people know of single nights and dates; nothing for whoever may not enter it. */
function singleNights(t: Kit): Html {
  const date = hongKongDate(t.now);
  const buttons = [
    actButton(t, 'deadline', tell(t, 'desk.alarms.nights.deadline'), { date }),
    actButton(t, 'condition', tell(t, 'desk.alarms.nights.condition'), {
      condition: 'holiday-margin-call',
      date,
    }),
    actButton(t, 'close-expectation', tell(t, 'desk.alarms.nights.close'), { date }),
  ].filter((one) => one !== '');
  return buttons.length === 0
    ? ''
    : card('nights', tell(t, 'desk.alarms.nights.title'), html`<div class="acts">${buttons}</div>`);
}

function rest(t: Kit, show: string, n: number): Html {
  if (n <= 0) return '';
  return html`<p><a href="${to(t, { show })}">${tell(t, 'desk.alarms.more', { n })}</a></p>`;
}

/** @param n so many of them are on this page */
function list(
  t: Kit,
  { part: show, total, next }: { part: Under<'desk.alarms.lists'>; total: number | null; next: string },
  n: number,
  body: Html,
): Html {
  return [
    html`<h1>${tell(t, `desk.alarms.lists.${show}`)}</h1>`,
    shownOf(t, n, total ?? n),
    html`<section class="card" id="list">${n === 0 ? html`<p>${tell(t, 'desk.alarms.listEmpty')}</p>` : body}</section>`,
    html`<p>${next === '' ? '' : html`<a href="${to(t, { show, after: next })}">${tell(t, 'desk.alarms.next')}</a> · `}<a href="${to(t, {})}">${tell(t, 'desk.alarms.back')}</a></p>`,
  ];
}

function to(t: Kit, values: Readonly<Record<string, string | number>>): string {
  return link(t, query('alarms', values));
}

/** Buttons for several at once: all of the page, and those of one kind and account, as they stand on it. */
function several(t: Kit, alarms: readonly AlarmLine[]): Html {
  if (alarms.length < 2) return '';
  const button = (key: Key, about: string, some: readonly AlarmLine[]) =>
    actButton(t, 'acknowledge-several', tell(t, key, { n: some.length, about }), {
      ...{ n: some.length, about, alarms: some.map(({ id }) => id).join(',') },
    });
  const kinds = [...Map.groupBy(alarms, ({ account, code }) => `${account} ${code}`.trim())]
    .filter(([, some]) => some.length > 1 && some.length < alarms.length)
    .sort(([, one], [, other]) => other.length - one.length)
    .slice(0, MOST_KINDS);
  const about = [...new Set(alarms.map(({ account, code }) => `${account} ${code}`.trim()))];
  const all = about.length > MOST_NAMED ? `${about.slice(0, MOST_NAMED).join(', ')} ...` : about.join(', ');
  return html`<div class="acts">${[
    ...kinds.map(([kind, some]) => button('desk.alarms.acknowledgeKind', kind, some)),
    button('desk.alarms.acknowledgePage', all, alarms),
  ]}</div>`;
}

function alarmRows(t: Kit, alarms: readonly AlarmLine[]): Html {
  return html`<ul class="rows">${alarms.map(
    (one) =>
      html`<li id="alarm-${one.id}"><span class="name">${toldFault(t, one).what}</span><span>${level(t, one)}</span>${about(t, one)}</li>`,
  )}</ul>`;
}

function level(t: Kit, { level, closed, known }: AlarmLine): Html {
  const tone = closed !== null ? 'grey' : known !== null ? 'ok' : level === 'critical' ? 'bad' : 'warn';
  return pill(tone, tell(t, `desk.alarms.level.${level}`));
}

function about(t: Kit, one: AlarmLine): Html {
  const { id, account, code, place, raisedAt, seen, seenAt, muted, known, acknowledged, closed } = one;
  const since = tell(t, 'desk.alarms.since', { time: time(t, raisedAt) });
  const told = toldFault(t, one);
  const again = seen > 1 ? tell(t, 'desk.alarms.seen', { n: seen, time: time(t, seenAt) }) : '';
  return [
    html`<span class="sub">${[String(id), account, code, place, since, again].filter((part) => part !== '').join(' · ')}</span>`,
    html`<span class="sub">${closed === null ? told.cure : ''}${detailsOf(t, told)}</span>`,
    muted === '' ? '' : html`<span class="sub">${tell(t, 'desk.alarms.muted', { reason: muted })}</span>`,
    known !== null || acknowledged === null
      ? ''
      : html`<span class="sub">${tell(t, 'desk.alarms.acknowledgedBy', { name: acknowledged.by, time: time(t, acknowledged.at) })}: ${acknowledged.why}</span>`,
    known === null
      ? ''
      : html`<span class="sub">${tell(t, 'desk.alarms.knownBy', { name: known.by, time: time(t, known.until) })}: ${known.why}</span>`,
    closed === null
      ? ''
      : html`<span class="sub">${tellHtml(t, 'desk.alarms.closedAt', { time: time(t, closed.at), why: alarmEndIn(t, closed) })}</span>`,
    html`<span class="sub acts">${closed !== null || known !== null ? '' : actButton(t, 'acknowledge', tell(t, 'desk.alarms.acknowledge'), { alarm: id })}<a href="${to(t, { alarm: id })}">${tell(t, 'desk.alarms.who')}</a><a href="${link(t, runbookPath(code))}">${tell(t, 'desk.alarms.runbook')}</a></span>`,
  ];
}

function oneAlarm(model: Model<'one'>, t: Kit): Html {
  const { alarm, groups, run, nextAt, mails, reports } = model;
  return [
    html`<section class="verdict ${alarm.closed !== null ? 'grey' : alarm.known !== null ? 'ok' : 'bad'}" id="verdict"><h1>${toldFault(t, alarm).what}</h1>${html`<p>${level(t, alarm)}</p>`}</section>`,
    html`<section class="card" id="alarm"><ul class="rows"><li>${about(t, alarm)}</li></ul><dl>${[
      [
        tell(t, 'desk.alarms.groups'),
        groups.length === 0 ? tell(t, 'desk.alarms.everybody') : groups.join(', '),
      ],
      [tell(t, 'desk.alarms.reminder'), nextAt === null ? '' : time(t, nextAt)],
      [tell(t, 'desk.alarms.run'), run],
    ]
      .filter(([, text]) => text !== '')
      .map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl></section>`,
    card(
      'told',
      tell(t, 'desk.alarms.told'),
      mails.length === 0 ? html`<p>${tell(t, 'desk.alarms.nobodyTold')}</p>` : mailRows(t, mails),
    ),
    reports.length === 0
      ? ''
      : card(
          'reports',
          tell(t, 'desk.alarms.reports'),
          html`<ul>${reports.map((path) => html`<li>${path}</li>`)}</ul>`,
        ),
    html`<p><a href="${to(t, {})}">${tell(t, 'desk.alarms.back')}</a></p>`,
  ];
}

function outstandingRows(t: Kit, lines: readonly OutstandingLine[]): Html {
  return html`<ul class="rows">${lines.map(
    ({ close, account, path, why, since }) =>
      html`<li><span class="name">${path}</span><span class="n">${time(t, since)}</span><span class="sub">${account} · ${faultText(t, why)}</span><span class="sub acts">${close === null ? html`<a href="${link(t, 'quarantine')}">${tell(t, 'desk.alarms.toQuarantine')}</a>` : actButton(t, 'close-report', tell(t, 'desk.alarms.close'), { report: close })}</span></li>`,
  )}</ul>`;
}

function findingRows(t: Kit, lines: readonly FindingLine[]): Html {
  return html`<ul class="rows">${lines.map(
    ({ account, path, receivedAt, unrecognised, warnings }) =>
      html`<li><span class="name">${path}</span><span class="n">${time(t, receivedAt)}</span><span class="sub">${account}</span>${unrecognised ? html`<span class="sub">${tell(t, 'mail.findings.why.unrecognised')}</span>` : ''}${warnings.map((one) => html`<span class="sub">${warningLine(one, t.language)}</span>`)}</li>`,
  )}</ul>`;
}

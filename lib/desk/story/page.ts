/** The story of what never came, or came and is not trusted, on one page each. */
import { reportName } from '../../model/completeness.ts';
import { stateText, timeText } from '../../model/completeness-text.ts';
import { row } from '../history/page.ts';
import { words as historyWords } from '../history/texts.ts';
import { type Html, html } from '../html.ts';
import { actButton, card, type Kit, link, pill, query, tell, time } from '../kit.ts';
import type { DeskPage } from '../page.ts';
import { storyCard } from '../report/page.ts';
import { words } from './texts.ts';
import { type AwaitedModel, awaitedView, type StrangeModel, strangeView } from './view.ts';

export const strangePage: DeskPage<StrangeModel> = {
  path: 'story/:kind/:id',
  line: 'history',
  view: strangeView,
  title: ({ path }) => path.slice(path.lastIndexOf('/') + 1) || path,
  main(model, t) {
    const { account, path, kind, id, events } = model;
    const w = words[t.language];
    const isHeld = kind === 'quarantine' || kind === 'refused';
    const name = path.slice(path.lastIndexOf('/') + 1) || path;
    const acts = isHeld
      ? html`<a class="button second" href="${link(t, 'quarantine')}">${w.toQuarantine}</a>`
      : kind === 'outstanding'
        ? actButton(t, 'close-report', w.close, { report: id })
        : '';
    return [
      html`<section><h1>${name}</h1><p>${pill(isHeld ? 'bad' : kind === 'closed' ? 'grey' : 'warn', historyWords[t.language].kinds[kind])}</p><p class="soft">${account} · ${path}</p><div class="acts">${acts}</div></section>`,
      events.length === 0 ? html`<p>${w.nothing}</p>` : storyCard(model, t),
      cameCard(model, t),
    ];
  },
};

export const awaitedPage: DeskPage<AwaitedModel> = {
  path: 'awaited',
  line: 'history',
  view: awaitedView,
  title: ({ of }) => `${reportName(of)} ${of.businessDate}`,
  main(model, t) {
    const { account, of, found, events } = model;
    const w = words[t.language];
    const { businessDate: date } = of;
    const grave = found?.state === 'missing' || found?.state === 'late' || found?.state === 'unknown';
    const about = { account, report: reportName(of), date };
    return [
      html`<section><h1>${reportName(of)} · ${date}</h1><p>${found === undefined ? pill('grey', w.past) : pill(grave ? 'bad' : 'grey', stateText(found.state, t.language))}</p><p class="soft">${account}</p><div class="acts">${actButton(t, 'deadline', w.deadline, about)}${actButton(t, 'close-expectation', w.waitNoLonger, about)}<a class="button second" href="${link(t, query('history', { code: of.report, account }))}">${w.allOfName}</a></div></section>`,
      found === undefined ? '' : card('facts', w.facts, facts(found, t)),
      events.length === 0 ? html`<p>${w.nothing}</p>` : storyCard(model, t),
      cameCard(model, t),
    ];
  },
};

function facts(found: NonNullable<AwaitedModel['found']>, t: Kit): Html {
  const w = words[t.language];
  const { about, lateAfter, cutOff, lacking = [], traces, lastLook, closed, moved, businessDate } = found;
  const at = (second: number | null) => (second === null ? '' : timeText(second, businessDate));
  const person = (said: { by: string; reason: string } | undefined) =>
    said === undefined ? '' : `${said.by}: ${said.reason}`;
  const rows: [string, string][] = [
    [w.usual, at(about)],
    [w.late, at(lateAfter)],
    [w.cutOff, at(cutOff)],
    [w.lacking, lacking.join(', ')],
    ...traces.flatMap(({ half, seen, quarantined }): [string, string][] => [
      [
        w.seen,
        seen === undefined ? '' : `${half} ${time(t, seen.at * 1000)} ${w.centre[seen.centre]}`.trim(),
      ],
      [
        w.quarantined,
        quarantined === undefined
          ? ''
          : `${half} ${time(t, quarantined.at * 1000)} ${quarantined.code}`.trim(),
      ],
    ]),
    [
      w.looked,
      lastLook === undefined ? w.never : `${time(t, lastLook.at * 1000)} ${w.centre[lastLook.centre]}`,
    ],
    [w.moved, person(moved)],
    [w.closed, person(closed)],
  ];
  return html`<dl>${rows.filter(([, text]) => text !== '').map(([name, text]) => html`<dt>${name}</dt><dd class="n">${text}</dd>`)}</dl>`;
}

function cameCard({ versions }: Pick<StrangeModel, 'versions'>, t: Kit): Html {
  if (versions.length === 0) return '';
  const title = tell(t, words[t.language].came, { n: versions.length });
  return card('came', title, html`<ul class="rows">${versions.map((one) => row(one, t))}</ul>`);
}

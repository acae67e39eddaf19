/** The story of what never came, or came and is not trusted, on one page each. */
import { reportName } from '../../model/completeness.ts';
import { stateText, timeText } from '../../model/completeness-text.ts';
import { row } from '../history/page.ts';
import { type Html, html } from '../html.ts';
import { actButton, card, type Kit, link, pill, query, tell, time } from '../kit.ts';
import type { DeskPage } from '../page.ts';
import { storyCard } from '../report/page.ts';
import { type AwaitedModel, awaitedView, type StrangeModel, strangeView } from './view.ts';

export const strangePage: DeskPage<StrangeModel> = {
  path: 'story/:kind/:id',
  line: 'history',
  view: strangeView,
  title: ({ path }) => path.slice(path.lastIndexOf('/') + 1) || path,
  main(model, t) {
    const { account, path, kind, id, events } = model;
    const isHeld = kind === 'quarantine' || kind === 'refused';
    const name = path.slice(path.lastIndexOf('/') + 1) || path;
    const acts = isHeld
      ? html`<a class="button second" href="${link(t, 'quarantine')}">${tell(t, 'desk.story.toQuarantine')}</a>`
      : kind === 'outstanding'
        ? actButton(t, 'close-report', tell(t, 'desk.story.close'), { report: id })
        : '';
    return [
      html`<section><h1>${name}</h1><p>${pill(isHeld ? 'bad' : kind === 'closed' ? 'grey' : 'warn', tell(t, `desk.history.kinds.${kind}`))}</p><p class="soft">${account} · ${path}</p><div class="acts">${acts}</div></section>`,
      events.length === 0 ? html`<p>${tell(t, 'desk.story.nothing')}</p>` : storyCard(model, t),
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
    const { businessDate: date } = of;
    const grave = found?.state === 'missing' || found?.state === 'late' || found?.state === 'unknown';
    const about = { account, report: reportName(of), date };
    return [
      html`<section><h1>${reportName(of)} · ${date}</h1><p>${found === undefined ? pill('grey', tell(t, 'desk.story.past')) : pill(grave ? 'bad' : 'grey', stateText(found.state, t.language))}</p><p class="soft">${account}</p><div class="acts">${actButton(t, 'deadline', tell(t, 'desk.story.deadline'), about)}${actButton(t, 'close-expectation', tell(t, 'desk.story.waitNoLonger'), about)}<a class="button second" href="${link(t, query('history', { code: of.report, account }))}">${tell(t, 'desk.story.allOfName')}</a></div></section>`,
      found === undefined ? '' : card('facts', tell(t, 'desk.story.facts'), facts(found, t)),
      events.length === 0 ? html`<p>${tell(t, 'desk.story.nothing')}</p>` : storyCard(model, t),
      cameCard(model, t),
    ];
  },
};

function facts(found: NonNullable<AwaitedModel['found']>, t: Kit): Html {
  const { about, lateAfter, cutOff, lacking = [], traces, lastLook, closed, moved, businessDate } = found;
  const at = (second: number | null) => (second === null ? '' : timeText(second, businessDate));
  const person = (said: { by: string; reason: string } | undefined) =>
    said === undefined ? '' : `${said.by}: ${said.reason}`;
  const rows: [string, string][] = [
    [tell(t, 'desk.story.usual'), at(about)],
    [tell(t, 'desk.story.late'), at(lateAfter)],
    [tell(t, 'desk.story.cutOff'), at(cutOff)],
    [tell(t, 'desk.story.lacking'), lacking.join(', ')],
    ...traces.flatMap(({ half, seen, quarantined }): [string, string][] => [
      [
        tell(t, 'desk.story.seen'),
        seen === undefined
          ? ''
          : `${half} ${time(t, seen.at * 1000)} ${tell(t, `desk.story.centre.${seen.centre}`)}`.trim(),
      ],
      [
        tell(t, 'desk.story.quarantined'),
        quarantined === undefined
          ? ''
          : `${half} ${time(t, quarantined.at * 1000)} ${quarantined.code}`.trim(),
      ],
    ]),
    [
      tell(t, 'desk.story.looked'),
      lastLook === undefined
        ? tell(t, 'desk.story.never')
        : `${time(t, lastLook.at * 1000)} ${tell(t, `desk.story.centre.${lastLook.centre}`)}`,
    ],
    [tell(t, 'desk.story.moved'), person(moved)],
    [tell(t, 'desk.story.closed'), person(closed)],
  ];
  return html`<dl>${rows.filter(([, text]) => text !== '').map(([name, text]) => html`<dt>${name}</dt><dd class="n">${text}</dd>`)}</dl>`;
}

function cameCard({ versions }: Pick<StrangeModel, 'versions'>, t: Kit): Html {
  if (versions.length === 0) return '';
  const title = tell(t, 'desk.story.came', { n: versions.length });
  return card('came', title, html`<ul class="rows">${versions.map((one) => row(one, t))}</ul>`);
}

/** One report's whole story on one page. */
import type { StoryEvent } from '../../collection/story.ts';
import type { PlacedFile } from '../../ledger/ledger.ts';
import { isLostReason } from '../../model/placed.ts';
import { hongKongStamp } from '../../time/hong-kong.ts';
import { row, statePill } from '../history/page.ts';
import { type Html, html } from '../html.ts';
import { actButton, bytes, card, type Kit, link, pill, query, tell, time } from '../kit.ts';
import { page } from '../page.ts';
import { words as frameWords } from '../texts.ts';
import { clockTime, picture } from './picture.ts';
import { words } from './texts.ts';
import { type ReportModel, reportView } from './view.ts';

export const reportPage = page<ReportModel>({
  path: 'report/:id',
  line: 'history',
  view: reportView,
  title: ({ report }) => report.name,
  main: (model, t) =>
    html`${head(model, t)}<div class="cols"><div class="stack">${filesCard(model, t)}${storyCard(model, t)}</div><div class="stack">${factsCard(model, t)}${arrivalsCard(model, t)}${othersCard(model, t)}</div></div>`,
});

function head({ report }: ReportModel, t: Kit): Html {
  const w = words[t.language];
  const { businessDate, code, account } = report;
  const ofDate =
    businessDate === ''
      ? ''
      : html`<a class="button second" href="${link(t, query('history', { date: businessDate, account }))}">${w.allOfDate}</a>`;
  const ofCode =
    code === ''
      ? ''
      : html`<a class="button second" href="${link(t, query('history', { code, account }))}">${w.allOfName}</a>`;
  return html`<section><h1>${report.name}</h1><p>${statePill(report, t)}</p><div class="acts">${actButton(t, 'deliver-again', w.again, { report: report.versionId, name: report.name }, 'first')}${actButton(t, 'deliver-to', w.further, { report: report.versionId, name: report.name })}${ofDate}${ofCode}</div></section>`;
}

function filesCard({ files, report }: ReportModel, t: Kit): Html {
  const w = words[t.language];
  if (files.length === 0) return card('files', w.files, html`<p>${w.noFiles}</p>`);
  const rows = files.map((file) => {
    const isLost = file.state === 'gone' || file.state === 'changed';
    const tone = isLost ? 'bad' : file.state === 'unknown' ? 'warn' : 'ok';
    const looked = file.lookedAt === null ? '' : tell(t, w.lookedAt, { time: time(t, file.lookedAt) });
    const left =
      file.closed === undefined ? '' : tell(t, w.leftBy, { by: file.closed.by, why: file.closed.reason });
    const facts = [reasonOf(file, t), looked, left].filter((one) => one !== '').join(' · ');
    const acts =
      isLost && file.closed === undefined
        ? html`<span class="acts">${actButton(t, 'leave-file', w.leave, { report: report.versionId, share: file.share, name: report.name })}</span>`
        : '';
    return html`<li data-key="${file.share}"><span class="name">${file.file}</span><span>${pill(tone, w.states[file.state])}</span><span class="sub">${facts}${acts}</span></li>`;
  });
  const look = actButton(t, 'look-files', w.look, { report: report.versionId, name: report.name });
  return card(
    'files',
    w.files,
    html`<ul class="rows">${rows}</ul>${look === '' ? '' : html`<div class="acts">${look}</div>`}`,
  );
}

function reasonOf({ why }: Pick<PlacedFile, 'why'>, t: Kit): string {
  return isLostReason(why) ? words[t.language].lost[why] : why;
}

function factsCard({ report, sha256 }: ReportModel, t: Kit): Html {
  const w = words[t.language];
  const facts: [string, string][] = [
    [w.account, report.account],
    [w.date, report.businessDate],
    [w.set, report.sequence],
    [w.path, report.path],
    [w.size, `${bytes(report.bytes)} (${report.bytes})`],
    [w.hash, sha256],
    [
      w.local,
      report.cleanedAt === null ? w.kept : `${w.removed}, ${hongKongStamp(report.cleanedAt).slice(0, 16)}`,
    ],
  ];
  return card(
    'facts',
    w.facts,
    html`<dl>${facts.filter(([, value]) => value !== '').map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`,
  );
}

function arrivalsCard(model: ReportModel, t: Kit): Html {
  const w = words[t.language];
  const { arrivals, span, window } = model;
  if (arrivals.length === 0) return '';
  const minutes = arrivals.map(({ minute }) => minute);
  const label = tell(t, w.arrivalsOf, {
    ...{ n: arrivals.length, from: span.from, to: span.to },
    ...{ first: clockTime(Math.min(...minutes)), last: clockTime(Math.max(...minutes)) },
  });
  const at = (minute: number | null) => (minute === null ? '-' : clockTime(minute));
  const known = window.late !== null;
  const due = known
    ? tell(t, w.window, { about: at(window.about), late: at(window.late), cutOff: at(window.cutOff) })
    : w.noWindow;
  return card('arrivals', w.arrivals, html`${picture(model, label)}<p class="soft">${label}. ${due}</p>`);
}

export function storyCard({ events, left }: Pick<ReportModel, 'events' | 'left'>, t: Kit): Html {
  const w = words[t.language];
  const rows = events.map(
    (event) =>
      html`<li><span class="sub n">${event.at === null ? w.notYet : hongKongStamp(event.at).slice(0, 16)}</span><span>${eventText(event, t)}</span></li>`,
  );
  const older = left > 0 ? html`<p class="soft">${tell(t, w.older, { n: left })}</p>` : '';
  return card('story', w.story, html`${older}<ul class="rows">${rows}</ul>`);
}

function centre(t: Kit, dataCentre: string): string {
  const name = frameWords[t.language][dataCentre === 'secondary' ? 'secondary' : 'primary'];
  return tell(t, name, { account: '' }).trim();
}

/** One event as a sentence; what machines and people wrote stands in it as it is. */
export function eventText(event: StoryEvent, t: Kit): string {
  const w = words[t.language];
  switch (event.kind) {
    case 'placed': {
      const why = reasonOf(event, t);
      return tell(t, w.placed, { state: w.states[event.state], share: event.share, why }).replace(
        /[：:，,]\s*$/,
        '',
      );
    }
    case 'listed':
      return tell(t, w.events.listed, { centre: centre(t, event.dataCentre), size: bytes(event.size) });
    case 'still':
      return tell(t, w.events.still, { since: time(t, event.since) });
    case 'outstanding':
      return tell(t, w.events.outstanding, {
        state: event.state,
        why: event.code === '' ? '' : `(${event.code}: ${event.message})`,
      });
    case 'received': {
      const { address, run } = event;
      return tell(t, w.events.received, {
        centre: centre(t, event.dataCentre),
        size: bytes(event.bytes),
        address,
        run,
      });
    }
    case 'looked':
      return tell(t, w.events.looked, {
        state: event.state,
        why: [event.why, ...event.warnings.map(({ reason }) => reason)]
          .filter((one) => one !== '')
          .join('; '),
      });
    case 'told':
      return tell(t, w.events.told, {
        mail: event.mail,
        to: event.to.map(({ address, state }) => `${address} (${state})`).join(', '),
      });
    default: {
      const { kind, at: _, ...values } = event;
      return tell(t, w.events[kind], values as unknown as Record<string, string | number>);
    }
  }
}

function othersCard({ others }: ReportModel, t: Kit): Html {
  if (others.length === 0) return '';
  return card(
    'others',
    words[t.language].others,
    html`<ul class="rows">${others.map((one) => row(one, t))}</ul>`,
  );
}

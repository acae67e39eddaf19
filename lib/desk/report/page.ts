/** One report's whole story on one page. */
import type { StoryEvent } from '../../collection/story.ts';
import type { PlacedFile } from '../../ledger/ledger.ts';
import { warningLine } from '../../mail/findings.ts';
import { isLostReason } from '../../model/placed.ts';
import { hongKongStamp } from '../../time/hong-kong.ts';
import { alarmEndIn, faultText, verbatim } from '../fault.ts';
import { row, statePill } from '../history/page.ts';
import { type Html, html } from '../html.ts';
import { actButton, bytes, card, type Kit, link, pill, query, tell, tellHtml, time } from '../kit.ts';
import { recipientState } from '../mails.ts';
import { page } from '../page.ts';
import { actText } from '../people.ts';
import { clockTime, picture, volume } from './picture.ts';
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
  const { businessDate, code, account } = report;
  const ofDate =
    businessDate === ''
      ? ''
      : html`<a class="button second" href="${link(t, query('history', { date: businessDate, account }))}">${tell(t, 'desk.report.allOfDate')}</a>`;
  const ofCode =
    code === ''
      ? ''
      : html`<a class="button second" href="${link(t, query('history', { code, account }))}">${tell(t, 'desk.report.allOfName')}</a>`;
  return html`<section><h1>${report.name}</h1><p>${statePill(report, t)}</p><div class="acts">${actButton(t, 'deliver-again', tell(t, 'desk.report.again'), { report: report.versionId, name: report.name }, 'first')}${actButton(t, 'deliver-to', tell(t, 'desk.report.further'), { report: report.versionId, name: report.name })}${ofDate}${ofCode}</div></section>`;
}

function filesCard({ files, report }: ReportModel, t: Kit): Html {
  if (files.length === 0)
    return card('files', tell(t, 'desk.report.files'), html`<p>${tell(t, 'desk.report.noFiles')}</p>`);
  const rows = files.map((file) => {
    const isLost = file.state === 'gone' || file.state === 'changed';
    const tone = isLost ? 'bad' : file.state === 'unknown' ? 'warn' : 'ok';
    const looked =
      file.lookedAt === null ? '' : tell(t, 'desk.report.lookedAt', { time: time(t, file.lookedAt) });
    const left =
      file.closed === undefined
        ? ''
        : tell(t, 'desk.report.leftBy', { by: file.closed.by, why: file.closed.reason });
    const facts = [reasonOf(file, t), looked, left].filter((one) => one !== '');
    const acts =
      isLost && file.closed === undefined
        ? html`<span class="acts">${actButton(t, 'leave-file', tell(t, 'desk.report.leave'), { report: report.versionId, share: file.share, name: report.name })}</span>`
        : '';
    return html`<li data-key="${file.share}"><span class="name">${file.file}</span><span>${pill(tone, tell(t, `desk.report.states.${file.state || 'delivered'}`))}</span><span class="sub">${facts.map((one, at) => (at === 0 ? one : [' · ', one]))}${acts}</span></li>`;
  });
  const look = actButton(t, 'look-files', tell(t, 'desk.report.look'), {
    report: report.versionId,
    name: report.name,
  });
  return card(
    'files',
    tell(t, 'desk.report.files'),
    html`<ul class="rows">${rows}</ul>${look === '' ? '' : html`<div class="acts">${look}</div>`}`,
  );
}

function reasonOf({ why }: Pick<PlacedFile, 'why'>, t: Kit): Html {
  return isLostReason(why) ? tell(t, `desk.report.lost.${why}`) : verbatim(t, why);
}

function factsCard({ report, sha256 }: ReportModel, t: Kit): Html {
  const facts: [string, string][] = [
    [tell(t, 'desk.report.account'), report.account],
    [tell(t, 'desk.report.date'), report.businessDate],
    [tell(t, 'desk.report.set'), report.sequence],
    [tell(t, 'desk.report.path'), report.path],
    [tell(t, 'desk.report.size'), `${bytes(report.bytes)} (${report.bytes})`],
    [tell(t, 'desk.report.hash'), sha256],
    [
      tell(t, 'desk.report.local'),
      report.cleanedAt === null
        ? tell(t, 'desk.report.kept')
        : `${tell(t, 'desk.report.removed')}, ${hongKongStamp(report.cleanedAt).slice(0, 16)}`,
    ],
  ];
  return card(
    'facts',
    tell(t, 'desk.report.facts'),
    html`<dl>${facts.filter(([, value]) => value !== '').map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`,
  );
}

function arrivalsCard(model: ReportModel, t: Kit): Html {
  const { arrivals, span, window } = model;
  if (arrivals.length === 0) return '';
  const minutes = arrivals.map(({ minute }) => minute);
  const label = tell(t, 'desk.report.arrivalsOf', {
    ...{ n: arrivals.length, from: span.from, to: span.to },
    ...{ first: clockTime(Math.min(...minutes)), last: clockTime(Math.max(...minutes)) },
  });
  const at = (minute: number | null) => (minute === null ? '-' : clockTime(minute));
  const known = window.late !== null;
  const due = known
    ? tell(t, 'desk.report.window', {
        about: at(window.about),
        late: at(window.late),
        cutOff: at(window.cutOff),
      })
    : tell(t, 'desk.report.noWindow');
  return card(
    'arrivals',
    tell(t, 'desk.report.arrivals'),
    html`${picture(model, label)}<p class="soft">${label}. ${due}</p>${sizes(model, t)}`,
  );
}

/** How large it was: a report of half its size came whole and is odd all the same. */
function sizes(model: ReportModel, t: Kit): Html {
  const all = model.arrivals.map((one) => one.bytes);
  const of = { least: bytes(Math.min(...all)), most: bytes(Math.max(...all)) };
  const label = tell(t, 'desk.report.sizes', of);
  return html`${volume(model, label)}<p class="soft">${label}.</p>`;
}

export function storyCard({ events, left }: Pick<ReportModel, 'events' | 'left'>, t: Kit): Html {
  const rows = events.map(
    (event) =>
      html`<li><span class="sub n">${event.at === null ? tell(t, 'desk.report.notYet') : hongKongStamp(event.at).slice(0, 16)}</span><span>${eventText(event, t)}</span></li>`,
  );
  const older = left > 0 ? html`<p class="soft">${tell(t, 'desk.report.older', { n: left })}</p>` : '';
  return card('story', tell(t, 'desk.report.story'), html`${older}<ul class="rows">${rows}</ul>`);
}

function centre(t: Kit, dataCentre: string): string {
  return tell(t, `desk.frame.${dataCentre === 'secondary' ? 'secondary' : 'primary'}`, {
    account: '',
  }).trim();
}

/** One event as a sentence; what machines and people wrote stands in it as it is. */
export function eventText(event: StoryEvent, t: Kit): Html {
  switch (event.kind) {
    case 'placed': {
      const why = reasonOf(event, t);
      const said = { state: tell(t, `desk.report.states.${event.state}`), share: event.share };
      return why === ''
        ? tell(t, 'desk.report.placed', { ...said, why: '' }).replace(/[：:，,]\s*$/, '')
        : tellHtml(t, 'desk.report.placed', { ...said, why });
    }
    case 'listed':
      return tell(t, 'desk.report.events.listed', {
        centre: centre(t, event.dataCentre),
        size: bytes(event.size),
      });
    case 'still':
      return tell(t, 'desk.report.events.still', { since: time(t, event.since) });
    case 'outstanding': {
      const { state, code, message } = event;
      const why = code === '' ? '' : html`(${code}: ${faultText(t, { code, message })})`;
      return tellHtml(t, 'desk.report.events.outstanding', {
        state: tell(t, `desk.report.open.${state}`),
        why,
      });
    }
    case 'quarantined':
    case 'refused': {
      const { code, reason: message } = event;
      return tellHtml(t, `desk.report.events.${event.kind}`, {
        code,
        reason: faultText(t, { code, message }),
      });
    }
    case 'waits':
    case 'alarm': {
      const { kind, at: _, code, message, ...values } = event;
      return tellHtml(t, `desk.report.events.${kind}`, {
        ...values,
        code,
        message: faultText(t, { code, message }),
      });
    }
    case 'over':
      return tellHtml(t, 'desk.report.events.over', { id: event.id, why: alarmEndIn(t, event) });
    case 'person': {
      const { who, what, why } = event;
      return tellHtml(t, 'desk.report.events.person', { who, what: actText(t, what), why });
    }
    case 'received': {
      const { address, run } = event;
      return tell(t, 'desk.report.events.received', {
        centre: centre(t, event.dataCentre),
        size: bytes(event.bytes),
        address,
        run,
      });
    }
    case 'looked': {
      const why = [
        ...(event.why === '' ? [] : [tell(t, `mail.findings.why.${event.why}`)]),
        ...event.warnings.map((one) => warningLine(one, t.language)),
      ].join('; ');
      const state = tell(t, `desk.report.inside.${event.state}`);
      return tell(t, 'desk.report.events.looked', { state, why: why === '' ? '' : `(${why})` }).trim();
    }
    case 'told':
      return tell(t, 'desk.report.events.told', {
        mail: event.mail,
        to: event.to.map(({ address, state }) => `${address} (${recipientState(t, state)})`).join(', '),
      });
    default: {
      const { kind, at: _, ...values } = event;
      return tell(t, `desk.report.events.${kind}`, values as unknown as Record<string, string | number>);
    }
  }
}

function othersCard({ others }: ReportModel, t: Kit): Html {
  if (others.length === 0) return '';
  return card(
    'others',
    tell(t, 'desk.report.others'),
    html`<ul class="rows">${others.map((one) => row(one, t))}</ul>`,
  );
}

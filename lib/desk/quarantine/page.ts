/** The quarantine, with what a person may decide about each. */
import { faultText } from '../fault.ts';
import { type Html, html } from '../html.ts';
import { actButton, bytes, card, type Kit, link, pill, query, shownOf, tell, time } from '../kit.ts';
import { page } from '../page.ts';
import { type Listed, type QuarantineModel, quarantineView } from './view.ts';

export const quarantinePage = page<QuarantineModel>({
  path: 'quarantine',
  line: 'quarantine',
  view: quarantineView,
  title: (_model, t) => tell(t, 'desk.frame.menu.quarantine'),
  main: (model, t) =>
    html`${verdict(model, t)}${heldCard(model, t)}${namesCard(model, t)}${decidedCard(model, t)}`,
});

function verdict({ held, names }: QuarantineModel, t: Kit): Html {
  const n = held.total + names.total;
  const [title, text] =
    n === 0
      ? [tell(t, 'desk.quarantine.nothing'), tell(t, 'desk.quarantine.nothingMore')]
      : [tell(t, 'desk.quarantine.waiting', { n }), tell(t, 'desk.quarantine.warning')];
  return html`<section class="verdict ${n === 0 ? 'ok' : 'warn'}"><h1>${title}</h1><p>${text}</p></section>`;
}

/** How many of a list are shown, and the way to the others. */
function rest(t: Kit, show: 'held' | 'names', { lines, total, next }: Listed<unknown>, part: string): Html {
  const more = query('quarantine', { show, before: next });
  return html`${shownOf(t, lines.length, total)}${next === 0 ? '' : html`<p><a class="button second" href="${link(t, more)}">${tell(t, 'desk.quarantine.older')}</a></p>`}${part === 'all' ? '' : html`<p><a href="${link(t, 'quarantine')}">${tell(t, 'desk.quarantine.back')}</a></p>`}`;
}

const reasonOf = ({ code, reason: message }: { code: string; reason: string }, t: Kit) =>
  faultText(t, { code, message });

function heldCard({ part, held }: QuarantineModel, t: Kit): Html {
  if (held.total === 0 || part === 'names') return '';
  const rows = held.lines.map(
    (one) =>
      html`<li data-key="report-${one.id}"><span class="name">${one.path}</span><span>${pill('bad', one.code)}</span><span class="sub">${one.account} · ${tell(t, 'desk.quarantine.since', { time: time(t, one.heldAt) })} · ${bytes(one.bytes)} · report-${one.id}<br>${reasonOf(one, t)}<span class="acts">${actButton(t, 'release-report', tell(t, 'desk.quarantine.release'), { id: one.id, path: one.path })}${actButton(t, 'discard-report', tell(t, 'desk.quarantine.discard'), { id: one.id, path: one.path })}</span></span></li>`,
  );
  return card('held', tell(t, 'desk.quarantine.held'), [
    html`<ul class="rows">${rows}</ul>`,
    rest(t, 'held', held, part),
  ]);
}

function namesCard({ part, names }: QuarantineModel, t: Kit): Html {
  if (names.total === 0 || part === 'held') return '';
  const rows = names.lines.map((one) => {
    const path = one.folder === '/' ? `/${one.shown}` : `${one.folder}/${one.shown}`;
    const release =
      one.code === 'NAME_REFUSED'
        ? actButton(t, 'release-name', tell(t, 'desk.quarantine.release'), { id: one.id, path })
        : '';
    return html`<li data-key="name-${one.id}"><span class="name">${path}</span><span>${pill('warn', one.code)}</span><span class="sub">${one.account} · ${tell(t, 'desk.quarantine.since', { time: time(t, one.firstSeenAt) })} · name-${one.id}<br>${reasonOf(one, t)}<span class="acts">${release}${actButton(t, 'discard-name', tell(t, 'desk.quarantine.discard'), { id: one.id, path })}</span></span></li>`;
  });
  return card('names', tell(t, 'desk.quarantine.names'), [
    html`<ul class="rows">${rows}</ul>`,
    rest(t, 'names', names, part),
  ]);
}

function decidedCard({ decided }: QuarantineModel, t: Kit): Html {
  if (decided.length === 0) return '';
  const rows = decided.map(
    (one) =>
      html`<li data-key="decided-${one.id}"><a class="name" href="${link(t, `story/quarantine/${one.id}`)}">${one.path}</a><span>${pill('grey', tell(t, `desk.quarantine.decisions.${one.decision || 'discarded'}`))}</span><span class="sub">${one.account} · ${time(t, one.heldAt)} · ${one.code}: ${reasonOf(one, t)}${one.person === null ? '' : html`<br>${one.person.who}: ${one.person.why}`}</span></li>`,
  );
  return card('decided', tell(t, 'desk.quarantine.decided'), html`<ul class="rows">${rows}</ul>`);
}

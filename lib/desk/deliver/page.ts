/** Which reports would be delivered again, and where; then how far it is, and what did not go. */
import { namesReports } from '../../collection/reports-meant.ts';
import { detailsOf, faultText, toldFault } from '../fault.ts';
import { type Html, html } from '../html.ts';
import { actButton, bytes, card, type Kit, link, pill, query, tell, time } from '../kit.ts';
import type { DeskFile, DeskPage } from '../page.ts';
import { type DeliverModel, deliverView, idsMeant } from './view.ts';

export const deliverPage: DeskPage<DeliverModel> = {
  path: 'deliver',
  line: 'history',
  view: deliverView,
  title: (_, t) => tell(t, 'desk.deliver.title'),
  main: (model, t) => [head(model, t), jobCard(model, t), previewCard(model, t), formCard(model, t)],
};

/** The numbers of what a page named, for the act that delivers it. */
export const deliverFile: DeskFile = {
  path: 'deliver.json',
  file: async (ask, asked) => ({
    ...{ name: 'deliver.json', type: 'application/json' },
    body: JSON.stringify(await idsMeant(ask, asked)),
  }),
};

/** Folders that are named. */
const MOST_FOLDERS = 8;

function head(model: DeliverModel, t: Kit): Html {
  const { query: of, n, last, fault, isTooMany, cleaned, nowhere, job } = model;
  if (fault !== null) {
    const told = toldFault(t, fault);
    return html`<section class="verdict bad" id="verdict"><h1>${told.what}</h1><p>${told.cure}${detailsOf(t, told)}</p></section>`;
  }
  if (n === 0) {
    const text = namesReports(of) ? tell(t, 'desk.deliver.none') : tell(t, 'desk.deliver.how');
    return html`<section class="verdict grey" id="verdict"><h1>${tell(t, 'desk.deliver.title')}</h1><p>${text}</p></section>`;
  }
  const cells = [of.system, of.code, of.folder, of.participant];
  const about = [of.date, of.account, ...cells, of.q, of.share].filter((one) => one !== '').join(' · ');
  const { to } = of;
  const label = tell(t, to === '' ? 'desk.deliver.deliver' : 'desk.deliver.deliverTo', { n });
  const isAtWork = job !== null && job.ended === null;
  const act =
    isTooMany || isAtWork
      ? ''
      : actButton(
          t,
          'deliver-many',
          label,
          { ...of, last, n, about, where: to === '' ? tell(t, 'desk.deliver.same') : to },
          'first',
        );
  return html`<section class="verdict ${isTooMany ? 'bad' : 'warn'}" id="verdict"><h1>${tell(t, isTooMany ? 'desk.deliver.tooMany' : 'desk.deliver.meant', { n })}</h1><p>${about} · ${bytes(model.bytes)}</p>${cleaned === 0 ? '' : html`<p>${tell(t, 'desk.deliver.cleaned', { n: cleaned })}</p>`}${nowhere === 0 ? '' : html`<p>${tell(t, 'desk.deliver.nowhere', { n: nowhere })}</p>`}<p>${tell(t, 'desk.deliver.nothingOver')}</p><div class="acts">${act}</div></section>`;
}

function previewCard({ folders, named, n }: DeliverModel, t: Kit): Html {
  if (n === 0) return '';
  const more = folders.length - MOST_FOLDERS;
  return html`<div class="cols"><div class="stack">${card(
    'which',
    tell(t, 'desk.deliver.which'),
    html`<ul class="rows">${named.map(
      (one) =>
        html`<li data-key="report-${one.versionId}"><a class="name" href="${link(t, `report/${one.versionId}`)}">${one.name}</a><span class="n">${one.businessDate}</span><span class="sub">${one.account} · ${one.to.length === 0 ? tell(t, 'desk.deliver.goesNowhere') : one.to.join(', ')}</span></li>`,
    )}</ul>${n > named.length ? html`<p class="soft">${tell(t, 'desk.deliver.more', { n: n - named.length })}</p>` : ''}`,
  )}</div><div class="stack">${card(
    'where',
    tell(t, 'desk.deliver.where'),
    html`<ul class="rows">${folders.slice(0, MOST_FOLDERS).map(({ folder, n: count }) => html`<li><span class="name">${folder}</span><span class="n">${count}</span></li>`)}</ul>${more > 0 ? html`<p class="soft">${tell(t, 'desk.deliver.moreFolders', { n: more })}</p>` : ''}`,
  )}</div></div>`;
}

function jobCard({ job }: DeliverModel, t: Kit): Html {
  if (job === null) return '';
  const { about, by, begun, ended, all, done, count, faults, stopped } = job;
  const state =
    ended === null
      ? pill('grey', tell(t, 'desk.deliver.atWork'))
      : stopped
        ? pill('bad', tell(t, 'desk.deliver.stopped'))
        : pill(count.failed === 0 ? 'ok' : 'bad', tell(t, 'desk.deliver.ended', { time: time(t, ended) }));
  return card('job', html`${tell(t, 'desk.deliver.job')} ${state}`, [
    html`<p>${about} · ${by} · ${time(t, begun)}</p>`,
    html`<progress aria-label="${tell(t, 'desk.deliver.job')}" max="${Math.max(1, all)}" value="${done}"></progress>`,
    html`<p class="n">${tell(t, 'desk.deliver.progress', { done, all })} · ${tell(t, 'desk.deliver.count', { ...count })}</p>`,
    faults.length === 0
      ? ''
      : html`<ul class="rows">${faults.map((one) => html`<li><span class="name">${one.path}</span><span>${pill('bad', tell(t, 'desk.deliver.failed'))}</span><span class="sub">${faultText(t, one)}</span></li>`)}</ul>`,
  ]);
}

function formCard({ query: of, accounts }: DeliverModel, t: Kit): Html {
  const choice = accounts.map(
    (one) => html`<option value="${one}"${one === of.account ? html` selected` : ''}>${one}</option>`,
  );
  const text = (name: string, label: string, value: string) =>
    html`<label>${label}<input name="${name}" value="${value}" maxlength="900" autocomplete="off" autocapitalize="none" spellcheck="false"></label>`;
  const hasCells = `${of.system}${of.folder}${of.participant}` !== '';
  return html`<section class="card" id="choose"><h2>${tell(t, 'desk.deliver.choose')}</h2><form method="get" action="${link(t, 'deliver')}"><div class="cols"><label>${tell(t, 'desk.deliver.date')}<input type="date" name="date" value="${of.date}"></label><label>${tell(t, 'desk.deliver.account')}<select name="account"><option value="">${tell(t, 'desk.deliver.any')}</option>${choice}</select></label></div>${text('q', tell(t, 'desk.deliver.name'), of.q)}${text('code', tell(t, 'desk.deliver.code'), of.code)}<details data-key="cells"${hasCells ? html` open` : ''}><summary>${tell(t, 'desk.deliver.only')}</summary>${text('system', tell(t, 'desk.deliver.system'), of.system)}${text('folder', tell(t, 'desk.deliver.folder'), of.folder)}${text('participant', tell(t, 'desk.deliver.participant'), of.participant)}</details>${text('share', tell(t, 'desk.deliver.share'), of.share)}${text('to', tell(t, 'desk.deliver.to'), of.to)}<div class="acts"><button type="submit">${tell(t, 'desk.deliver.show')}</button><a class="button second" href="${link(t, query('history', { date: of.date, account: of.account, q: of.q }))}">${tell(t, 'desk.deliver.history')}</a></div></form></section>`;
}

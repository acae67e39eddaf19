/** Today: is all well? */
import { answerText } from '../../words/completeness-text.ts';
import { type Html, html } from '../html.ts';
import { actButton, card, type Kit, pill, tell, time } from '../kit.ts';
import { page } from '../page.ts';
import { words as frameWords } from '../words.ts';
import { type TodayModel, todayView } from './view.ts';
import { words } from './words.ts';

export const todayPage = page<TodayModel>({
  path: '',
  line: 'today',
  view: todayView,
  title: (_model, t) => frameWords[t.language].menu.today,
  main: (model, t) =>
    html`${model.accounts.map((one, at) => card(`account-${at}`, one.account, 'found' in one ? html`<p>${answerText(one.found, t.language)}</p>` : html`<p class="fault">${one.fault}. ${one.cure}</p>`))}${alarmsCard(model, t)}`,
});

function alarmsCard({ alarms, openAlarms }: TodayModel, t: Kit): Html {
  const w = words[t.language];
  const title = html`${w.alarms} ${openAlarms === 0 ? '' : pill('bad', tell(t, w.open, { n: openAlarms }))}`;
  if (openAlarms === 0) return card('alarms', title, html`<p>${w.noAlarms}</p>`);
  const rows = alarms.map(
    ({ id, account, code, message, raisedAt, known }) =>
      html`<li data-key="alarm-${id}"><span class="name">${account} ${code}</span><span class="n">${time(t, raisedAt)}</span><span class="sub">${message}${known === null ? html`<span class="acts">${actButton(t, 'acknowledge', w.acknowledge, { alarm: id })}</span>` : html` · ${tell(t, w.known, { by: known.by, until: time(t, known.until) })}`}</span></li>`,
  );
  return card('alarms', title, html`<ul class="rows">${rows}</ul>`);
}

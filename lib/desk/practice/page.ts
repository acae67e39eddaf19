/** The page of a practice session: what a person must answer, the weather, the parts, the drill, the second person. */
import { eventText } from '../../practice/evidence-timeline.ts';
import { hongKongTime } from '../../time/hong-kong.ts';
import type { Decision } from '../../weather/decide.ts';
import { reasonText } from '../../weather/reasons/index.ts';
import { faultText, verbatim } from '../fault.ts';
import { type Html, html } from '../html.ts';
import { actButton, card, type Kit, link, longDate, pill, query, type Tone, tell, time } from '../kit.ts';
import type { DeskPage } from '../page.ts';
import { weatherPicture } from './picture.ts';
import { type PartLine, type PracticeModel, practiceView } from './view.ts';

export const practicePage: DeskPage<PracticeModel> = {
  path: 'practice',
  line: 'practice',
  view: practiceView,
  title: ({ session }, t) =>
    [tell(t, 'desk.practice.title'), session?.plan.date ?? ''].filter((one) => one !== '').join(' '),
  main(model, t) {
    const { session, sessions } = model;
    if (session === null) {
      return [
        html`<section class="verdict grey" id="verdict"><h1>${tell(t, 'desk.practice.none')}</h1><p>${tell(t, 'desk.practice.noneMore')}</p></section>`,
        secondPerson(t, model),
      ];
    }
    const others = sessions.filter(({ date }) => date !== session.plan.date);
    return [
      verdict(t, session),
      html`<div class="cols"><div class="stack">${[weather(t, session), parts(t, session)]}</div><div class="stack">${[drill(t, session), secondPerson(t, model), hotlines(t, session)]}</div></div>`,
      timeline(t, session),
      others.length === 0
        ? ''
        : card(
            'others',
            tell(t, 'desk.practice.other'),
            html`<ul class="rows">${others.slice(0, MOST_OTHERS).map(({ date, title }) => html`<li><a class="name" href="${link(t, query('practice', { date }))}">${date}</a><span class="sub">${title}</span></li>`)}</ul>`,
          ),
    ];
  },
};

type Session = NonNullable<PracticeModel['session']>;

const MOST_OTHERS = 12;

function verdict(t: Kit, session: Session): Html {
  const { plan, hours, decision, held, away } = session;
  const said = verdictText(t, decision);
  const head = held
    ? tell(t, 'desk.practice.held', { verdict: said })
    : isOver(t, session) && decision === null
      ? tell(t, 'desk.practice.over', { date: plan.date })
      : tell(t, 'desk.practice.nothingHolds', { verdict: said });
  const tone: Tone = held ? 'bad' : away.length > 0 ? 'warn' : toneOf(decision);
  return html`<section class="verdict ${tone}" id="verdict"><h1>${head}</h1><p>${plan.title} · <span class="n">${tell(t, 'desk.practice.on', { ...hours, date: longDate(t, plan.date) })}</span></p>${away.length === 0 ? '' : html`<p><strong>${tell(t, 'desk.practice.away', { accounts: away.join(', ') })}</strong></p>`}${held ? html`<p>${tell(t, 'desk.practice.heldWord')}</p>` : ''}<div class="acts">${wordButtons(t, session, 'first')}</div></section>`;
}

/** Has the last part's time passed? */
function isOver(t: Kit, { parts: all }: Session): boolean {
  return t.now > all.reduce((last, { end }) => Math.max(last, end), 0);
}

function verdictText(t: Kit, decision: Decision | null): string {
  if (decision === null) return tell(t, 'practice.page.headline.none');
  if (decision.effectiveAt === null) return tell(t, `practice.page.headline.${decision.verdict}`);
  return `${tell(t, `practice.page.headline.${decision.verdict}`)} ${tell(t, 'desk.practice.from', { time: hongKongTime(decision.effectiveAt) })}`;
}

function toneOf(decision: Decision | null): Tone {
  switch (decision?.verdict) {
    case 'cancelled':
    case 'terminated':
      return 'bad';
    case 'hold':
    case 'terminating':
      return 'warn';
    case undefined:
    case 'pending':
      return 'grey';
    default:
      return decision?.quality === 'sure' ? 'ok' : 'warn';
  }
}

function wordButtons(t: Kit, { weather: nodes, plan }: Session, kind: 'first' | 'second'): Html {
  const of = nodes.filter(({ ofPlan }) => ofPlan).slice(0, 1);
  return of.map(({ node }) =>
    actButton(t, 'weather-word', tell(t, 'desk.practice.sayWord'), { node, date: plan.date }, kind),
  );
}

function weather(t: Kit, session: Session): Html {
  const { decision, evidence, weather: nodes } = session;
  const reasons =
    decision === null
      ? []
      : (decision.because?.map((one) => reasonText(one, t.language)) ?? decision.reasons);
  const said = evidence.words.map(({ at, by, how, about, says }) => {
    const key = about === 'session' ? 'practice.page.said.session' : 'practice.page.said.extreme';
    return html`<li><span>${tell(t, key, { says: tell(t, `practice.page.says.${says}`) })}</span><span class="n">${time(t, at)}</span><span class="sub">${by} · ${how}</span></li>`;
  });
  return card('weather', tell(t, 'desk.practice.weather'), [
    weatherPicture(t, session),
    reasons.length === 0
      ? html`<p>${tell(t, 'desk.practice.undecided')}</p>`
      : html`<ul>${reasons.map((one) => html`<li>${verbatim(t, one)}</li>`)}</ul>`,
    evidence.troubles.length === 0
      ? ''
      : html`<h3>${tell(t, 'desk.practice.troubles')}</h3><ul>${evidence.troubles.map((one) => html`<li>${one.source}, ${time(t, one.since)}: ${reasonText(one.reason, t.language)}</li>`)}</ul>`,
    said.length === 0
      ? ''
      : html`<h3>${tell(t, 'desk.practice.peopleSaid')}</h3><ul class="rows">${said}</ul>`,
    html`<p class="soft">${nodes.some(({ ofPlan }) => ofPlan) ? tell(t, 'desk.practice.wordHow') : tell(t, 'desk.practice.noWeather')}</p>`,
  ]);
}

const partTones: Readonly<Record<PartLine['state'], Tone>> = {
  waiting: 'grey',
  running: 'warn',
  ended: 'ok',
  stopped: 'bad',
  skipped: 'bad',
};

function parts(t: Kit, session: Session): Html {
  // What nobody began is not to come any more when the session is over.
  const over = isOver(t, session);
  return card(
    'parts',
    tell(t, 'desk.practice.parts'),
    html`<ul class="rows">${session.parts.map(
      ({ name, start, end, dataCentre, state, accounts }) =>
        html`<li><span class="name">${name}</span><span>${pill(partTones[state], tell(t, `desk.practice.part.${over && state === 'waiting' ? 'missed' : state}`))}</span><span class="sub"><span class="n">${hongKongTime(start)}-${hongKongTime(end)}</span> · ${tell(t, `desk.practice.centre.${dataCentre}`)}</span>${accounts.map(
          ({ account, outcome, reports, failed, address, trouble }) => {
            const facts = [
              outcome === null
                ? tell(t, over ? 'desk.practice.neverTried' : 'desk.practice.notTried')
                : tell(t, `desk.practice.outcome.${outcome}`),
              reports > 0 ? tell(t, 'desk.practice.reports', { n: reports }) : '',
              failed > 0 ? tell(t, 'desk.practice.failed', { n: failed }) : '',
              address,
            ];
            const said = facts.filter((one) => one !== '').join(' · ');
            return html`<span class="sub">${account}: ${said}${trouble === null ? '' : html` · ${faultText(t, trouble)}`}</span>`;
          },
        )}</li>`,
    )}</ul>`,
  );
}

function timeline(t: Kit, { timeline: moments, earlier, plan }: Session): Html {
  if (moments.length + earlier === 0) return '';
  const rows = (some: typeof moments) =>
    html`<ul class="rows">${some.map(({ at, event }) => html`<li><span>${eventText(event, plan, t.language)}</span><span class="n">${time(t, at)}</span></li>`)}</ul>`;
  const [past, coming] = [moments.filter(({ done }) => done), moments.filter(({ done }) => !done)];
  return card('timeline', tell(t, 'desk.practice.timeline'), [
    past.length === 0 ? '' : rows(past),
    coming.length === 0 ? '' : [html`<h3>${tell(t, 'desk.practice.toCome')}</h3>`, rows(coming)],
    earlier === 0
      ? ''
      : html`<p><a href="${link(t, query('practice', { date: plan.date, timeline: 'all' }))}">${tell(t, 'desk.practice.whole', { n: earlier })}</a></p>`,
  ]);
}

function drill(t: Kit, { drill: people, plan }: Session): Html {
  const missing = people.filter(({ answeredAt }) => answeredAt === null);
  const how = (way: string) =>
    way === 'mail' || way === 'telephone' ? tell(t, `desk.practice.by.${way}`) : way;
  // Whoever has not answered is rung, so he stands first.
  const order = [...missing, ...people.filter(({ answeredAt }) => answeredAt !== null)];
  return card(
    'drill',
    html`${tell(t, 'desk.practice.drill')}${missing.length === 0 ? '' : pill('bad', tell(t, 'desk.practice.missing', { n: missing.length }))}`,
    people.length === 0
      ? html`<p>${tell(t, 'desk.practice.notSent')}</p>`
      : [
          html`<p class="soft">${tell(t, 'desk.practice.drillHow')}</p>`,
          html`<div class="acts">${missing.length === 0 ? '' : actButton(t, 'drill-code', tell(t, 'desk.practice.enterCode'), { date: plan.date })}</div>`,
          html`<ul class="rows">${order.map(
            ({ name, email, answeredAt, how: way, enteredBy }) =>
              html`<li><span class="name">${name || email}</span><span>${answeredAt === null ? pill('bad', tell(t, 'desk.practice.noAnswer')) : html`<span class="n">${tell(t, 'desk.practice.answered', { time: time(t, answeredAt) })}</span>`}</span><span class="sub">${[name === '' ? '' : email, answeredAt === null ? '' : how(way), enteredBy === '' ? '' : tell(t, 'desk.practice.enteredBy', { name: enteredBy })].filter((one) => one !== '').join(' · ')}</span></li>`,
          )}</ul>`,
        ],
  );
}

function secondPerson(t: Kit, { requests }: PracticeModel): Html {
  const { open, settled } = requests;
  return card('switches', tell(t, 'desk.practice.switches'), [
    open.length === 0 ? html`<p>${tell(t, 'desk.practice.noRequests')}</p>` : '',
    open.map(
      ({ id, by, accounts, dataCentre, reason, expiresAt, until }) =>
        html`<div id="request-${id}"><p>${tell(t, 'desk.practice.request', { by, accounts: accounts.join(', '), site: tell(t, `desk.practice.centre.${dataCentre}`), reason, time: time(t, expiresAt) })}${until === undefined ? '' : ` ${tell(t, 'desk.practice.back', { time: time(t, until) })}`}</p><div class="acts">${actButton(t, 'confirm-switch', tell(t, 'desk.practice.confirm'), { request: id }, 'first')}${actButton(t, 'refuse-switch', tell(t, 'desk.practice.refuse'), { request: id })}</div></div>`,
    ),
    html`<div class="acts">${actButton(t, 'switch', tell(t, 'desk.practice.switchCentre'))}</div>`,
    settled.length === 0
      ? ''
      : html`<details><summary>${tell(t, 'desk.practice.settled')}</summary><ul class="rows">${settled.map(
          ({ accounts, dataCentre, reason, by, requestedAt, state, settledBy }) =>
            html`<li><span class="name">${accounts.join(', ')}: ${tell(t, `desk.practice.centre.${dataCentre}`)}</span><span>${tell(t, `desk.practice.state.${state}`)}</span><span class="sub"><span class="n">${time(t, requestedAt)}</span> · ${by}: ${reason}${settledBy === '' || settledBy === 'rap' ? '' : ` · ${settledBy}`}</span></li>`,
        )}</ul></details>`,
  ]);
}

function hotlines(t: Kit, { plan }: Session): Html {
  return card(
    'hotlines',
    tell(t, 'desk.practice.hotlines'),
    html`<ul class="rows">${plan.hotlines.map(
      ({ name, number, from }) =>
        html`<li><span class="name">${name}</span><a class="n" href="tel:${number.replace(/[^\d+]/g, '')}">${number}</a><span class="sub n">${tell(t, 'desk.practice.hotlineFrom', { time: from })}</span></li>`,
    )}</ul>`,
  );
}

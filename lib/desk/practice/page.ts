/** The page of a practice session: what a person must answer, the weather, the parts, the drill, the second person. */
import { eventText } from '../../practice/evidence-timeline.ts';
import { practiceTranslator } from '../../practice/texts/index.ts';
import { hongKongTime } from '../../time/hong-kong.ts';
import type { Decision } from '../../weather/decide.ts';
import { type Html, html } from '../html.ts';
import { actButton, card, type Kit, link, longDate, pill, query, type Tone, tell, time } from '../kit.ts';
import type { DeskPage } from '../page.ts';
import { weatherPicture } from './picture.ts';
import { practiceDeskTexts } from './texts.ts';
import { type PartLine, type PracticeModel, practiceView } from './view.ts';

export const practicePage: DeskPage<PracticeModel> = {
  path: 'practice',
  line: 'practice',
  view: practiceView,
  title: ({ session }, t) =>
    [practiceDeskTexts[t.language].title, session?.plan.date ?? ''].filter((one) => one !== '').join(' '),
  main(model, t) {
    const w = practiceDeskTexts[t.language];
    const { session, sessions } = model;
    if (session === null) {
      return [
        html`<section class="verdict grey" id="verdict"><h1>${w.none}</h1><p>${w.noneMore}</p></section>`,
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
            w.other,
            html`<ul class="rows">${others.slice(0, MOST_OTHERS).map(({ date, title }) => html`<li><a class="name" href="${link(t, query('practice', { date }))}">${date}</a><span class="sub">${title}</span></li>`)}</ul>`,
          ),
    ];
  },
};

type Session = NonNullable<PracticeModel['session']>;

const MOST_OTHERS = 12;

function verdict(t: Kit, session: Session): Html {
  const w = practiceDeskTexts[t.language];
  const { plan, hours, decision, held, away } = session;
  const said = verdictText(t, decision);
  const over = t.now > session.parts.reduce((last, { end }) => Math.max(last, end), 0);
  const head = held
    ? tell(t, w.held, { verdict: said })
    : over && decision === null
      ? tell(t, w.over, { date: plan.date })
      : tell(t, w.nothingHolds, { verdict: said });
  const tone: Tone = held ? 'bad' : away.length > 0 ? 'warn' : toneOf(decision);
  return html`<section class="verdict ${tone}" id="verdict"><h1>${head}</h1><p>${plan.title} · <span class="n">${tell(t, w.on, { ...hours, date: longDate(t, plan.date) })}</span></p>${away.length === 0 ? '' : html`<p><strong>${tell(t, w.away, { accounts: away.join(', ') })}</strong></p>`}${held ? html`<p>${w.heldWord}</p>` : ''}<div class="acts">${wordButtons(t, session, 'first')}</div></section>`;
}

function verdictText(t: Kit, decision: Decision | null): string {
  const { words } = practiceTranslator(t.language);
  const w = practiceDeskTexts[t.language];
  if (decision === null) return words.page.headline.none;
  const headline = words.page.headline[decision.verdict];
  if (decision.effectiveAt === null) return headline;
  return `${headline} ${tell(t, w.from, { time: hongKongTime(decision.effectiveAt) })}`;
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
  const w = practiceDeskTexts[t.language];
  const of = nodes.filter(({ ofPlan }) => ofPlan).slice(0, 1);
  return of.map(({ node }) => actButton(t, 'weather-word', w.sayWord, { node, date: plan.date }, kind));
}

function weather(t: Kit, session: Session): Html {
  const w = practiceDeskTexts[t.language];
  const { decision, evidence, weather: nodes } = session;
  const { tell: reason, words } = practiceTranslator(t.language);
  const reasons = decision === null ? [] : (decision.because?.map(reason) ?? decision.reasons);
  const said = evidence.words.map(({ at, by, how, about, says }) => {
    const phrase = about === 'session' ? words.page.said.session : words.page.said.extreme;
    return html`<li><span>${tell(t, phrase, { says: words.page.says[says] })}</span><span class="n">${time(t, at)}</span><span class="sub">${by} · ${how}</span></li>`;
  });
  return card('weather', w.weather, [
    weatherPicture(t, session),
    reasons.length === 0
      ? html`<p>${w.undecided}</p>`
      : html`<ul>${reasons.map((one) => html`<li>${one}</li>`)}</ul>`,
    evidence.troubles.length === 0
      ? ''
      : html`<h3>${w.troubles}</h3><ul>${evidence.troubles.map((one) => html`<li>${one.source}, ${time(t, one.since)}: ${reason(one.reason)}</li>`)}</ul>`,
    said.length === 0 ? '' : html`<h3>${w.peopleSaid}</h3><ul class="rows">${said}</ul>`,
    html`<p class="soft">${nodes.some(({ ofPlan }) => ofPlan) ? w.wordHow : w.noWeather}</p>`,
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
  const w = practiceDeskTexts[t.language];
  return card(
    'parts',
    w.parts,
    html`<ul class="rows">${session.parts.map(
      ({ name, start, end, dataCentre, state, accounts }) =>
        html`<li><span class="name">${name}</span><span>${pill(partTones[state], w.part[state])}</span><span class="sub"><span class="n">${hongKongTime(start)}-${hongKongTime(end)}</span> · ${w.centre[dataCentre]}</span>${accounts.map(
          ({ account, outcome, reports, failed, address, trouble }) => {
            const facts = [
              outcome === null ? w.notTried : w.outcome[outcome],
              reports > 0 ? tell(t, w.reports, { n: reports }) : '',
              failed > 0 ? tell(t, w.failed, { n: failed }) : '',
              address,
              trouble,
            ];
            return html`<span class="sub">${account}: ${facts.filter((one) => one !== '').join(' · ')}</span>`;
          },
        )}</li>`,
    )}</ul>`,
  );
}

function timeline(t: Kit, { timeline: moments, earlier, plan }: Session): Html {
  const w = practiceDeskTexts[t.language];
  const speech = practiceTranslator(t.language);
  const rows = (some: typeof moments) =>
    html`<ul class="rows">${some.map(({ at, event }) => html`<li><span>${eventText(event, plan, speech)}</span><span class="n">${time(t, at)}</span></li>`)}</ul>`;
  const [past, coming] = [moments.filter(({ done }) => done), moments.filter(({ done }) => !done)];
  return card('timeline', w.timeline, [
    past.length === 0 ? '' : rows(past),
    coming.length === 0 ? '' : [html`<h3>${w.toCome}</h3>`, rows(coming)],
    earlier === 0
      ? ''
      : html`<p><a href="${link(t, query('practice', { date: plan.date, timeline: 'all' }))}">${tell(t, w.whole, { n: earlier })}</a></p>`,
  ]);
}

function drill(t: Kit, { drill: people, plan }: Session): Html {
  const w = practiceDeskTexts[t.language];
  const missing = people.filter(({ answeredAt }) => answeredAt === null);
  const how = (way: string) => (way === 'mail' || way === 'telephone' ? w.by[way] : way);
  // Whoever has not answered is rung, so he stands first.
  const order = [...missing, ...people.filter(({ answeredAt }) => answeredAt !== null)];
  return card(
    'drill',
    html`${w.drill}${missing.length === 0 ? '' : pill('bad', tell(t, w.missing, { n: missing.length }))}`,
    people.length === 0
      ? html`<p>${w.notSent}</p>`
      : [
          html`<p class="soft">${w.drillHow}</p>`,
          html`<div class="acts">${missing.length === 0 ? '' : actButton(t, 'drill-code', w.enterCode, { date: plan.date })}</div>`,
          html`<ul class="rows">${order.map(
            ({ name, email, answeredAt, how: way, enteredBy }) =>
              html`<li><span class="name">${name || email}</span><span>${answeredAt === null ? pill('bad', w.noAnswer) : html`<span class="n">${tell(t, w.answered, { time: time(t, answeredAt) })}</span>`}</span><span class="sub">${[name === '' ? '' : email, answeredAt === null ? '' : how(way), enteredBy === '' ? '' : tell(t, w.enteredBy, { name: enteredBy })].filter((one) => one !== '').join(' · ')}</span></li>`,
          )}</ul>`,
        ],
  );
}

function secondPerson(t: Kit, { requests }: PracticeModel): Html {
  const w = practiceDeskTexts[t.language];
  const { open, settled } = requests;
  return card('switches', w.switches, [
    open.length === 0 ? html`<p>${w.noRequests}</p>` : '',
    open.map(
      ({ id, by, accounts, dataCentre, reason, expiresAt, until }) =>
        html`<div id="request-${id}"><p>${tell(t, w.request, { by, accounts: accounts.join(', '), site: w.centre[dataCentre], reason, time: time(t, expiresAt) })}${until === undefined ? '' : ` ${tell(t, w.back, { time: time(t, until) })}`}</p><div class="acts">${actButton(t, 'confirm-switch', w.confirm, { request: id }, 'first')}${actButton(t, 'refuse-switch', w.refuse, { request: id })}</div></div>`,
    ),
    html`<div class="acts">${actButton(t, 'switch', w.switchCentre)}</div>`,
    settled.length === 0
      ? ''
      : html`<details><summary>${w.settled}</summary><ul class="rows">${settled.map(
          ({ accounts, dataCentre, reason, by, requestedAt, state, settledBy }) =>
            html`<li><span class="name">${accounts.join(', ')}: ${w.centre[dataCentre]}</span><span>${w.state[state]}</span><span class="sub"><span class="n">${time(t, requestedAt)}</span> · ${by}: ${reason}${settledBy === '' || settledBy === 'rap' ? '' : ` · ${settledBy}`}</span></li>`,
        )}</ul></details>`,
  ]);
}

function hotlines(t: Kit, { plan }: Session): Html {
  const w = practiceDeskTexts[t.language];
  return card(
    'hotlines',
    w.hotlines,
    html`<ul class="rows">${plan.hotlines.map(
      ({ name, number, from }) =>
        html`<li><span class="name">${name}</span><a class="n" href="tel:${number.replace(/[^\d+]/g, '')}">${number}</a><span class="sub n">${tell(t, w.hotlineFrom, { time: from })}</span></li>`,
    )}</ul>`,
  );
}

/** Today: is all well? One sentence first, then what is open, then what is well. */
import { isKey } from '../../i18n/translate.ts';
import { reportName } from '../../model/completeness.ts';
import { verbatim } from '../fault.ts';
import { type Html, html } from '../html.ts';
import { keyTone } from '../key-tone.ts';
import {
  actButton,
  bytes,
  card,
  duration,
  type Kit,
  link,
  longDate,
  pill,
  second,
  tell,
  time,
} from '../kit.ts';
import { page } from '../page.ts';
import { runbookPath } from '../runbook/page.ts';
import { termText } from '../system/keys.ts';
import { accountCards, openNow } from './accounts.ts';
import { barsOf, evening } from './evening.ts';
import { behind, sentence } from './sentence.ts';
import { alarmName, countOf, nextCutOff, type Point, verdictOf } from './verdict.ts';
import { type TodayModel, todayView } from './view.ts';

/** So much is said in the verdict, and so many lines stand in a row of what is well, before there is a number. */
const MOST_POINTS = 12;
const MOST_FOLDED = 60;
const MOST_LINES = 6;
/** So many people stand behind “told to”. */
const NAMED = 3;

export const todayPage = page<TodayModel>({
  path: '',
  line: 'today',
  view: todayView,
  title: (_model, t) => tell(t, 'desk.frame.menu.today'),
  main: (model, t) =>
    html`${verdict(model, t)}<div class="cols"><div class="stack">${accountCards(model, t)}${dayCard(model, t)}</div><div class="stack">${underWay(model, t)}${alarms(model, t)}${also(model, t)}</div></div>`,
});

function verdict(model: TodayModel, t: Kit): Html {
  const [first, ...rest] = verdictOf(model, t.language);
  const counts = model.accounts.map(countOf);
  const [here, all] = [sum(counts.map(({ onShare }) => onShare)), sum(counts.map((one) => one.all))];
  const besides = sum(counts.map((one) => one.besides));
  const cutOff = nextCutOff(model.accounts, Math.floor(t.now / 1000));
  const facts = [
    longDate(t, model.today),
    ...(all > 0 ? [tell(t, 'desk.today.onShares', { here, all })] : []),
    ...(besides > 0 ? [tell(t, 'desk.today.besides', { n: besides })] : []),
    ...(cutOff === undefined
      ? []
      : [
          tell(t, 'desk.today.cutOff', {
            time: time(t, cutOff * 1000),
            left: duration(t, cutOff * 1000 - t.now),
          }),
        ]),
  ];
  const acts = actsOf(model, t);
  const line = (point: Point) => html`<li>${sentence(point, t)}${behind(point, t)}</li>`;
  const more = rest.slice(MOST_POINTS, MOST_FOLDED);
  const others = [
    rest.slice(0, MOST_POINTS).map(line),
    more.length === 0
      ? ''
      : html`<li><details data-key="points"><summary>${tell(t, 'desk.today.more', { n: rest.length - MOST_POINTS })}</summary><ul>${more.map(line)}</ul></details></li>`,
  ];
  return html`<section class="verdict ${first.tone}" id="verdict" aria-live="polite"><h1>${sentence(first, t, true)}${behind(first, t)}</h1><p class="n">${facts.join(' · ')}</p>${rest.length > 0 ? html`<ul>${others}</ul>` : ''}${first.tone === 'ok' || acts.every((one) => one === '') ? '' : html`<div class="acts">${acts}</div>`}</section>`;
}

/** What a person may want to do about the gravest report that is open: look again at once, or wait longer for it. */
function actsOf({ accounts, starters }: TodayModel, t: Kit): Html[] {
  const open = accounts.flatMap(({ account, found }) =>
    found === undefined ? [] : openNow(found).map((report) => ({ account, report })),
  );
  const [first] = open;
  const starter = starters.find(
    ({ accounts: reached }) => first === undefined || reached.includes(first.account),
  );
  const look =
    starter === undefined
      ? ''
      : actButton(t, 'run-now', tell(t, 'desk.today.lookNow'), { node: starter.node }, 'first');
  if (first === undefined) return [look];
  const { account, report } = first;
  const of = { account, report: reportName(report), date: report.businessDate };
  return [look, actButton(t, 'deadline', tell(t, 'desk.today.deadline'), of)];
}

const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);

function dayCard({ accounts }: TodayModel, t: Kit): Html {
  const at = Math.floor(t.now / 1000);
  const bars = barsOf(accounts, at);
  if (bars.length === 0) return '';
  const open = bars.filter(({ state }) => state !== 'here').map(({ name }) => name);
  const label = tell(t, 'desk.today.eveningLabel', {
    n: bars.length,
    open: open.join(', ') || tell(t, 'desk.today.none'),
  });
  return card(
    'day',
    html`${tell(t, 'desk.today.evening')} <small>${tell(t, 'desk.today.eveningMore')}</small>`,
    evening(bars, at, label, tell(t, 'desk.today.now')),
  );
}

function underWay({ downloads, schedules, atWork }: TodayModel, t: Kit): Html {
  const looking = schedules.filter(({ every }) => every !== null);
  const next = schedules.flatMap(({ name, next: at }) => (at === null ? [] : [{ name, at }]));
  const [soonest] = next.toSorted((a, b) => a.at - b.at);
  const lines = looking
    .slice(0, MOST_LINES)
    .map(
      ({ every, reports: n }) =>
        html`<p>${tell(t, 'desk.today.looking', { s: Math.round((every ?? 0) / 1000), n: n ?? 1 })}</p>`,
    );
  const bars = downloads.slice(0, 6).map((one) => {
    const name = one.path.split('/').at(-1) ?? one.path;
    const seconds = Math.max(0.001, (t.now - one.since) / 1000);
    const rate = (one.done - one.from) / seconds;
    const left = rate > 0 ? ((one.size - one.done) / rate) * 1000 : undefined;
    const speed =
      left === undefined
        ? ''
        : ` · ${tell(t, 'desk.today.rate', { rate: bytes(rate), left: duration(t, left) })}`;
    const done = tell(t, 'desk.today.progress', { name, done: bytes(one.done), size: bytes(one.size) });
    return html`<div data-key="${one.path}"><progress aria-label="${tell(t, 'desk.today.download', { name })}" max="${one.size}" value="${Math.min(one.done, one.size)}"></progress><p class="n soft">${done}${speed}</p></div>`;
  });
  const run =
    atWork.length === 0
      ? ''
      : html`<p>${tell(t, 'desk.today.running', { accounts: atWork.slice(0, 6).join(', ') })}</p>`;
  const nothing =
    lines.length + bars.length + atWork.length === 0
      ? html`<p>${tell(t, 'desk.today.nothingUnderWay')}</p>`
      : '';
  const more =
    downloads.length > bars.length
      ? html`<p class="soft">${tell(t, 'desk.today.more', { n: downloads.length - bars.length })}</p>`
      : '';
  const then =
    soonest === undefined
      ? ''
      : html`<p class="soft n">${tell(t, 'desk.today.nextRun', { time: time(t, soonest.at), name: soonest.name === '' ? '' : ` · ${soonest.name}` })}</p>`;
  return card(
    'under-way',
    tell(t, 'desk.today.underWay'),
    html`${run}${lines}${bars}${more}${nothing}${then}`,
  );
}

function alarms({ shown, openAlarms }: TodayModel, t: Kit): Html {
  const title = html`${tell(t, 'desk.today.alarms')} ${openAlarms === 0 ? '' : pill('bad', tell(t, 'desk.today.open', { n: openAlarms }))}`;
  if (openAlarms === 0) return card('alarms', title, html`<p>${tell(t, 'desk.today.noAlarms')}</p>`);
  const rows = shown.map(({ id, account, code, message, raisedAt, nextAt, told, known }) => {
    const to =
      told.length === 0
        ? tell(t, 'desk.today.toldNobody')
        : tell(t, 'desk.today.toldTo', { names: told.slice(0, NAMED).join(', ') });
    const then = nextAt === null ? '' : ` · ${tell(t, 'desk.today.reminder', { time: time(t, nextAt) })}`;
    const word =
      known === null
        ? html`<span class="acts">${actButton(t, 'acknowledge', tell(t, 'desk.today.acknowledge'), { alarm: id })}</span>`
        : html` · ${tell(t, 'desk.today.known', { by: known.by, until: time(t, known.until) })}`;
    return html`<li data-key="alarm-${id}"><a class="name" href="${link(t, runbookPath(code))}">${alarmName({ account, code }, t.language)}</a><span class="n">${time(t, raisedAt)}</span><span class="sub">${verbatim(t, message)} · ${to}${then}${word}</span></li>`;
  });
  const all =
    openAlarms > shown.length && t.lines.includes('alarms')
      ? html`<p><a href="${link(t, 'alarms')}">${tell(t, 'desk.today.allAlarms', { n: openAlarms })}</a></p>`
      : '';
  return card('alarms', title, html`<ul class="rows">${rows}</ul>${all}`);
}

/** A line for each, and of very many how many more there are. */
function some(lines: readonly Html[], t: Kit): Html {
  const more = lines.length - MOST_LINES;
  return [...lines.slice(0, MOST_LINES), ...(more > 0 ? [tell(t, 'desk.today.more', { n: more })] : [])].map(
    (one) => html`<div>${one}</div>`,
  );
}

function also(model: TodayModel, t: Kit): Html {
  const { shares, mail, mails, accounts, schedules, weather, charge, held, outstanding } = model;
  const answering = shares.filter(({ state }) => state === 'answers');
  const unasked = shares.some(({ state }) => state === 'asked');
  const free = answering.flatMap((one) => (one.free === null ? [] : [one.free]));
  const share =
    shares.length === 0
      ? tell(t, 'desk.today.noShares')
      : [
          unasked
            ? tell(t, 'desk.today.sharesAsked')
            : tell(t, 'desk.today.sharesAnswer', { here: answering.length, all: shares.length }),
          ...(free.length > 0 ? [tell(t, 'desk.today.leastFree', { bytes: bytes(Math.min(...free)) })] : []),
        ].join(' · ');
  const sent = [
    ...(mails.failed > 0 ? [tell(t, 'desk.today.mailFailed', { n: mails.failed })] : []),
    ...(mail.waiting > 0
      ? [tell(t, 'desk.today.mailWaiting', { n: mail.waiting, time: time(t, mail.oldest ?? t.now) })]
      : []),
    ...(mails.failed + mail.waiting === 0 ? [tell(t, 'desk.today.mailSent')] : []),
    ...(mail.last === null ? [] : [tell(t, 'desk.today.mailLast', { time: time(t, mail.last) })]),
  ].join(' · ');
  const soonest = accounts.toSorted((a, b) => (a.key.daysLeft ?? Infinity) - (b.key.daysLeft ?? Infinity));
  const keys = soonest.map(({ account, keyDays: n, key }) => {
    const used =
      n === null ? tell(t, 'desk.today.keyNew', { account }) : tell(t, 'desk.today.keyDays', { account, n });
    const [end, tone] = [termText(key, t), keyTone(key.daysLeft)];
    return html`${used} · ${tone === 'bad' || tone === 'warn' ? pill(tone, end) : end}`;
  });
  const notBegun = ({ last, begun }: TodayModel['schedules'][number]) =>
    last !== null && begun === null ? 0 : 1;
  const runs = schedules
    .toSorted((a, b) => notBegun(a) - notBegun(b))
    .map(({ name, last, begun, next }) => {
      const parts = [
        ...(name === '' ? [] : [name]),
        ...(last === null
          ? []
          : begun === null
            ? [tell(t, 'desk.today.notBegun', { due: time(t, last) })]
            : [tell(t, 'desk.today.ran', { due: time(t, last), begun: second(begun) })]),
        ...(next === null ? [] : [tell(t, 'desk.today.next', { time: time(t, next) })]),
      ];
      return parts.join(' · ');
    });
  const verdictKey = `desk.today.verdicts.${weather.verdict}`;
  const decided = isKey(verdictKey) ? verdictKey : 'desk.today.noWord';
  const sky = tell(t, weather.watched ? decided : 'desk.today.notWatched');
  const holder =
    charge.holder === undefined
      ? tell(t, 'desk.today.nobody')
      : charge.own
        ? tell(t, 'desk.today.thisOne', { holder: charge.holder })
        : charge.holder;
  const waiting = held.n + outstanding.n;
  const files =
    waiting === 0
      ? tell(t, 'desk.today.noFiles')
      : tell(t, 'desk.today.filesHeld', { held: held.n, out: outstanding.n });
  const lines: [string, Html][] = [
    [tell(t, 'desk.today.shares'), share],
    [tell(t, 'desk.today.mail'), sent],
    [tell(t, 'desk.today.keys'), some(keys, t)],
    [tell(t, 'desk.today.schedule'), runs.length === 0 ? tell(t, 'desk.today.noSchedule') : some(runs, t)],
    [tell(t, 'desk.today.weather'), sky],
    [tell(t, 'desk.today.files'), files],
    [tell(t, 'desk.today.charge'), holder],
  ];
  return card(
    'also',
    tell(t, 'desk.today.also'),
    html`<dl>${lines.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>`,
  );
}

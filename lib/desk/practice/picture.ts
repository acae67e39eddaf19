/**
 * The day of a session along its hours: which signals were in force, when the weather could be seen, what was decided,
 * and the parts. As wide as a telephone, so that its letters are readable there; a larger screen draws it larger.
 */
import { isKey } from '../../i18n/translate.ts';
import { planMoment } from '../../practice/plan.ts';
import { hongKongTime } from '../../time/hong-kong.ts';
import { signalTitle } from '../../weather/reasons/index.ts';
import { constant, type Html, html } from '../html.ts';
import { type Kit, tell } from '../kit.ts';
import type { PracticeModel } from './view.ts';

interface Bar {
  from: number;
  to: number;
  text: string;
  tone: 's-here' | 's-late' | 's-window' | 's-half';
}

const HOUR = 3_600_000;
const WIDE = 360;
/** Height of a row, and of its name and bar in it. */
const ROW = 44;
const NAME = 14;
const BAR = 18;
const TOP = 30;
/** From the middle of one hour's name to the next one's: letters are larger on a telephone. */
const APART = 64;

type Session = NonNullable<PracticeModel['session']>;

export function weatherPicture(t: Kit, session: Session): Html {
  const { plan, hours, evidence, parts, timeline } = session;
  const cutOff = planMoment(plan, plan.weather.cutOff);
  const from = cutOff - HOUR;
  const to = planMoment(plan, hours.end) + HOUR / 2;
  const x = (at: number) => ((Math.min(to, Math.max(from, at)) - from) / (to - from)) * WIDE;
  const verdicts = timeline.filter(({ event, done }) => done && event.what === 'verdict');
  const all: { name: string; bars: Bar[] }[] = [
    {
      name: tell(t, 'practice.page.picture.signals'),
      bars: evidence.spells.map(({ code, issued, cancelled, knownTo }) => ({
        ...{
          from: issued,
          to: cancelled ?? knownTo ?? Math.min(t.now, to),
          text: signalTitle(code, t.language),
          tone: 's-late',
        },
      })),
    },
    {
      name: tell(t, 'desk.practice.watched'),
      bars: evidence.watched.map((period) => ({ ...period, text: '', tone: 's-window' })),
    },
    {
      name: tell(t, 'practice.page.picture.verdict'),
      bars: verdicts.map(({ at, event: { details } }, index) => ({
        from: at,
        to: verdicts[index + 1]?.at ?? Math.min(t.now, to),
        text: verdictWord(t, details.verdict),
        tone: toneOf(String(details.verdict)),
      })),
    },
    {
      name: tell(t, 'practice.page.picture.parts'),
      bars: parts.map(({ name, start, end, state }) => ({
        ...{ from: start, to: end, text: name },
        tone:
          state === 'stopped' || state === 'skipped' ? 's-late' : state === 'waiting' ? 's-window' : 's-here',
      })),
    },
  ];
  const rows = all.filter(({ bars }) => bars.some((bar) => bar.to > from && bar.from < to));
  const height = TOP + rows.length * ROW + 4;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / HOUR) * HOUR; at < to; at += HOUR) ticks.push(at);
  const every = [1, 2, 3, 4, 6].find((hours) => (hours * HOUR * WIDE) / (to - from) >= APART) ?? 12;
  const label = tell(t, 'practice.page.picture.label', {
    from: hongKongTime(from),
    to: hongKongTime(to),
  });
  const said = all.map(
    ({ name, bars }) =>
      `${name}: ${bars.length === 0 ? tell(t, 'practice.page.picture.none') : bars.map((bar) => `${bar.text} ${hongKongTime(bar.from)}-${hongKongTime(bar.to)}`.trim()).join(', ')}`,
  );
  return html`<svg class="narrow-picture" viewBox="0 0 ${WIDE} ${height}" role="img" aria-label="${[label, ...said].join('. ')}">${ticks.map(
    (at, index) =>
      html`<path class="s-line" d="M${n(x(at))} ${TOP - 6}V${height}"/>${index % every === 0 && x(at) > APART / 2 && x(at) < WIDE - APART / 2 ? html`<text x="${n(x(at))}" y="18" text-anchor="middle">${hongKongTime(at)}</text>` : ''}`,
  )}${rows.map(({ name, bars }, index) => row(name, bars, TOP + index * ROW, x))}<path class="s-line" stroke-dasharray="3 3" d="M${n(x(cutOff))} ${TOP - 6}V${height}"/>${t.now > from && t.now < to ? html`<path class="s-now" d="M${n(x(t.now))} ${TOP - 6}V${height}"/>` : constant('')}</svg>`;
}

function row(name: string, bars: readonly Bar[], y: number, x: (at: number) => number): Html {
  return html`<text x="0" y="${y + NAME - 3}">${name}</text>${bars
    .filter(({ from, to }) => x(to) > x(from))
    .map(
      ({ from, to, text, tone }) =>
        html`<rect class="${tone}" x="${n(x(from))}" y="${y + NAME}" width="${n(Math.max(2, x(to) - x(from)))}" height="${BAR}" rx="3"><title>${`${text} ${hongKongTime(from)}-${hongKongTime(to)}`.trim()}</title></rect>`,
    )}`;
}

function verdictWord(t: Kit, verdict: unknown): string {
  const key = `practice.page.verdict.${verdict}`;
  return isKey(key) ? tell(t, key) : '';
}

function toneOf(verdict: string): Bar['tone'] {
  if (verdict === 'cancelled' || verdict === 'terminated') return 's-late';
  if (verdict === 'hold' || verdict === 'terminating') return 's-half';
  return verdict === 'pending' ? 's-window' : 's-here';
}

function n(value: number): string {
  return value.toFixed(1);
}

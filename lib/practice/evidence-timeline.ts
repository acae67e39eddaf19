/**
 * What happened, in the reader's language. An event is recorded with its English title and with the facts behind
 * it; the words come from the facts, and where an older version recorded none, the title is shown as it is.
 */
import type { PracticeEvent } from '../ledger/types.ts';
import { hongKongTime } from '../time/hong-kong.ts';
import type { Reason } from '../weather/reasons/index.ts';
import { type PracticePlan, planHours } from './plan.ts';
import type { PracticeTranslator } from './texts/index.ts';

export function eventText(event: PracticeEvent, plan: PracticePlan, translator: PracticeTranslator): string {
  return worded(event, plan, translator) ?? event.title;
}

function worded(
  event: PracticeEvent,
  plan: PracticePlan,
  translator: PracticeTranslator,
): string | undefined {
  const { what, details } = event;
  const { words, fill } = translator;
  const { event: said } = words.page;
  const account = String(details.account);
  if (typeof details.milestone === 'string') return milestoneText(event, details.milestone, plan, translator);
  if (what === 'verdict') return verdictText(details, translator);
  if (what === 'result') {
    const downloads = plan.parts.find(({ name }) => name === details.part)?.tasks.includes('download');
    const values = { part: String(details.part), account, n: Number(details.reports) };
    return fill(downloads ? said.result : said.checked, values);
  }
  if (what === 'expired') {
    return details.by === undefined
      ? undefined
      : fill(words.expired.line, { account, by: String(details.by) });
  }
  if (what === 'evidence') return said.evidence;
  if (typeof details.action === 'string') return partText(details, translator);
  if (what === 'data-centre-secondary') return said.move.begins;
  return lookUp(said.move, details.because);
}

function milestoneText(
  { what, details }: PracticeEvent,
  id: string,
  plan: PracticePlan,
  { words, fill }: PracticeTranslator,
): string | undefined {
  const { milestone, missed, dropped } = words.page.event;
  const [, first = '', second = ''] = /^[a-z]+-(\d+)-?(\w*)/.exec(id) ?? [];
  const text = () => {
    if (what === 'reminder') {
      const deadline = plan.deadlines[Number(first) - 1];
      const n = Number(second);
      if (deadline === undefined) return undefined;
      const { what: task, date } = deadline;
      return fill(n === 0 ? words.reminder.last : words.reminder.left, { what: task, date, n });
    }
    if (what === 'hotline') {
      const hotline = plan.hotlines.find(({ installation }) => id === `hotline-${installation}`);
      return hotline && fill(words.hotline.subject, { name: hotline.name, number: hotline.number });
    }
    const part = plan.parts[Number(first) - 1];
    const phrase = lookUp(milestone, what);
    return (
      phrase &&
      fill(phrase, {
        cutOff: plan.weather.cutOff,
        start: planHours(plan).start,
        ...(part === undefined ? {} : { part: part.name, site: words.site[part.dataCentre] }),
      })
    );
  };
  const told = text();
  if (told === undefined || details.outcome === 'due') return told;
  return fill(details.outcome === 'missed' ? missed : dropped, { what: told });
}

function verdictText(
  details: PracticeEvent['details'],
  { words, fill, tell }: PracticeTranslator,
): string | undefined {
  const { page } = words;
  const because = reasonIn(details);
  const verdict = lookUp(page.verdict, details.verdict);
  if (because === undefined || verdict === undefined) return undefined;
  const values = { verdict, reason: tell(because) };
  return typeof details.effectiveAt === 'number'
    ? fill(page.event.verdictFrom, { ...values, time: hongKongTime(details.effectiveAt) })
    : fill(page.event.verdict, values);
}

function partText(
  details: PracticeEvent['details'],
  { words, fill, tell }: PracticeTranslator,
): string | undefined {
  const { part } = words.page.event;
  if (typeof details.again === 'string') {
    return fill(part.again, { part: String(details.part), accounts: details.again });
  }
  const phrase = lookUp(part, details.action);
  const because = reasonIn(details);
  if (phrase === undefined || (because === undefined && details.action !== 'end')) return undefined;
  return fill(phrase, {
    part: String(details.part),
    reason: because === undefined ? '' : tell(because),
  });
}

/** Details hold plain values only, so a reason lies there as JSON. */
export function reasonAsDetail(reason: Reason | undefined): { because?: string } {
  return reason === undefined ? {} : { because: JSON.stringify(reason) };
}

function reasonIn({ because }: PracticeEvent['details']): Reason | undefined {
  return typeof because === 'string' ? JSON.parse(because) : undefined;
}

function lookUp(table: Readonly<Record<string, string>>, key: unknown): string | undefined {
  return typeof key === 'string' && Object.hasOwn(table, key) ? table[key] : undefined;
}

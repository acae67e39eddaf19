/**
 * What happened, in the reader's language. An event is recorded with its English title and with the facts behind
 * it; the words come from the facts, and where an older version recorded none, the title is shown as it is.
 */

import type { Language } from '../i18n/languages.ts';
import { isKey, type Key, t } from '../i18n/translate.ts';
import type { PracticeEvent } from '../ledger/types.ts';
import { hongKongTime } from '../time/hong-kong.ts';
import type { Reason } from '../weather/reasons/index.ts';
import { reasonText } from '../weather/reasons/index.ts';
import type { PracticePlan } from './plan.ts';
import { timelineOf } from './timeline.ts';

export function eventText(event: PracticeEvent, plan: PracticePlan, language: Language): string {
  return worded(event, plan, language) ?? event.title;
}

function worded(event: PracticeEvent, plan: PracticePlan, language: Language): string | undefined {
  const { what, details } = event;
  const account = String(details.account);
  if (typeof details.milestone === 'string') return milestoneText(event, details.milestone, plan, language);
  if (what === 'verdict') return verdictText(details, language);
  if (what === 'result') {
    const downloads = plan.parts.find(({ name }) => name === details.part)?.tasks.includes('download');
    const values = { part: String(details.part), account, n: Number(details.reports) };
    return t(language, downloads ? 'practice.page.event.result' : 'practice.page.event.checked', values);
  }
  if (what === 'expired') {
    return details.by === undefined
      ? undefined
      : t(language, 'practice.expired.line', { account, by: String(details.by) });
  }
  if (what === 'evidence') return t(language, 'practice.page.event.evidence');
  if (typeof details.action === 'string') return partText(details, language);
  if (what === 'data-centre-secondary') return t(language, 'practice.page.event.move.begins');
  const move = known(`practice.page.event.move.${details.because}`);
  return move && t(language, move);
}

function milestoneText(
  { details }: PracticeEvent,
  id: string,
  plan: PracticePlan,
  language: Language,
): string | undefined {
  const told = timelineOf(plan, language).find((milestone) => milestone.id === id)?.title;
  if (told === undefined || details.outcome === 'due') return told;
  return t(
    language,
    details.outcome === 'missed' ? 'practice.page.event.missed' : 'practice.page.event.dropped',
    { what: told },
  );
}

function verdictText(details: PracticeEvent['details'], language: Language): string | undefined {
  const because = reasonIn(details);
  const key = known(`practice.page.verdict.${details.verdict}`);
  if (because === undefined || key === undefined) return undefined;
  const values = { verdict: t(language, key), reason: reasonText(because, language) };
  return typeof details.effectiveAt === 'number'
    ? t(language, 'practice.page.event.verdictFrom', { ...values, time: hongKongTime(details.effectiveAt) })
    : t(language, 'practice.page.event.verdict', values);
}

function partText(details: PracticeEvent['details'], language: Language): string | undefined {
  if (typeof details.again === 'string') {
    return t(language, 'practice.page.event.part.again', {
      part: String(details.part),
      accounts: details.again,
    });
  }
  const key = known(`practice.page.event.part.${details.action}`);
  const because = reasonIn(details);
  if (key === undefined || (because === undefined && details.action !== 'end')) return undefined;
  return t(language, key, {
    part: String(details.part),
    reason: because === undefined ? '' : reasonText(because, language),
  });
}

/** Details hold plain values only, so a reason lies there as JSON. */
export function reasonAsDetail(reason: Reason | undefined): { because?: string } {
  return reason === undefined ? {} : { because: JSON.stringify(reason) };
}

function reasonIn({ because }: PracticeEvent['details']): Reason | undefined {
  return typeof because === 'string' ? JSON.parse(because) : undefined;
}

/** The key, if this version has such a text. */
function known(key: string): Key | undefined {
  return isKey(key) ? key : undefined;
}

/** What the contacts are told of a session: which orders and results become mails, and what stands in them. */

import { type ChoiceInUse, dataCentreChoices } from '../accounts/data-centre-switch.ts';
import { t } from '../i18n/translate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { DrillRow } from '../ledger/types.ts';
import { type ContactsConfig, domainOf, type Language, recipientsOf } from '../mail/config.ts';
import { fitting } from '../mail/escape.ts';
import { linksOf } from '../mail/links.ts';
import { groupKey } from '../mail/queued.ts';
import { renderHtml, renderText } from '../mail/render.ts';
import { faultWords } from '../model/fault-words.ts';
import { installations } from '../model/installations.ts';
import type { DataCentre } from '../model/types.ts';
import { dayOfWeek, hongKongStamp, hongKongTime } from '../time/hong-kong.ts';
import type { Decision, Trigger, Verdict } from '../weather/decide.ts';
import { reasonText, signalTitle } from '../weather/reasons/index.ts';
import { watchLimits } from '../weather/rule.ts';
import { type DayOrder, retryMs } from './day.ts';
import { mailHtml, mailText } from './mail-template.ts';
import { practiceRun, slug } from './paths.ts';
import { type PracticePlan, planHours, planMoment, weekdays } from './plan.ts';
import type { PartResult } from './results.ts';
import type { Milestone } from './timeline.ts';

export interface PracticeMail {
  /** Unique in its session: the same mail is never sent twice to the same groups. */
  id: string;
  tone: 'info' | 'good' | 'warn' | 'bad';
  subject: string;
  lines: string[];
  facts: { label: string; value: string }[];
  reports?: { name: string; businessDate: string; size: string; sha256: string; time: string }[];
}

const colours = { info: '#1f4e79', good: '#1e6b3a', warn: '#9a5b00', bad: '#b3261e' } as const;

/** What the words of a mail need beside the order itself. */
export interface MailContext {
  plan: PracticePlan;
  decision: Decision | undefined;
  choices: readonly ChoiceInUse[];
  results: readonly PartResult[];
  /** Who was asked whether they are reachable, and who answered. */
  drill?: readonly DrillRow[];
  /** Of the reader; English when left out. */
  language?: Language;
}

interface MailData extends MailContext {
  language: Language;
}

/** The mail of an order; undefined when nobody needs to be told. */
export function mailOf(order: DayOrder, context: MailContext): PracticeMail | undefined {
  const telling: MailData = { ...context, language: context.language ?? 'en' };
  switch (order.kind) {
    case 'verdict':
      return verdictMail(order, telling) ?? takenBackMail(order, telling);
    case 'milestone':
      return order.outcome === 'dropped' ? undefined : milestoneMail(order.milestone, order.outcome, telling);
    case 'part':
      return partMail(order, telling);
    case 'data-centre':
      return undefined;
  }
}

/** The id of what can happen more than once: each time has an id of its own. An older release gave no number. */
function nth(id: string, occurrence: number | undefined): string {
  return occurrence === undefined ? id : `${id}#${occurrence}`;
}

/** Verdicts that people must hear of at once; a clear morning is told by its milestone. */
function verdictMail(
  { decision, before, occurrence }: DayOrder & { kind: 'verdict' },
  { language }: MailData,
): PracticeMail | undefined {
  const { verdict, effectiveAt, trigger, moot } = decision;
  const isEnd = verdict === 'cancelled' || verdict === 'terminated';
  if (isEnd && before === verdict) return undefined;
  // After it was taken back the same verdict is news once more. An older release gave no verdict before, and no time.
  const endId = nth(
    before === undefined ? verdict : `${verdict}-${slug(hongKongTime(decision.at))}`,
    occurrence,
  );
  const time = effectiveAt === null ? '' : hongKongTime(effectiveAt);
  const facts = decisionFacts(decision, language);
  const detail = whyLines(decision, language);
  switch (verdict) {
    case 'cancelled':
      return {
        id: endId,
        tone: 'bad',
        subject: t(language, 'practice.cancelled.subject', { time }),
        lines: [t(language, 'practice.cancelled.line'), t(language, 'practice.cancelled.todo'), ...detail],
        facts,
      };
    case 'terminating': {
      return {
        id: nth(`terminating-${slug(time)}`, occurrence),
        tone: 'bad',
        subject: t(language, moot ? 'practice.terminating.mootSubject' : 'practice.terminating.subject', {
          time,
        }),
        lines: [
          t(language, moot ? 'practice.terminating.moot' : 'practice.terminating.line', { time }),
          t(language, 'practice.terminating.todo'),
          ...detail,
        ],
        facts,
      };
    }
    case 'terminated':
      return {
        id: endId,
        tone: 'bad',
        subject: t(language, 'practice.terminated.subject', { time }),
        lines: [t(language, 'practice.terminated.line'), t(language, 'practice.terminated.todo'), ...detail],
        facts,
      };
    case 'hold':
      return {
        id: nth(`hold-${slug(hongKongTime(decision.at))}`, occurrence),
        tone: 'warn',
        subject: t(language, 'practice.hold.subject'),
        lines: [t(language, 'practice.hold.line'), t(language, 'practice.hold.todo'), ...detail],
        facts,
      };
    case 'running':
      return trigger === null
        ? undefined
        : {
            id: nth(`goes-on-${slug(trigger.code)}-${slug(hongKongTime(trigger.issued))}`, occurrence),
            tone: 'warn',
            subject: t(language, 'practice.black.subject'),
            lines: [t(language, 'practice.black.line'), ...detail],
            facts,
          };
    default:
      return undefined;
  }
}

/** Verdicts after which people do what their mail said, until they hear that it holds no longer. */
const binding = new Set<Verdict>(['hold', 'cancelled', 'terminating', 'terminated']);

/** The mail of a verdict that has none of its own and takes back one that was told. */
function takenBackMail(
  { decision, before, occurrence }: DayOrder & { kind: 'verdict' },
  { language }: MailData,
): PracticeMail | undefined {
  if (before === undefined || before === decision.verdict || !binding.has(before)) return undefined;
  const values = {
    before: t(language, `practice.verdict.${before}`),
    verdict: t(language, `practice.verdict.${decision.verdict}`),
  };
  return {
    id: nth(`no-longer-${before}-${slug(hongKongTime(decision.at))}`, occurrence),
    tone: decision.quality === 'sure' ? 'info' : 'warn',
    subject: t(language, 'practice.takenBack.subject', values),
    lines: [
      t(language, 'practice.takenBack.line', values),
      ...(['clear', 'running'].includes(decision.verdict) ? [t(language, 'practice.takenBack.todo')] : []),
      ...whyLines(decision, language),
    ],
    facts: decisionFacts(decision, language),
  };
}

function milestoneMail(
  milestone: Milestone,
  outcome: 'due' | 'missed',
  telling: MailData,
): PracticeMail | undefined {
  const { plan, decision, language } = telling;
  const mail = (
    tone: PracticeMail['tone'],
    subject: string,
    lines: string[],
    facts = hourFacts(plan, language),
  ): PracticeMail => ({
    id: milestone.id,
    tone,
    subject,
    lines:
      outcome === 'missed'
        ? [t(language, 'practice.late', { time: hongKongTime(milestone.at) }), ...lines]
        : lines,
    facts,
  });
  switch (milestone.kind) {
    case 'reminder':
      return mail('info', ...reminderTexts(milestone, telling));
    case 'drill-result':
      return mail(...drillTexts(telling));
    case 'weather-watch': {
      const first = hongKongTime(planMoment(plan, plan.weather.cutOff) + watchLimits.settleMs);
      return mail('info', t(language, 'practice.watch.subject'), [
        t(language, 'practice.watch.lines.1'),
        t(language, 'practice.watch.lines.2', { first }),
        t(language, 'practice.watch.lines.3'),
      ]);
    }
    case 'weather-verdict': {
      // A cancellation has told itself.
      if (decision === undefined || decision.verdict === 'cancelled' || decision.verdict === 'hold') return;
      const verdict = t(language, `practice.verdict.${decision.verdict}`);
      const sure = decision.quality === 'sure';
      return mail(
        sure ? 'good' : 'warn',
        t(language, 'practice.judged.subject', { cutOff: plan.weather.cutOff, verdict }),
        [
          decision.verdict === 'clear'
            ? t(language, 'practice.judged.clear')
            : decision.verdict === 'running'
              ? t(language, 'practice.judged.running')
              : t(language, 'practice.judged.other', { verdict }),
          ...(sure ? [] : [t(language, 'practice.judged.doubt')]),
          ...whyLines(decision, language),
        ],
        [...decisionFacts(decision, language), ...hourFacts(plan, language)],
      );
    }
    case 'hotline': {
      const hotline = plan.hotlines.find(({ installation }) => milestone.id === `hotline-${installation}`);
      const values = { name: hotline?.name ?? '', number: hotline?.number ?? '' };
      return mail('info', t(language, 'practice.hotline.ring', values), [
        t(language, 'practice.hotline.ask', values),
        t(language, 'practice.hotline.record'),
        ...(decision === undefined
          ? []
          : [
              t(language, 'practice.hotline.seen', {
                verdict: t(language, `practice.verdict.${decision.verdict}`),
              }),
            ]),
        ...whyLines(decision, language, 1),
      ]);
    }
    case 'last-call': {
      const { start } = planHours(plan);
      return mail('bad', t(language, 'practice.lastCall.subject'), [
        t(language, 'practice.lastCall.lines.1', { start }),
        t(language, 'practice.lastCall.lines.2'),
        ...whyLines(decision, language),
      ]);
    }
    case 'restore-check':
      return mail(...restoreCheck(telling));
    default:
      return undefined;
  }
}

/** The reminder of a deadline: its id says which deadline, and how many days before. */
function reminderTexts({ id, title }: Milestone, { plan, language }: MailData): [string, string[]] {
  const source = t(language, 'practice.source', { source: plan.source });
  const [, row, days] = /^reminder-(\d+)-(\d+)$/.exec(id) ?? [];
  const deadline = plan.deadlines[Number(row) - 1];
  if (deadline === undefined) return [title, [title, source]];
  const { what, date } = deadline;
  const n = Number(days);
  return [
    t(language, n === 0 ? 'practice.reminder.last' : 'practice.reminder.left', { n, what, date }),
    [t(language, 'practice.reminder.line', { weekday: weekdayOf(date, language), date, what }), source],
  ];
}

/** Who answered the drill: for the organiser, who rings the others. */
function drillTexts({
  drill = [],
  language,
}: MailData): [PracticeMail['tone'], string, string[], PracticeMail['facts']] {
  if (drill.length === 0)
    return ['bad', t(language, 'practice.drill.notSent'), [t(language, 'practice.drill.notSentLine')], []];
  const waiting = drill.filter(({ answeredAt }) => answeredAt === null);
  const values = { done: drill.length - waiting.length, all: drill.length };
  const names = waiting.map(nameOf).join(t(language, 'practice.comma'));
  return [
    waiting.length === 0 ? 'good' : 'warn',
    t(language, waiting.length === 0 ? 'practice.drill.resultAll' : 'practice.drill.resultSome', values),
    [
      ...(waiting.length === 0 ? [] : [t(language, 'practice.drill.ring', { names })]),
      t(language, 'practice.drill.resultLine'),
    ],
    drill.map((row) => ({
      label: nameOf(row),
      value:
        row.answeredAt === null
          ? t(language, 'practice.drill.silent')
          : t(language, 'practice.drill.answered', {
              time: hongKongStamp(row.answeredAt).slice(0, 16),
              how: row.how,
            }),
    })),
  ];
}

function nameOf({ name, email }: DrillRow): string {
  return name === '' ? email : `${name} <${email}>`;
}

function restoreCheck({
  plan,
  decision,
  choices,
  results,
  language,
}: MailData): [PracticeMail['tone'], string, string[], PracticeMail['facts']] {
  const away = choices.filter(({ dataCentre }) => dataCentre !== 'primary');
  const last = plan.parts.findLast(({ dataCentre }) => dataCentre === 'primary');
  const shown = results.filter(({ part }) => part === last?.name);
  const failed = shown.filter(({ outcome }) => outcome !== 'complete');
  const stopped = decision?.verdict === 'cancelled' || decision?.verdict === 'terminated';
  const facts = [
    ...choices.map(({ account, dataCentre }) => ({
      label: account,
      value: t(language, `practice.site.${dataCentre}`),
    })),
    ...shown.map(({ account, part, loggedIn, loggedOut, address, trouble }) => ({
      label: `${account}${t(language, 'practice.comma')}${part}`,
      value: loggedIn
        ? t(language, loggedOut ? 'practice.restore.loggedIn' : 'practice.restore.notOut', { address })
        : t(language, 'practice.restore.noLogin', {
            why: trouble?.message ?? t(language, 'practice.restore.notTried'),
          }),
    })),
  ];
  if (away.length > 0) {
    const accounts = away.map(({ account }) => account).join(t(language, 'practice.comma'));
    return [
      'bad',
      t(language, 'practice.restore.away', { accounts }),
      [t(language, 'practice.restore.awayLine')],
      facts,
    ];
  }
  if (stopped)
    return [
      'warn',
      t(language, 'practice.restore.untested'),
      [t(language, 'practice.restore.untestedLine')],
      facts,
    ];
  if (shown.length === 0 || failed.length > 0)
    return [
      'bad',
      t(language, 'practice.restore.failed'),
      [t(language, 'practice.restore.failedLine')],
      facts,
    ];
  return ['good', t(language, 'practice.restore.good'), [t(language, 'practice.restore.goodLine')], facts];
}

function partMail(
  { part, action, reason, because, again, after, occurrence }: DayOrder & { kind: 'part' },
  { plan, results, language }: MailData,
): PracticeMail | undefined {
  // Of an account that is tried again, its results tell.
  if (after === 'failure') return undefined;
  const why = again
    ? [t(language, 'practice.begins.again')]
    : whyLines({ reasons: [reason], ...(because === undefined ? {} : { because: [because] }) }, language);
  const index = plan.parts.findIndex(({ name }) => name === part.name) + 1;
  const facts = [
    {
      label: t(language, 'practice.label.part'),
      value: `${part.name}${t(language, 'practice.comma')}${t(language, 'practice.to', { from: part.start, to: part.end })}`,
    },
    {
      label: t(language, 'practice.label.dataCentre'),
      value: t(language, `practice.site.${part.dataCentre}`),
    },
    {
      label: t(language, 'practice.label.accounts'),
      value: plan.accounts.map(({ account }) => account).join(t(language, 'practice.comma')),
    },
  ];
  if (action === 'begin') {
    const values = { part: part.name, end: part.end, site: t(language, `practice.site.${part.dataCentre}`) };
    return {
      // Taken up after a restart it is the same beginning.
      id: nth(
        `part-${index}-begins${after === 'taken-back' && occurrence === undefined ? '-again' : ''}`,
        occurrence,
      ),
      tone: 'info',
      subject: t(language, 'practice.begins.subject', values),
      lines: [t(language, 'practice.begins.line', values), t(language, 'practice.begins.todo'), ...why],
      facts,
    };
  }
  // What never began is told by the verdict; a part that was still on hold at its end has no other mail.
  if (action === 'skip') return undefined;
  const mine = results.filter((one) => one.part === part.name);
  const done = mine.filter(({ outcome }) => outcome === 'complete').length;
  const all = plan.accounts.length;
  return {
    id: nth(`part-${index}-${action === 'end' ? 'ends' : 'stopped'}`, occurrence),
    tone: done === all ? 'good' : 'bad',
    subject: t(language, action === 'end' ? 'practice.over.ends' : 'practice.over.stopped', {
      part: part.name,
      done,
      all,
    }),
    lines: [
      t(language, action === 'end' ? 'practice.over.ended' : 'practice.over.cut', { part: part.name }),
      ...mine
        .filter(({ outcome }) => outcome !== 'complete')
        .map((one) =>
          t(language, 'practice.over.partly', { account: one.account, result: resultText(one, language) }),
        ),
      ...(action === 'end' ? [] : why),
    ],
    facts,
  };
}

/**
 * The result of a part for one account, report by report.
 * @param again it is not its last: the account did not get through and is tried again
 */
export function resultMail(
  plan: PracticePlan,
  result: PartResult,
  language: Language = 'en',
  again = false,
): PracticeMail {
  const { account, part, outcome, reports, failed, unexpected, downloads } = result;
  const whole = outcome === 'complete';
  const text = resultText(result, language);
  const values = { part, account, n: reports.length, date: plan.reportsOf, result: text };
  const minutes = retryMs / 60_000;
  const end = plan.parts.find(({ name }) => name === part)?.end ?? '';
  return {
    id: resultId(again ? 'again' : 'result', result),
    tone: whole ? 'good' : 'bad',
    subject: t(
      language,
      whole ? (downloads ? 'practice.result.whole' : 'practice.result.checked') : 'practice.result.partly',
      values,
    ),
    lines: [
      t(
        language,
        whole
          ? downloads
            ? 'practice.result.wholeLine'
            : 'practice.result.checkedLine'
          : 'practice.result.partlyLine',
        values,
      ),
      ...(again ? [t(language, 'practice.result.again', { minutes, end })] : []),
      ...failed.map((one) =>
        t(language, 'practice.result.lost', { path: one.path, message: faultWords(one, language) }),
      ),
      ...unexpected.map((path) => t(language, 'practice.result.other', { path, date: plan.reportsOf })),
      ...englishOf(result, language),
    ],
    facts: [
      {
        label: t(language, 'practice.label.account'),
        value: `${account}${t(language, 'practice.comma')}${installations[result.installation].title}`,
      },
      {
        label: t(language, 'practice.label.site'),
        value: `${t(language, `practice.site.${result.dataCentre}`)}${t(language, 'practice.comma')}${result.address || t(language, 'practice.result.silent')}`,
      },
      {
        label: t(language, 'practice.label.time'),
        value: t(language, 'practice.hongKong', {
          time: t(language, 'practice.to', {
            from: hongKongTime(result.startedAt),
            to: hongKongTime(result.finishedAt),
          }),
        }),
      },
    ],
    reports: reports.map(({ name, businessDate, size, sha256, receivedAt }) => ({
      name,
      businessDate,
      size: size.toLocaleString('en'),
      sha256,
      time: hongKongTime(receivedAt),
    })),
  };
}

/** Each time a part is held, an account has a result of its own. An older release did not count. */
function resultId(kind: 'again' | 'result', { part, account, occurrence }: PartResult): string {
  return occurrence === undefined
    ? `${kind}-${slug(part)}-${slug(account)}`
    : `${kind} ${JSON.stringify([part, account, occurrence])}`;
}

/** The sentences of what failed, where the mail told it in another language. */
function englishOf({ failed, trouble }: PartResult, language: Language): string[] {
  if (language === 'en') return [];
  const faults = trouble === undefined ? failed : [trouble, ...failed];
  const told = faults.filter((one) => faultWords(one, language) !== one.message);
  return told.length === 0
    ? []
    : [t(language, 'practice.details'), ...new Set(told.map(({ message }) => message))];
}

/** The outcome of a part for one account in a few words. */
export function resultText({ outcome, failed, trouble, reports }: PartResult, language: Language): string {
  switch (outcome) {
    case 'complete':
      return t(language, 'practice.result.complete');
    case 'stopped':
      return t(language, 'practice.result.stopped', { n: reports.length });
    case 'not-done':
      return trouble === undefined ? t(language, 'practice.result.nothing') : faultWords(trouble, language);
    case 'incomplete':
      return trouble === undefined
        ? t(language, 'practice.result.missing', { n: failed.length })
        : faultWords(trouble, language);
  }
}

/**
 * The reasons of a decision in the reader's language. What an older version decided has them in English only;
 * other languages say so above them.
 * @param most how many, all when left out
 */
export function whyLines(
  decision: Pick<Decision, 'reasons' | 'because'> | undefined,
  language: Language,
  most?: number,
): string[] {
  if (decision === undefined) return [];
  if (decision.because !== undefined)
    return decision.because.slice(0, most).map((one) => reasonText(one, language));
  const reasons = decision.reasons.slice(0, most);
  return reasons.length === 0 || language === 'en' ? reasons : [t(language, 'practice.details'), ...reasons];
}

function decisionFacts(
  { verdict, effectiveAt, trigger, quality }: Decision,
  language: Language,
): PracticeMail['facts'] {
  const title = t(language, `practice.verdict.${verdict}`);
  return [
    {
      label: t(language, 'practice.label.verdict'),
      value: quality === 'sure' ? title : `${title} (${t(language, `practice.quality.${quality}`)})`,
    },
    ...(effectiveAt === null
      ? []
      : [
          {
            label: t(language, 'practice.label.from'),
            value: t(language, 'practice.hongKong', { time: hongKongStamp(effectiveAt).slice(0, 16) }),
          },
        ]),
    ...(trigger === null
      ? []
      : [{ label: t(language, 'practice.label.because'), value: triggerText(trigger, language) }]),
  ];
}

function triggerText({ kind, code, issued }: Trigger, language: Language) {
  const time = hongKongStamp(issued).slice(0, 16);
  if (kind === 'word')
    return `${t(language, `practice.word.${code === 'hkex' ? 'hkex' : 'operator'}`)}${t(language, 'practice.comma')}${time}`;
  return t(language, 'practice.because', { signal: signalTitle(code, language), time });
}

function hourFacts(plan: PracticePlan, language: Language): PracticeMail['facts'] {
  return [
    ...plan.parts.map(({ name, start, end, dataCentre }) => ({
      label: name,
      value: t(language, 'practice.hours', { start, end, site: t(language, `practice.site.${dataCentre}`) }),
    })),
    ...plan.hotlines.map(({ name, number, from }) => ({
      label: name,
      value: t(language, 'practice.number', { number, from }),
    })),
  ];
}

function weekdayOf(date: string, language: Language): string {
  return t(language, `practice.weekday.${weekdays[dayOfWeek(date) - 1] ?? 'Monday'}`);
}

/** Under each mail: which data centre every account uses. */
function inUse(choices: readonly ChoiceInUse[], language: Language): string {
  const site = (dataCentre: DataCentre) => t(language, `practice.site.${dataCentre}`);
  const each = choices.map(({ account, dataCentre, until }) =>
    until === undefined
      ? `${account} ${site(dataCentre)}`
      : t(language, 'practice.inUseUntil', {
          account,
          site: site(dataCentre),
          time: hongKongStamp(until).slice(0, 16),
        }),
  );
  return t(language, 'practice.inUse', { each: each.join(t(language, 'practice.comma')) });
}

export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

/**
 * @param footer lines under the mail: the data centre in use, and whence the mail comes
 * @param desk its address; '' for no link
 */
export function renderMail(
  plan: PracticePlan,
  mail: PracticeMail,
  footer: readonly string[],
  language: Language = 'en',
  desk = '',
): RenderedMail {
  const { start, end } = planHours(plan);
  const { lines, facts, reports = [] } = mail;
  const view = {
    title: mail.subject,
    subtitle: t(language, 'practice.subtitle', {
      weekday: weekdayOf(plan.date, language),
      date: plan.date,
      start,
      end,
    }),
    colour: colours[mail.tone],
    footer: [...footer],
    link: linksOf(desk).practice,
    lines,
    facts,
    reports,
    label: {
      businessDate: t(language, 'practice.label.businessDate'),
      bytes: t(language, 'practice.label.bytes'),
      received: t(language, 'practice.label.received'),
    },
  };
  return {
    subject: fitting(
      t(language, 'practice.subject', { date: plan.date, subject: mail.subject }),
      t(language, 'practice.shortSubject', { subject: mail.subject }),
      mail.subject,
    ),
    text: renderText(mailText, view, language),
    html: renderHtml(mailHtml, view, language),
  };
}

/**
 * Queues a mail of a session, once.
 * @param groups of contacts; none means everybody
 * @throws RapError MAIL_CONFIG when nobody would get it
 */
export async function queuePracticeMail(
  ledger: Pick<Ledger, 'accounts' | 'mails'>,
  contacts: ContactsConfig,
  plan: PracticePlan,
  mail: PracticeMail,
  groups: readonly string[] = [],
): Promise<{ id: number; messageId: string; fresh: boolean }> {
  const { language } = contacts;
  const accounts = plan.accounts.map(({ account }) => account);
  const footer = [
    inUse(await dataCentreChoices(ledger, accounts), language),
    `${plan.title} (${plan.source})`,
    t(language, 'practice.written'),
  ];
  return ledger.mails.queueMail({
    eventKey: `practice:${plan.date}:${mail.id}:${groupKey(groups)}`,
    kind: mail.tone === 'bad' ? 'alarm' : 'notice',
    ...{ run: practiceRun(plan.date), practice: plan.date },
    to: recipientsOf(contacts, groups),
    ...renderMail(plan, mail, footer, language, contacts.desk),
    domain: domainOf(contacts.smtp.from.address),
  });
}

/** What the contacts are told of a session: which orders and results become mails, and what stands in them. */

import { type ChoiceInUse, dataCentreChoices } from '../accounts/data-centre-switch.ts';
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
import type { Decision, Trigger } from '../weather/decide.ts';
import { watchLimits } from '../weather/rule.ts';
import { type DayOrder, retryMs } from './day.ts';
import { mailHtml, mailText } from './mail-template.ts';
import { practiceRun, slug } from './paths.ts';
import { type PracticePlan, planHours, planMoment, weekdays } from './plan.ts';
import type { PartResult } from './results.ts';
import { type PracticeTranslator, practiceTranslator } from './texts/index.ts';
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
  speech: PracticeTranslator;
}

/** The mail of an order; undefined when nobody needs to be told. */
export function mailOf(order: DayOrder, context: MailContext): PracticeMail | undefined {
  const telling: MailData = { ...context, speech: practiceTranslator(context.language ?? 'en') };
  switch (order.kind) {
    case 'verdict':
      return verdictMail(order.decision, telling);
    case 'milestone':
      return order.outcome === 'dropped' ? undefined : milestoneMail(order.milestone, order.outcome, telling);
    case 'part':
      return partMail(order, telling);
    case 'data-centre':
      return undefined;
  }
}

/** Verdicts that people must hear of at once; a clear morning is told by its milestone. */
function verdictMail(decision: Decision, { speech }: MailData): PracticeMail | undefined {
  const { words, fill } = speech;
  const { verdict, effectiveAt, trigger, moot } = decision;
  const time = effectiveAt === null ? '' : hongKongTime(effectiveAt);
  const facts = decisionFacts(decision, speech);
  const detail = whyLines(decision, speech);
  switch (verdict) {
    case 'cancelled':
      return {
        id: 'cancelled',
        tone: 'bad',
        subject: fill(words.cancelled.subject, { time }),
        lines: [words.cancelled.line, words.cancelled.todo, ...detail],
        facts,
      };
    case 'terminating': {
      const { subject, mootSubject, line, moot: mootLine, todo } = words.terminating;
      return {
        id: `terminating-${slug(time)}`,
        tone: 'bad',
        subject: fill(moot ? mootSubject : subject, { time }),
        lines: [fill(moot ? mootLine : line, { time }), todo, ...detail],
        facts,
      };
    }
    case 'terminated':
      return {
        id: 'terminated',
        tone: 'bad',
        subject: fill(words.terminated.subject, { time }),
        lines: [words.terminated.line, words.terminated.todo, ...detail],
        facts,
      };
    case 'hold':
      return {
        id: `hold-${slug(hongKongTime(decision.at))}`,
        tone: 'warn',
        subject: words.hold.subject,
        lines: [words.hold.line, words.hold.todo, ...detail],
        facts,
      };
    case 'running':
      return trigger === null
        ? undefined
        : {
            id: `goes-on-${slug(trigger.code)}-${slug(hongKongTime(trigger.issued))}`,
            tone: 'warn',
            subject: words.black.subject,
            lines: [words.black.line, ...detail],
            facts,
          };
    default:
      return undefined;
  }
}

function milestoneMail(
  milestone: Milestone,
  outcome: 'due' | 'missed',
  telling: MailData,
): PracticeMail | undefined {
  const { plan, decision, speech } = telling;
  const { words, fill } = speech;
  const mail = (
    tone: PracticeMail['tone'],
    subject: string,
    lines: string[],
    facts = hourFacts(plan, speech),
  ): PracticeMail => ({
    id: milestone.id,
    tone,
    subject,
    lines: outcome === 'missed' ? [fill(words.late, { time: hongKongTime(milestone.at) }), ...lines] : lines,
    facts,
  });
  switch (milestone.kind) {
    case 'reminder':
      return mail('info', ...reminderTexts(milestone, telling));
    case 'drill-result':
      return mail(...drillTexts(telling));
    case 'weather-watch': {
      const first = hongKongTime(planMoment(plan, plan.weather.cutOff) + watchLimits.settleMs);
      return mail(
        'info',
        words.watch.subject,
        words.watch.lines.map((line) => fill(line, { first })),
      );
    }
    case 'weather-verdict': {
      // A cancellation has told itself.
      if (decision === undefined || decision.verdict === 'cancelled' || decision.verdict === 'hold') return;
      const { judged, verdict: titles } = words;
      const verdict = titles[decision.verdict] ?? decision.verdict;
      const sure = decision.quality === 'sure';
      return mail(
        sure ? 'good' : 'warn',
        fill(judged.subject, { cutOff: plan.weather.cutOff, verdict }),
        [
          decision.verdict === 'clear'
            ? judged.clear
            : decision.verdict === 'running'
              ? judged.running
              : fill(judged.other, { verdict }),
          ...(sure ? [] : [judged.doubt]),
          ...whyLines(decision, speech),
        ],
        [...decisionFacts(decision, speech), ...hourFacts(plan, speech)],
      );
    }
    case 'hotline': {
      const { ring, ask, record, seen } = words.hotline;
      const hotline = plan.hotlines.find(({ installation }) => milestone.id === `hotline-${installation}`);
      const values = { name: hotline?.name ?? '', number: hotline?.number ?? '' };
      return mail('info', fill(ring, values), [
        fill(ask, values),
        record,
        ...(decision === undefined
          ? []
          : [fill(seen, { verdict: words.verdict[decision.verdict] ?? decision.verdict })]),
        ...whyLines(decision, speech, 1),
      ]);
    }
    case 'last-call': {
      const { start } = planHours(plan);
      return mail('bad', words.lastCall.subject, [
        ...words.lastCall.lines.map((line) => fill(line, { start })),
        ...whyLines(decision, speech),
      ]);
    }
    case 'restore-check':
      return mail(...restoreCheck(telling));
    default:
      return undefined;
  }
}

/** The reminder of a deadline: its id says which deadline, and how many days before. */
function reminderTexts({ id, title }: Milestone, { plan, speech }: MailData): [string, string[]] {
  const { words, fill } = speech;
  const source = fill(words.source, { source: plan.source });
  const [, row, days] = /^reminder-(\d+)-(\d+)$/.exec(id) ?? [];
  const deadline = plan.deadlines[Number(row) - 1];
  if (deadline === undefined) return [title, [title, source]];
  const { what, date } = deadline;
  const n = Number(days);
  return [
    fill(n === 0 ? words.reminder.last : words.reminder.left, { n, what, date }),
    [fill(words.reminder.line, { weekday: weekdayOf(date, speech), date, what }), source],
  ];
}

/** Who answered the drill: for the organiser, who rings the others. */
function drillTexts({
  drill = [],
  speech,
}: MailData): [PracticeMail['tone'], string, string[], PracticeMail['facts']] {
  const { words, fill } = speech;
  const { resultAll, resultSome, resultLine, ring, answered, silent, notSent, notSentLine } = words.drill;
  if (drill.length === 0) return ['bad', notSent, [notSentLine], []];
  const waiting = drill.filter(({ answeredAt }) => answeredAt === null);
  const values = { done: drill.length - waiting.length, all: drill.length };
  const names = waiting.map(nameOf).join(words.comma);
  return [
    waiting.length === 0 ? 'good' : 'warn',
    fill(waiting.length === 0 ? resultAll : resultSome, values),
    [...(waiting.length === 0 ? [] : [fill(ring, { names })]), resultLine],
    drill.map((row) => ({
      label: nameOf(row),
      value:
        row.answeredAt === null
          ? silent
          : fill(answered, { time: hongKongStamp(row.answeredAt).slice(0, 16), how: row.how }),
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
  speech,
}: MailData): [PracticeMail['tone'], string, string[], PracticeMail['facts']] {
  const { fill, words } = speech;
  const { restore, site } = words;
  const away = choices.filter(({ dataCentre }) => dataCentre !== 'primary');
  const last = plan.parts.findLast(({ dataCentre }) => dataCentre === 'primary');
  const shown = results.filter(({ part }) => part === last?.name);
  const failed = shown.filter(({ outcome }) => outcome !== 'complete');
  const stopped = decision?.verdict === 'cancelled' || decision?.verdict === 'terminated';
  const facts = [
    ...choices.map(({ account, dataCentre }) => ({ label: account, value: site[dataCentre] })),
    ...shown.map(({ account, part, loggedIn, loggedOut, address, trouble }) => ({
      label: `${account}${words.comma}${part}`,
      value: loggedIn
        ? fill(loggedOut ? restore.loggedIn : restore.notOut, { address })
        : fill(restore.noLogin, { why: trouble?.message ?? restore.notTried }),
    })),
  ];
  if (away.length > 0) {
    const accounts = away.map(({ account }) => account).join(words.comma);
    return ['bad', fill(restore.away, { accounts }), [restore.awayLine], facts];
  }
  if (stopped) return ['warn', restore.untested, [restore.untestedLine], facts];
  if (shown.length === 0 || failed.length > 0) return ['bad', restore.failed, [restore.failedLine], facts];
  return ['good', restore.good, [restore.goodLine], facts];
}

function partMail(
  { part, action, reason, because, again, after }: DayOrder & { kind: 'part' },
  { plan, results, speech }: MailData,
): PracticeMail | undefined {
  // Of an account that is tried again, its results tell.
  if (after === 'failure') return undefined;
  const { words, fill } = speech;
  const why = again
    ? [words.begins.again]
    : whyLines({ reasons: [reason], ...(because === undefined ? {} : { because: [because] }) }, speech);
  const index = plan.parts.findIndex(({ name }) => name === part.name) + 1;
  const site = words.site[part.dataCentre];
  const facts = [
    {
      label: words.label.part,
      value: `${part.name}${words.comma}${fill(words.to, { from: part.start, to: part.end })}`,
    },
    { label: words.label.dataCentre, value: site },
    {
      label: words.label.accounts,
      value: plan.accounts.map(({ account }) => account).join(words.comma),
    },
  ];
  if (action === 'begin') {
    const values = { part: part.name, end: part.end, site };
    return {
      id: `part-${index}-begins`,
      tone: 'info',
      subject: fill(words.begins.subject, values),
      lines: [fill(words.begins.line, values), words.begins.todo, ...why],
      facts,
    };
  }
  // What never began is told by the verdict; a part that was still on hold at its end has no other mail.
  if (action === 'skip') return undefined;
  const mine = results.filter((one) => one.part === part.name);
  const done = mine.filter(({ outcome }) => outcome === 'complete').length;
  const all = plan.accounts.length;
  const { ends, stopped, ended, cut, partly } = words.over;
  return {
    id: `part-${index}-${action === 'end' ? 'ends' : 'stopped'}`,
    tone: done === all ? 'good' : 'bad',
    subject: fill(action === 'end' ? ends : stopped, { part: part.name, done, all }),
    lines: [
      fill(action === 'end' ? ended : cut, { part: part.name }),
      ...mine
        .filter(({ outcome }) => outcome !== 'complete')
        .map((one) => fill(partly, { account: one.account, result: resultText(one, speech) })),
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
  const translator = practiceTranslator(language);
  const { words, fill } = translator;
  const { account, part, outcome, reports, failed, unexpected, downloads } = result;
  const whole = outcome === 'complete';
  const text = resultText(result, translator);
  const values = { part, account, n: reports.length, date: plan.reportsOf, result: text };
  const { result: said } = words;
  const minutes = retryMs / 60_000;
  const end = plan.parts.find(({ name }) => name === part)?.end ?? '';
  return {
    id: `${again ? 'again' : 'result'}-${slug(part)}-${slug(account)}`,
    tone: whole ? 'good' : 'bad',
    subject: fill(whole ? (downloads ? said.whole : said.checked) : said.partly, values),
    lines: [
      fill(whole ? (downloads ? said.wholeLine : said.checkedLine) : said.partlyLine, values),
      ...(again ? [fill(said.again, { minutes, end })] : []),
      ...failed.map((one) => fill(said.lost, { path: one.path, message: faultWords(one, language) })),
      ...unexpected.map((path) => fill(said.other, { path, date: plan.reportsOf })),
      ...englishOf(result, translator),
    ],
    facts: [
      {
        label: words.label.account,
        value: `${account}${words.comma}${installations[result.installation].title}`,
      },
      {
        label: words.label.site,
        value: `${words.site[result.dataCentre]}${words.comma}${result.address || said.silent}`,
      },
      {
        label: words.label.time,
        value: fill(words.hongKong, {
          time: fill(words.to, {
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

/** The sentences of what failed, where the mail told it in another language. */
function englishOf({ failed, trouble }: PartResult, { language, words }: PracticeTranslator): string[] {
  if (language === 'en') return [];
  const faults = trouble === undefined ? failed : [trouble, ...failed];
  const told = faults.filter((one) => faultWords(one, language) !== one.message);
  return told.length === 0 ? [] : [words.details, ...new Set(told.map(({ message }) => message))];
}

/** The outcome of a part for one account in a few words. */
export function resultText(
  { outcome, failed, trouble, reports }: PartResult,
  { language, words, fill }: PracticeTranslator = practiceTranslator('en'),
): string {
  const { complete, stopped, nothing, missing } = words.result;
  switch (outcome) {
    case 'complete':
      return complete;
    case 'stopped':
      return fill(stopped, { n: reports.length });
    case 'not-done':
      return trouble === undefined ? nothing : faultWords(trouble, language);
    case 'incomplete':
      return trouble === undefined ? fill(missing, { n: failed.length }) : faultWords(trouble, language);
  }
}

/** An account that had to be put back, because its switch had run out. */
export function expiredMail(
  { account, until, by }: { account: string; until: number; by: string },
  language: Language = 'en',
): PracticeMail {
  const { words, fill } = practiceTranslator(language);
  return {
    id: `expired-${account.toLowerCase()}-${until}`,
    tone: 'bad',
    subject: fill(words.expired.subject, { account }),
    lines: [fill(words.expired.line, { account, by })],
    facts: [],
  };
}

/**
 * The reasons of a decision in the reader's language. What an older version decided has them in English only;
 * other languages say so above them.
 * @param most how many, all when left out
 */
export function whyLines(
  decision: Pick<Decision, 'reasons' | 'because'> | undefined,
  { language, words, tell }: PracticeTranslator,
  most?: number,
): string[] {
  if (decision === undefined) return [];
  if (decision.because !== undefined) return decision.because.slice(0, most).map(tell);
  const reasons = decision.reasons.slice(0, most);
  return reasons.length === 0 || language === 'en' ? reasons : [words.details, ...reasons];
}

function decisionFacts(
  { verdict, effectiveAt, trigger, quality }: Decision,
  translator: PracticeTranslator,
): PracticeMail['facts'] {
  const { words, fill } = translator;
  const title = words.verdict[verdict] ?? verdict;
  return [
    {
      label: words.label.verdict,
      value: quality === 'sure' ? title : `${title} (${words.quality[quality]})`,
    },
    ...(effectiveAt === null
      ? []
      : [
          {
            label: words.label.from,
            value: fill(words.hongKong, { time: hongKongStamp(effectiveAt).slice(0, 16) }),
          },
        ]),
    ...(trigger === null ? [] : [{ label: words.label.because, value: triggerText(trigger, translator) }]),
  ];
}

function triggerText({ kind, code, issued }: Trigger, { words, fill, signal }: PracticeTranslator) {
  const time = hongKongStamp(issued).slice(0, 16);
  if (kind === 'word') return `${words.word[code === 'hkex' ? 'hkex' : 'operator']}${words.comma}${time}`;
  return fill(words.because, { signal: signal(code), time });
}

function hourFacts(plan: PracticePlan, { words, fill }: PracticeTranslator): PracticeMail['facts'] {
  return [
    ...plan.parts.map(({ name, start, end, dataCentre }) => ({
      label: name,
      value: fill(words.hours, { start, end, site: words.site[dataCentre] }),
    })),
    ...plan.hotlines.map(({ name, number, from }) => ({
      label: name,
      value: fill(words.number, { number, from }),
    })),
  ];
}

function weekdayOf(date: string, { words }: PracticeTranslator): string {
  return words.weekday[weekdays[dayOfWeek(date) - 1] ?? 'Monday'];
}

/** Under each mail: which data centre every account uses. */
function inUse(choices: readonly ChoiceInUse[], { words, fill }: PracticeTranslator): string {
  const site = (dataCentre: DataCentre) => words.site[dataCentre];
  const each = choices.map(({ account, dataCentre, until }) =>
    until === undefined
      ? `${account} ${site(dataCentre)}`
      : fill(words.inUseUntil, {
          account,
          site: site(dataCentre),
          time: hongKongStamp(until).slice(0, 16),
        }),
  );
  return fill(words.inUse, { each: each.join(words.comma) });
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
  const translator = practiceTranslator(language);
  const { words, fill } = translator;
  const { start, end } = planHours(plan);
  const { lines, facts, reports = [] } = mail;
  const view = {
    title: mail.subject,
    subtitle: fill(words.subtitle, {
      weekday: weekdayOf(plan.date, translator),
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
    label: words.label,
  };
  return {
    subject: fitting(
      fill(words.subject, { date: plan.date, subject: mail.subject }),
      fill(words.shortSubject, { subject: mail.subject }),
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
  const translator = practiceTranslator(language);
  const accounts = plan.accounts.map(({ account }) => account);
  const footer = [
    inUse(await dataCentreChoices(ledger, accounts), translator),
    `${plan.title} (${plan.source})`,
    translator.words.written,
  ];
  return ledger.mails.queueMail({
    eventKey: `practice:${plan.date}:${mail.id}:${groupKey(groups)}`,
    kind: mail.tone === 'bad' ? 'alarm' : 'notice',
    run: practiceRun(plan.date),
    to: recipientsOf(contacts, groups),
    ...renderMail(plan, mail, footer, language, contacts.desk),
    domain: domainOf(contacts.smtp.from.address),
  });
}

/** What the contacts are told of a session: which orders and results become mails, and their words. */
import { type ContactsConfig, domainOf, recipientsOf } from '../contacts/config.ts';
import { subject as subjectLine } from '../contacts/escape.ts';
import { renderHtml, renderText } from '../contacts/render.ts';
import { wordsOf } from '../contacts/words/index.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { hongKongStamp, hongKongTime } from '../time/hong-kong.ts';
import type { Decision } from '../weather/decide.ts';
import { installations } from '../words/installations.ts';
import { practiceRun, slug } from './books.ts';
import type { DayOrder } from './day.ts';
import { mailHtml, mailText } from './mail-template.ts';
import { type PracticePart, type PracticePlan, planHours } from './plan.ts';
import type { PartResult } from './results.ts';
import { type ChoiceInUse, dataCentreChoices, dataCentreFooter } from './switch.ts';
import type { Milestone } from './timeline.ts';

export interface PracticeMail {
  /** Unique in its session: the same mail is never sent twice. */
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
}

/** The mail of an order; undefined when nobody needs to be told. */
export function mailOf(order: DayOrder, context: MailContext): PracticeMail | undefined {
  switch (order.kind) {
    case 'verdict':
      return verdictMail(order.decision);
    case 'milestone':
      return order.outcome === 'dropped' ? undefined : milestoneMail(order.milestone, order.outcome, context);
    case 'part':
      return partMail(order.part, order.action, order.reason, context);
    case 'data-centre':
      return undefined;
  }
}

/** Verdicts that people must hear of at once; a clear morning is told by its milestone. */
function verdictMail(decision: Decision): PracticeMail | undefined {
  const { verdict, effectiveAt, trigger, reasons, moot } = decision;
  const time = effectiveAt === null ? '' : hongKongTime(effectiveAt);
  const facts = decisionFacts(decision);
  switch (verdict) {
    case 'cancelled':
      return {
        id: 'cancelled',
        tone: 'bad',
        subject: `CANCELLED from ${time}`,
        lines: ['The practice session is cancelled and not resumed today.', ...reasons],
        facts,
      };
    case 'terminating':
      return {
        id: `terminating-${slug(time)}`,
        tone: 'bad',
        subject: moot ? 'Signal near the end: runs to its end' : `Ends at ${time}`,
        lines: [
          moot
            ? 'A signal was issued so late that the session runs to its end.'
            : `The practice session is terminated at ${time}. Work under way is stopped then.`,
          ...reasons,
        ],
        facts,
      };
    case 'terminated':
      return {
        id: 'terminated',
        tone: 'bad',
        subject: `TERMINATED at ${time}`,
        lines: ['The practice session is over. No part begins any more.', ...reasons],
        facts,
      };
    case 'hold':
      return {
        id: `hold-${slug(hongKongTime(decision.at))}`,
        tone: 'warn',
        subject: 'HOLD: a person must decide',
        lines: ['What the weather does is not known well enough. Nothing begins by itself.', ...reasons],
        facts,
      };
    case 'running':
      return trigger === null
        ? undefined
        : {
            id: `goes-on-${slug(trigger.code)}-${slug(hongKongTime(trigger.issued))}`,
            tone: 'warn',
            subject: 'Black Rainstorm Warning: the session goes on',
            lines: reasons,
            facts,
          };
    default:
      return undefined;
  }
}

function milestoneMail(
  milestone: Milestone,
  outcome: 'due' | 'missed',
  context: MailContext,
): PracticeMail | undefined {
  const { plan, decision } = context;
  const mail = (tone: PracticeMail['tone'], subject: string, lines: string[], facts = hourFacts(plan)) => ({
    id: milestone.id,
    tone,
    subject,
    lines:
      outcome === 'missed' ? [`Told late: it was due at ${hongKongTime(milestone.at)}.`, ...lines] : lines,
    facts,
  });
  switch (milestone.kind) {
    case 'reminder':
      return mail('info', milestone.title, [milestone.title, `Source: ${plan.source}.`]);
    case 'weather-watch':
      return mail('info', 'Weather watch begins', [
        `The weather is watched every minute until the session ends. The first verdict comes five minutes after the cut-off ${plan.weather.cutOff}.`,
        'Please be reachable today by mail and telephone: HKEX uses the contacts you registered.',
      ]);
    case 'weather-verdict':
      // A cancellation has told itself.
      if (decision === undefined || decision.verdict === 'cancelled' || decision.verdict === 'hold') return;
      return mail(
        decision.quality === 'sure' ? 'good' : 'warn',
        `Weather verdict of ${plan.weather.cutOff}: ${decision.verdict}`,
        [
          decision.verdict === 'clear'
            ? 'Nothing in the weather speaks against the session. The watch goes on until it ends.'
            : 'The verdict is not clear.',
          ...decision.reasons,
        ],
        [...decisionFacts(decision), ...hourFacts(plan)],
      );
    case 'hotline':
      return mail('info', milestone.title, [
        `${milestone.title} Record the answer with your name: it counts more than any feed.`,
        ...(decision === undefined
          ? []
          : [`What we see: ${decision.verdict}. ${decision.reasons[0] ?? ''}`.trim()]),
      ]);
    case 'last-call':
      return mail('bad', 'Last call: still on hold', [
        milestone.title,
        ...(decision?.reasons ?? []),
        'Ring the hotline and record the answer, or the session does not begin.',
      ]);
    case 'restore-check':
      return mail(...restoreCheck(context));
    default:
      return undefined;
  }
}

function restoreCheck({
  plan,
  decision,
  choices,
  results,
}: MailContext): [PracticeMail['tone'], string, string[], PracticeMail['facts']] {
  const away = choices.filter(({ dataCentre }) => dataCentre !== 'primary');
  const last = plan.parts.findLast(({ dataCentre }) => dataCentre === 'primary');
  const shown = results.filter(({ part }) => part === last?.name);
  const failed = shown.filter(({ outcome }) => outcome !== 'complete');
  const stopped = decision?.verdict === 'cancelled' || decision?.verdict === 'terminated';
  const facts = [
    ...choices.map(({ account, dataCentre }) => ({ label: account, value: `${dataCentre} data centre` })),
    ...shown.map((one) => ({
      label: `${one.account}, ${one.part}`,
      value: one.loggedIn
        ? `logged in at ${one.address}${one.loggedOut ? ' and out again' : ', but not out'}`
        : `no log-in: ${one.trouble?.message ?? 'not tried'}`,
    })),
  ];
  if (away.length > 0) {
    const names = away.map(({ account }) => account).join(', ');
    return [
      'bad',
      `ALARM: ${names} still at the secondary data centre`,
      ['Switch back to the primary data centre before the next business day.'],
      facts,
    ];
  }
  if (stopped) {
    return [
      'warn',
      'Restore check: all accounts are back at the primary',
      [
        'Every account uses the primary addresses again. After a cancellation or termination this is not tested with a log-in; the next daily run is the first.',
      ],
      facts,
    ];
  }
  if (shown.length === 0 || failed.length > 0) {
    return [
      'bad',
      'Restore check: the primary was not reached by all',
      ['Every account uses the primary addresses, but not every log-in there succeeded. Look at it today.'],
      facts,
    ];
  }
  return [
    'good',
    'Restore check: all accounts are back at the primary',
    ['Every account uses the primary addresses again, and logged in and out there.'],
    facts,
  ];
}

function partMail(
  part: PracticePart,
  action: 'begin' | 'end' | 'stop' | 'skip',
  reason: string,
  { plan, results }: MailContext,
): PracticeMail | undefined {
  const index = plan.parts.findIndex(({ name }) => name === part.name) + 1;
  const facts = [
    { label: 'Part', value: `${part.name}, ${part.start} to ${part.end}` },
    { label: 'Data centre', value: part.dataCentre },
    { label: 'Accounts', value: plan.accounts.map(({ account }) => account).join(', ') },
  ];
  if (action === 'begin') {
    return {
      id: `part-${index}-begins`,
      tone: 'info',
      subject: `${part.name} begins at the ${part.dataCentre} data centre`,
      lines: [`${part.name} begins. ${reason}`],
      facts,
    };
  }
  // What never began is told by the verdict; a part that was still on hold at its end has no other mail.
  if (action === 'skip') return undefined;
  const mine = results.filter((one) => one.part === part.name);
  const complete = mine.filter(({ outcome }) => outcome === 'complete').length;
  const whole = complete === plan.accounts.length;
  return {
    id: `part-${index}-${action === 'end' ? 'ends' : 'stopped'}`,
    tone: whole ? 'good' : 'bad',
    subject: `${part.name} ${action === 'end' ? 'ends' : 'was stopped'}: ${complete} of ${plan.accounts.length} accounts complete`,
    lines: [
      action === 'end' ? `${part.name} has ended as planned.` : `${part.name} was stopped. ${reason}`,
      ...mine
        .filter(({ outcome }) => outcome !== 'complete')
        .map((one) => `${one.account}: ${resultText(one)}`),
    ],
    facts,
  };
}

/** The result of a part for one account, report by report. */
export function resultMail(plan: PracticePlan, result: PartResult): PracticeMail {
  const { account, part, outcome, reports, failed, unexpected, downloads } = result;
  const whole = outcome === 'complete';
  const what = downloads ? `${reports.length} reports` : 'log-in and log-out';
  return {
    id: `result-${slug(part)}-${slug(account)}`,
    tone: whole ? 'good' : 'bad',
    subject: `${part}, ${account}: ${whole ? `${what} done` : resultText(result)}`,
    lines: [
      whole && downloads
        ? `Every report that was listed is here, whole and proved: ${reports.length} reports of ${plan.reportsOf}.`
        : whole
          ? 'Logged in and out.'
          : `Not complete: ${resultText(result)}`,
      ...failed.map((one) => `Not obtained: ${one.path} (${one.message})`),
      ...unexpected.map((one) => `Not of ${plan.reportsOf}: ${one}`),
    ],
    facts: [
      { label: 'Account', value: `${account}, ${installations[result.installation].title}` },
      {
        label: 'Site',
        value: `${result.dataCentre} data centre, ${result.address || 'no address answered'}`,
      },
      {
        label: 'Time',
        value: `${hongKongTime(result.startedAt)} to ${hongKongTime(result.finishedAt)} Hong Kong time`,
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

export function resultText({ outcome, failed, trouble, reports }: PartResult): string {
  switch (outcome) {
    case 'complete':
      return 'complete';
    case 'stopped':
      return `stopped with ${reports.length} reports obtained`;
    case 'not-done':
      return trouble?.message ?? 'nothing was done';
    case 'incomplete':
      return trouble?.message ?? `${failed.length} reports not obtained`;
  }
}

function decisionFacts({ verdict, effectiveAt, trigger, quality }: Decision): PracticeMail['facts'] {
  return [
    { label: 'Verdict', value: quality === 'sure' ? verdict : `${verdict} (${quality})` },
    ...(effectiveAt === null
      ? []
      : [{ label: 'From', value: `${hongKongStamp(effectiveAt).slice(0, 16)} Hong Kong time` }]),
    ...(trigger === null
      ? []
      : [{ label: 'Because of', value: `${trigger.code}, ${hongKongStamp(trigger.issued).slice(0, 16)}` }]),
  ];
}

function hourFacts(plan: PracticePlan): PracticeMail['facts'] {
  return [
    ...plan.parts.map(({ name, start, end, dataCentre }) => ({
      label: name,
      value: `${start} to ${end}, ${dataCentre} data centre`,
    })),
    ...plan.hotlines.map(({ name, number, from }) => ({ label: name, value: `${number}, from ${from}` })),
  ];
}

export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

/** @param footer lines under the mail: the data centre in use, and whence the mail comes */
export function renderMail(plan: PracticePlan, mail: PracticeMail, footer: readonly string[]): RenderedMail {
  const { start, end } = planHours(plan);
  const { lines, facts, reports = [] } = mail;
  const view = {
    title: mail.subject,
    subtitle: `Practice session, ${plan.weekday} ${plan.date}, ${start} to ${end}`,
    colour: colours[mail.tone],
    footer: [...footer],
    lines,
    facts,
    reports,
    hasFacts: facts.length > 0,
    hasReports: reports.length > 0,
  };
  return {
    subject: subjectLine(`Practice session ${plan.date}: ${mail.subject}`),
    text: renderText(mailText, view, wordsOf.en),
    html: renderHtml(mailHtml, view, wordsOf.en),
  };
}

/**
 * Queues a mail of a session, once.
 * @param groups of contacts; none means everybody
 * @throws RapError MAIL_CONFIG when nobody would get it
 */
export async function queuePracticeMail(
  ledger: Ledger,
  contacts: ContactsConfig,
  plan: PracticePlan,
  mail: PracticeMail,
  groups: readonly string[] = [],
): Promise<{ id: number; messageId: string; fresh: boolean }> {
  const accounts = plan.accounts.map(({ account }) => account);
  const footer = [
    dataCentreFooter(await dataCentreChoices(ledger, accounts)),
    `${plan.title} (${plan.source})`,
    'Written by RAP Ops.',
  ];
  return ledger.queueMail({
    eventKey: `practice:${plan.date}:${mail.id}`,
    kind: mail.tone === 'bad' ? 'alarm' : 'notice',
    run: practiceRun(plan.date),
    to: recipientsOf(contacts, groups),
    ...renderMail(plan, mail, footer),
    domain: domainOf(contacts.smtp.from.address),
  });
}

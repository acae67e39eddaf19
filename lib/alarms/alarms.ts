/**
 * From the first sight of a fault to its end: who is told, who is reminded, when it rests, when it is over.
 * A fault that is met again and again is one alarm with one mail; a critical one is repeated to more and more
 * people until somebody acknowledges it; an acknowledgement runs out, so that a fault that lasts comes back.
 */
import { codes, type ErrorCode, errorCodes, policyOf } from '../errors/codes.ts';
import type { AlarmNotice, AlarmRecord, AlarmStep, Ledger, NewMail, RunFacts } from '../ledger/ledger.ts';
import { LONGEST_REST } from '../ledger/records/alarms.ts';
import { type Alarm, type Amendment, renderAlarm } from '../mail/alarm-mail.ts';
import { type ContactsConfig, domainOf, groupsInReach, hasGroups, recipientsOf } from '../mail/config.ts';
import { dataCentreLine } from '../mail/footer.ts';
import { mutedBy, type PlannedWindow, windowsNow } from '../mail/maintenance.ts';
import { groupKey, type Queued } from '../mail/queued.ts';
import { atLevel } from '../mail/rate-limit.ts';
import { renderRecovery } from '../mail/recovery-mail.ts';
import { levelOf } from '../mail/severity.ts';
import { subjectOf } from '../model/completeness.ts';
import { type AlarmEnd, alarmEnd } from '../model/reasons.ts';
import type { Clock } from '../time/clock.ts';
import { isOver, type Missing, missingOf } from './alarm-end.ts';
import { ALARM_LIFE, mailAlarm, mailPendingAlarms, topicOf } from './alarm-mails.ts';

const HOUR = 3600_000;
/** What ends with its window needs no mail. */
const AFTER_WINDOW = 2 * 60_000;

/**
 * Records a fault and tells it when it is new: the same account, code and subject is one alarm until it is over,
 * whatever its sentence says. An alarm about reports is told again when it touches another report.
 * @param wanted groups it is meant for; see groupsInReach
 * @returns the alarm's last mail; undefined when nobody is to be told: a maintenance window keeps it quiet, other
 * alarms told of it, or it is no fault
 * @throws RapError MAIL_CONFIG when there are no contacts
 */
export async function queueAlarm(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'events' | 'mails'>,
  config: ContactsConfig,
  alarm: Alarm,
  wanted: readonly string[],
): Promise<Queued | undefined> {
  const groups = groupsInReach(config, wanted);
  const to = recipientsOf(config, groups);
  const { account, code, where, subject = '', reports = [], message, cure, run, at, event } = alarm;
  const { earlier = [], replaces, host, ahead = false, ofReport } = alarm;
  const { severity, ends } = policyOf(code);
  if (severity === 'none') return undefined;
  if (ends === 'at once') return queueInformation(ledger, config, alarm, to, groups);
  const context = await alarmContextOf(ledger, config, at, account);
  const fault = {
    ...{ key: keyOf(alarm, groups), level: levelOf(code, 1), account, code, subject, reports },
    ...{
      place: where,
      message,
      cure,
      run,
      groups: [...groups],
      ahead,
      shared: account === '' || isShared(alarm),
    },
    ...(host === undefined ? {} : { host }),
    ...(replaces === undefined ? {} : { replaces }),
    ...(ofReport === undefined ? {} : { ofReport }),
  };
  const tells = event === undefined ? fault : { ...fault, event, earlier };
  const met = await ledger.alarms.recordFault(tells, (record, fresh) =>
    onSight(record, { ...context, reports }, fresh),
  );
  if (met.event !== undefined) return mailAlarm(ledger, config, met.event);
  const { id, muted } = met.alarm;
  await mailPendingAlarms(ledger, config, (one) => one.id === id);
  const last = await ledger.alarms.lastMailOf(id);
  return last && muted === '' ? { ...last, fresh: false } : undefined;
}

/**
 * What makes two faults one alarm. Two contact nodes with other groups have alarms of their own; a share, the ledger
 * and the mail relay are the same for all accounts. Whoever does not say what a fault is about says where it happened.
 */
export function keyOf(
  alarm: Pick<Alarm, 'account' | 'code' | 'where' | 'subject'>,
  groups: readonly string[],
): string {
  const { account, code, where, subject } = alarm;
  return JSON.stringify([isShared(alarm) ? '' : account, code, subject ?? where, groupKey(groups)]);
}

/** Is it about what is the same for all accounts? */
function isShared({ code, subject }: Pick<Alarm, 'code' | 'subject'>): boolean {
  const { scope } = policyOf(code);
  return scope === 'ledger' || scope === 'mail' || (scope === 'destination' && Boolean(subject));
}

/** What is no fault does not last: it is told each time, without reminders and without an end. */
async function queueInformation(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'events' | 'mails'>,
  config: ContactsConfig,
  alarm: Alarm,
  to: string[],
  groups: readonly string[],
): Promise<Queued> {
  const { account, code, subject, run, at, event, amendment } = alarm;
  const footer = [await dataCentreLine(ledger, config, at)];
  const mail: NewMail = {
    eventKey: amendment === undefined ? informationKey(alarm, groups) : amendedKey(amendment, groups),
    ...(event === undefined ? {} : { event }),
    kind: 'notice',
    run,
    to,
    ...renderAlarm(alarm, { language: config.language, footer, desk: config.desk }),
    ...atLevel('information'),
    topic: topicOf(code, account),
    ...common(config, at),
  };
  if (code !== 'SHARE_BACK') return ledger.mails.queueMail(mail);
  // A share that serves again says so itself; its alarm needs no recovery mail of its own.
  const open = await ledger.alarms.openAlarms();
  const over = open.filter((one) => subject && isOfDestination(one) && one.subject === subject);
  const ids = over.map(({ id }) => id);
  return (
    (await ledger.alarms.closeAlarms(ids, alarmEnd('shareServes'), mail)) ?? ledger.mails.queueMail(mail)
  );
}

/** A report of a business date comes once, whenever that is noticed; other news may be the same again another time. */
function informationKey(
  { code, account, where, subject, message, at, event }: Alarm,
  groups: readonly string[],
): string {
  if (event !== undefined) return `news:${JSON.stringify([code, event, groupKey(groups)])}`;
  const once = policyOf(code).scope === 'expectation';
  return `news:${JSON.stringify(once ? [code, account, subject] : [code, account, where, message, at])}`;
}

/** The same whenever it is told and in whose run: a process may tell what another one did not live to see queued. */
function amendedKey({ versionId, share }: Amendment, groups: readonly string[]): string {
  return `amended:${JSON.stringify([versionId, share, groupKey(groups)])}`;
}

/**
 * Sends reminders that are due, and ends or renews alarms whose rest is over.
 * @param others other contacts, which have alarms of their own; an alarm whose groups nobody has any more is everybody's
 */
export async function stepDueAlarms(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'events' | 'openItems'>,
  config: ContactsConfig,
  clock: Clock,
  others: readonly ContactsConfig[] = [],
): Promise<void> {
  const now = clock.now();
  const isOurs = ({ groups }: AlarmRecord) =>
    hasGroups(config, groups) || !others.some((other) => hasGroups(other, groups));
  await mailPendingAlarms(ledger, config, isOurs, false);
  const due = (await ledger.alarms.dueAlarms(now)).filter(isOurs);
  if (due.length === 0) return;
  const context = await alarmContextOf(ledger, config, now);
  for (const alarm of due) {
    // A person may have decided since the last run.
    const [missing] = await missingOf(ledger, [alarm]);
    const waits = missing !== undefined && missing.reports.length > 0;
    const decided = missing !== undefined && missing.about.length > 0 && !waits;
    if (decided) {
      const { footer } = context;
      await end(ledger, config, [missing], {
        why: alarmEnd('everyReport'),
        run: '',
        now,
        footer,
      });
    } else {
      const event = await ledger.alarms.stepAlarm(alarm.id, (record) =>
        onTime(record, { ...context, reports: missing?.reports ?? [] }, waits),
      );
      if (event !== undefined) await mailAlarm(ledger, config, event);
    }
  }
}

/** Ends the alarms that are over by what a run met, and tells those who were told of them. Call it when the run is over,
 * or one of its looks. */
export async function recoverAlarms(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'events' | 'openItems' | 'runs'>,
  config: ContactsConfig,
  facts: RunFacts,
  now: number,
): Promise<void> {
  const { run, trigger } = facts;
  const faults = await ledger.runs.faultsOf(run);
  for (const account of facts.accounts) {
    if (!account.listed) continue;
    const open = await ledger.alarms.openAlarms({ account: account.account });
    const clear = account.outstanding.length === 0;
    const listedAt = trigger === 'look' ? account.listedAt : undefined;
    const sight = { run, complete: account.complete, clear, faults, listedAt };
    const over = (await missingOf(ledger, open)).filter((one) => isOver(one, sight));
    if (over.length === 0) continue;
    const footer = [await dataCentreLine(ledger, config, now, facts.accounts)];
    await end(ledger, config, over, { why: alarmEnd('recovered', { run }), run, now, footer });
  }
}

/**
 * Ends alarms that are over for a reason which no run can see, and tells those who were told of them.
 */
export async function endAlarms(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'events' | 'openItems'>,
  config: ContactsConfig,
  alarms: readonly AlarmRecord[],
  why: AlarmEnd,
  now: number,
): Promise<void> {
  if (alarms.length === 0) return;
  const footer = [await dataCentreLine(ledger, config, now)];
  const over = alarms.map((alarm) => ({ alarm, about: reportOf(alarm), reports: [] }));
  await end(ledger, config, over, { why, run: '', now, footer });
}

/** The report that an alarm of the check of reports was about, and that is here now. */
function reportOf({ ofReport }: AlarmRecord): string[] {
  return ofReport === undefined ? [] : [subjectOf(ofReport)];
}

/** Closes alarms, with one mail for each circle of people who were told of them. */
async function end(
  ledger: Pick<Ledger, 'alarms' | 'events' | 'openItems'>,
  config: ContactsConfig,
  over: readonly Missing[],
  about: { why: AlarmEnd; run: string; now: number; footer: string[] },
): Promise<void> {
  const { why, run, now, footer } = about;
  const { language, desk } = config;
  const account = over[0]?.alarm.account ?? '';
  const ending = new Set(over.map(({ alarm }) => alarm.id));
  await mailPendingAlarms(ledger, config, ({ id }) => ending.has(id));
  const open = await ledger.openItems.openItems(account);
  const told = await Promise.all(
    over.map(async (one) => [one, await ledger.alarms.recipientsOf(one.alarm.id)] as const),
  );
  const lots = Map.groupBy(told, ([, to]) => JSON.stringify(to));
  for (const lot of lots.values()) {
    const alarms = lot.map(([{ alarm }]) => alarm);
    const came = lot.filter(([{ about }]) => about.length > 0).length;
    const to = lot[0]?.[1] ?? [];
    const ids = alarms.map(({ id }) => id);
    const mail: NewMail | undefined =
      to.length === 0
        ? undefined
        : {
            eventKey: `recovery:${ids.join(',')}`,
            kind: 'recovery',
            run,
            to: [...to],
            ...renderRecovery(alarms, { account, came, open, language, desk, footer }),
            // Good news about what was no more than news may wait in a flood, too.
            ...atLevel(alarms.some(({ level }) => level === 'critical') ? 'routine' : 'information'),
            topic: `Recovered · ${account}`,
            ...common(config, now),
          };
    await ledger.alarms.closeAlarms(ids, why, mail);
  }
}

/** What one share may fail with. Until it serves again its fault is met once, however long it lasts. */
const ofDestinations = errorCodes.filter((code) => codes[code].scope === 'destination');

function isOfDestination({ code }: Pick<AlarmRecord, 'code'>): boolean {
  return policyOf(code).scope === 'destination';
}

/** What it takes to decide about an alarm and to write its mail. */
interface AlarmContext {
  config: ContactsConfig;
  now: number;
  windows: readonly PlannedWindow[];
  footer: string[];
  /** The reports that it is about, where it is about some. */
  reports?: readonly string[];
}

async function alarmContextOf(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms'>,
  config: ContactsConfig,
  now: number,
  account = '',
): Promise<AlarmContext> {
  const seen = account === '' ? [] : [{ account, installation: '' as const }];
  const footer = [await dataCentreLine(ledger, config, now, seen)];
  return { config, now, windows: await windowsNow(ledger, config, now), footer };
}

function onSight(alarm: AlarmRecord, context: AlarmContext, fresh: boolean): AlarmStep {
  const { now } = context;
  const level = levelOf(alarm.code, alarm.runs);
  const worse = level === 'critical' && alarm.level !== 'critical';
  const rested = alarm.restUntil !== null && alarm.restUntil <= now;
  const known = alarm.mailedAt !== null || alarm.acknowledgedAt !== null;
  if (!fresh && !worse && !rested && alarm.muted === '') return { change: { level } };
  const window = mutedBy(context.windows, alarm.code, now);
  // The level is that of the last mail, or a fault that grew worse in a window would be told to nobody after it.
  if (window !== undefined) {
    const quiet = { level: known ? alarm.level : level, muted: window.reason };
    // The next run says of a connection whether it is still bad; of a share, which is met once, the clock must.
    const restUntil = window.endsAt + AFTER_WINDOW;
    return { change: isOfDestination(alarm) && !known ? { ...quiet, restUntil } : quiet };
  }
  return notify({ ...alarm, level }, context);
}

/** @param waits is it about reports that are known not to be here? */
function onTime(alarm: AlarmRecord, context: AlarmContext, waits: boolean): AlarmStep {
  const { now, windows } = context;
  const window = mutedBy(windows, alarm.code, now);
  const after = window?.endsAt ?? null;
  if (hasCome(alarm.nextAt, now)) {
    return after === null ? remind(alarm, context) : { change: { nextAt: after } };
  }
  // Meanwhile somebody acknowledged it, or another contacts node reminded.
  if (!hasCome(alarm.restUntil, now)) return {};
  if (after !== null) return { change: { restUntil: after } };
  const { ends } = policyOf(alarm.code);
  if (ends === 'check' || ends === 'host') {
    // It is not met again as long as it lasts; whoever heard of it once need not hear of it every day.
    return isUnanswered(alarm, context) ? notify(alarm, context) : { change: { restUntil: null } };
  }
  const since = Math.max(alarm.acknowledgedAt ?? 0, alarm.mailedAt ?? 0);
  const lasts = alarm.seenAt > since || isOfDestination(alarm) || waits;
  if (lasts || isUnanswered(alarm, context)) return notify(alarm, context);
  const n = Math.round((now - since) / HOUR);
  return { close: alarmEnd('notMet', { n }), change: { restUntil: null } };
}

/** Has a moment come that was reckoned before? One so far ahead was reckoned by a clock that was ahead. */
function hasCome(at: number | null, now: number): boolean {
  return at !== null && (at <= now || at > now + LONGEST_REST);
}

/** A report that has one of these lies in quarantine. */
const inQuarantine: readonly string[] = ['CONTENT_WRONG', 'FOREIGN_REPORT'] satisfies ErrorCode[];

/**
 * How often an alarm is repeated while nobody acknowledges it. About a report that came whole and is not trusted a
 * person decides at leisure, and every digest and morning mail names it until then: one reminder is enough.
 */
function remindersOf({ code, level }: AlarmRecord, { config }: AlarmContext): number {
  const { minutes, reminders } = config.escalation;
  if (level !== 'critical' || minutes <= 0) return 0;
  return inQuarantine.includes(code) ? Math.min(1, reminders) : reminders;
}

/** Is it one that is repeated until somebody acknowledges it? */
function escalates(alarm: AlarmRecord, context: AlarmContext): boolean {
  return remindersOf(alarm, context) > 0;
}

/** All reminders were sent, and nobody said a word. Silence is no answer, whether the fault was met again or not. */
function isUnanswered(alarm: AlarmRecord, context: AlarmContext): boolean {
  return escalates(alarm, context) && (alarm.acknowledgedAt ?? 0) < (alarm.mailedAt ?? 0);
}

/** Tells an alarm from the beginning. */
function notify(alarm: AlarmRecord, context: AlarmContext): AlarmStep {
  const { config, now } = context;
  const { minutes } = config.escalation;
  const goesOn = escalates(alarm, context);
  const round = alarm.round + 1;
  return {
    notice: noticeOf(alarm, `alarm:${alarm.id}:${round}`, recipientsOfAlarm(alarm, config), context),
    standsFor: isOfDestination(alarm) ? ofDestinations : [],
    change: {
      level: alarm.level,
      round,
      reminders: 0,
      mailedAt: now,
      muted: '',
      nextAt: goesOn ? now + minutes * 60_000 : null,
      restUntil: goesOn ? null : now + config.escalation.restHours * HOUR,
    },
  };
}

/** Tells it again, to those who were told and one group more. */
function remind(alarm: AlarmRecord, context: AlarmContext): AlarmStep {
  const { config, now } = context;
  const { minutes, groups, restHours } = config.escalation;
  const of = remindersOf(alarm, context);
  const n = alarm.reminders + 1;
  const further = groups.slice(0, n);
  const to = new Set([
    ...recipientsOfAlarm(alarm, config),
    ...(further.length === 0 ? [] : recipientsOf(config, further)),
  ]);
  const last = n >= of;
  return {
    notice: noticeOf(alarm, `alarm:${alarm.id}:${alarm.round}:reminder ${n}`, [...to], context, { n, of }),
    change: {
      reminders: n,
      mailedAt: now,
      nextAt: last ? null : now + minutes * 60_000,
      restUntil: last ? now + restHours * HOUR : null,
    },
  };
}

/** Groups may have lost their members since the alarm began. */
function recipientsOfAlarm({ groups }: AlarmRecord, config: ContactsConfig): string[] {
  return recipientsOf(config, groupsInReach(config, groups));
}

function noticeOf(
  alarm: AlarmRecord,
  key: string,
  to: string[],
  { footer, reports = [] }: AlarmContext,
  reminder?: { n: number; of: number },
): AlarmNotice {
  const about = { reports: reports.length, report: reports[0] ?? '' };
  return { alarm, key, to, footer, ...about, ...(reminder ? { reminder } : {}) };
}

function common(config: ContactsConfig, now: number) {
  return { domain: domainOf(config.smtp.from.address), deadline: now + ALARM_LIFE };
}

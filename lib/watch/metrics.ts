/** Everything that is counted, as families of figures. What is not known has no figure: an alert on its absence tells. */
import { isOpen, summaryOf } from '../model/completeness.ts';
import type { Family, Sample } from './exposition.ts';
import type { LedgerFigures } from './figures.ts';
import { checkStates, type Health } from './health.ts';
import type { ShareFigures } from './shares.ts';

/** What the process says of itself. Seconds and bytes. */
export interface ProcessFigures {
  version: string;
  /** Seconds since 1970. */
  startedAt: number;
  resident: number;
  /** How late timers came in the last minute or so. */
  loopDelay: { median: number; p99: number; max: number };
}

export interface HeartbeatFigures {
  /** When it was taken last, milliseconds since 1970; null when it never was. */
  lastAt: number | null;
  failures: number;
}

export interface Facts {
  /** Milliseconds since 1970. */
  at: number;
  health: Health;
  /** Does the desk's page of today say that all is well? Undefined where that is not known. */
  well: boolean | undefined;
  process: ProcessFigures;
  /** Name of the process that holds the ledger, for people; undefined when nobody does. */
  holder: string | undefined;
  /** Undefined while it cannot be read here. */
  ledger: LedgerFigures | undefined;
  shares: readonly ShareFigures[];
  /** Room where RAP_HOME lies, bytes; undefined when it is not known. */
  homeFree: number | undefined;
  /** Undefined where none is set up. */
  heartbeat: HeartbeatFigures | undefined;
}

/** The families, always the same ones in the same order. */
export function metricsOf(facts: Facts): Family[] {
  return [
    ...serviceFamilies(facts),
    ...reportFamilies(facts),
    ...accountFamilies(facts),
    ...queueFamilies(facts),
    ...placeFamilies(facts),
    ...processFamilies(facts),
  ];
}

const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
  ...{ name, help, type: 'gauge', samples },
});
const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({
  ...{ name, help, type: 'counter', samples },
});
const one = (value: number | undefined): Sample[] => (value === undefined ? [] : [{ value }]);
/** Milliseconds since 1970 as Prometheus has them; what never was, was in 1970. */
const moment = (ms: number | null): number => (ms ?? 0) / 1000;

function serviceFamilies({ health, well, holder }: Facts): Family[] {
  const { ready, checks } = health;
  return [
    gauge('rap_ready', '1 when the service is ready: every check is ok.', one(Number(ready))),
    gauge(
      'rap_all_well',
      '1 when the desk says that all is well - each report of today on its share, and nothing else to look at -, 0 when not.',
      one(well === undefined ? undefined : Number(well)),
    ),
    gauge(
      'rap_check',
      'The checks of /rap-ops/health: 1 for the state a check is in, 0 for the others.',
      checks.flatMap(({ name, state }) =>
        checkStates.map((each) => ({ labels: { check: name, state: each }, value: Number(each === state) })),
      ),
    ),
    gauge(
      'rap_check_since_timestamp_seconds',
      'When the check came into the state it is in.',
      checks.map(({ name, since }) => ({ labels: { check: name }, value: moment(since) })),
    ),
    gauge(
      'rap_lease_holder_info',
      '1, with the process that is in charge of RAP_HOME; no figure when none is.',
      holder === undefined ? [] : [{ labels: { holder }, value: 1 }],
    ),
  ];
}

const loudest = ['missing', 'unknown', 'late', 'at-risk', 'due', 'received'];

/** States that alert rules ask for come first. */
function calmness(state: string): number {
  const at = loudest.indexOf(state);
  return at < 0 ? loudest.length : at;
}

function reportFamilies({ ledger, at }: Facts): Family[] {
  const checks = ledger?.checks ?? [];
  const late = (account: { found: LedgerFigures['checks'][number]['found'] }) =>
    account.found.reports
      .filter((report) => isOpen(report) && report.lateAfter !== null)
      .reduce((most, { lateAfter }) => Math.max(most, at / 1000 - (lateAfter ?? 0)), 0);
  return [
    gauge(
      'rap_reports',
      'Reports of the dates that the check of reports is about, by state: received, on-share, due, at-risk, late, missing, unknown ...',
      checks
        .flatMap(({ account, found }) =>
          [...Map.groupBy(found.reports, ({ system, state }) => JSON.stringify([system, state]))].map(
            ([key, reports]) => {
              const [system, state] = JSON.parse(key) as [string, string];
              return { labels: { account, system, state }, value: reports.length };
            },
          ),
        )
        // A family that has more figures than it may is cut at its end.
        .sort((one, other) => calmness(one.labels.state) - calmness(other.labels.state)),
    ),
    gauge(
      'rap_reports_complete',
      '1 when all that was to be due by then was here, and it could be said.',
      checks.map(({ account, found }) => ({
        labels: { account },
        value: Number(summaryOf(found).complete),
      })),
    ),
    gauge(
      'rap_reports_overdue_seconds',
      'For how long the report that is late for longest has been late; 0 when none is.',
      checks.map(({ account, found }) => ({ labels: { account }, value: late({ found }) })),
    ),
    gauge(
      'rap_reports_checked_timestamp_seconds',
      'When the reports of the account were checked last: the figures above are of that moment.',
      checks.map(({ account, at: checked }) => ({ labels: { account }, value: moment(checked) })),
    ),
  ];
}

function accountFamilies({ ledger }: Facts): Family[] {
  const accounts = ledger?.accounts ?? [];
  const received = ledger?.received ?? [];
  return [
    gauge(
      'rap_last_good_run_timestamp_seconds',
      'When the account was listed last, whole, in a run that met no fault of it; 0 when it never was.',
      accounts.map(({ account, goodRun }) => ({ labels: { account }, value: moment(goodRun) })),
    ),
    gauge(
      'rap_last_good_look_timestamp_seconds',
      'When all folders of the account could be looked into last; 0 when they never could.',
      accounts.map(({ account, goodLook }) => ({ labels: { account }, value: moment(goodLook) })),
    ),
    gauge(
      'rap_login_locked',
      '1 when a refused login has locked the account until a person unlocks it.',
      accounts.map(({ account, locked }) => ({ labels: { account }, value: Number(locked) })),
    ),
    gauge(
      'rap_key_since_timestamp_seconds',
      'Since when the account logs in with the SSH key it has.',
      accounts.flatMap(({ account, keySince }) =>
        keySince === null ? [] : [{ labels: { account }, value: moment(keySince) }],
      ),
    ),
    counter(
      'rap_received_reports_total',
      'Copies of reports that were received since the process began.',
      received.map(({ account, reports }) => ({ labels: { account }, value: reports })),
    ),
    counter(
      'rap_received_bytes_total',
      'Bytes of these.',
      received.map(({ account, bytes }) => ({ labels: { account }, value: bytes })),
    ),
  ];
}

function queueFamilies({ ledger, at }: Facts): Family[] {
  const age = (since: number | null) => (since === null ? 0 : Math.max(0, (at - since) / 1000));
  const mails = ledger?.mails;
  const open = ledger?.open ?? [];
  return [
    gauge('rap_mails_waiting', 'Mails that wait for the relay.', one(mails?.count)),
    gauge(
      'rap_mail_oldest_seconds',
      'For how long the mail has waited that has waited longest; 0 when none waits.',
      one(mails && age(mails.oldest)),
    ),
    gauge(
      'rap_mails_not_delivered',
      'Mails of the last four days that did not reach everybody.',
      one(mails?.refused),
    ),
    gauge(
      'rap_open_reports',
      'What was seen at RAP and is not here: outstanding, in quarantine, or refused for its name.',
      open.map(({ account, kind, count }) => ({ labels: { account, kind }, value: count })),
    ),
    gauge(
      'rap_open_reports_oldest_seconds',
      'For how long the one of them has waited that has waited longest.',
      open.map(({ account, kind, oldest }) => ({ labels: { account, kind }, value: age(oldest) })),
    ),
    gauge(
      'rap_alarms_open',
      'Open alarms by level, and whether somebody has acknowledged them.',
      ledger === undefined
        ? []
        : (['critical', 'information', 'routine'] as const).flatMap((level) =>
            [true, false].map((acknowledged) => ({
              labels: { level, acknowledged: acknowledged ? 'yes' : 'no' },
              value: ledger.alarms
                .filter((alarm) => alarm.level === level && alarm.acknowledged === acknowledged)
                .reduce((sum, { count }) => sum + count, 0),
            })),
          ),
    ),
    gauge(
      'rap_alarms_open_by_code',
      'Open alarms by the code of the fault, each of which has its part in the runbook.',
      byCode(ledger?.alarms ?? []),
    ),
  ];
}

function byCode(alarms: LedgerFigures['alarms']): Sample[] {
  return [...Map.groupBy(alarms, ({ code }) => code)].sort(byName).map(([code, some]) => ({
    labels: { code },
    value: some.reduce((sum, { count }) => sum + count, 0),
  }));
}

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;

function placeFamilies({ shares, homeFree }: Facts): Family[] {
  return [
    gauge(
      'rap_share_answers',
      '1 when the share that was met at this folder answers there, 0 when not; no figure while nobody knows.',
      shares.flatMap(({ root, answers }) =>
        answers === undefined ? [] : [{ labels: { share: root }, value: Number(answers) }],
      ),
    ),
    gauge(
      'rap_share_free_bytes',
      'Bytes that may still be written to the share.',
      shares.flatMap(({ root, free }) =>
        free === undefined ? [] : [{ labels: { share: root }, value: free }],
      ),
    ),
    gauge('rap_home_free_bytes', 'Bytes that may still be written where RAP_HOME lies.', one(homeFree)),
  ];
}

function processFamilies({ process, heartbeat }: Facts): Family[] {
  const { median, p99, max } = process.loopDelay;
  return [
    {
      name: 'rap_event_loop_delay_seconds',
      help: 'How late timers of the process came in the last minute: its median, 99th percentile and longest.',
      type: 'summary',
      samples: Object.entries({ 0.5: median, 0.99: p99, 1: max }).map(([quantile, value]) => ({
        labels: { quantile },
        value,
      })),
    },
    gauge('rap_process_start_time_seconds', 'When the process began.', one(process.startedAt)),
    gauge('rap_process_resident_bytes', 'Memory of the process.', one(process.resident)),
    gauge(
      'rap_heartbeat_last_timestamp_seconds',
      'When the heartbeat out was taken last; 0 when it never was. No figure where none is set up.',
      heartbeat === undefined ? [] : one(moment(heartbeat.lastAt)),
    ),
    gauge(
      'rap_heartbeat_failures',
      'Heartbeats out that were not taken, one after another.',
      one(heartbeat?.failures),
    ),
    gauge('rap_build_info', '1, with the release.', [{ labels: { version: process.version }, value: 1 }]),
  ];
}

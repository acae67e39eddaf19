/**
 * The alarms as JSON for scripts of a site: what is open, who knows, what was seen at RAP and is not here, and what a
 * look inside found; and the acts upon them. People use the page of the desk.
 */
import type { NodeAPI } from 'node-red';
import { acknowledge } from '../../lib/alarms/acknowledge.ts';
import { closeReport } from '../../lib/collection/close.ts';
import { whyOutstanding } from '../../lib/collection/outstanding.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { AlarmRecord, Ledger } from '../../lib/ledger/ledger.ts';
import { acknowledgedUntil } from '../../lib/mail/alarm-mail.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { saidIn } from '../runtime/bounds.ts';
import { serveOpsData } from '../runtime/ops-data.ts';
import { clockOf } from '../runtime/runtime.ts';

/** More would not be read, and an alarm acknowledged makes room. */
const MOST_SHOWN = 200;

/** @param restHours how long an acknowledgement counts */
export function serveAlarms(RED: NodeAPI, restHours: () => number): void {
  const clock = clockOf(RED);
  serveOpsData<'alarmList' | 'alarms' | 'findings' | 'openLists' | 'outstanding'>(
    RED,
    '/rap-ops/alarms',
    async (ledger, _body, login) => {
      const alarms = await ledger.alarmList.loudestAlarms(MOST_SHOWN);
      return {
        login,
        hours: restHours(),
        total: await ledger.alarmList.openCount(),
        alarms: alarms.map((alarm) => shown(alarm, clock.now())),
        ...(await shownOutstanding(ledger)),
        ...(await shownFindings(ledger, clock.now())),
      };
    },
    {
      close: async (ledger, body, login) => {
        const by = personOf(body, login);
        const id = Number(body.report);
        const report = Number.isSafeInteger(id) ? await ledger.openLists.outstandingReport(id) : undefined;
        const reason = saidIn(body.why);
        if (report === undefined) throw new RapError('USAGE', 'It is not outstanding any more');
        await closeReport(ledger, report, { by, reason });
        return { said: `${report.path}: ${by}` };
      },
      acknowledge: async (ledger, body, login) => {
        const by = personOf(body, login);
        const alarm = Number(body.alarm);
        const { until } = await acknowledge(ledger, clock, { alarm, by, why: saidIn(body.why) }, restHours());
        return { said: `${alarm}: ${by}, ${hongKongStamp(until).slice(0, 16)}` };
      },
    },
  );
}

/** Whoever is logged in stands for it; the name typed is added where it says more. */
function personOf(body: Record<string, unknown>, login: string): string {
  const typed = saidIn(body.by, 80);
  return login === '' || login === typed ? typed : typed === '' ? login : `${typed} (${login})`;
}

/** What was seen at RAP and is not here. About what lies in quarantine, or was refused, the command line decides. */
async function shownOutstanding({ openLists }: Pick<Ledger, 'openLists'>) {
  const { outstanding, quarantine, refused } = await openLists.openCounts();
  const page = { limit: MOST_SHOWN };
  const since = (at: number) => hongKongStamp(at).slice(0, 16);
  const all = [
    ...(await openLists.outstandingPage(page)).map((report) => {
      const { id, account, path, firstSeenAt } = report;
      return { close: id, account, path, why: whyOutstanding(report).message, since: since(firstSeenAt) };
    }),
    ...(await openLists.quarantinePage(page)).map(({ id, account, path, reason, heldAt }) => ({
      ...{ decide: `report-${id}`, account, path, why: reason, since: since(heldAt) },
    })),
    ...(await openLists.refusedPage(page)).map(
      ({ id, account, folder, shown: name, reason, firstSeenAt }) => ({
        ...{ decide: `name-${id}`, account, path: `${folder}/${name}`, why: reason },
        since: since(firstSeenAt),
      }),
    ),
  ];
  return { outstanding: all.slice(0, MOST_SHOWN), totalOutstanding: outstanding + quarantine + refused };
}

/** So far back, milliseconds. */
const RECENT = 3 * 24 * 3600_000;

/** Reports that came with warnings or are in no catalogue, and how many were not checked for which reason. */
async function shownFindings(ledger: Pick<Ledger, 'findings'>, now: number) {
  const { looked, unchecked } = await ledger.findings.countsSince(now - RECENT);
  const told = await ledger.findings.toldSince(now - RECENT, { limit: MOST_SHOWN });
  return {
    found: told.map(({ account, path, receivedAt, finding }) => ({
      ...{ account, path, when: hongKongStamp(receivedAt).slice(0, 16) },
      unrecognised: finding.why === 'unrecognised',
      warnings: finding.warnings,
    })),
    ...{ unchecked, looked },
  };
}

function shown(alarm: AlarmRecord, now: number) {
  const { id, level, account, code, place, message, cure, seen, raisedAt, seenAt, muted } = alarm;
  const stamp = (at: number) => hongKongStamp(at).slice(0, 16);
  const until = acknowledgedUntil(alarm, now);
  return {
    ...{ id, level, account, code, place, message, cure, seen, muted },
    raised: stamp(raisedAt),
    last: stamp(seenAt),
    acknowledged: until === undefined ? null : { by: alarm.acknowledgedBy, until: stamp(until) },
  };
}

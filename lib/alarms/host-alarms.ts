/** Alarms of hosts that share the work: one is gone without a word, or its clock is wrong. For all contacts. */
import { codes } from '../errors/codes.ts';
import { CLOCK_MS } from '../ledger/lease/fair-share.ts';
import type { AlarmRecord, Ledger, Sight } from '../ledger/ledger.ts';
import type { ContactsConfig } from '../mail/config.ts';
import { alarmEnd } from '../model/reasons.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import { endAlarms, queueAlarm } from './alarms.ts';

/** As long as a host is known that nothing is heard of. */
const UNMET_MS = 7 * 86_400_000;

type HostCode = 'HOST_SILENT' | 'HOST_CLOCK';

interface HostFault {
  code: HostCode;
  /** The host's name. */
  subject: string;
  message: string;
}

/** Tells each fault once while it lasts, and ends the alarms of what is over, and of hosts that nobody hears of any more. */
export async function raiseHostAlarms(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'duties' | 'events' | 'mails' | 'openItems'>,
  config: ContactsConfig,
  now: number,
): Promise<void> {
  const faults = hostFaults(await ledger.duties.sight());
  const isOf = (code: string): code is HostCode => code === 'HOST_SILENT' || code === 'HOST_CLOCK';
  const known = new Set(await ledger.duties.knownHosts());
  const open = (await ledger.alarms.openAlarms()).filter(({ code }) => isOf(code));
  const isSame = (a: { code: string; subject: string | null }, b: { code: string; subject: string | null }) =>
    a.code === b.code && a.subject === b.subject;
  const isOver = (alarm: AlarmRecord) => !faults.some((fault) => isSame(fault, alarm));
  const over = open.filter((alarm) => isOver(alarm) && known.has(alarm.subject ?? ''));
  await endAlarms(ledger, config, over, alarmEnd('hostInOrder'), now);
  // Whatever is about a host that was renamed or taken out of service.
  const retired = (await ledger.alarms.openAlarms()).filter((alarm) => {
    const host = isOf(alarm.code) ? (alarm.subject ?? '') : alarm.host;
    return host !== undefined && !known.has(host) && !faults.some((fault) => isSame(fault, alarm));
  });
  await endAlarms(ledger, config, retired, alarmEnd('hostRetired'), now);
  // Of which host one of before hosts were known is, nobody knows: a host that still meets it gives it its name.
  const unmet = (await ledger.alarms.openAlarms({ account: '' })).filter(
    ({ ahead, host, seenAt }) => ahead && host === undefined && now - seenAt > UNMET_MS,
  );
  await endAlarms(ledger, config, unmet, alarmEnd('notMet', { n: UNMET_MS / 3_600_000 }), now);
  for (const fault of faults) {
    if (open.some((alarm) => isSame(fault, alarm))) continue;
    const { cure } = codes[fault.code];
    const alarm = { ...fault, cure, where: 'hosts', run: '', account: '', at: now, host: fault.subject };
    await queueAlarm(ledger, config, alarm, []);
  }
}

/** What is wrong with which hosts. One that left in order is not known any more; one that came back is one host. */
export function hostFaults({ now, hosts }: Sight): HostFault[] {
  const alive = hosts.filter(({ until }) => until > now);
  const silent = hosts.filter(
    ({ host, until }) => until <= now && !alive.some((other) => other.host === host),
  );
  const byName = new Map(silent.map((host) => [host.host, host]));
  return [
    ...[...byName.values()].map(
      ({ host, until }): HostFault => ({
        code: 'HOST_SILENT',
        subject: host,
        message: `Host ${host} says nothing, at the latest since ${hongKongStamp(until)}: the others do its work`,
      }),
    ),
    ...alive
      .filter(({ offset }) => Math.abs(offset) > CLOCK_MS)
      .map(({ host, offset }): HostFault => {
        const seconds = Math.round(Math.abs(offset) / 1000);
        const way = offset > 0 ? 'ahead of' : 'behind';
        return {
          code: 'HOST_CLOCK',
          subject: host,
          message: `The clock of host ${host} is ${seconds} s ${way} that of the database`,
        };
      }),
  ];
}

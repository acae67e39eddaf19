/** When an alarm is over: what the policy table says of its code, compared with what a run met. Plain data only. */
import { policyOf } from '../errors/codes.ts';
import type { AlarmRecord, Ledger, RunFault } from '../ledger/ledger.ts';

/** An alarm, and which of the reports it is about are still not here. */
export interface Missing {
  alarm: AlarmRecord;
  /** All reports it is about, by path at RAP; empty when it is about something else, or they were never written down. */
  about: readonly string[];
  reports: readonly string[];
}

/** What a run says about the alarms of an account that it has listed. */
export interface RunSight {
  run: string;
  /** Was everything of the account listed? */
  complete: boolean;
  /** Is nothing that was seen of it outstanding? */
  clear: boolean;
  /** What the run met, of all its accounts. */
  faults: readonly RunFault[];
  /** When a run that looks several times has listed the account last; left out for others. */
  listedAt?: number | undefined;
}

/** Is an alarm over, after a run that has listed its account? */
export function isOver(
  { alarm, about, reports }: Missing,
  { run, complete, clear, faults, listedAt }: RunSight,
): boolean {
  const { ends, scope } = policyOf(alarm.code);
  // What the check of reports ends, no run does.
  if (ends === 'person' || ends === 'check' || ends === 'host' || ends === 'at once') return false;
  if (about.length > 0) {
    const again = faults.some(({ account, subject }) => account === alarm.account && about.includes(subject));
    return reports.length === 0 && !again;
  }
  // What a run met it cannot end, unless it has looked again since.
  if (alarm.run === run && !(listedAt !== undefined && alarm.seenAt < listedAt)) return false;
  if (faults.some((fault) => isSame(alarm, fault))) return false;
  // Which reports it was about was never written down: they may be among those that did not come.
  if (!clear && (scope === 'report' || scope === 'folder' || scope === 'run')) return false;
  return complete || (ends === 'success' && (scope === 'address' || scope === 'account'));
}

/** Does a fault of a run say that the fault of an alarm lasts? What it is about may not be known of old ones. */
function isSame({ account, code, subject }: AlarmRecord, fault: RunFault): boolean {
  const { scope } = policyOf(code);
  // One share may fail in several ways, and for several accounts; it is well when none of them is met.
  if (scope === 'destination') {
    return (
      policyOf(fault.code).scope === 'destination' &&
      (!subject || !fault.subject || subject === fault.subject)
    );
  }
  return (
    fault.account === account &&
    fault.code === code &&
    (!subject || !fault.subject || subject === fault.subject)
  );
}

/** Which reports alarms wait for: those that neither came nor were closed by a person. */
export async function missingOf(
  ledger: Pick<Ledger, 'alarms' | 'events' | 'openItems'>,
  alarms: readonly AlarmRecord[],
): Promise<Missing[]> {
  const about = await ledger.alarms.reportsOfAlarms(alarms.map(({ id }) => id));
  const open = new Map<string, ReadonlySet<string>>();
  const missing: Missing[] = [];
  for (const alarm of alarms) {
    const all = policyOf(alarm.code).scope === 'destination' ? [] : (about.get(alarm.id) ?? []);
    if (all.length > 0 && !open.has(alarm.account)) {
      open.set(alarm.account, await ledger.openItems.undecidedPaths(alarm.account));
    }
    missing.push({
      alarm,
      about: all,
      reports: all.filter((path) => open.get(alarm.account)?.has(path)),
    });
  }
  return missing;
}

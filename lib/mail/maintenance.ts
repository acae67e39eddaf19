/**
 * Maintenance windows: a practice session, a closure for weather, planned work. A window keeps quiet what it
 * says and nothing more: what the policy table does not call mutable is always told - a full share, a changed host key, a
 * refused login, a ledger in trouble. A window ends by itself.
 */

import { codes, type ErrorCode, errorCodes, type Mutable } from '../errors/codes.ts';
import { RapError } from '../errors/rap-error.ts';
import type { Ledger, MaintenanceWindow } from '../ledger/ledger.ts';
import { LONGEST_WINDOW_DAYS } from '../model/maintenance.ts';
import { hongKongStamp } from '../time/hong-kong.ts';

const of = (kind: Mutable): ErrorCode[] => errorCodes.filter((code) => codes[code].mutable === kind);

/** What a window can keep quiet. */
export const mutable = {
  connection: of('connection'),
  reports: of('reports'),
  shares: of('shares'),
  all: errorCodes.filter((code) => codes[code].mutable !== false),
} as const satisfies Record<Mutable | 'all', readonly ErrorCode[]>;
const kinds = Object.keys(mutable);

/** A window as the settings have it. */
export type PlannedWindow = Pick<MaintenanceWindow, 'beginsAt' | 'endsAt' | 'what' | 'reason'>;

/** The window that keeps this code quiet at a moment, or undefined. */
export function mutedBy(
  windows: readonly PlannedWindow[],
  code: string,
  at: number,
): PlannedWindow | undefined {
  return windows.find(
    ({ beginsAt, endsAt, what }) =>
      beginsAt <= at && at < endsAt && codesOf(what).some((one) => one === code),
  );
}

function codesOf(what: string): readonly ErrorCode[] {
  return Object.hasOwn(mutable, what) ? mutable[what as keyof typeof mutable] : [];
}

/** @returns what is wrong with a window, or undefined */
export function windowFault({ beginsAt, endsAt, what, reason }: PlannedWindow): string | undefined {
  if (!kinds.includes(what)) return `what must be one of ${kinds.join(', ')}`;
  if (reason.trim() === '') return 'reason is empty: say why, the digest tells it';
  if (endsAt <= beginsAt) return 'ends before it begins';
  if (endsAt - beginsAt > LONGEST_WINDOW_DAYS * 86_400_000) {
    return `is longer than ${LONGEST_WINDOW_DAYS} days`;
  }
  return undefined;
}

/**
 * Sets a window from outside the settings, such as from the plan of a practice session. The same key again
 * changes it; set its end to now to end it early.
 * @throws RapError CONFIG_INVALID naming what is wrong
 */
export async function setMaintenance(
  ledger: Pick<Ledger, 'alarms'>,
  window: MaintenanceWindow,
): Promise<void> {
  const fault = windowFault(window);
  if (fault !== undefined) throw new RapError('CONFIG_INVALID', `Maintenance window ${window.key}: ${fault}`);
  await ledger.alarms.setMaintenance(window);
}

/** All windows that have not ended, of the settings and of the ledger. */
export async function windowsNow(
  ledger: Pick<Ledger, 'alarms'>,
  config: { windows: readonly PlannedWindow[] },
  now: number,
): Promise<PlannedWindow[]> {
  const planned = config.windows.filter(({ endsAt }) => endsAt > now);
  return [...planned, ...(await ledger.alarms.maintenanceWindows(now))];
}

/** "2025-06-21 08:00 to 19:00", for people. */
export function windowText({ beginsAt, endsAt }: PlannedWindow): string {
  const [from, until] = [hongKongStamp(beginsAt).slice(0, 16), hongKongStamp(endsAt).slice(0, 16)];
  return `${from} - ${from.slice(0, 10) === until.slice(0, 10) ? until.slice(11) : until}`;
}

/** The alarm that the clock of the machine was set: everything here hangs on the time. */
import { codes } from '../errors/codes.ts';
import type { Ledger, RecordedJump } from '../ledger/ledger.ts';
import type { ContactsConfig } from '../mail/config.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import { queueAlarm } from './alarms.ts';

/** Raises the alarm for each jump that no alarm tells of yet. For all contacts. */
export async function raiseClockAlarms(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'clock' | 'mails'>,
  config: ContactsConfig,
): Promise<void> {
  for (const jump of await ledger.clock.unmailedJumps()) {
    const { noticedAt: at } = jump;
    const { cure } = codes.CLOCK_JUMPED;
    const alarm = { code: 'CLOCK_JUMPED', message: jumpText(jump), cure, where: 'clock', subject: '' };
    await queueAlarm(ledger, config, { ...alarm, run: '', account: '', at }, []);
    await ledger.clock.markJumpMailed(jump.id);
  }
}

/** 'The clock of this machine was put back by 1 h 3 min: from ... to ...'. */
export function jumpText({ jump, noticedAt }: Pick<RecordedJump, 'jump' | 'noticedAt'>): string {
  const way = jump > 0 ? 'was put forward, or the machine slept,' : 'was put back';
  const [from, to] = [noticedAt - jump, noticedAt].map(hongKongStamp);
  return `The clock of this machine ${way} by ${spanText(Math.abs(jump))}: from ${from} to ${to} Hong Kong time`;
}

function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'min'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

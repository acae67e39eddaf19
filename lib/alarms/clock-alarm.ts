/** The alarm that the clock of the machine was set: everything here hangs on the time. */
import { codes } from '../errors/codes.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ContactsConfig } from '../mail/config.ts';
import { consumeEvents } from '../mail/event-consumer.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import { queueAlarm } from './alarms.ts';

/** Raises the alarm for each jump that no alarm tells of yet. For all contacts. */
export function raiseClockAlarms(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'events' | 'mails'>,
  config: ContactsConfig,
): Promise<void> {
  const { cure } = codes.CLOCK_JUMPED;
  return consumeEvents(ledger, {
    ...{ consumer: 'mail', kinds: ['clock jumped'], acknowledges: true },
    act: async (lot) => {
      for (const { id, at, payload } of lot) {
        const message = jumpText(payload.jump, at);
        const alarm = { code: 'CLOCK_JUMPED', message, cure, where: 'clock', subject: '', event: id };
        await queueAlarm(ledger, config, { ...alarm, run: '', account: '', at }, []);
      }
      return [];
    },
  });
}

/** 'The clock of this machine was put back by 1 h 3 min: from ... to ...'. */
export function jumpText(jump: number, noticedAt: number): string {
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

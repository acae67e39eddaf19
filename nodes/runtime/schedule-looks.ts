/** The schedules that are deployed in this process, and when each looked at what is due: who watches the service asks. */
import type { ScheduleLook } from '../../lib/watch/health.ts';

const looks = new Map<string, ScheduleLook>();

export function scheduleDeployed(id: string, name: string): void {
  looks.set(id, { id, name, goodAt: undefined, fault: '' });
}

/** @param at on the monotonic clock; undefined when it could not look, then `fault` says why */
export function scheduleLooked(id: string, at: number | undefined, fault = ''): void {
  const look = looks.get(id);
  if (look !== undefined) looks.set(id, { ...look, goodAt: at ?? look.goodAt, fault, elsewhere: false });
}

/** Another host acts on its due times. */
export function scheduleElsewhere(id: string): void {
  const look = looks.get(id);
  if (look !== undefined) looks.set(id, { ...look, fault: '', elsewhere: true });
}

export function scheduleRemoved(id: string): void {
  looks.delete(id);
}

export function scheduleLooks(): readonly ScheduleLook[] {
  return [...looks.values()];
}

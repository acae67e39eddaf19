/** What a listing is set to. */
import { DEFAULT_SETTLE } from '../../lib/collection/listing.ts';
import { defaultBound } from '../../lib/collection/outstanding.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';
import { saved } from './schema.ts';

export interface ListSettings {
  settleSeconds: number;
  alarmRuns: number;
  alarmMinutes: number;
}

/** @throws RapError CONFIG_INVALID naming the field */
export function readList(config: unknown, lookup: EnvLookup): ListSettings {
  const { settleSeconds, alarmRuns, alarmMinutes } = readSettings(saved, config, lookup);
  return {
    settleSeconds: settleSeconds ?? DEFAULT_SETTLE / 1000,
    alarmRuns: alarmRuns ?? defaultBound.runs,
    alarmMinutes: alarmMinutes ?? defaultBound.age / 60_000,
  };
}

/** What a listing is set to. */
import { z } from 'zod';
import { orEmpty, readMinutes, readSeconds, readWhole, within } from '../../lib/cells/index.ts';
import { cell } from '../../lib/cells/settings.ts';
import { DEFAULT_SETTLE } from '../../lib/collection/listing.ts';
import { defaultBound } from '../../lib/collection/outstanding.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';

const schema = z.object({
  settleSeconds: cell(orEmpty(within(0, 600, readSeconds), DEFAULT_SETTLE / 1000)),
  /** After so many runs, or minutes, a report that does not come is an alarm. */
  alarmRuns: cell(orEmpty(readWhole(1, 1000), defaultBound.runs)),
  alarmMinutes: cell(orEmpty(within(1, 10_080, readMinutes), defaultBound.age / 60_000)),
});

export type ListSettings = z.infer<typeof schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readList(config: unknown, lookup: EnvLookup): ListSettings {
  return readSettings(schema, config, lookup);
}

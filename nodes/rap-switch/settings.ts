/** What a switch of the data centre is set to. */
import { z } from 'zod';
import { orEmpty, type Reader, readMoment, readTime } from '../../lib/cells/index.ts';
import { cell } from '../../lib/cells/settings.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';

/** A time of the day, or a whole moment. */
export const readUntil: Reader<string> = (text) => {
  const time = readTime(text);
  const moment = 'value' in time ? time : readMoment(text);
  return 'fault' in moment && moment.fault.kind === 'moment' ? time : moment;
};

const schema = z.object({
  dataCentre: z.enum(['primary', 'secondary']).default('primary'),
  scope: z.enum(['all', 'one']).default('all'),
  account: z.string().default(''),
  reason: z.string().trim().default(''),
  by: z.string().trim().default(''),
  requireSecond: z.boolean().default(false),
  until: cell(orEmpty(readUntil, '')),
});

export type SwitchSettings = z.infer<typeof schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readSwitch(config: unknown, lookup: EnvLookup): SwitchSettings {
  return readSettings(schema, config, lookup);
}

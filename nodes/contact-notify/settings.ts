/** What a mail node is set to. */
import type { z } from 'zod';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { listOf, readSettings } from '../runtime/settings.ts';
import { saved } from './schema.ts';

export type NotifySettings = Omit<z.infer<typeof saved.schema>, 'groups'> & { groups: string[] };

/** @throws RapError CONFIG_INVALID naming the field */
export function readNotify(config: unknown, lookup: EnvLookup): NotifySettings {
  const { groups, ...settings } = readSettings(saved, config, lookup);
  return { ...settings, groups: listOf(groups) };
}

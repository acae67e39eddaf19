/** What a comparison with the terminal is set to. */
import type { z } from 'zod';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';
import { saved } from './schema.ts';

export type CompareSettings = z.infer<typeof saved.schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readCompare(config: unknown, lookup: EnvLookup): CompareSettings {
  return readSettings(saved, config, lookup);
}

/**
 * A folder for each account is known from the start.
 * @throws RapError CONFIG_INVALID
 */
export function refuseFolder({ daily, folder }: CompareSettings, accounts: number): void {
  if (!daily || folder.includes('{account}') || accounts <= 1) return;
  throw new RapError('CONFIG_INVALID', 'folder: the files of several accounts would lie in one', {
    cure: 'Put {account} into the folder, such as /mnt/terminal/{date}/{account}.',
    details: { field: 'folder' },
  });
}

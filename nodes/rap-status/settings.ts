/** What the node that answers questions is set to. */
import { z } from 'zod';
import { oneLine } from '../../lib/cells/index.ts';
import { cell } from '../../lib/cells/settings.ts';
import { questions } from '../../lib/collection/status-answers.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';

const schema = z.object({
  question: z.enum(questions).default('today'),
  /** A rap-account node; '' for all that are deployed. */
  account: z.string().default(''),
  /** Any part of a report's name, where the message names none. */
  report: cell((typed) => ({ value: oneLine(typed) })),
});

export type StatusSettings = z.infer<typeof schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readStatus(config: unknown, lookup: EnvLookup): StatusSettings {
  return readSettings(schema, config, lookup);
}

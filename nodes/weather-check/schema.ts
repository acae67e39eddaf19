/** What a weather check is set to, as it is saved. */
import * as z from 'zod';
import { fault, orEmpty, plain, readWebAddress } from '../../lib/cells/index.ts';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';
import { about, cell, refuse } from '../../lib/cells/settings.ts';

/** What may be asked; the first decides. */
export const sources = ['warnsum', 'warning-info', 'rss', 'heartbeat', 'press'] as const;

/** Kept as it is typed: the address that is asked is the one that stands in the dialog. */
const web = cell((typed) => {
  const reading = orEmpty(readWebAddress, '')(typed);
  return 'fault' in reading ? reading : { value: plain(typed) };
});

const fields = z.object({
  /** A rap-plan node. */
  plan: z.string(),
  /** The plan's own date, or every day with the hours of the plan. */
  day: z.enum(['plan', 'today']),
  /** Empty for the public ones. */
  feeds: z
    .array(z.object({ source: z.enum(sources), url: web }))
    .transform((rows) => rows.filter(({ url }) => url !== '')),
  /** Send by itself when the verdict changes. */
  tell: z.boolean(),
});

export const saved = {
  schema: fields.superRefine(({ feeds }, context) => {
    if (feeds.length > 0 && !feeds.some(({ source }) => source === 'warnsum'))
      refuse(context, fault('noSummary', '').fault, 'feeds');
  }, about('feeds')),
  migrations: [unsaid({ plan: '', day: 'plan', feeds: [], tell: true })],
} satisfies SavedSettings;

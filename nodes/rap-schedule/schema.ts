/** What a schedule is set to, as it is saved. */
import * as z from 'zod';
import {
  fault,
  orEmpty,
  readMinutes,
  readPattern,
  readSeconds,
  readTimes,
  within,
} from '../../lib/cells/index.ts';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';
import { cell, refuse } from '../../lib/cells/settings.ts';

const shared = {
  calendar: z.enum([
    'none',
    'securities',
    'securities+saturday',
    'derivatives',
    'derivatives-h',
    'derivatives-nh',
  ]),
  catchUp: z.boolean(),
  whileDue: z.boolean(),
  lookSeconds: cell(orEmpty(within(5, 600, readSeconds), 30)),
  leadMinutes: cell(orEmpty(within(0, 120, readMinutes), 5)),
};

const times = z.object({
  mode: z.literal('times'),
  times: z.array(z.object({ time: cell(readTimes) })),
  pattern: z.unknown().optional(),
  ...shared,
});
const pattern = z.object({
  mode: z.literal('pattern'),
  pattern: cell(readPattern),
  times: z.unknown().optional(),
  ...shared,
});

export const saved = {
  /** What belongs to the other mode is kept by the dialog and means nothing. */
  schema: z.discriminatedUnion('mode', [times, pattern]).superRefine((schedule, context) => {
    if (schedule.mode === 'times' && schedule.times.length === 0)
      refuse(context, fault('noTimes', '').fault, 'times');
  }),
  /** Flows of earlier releases go on as they did. */
  migrations: [unsaid({ times: [], catchUp: true, whileDue: false, lookSeconds: '30', leadMinutes: '5' })],
} satisfies SavedSettings;

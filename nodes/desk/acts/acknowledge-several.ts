/** "I know" for several alarms at once: those that stood on the page, and none that came since. */

import { z } from 'zod';
import { acknowledge } from '../../../lib/alarms/acknowledge.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { hongKongStamp } from '../../../lib/time/hong-kong.ts';
import { restHoursOf } from '../../rap-contacts/rap-contacts.ts';
import { act } from './act.ts';

/** As many as a page lists, twice. */
const MOST = 60;

const numbers = z
  .string()
  .max(1000)
  .regex(/^\d{1,15}(,\d{1,15})*$/, 'is no list of numbers')
  .transform((text) => [...new Set(text.split(',').map(Number))])
  .refine((all) => all.length <= MOST && all.every((one) => one > 0 && Number.isSafeInteger(one)), {
    message: `names more than ${MOST} alarms, or none that there can be`,
  });

export const acknowledgeSeveralAct = act({
  name: 'acknowledge-several',
  permission: 'rap-ops.write',
  fields: [
    { name: 'alarms', kind: 'hidden' },
    { name: 'n', kind: 'hidden' },
    { name: 'about', kind: 'hidden' },
  ],
  reason: 'optional',
  schema: z.object({ alarms: numbers }),
  async done({ RED, ledger, clock, by, language }, { alarms, why }) {
    const hours = restHoursOf(RED);
    const over: number[] = [];
    let fault: RapError | undefined;
    let until = clock.now();
    for (const alarm of alarms) {
      try {
        ({ until } = await acknowledge(ledger, clock, { alarm, by, why }, hours));
      } catch (thrown) {
        // One that is over needs nobody any more.
        if (!(thrown instanceof RapError) || thrown.code !== 'USAGE') throw thrown;
        over.push(alarm);
        fault ??= thrown;
      }
    }
    const n = alarms.length - over.length;
    if (n === 0 && fault !== undefined) throw fault;
    const told = t(language, 'acts.acknowledge-several.said.all', {
      until: hongKongStamp(until).slice(0, 16),
      n,
    });
    if (over.length === 0) return { said: told };
    const numbers = over.join(', ');
    return { said: `${told} ${t(language, 'acts.acknowledge-several.said.over', { numbers })}` };
  },
});

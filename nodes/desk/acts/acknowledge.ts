/** "I know": an open alarm is not told again for a while. */

import { z } from 'zod';
import { acknowledge } from '../../../lib/alarms/acknowledge.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { hongKongStamp } from '../../../lib/time/hong-kong.ts';
import { restHoursOf } from '../../rap-contacts/rap-contacts.ts';
import { act } from './act.ts';

export const acknowledgeAct = act({
  name: 'acknowledge',
  permission: 'rap-ops.write',
  fields: [{ name: 'alarm', kind: 'hidden' }],
  reason: 'optional',
  schema: z.object({ alarm: z.coerce.number().int().positive() }),
  async done({ RED, ledger, clock, by, language }, { alarm, why }) {
    const { until } = await acknowledge(ledger, clock, { alarm, by, why }, restHoursOf(RED));
    return {
      said: t(language, 'acts.acknowledge.said', { alarm, until: hongKongStamp(until).slice(0, 16) }),
    };
  },
});

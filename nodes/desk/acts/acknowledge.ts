/** "I know": an open alarm is not told again for a while. */
import { z } from 'zod';
import { acknowledge } from '../../../lib/alarms/acknowledge.ts';
import { hongKongStamp } from '../../../lib/time/hong-kong.ts';
import { restHoursOf } from '../../rap-contacts/rap-contacts.ts';
import { act } from './act.ts';

const said = {
  en: (alarm: number, until: string) => `Alarm ${alarm} is acknowledged until ${until}.`,
  'zh-Hant': (alarm: number, until: string) => `警報 ${alarm} 已確認，至 ${until} 前不再提示。`,
  'zh-Hans': (alarm: number, until: string) => `警报 ${alarm} 已确认，至 ${until} 前不再提示。`,
};

export const acknowledgeAct = act({
  name: 'acknowledge',
  permission: 'rap-ops.write',
  fields: [{ name: 'alarm', kind: 'hidden' }],
  reason: 'optional',
  schema: z.object({ alarm: z.coerce.number().int().positive() }),
  words: {
    en: {
      title: 'Acknowledge alarm {alarm}',
      explains: 'No reminders are sent for a while. The alarm stays open until what it is about is over.',
      confirm: 'Acknowledge',
      labels: {},
    },
    'zh-Hant': {
      title: '確認警報 {alarm}',
      explains: '一段時間內不再發出提示。警報在事情完結前仍然未結。',
      confirm: '確認',
      labels: {},
    },
    'zh-Hans': {
      title: '确认警报 {alarm}',
      explains: '一段时间内不再发出提示。警报在事情完结前仍然未结。',
      confirm: '确认',
      labels: {},
    },
  },
  async done({ RED, ledger, clock, by, language }, { alarm, why }) {
    const { until } = await acknowledge(ledger, clock, { alarm, by, why }, restHoursOf(RED));
    return { said: said[language](alarm, hongKongStamp(until).slice(0, 16)) };
  },
});

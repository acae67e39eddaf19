/** Nothing more is expected of a report that was seen at RAP and did not come. */
import { z } from 'zod';
import { closeReport } from '../../../lib/collection/close.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { act } from './act.ts';

const said = {
  en: '{path} is closed.',
  'zh-Hant': '{path} 已結案。',
  'zh-Hans': '{path} 已结案。',
};

export const closeReportAct = act({
  name: 'close-report',
  permission: 'rap-ops.write',
  fields: [{ name: 'report', kind: 'hidden' }],
  reason: 'required',
  schema: z.object({ report: z.coerce.number().int().positive() }),
  words: {
    en: {
      title: 'Close an outstanding report',
      explains:
        'It was seen at RAP and is not here. Closed, it stands in no digest any more; it is fetched all the same if it comes.',
      confirm: 'Close it',
      labels: {},
    },
    'zh-Hant': {
      title: '將未到的報告結案',
      explains: '此報告在 RAP 見過而未到。結案後不再列於摘要；如其後出現，仍會取回。',
      confirm: '結案',
      labels: {},
    },
    'zh-Hans': {
      title: '将未到的报告结案',
      explains: '此报告在 RAP 见过而未到。结案后不再列于摘要；如其后出现，仍会取回。',
      confirm: '结案',
      labels: {},
    },
  },
  async done({ ledger, by, language }, { report: id, why: reason }) {
    const report = (await ledger.openItems.openItems()).outstanding.find((one) => one.id === id);
    if (report === undefined) {
      throw new RapError('USAGE', 'It is not outstanding any more', { cure: 'Nothing is left to close.' });
    }
    await closeReport(ledger, report, { by, reason });
    return { said: said[language].replace('{path}', () => report.path) };
  },
});

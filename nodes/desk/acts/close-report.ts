/** Nothing more is expected of a report that was seen at RAP and did not come. */

import { z } from 'zod';
import { closeReport } from '../../../lib/collection/close.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { act } from './act.ts';

export const closeReportAct = act({
  name: 'close-report',
  permission: 'rap-ops.write',
  fields: [{ name: 'report', kind: 'hidden' }],
  reason: 'required',
  schema: z.object({ report: z.coerce.number().int().positive() }),
  async done({ ledger, by, language }, { report: id, why: reason }) {
    const report = await ledger.openLists.outstandingReport(id);
    if (report === undefined) {
      throw new RapError('USAGE', 'It is not outstanding any more', { cure: 'Nothing is left to close.' });
    }
    await closeReport(ledger, report, { by, reason });
    return { said: t(language, 'acts.close-report.said', { path: report.path }) };
  },
});

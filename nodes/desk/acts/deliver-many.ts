/** Many reports delivered again: a business date, a share, or by any part of their names, as the page showed them. */

import { z } from 'zod';
import { parseRules } from '../../../lib/delivery/rules.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { deliveryJobs } from '../delivery-job.ts';
import { act } from './act.ts';

const criteria = ['q', 'date', 'account', 'system', 'code', 'folder', 'participant', 'share', 'to'] as const;
const text = z.string().max(999).default('');

export const deliverManyAct = act({
  name: 'deliver-many',
  permission: 'rap-ops.write',
  fields: [...criteria, 'last', 'n', 'about', 'where'].map((name) => ({ name, kind: 'hidden' as const })),
  reason: 'required',
  schema: z.object({
    ...{ q: text, date: text, account: text, system: text, code: text, folder: text, participant: text },
    ...{ share: text, to: text, about: text },
    last: z.coerce.number().int().positive(),
    n: z.coerce.number().int().positive(),
  }),
  async done({ RED, home, by, language, ask }, { why: reason, n, last, about, ...of }) {
    // The thread of the pages looks for them: by a share that takes a second with a large ledger.
    const ids = z
      .array(z.number())
      .parse(JSON.parse(await ask('deliver.json', { ...of, last: String(last) })));
    if (ids.length !== n || ids.at(-1) !== last) {
      throw new RapError('USAGE', `The page named ${n} reports, and ${ids.length} fit now`, {
        cure: 'Load the page again and look at what it names.',
      });
    }
    const [to] = of.to === '' ? [] : parseRules([{ share: of.to }], { home }, language);
    deliveryJobs(RED).begin({ ids, by, reason, about, share: of.share, to });
    return { said: t(language, 'acts.deliver-many.said', { n }) };
  },
});

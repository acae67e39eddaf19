/** Many reports delivered again: a business date, a share, or by any part of their names, as the page showed them. */
import { z } from 'zod';
import { parseRules } from '../../../lib/delivery/rules.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { deliveryJobs } from '../delivery-job.ts';
import { act } from './act.ts';

const said = {
  en: 'Begun: {n} reports. The page says how far it is.',
  'zh-Hant': '已開始：{n} 份報告。進度見此頁。',
  'zh-Hans': '已开始：{n} 份报告。进度见此页。',
};

const criteria = ['q', 'date', 'account', 'code', 'share', 'to'] as const;
const text = z.string().max(999).default('');

export const deliverManyAct = act({
  name: 'deliver-many',
  permission: 'rap-ops.write',
  fields: [...criteria, 'last', 'n', 'about', 'where'].map((name) => ({ name, kind: 'hidden' as const })),
  reason: 'required',
  schema: z.object({
    ...{ q: text, date: text, account: text, code: text, share: text, to: text, about: text },
    last: z.coerce.number().int().positive(),
    n: z.coerce.number().int().positive(),
  }),
  words: {
    en: {
      title: 'Deliver {n} reports again',
      explains: '{about}: {where}. Nothing that lies there is written over. It goes on in the background.',
      confirm: 'Deliver them',
      labels: {},
    },
    'zh-Hant': {
      title: '重新送達 {n} 份報告',
      explains: '{about}：{where}。不會覆寫該處任何檔案。於背景進行。',
      confirm: '送達',
      labels: {},
    },
    'zh-Hans': {
      title: '重新送达 {n} 份报告',
      explains: '{about}：{where}。不会覆盖该处任何文件。在后台进行。',
      confirm: '送达',
      labels: {},
    },
  },
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
    const [to] = of.to === '' ? [] : parseRules([{ share: of.to }], { home });
    deliveryJobs(RED).begin({ ids, by, reason, about, share: of.share, to });
    return { said: said[language].replace('{n}', String(n)) };
  },
});

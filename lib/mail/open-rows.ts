/** What was seen at RAP and is not here, as rows of a mail. */

import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { OpenItems } from '../ledger/ledger.ts';
import { type Links, linksOf } from './links.ts';

/** So many names of an account; the digest of its next run has them all. */
const MOST_NAMES = 20;

/** What was seen at RAP and is not here, by account: also of accounts that no flow looks at any more. */
export function openRows(
  { outstanding, quarantine, refused }: OpenItems,
  language: Language,
  links: Links = linksOf(''),
) {
  const things = [
    ...outstanding.map(({ account, path }) => ({ account, path, kind: 'mail.outstanding' as const })),
    ...quarantine.map(({ account, path }) => ({ account, path, kind: 'mail.inQuarantine' as const })),
    ...refused.map(({ account, folder, shown }) => ({
      account,
      path: `${folder}/${shown}`,
      kind: 'mail.refused' as const,
    })),
  ];
  return [...Map.groupBy(things, ({ account }) => account)].map(([account, all]) => {
    const counts = [...Map.groupBy(all, ({ kind }) => kind)].map(([kind, some]) =>
      t(language, kind, { n: new Set(some.map(({ path }) => path)).size }),
    );
    const names = [...new Set(all.map(({ path }) => path))];
    const left = names.length - MOST_NAMES;
    const held = quarantine.find((one) => one.account === account);
    return {
      link: held === undefined ? links.alarms : links.held(held.id),
      what: `${account}${t(language, 'mail.colon')}${counts.join(t(language, 'mail.comma'))}`,
      lines: [...names.slice(0, MOST_NAMES), ...(left > 0 ? [t(language, 'mail.more', { n: left })] : [])],
    };
  });
}

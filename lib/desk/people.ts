/** What people did, as the journal has it, told in the reader's language. */
import { isKey } from '../i18n/translate.ts';
import type { PersonsAct } from '../ledger/records/stories.ts';
import { verbatim } from './fault.ts';
import type { Html } from './html.ts';
import { type Kit, tell } from './kit.ts';

/** What was done, by the journal's `what`; a word of it that has no text stands as it is. */
export function actText(t: Pick<Kit, 'language'>, what: string): Html {
  const key = `desk.people.${what}`;
  return isKey(key) ? tell(t, key) : verbatim(t, what);
}

/** Details that say what an act was about, in this order. */
const ABOUT = [
  'account',
  'accounts',
  'path',
  'report',
  'file',
  'share',
  'root',
  'name',
  'alarm',
  'dataCentre',
];

/** What it was about: an account, a report, a share. */
export function actAbout({ details }: Pick<PersonsAct, 'details'>): string {
  return ABOUT.flatMap((name) => {
    const value = (details as Readonly<Record<string, unknown>>)[name];
    const texts = (Array.isArray(value) ? value : [value]).filter(
      (one) => typeof one === 'string' || typeof one === 'number',
    );
    return texts.map(String).filter((one) => one !== '');
  }).join(' · ');
}

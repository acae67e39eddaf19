/** The language of a site, for what no contacts are set for. */
import type { NodeAPI } from 'node-red';
import type { Language } from '../../lib/i18n/languages.ts';
import { RapContacts } from './rap-contacts.ts';

/** The language in which the contacts are written to; English where there are none, or not all have the same. */
export function languageOfMails(RED: NodeAPI): Language {
  const found = new Set<Language>();
  RED.nodes.eachNode(({ id, type }) => {
    const node: unknown = type === 'rap-contacts' ? RED.nodes.getNode(id) : undefined;
    if (node instanceof RapContacts && node.ready) found.add(node.settings.language);
  });
  const [first = 'en', ...others] = found;
  return others.length === 0 ? first : 'en';
}

/** Where a few typical reports would go by rules that are being written. */
import { targetOf } from '../../lib/delivery/routes.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import { type EnvLookup, variablesIn } from '../../lib/model/expand-env.ts';
import type { Catalogue } from '../../lib/reports/catalogue.ts';
import { thinkingTime } from '../runtime/preview.ts';
import { examplesOf } from './examples.ts';
import { readRoute } from './settings.ts';

/** @throws RapError as readRoute, NAME_REFUSED */
export function previewOf(
  body: unknown,
  lookup: EnvLookup,
  home: string,
  catalogue: Catalogue,
  language?: Language,
) {
  const examples = examplesOf(catalogue);
  const { rules } = readRoute(body, lookup, home, undefined, language);
  // What is left of variables is shown by name, as a folder at the root: a rule may begin with one.
  const names = rules.flatMap(({ share }) => variablesIn(share));
  const env = Object.fromEntries(names.map((name) => [name, `/\${${name}}`]));
  const context = { home, env, account: 'SIM001', installation: 'hkscc' };
  const goOn = thinkingTime();
  const foldersOf = (report: (typeof examples)[number]) =>
    rules.flatMap((rule, index) => {
      goOn();
      return targetOf(report, rule, `rule ${index + 1}`, context).map(({ folder }) => folder);
    });
  return {
    examples: examples.map((report) => ({
      name: report.name,
      folders: [...new Set(foldersOf(report))].map((folder) => folder.replace(/^\/(?=\$\{)/, '')),
    })),
  };
}

/** The runbook, from the policy table and in the reader's language: an entry for each code, where every alarm leads. */

import { codes, type ErrorCode, errorCodes, isErrorCode, severities } from '../../errors/codes.ts';
import { mailTexts } from '../../mail/texts/index.ts';
import { faultName } from '../../model/fault-names.ts';
import { endOf, runbookWords } from '../../model/runbook.ts';
import { type Html, html } from '../html.ts';
import { card, type Kit, link, pill, query, type Tone } from '../kit.ts';
import { type DeskPage, NotHere } from '../page.ts';
import { words } from './texts.ts';

export interface RunbookModel {
  /** '' for the list of all. */
  code: ErrorCode | '';
}

const tones: Readonly<Record<(typeof severities)[number], Tone>> = {
  ...{ critical: 'bad', warning: 'warn', notice: 'grey', none: 'grey' },
};

/** Where the entry of a code is; of the list, for a code that is none of ours. */
export function runbookPath(code: string): string {
  return isErrorCode(code) ? `runbook/${code}` : 'runbook';
}

export const runbookPage: DeskPage<RunbookModel> = {
  path: 'runbook',
  line: 'alarms',
  view: async () => ({ code: '' }),
  title: (_, t) => words[t.language].title,
  main(_, t) {
    const w = words[t.language];
    const lists = severities.map((severity) => {
      const some = errorCodes.filter((code) => codes[code].severity === severity).toSorted();
      return card(
        severity,
        w.severity[severity],
        html`<ul class="rows">${some.map((code) => html`<li><a class="name" href="${link(t, runbookPath(code))}">${code}</a><span>${faultName(code, t.language)}</span></li>`)}</ul>`,
      );
    });
    return [html`<section><h1>${w.title}</h1><p>${w.how}</p></section>`, lists];
  },
};

export const runbookEntry: DeskPage<RunbookModel> = {
  path: 'runbook/:code',
  line: 'alarms',
  async view(_, { code = '' }) {
    // As people type it, too.
    const meant = code.trim().toUpperCase();
    if (!isErrorCode(meant)) throw new NotHere();
    return { code: meant };
  },
  title: ({ code }) => code,
  main: ({ code }, t) => (code === '' ? '' : entry(code, t)),
};

function entry(code: ErrorCode, t: Kit): Html {
  const [w, r, mails] = [words[t.language], runbookWords[t.language], mailTexts[t.language]];
  const policy = codes[code];
  const { severity, scope, retryable, mutable, exit, ends } = policy;
  const cure = t.language === 'en' ? policy.cure : mails.cures[code];
  const meaning = exit === 0 ? mails.meanings[0] : mails.meanings[exit];
  const rows: [string, Html][] = [
    [w.about, r.scopes[scope]],
    [w.means, meaning],
    [w.told, [r.told[severity], ...(mutable === false ? [] : [html` ${r.quiet[mutable]}`])]],
    [w.again, retryable ? r.again : r.notAgain],
    [w.over, ends === 'at once' ? r.told.none : endOf(policy, t.language)],
  ];
  return [
    html`<section class="verdict ${tones[severity]}" id="verdict"><h1>${faultName(code, t.language)}</h1><p><span class="n">${code}</span> ${pill(tones[severity], w.severity[severity])}</p></section>`,
    card('do', w.cure, html`<p>${cure}</p><p class="soft">${w.first}</p>`),
    card(
      'facts',
      w.facts,
      html`<dl>${rows.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>`,
    ),
    html`<p><a href="${link(t, query('alarms', {}))}">${w.alarms}</a> · <a href="${link(t, 'runbook')}">${w.all}</a></p>`,
  ];
}

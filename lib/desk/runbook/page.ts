/** The runbook, from the policy table and in the reader's language: an entry for each code, where every alarm leads. */

import { codes, type ErrorCode, errorCodes, isErrorCode, severities } from '../../errors/codes.ts';
import { endOf } from '../../model/runbook.ts';
import { type Html, html } from '../html.ts';
import { card, type Kit, link, pill, query, type Tone, tell } from '../kit.ts';
import { type DeskPage, NotHere } from '../page.ts';

export interface RunbookModel {
  /** '' for the list of all. */
  code: ErrorCode | '';
}

const tones: Readonly<Record<(typeof severities)[number], Tone>> = {
  ...{ critical: 'bad', warning: 'warn', notice: 'grey', none: 'grey' },
};

/** A narrow window breaks it between its words. */
function breakable(code: string): Html {
  return code.split('_').map((word, at) => (at === 0 ? word : html`_<wbr>${word}`));
}

/** Where the entry of a code is; of the list, for a code that is none of ours. */
export function runbookPath(code: string): string {
  return isErrorCode(code) ? `runbook/${code}` : 'runbook';
}

export const runbookPage: DeskPage<RunbookModel> = {
  path: 'runbook',
  line: 'alarms',
  view: async () => ({ code: '' }),
  title: (_, t) => tell(t, 'desk.runbook.title'),
  main(_, t) {
    const lists = severities.map((severity) => {
      const some = errorCodes.filter((code) => codes[code].severity === severity).toSorted();
      return card(
        severity,
        tell(t, `desk.runbook.severity.${severity}`),
        html`<ul class="rows">${some.map((code) => html`<li><a class="name" href="${link(t, runbookPath(code))}">${breakable(code)}</a><span>${tell(t, `errors.status.${code}`)}</span></li>`)}</ul>`,
      );
    });
    return [
      html`<section><h1>${tell(t, 'desk.runbook.title')}</h1><p>${tell(t, 'desk.runbook.how')}</p></section>`,
      lists,
    ];
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
  const policy = codes[code];
  const { severity, scope, retryable, mutable, exit, ends } = policy;
  const rows: [string, Html][] = [
    [tell(t, 'desk.runbook.about'), tell(t, `runbook.scopes.${scope}`)],
    [tell(t, 'desk.runbook.means'), tell(t, `mail.meanings.${exit}`)],
    [
      tell(t, 'desk.runbook.told'),
      [
        tell(t, `runbook.told.${severity}`),
        ...(mutable === false ? [] : [html` ${tell(t, `runbook.quiet.${mutable}`)}`]),
      ],
    ],
    [tell(t, 'desk.runbook.again'), tell(t, retryable ? 'runbook.again' : 'runbook.notAgain')],
    [
      tell(t, 'desk.runbook.over'),
      ends === 'at once' ? tell(t, 'runbook.told.none') : endOf(policy, t.language),
    ],
  ];
  return [
    html`<section class="verdict ${tones[severity]}" id="verdict"><h1>${tell(t, `errors.status.${code}`)}</h1><p><span class="n">${code}</span> ${pill(tones[severity], tell(t, `desk.runbook.severity.${severity}`))}</p></section>`,
    card(
      'do',
      tell(t, 'desk.runbook.cure'),
      html`<p>${tell(t, `errors.cure.${code}`)}</p><p class="soft">${tell(t, 'desk.runbook.first')}</p>`,
    ),
    card(
      'facts',
      tell(t, 'desk.runbook.facts'),
      html`<dl>${rows.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>`,
    ),
    html`<p><a href="${link(t, query('alarms', {}))}">${tell(t, 'desk.runbook.alarms')}</a> · <a href="${link(t, 'runbook')}">${tell(t, 'desk.runbook.all')}</a></p>`,
  ];
}

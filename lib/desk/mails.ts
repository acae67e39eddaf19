/** Mails as lines of a page: what was told to whom, and what became of it. */

import type { MailLine } from '../ledger/ledger.ts';
import type { MailState, RecipientState } from '../ledger/types.ts';
import { verbatim } from './fault.ts';
import { type Html, html } from './html.ts';
import { type Kit, link, pill, query, type Tone, tell, time } from './kit.ts';

const tones: Readonly<Record<MailState, Tone>> = {
  queued: 'warn',
  sending: 'warn',
  accepted: 'ok',
  refused: 'bad',
  unknown: 'warn',
  collected: 'grey',
};

/** More would make a line long; the mail itself names all. */
const SHOWN = 3;

/** A mail was taken for some, and not for others: then it is not simply sent. */
export function stateOf({ state, to }: Pick<MailLine, 'state' | 'to'>): MailState {
  return state === 'accepted' && to.some((one) => one.state === 'refused') ? 'refused' : state;
}

export function mailState(t: Kit, mail: Pick<MailLine, 'state' | 'to'>): Html {
  const state = stateOf(mail);
  return pill(tones[state], tell(t, `desk.mails.state.${state}`));
}

export function recipientState(t: Kit, state: RecipientState): string {
  return tell(t, `desk.mails.recipient.${state}`);
}

export function mailRows(t: Kit, mails: readonly MailLine[]): Html {
  return html`<ul class="rows">${mails.map((mail) => {
    const { id, subject, createdAt, nextAttempt, error, to } = mail;
    const people = to
      .slice(0, SHOWN)
      .map(({ address, state }) => `${address}: ${tell(t, `desk.mails.recipient.${state}`)}`);
    if (to.length > SHOWN) people.push(tell(t, 'desk.mails.more', { n: to.length - SHOWN }));
    const waits =
      nextAttempt === null || mail.state === 'collected'
        ? ''
        : tell(t, 'desk.mails.next', { time: time(t, nextAttempt) });
    return html`<li id="mail-${id}"><a class="name" href="${link(t, query('contacts', { mail: id }))}">${subject}</a><span>${mailState(t, mail)}</span><span class="sub"><span class="n">${time(t, createdAt)}</span> · ${people.join(' · ')}</span>${waits === '' && error === '' ? '' : html`<span class="sub">${waits}${waits === '' || error === '' ? '' : ' · '}${verbatim(t, error)}</span>`}</li>`;
  })}</ul>`;
}

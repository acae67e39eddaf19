/** Mails as lines of a page: what was told to whom, and what became of it. */

import type { Language } from '../i18n/languages.ts';
import type { MailLine } from '../ledger/ledger.ts';
import type { MailState, RecipientState } from '../ledger/types.ts';
import { type Html, html } from './html.ts';
import { type Kit, link, pill, query, type Tone, tell, time } from './kit.ts';

interface MailTexts {
  state: Record<MailState, string>;
  recipient: Record<RecipientState, string>;
  /** {time} */
  next: string;
  more: string;
}

const words: Readonly<Record<Language, MailTexts>> = {
  en: {
    state: {
      queued: 'waits',
      sending: 'being sent',
      accepted: 'sent',
      refused: 'refused',
      unknown: 'perhaps sent',
      collected: 'in a summary',
    },
    recipient: {
      queued: 'waits',
      accepted: 'taken by the relay',
      refused: 'refused',
      unknown: 'perhaps taken',
      unconfirmed: 'perhaps taken twice',
    },
    next: 'tried next at {time}',
    more: 'and {n} more',
  },
  'zh-Hant': {
    state: {
      queued: '等候中',
      sending: '發送中',
      accepted: '已發送',
      refused: '被拒',
      unknown: '或已發送',
      collected: '併入匯總',
    },
    recipient: {
      queued: '等候中',
      accepted: '郵件伺服器已接收',
      refused: '被拒',
      unknown: '或已接收',
      unconfirmed: '或已接收兩次',
    },
    next: '下次於 {time} 再試',
    more: '另有 {n} 人',
  },
  'zh-Hans': {
    state: {
      queued: '等候中',
      sending: '发送中',
      accepted: '已发送',
      refused: '被拒',
      unknown: '或已发送',
      collected: '并入汇总',
    },
    recipient: {
      queued: '等候中',
      accepted: '邮件服务器已接收',
      refused: '被拒',
      unknown: '或已接收',
      unconfirmed: '或已接收两次',
    },
    next: '下次于 {time} 再试',
    more: '另有 {n} 人',
  },
};

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
  return pill(tones[state], words[t.language].state[state]);
}

export function recipientState(t: Kit, state: RecipientState): string {
  return words[t.language].recipient[state];
}

export function mailRows(t: Kit, mails: readonly MailLine[]): Html {
  const w = words[t.language];
  return html`<ul class="rows">${mails.map((mail) => {
    const { id, subject, createdAt, nextAttempt, error, to } = mail;
    const people = to.slice(0, SHOWN).map(({ address, state }) => `${address}: ${w.recipient[state]}`);
    if (to.length > SHOWN) people.push(tell(t, w.more, { n: to.length - SHOWN }));
    const waits =
      nextAttempt === null || mail.state === 'collected'
        ? ''
        : tell(t, w.next, { time: time(t, nextAttempt) });
    return html`<li id="mail-${id}"><a class="name" href="${link(t, query('contacts', { mail: id }))}">${subject}</a><span>${mailState(t, mail)}</span><span class="sub"><span class="n">${time(t, createdAt)}</span> · ${people.join(' · ')}</span>${[waits, error].some((text) => text !== '') ? html`<span class="sub">${[waits, error].filter((text) => text !== '').join(' · ')}</span>` : ''}</li>`;
  })}</ul>`;
}

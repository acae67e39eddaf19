/** The page of contacts: what became of the last mails, and who is told what. */
import { isKey } from '../../i18n/translate.ts';
import { verbatim } from '../fault.ts';
import { type Html, html } from '../html.ts';
import { card, type Kit, link, pill, query, restOf, shownOf, tell, time } from '../kit.ts';
import { mailRows, mailState, recipientState } from '../mails.ts';
import type { DeskPage } from '../page.ts';
import { FEW, pageOf } from '../page-of.ts';
import { type ContactsModel, contactsView, type Relay, type TellsWhom } from './view.ts';

export const contactsPage: DeskPage<ContactsModel> = {
  path: 'contacts',
  line: 'contacts',
  view: contactsView,
  title: (model, t) => (model.part === 'one' ? model.mail.subject : tell(t, 'desk.contacts.title')),
  main(model, t) {
    if (model.part === 'one') return oneMail(model, t);
    if (model.part === 'people') return everybody(model, t);
    return model.part === 'mails' ? list(model, t) : everything(model, t);
  },
};

type Model<P> = Extract<ContactsModel, { part: P }>;

const to = (t: Kit, values: Readonly<Record<string, string | number>>) => link(t, query('contacts', values));

function everything({ relays, waiting, failed, mails }: Model<'all'>, t: Kit): Html {
  // A mail that nobody gets is no mail that is sent.
  const isHeard = relays.some(({ people }) => people.length > 0);
  const tone = failed > 0 || !isHeard ? 'bad' : waiting > 0 ? 'warn' : 'ok';
  const calm = tell(t, isHeard ? 'desk.contacts.allSent' : 'desk.contacts.noContacts');
  const heads: { show: 'waiting' | 'failed'; text: string }[] = [
    ...(waiting > 0
      ? [{ show: 'waiting' as const, text: tell(t, 'desk.contacts.waiting', { n: waiting }) }]
      : []),
    ...(failed > 0
      ? [{ show: 'failed' as const, text: tell(t, 'desk.contacts.failed', { n: failed }) }]
      : []),
  ];
  return [
    html`<section class="verdict ${tone}" id="verdict"><h1>${heads[0]?.text ?? calm}</h1>${heads.map(({ show, text }, at) => html`<p><a href="${to(t, { show })}">${at === 0 ? tell(t, `desk.contacts.lists.${show}`) : text}</a></p>`)}</section>`,
    card('last', tell(t, 'desk.contacts.last'), [
      mails.length === 0 ? html`<p>${tell(t, 'desk.contacts.listEmpty')}</p>` : mailRows(t, mails),
      html`<p><a href="${to(t, { show: 'digests' })}">${tell(t, 'desk.contacts.lists.digests')}</a> · <a href="${to(t, { show: 'all' })}">${tell(t, 'desk.contacts.all')}</a></p>`,
    ]),
    relays.length === 0
      ? card(
          'who',
          tell(t, 'desk.contacts.who'),
          html`<p class="fault">${tell(t, 'desk.contacts.noContacts')}</p>`,
        )
      : [
          relays.slice(0, MOST_RELAYS).map((relay, at) => whom(t, relay, at)),
          restOf(t, MOST_RELAYS, relays.length, query('contacts', { show: 'people' })),
        ],
  ];
}

/** Contacts nodes that have a card of their own. */
const MOST_RELAYS = 6;

/** The people of all contacts nodes, a page at a time. */
function everybody({ relays, after }: Model<'people'>, t: Kit): Html {
  const all = relays.flatMap(({ node, name, people }) =>
    people.map((one) => ({ one, name, key: `${name} ${one.email} ${one.name} ${node}` })),
  );
  const { lines, total, next } = pageOf(all, ({ key }) => key, after);
  return [
    html`<h1>${tell(t, 'desk.contacts.who')}</h1>`,
    html`<section class="card" id="list"><ul class="rows">${lines.map(({ one, name }) => person(t, one, name))}</ul>${shownOf(t, lines.length, total)}</section>`,
    html`<p>${next === '' ? '' : html`<a href="${to(t, { show: 'people', after: next })}">${tell(t, 'desk.contacts.next')}</a> · `}<a href="${to(t, {})}">${tell(t, 'desk.contacts.back')}</a></p>`,
  ];
}

function channelName(t: Kit, channel: string): string {
  const key = `desk.contacts.channel.${channel}`;
  return isKey(key) ? tell(t, key) : channel;
}

function whom(t: Kit, { name, relay, otherwise, minutes, reminders, people }: Relay, at: number): Html {
  const how = otherwise.map((one) => channelName(t, one)).join(', ');
  return card(`who-${at}`, html`${tell(t, 'desk.contacts.who')} <small>${name}</small>`, [
    html`<p class="soft">${[
      tell(t, 'desk.contacts.relay', { relay }),
      tell(t, 'desk.contacts.otherwise', { how }),
      minutes > 0 && reminders > 0
        ? tell(t, 'desk.contacts.reminders', { minutes, n: reminders })
        : tell(t, 'desk.contacts.noReminders'),
    ].join(' · ')}</p>`,
    people.length === 0
      ? html`<p>${tell(t, 'desk.contacts.nobody')}</p>`
      : [
          html`<ul class="rows">${people.slice(0, FEW).map((one) => person(t, one))}</ul>`,
          restOf(t, FEW, people.length, query('contacts', { show: 'people' })),
        ],
  ]);
}

/** @param of the contacts node, where it is not said above */
function person(t: Kit, { name, email, groups, mails, reminder }: TellsWhom, of = ''): Html {
  const kinds = [...new Set(mails.map(({ tells }) => tell(t, `desk.contacts.tells.${tells}`)))];
  const hears = [
    ...kinds,
    ...(reminder === null ? [] : [tell(t, 'desk.contacts.reminder', { n: reminder })]),
  ];
  return html`<li><span class="name">${name || email}</span><a href="${to(t, { to: email })}">${tell(t, 'desk.contacts.mailsTo')}<span hidden> ${email}</span></a><span class="sub">${of === '' ? '' : html`${of} · `}${name === '' ? '' : html`${email} · `}${groups.length === 0 ? '' : html`${tell(t, 'desk.contacts.groups')}: ${groups.join(', ')}`}</span><span class="sub">${hears.length === 0 ? pill('warn', tell(t, 'desk.contacts.nothing')) : hears.join(' · ')}</span></li>`;
}

function list({ show, address, mails, next }: Model<'mails'>, t: Kit): Html {
  const ask = { ...(address === '' ? { show } : { to: address }) };
  return [
    html`<h1>${address === '' ? tell(t, `desk.contacts.lists.${show}`) : tell(t, 'desk.contacts.toOne', { address })}</h1>`,
    html`<section class="card" id="list">${mails.length === 0 ? html`<p>${tell(t, 'desk.contacts.listEmpty')}</p>` : mailRows(t, mails)}</section>`,
    html`<p>${next === '' ? '' : html`<a href="${to(t, { ...ask, before: next })}">${tell(t, 'desk.contacts.next')}</a> · `}<a href="${to(t, {})}">${tell(t, 'desk.contacts.back')}</a></p>`,
  ];
}

function oneMail({ mail, otherwise }: Model<'one'>, t: Kit): Html {
  const { subject, createdAt, attempts, settledAt, error, text, to: people, collectedInto } = mail;
  const facts: [string, Html][] = [
    [tell(t, 'desk.contacts.queued'), time(t, createdAt)],
    [tell(t, 'desk.contacts.tried'), attempts],
    [tell(t, 'desk.contacts.settled'), settledAt === null ? '' : time(t, settledAt)],
    [tell(t, 'desk.contacts.why'), verbatim(t, error)],
    [
      tell(t, 'desk.contacts.summary'),
      collectedInto === null ? '' : html`<a href="${to(t, { mail: collectedInto })}">${collectedInto}</a>`,
    ],
    [
      tell(t, 'desk.contacts.toldOtherwise'),
      otherwise.length === 0
        ? ''
        : otherwise.map(
            ({ channel, toldAt, response }) =>
              html`<div>${channelName(t, channel)} ${time(t, toldAt)} ${verbatim(t, response)}</div>`,
          ),
    ],
  ];
  return [
    html`<section class="verdict grey" id="verdict"><h1>${subject}</h1><p>${mailState(t, mail)}</p></section>`,
    card(
      'to',
      tell(t, 'desk.contacts.to'),
      html`<ul class="rows">${people.map(
        ({ address, state, response }) =>
          html`<li><span class="name">${address}</span><span>${recipientState(t, state)}</span>${response === '' ? '' : html`<span class="sub">${tell(t, 'desk.contacts.answer')}: ${verbatim(t, response)}</span>`}</li>`,
      )}</ul>`,
    ),
    html`<section class="card" id="facts"><dl>${facts.filter(([, one]) => one !== '').map(([name, one]) => html`<dt>${name}</dt><dd class="n">${one}</dd>`)}</dl></section>`,
    card('text', tell(t, 'desk.contacts.text'), html`<p class="text">${text}</p>`),
    html`<p><a href="${to(t, {})}">${tell(t, 'desk.contacts.back')}</a></p>`,
  ];
}

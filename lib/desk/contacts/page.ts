/** The page of contacts: what became of the last mails, and who is told what. */
import { type Html, html } from '../html.ts';
import { card, type Kit, link, pill, query, tell, time } from '../kit.ts';
import { mailRows, mailState, recipientState } from '../mails.ts';
import type { DeskPage } from '../page.ts';
import { contactsTexts } from './texts.ts';
import { type ContactsModel, contactsView, type Relay, type TellsWhom } from './view.ts';

export const contactsPage: DeskPage<ContactsModel> = {
  path: 'contacts',
  line: 'contacts',
  view: contactsView,
  title: (model, t) => (model.part === 'one' ? model.mail.subject : contactsTexts[t.language].title),
  main(model, t) {
    if (model.part === 'one') return oneMail(model, t);
    return model.part === 'mails' ? list(model, t) : everything(model, t);
  },
};

type Model<P> = Extract<ContactsModel, { part: P }>;

const to = (t: Kit, values: Readonly<Record<string, string | number>>) => link(t, query('contacts', values));

function everything({ relays, waiting, failed, mails }: Model<'all'>, t: Kit): Html {
  const w = contactsTexts[t.language];
  const tone = failed > 0 ? 'bad' : waiting > 0 ? 'warn' : 'ok';
  const heads: { show: 'waiting' | 'failed'; text: string }[] = [
    ...(waiting > 0 ? [{ show: 'waiting' as const, text: tell(t, w.waiting, { n: waiting }) }] : []),
    ...(failed > 0 ? [{ show: 'failed' as const, text: tell(t, w.failed, { n: failed }) }] : []),
  ];
  return [
    html`<section class="verdict ${tone}" id="verdict"><h1>${heads[0]?.text ?? w.allSent}</h1>${heads.map(({ show, text }, at) => html`<p><a href="${to(t, { show })}">${at === 0 ? w.lists[show] : text}</a></p>`)}</section>`,
    card('last', w.last, [
      mails.length === 0 ? html`<p>${w.listEmpty}</p>` : mailRows(t, mails),
      html`<p><a href="${to(t, { show: 'all' })}">${w.all}</a></p>`,
    ]),
    relays.length === 0
      ? card('who', w.who, html`<p class="fault">${w.noContacts}</p>`)
      : relays.map((relay, at) => whom(t, relay, at)),
  ];
}

function whom(t: Kit, { name, relay, otherwise, minutes, reminders, people }: Relay, at: number): Html {
  const w = contactsTexts[t.language];
  const how = otherwise.map((one) => w.channel[one] ?? one).join(', ');
  return card(`who-${at}`, html`${w.who} <small>${name}</small>`, [
    html`<p class="soft">${[
      tell(t, w.relay, { relay }),
      tell(t, w.otherwise, { how }),
      minutes > 0 && reminders > 0 ? tell(t, w.reminders, { minutes, n: reminders }) : w.noReminders,
    ].join(' · ')}</p>`,
    people.length === 0
      ? html`<p>${w.nobody}</p>`
      : html`<ul class="rows">${people.map((one) => person(t, one))}</ul>`,
  ]);
}

function person(t: Kit, { name, email, groups, mails, reminder }: TellsWhom): Html {
  const w = contactsTexts[t.language];
  const kinds = [...new Set(mails.map(({ tells }) => w.tells[tells]))];
  const hears = [...kinds, ...(reminder === null ? [] : [tell(t, w.reminder, { n: reminder })])];
  return html`<li><span class="name">${name || email}</span><a href="${to(t, { to: email })}">${w.mailsTo}<span hidden> ${email}</span></a><span class="sub">${name === '' ? '' : html`${email} · `}${groups.length === 0 ? '' : html`${w.groups}: ${groups.join(', ')}`}</span><span class="sub">${hears.length === 0 ? pill('warn', w.nothing) : hears.join(' · ')}</span></li>`;
}

function list({ show, address, mails, next }: Model<'mails'>, t: Kit): Html {
  const w = contactsTexts[t.language];
  const ask = { ...(address === '' ? { show } : { to: address }) };
  return [
    html`<h1>${address === '' ? w.lists[show] : tell(t, w.toOne, { address })}</h1>`,
    html`<section class="card" id="list">${mails.length === 0 ? html`<p>${w.listEmpty}</p>` : mailRows(t, mails)}</section>`,
    html`<p>${next === '' ? '' : html`<a href="${to(t, { ...ask, before: next })}">${w.next}</a> · `}<a href="${to(t, {})}">${w.back}</a></p>`,
  ];
}

function oneMail({ mail, otherwise }: Model<'one'>, t: Kit): Html {
  const w = contactsTexts[t.language];
  const { subject, createdAt, attempts, settledAt, error, text, to: people, collectedInto } = mail;
  const facts: [string, Html][] = [
    [w.queued, time(t, createdAt)],
    [w.tried, attempts],
    [w.settled, settledAt === null ? '' : time(t, settledAt)],
    [w.why, error],
    [
      w.summary,
      collectedInto === null ? '' : html`<a href="${to(t, { mail: collectedInto })}">${collectedInto}</a>`,
    ],
    [
      w.toldOtherwise,
      otherwise
        .map(
          ({ channel, toldAt, response }) =>
            `${w.channel[channel] ?? channel} ${time(t, toldAt)} ${response}`,
        )
        .join('; '),
    ],
  ];
  return [
    html`<section class="verdict grey" id="verdict"><h1>${subject}</h1><p>${mailState(t, mail)}</p></section>`,
    card(
      'to',
      w.to,
      html`<ul class="rows">${people.map(
        ({ address, state, response }) =>
          html`<li><span class="name">${address}</span><span>${recipientState(t, state)}</span>${response === '' ? '' : html`<span class="sub">${w.answer}: ${response}</span>`}</li>`,
      )}</ul>`,
    ),
    html`<section class="card" id="facts"><dl>${facts.filter(([, one]) => one !== '').map(([name, one]) => html`<dt>${name}</dt><dd class="n">${one}</dd>`)}</dl></section>`,
    card('text', w.text, html`<p class="text">${text}</p>`),
    html`<p><a href="${to(t, {})}">${w.back}</a></p>`,
  ];
}

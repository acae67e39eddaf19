/** What the page of contacts says: who is told what, and what became of the last mails. */
import type { MailLine, MailsAsked } from '../../ledger/ledger.ts';
import type { ReadLedger } from '../../ledger/read-ledger.ts';
import type { LiveFact } from '../live.ts';
import type { LiveContacts, LiveMailer } from '../live-operations.ts';
import { NotHere, type Query } from '../page.ts';

export type ContactsAsk = {
  ledger: Pick<ReadLedger, 'mailList' | 'mails'>;
  live: { facts: readonly LiveFact[] };
  now: number;
};

/** A person, and what is mailed to him. */
export interface TellsWhom {
  name: string;
  email: string;
  groups: string[];
  /** Which nodes of the flow write to him. */
  mails: { tells: LiveMailer['tells']; name: string }[];
  /** Reminders of critical alarms nobody has taken up reach him from this one on, counted from 1; null for never. */
  reminder: number | null;
}

export interface Relay {
  node: string;
  name: string;
  relay: string;
  /** What else critical mails are told by when the relay does not take them. */
  otherwise: string[];
  minutes: number;
  reminders: number;
  people: TellsWhom[];
}

export type ContactsModel =
  | {
      part: 'all';
      relays: Relay[];
      waiting: number;
      /** In the last days. */
      failed: number;
      mails: MailLine[];
    }
  | { part: 'people'; relays: Relay[]; after: string }
  | { part: 'mails'; show: MailsAsked; address: string; mails: MailLine[]; next: string }
  | {
      part: 'one';
      mail: MailLine & { text: string };
      otherwise: { channel: string; toldAt: number; response: string }[];
    };

const asked: readonly MailsAsked[] = ['digests', 'waiting', 'failed'];

const FIRST = 8;
const PAGE = 30;
/** So far back mails that did not reach everybody are looked for, milliseconds. */
const RECENT = 14 * 86_400_000;
const LONGEST_TEXT = 20_000;

/**
 * @param query `mail` for one; `show` for a list (all, waiting, failed), `to` for those to one address, `before` for
 *   the next page; `show` 'people' for everybody, `after` for the next page of these
 * @throws NotHere when there is no such mail
 */
export async function contactsView({ ledger, live, now }: ContactsAsk, query: Query): Promise<ContactsModel> {
  const { mail = '', show = '', to: address = '', before = '', after = '' } = query;
  if (mail !== '') {
    const found = /^\d{1,15}$/.test(mail) ? await ledger.mailList.mailText(Number(mail)) : undefined;
    if (found === undefined) throw new NotHere();
    const text = found.text.slice(0, LONGEST_TEXT);
    return { part: 'one', mail: { ...found, text }, otherwise: await ledger.mails.fallbacksOf(found.id) };
  }
  if (show === 'people') return { part: 'people', relays: relaysOf(live.facts), after };
  if (show !== '' || address !== '') {
    const kind: MailsAsked = asked.find((one) => one === show) ?? 'all';
    const found = await ledger.mailList.mailLines({
      ...{ limit: PAGE + 1, show: kind },
      ...(kind === 'failed' || address !== '' ? { since: now - RECENT } : {}),
      ...(address === '' ? {} : { address }),
      ...(/^\d{1,15}$/.test(before) ? { before: Number(before) } : {}),
    });
    const mails = found.slice(0, PAGE);
    const next = found.length > PAGE ? String(mails.at(-1)?.id ?? '') : '';
    return { part: 'mails', show: kind, address, mails, next };
  }
  const { waiting, refused } = await ledger.mails.mailCounts(now - RECENT);
  return {
    ...{ part: 'all', relays: relaysOf(live.facts), waiting, failed: refused },
    mails: await ledger.mailList.mailLines({ limit: FIRST }),
  };
}

/** Who hears what, told from what the nodes of the flow say of themselves. */
export function relaysOf(facts: readonly LiveFact[]): Relay[] {
  const mailers = facts.filter((one): one is LiveMailer => one.kind === 'mailer');
  return facts
    .filter((one): one is LiveContacts => one.kind === 'contacts')
    .map(({ node, name, relay, otherwise, escalation, people }) => {
      const mine = mailers.filter(({ contacts }) => contacts === node);
      const { minutes, reminders, groups: levels } = escalation;
      return {
        ...{ node, name, relay, otherwise, minutes, reminders },
        people: people.map((person) => ({
          ...person,
          mails: mine
            .filter(({ groups }) => groups.length === 0 || shares(groups, person.groups))
            .map(({ tells, name: node }) => ({ tells, name: node })),
          reminder: reminderOf(levels, person.groups, reminders),
        })),
      };
    });
}

function reminderOf(levels: readonly string[], groups: readonly string[], reminders: number): number | null {
  const at = levels.findIndex((level) => shares([level], groups));
  return at < 0 || at >= reminders ? null : at + 1;
}

const key = (group: string) => group.trim().toLowerCase();

function shares(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.some((other) => key(one) === key(other)));
}

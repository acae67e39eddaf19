/** The hosts that share the work, on the page of the system: who holds what, who is silent, whose clock is wrong. */

import { isKey } from '../../i18n/translate.ts';
import { CLOCK_MS } from '../../ledger/lease/fair-share.ts';
import type { Sight } from '../../ledger/ledger.ts';
import { type Html, html } from '../html.ts';
import { card, type Kit, pill, tell, time } from '../kit.ts';

export interface SystemHost {
  host: string;
  owner: string;
  here: boolean;
  state: 'works' | 'silent' | 'clock';
  /** When it is counted as gone, or was. */
  until: number;
  /** Seconds that its clock is ahead of the ledger's. */
  ahead: number;
  accounts: string[];
  /** What it does once for the whole site. */
  site: string[];
}

/** @param own name of this process in leases */
export function hostsOf({ now, hosts, duties }: Sight, own: string): SystemHost[] {
  return hosts.map(({ host, owner, until, offset }) => {
    const held = duties.filter((duty) => duty.owner === owner && duty.until > now);
    const of = (kind: string) => held.filter((duty) => duty.kind === kind).map(({ subject }) => subject);
    const state = until <= now ? 'silent' : Math.abs(offset) > CLOCK_MS ? 'clock' : 'works';
    const ahead = Math.round(offset / 1000);
    return {
      ...{ host, owner, here: owner === own, state, until, ahead },
      ...{ accounts: of('account'), site: of('site') },
    };
  });
}

export function hostTroubles(hosts: readonly SystemHost[], t: Kit): string[] {
  return hosts.flatMap(({ host, state, until, ahead }) => {
    if (state === 'silent') return [`${host}: ${tell(t, 'desk.hosts.silent', { time: time(t, until) })}`];
    if (state === 'clock') return [`${host}: ${tell(t, 'desk.hosts.clock', { n: ahead })}`];
    return [];
  });
}

/** Nothing where one works alone. */
export function hostsCard(hosts: readonly SystemHost[], t: Kit): Html {
  if (hosts.length === 0) return '';
  const rows = hosts.map(({ host, owner, here, state, until, ahead, accounts, site }) => {
    const marks = {
      works: () => pill('ok', tell(t, 'desk.hosts.works')),
      silent: () => pill('bad', tell(t, 'desk.hosts.silent', { time: time(t, until) })),
      clock: () => pill('bad', tell(t, 'desk.hosts.clock', { n: ahead })),
    };
    const duties = site.map((one) => siteWord(one, t)).join(', ');
    return html`<li data-key="${owner}"><span class="name">${host}${here ? html` (${tell(t, 'desk.hosts.here')})` : ''}</span> ${marks[state]()}<span class="sub">${accounts.length === 0 ? tell(t, 'desk.hosts.none') : html`${tell(t, 'desk.hosts.accounts', { n: accounts.length })}: ${accounts.join(', ')}`}</span>${duties === '' ? '' : html`<span class="sub">${duties}</span>`}</li>`;
  });
  return card('hosts', tell(t, 'desk.hosts.title'), html`<ul class="rows">${rows}</ul>`);
}

/** What is done once for the site, also by a host of a later release. */
function siteWord(one: string, t: Kit): string {
  const key = `desk.hosts.site.${one}`;
  return isKey(key) ? tell(t, key) : one;
}

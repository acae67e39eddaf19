/** The data centre: asked for by one person, and where the node wants it confirmed or refused by another. */

import type { NodeAPI } from 'node-red';
import { z } from 'zod';
import {
  askForSwitch,
  confirmSwitch,
  refuseSwitch,
  switchDataCentre,
} from '../../../lib/accounts/data-centre-switch.ts';
import { pendingSwitchEvents } from '../../../lib/accounts/switch-events.ts';
import { readMoment, readTime } from '../../../lib/cells/index.ts';
import type { LiveSwitch } from '../../../lib/desk/live-operations.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { t } from '../../../lib/i18n/translate.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import { fromHongKong, hongKongDate } from '../../../lib/time/hong-kong.ts';
import { readyAccounts } from '../../rap-account/rap-account.ts';
import { switchSettled } from '../../runtime/practice-message.ts';
import { runningNodes } from '../../runtime/rap-node.ts';
import { act } from './act.ts';

const permission = 'rap-ops.write';

/** Requests of the desk belong to no node: nothing goes on in a flow when one is settled. */
const DESK = 'desk';

export const switchAct = act({
  name: 'switch',
  permission,
  fields: [
    { name: 'account', kind: 'hidden' },
    { name: 'dataCentre', kind: 'choice', options: ['secondary', 'primary'], required: true },
    { name: 'until', kind: 'text', most: 16 },
    { name: 'second', kind: 'text', most: 80 },
  ],
  reason: 'required',
  schema: z.object({
    /** '' for all that are deployed. */
    account: z.string().trim().max(80).default(''),
    dataCentre: z.enum(['primary', 'secondary']),
    until: z.string().trim().max(16).default(''),
    second: z.string().trim().max(80).default(''),
  }),
  async done(context, { account, dataCentre, until: untilText, second, why: reason }) {
    const { RED, ledger, clock, login, language } = context;
    const switches = switchesOf(RED);
    const until = untilText === '' ? undefined : momentOf(untilText, clock.now());
    if (until !== undefined && switches.length === 0) {
      throw new RapError('USAGE', 'Nothing would switch it back: no rap-switch node is deployed', {
        cure: 'Leave the time out and switch back by hand, or deploy a rap-switch node.',
        details: { field: 'until' },
      });
    }
    const request = {
      accounts: await accountsOf(RED, ledger, account),
      ...{ dataCentre, reason, by: context.typed, login },
      ...(second === '' ? {} : { second }),
      ...(until === undefined ? {} : { until }),
    };
    if (switches.some((one) => one.second)) {
      const { id } = await askForSwitch(ledger, clock, DESK, request);
      await nothingToTell(ledger);
      return { said: t(language, 'acts.switch.said.asked', { n: id }) };
    }
    const { switched } = await switchDataCentre(ledger, clock, request);
    RED.events.emit(switchSettled);
    const changed = switched.filter((one) => one.changed).map((one) => one.account);
    if (changed.length === 0) return { said: t(language, 'acts.switch.said.same') };
    return { said: t(language, 'acts.switch.said.switched', { accounts: changed.join(', ') }) };
  },
});

/** What the deployed rap-switch nodes say of themselves. */
function switchesOf(RED: NodeAPI): LiveSwitch[] {
  return runningNodes(RED)
    .filter(({ ready }) => ready)
    .flatMap((node) => node.live().filter((one): one is LiveSwitch => one.kind === 'switch'));
}

/** @throws RapError USAGE when there is no such account */
async function accountsOf(
  RED: NodeAPI,
  ledger: Pick<Ledger, 'accountStats'>,
  only: string,
): Promise<string[]> {
  const deployed = readyAccounts(RED).map(({ account }) => account);
  if (only === '') return deployed.sort();
  const known = (await ledger.accountStats.knownAccounts()).map(({ account }) => account);
  if ([...deployed, ...known].includes(only)) return [only];
  throw new RapError('USAGE', `There is no account "${only}"`, { cure: 'Load the page again.' });
}

/** '19:00' of today, or a whole moment. @throws RapError USAGE */
function momentOf(text: string, now: number): number {
  const time = readTime(text);
  const moment = 'value' in time ? { value: `${hongKongDate(now)} ${time.value}` } : readMoment(text);
  if ('value' in moment) return fromHongKong(moment.value);
  throw new RapError('USAGE', `"${text}" is not a time like 19:00 or 2026-11-30 19:00`, {
    details: { field: 'until' },
  });
}

/** No node is there to tell of the desk's own requests: the page shows them. */
async function nothingToTell(ledger: Pick<Ledger, 'events' | 'switchRequests'>): Promise<void> {
  const ids = (await pendingSwitchEvents(ledger, DESK)).map(({ id }) => id);
  await ledger.events.acknowledgeEvents(ids, 'flow');
}

const request = z.object({ request: z.coerce.number().int().positive() });

export const confirmSwitchAct = act({
  name: 'confirm-switch',
  permission,
  fields: [{ name: 'request', kind: 'hidden' }],
  reason: 'none',
  schema: request,
  async done(context, { request: id }) {
    const { RED, ledger, clock, login, language } = context;
    await confirmSwitch(ledger, clock, { id, by: context.typed, login });
    await nothingToTell(ledger);
    RED.events.emit(switchSettled);
    return { said: t(language, 'acts.switch.said.confirmed', { n: id }) };
  },
});

export const refuseSwitchAct = act({
  name: 'refuse-switch',
  permission,
  fields: [{ name: 'request', kind: 'hidden' }],
  reason: 'required',
  schema: request,
  async done(context, { request: id, why }) {
    const { RED, ledger, clock, login, language } = context;
    await refuseSwitch(ledger, clock, { id, by: context.typed, login, why });
    await nothingToTell(ledger);
    RED.events.emit(switchSettled);
    return { said: t(language, 'acts.switch.said.refused', { n: id }) };
  },
});

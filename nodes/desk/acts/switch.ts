/** The data centre: asked for by one person, and where the node wants it confirmed or refused by another. */
import type { NodeAPI } from 'node-red';
import { z } from 'zod';
import {
  askForSwitch,
  confirmSwitch,
  refuseSwitch,
  signed,
  switchDataCentre,
} from '../../../lib/accounts/data-centre-switch.ts';
import { readMoment, readTime } from '../../../lib/cells/index.ts';
import type { LiveSwitch } from '../../../lib/desk/live-operations.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import type { Language } from '../../../lib/i18n/languages.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import { fromHongKong, hongKongDate } from '../../../lib/time/hong-kong.ts';
import { readyAccounts } from '../../rap-account/rap-account.ts';
import { switchSettled } from '../../runtime/practice-message.ts';
import { RapNode } from '../../runtime/rap-node.ts';
import { act } from './act.ts';
import { typedName } from './person.ts';

interface Said {
  switched: string;
  same: string;
  asked: string;
  confirmed: string;
  refused: string;
}

const said: Readonly<Record<Language, Said>> = {
  en: {
    switched: 'Switched: {accounts}. It counts from the next log-in on.',
    same: 'Nothing changed: it was so already.',
    asked: 'Request {n} waits for a second person, who confirms it within 30 minutes on the page Practice.',
    confirmed: 'Request {n} is confirmed. It counts from the next log-in on.',
    refused: 'Request {n} is refused.',
  },
  'zh-Hant': {
    switched: '已切換：{accounts}。由下次登入起生效。',
    same: '沒有改變：原已如此。',
    asked: '請求 {n} 等候第二人，須於 30 分鐘內在演習頁確認。',
    confirmed: '請求 {n} 已確認。由下次登入起生效。',
    refused: '請求 {n} 已拒絕。',
  },
  'zh-Hans': {
    switched: '已切换：{accounts}。由下次登录起生效。',
    same: '没有改变：原已如此。',
    asked: '请求 {n} 等候第二人，须于 30 分钟内在演习页确认。',
    confirmed: '请求 {n} 已确认。由下次登录起生效。',
    refused: '请求 {n} 已拒绝。',
  },
};

const numbered = (text: string, n: number) => text.replace('{n}', String(n));
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
  words: {
    en: {
      title: 'Switch the data centre of {account}',
      open: { account: 'all accounts' },
      explains:
        'A decision for the journal: who, why, with whom and until when. It counts from the next log-in on; what is logged in is not moved.',
      confirm: 'Switch',
      labels: {
        dataCentre: 'To',
        until: 'Back to the primary by (19:00; may be left out)',
        second: 'Second person who agrees (may be left out)',
      },
      options: { primary: 'the primary data centre', secondary: 'the SECONDARY data centre' },
    },
    'zh-Hant': {
      title: '切換 {account} 的數據中心',
      open: { account: '所有帳戶' },
      explains: '此決定記入日誌：何人、為何、與何人、至何時。由下次登入起生效；已登入者不受影響。',
      confirm: '切換',
      labels: {
        dataCentre: '轉至',
        until: '於此時前轉回主數據中心（19:00；可不填）',
        second: '同意的第二人（可不填）',
      },
      options: { primary: '主數據中心', secondary: '備用數據中心' },
    },
    'zh-Hans': {
      title: '切换 {account} 的数据中心',
      open: { account: '所有账户' },
      explains: '此决定记入日志：何人、为何、与何人、至何时。由下次登录起生效；已登录者不受影响。',
      confirm: '切换',
      labels: {
        dataCentre: '转至',
        until: '于此时前转回主数据中心（19:00；可不填）',
        second: '同意的第二人（可不填）',
      },
      options: { primary: '主数据中心', secondary: '备用数据中心' },
    },
  },
  async done(context, { account, dataCentre, until: untilText, second, why: reason }) {
    const { RED, ledger, clock, login, language } = context;
    const words = said[language];
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
      ...{ dataCentre, reason, by: signed(typedName(context), login) },
      ...(second === '' ? {} : { second }),
      ...(until === undefined ? {} : { until }),
    };
    if (switches.some((one) => one.second)) {
      const { id } = await askForSwitch(ledger, clock, DESK, request);
      await nothingToTell(ledger);
      return { said: numbered(words.asked, id) };
    }
    const { switched } = await switchDataCentre(ledger, clock, request);
    RED.events.emit(switchSettled);
    const changed = switched.filter((one) => one.changed).map((one) => one.account);
    if (changed.length === 0) return { said: words.same };
    return { said: words.switched.replace('{accounts}', () => changed.join(', ')) };
  },
});

/** What the deployed rap-switch nodes say of themselves. */
function switchesOf(RED: NodeAPI): LiveSwitch[] {
  const all: LiveSwitch[] = [];
  RED.nodes.eachNode(({ id }) => {
    const node: unknown = RED.nodes.getNode(id);
    if (node instanceof RapNode && node.ready)
      all.push(...node.live().filter((one): one is LiveSwitch => one.kind === 'switch'));
  });
  return all;
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
async function nothingToTell(ledger: Pick<Ledger, 'switchEvents'>): Promise<void> {
  for (const { id } of await ledger.switchEvents.pendingSwitchEvents(DESK))
    await ledger.switchEvents.forgetSwitchEvent(id);
}

const request = z.object({ request: z.coerce.number().int().positive() });

export const confirmSwitchAct = act({
  name: 'confirm-switch',
  permission,
  fields: [{ name: 'request', kind: 'hidden' }],
  reason: 'none',
  schema: request,
  words: {
    en: {
      title: 'Confirm request {request}',
      explains: 'You are the second person: the switch counts from the next log-in on.',
      confirm: 'Confirm',
      labels: {},
    },
    'zh-Hant': {
      title: '確認請求 {request}',
      explains: '您是第二人：切換由下次登入起生效。',
      confirm: '確認',
      labels: {},
    },
    'zh-Hans': {
      title: '确认请求 {request}',
      explains: '您是第二人：切换由下次登录起生效。',
      confirm: '确认',
      labels: {},
    },
  },
  async done(context, { request: id }) {
    const { RED, ledger, clock, login, language } = context;
    await confirmSwitch(ledger, clock, { id, by: typedName(context), login });
    await nothingToTell(ledger);
    RED.events.emit(switchSettled);
    return { said: numbered(said[language].confirmed, id) };
  },
});

export const refuseSwitchAct = act({
  name: 'refuse-switch',
  permission,
  fields: [{ name: 'request', kind: 'hidden' }],
  reason: 'required',
  schema: request,
  words: {
    en: {
      title: 'Refuse request {request}',
      explains: 'Nothing is switched, and the people are told.',
      confirm: 'Refuse',
      labels: {},
    },
    'zh-Hant': {
      title: '拒絕請求 {request}',
      explains: '不會切換，並通知各人。',
      confirm: '拒絕',
      labels: {},
    },
    'zh-Hans': {
      title: '拒绝请求 {request}',
      explains: '不会切换，并通知各人。',
      confirm: '拒绝',
      labels: {},
    },
  },
  async done(context, { request: id, why }) {
    const { RED, ledger, clock, login, language } = context;
    await refuseSwitch(ledger, clock, { id, by: typedName(context), login, why });
    await nothingToTell(ledger);
    RED.events.emit(switchSettled);
    return { said: numbered(said[language].refused, id) };
  },
});

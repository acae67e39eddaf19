/** Every act of the desk, reached and done by the keyboard alone, and by touch on a phone. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { askForSwitch } from '../../lib/accounts/data-centre-switch.ts';
import { routeReport } from '../../lib/collection/route.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { keepPlan } from '../../lib/practice/day-store.ts';
import { startDrill } from '../../lib/practice/drill.ts';
import { movePlan } from '../../lib/practice/plan.ts';
import { planFields } from '../../lib/practice/plan-fields.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { beginRenewal, placeNewKey } from '../../lib/practice/renew-key.ts';
import { newKeyFile } from '../../lib/rap/new-key.ts';
import { realClock } from '../../lib/time/clock.ts';
import { addDays, hongKongDate } from '../../lib/time/hong-kong.ts';
import { acts } from '../../nodes/desk/acts/index.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { someContacts } from '../lib/mail/samples.ts';
import { startNodeRed, useNodeRed } from '../support/editor.ts';
import { node } from '../support/flow-parts.ts';
import { idleAccounts, planNode } from '../support/practice-flow.ts';

/** Smallest side of what a finger has to hit, pixels. */
const FINGER = 44;
/** Most presses of the Tab key from the top of a page to a button. */
const MOST_TABS = 150;
const PHONE = { width: 390, height: 844 };
const today = hongKongDate(realClock.now());
/** A session to come, so that nothing of it begins while the test runs, and no key is frozen. */
const plan = movePlan(practice20250621, addDays(today, 60));

/** Each act is done once in each way, about a thing of its own. */
const ways = ['keys', 'touch'] as const;
type Way = (typeof ways)[number];

interface Doing {
  /** Where its button stands, and what that button is about. */
  page: string;
  about?: object;
  /** What is filled in beside the name, by field. */
  values?: Record<string, string>;
  /** A value that is refused at its field. */
  wrong?: [field: string, value: string];
  says: RegExp;
}

describe('each act of the desk', function () {
  this.timeout(300_000);
  let page: Page;
  let codes: string[] = [];
  const requests: number[] = [];
  const reports: number[] = [];
  const alarms: number[] = [];
  const shareOf = (name: string) => path.join(stage.home, 'shares', name);

  const why = { why: 'HKEX rang' };
  const at = (way: Way) => ways.indexOf(way);
  const accountOf = (way: Way) => ({ keys: 'SIM001', touch: 'SIMC01' })[way];

  /** How each act is done: whoever adds one says it here. */
  const doings: Record<string, (way: Way) => Doing> = {
    acknowledge: (way) => ({
      ...{ page: 'alarms', about: { alarm: alarms[at(way)] }, values: why, says: /is acknowledged until/ },
    }),
    'acknowledge-several': (way) => ({
      ...{ page: 'alarms?show=unheard', about: { about: `${accountOf(way)} SHARE_FULL` }, values: why },
      says: /Acknowledged until/,
    }),
    'close-report': (way) => ({
      ...{ page: `story/outstanding/${at(way) + 1}`, values: why, says: /\.txt is closed/ },
    }),
    'run-now': () => ({ page: 'system', values: why, says: /A run has begun|under way/ }),
    unlock: (way) => ({
      ...{ page: 'system', about: { account: accountOf(way) }, values: why, says: /may log in again/ },
    }),
    switch: (way) => ({
      ...{ page: 'system', about: { account: accountOf(way) }, values: { dataCentre: 'secondary', ...why } },
      ...{ wrong: ['until', '25:00'], says: /Switched: / },
    }),
    'confirm-switch': (way) => ({
      ...{ page: 'practice', about: { request: requests[at(way)] }, says: /is confirmed/ },
    }),
    'refuse-switch': (way) => ({
      ...{ page: 'practice', about: { request: requests[at(way) + 2] }, values: why, says: /is refused/ },
    }),
    'weather-word': () => ({
      ...{ page: 'practice', values: { word: 'cancelled', how: 'hotline' }, says: /The verdict now/ },
    }),
    deadline: () => ({
      ...{ page: 'alarms', values: { report: 'RMAMR03:4', late: '23:00', ...why } },
      ...{ wrong: ['late', '25:00'], says: /It is entered/ },
    }),
    condition: () => ({ page: 'alarms', values: { holds: 'no', ...why }, says: /It is entered/ }),
    'close-expectation': () => ({
      ...{ page: 'alarms', values: { report: 'RPF01', ...why }, says: /It is entered/ },
    }),
    'drill-code': (way) => ({
      ...{ page: 'practice', values: { code: codes[at(way)] ?? '' }, says: /has answered/ },
      wrong: ['code', 'AAAAAA'],
    }),
    'deliver-again': (way) => ({ page: `report/${reports[at(way)]}`, values: why, says: /\.txt/ }),
    'deliver-to': (way) => ({
      page: `report/${reports[at(way)]}`,
      values: { to: shareOf(`further ${way}`), ...why },
      says: /further/,
    }),
    'look-files': (way) => ({ page: `report/${reports[at(way)]}`, says: /as delivered/ }),
    'leave-file': (way) => ({ page: `report/${reports[at(way) + 2]}`, values: why, says: /shares/ }),
    'release-report': (way) => ({
      ...{ page: 'quarantine', about: { id: at(way) + 1 }, values: why, says: /is released/ },
    }),
    'discard-report': (way) => ({
      ...{ page: 'quarantine', about: { id: at(way) + 3 }, values: why, says: /is discarded/ },
    }),
    'release-name': (way) => ({
      ...{ page: 'quarantine', about: { id: at(way) + 1 }, values: { as: `safe-${way}.txt`, ...why } },
      says: /kept as safe/,
    }),
    'discard-name': (way) => ({
      ...{ page: 'quarantine', about: { id: at(way) + 3 }, values: why, says: /is discarded/ },
    }),
    'deliver-many': (way) => ({ page: `deliver?q=many_${way}`, values: why, says: /Begun: 1 report/ }),
    'renew-key': (way) => ({
      ...{ page: 'system', about: { account: `KEY${way}` }, values: { type: 'ed25519', ...why } },
      says: /The new key waits/,
    }),
    'key-registered': (way) => ({
      ...{ page: 'system', about: { account: `KEY${way}` }, values: why, says: /with the new key/ },
    }),
    'key-undo': (way) => ({
      ...{ page: 'system', about: { account: `KEY${way}` }, values: why, says: /The new key waits/ },
    }),
    'key-finish': (way) => ({
      ...{ page: 'system', about: { account: `OLD${way}` }, values: why, says: /No renewal is under way/ },
    }),
  };

  const keyOf = (name: string) => path.join(stage.home, 'keys', name);

  /** Received, and filed by the flow's own code. */
  async function filed(ledger: Ledger, name: string): Promise<number> {
    const of = `/INBOX/${name}`;
    const file = path.join(stage.home, 'landing/SIM001', of);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, name);
    const sha256 = createHash('sha256').update(name).digest('hex');
    const facts = { account: 'SIM001', name, path: of, file, sha256, bytes: name.length };
    const { versionId } = await ledger.reports.recordReceived(aVersion({ ...facts, businessDate: today }));
    const report = (await ledger.reports.version(versionId)) ?? assert.fail();
    const rules = [{ system: '', code: '', folder: '', share: shareOf('clearing') }];
    const context = { home: stage.home, account: 'SIM001', installation: 'hkscc' };
    assert.deepEqual((await routeReport(report, { ledger, run: 'run-1', rules, context })).errors, []);
    return versionId;
  }

  async function held(ledger: Ledger, n: number): Promise<void> {
    const file = path.join(stage.home, `quarantine/SIM001/held-${n}.txt`);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, `held ${n}`);
    const sha256 = createHash('sha256').update(`held ${n}`).digest('hex');
    const name = `CCMDS01_SIM001_${n}.txt`;
    const facts = { account: 'SIM001', name, path: `/INBOX/${name}`, file, sha256, bytes: 6 };
    const reason = { code: 'FOREIGN_REPORT', reason: 'is for B09999' };
    await ledger.quarantine.quarantineReport(aVersion(facts), reason);
  }

  async function prepare(ledger: Ledger): Promise<void> {
    await keepPlan(ledger, plan);
    const { contacts } = await startDrill(ledger, someContacts(), plan);
    codes = contacts.map(({ code }) => code);
    const asked = {
      ...{ account: 'SIM001', installation: 'hkscc', participant: 'SIM001', holidayTrading: '' },
      ...{ folders: ['/INBOX'], everything: true },
    };
    await ledger.expectations.recordCheck({ account: 'SIM001', at: realClock.now(), asked, found: {} });
    for (const n of [0, 1]) {
      const of = { level: 'critical', account: 'SIM001', code: 'LOGIN_REFUSED', place: 'log in' } as const;
      const told = { message: 'The key was refused', cure: 'Ring HKEX', run: 'run-1', groups: [] };
      const { alarm } = await ledger.alarms.recordFault({ ...of, ...told, key: `k${n}` }, () => ({}));
      alarms.push(alarm.id);
      const sight = { account: 'SIM001', run: 'run-1', dataCentre: 'primary' as const };
      await ledger.outstanding.noteSeen(sight, [{ path: `/INBOX/late_${n}.txt`, size: 1, modifiedAt: 1 }]);
    }
    for (const way of ways) {
      const account = accountOf(way);
      const of = { level: 'information', account, code: 'SHARE_FULL', place: 'deliver' } as const;
      const told = { message: 'No space left', cure: 'Make room', run: 'run-1', groups: [] };
      for (const n of [1, 2])
        await ledger.alarms.recordFault({ ...of, ...told, key: `${way} ${n}` }, () => ({}));
      await ledger.accounts.lockLogin({ account, reason: 'refused', address: '127.0.0.1:1' });
      await newKeyFile(keyOf(`KEY${way}`), { type: 'ed25519', comment: '' }, () => {});
      const old = { account: `OLD${way}`, by: 'Chan', reason: 'ends in July' };
      const file = keyOf(old.account);
      const make = (next: string) =>
        newKeyFile(next, { type: 'ed25519', comment: '' }, () => {}).then(() => {});
      await make(file);
      const { fingerprint } = await beginRenewal(ledger, realClock, file, old, make);
      await placeNewKey(ledger, realClock, file, old);
      await ledger.accountKeys.noteKeyUse(old.account, fingerprint);
    }
    for (const n of [1, 2, 3, 4]) {
      const of = {
        accounts: ['SIM001'],
        dataCentre: 'secondary',
        reason: 'it is down',
        by: 'A. Chan',
      } as const;
      requests.push((await askForSwitch(ledger, realClock, `node ${n}`, of)).id);
      reports.push(await filed(ledger, `CCLTN05_SIM001_${n}.txt`));
      await held(ledger, n);
      const name = { folder: '/INBOX', nameHex: `b3f${n}`, shown: `odd ${n}`, code: 'NAME_REFUSED' as const };
      await ledger.reports.refuse('SIM001', 'run-1', [{ ...name, reason: 'is not UTF-8' }]);
    }
    for (const way of ways) await filed(ledger, `RPF01_many_${way}.txt`);
    for (const versionId of reports.slice(2)) {
      const lost = { versionId, share: shareOf('clearing'), state: 'gone', why: 'gone' } as const;
      await ledger.placedFiles.notePlaced([lost], realClock.now());
    }
  }

  const stage = useNodeRed(async (home) => {
    for (const name of ['clearing', 'further keys', 'further touch'])
      await fs.mkdir(shareOf(name), { recursive: true });
    const ledger = await openHome(home, realClock);
    await prepare(ledger);
    await ledger.close();
    const [account] = idleAccounts();
    const keyed = ways.flatMap((way) =>
      [`KEY${way}`, `OLD${way}`].map((name) => ({
        ...{ ...account, id: `account-${name}`, type: 'rap-account', name, keyFile: keyOf(name) },
      })),
    );
    const times = { mode: 'times', times: [{ time: '07:00' }], pattern: '', catchUp: false };
    const flow = [
      { id: 'tab', type: 'tab', label: 'Evening' },
      ...[...idleAccounts(), ...keyed],
      { ...planNode(), ...planFields(plan) },
      node('evening', 'rap-schedule', { ...times, name: 'Evening', calendar: 'securities' }, ['login']),
      node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, []),
      node('weather', 'weather-check', { plan: 'plan', day: 'plan', feeds: [], tell: false }, [], [], []),
    ];
    return startNodeRed(home, flow, { RAP_SMTP_PORT: '1' });
  });

  /** The button of an act about a thing, as it stands on the page. */
  async function buttonOf(name: string, { page: at, about = {} }: Doing): Promise<string> {
    await page.goto(`${stage.nodeRed.url}/rap-ops/${at}`);
    const all = page.locator(`[data-act="${name}"]`);
    await all.first().waitFor();
    const fields = await all.evaluateAll((found) =>
      found.map((one) => (one as HTMLElement).dataset.fields ?? ''),
    );
    const found = fields.findIndex((text) => {
      const of = JSON.parse(text) as Record<string, unknown>;
      return Object.entries(about).every(([key, value]) => of[key] === value);
    });
    assert.notEqual(found, -1, `${name}: none of ${fields.join()} is about ${JSON.stringify(about)}`);
    return fields[found] ?? '';
  }

  const dialog = () => page.locator('dialog[open]');
  const fault = () => dialog().locator('.fault:not([hidden])');

  /** What has the focus: of a field its name. */
  const focus = () =>
    page.evaluate(() => {
      const one = document.activeElement as HTMLInputElement;
      return {
        tag: one.tagName,
        name: one.name ?? '',
        type: one.type ?? '',
        act: one.dataset.act ?? '',
        fields: one.dataset.fields ?? '',
        isInDialog: one.closest('dialog') !== null,
        isOnPage: one.closest('main') !== null,
      };
    });

  async function tabTo(
    isThere: (on: Awaited<ReturnType<typeof focus>>) => boolean,
    what: string,
  ): Promise<void> {
    for (let n = 0; n < MOST_TABS; n++) {
      if (isThere(await focus())) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`${what} was not reached by the Tab key`);
  }

  /** Fills in a field by the keys; a choice by the first letters of what it shows. */
  async function type(act: string, name: string, value: string): Promise<void> {
    await tabTo((on) => on.isInDialog && on.name === name, `${act}: the field ${name}`);
    const { tag } = await focus();
    if (tag !== 'SELECT') {
      await page.keyboard.press('Control+A');
      return value === '' ? page.keyboard.press('Delete') : page.keyboard.insertText(value);
    }
    const option = page.locator(`dialog[open] [name="${name}"] option[value="${value}"]`);
    const words = await page.locator(`dialog[open] [name="${name}"] option`).allTextContents();
    const wanted = (await option.textContent()) ?? '';
    await page.keyboard.press('Home');
    for (let n = 0; n < words.indexOf(wanted); n++) await page.keyboard.press('ArrowDown');
    assert.equal(await page.locator(`dialog[open] [name="${name}"]`).inputValue(), value, `${act} ${name}`);
  }

  async function byKeys(name: string, doing: Doing): Promise<void> {
    const { values = {}, wrong, says } = doing;
    const fields = await buttonOf(name, doing);
    const onButton = (on: Awaited<ReturnType<typeof focus>>) => on.act === name && on.fields === fields;
    await tabTo(onButton, `${name}: its button`);
    await page.keyboard.press('Enter');
    await dialog().waitFor();
    assert.equal((await focus()).name, 'by', `${name}: the first field that is empty has the focus`);
    await page.keyboard.press('Enter');
    await fault().filter({ hasText: 'Say who you are' }).waitFor();
    assert.equal(await fault().getAttribute('role'), 'alert', name);
    assert.equal((await focus()).name, 'by', `${name}: the focus is where the error is`);
    // The focus stays in the dialog, or is the browser's own, however often one goes on.
    const stops = await dialog().locator('input:not([type=hidden]), select, textarea, button').count();
    for (let n = 0; n <= stops; n++) {
      const { tag, isInDialog } = await focus();
      assert.ok(isInDialog || tag === 'BODY', `${name}: the focus left the dialog for ${tag}`);
      await page.keyboard.press('Shift+Tab');
    }
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    assert.ok(onButton(await focus()), `${name}: the focus is back at the button after Escape`);
    await page.keyboard.press('Enter');
    await dialog().waitFor();
    await type(name, 'by', 'Ho Wai');
    for (const [field, value] of Object.entries(values)) await type(name, field, value);
    if (wrong !== undefined) {
      const [field, value] = wrong;
      await type(name, field, value);
      await page.keyboard.press('Enter');
      await fault().waitFor();
      assert.equal((await focus()).name, field, `${name}: the focus is where the error is`);
      assert.equal(
        await page.locator(`dialog[open] [name="${field}"]`).getAttribute('aria-invalid'),
        'true',
        name,
      );
      await type(name, field, values[field] ?? '');
    }
    await tabTo(
      ({ isInDialog, type }) => isInDialog && type === 'submit',
      `${name}: the button that does it`,
    );
    const again = page.waitForResponse((answer) => answer.request().headers()['x-rap-desk'] === 'pieces');
    await page.keyboard.press('Enter');
    await ended(name, says);
    await again;
    const { tag, isOnPage } = await focus();
    assert.ok(isOnPage, `${name}: the focus is on the page afterwards, not at ${tag}`);
  }

  async function byTouch(name: string, doing: Doing): Promise<void> {
    const { values = {}, says } = doing;
    const fields = await buttonOf(name, doing);
    const all = page.locator(`[data-act="${name}"]`);
    const at = (
      await all.evaluateAll((found) => found.map((one) => (one as HTMLElement).dataset.fields))
    ).indexOf(fields);
    const hit = async (target: ReturnType<Page['locator']>, what: string) => {
      const box = await target.boundingBox();
      assert.ok(box !== null && box.height >= FINGER && box.width >= FINGER, `${name}: ${what} is too small`);
      assert.ok(box.x >= 0 && box.x + box.width <= PHONE.width, `${name}: ${what} is beside the window`);
      await target.tap();
    };
    await hit(all.nth(at), 'its button');
    await dialog().waitFor();
    for (const [field, value] of Object.entries({ by: 'Ho Wai', ...values })) {
      const control = dialog().locator(`[name="${field}"]`);
      // A phone shows choices and dates in a way of its own.
      if ((await control.evaluate(({ tagName }) => tagName)) === 'SELECT') await control.selectOption(value);
      else {
        await hit(control, `the field ${field}`);
        await page.keyboard.insertText(value);
      }
    }
    await hit(dialog().locator('[type=submit]'), 'the button that does it');
    await ended(name, says);
  }

  async function ended(name: string, says: RegExp): Promise<void> {
    const told = page.locator('#said span, dialog[open] .fault:not([hidden])').first();
    const text = (await told.textContent()) ?? '';
    assert.match(text, says, `${name}: ${text}`);
    await dialog().waitFor({ state: 'detached' });
  }

  it('is told here how it is done', () => {
    assert.deepEqual(Object.keys(doings).sort(), acts.map(({ name }) => name).sort());
  });

  for (const way of ways) {
    describe(`is done by ${{ keys: 'the keyboard alone', touch: 'touch, on a phone' }[way]}`, () => {
      before(async () => {
        const touch = way === 'touch' ? { hasTouch: true, isMobile: true } : {};
        const context = await stage.browser.newContext({ locale: 'en-US', viewport: PHONE, ...touch });
        page = await context.newPage();
        page.setDefaultTimeout(240_000);
      });
      after(() => page.context().close());

      for (const { name } of acts) {
        it(name, async () => {
          const doing = doings[name]?.(way) ?? assert.fail(`${name} is told nowhere`);
          await (way === 'keys' ? byKeys : byTouch)(name, doing);
        });
      }
    });
  }
});

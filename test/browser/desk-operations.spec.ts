/** Questions of a night and acts on the operations pages, asked by a scripted browser: at most two clicks or one search. */

import assert from 'node:assert/strict';
import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { askForSwitch, switchDataCentre } from '../../lib/accounts/data-centre-switch.ts';
import { acknowledge } from '../../lib/alarms/acknowledge.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { alarmEnd } from '../../lib/model/reasons.ts';
import { keepPlan } from '../../lib/practice/day-store.ts';
import { startDrill } from '../../lib/practice/drill.ts';
import { movePlan } from '../../lib/practice/plan.ts';
import { planFields } from '../../lib/practice/plan-fields.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { realClock } from '../../lib/time/clock.ts';
import { addDays, hongKongDate } from '../../lib/time/hong-kong.ts';
import { someContacts } from '../lib/mail/samples.ts';
import { pictures, startNodeRed, useNodeRed } from '../support/editor.ts';
import { node } from '../support/flow-parts.ts';
import { inLedger } from '../support/in-ledger.ts';
import { idleAccounts, planNode } from '../support/practice-flow.ts';

const sizes = { phone: { width: 390, height: 844 }, laptop: { width: 1366, height: 768 } } as const;
const today = hongKongDate(realClock.now());
/** A session to come, so that nothing of it begins while the test runs. */
const plan = movePlan(practice20250621, addDays(today, 30));

describe('the operations pages in a browser', function () {
  this.timeout(300_000);
  let context: BrowserContext;
  let page: Page;
  let code: string;
  /** Switches that wait for a second person. */
  const requests: number[] = [];

  async function prepare(ledger: Ledger): Promise<void> {
    await keepPlan(ledger, plan);
    code = (await startDrill(ledger, someContacts(), plan)).contacts[0]?.code ?? '';
    await ledger.accountKeys.noteKey('SIM001', `SHA256:${'k'.repeat(43)}`);
    await ledger.logins.countLogin('SIM001');
    await ledger.logins.noteLogin({
      account: 'SIM001',
      dataCentre: 'primary',
      address: '10.243.2.141:18801',
    });
    await ledger.accounts.lockLogin({
      account: 'SIM001',
      reason: 'The key was refused',
      address: '10.243.2.141:18801',
    });
    const choice = { accounts: ['SIMC01'], dataCentre: 'secondary', reason: 'the primary is down' } as const;
    await switchDataCentre(ledger, realClock, { ...choice, by: 'A. Chan', second: 'B. Wong' });
    for (const node of ['one', 'other']) {
      const asked = { ...choice, accounts: ['SIM001'], by: 'A. Chan' };
      requests.push((await askForSwitch(ledger, realClock, node, asked)).id);
    }
    await ledger.scheduleRuns.beginRun({
      schedule: 'evening',
      run: 'run-1',
      trigger: 'timer',
      due: realClock.now() - 600_000,
    });
    await ledger.shares.rememberShare({ root: join(stage.home, 'shares'), id: 'id' });
    const sight = { account: 'SIM001', run: 'run-1', dataCentre: 'primary' as const };
    await ledger.outstanding.noteSeen(sight, [{ path: '/INBOX/CCLTN05_late.txt', size: 1, modifiedAt: 1 }]);
    const all = {
      account: 'SIM001',
      installation: 'hkscc',
      participant: 'SIM001',
      holidayTrading: '',
      folders: ['/INBOX'],
      everything: true,
    };
    await ledger.expectations.recordCheck({ account: 'SIM001', at: realClock.now(), asked: all, found: {} });
    const folders = ['/INBOX'];
    await ledger.looks.noteLook({
      ...{ account: 'SIMC01', at: realClock.now(), dataCentre: 'secondary', good: folders, failed: [] },
    });
    const away = await ledger.alarms.recordFault(
      {
        ...{ key: 'away', level: 'critical', account: 'SIM001', code: 'SHARE_SILENT', place: 'deliver' },
        ...{ message: '/mnt/risk does not answer', cure: 'Look at it.', run: 'run-1', groups: [] },
      },
      () => ({}),
    );
    await acknowledge(
      ledger,
      realClock,
      { alarm: away.alarm.id, by: 'C. Ho', why: 'the storage team is on it' },
      4,
    );
    await ledger.alarms.closeAlarms([away.alarm.id], alarmEnd('shareServes'));
    for (let n = 1; n <= 30; n++) {
      const code = n === 30 ? 'LOGIN_REFUSED' : 'SHARE_FULL';
      const fault = {
        key: `k${n}`,
        level: n % 4 === 3 ? 'information' : 'critical',
        account: 'SIM001',
        code,
      } as const;
      const message =
        n === 30
          ? 'SIM001: the server refused the key'
          : `/srv/shares/department-${n}: no space left for CCLTN05_SIM001_20261130.txt`;
      const { alarm } = await ledger.alarms.recordFault(
        {
          ...fault,
          place: 'deliver',
          message,
          cure: 'Make room on the share, then press Run now.',
          run: 'run-1',
          groups: ['ops'],
        },
        () => ({}),
      );
      await ledger.alarms.queueAlarmMail(alarm.id, {
        ...{ eventKey: `alarm ${n}`, kind: 'alarm', run: 'run-1' },
        to: ['ann@broker.example', 'bo@broker.example'],
        ...{ subject: `RAP CRITICAL SIM001: share ${n} is full`, text: message, html: '' },
      });
    }
  }

  const stage = useNodeRed(async (home) => {
    await mkdir(join(home, 'shares'));
    await inLedger(stage.home, prepare);
    const rules = [{ system: '', code: '*', folder: '', share: join(home, 'shares') }];
    const flow = [
      { id: 'tab', type: 'tab', label: 'Evening' },
      ...idleAccounts().map((one) => ({ ...one, keyUntil: addDays(today, 200) })),
      { ...planNode(), ...planFields(plan) },
      node(
        'evening',
        'rap-schedule',
        {
          name: 'Evening',
          mode: 'times',
          times: [{ time: '21:30' }],
          pattern: '',
          calendar: 'securities',
          catchUp: false,
        },
        ['login'],
      ),
      node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, []),
      node('file', 'report-route', { rules, shares: 'any' }, [], [], []),
      node('weather', 'weather-check', { plan: 'plan', day: 'plan', feeds: [], tell: false }, [], [], []),
      {
        id: 'contacts',
        type: 'rap-contacts',
        name: 'Operations',
        host: '127.0.0.1',
        port: '1',
        tls: 'none',
        from: 'RAP <rap@broker.example>',
        contacts: [
          { name: 'Ann', email: 'ann@broker.example', groups: 'ops' },
          { name: 'Bo', email: 'bo@broker.example', groups: 'duty' },
        ],
      },
      node(
        'tell-digest',
        'contact-notify',
        { name: 'Digest', kind: 'digest', contacts: 'contacts', groups: 'ops' },
        [],
      ),
      node(
        'tell-alarm',
        'contact-notify',
        { name: 'Alarms', kind: 'alarm', contacts: 'contacts', groups: '' },
        ['out'],
      ),
    ];
    return startNodeRed(home, flow, { RAP_SMTP_PORT: '1' });
  });
  before(async () => {
    await open('phone');
  });

  async function open(size: keyof typeof sizes, options: object = {}): Promise<void> {
    await context?.close();
    context = await stage.browser.newContext({ viewport: sizes[size], locale: 'en-US', ...options });
    page = await context.newPage();
    page.setDefaultTimeout(240_000);
  }

  const to = (path: string) => page.goto(`${stage.nodeRed.url}/rap-ops/${path}`);
  const menu = (name: string) => page.getByRole('navigation').getByRole('link', { name }).first().click();
  const shows = (text: string | RegExp) => page.locator('main').getByText(text).first().waitFor();

  /** Each from Today on, at most two clicks. */
  const questions: [string, () => Promise<void>][] = [
    [
      'what has nobody taken up?',
      async () => {
        await menu('Alarms');
        await shows('30 alarms that nobody has taken up');
      },
    ],
    [
      'who was told of the refused key?',
      async () => {
        await menu('Alarms');
        await page
          .locator('#unheard li', { hasText: 'refused the key' })
          .getByRole('link', { name: 'Who was told' })
          .click();
        await shows(/ann@broker\.example: /);
      },
    ],
    [
      'which report was seen at RAP and is not here?',
      async () => {
        await menu('Alarms');
        await shows('/INBOX/CCLTN05_late.txt');
      },
    ],
    [
      'which mail is still waiting, and why?',
      async () => {
        await menu('Contacts');
        await page
          .locator('#verdict')
          .getByRole('link', { name: /wait for the relay/ })
          .click();
        await shows(/tried next at/);
      },
    ],
    [
      'what was said in the last mail?',
      async () => {
        await menu('Contacts');
        await page.locator('#last a.name').first().click();
        await shows('SIM001: the server refused the key');
      },
    ],
    [
      'who is told the digest?',
      async () => {
        await menu('Contacts');
        await page.locator('#who-0 li', { hasText: 'Ann' }).getByText('digests').waitFor();
      },
    ],
    [
      'which share has how much room?',
      async () => {
        await menu('System');
        await page
          .locator('#shares li', { hasText: join(stage.home, 'shares') })
          .getByText(/free of/)
          .waitFor();
      },
    ],
    [
      'when was the last run due, and when did it begin?',
      async () => {
        await menu('System');
        await page
          .locator('#starter-evening')
          .getByText(/last run due \d\d:\d\d, began \d\d:\d\d|last run due 20/)
          .waitFor();
      },
    ],
    [
      'at which address did we log in last?',
      async () => {
        await menu('System');
        await page
          .locator('#account-SIM001')
          .getByText(/10\.243\.2\.141:18801/)
          .first()
          .waitFor();
      },
    ],
    [
      'which data centre are we on, and who decided it?',
      async () => {
        await menu('System');
        const account = page.locator('#account-SIMC01');
        await account.getByText('SECONDARY data centre').waitFor();
        await account.getByText(/decided by A\. Chan with B\. Wong/).waitFor();
      },
    ],
    [
      'since when has the key been in use?',
      async () => {
        await menu('System');
        await page
          .locator('#account-SIM001')
          .getByText(/in use since/)
          .waitFor();
      },
    ],
    [
      'who is in charge, and when was the ledger sealed?',
      async () => {
        await menu('System');
        await page
          .locator('#charge')
          .getByText(/^this process/)
          .waitFor();
        await page.locator('#charge').getByText('Last seal').waitFor();
      },
    ],
    [
      'who knew of the alarm that is over, and why is it over?',
      async () => {
        await menu('Alarms');
        await page.getByRole('link', { name: 'Alarms that are over' }).click();
        await shows(/acknowledged by C\. Ho at \d\d:\d\d: the storage team is on it/);
        await shows(/over since \d\d:\d\d: the share serves again/);
      },
    ],
    [
      "when did we last look at HKCC's inbox?",
      async () => {
        await page
          .locator('#account-SIMC01')
          .getByText(/last good look \d\d:\d\d/)
          .waitFor();
      },
    ],
    [
      'when is the next run?',
      async () => {
        await page
          .locator('#under-way')
          .getByText(/^Next run (?:20\d\d-\d\d-\d\d )?21:30 · Evening/)
          .waitFor();
      },
    ],
    [
      'since when are we on the secondary data centre, and why?',
      async () => {
        await menu('System');
        await page
          .locator('#account-SIMC01')
          .getByText(/decided by .* at \d\d:\d\d: the primary is down/)
          .waitFor();
      },
    ],
    [
      'until when may the key be used?',
      async () => {
        await menu('System');
        await page.locator('#key-SIM001').getByText(addDays(today, 200)).first().waitFor();
      },
    ],
    [
      'what has somebody done by hand tonight?',
      async () => {
        await menu('System');
        await page.locator('#acts').getByText('C. Ho: alarm acknowledged').waitFor();
        await page.getByRole('link', { name: 'All that people did' }).click();
        await shows('A. Chan: data centre chosen');
      },
    ],
    [
      'how many log-ins of the day are used up?',
      async () => {
        await menu('System');
        await page
          .locator('#account-SIM001')
          .getByText(/1 log-in today/)
          .waitFor();
      },
    ],
    [
      'which release runs here?',
      async () => {
        await menu('System');
        await page
          .locator('#charge')
          .getByText(/^\d+\.\d+\.\d+/)
          .waitFor();
      },
    ],
    [
      'what does the code of this alarm mean, and when is it over?',
      async () => {
        await menu('Alarms');
        await page
          .locator('#unheard li', { hasText: 'refused the key' })
          .getByRole('link', { name: 'Runbook' })
          .click();
        await shows('LOGIN_REFUSED');
        await page.locator('#do').waitFor();
      },
    ],
    [
      'what holds the practice day, and whom do I ring?',
      async () => {
        await menu('Practice');
        await shows('Not begun');
        await page.locator('#hotlines a[href^="tel:"]').first().waitFor();
      },
    ],
    [
      'who has not answered the drill?',
      async () => {
        await menu('Practice');
        await page
          .locator('#drill')
          .locator('.pill', { hasText: /not answered/ })
          .waitFor();
      },
    ],
  ];

  for (const [question, answer] of questions) {
    it(question, async () => {
      await to('');
      await answer();
    });
  }

  it('says how full a share is as the disk says it', async () => {
    const { blocks, bsize } = await statfs(join(stage.home, 'shares'));
    assert.ok(blocks * bsize > 0);
    await to('system');
    await page
      .locator('#shares')
      .getByText(/ free of /)
      .waitFor();
  });

  it('scrolls nowhere sideways, from 320 px on, and every button is large enough for a finger', async () => {
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 800 });
      for (const path of [
        'alarms',
        'alarms?alarm=30',
        'contacts',
        'contacts?mail=1',
        'system',
        'practice',
        'system?logins=SIM001',
      ]) {
        await to(path);
        const found = await page.evaluate(() => ({
          over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          small: [...document.querySelectorAll('main button, main .button')]
            .filter((one) => one.getBoundingClientRect().height < 44)
            .map((one) => one.outerHTML),
        }));
        assert.deepEqual(found, { over: 0, small: [] }, `${path} at ${width}`);
      }
    }
    await page.setViewportSize(sizes.phone);
  });

  it('weighs at most 40 kB with 30 open alarms and hundreds of mails', async () => {
    for (const path of [
      'alarms',
      'alarms?show=unheard',
      'contacts',
      'contacts?show=all',
      'system',
      'practice',
    ]) {
      const text = await (await fetch(`${stage.nodeRed.url}/rap-ops/${path}`)).text();
      assert.ok(text.length <= 40_000, `${path}: ${text.length}`);
    }
  });

  /** Reaches a button by the Tab key alone, presses it, fills the form in and sends it by the keys. */
  async function byKeys(
    path: string,
    act: string,
    values: Record<string, string>,
    given = '',
  ): Promise<string> {
    await to(path);
    await page.locator(`[data-act="${act}"]`).first().waitFor();
    for (let n = 0; ; n++) {
      assert.ok(n < 150, `${act} was not reached`);
      await page.keyboard.press('Tab');
      const here = await page.evaluate(() => {
        const { dataset } = document.activeElement as HTMLElement;
        return `${dataset.act ?? ''} ${dataset.fields ?? ''}`;
      });
      if (here.startsWith(`${act} `) && here.includes(given)) break;
    }
    await page.keyboard.press('Enter');
    const dialog = page.locator('dialog[open]');
    await dialog.locator('form').waitFor();
    const filled = new Set<string>();
    for (let n = 0; ; n++) {
      assert.ok(n < 40, `${act}: its button was not reached`);
      const [name = '', tag = '', type = ''] = await page.evaluate(() => {
        const { name, tagName, type } = document.activeElement as HTMLInputElement;
        return [name, tagName, type];
      });
      if (tag === 'BUTTON' && type === 'submit') break;
      const value = { by: 'Ho Wai', ...values }[name] ?? '';
      // A date has a stop for each of its parts; what stands in it stays.
      if (name !== '' && type !== 'date' && !filled.has(name)) {
        if (tag !== 'SELECT') await page.keyboard.press('Control+A');
        if (value !== '') await page.keyboard.type(value);
        filled.add(name);
      }
      await page.keyboard.press('Tab');
    }
    assert.deepEqual(
      Object.keys(values).filter((name) => !filled.has(name)),
      [],
      `${act}: not reached by Tab`,
    );
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' }).catch(async () => {
      throw new Error(`${act}: ${await dialog.locator('.fault').textContent()}`);
    });
    return (await page.locator('#said span').first().textContent()) ?? '';
  }

  it('does every act of these pages by the keyboard alone, and none without a name', async () => {
    assert.match(await byKeys('alarms', 'acknowledge', { why: 'seen' }), /is acknowledged until/);
    assert.match(await byKeys('alarms', 'close-report', { why: 'withdrawn' }), /CCLTN05_late\.txt is closed/);
    assert.match(await byKeys('system', 'unlock', { why: 'registered again' }), /may log in again/);
    assert.match(
      await byKeys('system', 'switch', { dataCentre: 'the p', why: 'it is back' }, 'SIMC01'),
      /Switched: SIMC01/,
    );
    assert.match(await byKeys('system', 'run-now', { why: 'HKEX rang' }), /A run has begun|under way/);
    assert.match(await byKeys('practice', 'drill-code', { code }), /has answered/);
    assert.match(
      await byKeys('practice', 'weather-word', { word: 'The session is c', how: 'hotline' }),
      /The verdict now: cancelled/,
    );
    await shows('Cancelled');
    const night = { report: 'RMAMR03:4', why: 'HKEX rang' };
    assert.match(
      await byKeys('alarms', 'deadline', { ...night, late: '23:00', cutOff: '01:00+1d' }),
      /It is entered/,
    );
    assert.match(await byKeys('alarms', 'condition', { holds: 'n', why: 'HKEX mailed' }), /It is entered/);
    assert.match(await byKeys('alarms', 'close-expectation', { ...night, report: 'RPF01' }), /It is entered/);
    const [agreed, other] = requests;
    assert.match(
      await byKeys('practice', 'confirm-switch', {}, `"request":${agreed}`),
      new RegExp(`Request ${agreed} is confirmed`),
    );
    assert.match(
      await byKeys('practice', 'refuse-switch', { why: 'it is up again' }, `"request":${other}`),
      new RegExp(`Request ${other} is refused`),
    );
    await page.locator('[data-act="drill-code"]').first().click();
    await page.locator('dialog[open] input[name=code]').fill('AAAAAA');
    await page.keyboard.press('Enter');
    await page.locator('dialog .fault', { hasText: 'Say who you are' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
  });

  it('is looked at: each page in both sizes, light and dark, in three languages', async () => {
    await mkdir(pictures, { recursive: true });
    for (const size of ['phone', 'laptop'] as const) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const locales = colorScheme === 'light' ? ['en-US', 'zh-TW', 'zh-CN'] : ['en-US'];
        for (const locale of locales) {
          await open(size, { colorScheme, locale });
          for (const path of ['alarms', 'contacts', 'system', 'practice']) {
            await to(path);
            await page.locator('main h1').first().waitFor();
            await page.screenshot({
              path: join(pictures, `desk ${path} ${size} ${colorScheme} ${locale}.png`),
              fullPage: true,
            });
          }
        }
      }
    }
  });
});

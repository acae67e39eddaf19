import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type Inbox, startInbox } from '../../simulator/inbox.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import { type Editor, openEditor, picture, startNodeRed, thereAre, useNodeRed } from '../support/editor.ts';
import { mailsIn } from '../support/mails.ts';
import type { FlowNode } from '../support/runtime.ts';
import { aimAt, readFlow } from '../support/shipped-flow.ts';

const id = (short: string) => `d0a11f00000000${short}`;

/** A node of the shipped flow for each type, and a setting that the test changes in its dialog. */
const dialogs = [
  { type: 'rap-schedule', node: id('21'), field: '#node-input-name', value: 'Twice a day' },
  { type: 'rap-connect', node: id('30'), field: '#node-input-name', value: 'Log in, please' },
  { type: 'rap-list', node: id('31'), field: '#node-input-settleSeconds', value: '7' },
  { type: 'rap-download', node: id('32'), field: '#node-input-name', value: 'Fetch' },
  { type: 'report-route', node: id('33'), field: '#node-input-name', value: 'Put away' },
  { type: 'report-check', node: id('49'), field: '#node-input-name', value: 'Is all here?' },
  { type: 'contact-notify', node: id('50'), field: '#node-input-groups', value: 'digest, alarm' },
] as const;

const configDialogs = [
  {
    type: 'rap-account',
    node: id('71'),
    tabs: ['Account', 'Servers', 'Folders', 'Advanced'],
  },
  {
    type: 'rap-contacts',
    node: id('70'),
    tabs: ['Contacts', 'Mail relay', 'Alarms', 'Second channel', 'Maintenance'],
  },
] as const;

describe('editor', function () {
  this.timeout(300_000);
  let simulator: Simulator;
  let inbox: Inbox;
  let editor: Editor;
  let page: Page;

  const stage = useNodeRed(async (home) => {
    simulator = await startSimulator({ home, ports: 'ephemeral', riskFileBytes: 100_000 });
    inbox = await startInbox({ mailbox: `${home}/mailbox` });
    // What happens to be due by the clock of this machine changes nothing here.
    const flow = (await readFlow('01 Daily download.json')).map((node) =>
      node.type === 'rap-schedule' ? { ...node, whileDue: false } : node,
    );
    return startNodeRed(home, aimAt(flow, simulator), {
      RAP_SMTP_PORT: String(inbox.smtpPort),
    });
  });
  before(async () => {
    editor = await openEditor(stage.browser, stage.nodeRed.url);
    page = editor.page;
  });
  after(async () => {
    await inbox?.stop();
    await simulator?.stop();
  });
  afterEach(() => {
    assert.deepEqual(editor.troubles, []);
  });

  const deployed = async (): Promise<FlowNode[]> =>
    (await (await fetch(`${stage.nodeRed.url}/flows`)).json()) as FlowNode[];
  const nodeOf = async (node: string) => (await deployed()).find((one) => one.id === node);

  async function deploy(): Promise<void> {
    const answered = page.waitForResponse(
      (response) => response.url().endsWith('/flows') && response.request().method() === 'POST',
    );
    await page.locator('#red-ui-header-button-deploy:not(.disabled)').click();
    assert.equal((await answered).status(), 200);
    await page.locator('#red-ui-header-button-deploy.disabled').waitFor();
  }

  /** Opens a dialog as a double click does, and waits until it has slid in. */
  async function open(node: string): Promise<void> {
    await page.evaluate((which) => {
      const { RED } = globalThis as unknown as {
        RED: { editor: { edit(n: unknown): void }; nodes: { node(i: string): unknown } };
      };
      RED.editor.edit(RED.nodes.node(which));
    }, node);
    await settled();
  }

  async function openConfig(type: string, node: string): Promise<void> {
    await page.evaluate(
      ([kind, which]) => {
        const { RED } = globalThis as unknown as {
          RED: { editor: { editConfig(a: string, b: string, c: string): void } };
        };
        RED.editor.editConfig('', kind ?? '', which ?? '');
      },
      [type, node],
    );
    await settled();
  }

  async function settled(): Promise<void> {
    await page.locator('.red-ui-tray-body .form-row').first().waitFor();
    // It slides: wait until it stands still.
    let former = Number.NaN;
    for (let at = await leftEdge(); at !== former; at = await leftEdge()) {
      former = at;
      await page.waitForTimeout(60);
    }
  }

  /** The nodes that the editor marks as wrong, with their fields. */
  const markedNodes = () =>
    page.evaluate(() => {
      interface Shown {
        type: string;
        valid?: boolean;
        validationErrors?: string[];
      }
      const { RED } = globalThis as unknown as {
        RED: { nodes: Record<'eachNode' | 'eachConfig', (look: (node: Shown) => void) => void> };
      };
      const marked: string[] = [];
      const look = ({ type, valid, validationErrors }: Shown) => {
        if (valid === false) marked.push(`${type}: ${validationErrors}`);
      };
      RED.nodes.eachNode(look);
      RED.nodes.eachConfig(look);
      return marked;
    });

  const leftEdge = async () => (await page.locator('.red-ui-tray').last().boundingBox())?.x ?? 0;

  async function done(button = '#node-dialog-ok'): Promise<void> {
    await page.locator(button).click();
    await page.locator('.red-ui-tray').waitFor({ state: 'detached' });
  }

  it('shows the palette with its icons, and the shipped flow running', async () => {
    const category = page.locator('#red-ui-palette-container .red-ui-palette-category', {
      hasText: 'HKEX RAP',
    });
    assert.equal(await category.locator('.red-ui-palette-node').count(), 13);
    for (const { type } of dialogs) {
      const icon = await fetch(`${stage.nodeRed.url}/icons/@rap-ops/node-red-hkex/${type}.svg`);
      assert.equal(icon.status, 200);
      assert.match(await icon.text(), /<svg/);
    }
    await page.getByText('mail sent').first().waitFor({ timeout: 240_000 });
    await page
      .getByText(/ · \d+ filed$/)
      .first()
      .waitFor();
    await picture(page, 'flow');
    assert.deepEqual(await markedNodes(), []);
  });

  for (const { type, node, field, value } of dialogs) {
    it(`opens, saves and deploys ${type}`, async () => {
      await open(node);
      await picture(page, type);
      await page.locator(field).fill(value);
      await done();
      await deploy();
      const setting = field.replace('#node-input-', '');
      assert.equal((await nodeOf(node))?.[setting], value);
    });
  }

  for (const { type, node, tabs } of configDialogs) {
    it(`opens, saves and deploys ${type}`, async () => {
      const before = await nodeOf(node);
      await openConfig(type, node);
      for (const [index, tab] of tabs.entries()) {
        await page.locator('.red-ui-tray .red-ui-tab-label', { hasText: tab }).click();
        await picture(page, `${type} ${index + 1}`);
      }
      await page.locator('.red-ui-tray .red-ui-tab-label', { hasText: tabs[0] }).click();
      const field = type === 'rap-account' ? '#node-config-input-participant' : '#node-config-input-name';
      await page.locator(field).fill('CHANGED');
      await done('#node-config-dialog-ok');
      await deploy();
      const setting = field.replace('#node-config-input-', '');
      // The tables must come back as they were.
      assert.deepEqual(await nodeOf(node), { ...before, [setting]: 'CHANGED' });
    });
  }

  it('edits a table: a rule more, with the preview following', async () => {
    await open(id('33'));
    await page.locator('#report-route-preview', { hasText: 'CCLTN05_SIM001' }).waitFor();
    await page.locator('.red-ui-tray .red-ui-editableList-addButton', { hasText: 'rule' }).click();
    const row = page.locator('#report-route-rules li').last();
    await row.locator('input').nth(1).fill('CCLTN*');
    await row.locator('input').nth(3).fill('/mnt/statements/{nonsense}');
    await page.locator('#report-route-preview', { hasText: 'nonsense' }).waitFor();
    assert.match(
      (await row.locator('input.input-error').getAttribute('title')) ?? '',
      /^rule \d+: share .*nonsense/,
    );
    await picture(page, 'report-route mistake');
    await row.locator('input').nth(3).fill('{home}/shares/statements/{yyyy}');
    await page.locator('#report-route-preview', { hasText: '/shares/statements/2025' }).waitFor();
    await thereAre(0, row.locator('input.input-error'));
    await done();
    await deploy();
    const rules = (await nodeOf(id('33')))?.rules as Record<string, string>[];
    assert.deepEqual(rules.at(-1), {
      system: '',
      code: 'CCLTN*',
      folder: '',
      share: '{home}/shares/statements/{yyyy}',
    });
  });

  it('previews when a schedule is due while it is being changed', async () => {
    await open(id('21'));
    const preview = page.locator('#rap-schedule-preview div');
    await preview.nth(2).waitFor();
    await page.locator('#node-input-mode').selectOption('pattern');
    await page.locator('#node-input-pattern').fill('15 8 * * *');
    await preview
      .filter({ hasText: /08:15$/ })
      .first()
      .waitFor();
    await picture(page, 'rap-schedule pattern');
    await page.locator('#node-dialog-cancel').click();
    await page.locator('.red-ui-tray').waitFor({ state: 'detached' });
  });

  it('fills a new account in from a preset, with HKEX’s addresses, and shows what is still missing', async () => {
    await openConfig('rap-account', '_ADD_');
    const preset = page.locator('#rap-account-preset');
    const field = (name: string) => page.locator(`#node-config-input-${name}`);
    await preset.selectOption({ label: 'Simulator: HKCC & SEOCH RAP' });
    assert.equal(await field('participant').inputValue(), 'SIMC01');
    await preset.selectOption({ label: 'HKCC & SEOCH RAP' });
    for (const name of ['user', 'participant', 'keyFile', 'knownHosts']) {
      assert.equal(await field(name).inputValue(), '', `${name} keeps nothing of the simulator`);
    }
    await field('participant').fill('B01234');
    await preset.selectOption({ label: 'HKSCC RAP' });
    await preset.selectOption({ label: 'HKCC & SEOCH RAP' });
    assert.equal(await field('participant').inputValue(), 'B01234', 'what a person entered stays');
    await page.locator('#node-config-input-user').fill('BROKER1');
    await page.locator('#node-config-input-keyFile').fill('/etc/rap/key');
    await picture(page, 'rap-account new');
    await page.locator('.red-ui-tray .red-ui-tab-label', { hasText: 'Servers' }).click();
    await page.locator('.red-ui-tray .red-ui-editableList-addButton', { hasText: 'host key' }).click();
    const row = page.locator('#rap-account-host-keys li').last();
    await row.locator('input').nth(0).fill('10.151.14.141:18801');
    await row.locator('input').nth(1).fill('MD5:nonsense');
    await thereAre(1, row.locator('input.input-error'));
    assert.match(
      (await row.locator('input.input-error').getAttribute('title')) ?? '',
      /MD5 or SHA-1 fingerprint.* Ask for the SHA-256/,
    );
    for (const key of [`256 SHA256:${'a'.repeat(43)} rap (ED25519)`, `SHA256:${'a'.repeat(43)}`]) {
      await row.locator('input').nth(1).fill(key);
      await thereAre(0, row.locator('input.input-error'), key);
    }
    for (const [address, wrong] of [
      ['user@10.151.14.141', 1],
      ['sftp://10.151.14.141', 0],
      ['10.151.14.141:18801', 0],
    ] as const) {
      await row.locator('input').nth(0).fill(address);
      await thereAre(wrong, row.locator('input.input-error'), address);
    }
    // With a host key in the table no file of them is needed.
    await thereAre(0, page.locator('#node-config-input-knownHosts.input-error'));
    await picture(page, 'rap-account new addresses');
    await done('#node-config-dialog-ok');
    await deploy();
    await page.getByRole('button', { name: 'Close' }).click(); // "You have some unused configuration nodes."
    const made = (await deployed()).find((node) => node.user === 'BROKER1');
    assert.equal(made?.installation, 'hkcc-seoch');
    assert.deepEqual(
      ((made?.addresses ?? []) as { dataCentre: string; host: string; port: string }[]).map(
        ({ dataCentre, host, port }) => `${dataCentre} ${host}:${port}`,
      ),
      [
        'primary 10.151.14.141:18801',
        'primary 10.151.14.142:18801',
        'secondary 10.152.14.141:18801',
        'secondary 10.152.14.142:18801',
      ],
    );
  });

  it('runs now by the button on the schedule: one more digest', async () => {
    const before = (await mailsIn(`${stage.home}/mailbox`)).length;
    await page.locator(`[id="${id('21')}"] .red-ui-flow-node-button-button`).dispatchEvent('click');
    await page.getByText('Run started.').waitFor();
    const end = Date.now() + 240_000;
    while ((await mailsIn(`${stage.home}/mailbox`)).length === before && Date.now() < end) {
      await page.waitForTimeout(100);
    }
    assert.equal((await mailsIn(`${stage.home}/mailbox`)).length, before + 1);
  });

  it('shows a login lock and resets it with a reason', async () => {
    simulator.refuseKey('SIM001', true);
    await page.locator(`[id="${id('21')}"] .red-ui-flow-node-button-button`).dispatchEvent('click');
    await page.getByText('login refused').first().waitFor({ timeout: 240_000 });
    simulator.refuseKey('SIM001', false);
    await openConfig('rap-account', id('71'));
    await page.locator('#rap-account-lock.locked', { hasText: /127\.0\.0\.1:\d+/ }).waitFor();
    await picture(page, 'rap-account locked');
    await page.locator('#rap-account-lock-button').click();
    await thereAre(1, page.locator('#rap-account-lock-reason.input-error'), 'a reason is asked for');
    await page.locator('#rap-account-lock-reason').fill('key registered again');
    await page.locator('#rap-account-lock-button').click();
    await page.getByText('Login is not locked.').waitFor();
    await page.locator('#node-config-dialog-cancel').click();
    await page.locator('.red-ui-tray').waitFor({ state: 'detached' });
  });

  it('lists the open alarms on a page of their own, where a person acknowledges one by name', async () => {
    const alarms = await page.context().newPage();
    try {
      await alarms.goto(`${stage.nodeRed.url}/rap-ops/alarms`);
      const row = alarms.locator('#unheard li', { hasText: 'LOGIN_REFUSED' });
      await row.getByText('Check that the RAP user name').waitFor();
      await row.getByRole('button', { name: 'Acknowledge' }).click();
      const dialog = alarms.locator('dialog');
      await dialog.getByRole('button', { name: 'Acknowledge' }).click();
      await dialog.locator('.fault', { hasText: 'Say who you are' }).waitFor();
      await dialog.locator('input[name=by]').fill('Ada <b>Wong</b>');
      await dialog.getByRole('button', { name: 'Acknowledge' }).click();
      await alarms.locator('#said', { hasText: 'is acknowledged until' }).waitFor();
      await alarms.goto(`${stage.nodeRed.url}/rap-ops/alarms?show=known`);
      await alarms.getByText('Ada <b>Wong</b> knows, until').waitFor();
    } finally {
      await alarms.close();
    }
  });

  it('speaks Chinese to a browser that asks for it', async () => {
    const chinese = await openEditor(stage.browser, stage.nodeRed.url, 'zh-TW');
    const english = page;
    page = chinese.page;
    try {
      await openConfig('rap-account', id('71'));
      await page.locator('.red-ui-tray').getByText('私人密鑰', { exact: true }).waitFor();
      await picture(page, 'rap-account zh-TW');
      await page.locator('#rap-account-tabs .red-ui-tab').nth(1).click();
      await page.locator('.red-ui-tray').getByText('數據中心').first().waitFor();
      const host = page.locator('#rap-account-addresses input').first();
      await host.fill('10.243.2');
      assert.match((await host.getAttribute('title')) ?? '', /不是完整的 IP 地址/);
      assert.deepEqual(chinese.troubles, []);
    } finally {
      await page.context().close();
      page = english;
    }
  });
});

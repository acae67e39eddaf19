/** The dialogs in a real editor: whichever node is disabled the others work, and what is wrong is said below its field. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { type Editor, openEditor, picture, startNodeRed, thereAre, useNodeRed } from '../support/editor.ts';
import type { FlowNode } from '../support/runtime.ts';

const MODULE = '@rap-ops/node-red-hkex';

interface EditorWindow {
  RED: {
    nodes: { node(id: string): unknown; getType(type: string): unknown };
    editor: { edit(node: unknown): void; editConfig(name: string, type: string, id: string): void };
  };
}

/** A node of each type, on tabs that do nothing. */
function oneOfEach(): FlowNode[] {
  const all = globSync('flows/*.json')
    .sort()
    .flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as FlowNode[]);
  const { nodes } = JSON.parse(readFileSync('package.json', 'utf8'))['node-red'] as {
    nodes: Record<string, string>;
  };
  const tab = { id: 'tab', type: 'tab', label: 'test', disabled: true } as unknown as FlowNode;
  const chosen = Object.keys(nodes).map((type) => {
    const node = all.find((one) => one.type === type);
    assert.ok(node, type);
    const { g: _, ...rest } = node;
    return rest.z === undefined ? rest : { ...rest, z: 'tab', wires: [] };
  });
  return [tab, ...chosen] as FlowNode[];
}

const flow = oneOfEach();
const types = flow.slice(1);
const ROUNDS = 6;
/**
 * In which rounds each is disabled, '1', half of all: no two in the same, so that for any two nodes there is a round in
 * which the one is disabled while the other is not.
 */
const offIn = Array.from({ length: 2 ** ROUNDS }, (_, bits) => bits.toString(2).padStart(ROUNDS, '0')).filter(
  (rounds) => rounds.replaceAll('0', '').length === ROUNDS / 2,
);
const opened = new Set<FlowNode>();

describe('dialogs', function () {
  this.timeout(300_000);

  const stage = useNodeRed((home) => startNodeRed(home, flow));

  beforeEach(() => deploy(flow));

  async function deploy(nodes: readonly FlowNode[]): Promise<void> {
    const answer = await fetch(`${stage.nodeRed.url}/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(nodes),
    });
    assert.ok(answer.ok);
  }

  async function enable(type: string, enabled: boolean): Promise<void> {
    const answer = await fetch(`${stage.nodeRed.url}/nodes/${MODULE}/${type}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ enabled }),
    });
    assert.equal(answer.status, 200, `${type} ${enabled}`);
  }

  async function within<T>(locale: string, work: (editor: Editor) => Promise<T>): Promise<T> {
    const editor = await openEditor(stage.browser, stage.nodeRed.url, locale);
    try {
      return await work(editor);
    } finally {
      await editor.page.context().close();
    }
  }

  async function open(page: Page, { id, type, z }: FlowNode): Promise<void> {
    await page.evaluate(
      ([node = '', kind = '', isConfig]) => {
        const { RED } = globalThis as unknown as EditorWindow;
        if (isConfig === 'yes') RED.editor.editConfig('', kind, node);
        else RED.editor.edit(RED.nodes.node(node));
      },
      [id, type, z === undefined ? 'yes' : 'no'],
    );
    await page.locator('.red-ui-tray-body .rap-ops-form').waitFor();
  }

  const nameOf = (z: unknown) => (z === undefined ? '#node-config-input-name' : '#node-input-name');

  async function cancel(page: Page, { z }: FlowNode): Promise<void> {
    await page.locator(z === undefined ? '#node-config-dialog-cancel' : '#node-dialog-cancel').click();
    await page.locator('.red-ui-tray').waitFor({ state: 'detached' });
  }

  it('open while any other node is disabled', async function () {
    this.timeout(600_000);
    assert.ok(offIn.length >= types.length);
    await within('en-US', async ({ page, troubles }) => {
      for (let round = 0; round < ROUNDS; round++) {
        const isOff = (at: number) => offIn[at]?.[round] === '1';
        const off = types.filter((_, at) => isOff(at));
        const on = types.filter((_, at) => !isOff(at));
        // What is in use cannot be disabled.
        await deploy(flow.filter((node) => !off.includes(node)));
        for (const { type } of off) await enable(type, false);
        await page.reload();
        await page.locator('.red-ui-flow-node').first().waitFor({ timeout: 240_000 });
        const registered = await page.evaluate(
          (all) => {
            const { RED } = globalThis as unknown as EditorWindow;
            return all.filter((type) => RED.nodes.getType(type) !== undefined);
          },
          types.map(({ type }) => type),
        );
        assert.deepEqual(
          registered,
          on.map(({ type }) => type),
        );
        // In the end each was opened once.
        for (const node of on.filter((one) => !opened.has(one)).slice(0, 4)) {
          opened.add(node);
          await open(page, node);
          assert.equal(await page.locator(nameOf(node.z)).inputValue(), node.name ?? '');
          const label = page.locator('.rap-ops-form .form-row > label').first();
          await page.waitForFunction(
            (one) => one !== null && getComputedStyle(one).width === '130px',
            await label.elementHandle(),
          );
          await cancel(page, node);
        }
        for (const { type } of off) await enable(type, true);
      }
      assert.deepEqual(troubles, []);
    });
    assert.equal(opened.size, types.length);
  });

  /** A wrong value of a field or a cell, and a right one, with what is said of it in two languages. */
  const mistakes = [
    {
      type: 'rap-list',
      field: '#node-input-alarmRuns',
      wrong: '1001',
      right: '5',
      en: '"1001" is outside 1 - 1000. Enter a number from 1 - 1000.',
      zh: '"1001" 不在 1 - 1000 之內。請輸入 1 - 1000 之內的數字。',
    },
    {
      type: 'rap-switch',
      field: '#node-input-until',
      wrong: '9:5',
      right: '19:00',
      en: '"9:5" has one digit for the minutes. Enter two, as in 09:05 or 09:50.',
      zh: '"9:5" 的分鐘只有一個數字。請輸入兩個數字，例如 09:05 或 09:50。',
    },
    {
      type: 'rap-schedule',
      field: '#rap-schedule-times li:first-child input',
      wrong: '24:30',
      right: '21:30',
      en: '"24:30" is not a time of the day. Enter it as in 07:00 or 21:30.',
      zh: '"24:30" 不是一天內的時間。請按 07:00 或 21:30 的寫法輸入。',
    },
    {
      type: 'rap-account',
      tab: 3,
      field: '#node-config-input-maxDepth',
      wrong: '65',
      right: '64',
      en: '"65" is outside 0 - 64. Enter a number from 0 - 64.',
      zh: '"65" 不在 0 - 64 之內。請輸入 0 - 64 之內的數字。',
    },
  ];

  for (const [locale, language] of [
    ['en-US', 'en'],
    ['zh-TW', 'zh'],
  ] as const) {
    it(`say below a field what is wrong with it while it is typed: ${locale}`, async () => {
      await within(locale, async ({ page, troubles }) => {
        // As on a phone: nothing is said by the mouse alone, and nothing is cut off.
        await page.setViewportSize({ width: 390, height: 844 });
        for (const { type, tab, field, wrong, right, ...said } of mistakes) {
          const node = types.find((one) => one.type === type);
          assert.ok(node);
          await open(page, node);
          if (tab !== undefined) await page.locator(`#${type}-tabs .red-ui-tab a`).nth(tab).click();
          const input = page.locator(field);
          await input.fill(wrong);
          const line = page.locator('.rap-ops-fault', { hasText: said[language] });
          await line.waitFor();
          const name = locale === 'en-US' ? `dialog fault ${type}` : `dialog fault ${type} zh`;
          await picture(page, name);
          assert.equal(await input.getAttribute('aria-invalid'), 'true');
          const isWhole = await line.evaluate((one) => one.scrollWidth <= one.clientWidth);
          assert.ok(isWhole, `${type}: cut off`);
          if (tab !== undefined) await thereAre(1, page.locator('a.rap-ops-wrong'));
          await input.fill(right);
          await line.waitFor({ state: 'detached' });
          await cancel(page, node);
        }
        assert.deepEqual(troubles, []);
      });
    });
  }

  it('take the whole window of a telephone beside open side bars, and leave those of other nodes alone', async () => {
    const other = { id: 'other', type: 'inject', z: 'tab', name: 'x', props: [], wires: [[]] };
    await deploy([...flow, other as unknown as FlowNode]);
    await within('en-US', async ({ page }) => {
      await page.setViewportSize({ width: 390, height: 844 });
      assert.ok(await page.locator('#red-ui-sidebar').isVisible());
      for (const node of types) {
        await open(page, node);
        const tray = page.locator('.red-ui-tray');
        await page.waitForFunction(() => {
          const { left = 1, width = 0 } =
            document.querySelector('.red-ui-tray')?.getBoundingClientRect() ?? {};
          return left === 0 && width === innerWidth;
        });
        const out = await tray.evaluate((one) => {
          const isMoved = (element: Element) =>
            element.closest('.red-ui-tabs, .red-ui-editableList-border') !== null;
          const cells = [
            ...one.querySelectorAll('.rap-ops-form :is(input, select, textarea, button, label)'),
          ];
          return cells
            .filter((cell) => cell.getClientRects().length > 0 && !isMoved(cell))
            .filter((cell) => {
              const { left, right, width } = cell.getBoundingClientRect();
              return left < 0 || right > innerWidth || width < 12;
            })
            .map((cell) => `${cell.tagName} ${cell.id}`);
        });
        assert.deepEqual(out, [], node.type);
        const short = await tray.evaluate((one) =>
          [...one.querySelectorAll('.rap-ops-table input[type=text]')]
            .filter((cell) => cell.getClientRects().length > 0 && cell.getBoundingClientRect().width < 40)
            .map((cell) => cell.getAttribute('aria-label')),
        );
        assert.deepEqual(short, [], node.type);
        await cancel(page, node);
      }
      await page.evaluate(() => {
        const { RED } = globalThis as unknown as EditorWindow;
        RED.editor.edit(RED.nodes.node('other'));
      });
      await page.locator('#node-input-name').waitFor();
      const box = await page.locator('.red-ui-tray').boundingBox();
      assert.ok((box?.width ?? 390) < 390, 'the editor keeps what is its own');
    });
  });

  it('show a node of an earlier release as it works, and save it as one of this release', async () => {
    const list = types.find(({ type }) => type === 'rap-download');
    assert.ok(list);
    const {
      version: _,
      lookInside: __,
      rowJump: ___,
      keepDays: ____,
      ...former
    } = list as Record<string, unknown>;
    const nodes = flow.map((node) => (node === list ? (former as unknown as FlowNode) : node));
    await deploy(nodes);
    await within('en-US', async ({ page }) => {
      await open(page, list);
      assert.equal(await page.locator('#node-input-lookInside').isChecked(), true);
      assert.equal(await page.locator('#node-input-rowJump').inputValue(), '20');
      assert.equal(await page.locator('#node-input-keepDays').inputValue(), '0');
      await page.locator('#node-dialog-ok').click();
      await page.locator('.red-ui-tray').waitFor({ state: 'detached' });
      const answered = page.waitForResponse(
        (response) => response.url().endsWith('/flows') && response.request().method() === 'POST',
      );
      await page.locator('#red-ui-header-button-deploy:not(.disabled)').click();
      assert.equal((await answered).status(), 200);
    });
    const saved = (await (await fetch(`${stage.nodeRed.url}/flows`)).json()) as FlowNode[];
    const { version, lookInside, rowJump, keepDays } = (saved.find(({ id }) => id === list.id) ??
      {}) as Record<string, unknown>;
    assert.deepEqual(
      { version, lookInside, rowJump, keepDays },
      { version: 1, lookInside: true, rowJump: '20', keepDays: '0' },
    );
  });
});

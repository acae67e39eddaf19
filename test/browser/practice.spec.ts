/** The dialogs of the practice session in the real editor: each opens, saves, and deploys what was typed. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type Editor, openEditor, picture, startNodeRed, thereAre, useNodeRed } from '../support/editor.ts';
import type { FlowNode } from '../support/runtime.ts';
import { readFlow } from '../support/shipped-flow.ts';

interface EditorWindow {
  RED: {
    editor: { edit(node: unknown): void; editConfig(name: string, type: string, id: string): void };
    nodes: { node(id: string): unknown };
  };
}

const dialogs = [
  { type: 'weather-check', field: '#node-input-name', value: 'Is it windy?' },
  { type: 'rap-switch', field: '#node-input-reason', value: 'The plan says so' },
  { type: 'session-timer', field: '#node-input-name', value: 'The day' },
  { type: 'session-evidence', field: '#node-input-name', value: 'Write it down' },
  { type: 'report-compare', field: '#node-input-folder', value: '/mnt/terminal/{account}' },
] as const;

describe('editor, practice session', function () {
  this.timeout(300_000);
  let editor: Editor;
  let page: Page;
  let flow: FlowNode[];

  const stage = useNodeRed(async (home) => {
    flow = await readFlow('02 Practice session.json');
    return startNodeRed(home, flow, { RAP_SMTP_PORT: '1' });
  });
  before(async () => {
    editor = await openEditor(stage.browser, stage.nodeRed.url);
    page = editor.page;
  });
  afterEach(() => {
    assert.deepEqual(editor.troubles, []);
  });

  const idOf = (type: string) => String(flow.find((node) => node.type === type)?.id);
  const nodeOf = async (id: string) =>
    ((await (await fetch(`${stage.nodeRed.url}/flows`)).json()) as FlowNode[]).find((node) => node.id === id);

  async function opened(): Promise<void> {
    await page.locator('.red-ui-tray-body .form-row').first().waitFor();
    await page.waitForLoadState('networkidle');
  }

  async function saveAndDeploy(button: string): Promise<void> {
    await page.locator(button).click();
    await page.locator('.red-ui-tray').waitFor({ state: 'detached' });
    const answered = page.waitForResponse(
      (response) => response.url().endsWith('/flows') && response.request().method() === 'POST',
    );
    await page.locator('#red-ui-header-button-deploy:not(.disabled)').click();
    assert.equal((await answered).status(), 200);
    await page.locator('#red-ui-header-button-deploy.disabled').waitFor();
  }

  it('leaves a plan of the past alone', async () => {
    await page.getByText('2025-06-21 is over').first().waitFor();
    await picture(page, 'practice flow');
  });

  for (const { type, field, value } of dialogs) {
    it(`opens, saves and deploys ${type}, and nothing else of it changes`, async () => {
      const before = await nodeOf(idOf(type));
      await page.evaluate((id) => {
        const { RED } = globalThis as unknown as EditorWindow;
        RED.editor.edit(RED.nodes.node(id));
      }, idOf(type));
      await opened();
      await page.locator(field).fill(value);
      await picture(page, type);
      await saveAndDeploy('#node-dialog-ok');
      const after = await nodeOf(idOf(type));
      // A longer name moves the middle of the node.
      assert.deepEqual(after, { ...before, [field.replace('#node-input-', '')]: value, x: after?.x });
    });
  }

  it('offers the language of the evidence where it is written, that of the mails first', async () => {
    const pack = flow.find(({ type, action }) => type === 'session-evidence' && action === 'pack');
    const id = String(pack?.id);
    await page.evaluate((one) => {
      const { RED } = globalThis as unknown as EditorWindow;
      RED.editor.edit(RED.nodes.node(one));
    }, id);
    await opened();
    const language = page.locator('#node-input-language');
    assert.equal(await language.inputValue(), '');
    assert.equal(await language.locator('option').first().textContent(), 'as in the mails');
    await page.locator('#node-input-action').selectOption('result');
    assert.equal(await language.isVisible(), false);
    await page.locator('#node-input-action').selectOption('pack');
    await language.selectOption('zh-Hant');
    await picture(page, 'session-evidence pack');
    await saveAndDeploy('#node-dialog-ok');
    assert.equal((await nodeOf(id))?.language, 'zh-Hant');
  });

  it('names what is wrong with a plan while it is typed, and gives a whole one back as it was', async () => {
    const id = idOf('rap-plan');
    const before = await nodeOf(id);
    await page.evaluate((plan) => {
      (globalThis as unknown as EditorWindow).RED.editor.editConfig('', 'rap-plan', plan);
    }, id);
    await opened();
    const verdict = page.locator('#rap-plan-verdict');
    await verdict.getByText('The plan is complete and consistent.').waitFor();
    await page.locator('#node-config-input-weekday').selectOption('Wednesday');
    await verdict.getByText('weekday says Wednesday, but 2025-06-21 is a Saturday').waitFor();
    await thereAre(1, page.locator('#node-config-input-weekday.input-error'));
    await page.locator('#node-config-input-weekday').selectOption('Saturday');
    await page.locator('#rap-plan-tabs .red-ui-tab').nth(1).click();
    const start = page.locator('#rap-plan-parts li').nth(1).locator('input').nth(1);
    await start.fill('15:00');
    await verdict.getByText('overlaps "Part 1"').waitFor();
    await picture(page, 'rap-plan mistake');
    await start.fill('18:00');
    await verdict.getByText('The plan is complete and consistent.').waitFor();
    await page.locator('#rap-plan-tabs .red-ui-tab').nth(4).click();
    await page.locator('#rap-plan-text', { hasText: 'Timeline (Hong Kong time)' }).waitFor();
    const download = page.waitForEvent('download');
    await page.locator('[data-format="ics"]').click();
    assert.equal((await download).suggestedFilename(), 'practice-session-2025-06-21.ics');
    await page.locator('#rap-plan-tabs .red-ui-tab').nth(0).click();
    await page.locator('#node-config-input-name').fill('The day of June');
    await saveAndDeploy('#node-config-dialog-ok');
    assert.deepEqual(await nodeOf(id), { ...before, name: 'The day of June' });
  });
});

/** The Rehearse button in the real editor: a whole day passes under the nodes, and production knows nothing of it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type Editor, openEditor, picture, startNodeRed, useNodeRed } from '../support/editor.ts';
import { inLedger } from '../support/in-ledger.ts';
import type { FlowNode } from '../support/runtime.ts';
import { readFlow } from '../support/shipped-flow.ts';

describe('editor, Rehearse', function () {
  this.timeout(900_000);
  let editor: Editor;
  let page: Page;
  let flow: FlowNode[];

  const stage = useNodeRed(async (home) => {
    flow = await readFlow('02 Practice session.json');
    return startNodeRed(home, flow, { RAP_SMTP_PORT: '1', RAP_WEATHER: 'http://127.0.0.1:1' });
  });
  before(async () => {
    editor = await openEditor(stage.browser, stage.nodeRed.url);
    page = editor.page;
  });

  const idOf = (type: string) => String(flow.find((node) => node.type === type)?.id);
  const statusOf = (type: string) => page.locator(`[id="${idOf(type)}"] .red-ui-flow-node-status-label`);

  it('lives 23 September 2025 at a press of the button, and shows today again afterwards', async () => {
    const before = await statusOf('session-timer').textContent();
    await page.locator(`[id="${idOf('session-timer')}"] .red-ui-flow-node-button-button`).click();
    const notice = page.locator('.red-ui-notification', { hasText: '23 Sep 2025' });
    await notice.waitFor({ timeout: 240_000 });
    await statusOf('weather-check').getByText('go, session runs').waitFor({ timeout: 300_000 });
    await picture(page, 'rehearsal part 1');
    await statusOf('weather-check').getByText('TERMINATED 14:35').waitFor({ timeout: 300_000 });
    await notice.getByText('is over: terminated').waitFor({ timeout: 300_000 });
    await picture(page, 'rehearsal over');

    const [stamp = '', ...more] = await readdir(join(stage.home, 'rehearsal'));
    assert.deepEqual(more, []);
    const evidence = join(
      stage.home,
      'rehearsal',
      stamp,
      'practice',
      '2025-09-23',
      'evidence',
      'summary.html',
    );
    assert.match(await readFile(evidence, 'utf8'), /This is a rehearsal/);
    const [shown] = await Promise.all([
      page.context().waitForEvent('page'),
      notice.getByRole('button', { name: 'evidence' }).click(),
    ]);
    await shown.getByText('REHEARSAL: Practice Session').first().waitFor();
    const scripts = shown.addScriptTag({ content: 'document.title = "script"' });
    await assert.rejects(scripts, /Content Security Policy/, 'the evidence runs no script');
    await shown.close();

    assert.equal(existsSync(join(stage.home, 'practice')), false);
    await inLedger(stage.home, async (ledger) => {
      assert.deepEqual(await ledger.mails.mails(), []);
      assert.equal(await ledger.practice.practiceDay('2025-09-23'), undefined);
      assert.deepEqual(await ledger.accounts.dataCentreChoices(), []);
    });

    await notice.getByRole('button').first().click();
    await statusOf('session-timer')
      .getByText(before ?? 'is over')
      .waitFor();
    assert.deepEqual(editor.troubles, []);
  });

  it('refuses a day it does not know and signals that are none, in words', async () => {
    const ask = (body: object) =>
      fetch(`${stage.nodeRed.url}/session-timer/${idOf('session-timer')}/rehearsal`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const unknown = await ask({ day: 'sunny' });
    assert.deepEqual(
      [unknown.status, ((await unknown.json()) as { error: string }).error.slice(0, 20)],
      [409, 'There is no day "sun'],
    );
    const wrong = await ask({ day: 'own', signals: 'TC8,yesterday,' });
    assert.equal(wrong.status, 409);
    assert.match(((await wrong.json()) as { error: string }).error, /signals/i);
  });
});

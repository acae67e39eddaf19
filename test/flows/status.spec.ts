/** The examples that ask for the status: one that runs here, and one for Dashboard 2, which is not a dependency. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { MOST_ROWS } from '../../lib/collection/status-answers.ts';
import { questions } from '../../lib/model/questions.ts';
import type { FlowNode } from '../support/runtime.ts';
import { readFlow } from '../support/shipped-flow.ts';

const { 'node-red': ours } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const core = ['tab', 'comment', 'inject', 'debug'];
/** Of @flowfuse/node-red-dashboard. */
const dashboard = ['ui-base', 'ui-theme', 'ui-page', 'ui-group', 'ui-text', 'ui-table'];

/** Each setting of a node that names another one of the flow. */
function dangling(flow: FlowNode[]): string[] {
  const ids = new Set(flow.map(({ id }) => id));
  return flow.flatMap(
    (node) =>
      ['z', 'group', 'page', 'ui', 'theme']
        .map((key) => node[key])
        .filter((named) => typeof named === 'string' && named !== '' && !ids.has(named)) as string[],
  );
}

describe('the examples that ask for the status', () => {
  for (const [file, more] of [
    ['04 Ask for the status.json', []],
    ['05 Status on Dashboard 2.json', dashboard],
  ] as const) {
    it(`${file} names known nodes only, and nothing that is not there`, async () => {
      const flow = await readFlow(file);
      const known = [...core, ...Object.keys(ours.nodes), ...more];
      assert.deepEqual(
        flow.map(({ type }) => type).filter((type) => !known.includes(type)),
        [],
      );
      assert.deepEqual(dangling(flow), []);
    });
  }

  it('ask every question, and Dashboard 2 is sent no more rows than it can show', async () => {
    const asked = (await readFlow('04 Ask for the status.json')).map(({ topic }) => topic);
    for (const question of questions) assert.ok(asked.includes(question), question);
    const flow = await readFlow('05 Status on Dashboard 2.json');
    const rows = flow
      .filter(({ topic }) => topic === 'history')
      .map(({ payload }) => JSON.parse(String(payload)));
    assert.ok(rows.length > 0 && rows.every(({ most }) => most <= MOST_ROWS && most <= 200));
    assert.ok(flow.filter(({ type }) => type === 'ui-table').every(({ maxrows }) => Number(maxrows) <= 200));
    const packages = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    assert.doesNotMatch(packages, /flowfuse|dashboard/i);
  });
});

/** How a shipped flow lies on its tab: whoever opens it finds the day from top to bottom. */
import assert from 'node:assert/strict';
import type { FlowNode } from '../support/runtime.ts';
import { readFlow } from '../support/shipped-flow.ts';

interface Box {
  id: string;
  name: string;
  x: number;
  y: number;
  w: number;
  h: number;
}

describe('flow 02 Practice session on its tab', () => {
  let flow: FlowNode[];
  let boxes: Box[];
  before(async () => {
    flow = await readFlow('02 Practice session.json');
    boxes = flow.filter(({ type }) => type === 'group') as unknown as Box[];
  });
  const boxNamed = (start: string) => {
    const found = boxes.find(({ name }) => name.startsWith(start));
    assert.ok(found, start);
    return found;
  };

  it('has its rows A to H in their order, on one left edge, apart from each other and not too wide', () => {
    const rows = ['A ·', 'B ·', 'C ·', 'D ·', 'E ·', 'F ·', 'G ·', 'H ·'].map(boxNamed);
    const [first] = rows;
    for (const [index, row] of rows.entries()) {
      const above = rows[index - 1] ?? boxNamed('2 ·');
      assert.ok(row.y >= above.y + above.h, `${row.name} lies under ${above.name}`);
      assert.equal(row.x, first?.x, row.name);
    }
    for (const { name, x, w } of boxes) assert.ok(x >= 0 && x + w <= 1400, `${name} ends at ${x + w}`);
  });

  it('has no wire that leaves its group, but those from the weather to the day', () => {
    const groupOf = new Map(flow.map(({ id, g }) => [id, g]));
    for (const { id, g, type, wires = [] } of flow as (FlowNode & { g?: string; wires?: string[][] })[]) {
      for (const to of wires.flat()) {
        if (type === 'weather-check') assert.equal(groupOf.get(to), boxNamed('2 ·').id);
        else assert.equal(groupOf.get(to), g, `${id} to ${to}`);
      }
    }
  });

  it('joins each output of the day to its row by a link with the same words at both ends', () => {
    const outs = flow.filter(({ type }) => type === 'link out');
    assert.equal(outs.length, 8);
    for (const out of outs) {
      const [to, ...more] = out.links as string[];
      const end = flow.find(({ id }) => id === to);
      assert.deepEqual([more, end?.type, end?.name, end?.l, out.l], [[], 'link in', out.name, true, true]);
      assert.deepEqual(end?.links, [out.id]);
      const row = boxes.find(({ id }) => id === end?.g);
      assert.equal(row?.name.slice(0, 1), String(out.name).slice(0, 1));
    }
    const timer = flow.find(({ type }) => type === 'session-timer');
    assert.ok(timer);
    const led = new Set((timer.wires as string[][]).flat());
    assert.deepEqual([...led].toSorted(), outs.map(({ id }) => id).toSorted());
  });
});

describe('flows 01 and 03 on their tabs', () => {
  for (const file of ['01 Daily download.json', '03 Many accounts.json']) {
    it(`has no wire of ${file} that leaves its group, and joins groups by links with the same words at both ends`, async () => {
      const flow = (await readFlow(file)) as (FlowNode & { g?: string; wires?: string[][] })[];
      const byId = new Map(flow.map((node) => [node.id, node]));
      const subflows = new Set(flow.filter(({ type }) => type === 'subflow').map(({ id }) => id));
      for (const { id, g, z, wires = [] } of flow) {
        if (subflows.has(z as string)) continue;
        for (const to of wires.flat()) assert.equal(byId.get(to)?.g, g, `${id} to ${to}`);
      }
      const outs = flow.filter(({ type }) => type === 'link out');
      assert.ok(outs.length >= 2);
      for (const { id, name, l, links } of outs) {
        const [to = '', ...more] = links as string[];
        const end = byId.get(to);
        assert.deepEqual([more, end?.type, end?.name, end?.l, l], [[], 'link in', name, true, true]);
        assert.deepEqual(end?.links, [id]);
      }
      for (const { type, name, x, w } of flow as unknown as (Box & { type: string })[]) {
        if (type === 'group') assert.ok(x >= 0 && x + w <= 1100, `${name} ends at ${x + w}`);
      }
    });
  }

  it('shows that nobody can log in under the log-in', async () => {
    const flow = await readFlow('01 Daily download.json');
    for (const { x, y, g } of flow.filter(({ name }) => name === 'Cannot log in or list')) {
      const logIn = flow.find((node) => node.g === g && node.name === 'Log in');
      assert.ok(Math.abs(Number(x) - Number(logIn?.x)) < 100 && Number(y) > Number(logIn?.y));
    }
  });
});

/** Turns at one connection: what may go on beside what, and in which order. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Turns } from '../../../lib/ledger/postgres/turns.ts';

describe('turns at one connection', () => {
  const kinds = ['alone', 'beside'] as const;

  it('come in the order in which they were asked for, one alone or several beside each other', async () => {
    const step = fc.record({ kind: fc.constantFrom(...kinds), ends: fc.nat(6) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const turns = new Turns();
        const begun: number[] = [];
        const atWork = new Map<number, (typeof kinds)[number]>();
        await Promise.all(
          steps.map(async ({ kind, ends }, at) => {
            const end = await turns[kind]();
            begun.push(at);
            atWork.set(at, kind);
            const beside = [...atWork.values()];
            assert.ok(beside.length === 1 || !beside.includes('alone'), beside.join());
            for (let turn = 0; turn < ends; turn++) await new Promise((resolve) => setImmediate(resolve));
            atWork.delete(at);
            end();
          }),
        );
        assert.deepEqual(begun, [...steps.keys()]);
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it('let questions that come together go on together', async () => {
    const turns = new Turns();
    const ends = await Promise.all([turns.beside(), turns.beside(), turns.beside()]);
    let hasCome = false;
    const alone = turns.alone().then((end) => {
      hasCome = true;
      return end;
    });
    const later = turns.beside();
    for (const end of ends) {
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(hasCome, false);
      end();
    }
    (await alone)();
    (await later)();
  });
});

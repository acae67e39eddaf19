/** A live Node-RED that is given the shipped example as it is: its nodes say at the deploy what is still the demo's. */
import assert from 'node:assert/strict';
import { makeHome, removeHome } from '../support/home.ts';
import { Runtime, type RuntimeOptions } from '../support/runtime.ts';
import { readFlow } from '../support/shipped-flow.ts';

describe('the shipped example', () => {
  let home: string;
  let runtime: Runtime;
  beforeEach(async () => {
    home = await makeHome();
  });
  afterEach(async () => {
    await runtime.stop();
    await removeHome(home);
  });

  /** The texts under the nodes that refuse their settings, right after the deploy. */
  async function refused(profile: RuntimeOptions['profile']): Promise<string[]> {
    const flow = (await readFlow('01 Daily download.json')).filter(({ type }) => type !== 'rap-schedule');
    runtime = await Runtime.start(flow, { home, ...(profile === undefined ? {} : { profile }) });
    return flow
      .filter(({ id }) => runtime.statuses(String(id)).some(({ fill }) => fill === 'red'))
      .map(({ type, name }) => `${type} ${name || ''}`.trim());
  }

  it('is refused node by node where it is to go live', async () => {
    const found = await refused('live');
    assert.deepEqual(found.filter((one) => one.startsWith('rap-account')).length, 2, String(found));
    assert.deepEqual(found.filter((one) => one.startsWith('report-route')).length, 2, String(found));
    assert.ok(found.includes('rap-contacts Contacts'), String(found));
  });

  for (const profile of ['demo', undefined] as const) {
    it(`is taken as it is ${profile === undefined ? 'in a Node-RED of somebody’s own' : 'in the demo'}`, async () => {
      const found = await refused(profile);
      // The relay's port comes from the start of the demo, which this runtime does without.
      assert.deepEqual(
        found.filter((one) => !/contact/.test(one)),
        [],
      );
    });
  }
});

/** A live Node-RED that is given the shipped example as it is: its nodes say at the deploy what is still the demo's. */
import assert from 'node:assert/strict';
import type { Light } from '../../lib/desk/light/file.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { leftoverText } from '../../lib/model/leftovers.ts';
import { realClock } from '../../lib/time/clock.ts';
import desk from '../../nodes/desk/desk.ts';
import { demoLeftovers } from '../../nodes/runtime/demo-leftovers.ts';
import { admin, type Runtime, type RuntimeOptions } from '../support/runtime.ts';
import { readFlow } from '../support/shipped-flow.ts';
import { useSystem } from '../support/use-system.ts';

describe('the shipped example', () => {
  const system = useSystem();
  let runtime: Runtime;

  /** The texts under the nodes that refuse their settings, right after the deploy. */
  async function refused(profile: RuntimeOptions['profile']): Promise<string[]> {
    const flow = (await readFlow('01 Daily download.json')).filter(({ type }) => type !== 'rap-schedule');
    runtime = await system.start(flow, { profile });
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

describe("what is still the demo's, on the desk", () => {
  const system = useSystem();
  const light = async (lang: string): Promise<Light> =>
    JSON.parse((await admin().get(`/rap-ops/light?lang=${lang}`)).text);
  const systemPage = async () => (await admin().get('/rap-ops/system').set({ 'accept-language': 'en' })).text;

  /** The shipped flow with some of it made one's own. */
  async function begin(
    profile: RuntimeOptions['profile'],
    own: (node: Record<string, unknown>) => Record<string, unknown>,
  ) {
    const flow = (await readFlow('01 Daily download.json')).filter(({ type }) => type !== 'rap-schedule');
    const nodes = flow.map((node) => ({ ...node, ...own(node) })) as typeof flow;
    // Its rows are there; a ledger is made by whoever works first.
    await (await openHome(system.home, realClock)).close();
    await system.start(nodes, { nodes: [desk], profile });
  }

  it('is listed for a flow that goes live: participants, relay, folders; and the light is not green', async () => {
    await begin('live', () => ({}));
    const { tone, leftovers, moreLeftovers } = await light('en');
    assert.notEqual(tone, 'ok');
    assert.ok(
      leftovers.some((one) => /participant "SIM/.test(one)),
      String(leftovers),
    );
    const page = await systemPage();
    for (const shown of [
      /participant &quot;SIM001&quot;/,
      /the demo&#39;s mailbox|the demo's mailbox/,
      /any folder/,
    ])
      assert.match(page, shown);
    assert.match(page, new RegExp(`Still the demo(&#39;|')s <span class="pill warn">${moreLeftovers}<`));
  });

  it('is no more what was changed, and still what was not', async () => {
    await begin('live', ({ type }) =>
      type === 'rap-account'
        ? {
            participant: 'B01234',
            user: 'U1',
            keySource: 'stored',
            knownHosts: '',
            addresses: [{ host: '10.1.2.3' }],
          }
        : {},
    );
    const { leftovers, moreLeftovers } = await light('zh-Hant');
    assert.ok(moreLeftovers >= leftovers.length && leftovers.length > 0);
    assert.ok(
      leftovers.every((one) => !/SIM|模擬器/.test(one) && /\p{Script=Han}/u.test(one)),
      String(leftovers),
    );
    const page = await systemPage();
    assert.doesNotMatch(page, /simulator(&#39;|')s/);
    assert.match(page, /the demo(&#39;|')s mailbox/);
  });

  it('is shown to somebody with a Node-RED of their own, too, and its nodes work', async () => {
    await begin(undefined, () => ({}));
    assert.match(await systemPage(), /id="leftovers"/);
    assert.ok((await light('zh-Hans')).leftovers.some((one) => one.includes('模拟器')));
  });

  it('is nothing in the demo', async () => {
    await begin('demo', () => ({}));
    assert.deepEqual((await light('en')).leftovers, []);
    assert.doesNotMatch(await systemPage(), /id="leftovers"/);
  });
});

describe('an account of the simulator at a live site', () => {
  const account = (saved: object) => ({
    ...{ id: 'a', type: 'rap-account', participant: 'SIM001', user: 'SIM001', keySource: 'file' },
    ...{
      keyFile: '/srv/rehearsal/simulator/keys/SIM001',
      knownHosts: '/srv/rehearsal/simulator/known_hosts',
    },
    ...{ addresses: [{ dataCentre: 'primary', host: '127.243.2.141', port: '18801' }], ...saved },
  });
  const shipped = {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as the shipped flow has it
    keyFile: '${RAP_HOME}/simulator/keys/SIM001',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as the shipped flow has it
    knownHosts: '${RAP_HOME}/simulator/known_hosts',
  };

  for (const [what, saved, left] of [
    ['rehearses with a simulator of another home', {}, []],
    ['rehearses with a stored key', { keySource: 'stored', keyFile: shipped.keyFile }, []],
    ['rehearses at HKCC & SEOCH RAP', { participant: 'SIMC01', addresses: [{ host: '127.151.14.141' }] }, []],
    ['is the shipped one', shipped, ['participant "SIM001"']],
    ['keeps the shipped key', { keyFile: shipped.keyFile }, ['participant "SIM001"']],
    ['keeps the shipped host keys', { knownHosts: shipped.knownHosts }, ['participant "SIM001"']],
    ['has no address', { addresses: [] }, ['participant "SIM001"']],
    [
      'has the addresses of HKEX',
      { addresses: [{ host: '10.243.2.141' }] },
      ['participant "SIM001"', 'user "SIM001"'],
    ],
    [
      'has one address of HKEX',
      { addresses: [{ host: '127.243.2.141' }, { host: '10.243.2.142' }] },
      ['participant "SIM001"', 'user "SIM001"', "address 127.243.2.141 is this machine's own"],
    ],
  ] as const) {
    it(`${what}: ${left.length === 0 ? 'nothing is left' : left.join(', ')}`, () => {
      const found = demoLeftovers(account(saved), '/srv/rap').map((one) => leftoverText(one, 'en'));
      assert.deepEqual(
        found.map((one) => one.replace(" is the simulator's", '')),
        left,
      );
    });
  }
});

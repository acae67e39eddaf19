import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { keyInForce } from '../../lib/accounts/key-freeze.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { keepPlan } from '../../lib/practice/day-store.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { fingerprintOf } from '../../lib/rap/client/host-keys.ts';
import { parseLoginKey } from '../../lib/rap/client/private-key.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { newKey } from '../../simulator/keys.ts';
import { accountOf, frame, node } from '../support/flow-parts.ts';
import type { FlowNode, Received, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const at = (time: string) => fromHongKong(`2025-06-21 ${time}`);
const errorOf = (msg: Received) => msg.error as { code: string; message: string; cause: { cure: string } };

describe('the key freeze, 14:00 to 19:00 on the day', () => {
  const system = useSystem({ simulator: { businessDate: '2025-06-20', riskFileBytes: 1000 } });
  let clock: SimulatedClock;
  let runtime: Runtime | undefined;

  beforeEach(async () => {
    clock = new SimulatedClock(at('13:50'));
    const ledger = await openHome(system.home, clock);
    await keepPlan(ledger, practice20250621);
    await ledger.close();
  });

  /** A deploy at a time, with a key in its file or pasted. */
  async function deploy(
    time: string,
    { keyFile, pasted }: { keyFile?: string; pasted?: string } = {},
  ): Promise<Runtime> {
    await runtime?.stop();
    clock = new SimulatedClock(at(time));
    const changes = {
      ...(keyFile === undefined ? {} : { keyFile }),
      ...(pasted === undefined ? {} : { keySource: 'stored' }),
    };
    const flow: FlowNode[] = [
      ...frame('in', 'out'),
      accountOf(system.simulator, 'hkscc', changes),
      node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['logout', 'in']),
      node('logout', 'rap-connect', { action: 'logout', account: 'account-hkscc' }, ['out']),
    ];
    runtime = await system.start(flow, {
      clock,
      ...(pasted === undefined ? {} : { credentials: { 'account-hkscc': { privateKey: pasted } } }),
    });
    return runtime;
  }

  async function logIn(of: Runtime): Promise<void> {
    const before = of.received('out').length;
    of.send('login');
    await of.message('out', before);
  }

  it('keeps the former key in use when another is pasted and deployed, says so once, and takes it after 19:00', async () => {
    const pasted = newKey('new').privateKey;
    await logIn(await deploy('13:50'));
    const frozen = await deploy('14:30', { pasted });
    const { code, message, cause } = errorOf(await frozen.message('caught'));
    assert.equal(code, 'KEY_FROZEN');
    assert.match(
      message,
      /account SIM001 was changed in the key freeze from 2025-06-21 14:00 .* the former key stays in use/,
    );
    assert.match(cause.cure, /Put the former key back/);
    await logIn(frozen);
    await logIn(frozen);
    assert.equal(frozen.received('caught').length, 2, 'once for each node that uses the account');
    assert.equal(system.simulator.counters().logins, 3);

    const after = await deploy('19:00', { pasted });
    after.send('login');
    assert.equal(
      errorOf(await after.message('caught')).code,
      'LOGIN_REFUSED',
      'the new key is offered again',
    );
  });

  it('does the same when the key file is changed, emptied or gone', async () => {
    const keyFile = `${system.home}/key`;
    await writeFile(keyFile, await readFile(system.simulator.accounts.hkscc.keyFile), { mode: 0o600 });
    await logIn(await deploy('13:50', { keyFile }));
    for (const content of [newKey('new').privateKey, '']) {
      await writeFile(keyFile, content);
      const frozen = await deploy('15:00', { keyFile });
      assert.equal(errorOf(await frozen.message('caught')).code, 'KEY_FROZEN');
      await logIn(frozen);
    }
    const gone = await deploy('15:00', { keyFile: `${system.home}/nowhere` });
    await logIn(gone);
    assert.equal(errorOf(await gone.message('caught')).code, 'KEY_FROZEN');
  });

  it('says nothing about the same key in another form', async () => {
    await logIn(await deploy('13:50'));
    const pasted = await readFile(system.simulator.accounts.hkscc.keyFile, 'utf8');
    const frozen = await deploy('14:30', { pasted });
    await logIn(frozen);
    assert.deepEqual(frozen.received('caught'), []);
  });

  it('refuses to log in with another key when the process was started anew and the former key is gone', async () => {
    const ledger = await openHome(system.home, clock);
    const [former, other] = [newKey('one'), newKey('other')].map(({ privateKey }) =>
      parseLoginKey(privateKey),
    );
    assert.ok(former && other);
    const offer = (key: typeof former) => async () => key;
    await keyInForce(ledger, at('13:59'), 'SIM001', offer(former), undefined);
    await assert.rejects(keyInForce(ledger, at('14:00'), 'SIM001', offer(other), undefined), {
      code: 'KEY_FROZEN',
      message: /the former key SHA256:.* is no longer here, so the account does not log in/,
    });
    assert.equal((await keyInForce(ledger, at('18:59'), 'SIM001', offer(former), undefined)).key, former);
    assert.equal(
      (await keyInForce(ledger, at('18:59'), 'NEW001', offer(other), undefined)).key,
      other,
      'a new account',
    );
    assert.equal((await keyInForce(ledger, at('19:00'), 'SIM001', offer(other), former)).key, other);
    const journal = (await ledger.journal.records()).filter(({ details }) => details.account === 'SIM001');
    assert.deepEqual(
      journal.map(({ what, details }) => `${what} ${details.fingerprint}`),
      [
        `SSH key noted ${fingerprintOf(former.getPublicSSH())}`,
        `SSH key changed ${fingerprintOf(other.getPublicSSH())}`,
      ],
    );
    await ledger.close();
  });
});

/** What the notes in the table of faults promise beyond a verdict. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { type AddressCheck, checkAccount } from '../../lib/collection/check.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { sha256File } from '../../lib/files/durable.ts';
import { renderDigest } from '../../lib/mail/digest.ts';
import { readLoginKey } from '../../lib/rap/client/private-key.ts';
import { openSession } from '../../lib/rap/session.ts';
import { faultNamed, type NamedFault } from '../../simulator/faults/table.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { assertNothingWrong, type House, openHouse, run, type Stage, stageFor } from './meeting.ts';

describe('The notes of the table of faults', function () {
  this.timeout(300_000);
  let house: House;
  let simulator: Simulator;
  let stage: Stage | undefined;

  before(async () => {
    house = await openHouse();
    simulator = house.simulator;
  });

  after(() => house.close());

  afterEach(async () => {
    await stage?.close();
    stage = undefined;
  });

  async function meet(name: string): Promise<Stage> {
    stage = await stageFor(house, faultNamed(name) as NamedFault);
    return stage;
  }

  /** What the addresses have counted since. */
  function counting(where = simulator.addresses) {
    const before = where.map((one) => simulator.counters(one));
    return (what: 'connections' | 'loginAttempts' | 'logins' | 'sha1Requests' | 'opens') =>
      where.reduce(
        (sum, one, index) => sum + simulator.counters(one)[what] - (before[index]?.[what] ?? 0),
        0,
      );
  }

  it('N07: wherever the line is cut, what is kept is right and what is not is told', async () => {
    const seen = new Set<string>();
    for (let bytes = 1; bytes < 400_000; bytes = Math.ceil(bytes * 2.3)) {
      const cut = { ...faultNamed('N07'), make: () => ({ line: { after: { bytes, what: 'reset' } } }) };
      stage = await stageFor(house, cut as NamedFault);
      const { codes, summary } = await run(stage);
      for (const code of codes) seen.add(code);
      assert.ok(
        [...codes].every((code) => ['HANDSHAKE_FAILED', 'CONNECTION_LOST'].includes(code)),
        `${bytes}`,
      );
      assert.equal(summary?.complete ?? false, codes.size === 0, `cut after ${bytes} bytes`);
      await assertNothingWrong(stage);
      await stage.close();
    }
    stage = undefined;
    assert.deepEqual([...seen].sort(), ['CONNECTION_LOST', 'HANDSHAKE_FAILED']);
  });

  it('N12: the other data centre is left alone', async () => {
    const count = counting(simulator.addressesOf('hkscc', 'secondary'));
    await run(await meet('N12'));
    assert.equal(count('connections'), 0);
  });

  it('N13: by way of the second address', async () => {
    const [first, second] = simulator.addressesOf('hkscc', 'primary');
    const [atFirst, atSecond] = [counting([first]), counting([second])];
    await run(await meet('N13'));
    assert.deepEqual([atFirst('connections'), atFirst('logins'), atSecond('logins')], [1, 0, 1]);
  });

  it('T01: neither user name nor signature is sent', async () => {
    const count = counting();
    await run(await meet('T01'));
    assert.equal(count('connections'), 1);
    assert.equal(count('loginAttempts'), 0);
  });

  it('T02: with the old key alone it is HOST_KEY_MISMATCH', async () => {
    const { keeper } = await meet('T02');
    const old = simulator.addressesOf('hkscc', 'primary').map(({ host, port }, index) => {
      const pins = keeper.account.pins.filter((pin) => pin.host === host && pin.port === port);
      assert.equal(pins.length, 2, `both keys are in known_hosts of address ${index + 1}`);
      return pins[0] ?? assert.fail();
    });
    const key = await readLoginKey(simulator.accounts.hkscc.keyFile);
    await assert.rejects(
      openSession({ ...keeper.account, pins: old }, key, 'primary', { clock: house.clock }),
      (error) => error instanceof RapError && error.code === 'HOST_KEY_MISMATCH',
    );
  });

  it('T03: a check of all addresses says HOST_KEY_MISMATCH of the second ones', async () => {
    const { keeper } = await meet('T03');
    const key = await readLoginKey(simulator.accounts.hkscc.keyFile);
    const rows = await checkAccount(keeper.account, key, { clock: house.clock });
    const verdict = ({ ok, error }: AddressCheck) => (ok ? 'right' : error?.code);
    assert.deepEqual(rows.map(verdict), ['right', 'HOST_KEY_MISMATCH', 'right', 'HOST_KEY_MISMATCH']);
  });

  for (const [fault, expected, connections] of [
    ['T06', 'aes128-gcm@openssh.com', 1],
    ['T06-ctr', 'aes128-ctr', 2],
  ] as const) {
    it(`${fault}: over ${expected}, never ChaCha20, with one login`, async () => {
      const count = counting();
      await run(await meet(fault));
      const agreed = simulator.agreed(simulator.addressesOf('hkscc', 'primary')[0]);
      assert.deepEqual([agreed?.cs.cipher, agreed?.sc.cipher], [expected, expected]);
      assert.deepEqual([count('connections'), count('loginAttempts'), count('logins')], [connections, 1, 1]);
    });
  }

  it('T06-chacha: nothing of a login is sent', async () => {
    const count = counting();
    await run(await meet('T06-chacha'));
    assert.equal(count('loginAttempts'), 0);
  });

  it('T07: nothing is ever signed with SHA-1; where nothing else is taken nothing is sent', async () => {
    const count = counting();
    await run(await meet('T07'));
    assert.deepEqual([count('sha1Requests'), count('logins')], [0, 1]);
    await stage?.close();
    await run(await meet('T07-sha1'));
    assert.deepEqual([count('sha1Requests'), count('loginAttempts')], [0, 1], 'as before');
  });

  it('L01: one attempt', async () => {
    const count = counting();
    await run(await meet('L01'));
    assert.equal(count('loginAttempts'), 1);
  });

  it('L06: SESSION_REFUSED for whoever comes second', async () => {
    const { keeper } = await meet('L06');
    const key = await readLoginKey(simulator.accounts.hkscc.keyFile);
    const first = await openSession(keeper.account, key, 'primary', { clock: house.clock });
    const { codes } = await run(stage as Stage);
    await first.logOut();
    assert.deepEqual([...codes], ['SESSION_REFUSED']);
  });

  it('P19: nothing is opened a second time', async () => {
    const count = counting();
    const there = await meet('P19');
    await run(there);
    await run(there);
    assert.equal(count('opens'), there.received.size);
  });

  for (const name of ['P27-open', 'P27-end', 'P27-close']) {
    it(`${name}: kept, opened once, and told in message, ledger, journal and digest in three languages`, async () => {
      const count = counting();
      const there = await meet(name);
      const { summary } = await run(there);
      assert.ok(summary !== undefined && summary.received.length > 10);
      assert.equal(count('opens'), summary.received.length);
      for (const { notLookedAgain, versionId } of summary.received) {
        assert.equal(notLookedAgain, 'removed');
        assert.equal((await there.ledger.reports.version(versionId))?.notLookedAgain, 'removed');
      }
      const records = await there.ledger.journal.records();
      const told = records.filter(({ why }) => why === 'not looked at again: the server had removed it');
      assert.deepEqual(
        told.map(({ details }) => details.path).sort(),
        summary.received.map(({ path }) => path).sort(),
      );
      const facts = await there.ledger.runs.runFacts('run-1');
      for (const [language, words] of [
        ['en', 'not looked at again: the server had removed it'],
        ['zh-Hant', '收到後未能再核對：伺服器已將其移除'],
        ['zh-Hans', '收到后未能再核对：服务器已将其移除'],
      ] as const) {
        const digest = renderDigest(facts, { language });
        for (const form of [digest.text, digest.html]) {
          assert.equal(form.split(words).length - 1, summary.received.length, language);
        }
      }
    });
  }

  it('P29: what was read to its end is kept, and it is said that nobody could look at it again', async () => {
    const there = await meet('P29');
    const { summary } = await run(there);
    assert.ok(summary !== undefined && summary.received.length > 0);
    assert.ok(summary.received.every(({ notLookedAgain }) => notLookedAgain === 'unanswered'));
  });

  it('P30: the notice is shown', async () => {
    const { told } = await run(await meet('P30'));
    assert.match(String(told[0]), /系統維護中 This account is disabled\./);
  });

  it('D16: it is given up at once, and what the first answer names arrives', async () => {
    const where = simulator.addresses;
    const before = where.map((one) => simulator.counters(one).listings);
    const there = await meet('D16');
    await run(there);
    const opened = where.reduce(
      (sum, one, at) => sum + simulator.counters(one).listings - (before[at] ?? 0),
      0,
    );
    assert.ok(there.received.size > 10);
    assert.ok(opened < 50, `${opened} folders were opened`);
  });

  for (const [name, concerned] of [
    ['P17', /CCMDS01/],
    ['D04', /^\/INBOX\//],
    ['D05', /^\/INBOX\//],
    ['D12', /^\/RPF\//],
    ['R02', /\.zip$/],
    ['R03', /(CCLTN0[45]|CIPSI02)_/],
    ['R04', /(CCLTN0[45]|CIPSI02)_/],
    ['R05', /CCLTN05_/],
    ['R06', /(CCLTN0[45]|CIPSI02)_/],
    ['R07', /(CCLTN0[45]|CIPSI02)_/],
    ['R08', /CCLTN05_/],
  ] as const) {
    it(`${name}: every other report arrives`, async () => {
      const there = await meet(name);
      const { summary } = await run(there);
      for (const { path } of summary?.failed ?? []) assert.match(path, concerned);
      const honest = simulator.reports('hkscc', 'primary').map(({ path }) => path);
      const others = honest.filter((path) => name.startsWith('D0') || !concerned.test(path));
      assert.ok(others.length > 10);
      assert.deepEqual(
        others.filter((path) => !there.received.has(path)),
        [],
      );
    });
  }

  for (const name of ['R04', 'R05', 'R07', 'R08']) {
    it(`${name}: what is not trusted lies in quarantine as it came, and is not fetched again`, async () => {
      const there = await meet(name);
      const { summary } = await run(there);
      const held = await there.ledger.quarantine.quarantinedReports('hkscc');
      assert.deepEqual(held.map((one) => one.path).sort(), summary?.failed.map((one) => one.path).sort());
      for (const { file, sha256 } of held) {
        assert.equal(path.relative(path.join(there.home, 'quarantine'), file).startsWith('..'), false);
        assert.equal(await sha256File(file), sha256);
      }
      const count = counting();
      const again = await run(there);
      assert.equal(count('opens'), 0);
      assert.equal(again.summary?.failed.length, held.length, 'it is said again');
    });
  }

  it('D13: one of the zips arrives, the two that lie are kept, without memory or time to speak of', async () => {
    const there = await meet('D13');
    const before = process.memoryUsage.rss();
    const { milliseconds } = await run(there);
    const zips = [...there.received.keys()].filter((remote) => /^\/INBOX\/[^/]+\.zip$/.test(remote));
    assert.deepEqual(
      zips.map((remote) => path.basename(remote)),
      ['nested.zip'],
    );
    assert.equal((await there.ledger.quarantine.quarantinedReports('hkscc')).length, 2);
    assert.ok(process.memoryUsage.rss() - before < 500_000_000);
    assert.ok(milliseconds < 10_000);
  });
});

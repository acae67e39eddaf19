import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { newKey } from '../../simulator/keys.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { startAgain } from '../support/start-again.ts';
import {
  ask,
  diskContent,
  listAll,
  login,
  logout,
  readAll,
  simulatorIn,
  temporaryHome,
  whenEmpty,
} from './support.ts';

describe('simulator', () => {
  let home: string;
  let simulator: Simulator;

  before(async () => {
    home = await temporaryHome();
    simulator = await simulatorIn(home);
  });

  after(async () => {
    await simulator.stop();
    await fs.rm(home, { recursive: true, force: true });
  });

  it('stands at eight addresses, each with its own host key written to known_hosts', async () => {
    assert.equal(simulator.addresses.length, 8);
    assert.equal(new Set(simulator.addresses.map(({ host, port }) => `${host}:${port}`)).size, 8);
    assert.equal(new Set(simulator.addresses.map(({ fingerprint }) => fingerprint)).size, 8);
    const known = await fs.readFile(simulator.knownHostsFile, 'utf8');
    for (const { host, port } of simulator.addresses) {
      assert.match(known, new RegExp(`^\\[${host}\\]:${port} ssh-ed25519 AAAA\\S+$`, 'm'));
    }
  });

  it('presents at every address the fingerprint it announces, and serves the whole tree there', async () => {
    for (const address of simulator.addresses) {
      const session = await login(simulator, address.installation, address);
      assert.equal(session.hostKey, address.fingerprint);
      const onDisk = await diskContent(simulator, address.installation, address.dataCentre);
      const listed = await listAll(session.sftp);
      assert.deepEqual([...listed.keys()].sort(), [...onDisk.keys()].sort());
      await logout(session);
    }
  });

  it('serves exactly the bytes on disk', async () => {
    const [address] = simulator.addressesOf('hkcc-seoch', 'secondary');
    const session = await login(simulator, 'hkcc-seoch', address);
    const onDisk = await diskContent(simulator, 'hkcc-seoch', 'secondary');
    assert.ok(onDisk.size > 10);
    for (const [remote, bytes] of onDisk) {
      assert.ok(bytes.equals(await readAll(session.sftp, remote)), remote);
    }
    await logout(session);
  });

  it('writes keys that OpenSSH accepts, for their owner only', async () => {
    for (const { keyFile, fingerprint } of Object.values(simulator.accounts)) {
      const shown = execFileSync('ssh-keygen', ['-l', '-f', keyFile], { encoding: 'utf8' });
      assert.ok(shown.includes(fingerprint), shown);
      const derived = execFileSync('ssh-keygen', ['-y', '-f', keyFile], { encoding: 'utf8' });
      assert.equal(
        derived.split(' ')[1]?.trim(),
        (await fs.readFile(`${keyFile}.pub`, 'utf8')).split(' ')[1],
      );
      assert.equal((await fs.stat(keyFile)).mode & 0o777, 0o600);
    }
  });

  it('refuses a wrong key, counting one attempt', async () => {
    const [address] = simulator.addressesOf('hkscc', 'primary');
    const before = simulator.counters(address);
    await assert.rejects(
      login(simulator, 'hkscc', address, { privateKey: newKey('stranger').privateKey }),
      /authentication methods failed/,
    );
    const after = simulator.counters(address);
    assert.equal(after.loginAttempts - before.loginAttempts, 1);
    assert.equal(after.loginsRefused - before.loginsRefused, 1);
    assert.equal(after.logins, before.logins);
  });

  it('refuses an unknown user, a password and the account of the other installation', async () => {
    const [address] = simulator.addressesOf('hkscc', 'primary');
    const before = simulator.counters(address);
    await assert.rejects(login(simulator, 'hkscc', address, { user: 'NOBODY' }), /authentication/);
    await assert.rejects(login(simulator, 'hkcc-seoch', address), /authentication/);
    const ssh2 = (await import('ssh2')).default;
    const client = new ssh2.Client();
    await assert.rejects(
      new Promise<void>((resolve, reject) => {
        client.on('ready', resolve).on('error', reject);
        client.connect({ host: address.host, port: address.port, username: 'SIM001', password: 'secret' });
      }),
      /authentication/,
    );
    assert.equal(simulator.counters(address).logins, before.logins);
  });

  it('counts an accepted login as one attempt and knows who is logged in', async () => {
    const [address] = simulator.addressesOf('hkscc', 'primary');
    const before = simulator.counters(address);
    const session = await login(simulator, 'hkscc', address);
    const during = simulator.counters(address);
    assert.equal(during.loginAttempts - before.loginAttempts, 1);
    assert.equal(during.logins - before.logins, 1);
    assert.equal(during.sessions - before.sessions, 1);
    assert.equal(during.live, 1);
    await logout(session);
    await whenEmpty(simulator);
    assert.equal(simulator.counters(address).live, 0);
  });

  it('withdraws and restores a registered key', async () => {
    const [address] = simulator.addressesOf('hkscc', 'primary');
    simulator.refuseKey('SIM001', true);
    await assert.rejects(login(simulator, 'hkscc', address), /authentication/);
    simulator.refuseKey('SIM001', false);
    await logout(await login(simulator, 'hkscc', address));
  });

  it('refuses everything that would write, and leaves the disk as it is', async () => {
    const [address] = simulator.addressesOf('hkscc', 'primary');
    const { client, sftp } = await login(simulator, 'hkscc', address);
    const [report] = simulator.reports('hkscc', 'primary');
    assert.ok(report !== undefined);
    const before = await diskContent(simulator, 'hkscc', 'primary');
    const attempts: ((done: (error?: Error | null) => void) => void)[] = [
      (done) => sftp.open('/INBOX/new.txt', 'w', done),
      (done) => sftp.open(report.path, 'r+', done),
      (done) => sftp.open(report.path, 'a', done),
      (done) => sftp.unlink(report.path, done),
      (done) => sftp.rename(report.path, '/INBOX/other.txt', done),
      (done) => sftp.mkdir('/OUTBOX', done),
      (done) => sftp.rmdir('/RPF', done),
      (done) => sftp.chmod(report.path, 0o777, done),
      (done) => sftp.symlink('/etc/passwd', '/INBOX/link', done),
    ];
    for (const attempt of attempts) {
      await assert.rejects(ask(attempt), (error: Error & { code?: number }) => error.code === 3);
    }
    assert.equal(simulator.counters(address).writesRefused, attempts.length);
    assert.deepEqual(await diskContent(simulator, 'hkscc', 'primary'), before);
    await logout({ client });
  });

  it('answers paths outside its tree, missing files and folders opened as files with an error', async () => {
    const [address] = simulator.addressesOf('hkscc', 'primary');
    const { client, sftp } = await login(simulator, 'hkscc', address);
    assert.equal(await ask<string>((done) => sftp.realpath('.', done)), '/');
    assert.equal(await ask<string>((done) => sftp.realpath('/INBOX/../../..', done)), '/');
    await assert.rejects(
      ask((done) => sftp.stat('/../../etc/passwd', done)),
      /No such file/,
    );
    await assert.rejects(
      ask((done) => sftp.stat('/INBOX/\0', done)),
      /No such file/,
    );
    await assert.rejects(
      ask((done) => sftp.open('/INBOX/none.txt', 'r', done)),
      /No such file/,
    );
    await assert.rejects(
      ask((done) => sftp.open('/INBOX', 'r', done)),
      /Not a file/,
    );
    await assert.rejects(
      ask((done) => sftp.close(Buffer.from('h999'), done)),
      /handle/,
    );
    await logout({ client });
  });

  it('offers SFTP only: no shell, no commands, no forwarding', async () => {
    const [address] = simulator.addressesOf('hkscc', 'primary');
    const { client } = await login(simulator, 'hkscc', address);
    await assert.rejects(
      ask((done) => client.exec('id', done)),
      /exec/,
    );
    await assert.rejects(
      ask((done) => client.shell(done)),
      /pseudo-terminal/,
    );
    await assert.rejects(
      ask((done) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', 22, done)),
      /./,
    );
    await logout({ client });
  });

  it('presents another host key after replaceHostKey, and keeps known_hosts', async () => {
    const [, address] = simulator.addressesOf('hkscc', 'secondary');
    const known = await fs.readFile(simulator.knownHostsFile, 'utf8');
    const fingerprint = simulator.replaceHostKey(address);
    assert.notEqual(fingerprint, address.fingerprint);
    const session = await login(simulator, 'hkscc', address);
    assert.equal(session.hostKey, fingerprint);
    await logout(session);
    assert.equal(await fs.readFile(simulator.knownHostsFile, 'utf8'), known);
  });

  it('stops and restarts an address at the same port, and cuts connections on request', async () => {
    const [first, second] = simulator.addressesOf('hkcc-seoch', 'primary');
    const session = await login(simulator, 'hkcc-seoch', first);
    const cut = new Promise<void>((resolve) => session.client.once('close', resolve));
    simulator.killConnections(first);
    await cut;
    await simulator.stopAddress(first);
    await assert.rejects(login(simulator, 'hkcc-seoch', first), /ECONNREFUSED/);
    await logout(await login(simulator, 'hkcc-seoch', second));
    await startAgain(simulator, first);
    await logout(await login(simulator, 'hkcc-seoch', first));
  });
});

describe('simulator options', () => {
  let home: string;
  let simulator: Simulator | undefined;

  beforeEach(async () => {
    home = await temporaryHome();
  });

  afterEach(async () => {
    await simulator?.stop();
    simulator = undefined;
    await fs.rm(home, { recursive: true, force: true });
  });

  it('lets one account have no more sessions than the cap, over all its addresses', async () => {
    simulator = await simulatorIn(home, { sessionCap: 1 });
    const [first, second] = simulator.addressesOf('hkscc', 'primary');
    const session = await login(simulator, 'hkscc', first);
    await assert.rejects(login(simulator, 'hkscc', second), /open failure/);
    assert.equal(simulator.counters(second).sessionsRefused, 1);
    await logout(session);
  });

  it('keeps its host keys and account keys over a restart', async () => {
    simulator = await simulatorIn(home);
    const before = simulator.addresses.map(({ fingerprint }) => fingerprint);
    const key = simulator.accounts.hkscc.fingerprint;
    await simulator.stop();
    simulator = await simulatorIn(home);
    assert.deepEqual(
      simulator.addresses.map(({ fingerprint }) => fingerprint),
      before,
    );
    assert.equal(simulator.accounts.hkscc.fingerprint, key);
  });

  it('lets reports appear at their times', async () => {
    simulator = await simulatorIn(home, { at: fromHongKong('2025-06-20 16:40') });
    const shown = () =>
      simulator?.reports('hkscc', 'primary').map(({ path: remote }) => path.posix.basename(remote));
    assert.ok(shown()?.includes('CSEMA08_SIM001_20250620.txt'));
    assert.ok(shown()?.includes('CSEMS08_SIM001_20250619.txt'));
    assert.ok(!shown()?.includes('CCLTN04_SIM001_20250620.txt'));
    assert.ok(!shown()?.includes('RMAMR03_SIM001_20250620_3_DAT.zip'));
    const came = await simulator.advanceTo(fromHongKong('2025-06-20 17:15'));
    assert.deepEqual(came.map(({ path: remote }) => remote).sort(), [
      '/INBOX/20250620/CCLTN04_SIM001_20250620.txt',
      '/INBOX/20250620/RMAMR03_SIM001_20250620_3_CTL.zip',
      '/INBOX/20250620/RMAMR03_SIM001_20250620_3_DAT.zip',
    ]);
    const listed = [...(await diskContent(simulator, 'hkscc', 'primary')).keys()];
    assert.ok(listed.includes('/INBOX/20250620/RMAMR03_SIM001_20250620_3_DAT.zip'));
    assert.ok(!listed.some((remote) => remote.startsWith('/INBOX/20250621')));
    await simulator.advanceTo(fromHongKong('2025-06-21 08:00'));
    assert.ok(
      (await diskContent(simulator, 'hkscc', 'primary')).has('/INBOX/20250621/CSEMS08_SIM001_20250620.txt'),
    );
  });

  it('holds one business date on the secondary in a practice session, two on the primary', async () => {
    simulator = await simulatorIn(home, { businessDate: '2025-06-23', practiceDate: '2025-06-20' });
    const dates = (dataCentre: 'primary' | 'secondary') =>
      [...new Set(simulator?.reports('hkscc', dataCentre).map(({ businessDate }) => businessDate))].sort();
    assert.deepEqual(dates('secondary'), ['2025-06-20']);
    assert.deepEqual(dates('primary'), ['2025-06-20', '2025-06-23']);
    for (const remote of (await diskContent(simulator, 'hkscc', 'secondary')).keys()) {
      assert.match(remote, /20250620/);
    }
  });

  it('shows the last business day of each calendar by default', async () => {
    const clock = new SimulatedClock(fromHongKong('2025-07-02 10:00'));
    simulator = await (await import('../../simulator/simulator.ts')).startSimulator({
      home,
      ports: 'ephemeral',
      clock,
      riskFileBytes: 1000,
    });
    // 1 July is a general holiday on which derivatives clear.
    assert.deepEqual(simulator.businessDates, { hkscc: '2025-06-30', 'hkcc-seoch': '2025-07-01' });
    assert.ok(
      simulator.reports('hkcc-seoch', 'primary').some(({ path: remote }) => remote.includes('/RP008_')),
    );
  });

  it('shows a growing report bit by bit and then whole', async () => {
    const clock = new SimulatedClock(fromHongKong('2025-06-23 09:00'));
    simulator = await simulatorIn(home, { clock });
    const remote = '/INBOX/20250620/CCLTN05_SIM001_20250620.txt';
    const file = path.join(simulator.tree('hkscc', 'primary'), remote);
    const whole = await fs.readFile(file);
    const growing = await simulator.startGrowing({ installation: 'hkscc', path: remote });
    const sizes = [(await fs.stat(file)).size];
    for (let step = 0; step < 3; step++) {
      await growing.grow();
      sizes.push((await fs.stat(file)).size);
    }
    assert.ok(sizes.every((size, index) => size < whole.length && size > (sizes[index - 1] ?? 0)));
    assert.ok(whole.subarray(0, sizes[3]).equals(await fs.readFile(file)));
    assert.equal((await fs.stat(file)).mtimeMs, clock.now());
    await growing.finish();
    assert.ok(whole.equals(await fs.readFile(file)));
  });

  it('issues a report again with other bytes in one data centre only, when asked for that', async () => {
    simulator = await simulatorIn(home);
    const place = { installation: 'hkscc', path: '/INBOX/20250620/CCLTN05_SIM001_20250620.txt' } as const;
    const read = (dataCentre: 'primary' | 'secondary') =>
      fs.readFile(path.join(simulator?.tree('hkscc', dataCentre) ?? '', place.path));
    const [before, twin] = [await read('primary'), await read('secondary')];
    assert.ok(before.equals(twin));
    await simulator.reissue({ ...place, dataCentre: 'primary' });
    assert.ok(!before.equals(await read('primary')));
    assert.ok(twin.equals(await read('secondary')));
    await simulator.reissue(place);
    assert.ok((await read('primary')).equals(await read('secondary')));
  });

  it('restores the plan on the next start: re-issued, foreign and removed files are gone or back', async () => {
    simulator = await simulatorIn(home);
    const before = await diskContent(simulator, 'hkscc', 'primary');
    const place = { installation: 'hkscc', path: '/INBOX/20250620/CCLTN05_SIM001_20250620.txt' } as const;
    await simulator.reissue(place);
    await simulator.remove({ installation: 'hkscc', path: '/INBOX/20250620/CSEMA08_SIM001_20250620.txt' });
    await fs.mkdir(path.join(simulator.tree('hkscc', 'primary'), 'INBOX', '20240101'));
    await fs.writeFile(path.join(simulator.tree('hkscc', 'primary'), 'INBOX', '20240101', 'old.txt'), 'x');
    await simulator.stop();
    simulator = await simulatorIn(home);
    assert.deepEqual(await diskContent(simulator, 'hkscc', 'primary'), before);
  });

  it('says why its folder cannot be used', async () => {
    const blocked = path.join(home, 'simulator');
    await fs.writeFile(blocked, 'a file where the folder should be');
    await assert.rejects(simulatorIn(home), { code: 'ENOTDIR' });
  });
});

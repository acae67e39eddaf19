import assert from 'node:assert/strict';
import status from '../../bin/commands/status.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { WRITER } from '../../lib/ledger/lease/keep-lease.ts';
import { realClock } from '../../lib/time/clock.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { OtherHost } from '../support/other-host.ts';
import { listen } from './listen.ts';

describe('rap status', () => {
  const home = temporaryFolder();
  const hosts: OtherHost[] = [];
  beforeEach(async () => {
    await (await openHome(home(), realClock)).close();
  });
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.close();
  });

  async function said(...words: string[]): Promise<{ code: number; text: string }> {
    let text = '';
    const hear = (part: string) => {
      text += part;
    };
    const code = await listen(hear, () => status([...words, '--home', home()]));
    return { code, text };
  }

  async function join(name: string, ...accounts: string[]): Promise<OtherHost> {
    const host = await OtherHost.join(home(), name);
    hosts.push(host);
    await host.take(...accounts.map((subject) => ({ kind: 'account', subject }) as const));
    return host;
  }

  it('says that nobody is at work, and exits with 1', async () => {
    assert.deepEqual(await said(), { code: 1, text: 'Nobody is at work.\n' });
    assert.deepEqual(await said('--json'), { code: 1, text: '{"alone":null}\n' });
  });

  it('names the one that works alone', async () => {
    const ledger = await openHome(home(), realClock);
    await ledger.leases.claimLease({ name: WRITER, owner: 'ops-1:4711:x', ms: 60_000 });
    await ledger.close();
    assert.deepEqual(await said(), { code: 0, text: 'process 4711 on ops-1 is at work, alone.\n' });
    assert.deepEqual(await said('--json'), { code: 0, text: '{"alone":"process 4711 on ops-1"}\n' });
  });

  it('names each host that shares the work, with what it has', async () => {
    await join('ops-1', 'B01', 'B03');
    const second = await join('ops-2', 'B02');
    await second.take({ kind: 'site', subject: 'mail' }, { kind: 'schedule', subject: 'evening' });
    const { code, text } = await said();
    assert.equal(code, 0);
    assert.deepEqual(
      text.split('\n').map((line) => line.trim()),
      [
        'ops-1  process 4711 on ops-1.example  at work  2 accounts',
        'B01 B03',
        'ops-2  process 4711 on ops-2.example  at work  1 accounts',
        'B02 (mail)',
        '',
      ],
    );
  });

  it('tells of a silent host and of a wrong clock, exits with 1, and names no account for who is silent', async () => {
    await join('ops-1', 'B01');
    const second = await join('ops-2', 'B02');
    await second.beat(600_000, 300_000);
    const clock = await said();
    assert.equal(clock.code, 1);
    assert.match(clock.text, /^ops-2 .*CLOCK WRONG by 300 s {2}1 accounts$/m);
    assert.match(clock.text, /^ops-1 .*at work {2}1 accounts$/m);
    await second.beat(-1);
    const silent = await said('--json');
    assert.equal(silent.code, 1);
    const [first, other] = silent.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual([first.host, first.state, first.accounts], ['ops-1', 'works', ['B01']]);
    assert.deepEqual([other.host, other.state, other.accounts], ['ops-2', 'silent', []]);
    assert.match(other.until, /^\d{4}-\d\d-\d\d \d\d:\d\d/);
  });

  it('refuses what it does not understand', async () => {
    for (const words of [['now'], ['--host', 'x']])
      await assert.rejects(status([...words, '--home', home()]), { code: 'USAGE' }, words.join(' '));
  });
});

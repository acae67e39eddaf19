import assert from 'node:assert/strict';
import alarms from '../../bin/commands/alarms.ts';
import { withLedger } from '../../bin/home-options.ts';
import { queueAlarm } from '../../lib/alarms/alarms.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { parseContacts } from '../../lib/mail/config.ts';
import { realClock } from '../../lib/time/clock.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { listen } from './listen.ts';

describe('rap alarms', () => {
  const home = temporaryFolder();
  beforeEach(async () => {
    const ledger = await openHome(home(), realClock);
    const config = parseContacts({
      smtp: { host: '127.0.0.1', port: 25, from: 'rap@broker.example' },
      contacts: [{ name: 'Ada', email: 'ada@broker.example' }],
    });
    const alarm = { message: 'm', cure: 'c', where: 'w', run: 'r', account: 'SIM001', at: realClock.now() };
    await queueAlarm(ledger, config, { ...alarm, code: 'STALLED' }, []);
    await queueAlarm(ledger, config, { ...alarm, code: 'LOGIN_LOCKED' }, []);
    await ledger.close();
  });

  async function said(...words: string[]): Promise<string> {
    let text = '';
    const hear = (part: string) => {
      text += part;
    };
    assert.equal(await listen(hear, () => alarms([...words, '--home', home()])), 0);
    return text;
  }

  it('lists what is open, critical alarms first, and takes the word of a person who knows', async () => {
    assert.match(
      await said('list'),
      /^2 {2}critical {2}SIM001 LOGIN_LOCKED .*not acknowledged\n.*\n1 {2}information/,
    );
    const words = ['--by', 'Ada Wong', '--reason', 'key is renewed', '--hours', '2'];
    assert.match(await said('ack', '2', ...words), /^Alarm 2 is acknowledged by Ada Wong until /);
    assert.match(await said('list'), /LOGIN_LOCKED .*acknowledged by Ada Wong until /);
    const [first] = (await said('list', '--json')).split('\n');
    assert.equal(JSON.parse(first ?? '').acknowledgedWhy, 'key is renewed');
    const record = await withLedger(home(), async (ledger: Pick<Ledger, 'journal'>) =>
      (await ledger.journal.records()).at(-1),
    );
    assert.deepEqual([record?.who, record?.what], ['Ada Wong', 'alarm acknowledged']);
  });

  it('refuses what it does not understand', async () => {
    for (const words of [[], ['ack'], ['ack', 'x'], ['ack', '99'], ['list', '--hours', '0'], ['mute', '1']]) {
      await assert.rejects(alarms([...words, '--home', home()]), { code: 'USAGE' }, words.join(' '));
    }
  });
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { parseContacts } from '../../../lib/contacts/config.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { answerDrill, drillOf, startDrill } from '../../../lib/practice/drill.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const contacts = parseContacts({
  smtp: { host: '127.0.0.1', port: 2525, requireTls: false, from: 'rap@broker.example' },
  contacts: ['ann', 'bo'].map((name) => ({ name, email: `${name}@broker.example` })),
});

describe('the reachability drill', () => {
  const folder = temporaryFolder();

  it('sends each contact one code, and knows who answered, how and when', async () => {
    const clock = new SimulatedClock(fromHongKong('2025-06-20 10:00'));
    const ledger = await openLedger(path.join(folder(), 'ledger.sqlite'), clock);
    const plan = practice20250621;
    const sent = await startDrill(ledger, contacts, plan);
    await startDrill(ledger, contacts, plan);
    const mails = await ledger.mails();
    assert.equal(mails.length, 2, 'started twice, sent once');
    assert.equal(new Set(sent.map(({ code }) => code)).size, 2);
    for (const { email, code } of sent) {
      const mail = mails.find(({ to }) => to[0]?.address === email);
      assert.ok(mail?.subject.includes(code));
      assert.match(code, /^[A-Z0-9]{6}$/);
    }
    await clock.advance(5 * 60_000);
    const [first, second] = sent;
    assert.ok(first && second);
    assert.equal(await answerDrill(ledger, plan.date, { text: 'Re: ABCDE0', how: 'mail' }), undefined);
    const text = `Re: Practice session: Are you reachable? Your code is ${first.code.toLowerCase()}`;
    const answer = await answerDrill(ledger, plan.date, { text, how: 'mail' });
    assert.equal(answer?.email, first.email);
    // A second answer changes nothing of the first.
    await clock.advance(5 * 60_000);
    await answerDrill(ledger, plan.date, { text: first.code, how: 'operator page' });
    assert.deepEqual(
      (await drillOf(ledger, plan.date)).map(({ email, answeredAt, how }) => ({ email, answeredAt, how })),
      [
        { email: first.email, answeredAt: fromHongKong('2025-06-20 10:05'), how: 'mail' },
        { email: second.email, answeredAt: null, how: '' },
      ],
    );
    await ledger.close();
  });
});

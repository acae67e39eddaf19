import assert from 'node:assert/strict';
import { sessionOf } from '../../../lib/practice/plan.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { sayWord } from '../../../lib/practice/weather-store.ts';
import { freshLedger } from '../ledger/samples.ts';

describe('what is decided about the weather', () => {
  const given = freshLedger();
  const session = sessionOf(practice20250621);
  const say = (says: 'held' | 'cancelled', at: number, watch?: string) =>
    sayWord(
      given.ledger,
      session,
      { about: 'session', says, from: 'hkex', by: 'Chan', how: 'hotline 2979-7111', at },
      at,
      watch,
    );
  const journal = async () =>
    (await given.ledger.journalRecords()).map(({ who, what, why }) => [who, what, why]);

  it('by a person stands in the journal, each word once', async () => {
    const { cutOff } = session.times;
    await say('held', cutOff);
    await say('cancelled', cutOff + 1);
    assert.deepEqual(await journal(), [
      ['Chan', 'weather: session held', 'hotline 2979-7111'],
      ['Chan', 'weather: session cancelled', 'hotline 2979-7111'],
    ]);
  });

  it('by the rule stands there too, where no session timer writes it down', async () => {
    const { cutOff } = session.times;
    await say('cancelled', cutOff, 'every day');
    await say('cancelled', cutOff + 1, 'every day');
    const verdicts = (await journal()).filter(([who]) => who === 'rap');
    assert.deepEqual(
      verdicts.map(([, what]) => what),
      ['weather: cancelled'],
    );
  });
});

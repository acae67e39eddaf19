import assert from 'node:assert/strict';
import { sessionOf } from '../../../lib/practice/plan.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { decideNow, latestWeather } from '../../../lib/practice/weather-store.ts';
import { freshLedger } from '../ledger/samples.ts';

describe('what is decided about the weather', () => {
  const given = freshLedger();
  const session = sessionOf(practice20250621);
  const say = (says: 'held' | 'cancelled', at: number, watch?: string) =>
    decideNow(given.ledger, session, at, {
      word: { about: 'session', says, from: 'hkex', by: 'Chan', how: 'hotline 2979-7111', at },
      ...(watch === undefined ? {} : { watch }),
    });
  const journal = async () =>
    (await given.ledger.journal.records()).map(({ who, what, why }) => [who, what, why]);

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

  it('without a watch follows from what was decided before, and nothing is kept as long as nothing is known', async () => {
    const { cutOff, start } = session.times;
    const now = (at: number) => decideNow(given.ledger, session, at);
    assert.equal((await now(cutOff - 1)).verdict, 'pending');
    assert.equal(await latestWeather(given.ledger, session.times.date), undefined);
    await say('held', start - 60_000);
    assert.equal((await now(start)).verdict, 'running');
    // By then nothing is known any more; but a session that runs is not stopped by that.
    assert.equal((await now(start + 30 * 60_000)).verdict, 'running');
    assert.equal((await latestWeather(given.ledger, session.times.date))?.decision.at, start + 30 * 60_000);
  });
});

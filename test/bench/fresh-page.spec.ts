/** The page about freshness counts what never came, and says which time it means. */
import assert from 'node:assert/strict';
import { type FreshClient, freshPage, percentile } from '../../bench/fresh-page.ts';

describe('The page about freshness', () => {
  const times = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20];
  const client = (changes: Partial<FreshClient>): FreshClient => ({
    ...{ id: 'a', name: 'a client', settings: 'as it comes', onShare: times, logins: 3 },
    ...changes,
  });
  const page = (one: FreshClient, speed = 1) =>
    freshPage({ on: '2026-01-02', reports: 20, minutes: 15, speed, clients: [one] }, 'node bench/fresh.ts');

  it('takes the nearest rank', () => {
    assert.deepEqual(
      [0, 50, 95, 100].map((percent) => percentile(times, percent)),
      [1, 10, 19, 20],
    );
  });

  it('says never where too many did not come, and leaves out mails of who sends none', () => {
    assert.match(page(client({})), /\| a client \| 10\.0 s \| 19\.0 s \| - \| - \| 3 \|/);
    const lost = times.map((one, index) => (index < 2 ? null : one));
    assert.match(
      page(client({ onShare: lost, inMail: times })),
      /\| 12\.0 s \| never \| 10\.0 s \| 19\.0 s \|/,
    );
  });

  it('says whether time was real', () => {
    assert.match(page(client({})), /in real time/);
    assert.match(page(client({}), 10), /10 times faster/);
  });
});

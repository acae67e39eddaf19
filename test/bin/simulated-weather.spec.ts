import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { startWeather } from '../../bin/simulated-weather.ts';
import { realClock, SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { publicFeeds } from '../../lib/weather/hko.ts';
import { readWeather } from '../../nodes/weather-check/settings.ts';
import { makeHome, removeHome } from '../support/home.ts';

describe('the weather of the demo', function () {
  this.timeout(300_000);

  it('is quiet until a line in its file issues a signal, and says what it cannot read', async () => {
    const home = await makeHome();
    const complaints: string[] = [];
    const clock = new SimulatedClock(fromHongKong('2025-06-21 14:30'));
    const weather = await startWeather(home, 0, clock, (line) => complaints.push(line));
    const until = async (holds: () => Promise<boolean>) => {
      while (!(await holds())) await new Promise((resolve) => realClock.after(50, () => resolve(undefined)));
    };
    // The node asks here when its list is empty and the start has set RAP_WEATHER.
    const env = (name: string) => (name === 'RAP_WEATHER' ? weather.url : undefined);
    const { feeds } = readWeather({ plan: 'a plan', feeds: [] }, env);
    const summary = feeds.find(({ source }) => source === 'warnsum')?.url ?? '';
    const shown = async () => (await fetch(summary)).text();
    try {
      assert.ok(summary.startsWith(weather.url));
      assert.equal(await shown(), '{}');
      await appendFile(weather.signalsFile, 'TC8NE,2025-06-21 14:20,\n');
      await until(async () => (await shown()).includes('TC8NE'));
      await appendFile(weather.signalsFile, 'TC8NE,tomorrow,\n');
      await until(async () => complaints.length > 0);
      assert.match(complaints[0] ?? '', /signals\.csv/);
      assert.match(await shown(), /TC8NE/);
    } finally {
      await weather.stop();
      await removeHome(home);
    }
  });

  it('is not asked where RAP_WEATHER is not set: then the public addresses are', () => {
    const { feeds } = readWeather({ plan: 'a plan', feeds: [] }, () => undefined);
    assert.deepEqual(feeds, [...publicFeeds]);
  });
});

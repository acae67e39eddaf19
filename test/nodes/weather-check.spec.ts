import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { idle } from '../../bin/rehearsal/idle.ts';
import { ledgerIn } from '../../lib/ledger/sqlite/ledger-file.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { type Hko, type ShownSignal, startHko } from '../../simulator/hko.ts';
import { frame, node } from '../support/flow-parts.ts';
import { idleAccounts, planNode } from '../support/practice-flow.ts';
import { admin, type FlowNode, type Received, type Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const MINUTE = 60_000;
const day = '2025-06-21';

interface Weather {
  verdict: string;
  answer: string;
  effective: string;
  reasons: string[];
  needsPerson: boolean;
  text: string;
}
const weatherOf = (msg: Received) => msg.weather as Weather;

describe('weather-check', () => {
  const system = useSystem();
  let runtime: Runtime;
  let clock: SimulatedClock;
  let hko: Hko;

  const warnsum = () => hko.feeds().filter(({ source }) => source === 'warnsum');
  const signal = (code: string, issued: string, cancelled?: string): ShownSignal => ({
    code,
    issued: fromHongKong(`${day} ${issued}`),
    ...(cancelled === undefined ? {} : { cancelled: fromHongKong(`${day} ${cancelled}`) }),
  });

  function flow(changes: Record<string, unknown> = {}): FlowNode[] {
    const feeds = warnsum();
    return [
      ...frame('go', 'stop', 'hold'),
      ...idleAccounts(),
      planNode(),
      node(
        'weather',
        'weather-check',
        { plan: 'plan', day: 'plan', feeds, tell: true, ...changes },
        ['go'],
        ['stop'],
        ['hold'],
      ),
    ];
  }

  async function start(
    time: string,
    { signals = [], changes = {} }: { signals?: ShownSignal[]; changes?: Record<string, unknown> } = {},
  ): Promise<void> {
    clock = new SimulatedClock(fromHongKong(`${day} ${time}`));
    hko = await startHko({ clock, signals });
    runtime = await system.start(flow(changes), { clock });
  }

  /** Minute by minute, each round finished before the next begins. */
  async function moveTo(time: string, everyMinute = true): Promise<void> {
    const watching = fromHongKong(`${day} 08:30`);
    while (clock.now() < fromHongKong(`${day} ${time}`)) {
      const before = hko.asked('warnsum');
      await clock.advance(MINUTE);
      // A feed that gives nothing to understand is asked less often.
      if (clock.now() > watching && everyMinute)
        await runtime.until(() => hko.asked('warnsum') > before, 'the feed to be asked');
      await idle();
    }
  }

  afterEach(async () => {
    await hko.stop();
  });

  it('asks nothing before the day, and says how far away it is', async () => {
    clock = new SimulatedClock(fromHongKong('2025-06-19 12:00'));
    hko = await startHko({ clock, signals: [] });
    runtime = await system.start(flow(), { clock });
    await runtime.until(() => runtime.statusText('weather') === 'for 2025-06-21', 'the date');
    runtime.send('weather', { payload: 'x' });
    const early = await runtime.message('hold');
    assert.equal(early.payload, 'x');
    assert.equal(weatherOf(early).verdict, 'pending');
    assert.match(weatherOf(early).reasons.join(), /first verdict comes at 09:05/);
    assert.equal(hko.asked('warnsum'), 0);
  });

  it('on a quiet day goes at 09:05, by itself and when asked, with reasons', async () => {
    await start('08:29');
    await moveTo('09:06');
    const news = await runtime.message('go');
    assert.equal(weatherOf(news).verdict, 'clear');
    assert.deepEqual(news.payload, news.weather);
    assert.match(weatherOf(news).text, /^CLEAR\nNothing that cancels was in force/);
    assert.equal(runtime.statusText('weather'), 'go');
    runtime.send('weather', { payload: 'part 1', topic: 'kept' });
    const asked = await runtime.message('go', 1);
    assert.equal(asked.payload, 'part 1');
    assert.equal(asked.topic, 'kept');
    assert.equal(runtime.received('stop').length, 0);
  });

  it('stops at 09:05 for a signal in force at 09:00, and stays so after a restart without telling it again', async () => {
    await start('08:29', { signals: [signal('TC8NE', '08:00', '09:30')] });
    await moveTo('09:06');
    const stop = await runtime.message('stop');
    assert.equal(weatherOf(stop).verdict, 'cancelled');
    assert.equal(weatherOf(stop).effective, '09:00');
    assert.match(weatherOf(stop).reasons[0] ?? '', /was in force at the cut-off 09:00/);
    assert.equal(runtime.statusText('weather'), 'CANCELLED 09:00');
    await runtime.stop();
    await hko.stop();

    clock = new SimulatedClock(fromHongKong(`${day} 13:59`));
    hko = await startHko({ clock, signals: [] });
    runtime = await system.start(flow(), { clock });
    await runtime.until(() => runtime.statusText('weather') === 'CANCELLED 09:00', 'the verdict');
    assert.equal(runtime.received('stop').length, 0);
    runtime.send('weather', { payload: 'may part 1 begin?' });
    assert.equal((await runtime.message('stop')).payload, 'may part 1 begin?');
  });

  it('says again what a process was killed over right after it had decided, and then no more', async () => {
    const signals = [signal('TC8NE', '08:00', '09:30')];
    await start('08:29', { signals });
    await moveTo('09:06');
    await runtime.message('stop');
    const again = async () => {
      await runtime.stop();
      await hko.stop();
      clock = new SimulatedClock(fromHongKong(`${day} 13:59`));
      hko = await startHko({ clock, signals: [] });
      runtime = await system.start(flow(), { clock });
      await runtime.until(() => runtime.statusText('weather') === 'CANCELLED 09:00', 'the verdict');
    };
    await runtime.stop();
    // As if it had not lived to see any flow through.
    const database = new DatabaseSync(ledgerIn(system.home));
    database.exec(
      "delete from event_receipts where event_id in (select id from events where kind = 'verdict')",
    );
    database.close();
    await again();
    assert.equal(weatherOf(await runtime.message('stop')).effective, '09:00');
    await again();
    assert.equal(runtime.received('stop').length, 0);
  });

  it('holds on an answer nobody understands, and goes on the word of HKEX, recorded with name and source', async () => {
    await start('08:29');
    await moveTo('08:40');
    hko.misbehave({ body: '<html>maintenance</html>' });
    await moveTo('09:06', false);
    const hold = await runtime.message('hold', 1);
    assert.equal(weatherOf(hold).verdict, 'hold');
    assert.equal(weatherOf(hold).needsPerson, true);
    assert.equal(runtime.statusText('weather'), 'HOLD: ask a person');

    const word = { from: 'hkex', says: 'held', how: 'hotline 2979-7111', by: 'Chan Tai Man' };
    runtime.send('weather', { word } as never);
    const go = await runtime.message('go');
    assert.match(weatherOf(go).text, /hotline 2979-7111, recorded by Chan Tai Man/);
  });

  it('takes a word from the dialog, and refuses one that says too little', async () => {
    await start('12:00', { changes: { tell: false } });
    const url = '/weather-check/weather/word';
    const word = { about: 'session', from: 'hkex', says: 'cancelled', how: 'mail', by: 'Lee' };
    const short = await admin()
      .post(url)
      .send({ ...word, how: '' });
    assert.equal(short.status, 400);
    assert.match((short.body as { error: string }).error, /word\.how is empty/);
    const future = {
      about: 'extreme-conditions',
      says: 'declared',
      since: `${day} 23:00`,
      how: 'tv',
      by: 'Lee',
    };
    assert.equal((await admin().post(url).send(future)).status, 400);
    const taken = await admin().post(url).send(word);
    assert.equal(taken.status, 200);
    assert.equal((taken.body as Weather).answer, 'stop');
    runtime.send('weather', {});
    assert.match(weatherOf(await runtime.message('stop')).text, /HKEX says the session is cancelled/);
    assert.equal((await admin().post('/weather-check/other/word').send(word)).status, 404);
  });

  it('warns of a termination on go, and stops when the notice is over', async () => {
    await start('08:29', { signals: [signal('TC8SE', '14:20')] });
    await moveTo('14:22');
    const ending = runtime.received('go').at(-1);
    assert.ok(ending);
    assert.equal(weatherOf(ending).verdict, 'terminating');
    assert.equal(weatherOf(ending).effective, '14:35');
    assert.equal(runtime.statusText('weather'), 'ENDS AT 14:35');
    await moveTo('14:36');
    assert.equal(weatherOf(await runtime.message('stop')).verdict, 'terminated');
    assert.equal(runtime.statusText('weather'), 'TERMINATED 14:35');
  });

  it('asks once for two nodes of one plan, and refuses a second one with other feeds', async () => {
    clock = new SimulatedClock(fromHongKong(`${day} 08:40`));
    hko = await startHko({ clock, signals: [] });
    const feeds = warnsum();
    const other = feeds.map((feed) => ({ ...feed, url: `${feed.url}&again` }));
    const second = (id: string, settings: object) =>
      node(
        id,
        'weather-check',
        { plan: 'plan', day: 'plan', tell: false, ...settings },
        ['go'],
        [],
        ['hold'],
      );
    runtime = await system.start([...flow(), second('twin', { feeds }), second('odd', { feeds: other })], {
      clock,
    });
    await runtime.until(() => runtime.statusText('twin') === 'verdict at 09:05', 'the twin');
    await runtime.until(() => runtime.statusText('odd') === 'check settings', 'the odd one to complain');
    assert.equal(hko.asked('warnsum'), 1);
  });

  it('watches an ordinary day with the hours of the plan', async () => {
    clock = new SimulatedClock(fromHongKong('2025-07-08 08:40'));
    hko = await startHko({ clock, signals: [] });
    runtime = await system.start(flow({ day: 'today' }), { clock });
    runtime.send('weather', {});
    const msg = await runtime.message('hold');
    assert.equal((msg.weather as { date: string }).date, '2025-07-08');
  });

  it('refuses a feed that is not https', async () => {
    await start('12:00', { changes: { feeds: [{ source: 'warnsum', url: 'http://example.org/' }] } });
    await runtime.until(() => runtime.statusText('weather') === 'check settings', 'the warning');
  });
});

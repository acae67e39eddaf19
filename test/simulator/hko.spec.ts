import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { idle } from '../../bin/rehearsal/idle.ts';
import { openLedger } from '../../lib/ledger/ledger.ts';
import { sessionOf } from '../../lib/practice/plan.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import {
  decideNow,
  latestWeather,
  weatherRecords,
  weatherStoreOf,
} from '../../lib/practice/weather-store.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import type { FeedResult } from '../../lib/weather/answer.ts';
import type { Decision } from '../../lib/weather/decide.ts';
import { type Evidence, noEvidence } from '../../lib/weather/evidence.ts';
import { applyObservation } from '../../lib/weather/evidence-reducer.ts';
import { ask } from '../../lib/weather/hko.ts';
import { reasonText } from '../../lib/weather/reasons/index.ts';
import { watchWeather } from '../../lib/weather/watch.ts';
import { type Hko, type ShownSignal, startHko } from '../../simulator/hko.ts';

const at = (time: string) => fromHongKong(`2025-06-21 ${time}`);
const gale: ShownSignal = { code: 'TC8NE', issued: at('14:20'), cancelled: at('17:00') };

describe('the simulated weather feeds', () => {
  let clock: SimulatedClock;
  let hko: Hko;
  const show = async (...signals: ShownSignal[]) => {
    clock = new SimulatedClock(at('08:30'));
    hko = await startHko({ clock, signals });
  };
  afterEach(() => hko.stop());

  const until = (time: string) => clock.jump(at(time) - clock.now());
  /** All feeds once. */
  const round = async (evidence: Evidence): Promise<Evidence> => {
    const heard: FeedResult[] = await Promise.all(hko.feeds().map((feed) => ask(feed, { clock })));
    return heard.reduce(applyObservation, evidence);
  };

  it('show a signal from its issue on, list it as cancelled for an hour, and then no more', async () => {
    await show(gale, { code: 'WTS', issued: at('10:00') });
    until('14:19');
    let evidence = await round(noEvidence);
    assert.deepEqual([evidence.spells, evidence.troubles], [[], []]);
    until('14:20');
    evidence = await round(evidence);
    assert.deepEqual(
      evidence.spells.map(({ code, issued, disputed }) => ({ code, issued, disputed })),
      [{ code: 'TC8NE', issued: at('14:20'), disputed: undefined }],
    );
    until('17:10');
    // Somebody who looks only now still learns when it was in force.
    const late = await round(noEvidence);
    assert.deepEqual(
      late.spells.map(({ issued, cancelled }) => ({ issued, cancelled })),
      [{ issued: at('14:20'), cancelled: at('17:00') }],
    );
    until('18:01');
    assert.deepEqual((await round(noEvidence)).spells, []);
    assert.ok((evidence.heartbeatAt ?? 0) > at('13:00'));
  });

  it('show Extreme Conditions in the press feed only, where they ask a person', async () => {
    await show({ code: 'EC', issued: at('06:32') });
    const evidence = await round(noEvidence);
    assert.deepEqual(evidence.spells, []);
    assert.deepEqual(
      evidence.possibleExtreme.map(({ title }) => title),
      ['Extreme conditions declared'],
    );
  });

  it('misbehave on request: status, odd body, cut, old copy, wrong clock, redirect', async () => {
    await show();
    const [feed] = hko.feeds();
    assert.ok(feed);
    const trouble = async (how: Parameters<Hko['misbehave']>[0]) => {
      hko.misbehave(how, 'warnsum');
      return reasonText(
        applyObservation(noEvidence, await ask(feed, { clock })).troubles[0]?.reason ?? '',
        'en',
      );
    };
    assert.match(await trouble({ status: 503 }), /503/);
    assert.match(await trouble({ body: '<html>maintenance</html>' }), /not JSON/);
    assert.match(await trouble({ body: '{"WTCSGNL":{"code":"TC88"}}' }), /unknown entry/);
    assert.match(await trouble({ silent: 'cut' }), /cannot be reached/);
    assert.match(await trouble({ age: 3600 }), /old copy/);
    assert.match(await trouble({ ahead: 300 }), /behind the server/);
    assert.match(await trouble({ redirect: 'http://127.0.0.2/' }), /another host/);
    assert.equal(await trouble({}), '');
    assert.equal(hko.asked('warnsum'), 8);
  });

  it('let a watch on the ledger stay with its verdict through restarts', async () => {
    await show({ code: 'WRAINB', issued: at('08:40'), cancelled: at('09:20') });
    const home = await mkdtemp(path.join(tmpdir(), 'rap-watch-'));
    const session = sessionOf(practice20250621);
    /** A process that watches for some minutes and is then killed. */
    const watchFor = async (minutes: number): Promise<Decision[]> => {
      const ledger = await openLedger(path.join(home, 'ledger.sqlite'), clock);
      const decisions: Decision[] = [];
      let heard = () => {};
      let failed: unknown;
      const watch = watchWeather({
        session,
        feeds: hko.feeds(),
        clock,
        store: weatherStoreOf(ledger),
        onDecision: (decision) => {
          decisions.push(decision);
          heard();
        },
        onError: (error) => {
          failed = error;
          heard();
        },
      });
      for (let minute = 0; minute <= minutes; minute++) {
        if (decisions.length <= minute) await new Promise<void>((resolve) => (heard = resolve));
        assert.equal(failed, undefined);
        await idle();
        if (minute < minutes) await clock.advance(60_000);
      }
      await watch.stop();
      await ledger.close();
      return decisions;
    };
    const before = await watchFor(36);
    assert.equal(before.at(-1)?.verdict, 'cancelled');
    // Down while it is lowered and for so long that no feed shows it any more.
    await clock.advance(4 * 3_600_000);
    const after = await watchFor(3);
    assert.ok(after.every(({ verdict }) => verdict === 'cancelled'));
    const ledger = await openLedger(path.join(home, 'ledger.sqlite'), clock);
    const records = await weatherRecords(ledger, '2025-06-21');
    assert.ok(records.length < 12, `${records.length} records of 40 rounds`);
    assert.ok(records.some(({ answers }) => answers.some(({ body }) => body.includes('WRAINB'))));
    // The word of the exchange wins, also where no watch runs.
    const word = {
      about: 'session',
      says: 'held',
      from: 'hkex',
      by: 'A. Chan',
      how: 'hotline',
      at: clock.now(),
    } as const;
    assert.equal((await decideNow(ledger, session, clock.now(), { word })).verdict, 'clear');
    assert.equal((await latestWeather(ledger, '2025-06-21'))?.decision.verdict, 'clear');
    assert.equal(await latestWeather(ledger, '2025-06-22'), undefined);
    await ledger.close();
    await rm(home, { recursive: true });
  });
});

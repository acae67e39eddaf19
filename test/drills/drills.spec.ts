/** The service under a watchdog, once through each drill; bench/drills.ts does it a hundred times. */
import assert from 'node:assert/strict';
import { DrilledService, type DrillKind } from './drill.ts';

/** A machine that is ten times slower is back in time, too. */
const LIMIT_MS = 120_000;

describe('a service under a watchdog', function () {
  this.timeout(4 * LIMIT_MS);
  let service: DrilledService;
  before(async () => {
    service = await DrilledService.start({ watchdogMs: 8_000, restartMs: 100, holdMs: 5_000 });
  });
  after(() => service?.stop());

  for (const kind of ['kill', 'freeze', 'locked', 'blocked'] as const satisfies DrillKind[]) {
    it(`is back at work after this: ${kind}`, async () => {
      const { starts } = service.manager;
      const { backAfter, noticed, barked } = await service.drill(kind);
      assert.ok(noticed, 'it was seen not to work');
      assert.ok(backAfter < LIMIT_MS, `${backAfter} ms`);
      if (kind === 'freeze') assert.ok(barked, 'nothing else ends a process that is frozen');
      if (kind === 'kill' || kind === 'freeze') assert.ok(service.manager.starts > starts);
    });
  }

  it('says that it is up, how it is, and that it goes on', () => {
    const { heard } = service.manager;
    for (const line of ['READY=1', 'WATCHDOG=1', 'STATUS=Ready']) assert.ok(heard.includes(line), line);
  });

  it('logs records and nothing else', () => {
    const { printed } = service.manager;
    assert.ok(printed.length > 5, 'something was logged');
    for (const line of printed) {
      const { time, level, msg } = JSON.parse(line) as Record<string, string>;
      assert.ok(time && level && msg !== undefined, line);
    }
  });
});

/** The thread of the desk: a page that is slow, or asked for without end, keeps nobody else waiting for long. */
import assert from 'node:assert/strict';
import { lines } from '../../lib/desk/pages.ts';
import type { Question } from '../../lib/desk/render.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { Busy, DeskThread } from '../../nodes/desk/thread.ts';

/** Answers with the path; 'stuck' never, 'dies' by dying. */
const script = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ id, question: { path } }) => {
      if (path === 'stuck') for (;;);
      if (path === 'dies') throw new Error('it died');
      parentPort.postMessage({ id, answer: { body: new TextEncoder().encode(path) } });
    });
  `)}`,
);

const text = (body: Uint8Array) => new TextDecoder().decode(body);

const question = (login: string, path: string): Question => ({
  ...{ path, query: {}, pieces: false, known: '', gzip: false },
  live: { home: '', owner: '', profile: '', accounts: [], facts: [], faults: [] },
  kit: { language: 'en', now: 0, login, acts: [], lines, root: './' },
});

describe('the thread of the desk', () => {
  let thread: DeskThread;
  afterEach(() => thread.close());

  it('answers in turn of the logins, and refuses what one asks beyond measure', async () => {
    thread = new DeskThread('', { script });
    const order: string[] = [];
    let made = 0;
    const ask = async (login: string, path: string) => {
      const { body } = await thread.ask(login, () => {
        made++;
        return question(login, path);
      });
      order.push(text(body));
    };
    const many = Array.from({ length: 100 }, (_, at) => ask('ada', `a${at}`));
    const others = [ask('bo', 'b'), ask('', 'c')];
    const ended = await Promise.allSettled(many);
    await Promise.all(others);
    const refused = ended.filter(({ status }) => status === 'rejected');
    assert.equal(refused.length, 69);
    for (const { reason } of refused as PromiseRejectedResult[]) assert.ok(reason instanceof Busy);
    assert.equal(made, 33, 'what is refused is not made');
    assert.ok(order.indexOf('b') <= 3 && order.indexOf('c') <= 3, order.join());
  });

  it('is begun anew when it hangs or dies, and whoever waits behind has an answer', async () => {
    const clock = new SimulatedClock(0);
    thread = new DeskThread('', { script, clock });
    for (const [path, why] of [
      ['stuck', /did not answer in time/],
      ['dies', /it died/],
    ] as const) {
      const slow = thread.ask('ada', () => question('ada', path));
      const behind = ['ada', 'bo'].map((login) => thread.ask(login, () => question(login, 'behind')));
      const told = assert.rejects(slow, why);
      if (path === 'stuck') await clock.advance(20_000);
      await told;
      assert.deepEqual(
        (await Promise.all(behind)).map(({ body }) => text(body)),
        ['behind', 'behind'],
      );
    }
  });

  it('tells whoever waits when it is closed', async () => {
    thread = new DeskThread('', { script });
    const all = ['stuck', 'b', 'c'].map((path) => thread.ask('ada', () => question('ada', path)));
    const ended = Promise.allSettled(all);
    await thread.close();
    for (const one of await ended) {
      assert.equal(one.status, 'rejected');
      assert.match(String(one.reason), /Node-RED is closing/);
    }
  });
});

/** The loop over events: acknowledged when acted on, tried again when not, less and less often, none behind another. */
import assert from 'node:assert/strict';
import { RapError } from '../../../lib/errors/rap-error.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import { actOnce, consumeEvents } from '../../../lib/mail/event-consumer.ts';
import type { FoundMessage } from '../../../lib/model/completeness.ts';
import { reportEvents } from '../../../lib/model/report-news.ts';
import { onEachDatabase } from '../ledger/engines.ts';
import { freshLedger, START } from '../ledger/samples.ts';

const DAY = '2026-11-20';

onEachDatabase('consumers of events', () => {
  const given = freshLedger();

  /** Reports that came unawaited: an event each. */
  const come = (account: string, ...codes: string[]) => {
    const of = { kind: 'event', set: '', businessDate: DAY, at: 1 } as const;
    const messages = codes.map((report): FoundMessage => ({ ...of, report }));
    return given.ledger.expectations.recordCheck({ account, at: START, asked: {}, found: { messages } });
  };
  const names = (lot: readonly { subject: string }[]) =>
    lot.map(({ subject }) => subject.split(' ')[0] ?? '');
  const round = async (
    act: (names: string[]) => void | Promise<void>,
    of: { later?: string; byAccount?: true; atOnce?: true; ledger?: Ledger } = {},
  ) => {
    const { later, byAccount, atOnce = false, ledger = given.ledger } = of;
    await consumeEvents(ledger, {
      ...{ consumer: 'mail', kinds: reportEvents, atOnce },
      ...(byAccount ? { lotOf: ({ account }) => account } : {}),
      async act(lot) {
        await act(names(lot));
        return lot.filter(({ subject }) => later !== undefined && subject.startsWith(later));
      },
    });
  };
  const pending = async () =>
    names(await given.ledger.events.pendingEvents({ kinds: reportEvents, consumer: 'mail' }));

  it('act upon each event once, in order, by itself or together', async () => {
    await come('A', 'R1', 'R2');
    await come('B', 'R3');
    const lots: unknown[] = [];
    await round((lot) => void lots.push(lot), { byAccount: true });
    await round((lot) => void lots.push(lot));
    assert.deepEqual(lots, [['R1', 'R2'], ['R3']]);
    await come('B', 'R3', 'R4');
    await round((lot) => void lots.push(lot));
    assert.deepEqual(lots.at(-1), ['R4']);
  });

  it('keep what is left for later, and what failed, and nothing else', async () => {
    await come('A', 'R1', 'R2', 'R3');
    await assert.rejects(
      round(
        ([name]) => {
          if (name === 'R1') throw new RapError('MAIL_CONFIG', 'no contacts');
        },
        { later: 'R2' },
      ),
      /no contacts/,
    );
    assert.deepEqual(await pending(), ['R1', 'R2']);
    const again: unknown[] = [];
    await round((lot) => void again.push(...lot));
    assert.deepEqual(again, ['R1', 'R2']);
  });

  it('try what goes on failing less and less often, and say so all the time; nobody else waits for it', async () => {
    await come('A', 'R1');
    const tries: number[] = [];
    const others: unknown[] = [];
    for (let n = 1; n <= 130; n++) {
      if (n === 50) await come('A', 'R1', 'R2');
      await assert.rejects(
        round(([name]) => {
          if (name !== 'R1') return void others.push(name);
          tries.push(n);
          throw new RapError('MAIL_CONFIG', 'no contacts');
        }),
        /no contacts/,
      );
    }
    assert.deepEqual(tries, [1, 2, 4, 8, 16, 32, 64, 96, 128]);
    assert.deepEqual(others, ['R2']);
    // Somebody waits for it.
    await round(() => {}, { atOnce: true });
    assert.deepEqual(await pending(), []);
  });

  it('stop at once where another host does the work', async () => {
    await come('A', 'R1', 'R2');
    const seen: unknown[] = [];
    await assert.rejects(
      round(([name]) => {
        seen.push(name);
        throw new RapError('NOT_IN_CHARGE', 'elsewhere');
      }),
      /elsewhere/,
    );
    assert.deepEqual(seen, ['R1']);
    assert.deepEqual(await pending(), ['R1', 'R2']);
  });

  it('act once though another round meets what is being acted on, and though two make the same', async () => {
    await come('A', 'R1');
    let acted = 0;
    let other: Promise<void> | undefined;
    await round(async () => {
      acted++;
      other = round(() => void acted++);
      // Statements are answered in order: when these are, the other round has found the event.
      for (let n = 0; n < 3; n++) await pending();
    });
    await other;
    assert.equal(acted, 1);
    const gate = Promise.withResolvers<void>();
    let made = 0;
    const make = () => actOnce(given.ledger, 'mail', 99, () => gate.promise.then(() => ++made));
    const all = [make(), make()];
    gate.resolve();
    assert.deepEqual(await Promise.all(all), [1, 1]);
    assert.equal(await actOnce(given.ledger, 'mail', 99, async () => ++made), 2);
  });
});

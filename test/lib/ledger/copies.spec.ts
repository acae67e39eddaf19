/** That delivered files are lost, or there again, is an event with its fact; and what a ledger of before had to tell goes on. */
import assert from 'node:assert/strict';
import { raiseLostCopies } from '../../../lib/alarms/lost-copies.ts';
import { type Ledger, openLedger, type PlacedLook } from '../../../lib/ledger/ledger.ts';
import { someContacts } from '../mail/samples.ts';
import { askBehind, changeBehind, migrateBehind, onEachDatabase } from './engines.ts';
import { aVersion, freshLedger } from './samples.ts';

const BEFORE = 63;
const config = someContacts();

onEachDatabase('copies on shares', () => {
  const given = freshLedger();

  const file = async (share: string, name: string, account = 'HKSCC') => {
    const path = `/INBOX/${account}${share}/${name}`;
    const { versionId } = await given.ledger.reports.recordReceived(aVersion({ name, account, path }));
    const of = { versionId, share, file: `${share}/${name}`, sha256: 'a'.repeat(64) };
    await given.ledger.deliveries.recordDelivery({ ...of, run: 'run-1', outcome: 'published' });
    return { ...of, outcome: 'published' as const };
  };
  const look = async (state: PlacedLook['state'], ...files: { versionId: number; share: string }[]) => {
    await given.clock.advance(1000);
    const looks = files.map(({ versionId, share }) => ({ versionId, share, state, why: state }));
    await given.ledger.placedFiles.notePlaced(looks, given.clock.now());
  };
  const pending = () => given.ledger.events.pendingEvents({ kinds: ['copies'], consumer: 'mail' });
  const events = async () =>
    (await pending()).map(({ account, subject, payload }) => [account, subject, payload.lost]);
  const tell = (ledger: Pick<Ledger, keyof Ledger> = given.ledger) =>
    raiseLostCopies(ledger, config, given.clock.now());
  /** What was mailed, as the first line of its text after the title. */
  const mails = async () =>
    (await given.ledger.mails.mails()).map(({ kind, text }) => {
      const [, n, share] = /(\d+) delivered files? (?:is|are) not on (\S+)/.exec(text) ?? [];
      return kind === 'recovery' ? 'back' : `${n} ${share}`;
    });

  it('are an event for each account and share when they turn, and none as long as they stay', async () => {
    const [a, b, c] = [await file('/s', 'a'), await file('/s', 'b'), await file('/t', 'c')];
    const other = await file('/s', 'd', 'HKCC');
    await look('there', a, b, c, other);
    assert.deepEqual(await events(), []);
    await look('gone', a, b, c, other);
    const turned = [
      ['HKSCC', '/s', [a.versionId, b.versionId]],
      ['HKCC', '/s', [other.versionId]],
      ['HKSCC', '/t', [c.versionId]],
    ];
    assert.deepEqual(await events(), turned);
    await look('changed', a, c);
    await look('unknown', b, other);
    assert.deepEqual(await events(), turned, 'lost they are still');
    await look('there', a);
    assert.deepEqual((await events()).slice(3), [['HKSCC', '/s', []]]);
    await look('gone', a);
    assert.deepEqual((await events()).slice(4), [['HKSCC', '/s', [a.versionId]]]);
  });

  it('are one, too, when a person closes a file or has it delivered again, once', async () => {
    const [a, b, c] = [await file('/s', 'a'), await file('/s', 'b'), await file('/s', 'c')];
    await look('gone', a, b);
    const act = { by: 'Ada', reason: 'r' };
    for (let turn = 0; turn < 2; turn++) {
      await given.ledger.placedFiles.closePlaced(a, act);
      await given.ledger.placedFiles.recordRedelivery(b, act);
    }
    // Not lost, it is nothing to tell when a person closes it, nor when one that was closed is delivered again.
    await given.ledger.placedFiles.closePlaced(c, act);
    await given.ledger.placedFiles.recordRedelivery(a, act);
    assert.deepEqual((await events()).slice(1), [
      ['HKSCC', '/s', []],
      ['HKSCC', '/s', []],
    ]);
  });

  it('are told as they lie when they are told: nobody hears of what is there again before', async () => {
    const [a, b] = [await file('/s', 'a'), await file('/s', 'b')];
    await look('gone', a, b);
    await look('there', a);
    await tell();
    assert.deepEqual(await mails(), ['1 /s']);
    await look('gone', a);
    await look('there', a);
    await tell();
    assert.deepEqual(await mails(), ['1 /s'], 'nothing further is lost');
    await look('there', b);
    await look('gone', a);
    await tell();
    assert.deepEqual(await mails(), ['1 /s', '1 /s'], 'another one');
    await given.ledger.placedFiles.closePlaced(a, { by: 'Ada', reason: 'r' });
    await tell();
    assert.deepEqual(await mails(), ['1 /s', '1 /s', 'back']);
    assert.deepEqual(await events(), []);
  });

  const kills = {
    'it was to be told': 'recordFault',
    'it was told': 'acknowledgeEvents',
  } as const;
  for (const [when, step] of Object.entries(kills)) {
    it(`are told once each when a process is killed as soon as ${when}`, async () => {
      const [a, b, c] = [await file('/s', 'a'), await file('/s', 'b'), await file('/t', 'c')];
      await look('gone', a);
      await tell();
      await look('gone', b, c);
      await look('gone', await file('/s', 'e'));
      const { alarms, events: stream } = given.ledger;
      const killed = () => Promise.reject(new Error('killed'));
      const dying = {
        ...given.ledger,
        alarms: step === 'recordFault' ? { ...alarms, recordFault: killed } : alarms,
        events: step === 'acknowledgeEvents' ? { ...stream, acknowledgeEvents: killed } : { ...stream },
      };
      await assert.rejects(tell(dying), /killed/);
      for (let turn = 0; turn < 2; turn++) await tell();
      assert.deepEqual(await mails(), ['1 /s', '3 /s', '1 /t']);
      assert.equal((await given.ledger.alarms.openAlarms()).length, 2);
    });
  }

  /** The ledger with something that happens once while the lost files are read: before it, or after it. */
  const meanwhile = (when: 'before' | 'after', happens: () => Promise<unknown>) => {
    const { placedFiles } = given.ledger;
    let left = true;
    const once = async () => {
      if (left) {
        left = false;
        await happens();
      }
    };
    return {
      ...given.ledger,
      placedFiles: {
        ...placedFiles,
        lostFiles: async (asked: Parameters<typeof placedFiles.lostFiles>[0]) => {
          if (when === 'before') await once();
          const files = await placedFiles.lostFiles(asked);
          if (when === 'after') await once();
          return files;
        },
      },
    };
  };

  for (const when of ['before', 'after'] as const) {
    it(`are told once when one turns just ${when} the files are read`, async () => {
      const [a, b, c] = [await file('/s', 'a'), await file('/s', 'b'), await file('/s', 'c')];
      await look('gone', a);
      await tell(meanwhile(when, () => look('gone', b)));
      for (let turn = 0; turn < 3; turn++) await tell();
      assert.deepEqual(await mails(), ['2 /s']);
      await look('gone', c);
      await tell(meanwhile(when, () => look('there', c)));
      await tell();
      assert.deepEqual(await mails(), ['2 /s'], 'it was there again before anybody heard of it');
      await look('changed', c);
      await tell(meanwhile(when, () => look('there', a, b, c)));
      await tell();
      assert.deepEqual(await mails(), ['2 /s', 'back']);
      assert.deepEqual([await events(), (await given.ledger.alarms.openAlarms()).length], [[], 0]);
    });
  }

  it('are left to the next round while they go on turning, and told then', async () => {
    const [a, b] = [await file('/s', 'a'), await file('/s', 'b')];
    await look('gone', a);
    const { placedFiles } = given.ledger;
    let turns = 0;
    const restless = {
      ...given.ledger,
      placedFiles: {
        ...placedFiles,
        lostFiles: async (asked: Parameters<typeof placedFiles.lostFiles>[0]) => {
          await look(turns++ % 2 === 0 ? 'gone' : 'there', b);
          return placedFiles.lostFiles(asked);
        },
      },
    };
    await tell(restless);
    assert.deepEqual(await mails(), []);
    await tell();
    assert.equal((await mails()).length, 1);
    assert.deepEqual(await events(), []);
  });

  it('are told once by two that have read the same events, and their alarm goes on', async () => {
    const [a, b] = [await file('/s', 'a'), await file('/t', 'b')];
    await look('gone', a, b);
    const { events: stream } = given.ledger;
    const late = {
      ...given.ledger,
      events: {
        ...stream,
        pendingEvents: async (asked: Parameters<typeof stream.pendingEvents>[0]) => {
          const found = await stream.pendingEvents(asked);
          await tell();
          return found;
        },
      } as typeof stream,
    };
    await tell(late);
    assert.deepEqual(await mails(), ['1 /s', '1 /t']);
    assert.equal((await given.ledger.alarms.openAlarms()).length, 2);
    await look('there', a, b);
    await tell(late);
    assert.deepEqual(await mails(), ['1 /s', '1 /t', 'back']);
  });

  it('are told to be there again, though a process was killed when it was about to tell of a further one', async () => {
    const [a, b] = [await file('/s', 'a'), await file('/s', 'b')];
    await look('gone', a);
    await tell();
    await look('gone', b);
    const killed = () => Promise.reject(new Error('killed'));
    await assert.rejects(
      tell({ ...given.ledger, alarms: { ...given.ledger.alarms, recordFault: killed } }),
      /killed/,
    );
    await look('there', a, b);
    await tell();
    assert.deepEqual(await mails(), ['1 /s', 'back']);
  });

  async function bring(target: number): Promise<void> {
    await given.ledger.close();
    await migrateBehind(given.place(), target);
  }
  const start = async () => {
    given.ledger = await openLedger(given.place(), given.clock);
  };
  const toldFiles = async () => {
    const found = await askBehind(
      given.place(),
      "select version_id as id, told_at from placed_files where state = 'gone' order by version_id",
    );
    return found.map(({ id, told_at }) => [Number(id), told_at !== null]);
  };

  it('of a ledger of before are told where they were not, and nothing of it again', async () => {
    const many = await Promise.all(Array.from({ length: 25 }, (_, n) => file('/many', `m${n}.txt`)));
    const [told, further, killed, back, closed, untold] = [
      await file('/told', 'a'),
      await file('/told', 'b'),
      await file('/killed', 'k.txt'),
      await file('/back', 'b.txt'),
      await file('/closed', 'c'),
      await file('/untold', 'u', 'HKCC'),
    ];
    await look('gone', told, killed, back, closed, ...many);
    await tell();
    assert.deepEqual((await mails()).sort(), ['1 /back', '1 /closed', '1 /killed', '1 /told', '25 /many']);
    await given.ledger.placedFiles.closePlaced(closed, { by: 'Ada', reason: 'r' });
    await tell();
    await look('gone', further, untold);
    await bring(BEFORE);
    assert.deepEqual(
      (await toldFiles()).filter(([, isTold]) => !isTold),
      [
        [further.versionId, false],
        [untold.versionId, false],
      ],
    );
    assert.deepEqual(await askBehind(given.place(), "select id from events where kind = 'copies'"), []);
    // One process was killed before it wrote down that it told, another one before it told that a file is there again.
    await changeBehind(
      given.place(),
      `update placed_files set told_at = null where share in ('/killed', '/many');
       update placed_files set state = 'there', told_at = null, since = null where share = '/back'`,
    );
    await start();
    assert.deepEqual((await events()).sort(), [
      ['HKCC', '/untold', [untold.versionId]],
      ['HKSCC', '/back', []],
      ['HKSCC', '/told', [further.versionId]],
    ]);
    const before = (await mails()).length;
    for (let turn = 0; turn < 2; turn++) await tell();
    assert.deepEqual((await mails()).slice(before).sort(), ['1 /untold', '2 /told', 'back']);
    await look('there', killed, ...many);
    await tell();
    assert.deepEqual((await mails()).slice(before + 3), ['back'], 'of both in one mail');
  });

  it('of a ledger of before, which an alarm named only in part or by another name, are told', async () => {
    const [short, long, late] = [await file('/s', 'a'), await file('/s', 'a.txt'), await file('/t', 'l')];
    await look('gone', long, late);
    await tell();
    await look('there', late);
    await tell();
    // Lost once more since: the alarm of before is over, and its name is no telling of now.
    await look('gone', short, late);
    await bring(BEFORE);
    await changeBehind(given.place(), 'update placed_files set told_at = null');
    await start();
    assert.deepEqual((await events()).sort(), [
      ['HKSCC', '/s', [short.versionId, long.versionId]],
      ['HKSCC', '/t', [late.versionId]],
    ]);
    await tell();
    await bring(BEFORE);
    assert.deepEqual(
      (await toldFiles()).map(([, isTold]) => isTold),
      [true, true, true],
    );
    await start();
    assert.deepEqual(await events(), []);
  });
});

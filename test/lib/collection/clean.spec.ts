/** Local copies go when their work is done, never before, and the ledger goes on knowing them. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { byDay, clean, firstKeptDay, planCleaning } from '../../../lib/collection/clean.ts';
import { initShare } from '../../../lib/delivery/share.ts';
import type { NewVersion } from '../../../lib/ledger/ledger.ts';
import { isBusinessDay } from '../../../lib/time/calendar.ts';
import { addDays } from '../../../lib/time/hong-kong.ts';
import { linkFile, linkFolder, onWindows, openAlone } from '../../support/system.ts';
import { aVersion, freshLedger } from '../ledger/samples.ts';

const act = { by: 'Ada', reason: 'the disk is small' };

describe('Cleaning', () => {
  // Its clock stands on Friday 20 November 2026.
  const given = freshLedger();
  const landing = () => path.join(given.folder(), 'landing');
  const quarantine = () => path.join(given.folder(), 'quarantine');
  const plan = (keep: number, account?: string) =>
    planCleaning(given.ledger, given.clock.now(), { keep, ...(account === undefined ? {} : { account }) });
  const carryOut = async (keep: number) =>
    clean(given.ledger, await plan(keep), [landing(), quarantine()], act);

  /** A report in the landing folder. */
  async function landed(businessDate: string, name: string, changes: Partial<NewVersion> = {}) {
    const remote = `/INBOX/${businessDate.replaceAll('-', '')}/${name}`;
    const file = path.join(landing(), 'HKSCC', remote);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, 'x'.repeat(10));
    const { versionId } = await given.ledger.reports.recordReceived(
      aVersion({ name, path: remote, businessDate, file, bytes: 10, size: 10, ...changes }),
    );
    return { versionId, file, remote };
  }

  /** A mail that tells of the versions; `accepted` when everybody got it. */
  async function tell(versions: number[], accepted = true, key = versions.join()) {
    const { id } = await given.ledger.mails.queueMail({
      ...{
        eventKey: key,
        kind: 'digest',
        run: 'run-1',
        to: ['a@x.hk', 'b@x.hk'],
        subject: '',
        text: '',
        html: '',
      },
      told: versions,
    });
    await given.ledger.mails.markSending(id);
    const answers = ['a@x.hk', 'b@x.hk'].map((address, index) => ({
      address,
      state: accepted || index === 0 ? ('accepted' as const) : ('refused' as const),
      response: '',
    }));
    if (!accepted) answers[1] = { address: 'b@x.hk', state: 'queued' as never, response: '' };
    await given.ledger.mails.settleMail(id, {
      answers,
      error: '',
      nextAttempt: accepted ? null : given.clock.now(),
    });
  }

  async function done(businessDate: string, name: string) {
    const one = await landed(businessDate, name);
    await given.ledger.deliveries.markRouted(one.versionId);
    await tell([one.versionId]);
    return one;
  }

  const isThere = (file: string) =>
    fs.stat(file).then(
      () => true,
      () => false,
    );

  it('keeps the last business days, today included when it is one', () => {
    assert.equal(firstKeptDay('2026-11-20', 1), '2026-11-20');
    assert.equal(firstKeptDay('2026-11-20', 5), '2026-11-16');
    assert.equal(firstKeptDay('2026-11-22', 1), '2026-11-20', 'Sunday');
    assert.equal(firstKeptDay('2026-10-02', 2), '2026-09-30', 'over the holiday of 1 October');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 40 }), (offset, days) => {
        const today = addDays('2025-01-02', offset);
        let kept = 0;
        for (let day = firstKeptDay(today, days); day <= today; day = addDays(day, 1)) {
          if (isBusinessDay('securities', day)) kept++;
        }
        assert.equal(kept, days);
      }),
    );
  });

  it('first says what would go, by account and day, and removes nothing', async () => {
    const old = [
      await done('2026-11-12', 'a.txt'),
      await done('2026-11-12', 'b.txt'),
      await done('2026-11-13', 'c.txt'),
    ];
    await done('2026-11-20', 'new.txt');
    const found = await plan(5);
    assert.deepEqual(byDay(found), [
      { account: 'HKSCC', businessDate: '2026-11-12', files: 2, bytes: 20 },
      { account: 'HKSCC', businessDate: '2026-11-13', files: 1, bytes: 10 },
    ]);
    assert.deepEqual([found.before, found.bytes], ['2026-11-16', 30]);
    for (const { file } of old) assert.ok(await isThere(file));
    assert.equal((await plan(5, 'HKCC')).copies.length, 0, 'another account');
  });

  it('removes what lies everywhere and was told, with the empty folders, and journals it before and after', async () => {
    const old = await done('2026-11-12', 'a.txt');
    const kept = await done('2026-11-16', 'b.txt');
    const { removed, bytes, left } = await carryOut(5);
    assert.deepEqual([removed, bytes, left], [1, 10, []]);
    assert.deepEqual([await isThere(old.file), await isThere(kept.file)], [false, true]);
    assert.equal(await isThere(path.dirname(old.file)), false);
    const all = await given.ledger.journal.records();
    const records = all.filter(({ what }) => what.startsWith('cleaning'));
    assert.deepEqual(
      records.map(({ who, what, why, details }) => [who, what, why, details]),
      [
        ['Ada', 'cleaning begun', act.reason, { before: '2026-11-16', reports: 1, bytes: 10 }],
        ['Ada', 'cleaning ended', act.reason, { before: '2026-11-16', reports: 1, bytes: 10 }],
      ],
    );
    assert.deepEqual((await plan(5)).copies, [], 'it is done once');
  });

  it('never forgets a report: what was removed is known, and not open', async () => {
    const { remote, versionId } = await done('2026-11-12', 'a.txt');
    await carryOut(5);
    const known = (await given.ledger.reports.versionsOf('HKSCC', [remote])).get(remote);
    assert.deepEqual([known?.versionId, known?.size], [versionId, 10]);
    assert.deepEqual(await given.ledger.deliveries.openVersions('HKSCC'), []);
    const [life] = await given.ledger.history.historyOf('a.txt');
    assert.equal(life?.versions[0]?.cleanedAt, given.clock.now());
  });

  it('keeps what is not on every share, not in a mail, or not told to everybody', async () => {
    const notRouted = await landed('2026-11-12', 'a.txt');
    await tell([notRouted.versionId]);
    const notTold = await landed('2026-11-12', 'b.txt');
    await given.ledger.deliveries.markRouted(notTold.versionId);
    const half = await landed('2026-11-12', 'c.txt');
    await given.ledger.deliveries.markRouted(half.versionId);
    await tell([half.versionId], false);
    const twice = await landed('2026-11-12', 'd.txt');
    await given.ledger.deliveries.markRouted(twice.versionId);
    await tell([twice.versionId], true, 'one');
    await tell([twice.versionId], false, 'two');
    assert.deepEqual((await plan(1)).keptBack, { notDelivered: 1, notTold: 3 });
    assert.equal((await carryOut(1)).removed, 0);
    for (const { file } of [notRouted, notTold, half, twice]) assert.ok(await isThere(file));
  });

  it('leaves a file alone that is not the one it should be, or lies elsewhere', async () => {
    const changed = await done('2026-11-12', 'a.txt');
    await fs.appendFile(changed.file, 'x');
    const elsewhere = path.join(given.folder(), 'shares', 'b.txt');
    await fs.mkdir(path.dirname(elsewhere));
    await fs.writeFile(elsewhere, 'x'.repeat(10));
    const { versionId } = await landed('2026-11-12', 'b.txt', { file: elsewhere });
    await given.ledger.deliveries.markRouted(versionId);
    await tell([versionId]);
    const linked = await done('2026-11-11', 'c.txt');
    const moved = path.join(given.folder(), 'moved');
    await fs.rename(path.dirname(linked.file), moved);
    await linkFolder(moved, path.dirname(linked.file));
    const { removed, left } = await carryOut(5);
    assert.equal(removed, 0);
    assert.deepEqual(left.map(({ why }) => why).sort(), [
      'a link leads elsewhere',
      'it lies elsewhere',
      'it was changed',
    ]);
    assert.ok((await isThere(elsewhere)) && (await isThere(path.join(moved, 'c.txt'))));
  });

  /** A report that is delivered as well: the copy lies where `place` says, put there by `put`. */
  async function delivered(name: string, place: string, put: (file: string) => Promise<void>) {
    const one = await landed('2026-11-12', name);
    await fs.mkdir(path.dirname(place), { recursive: true });
    await put(one.file);
    const share = path.dirname(place);
    const { versionId } = one;
    const delivery = { share, file: place, sha256: 'a'.repeat(64), outcome: 'published' as const };
    await given.ledger.deliveries.recordDelivery({ ...delivery, versionId, run: 'run-1' });
    await given.ledger.deliveries.markRouted(versionId);
    await tell([versionId]);
    return one;
  }

  it('keeps the only copy: what counts as delivered may be the landing copy itself, whatever it is called', async () => {
    const share = (...names: string[]) => path.join(given.folder(), 'share', ...names);
    const own = path.join(landing(), 'HKSCC', 'INBOX', '20261112', 'a.txt');
    const kept = [
      await delivered('a.txt', own, async () => {}),
      await delivered('b.txt', share('b.txt'), (file) => fs.link(file, share('b.txt'))),
      await delivered('c.txt', share('c.txt'), (file) => linkFile(file, share('c.txt'))),
    ];
    const gone = [
      await delivered('d.txt', share('d.txt'), (file) => fs.copyFile(file, share('d.txt'))),
      await delivered('e.txt', share('taken-by-a-person.txt'), async () => {}),
    ];
    const { removed, left } = await carryOut(5);
    assert.equal(removed, gone.length);
    assert.ok(
      left.length === 3 && left.every(({ why }) => /is this very file/.test(why)),
      JSON.stringify(left),
    );
    for (const { file } of kept) assert.ok(await isThere(file), file);
    for (const { file } of gone) assert.ok(!(await isThere(file)), file);
  });

  it('keeps what a folder of the landing shows under another name, once a link leads there', async () => {
    const share = path.join(given.folder(), 'share');
    const one = await landed('2026-11-12', 'a.txt');
    await linkFolder(path.dirname(one.file), share);
    const delivery = {
      share,
      file: path.join(share, 'a.txt'),
      sha256: 'a'.repeat(64),
      outcome: 'identical' as const,
    };
    await given.ledger.deliveries.recordDelivery({ ...delivery, versionId: one.versionId, run: 'run-1' });
    await given.ledger.deliveries.markRouted(one.versionId);
    await tell([one.versionId]);
    assert.deepEqual([(await carryOut(5)).removed, await isThere(one.file)], [0, true]);
  });

  it('keeps what cannot be compared now: its share is away, or does not answer', async () => {
    const share = path.join(given.folder(), 'share');
    const file = path.join(share, 'a.txt');
    const one = await delivered('a.txt', file, (from) => fs.copyFile(from, file));
    await given.ledger.shares.rememberShare(await initShare(share, given.clock));
    await fs.rename(share, `${share}-away`);
    const away = await carryOut(5);
    assert.match(away.left[0]?.why ?? '', /cannot be looked at .*is not there/);
    assert.ok(await isThere(one.file));
    await fs.rename(`${share}-away`, share);
    assert.equal((await carryOut(5)).removed, 1);
  });

  if (onWindows) {
    it('leaves a copy that somebody has open in another program, takes the others, and it the next time', async () => {
      const held = await done('2026-11-12', 'a.txt');
      const others = [await done('2026-11-12', 'b.txt'), await done('2026-11-13', 'c.txt')];
      const alone = await openAlone(held.file);
      try {
        const { removed, left } = await carryOut(5);
        assert.deepEqual([removed, left.map(({ file }) => file)], [others.length, [held.file]]);
        assert.match(left[0]?.why ?? '', /another program has it open/);
      } finally {
        await alone.close();
      }
      assert.ok(await isThere(held.file));
      assert.equal((await carryOut(5)).removed, 1);
    });
  }

  it('goes on after it was interrupted: a copy that is gone already counts as gone', async () => {
    const one = await done('2026-11-12', 'a.txt');
    await fs.rm(one.file);
    assert.equal((await carryOut(5)).removed, 1);
    assert.deepEqual((await plan(5)).copies, []);
  });

  it('takes the day on which it came where a report has no business date', async () => {
    const one = await landed('2026-11-20', 'a.txt', { businessDate: '' });
    await given.ledger.deliveries.markRouted(one.versionId);
    await tell([one.versionId]);
    assert.equal((await plan(1)).copies.length, 0);
    given.clock.advance(4 * 24 * 3600_000);
    assert.equal((await plan(1)).copies.length, 1);
  });

  it('takes what was discarded from quarantine, and nothing that waits there', async () => {
    const held = await Promise.all(
      ['a.txt', 'b.txt'].map(async (name) => {
        const file = path.join(quarantine(), name);
        await fs.mkdir(quarantine(), { recursive: true });
        await fs.writeFile(file, 'x'.repeat(10));
        const report = aVersion({
          name,
          path: `/INBOX/${name}`,
          businessDate: '2026-11-12',
          file,
          bytes: 10,
        });
        return given.ledger.quarantine.quarantineReport(report, { code: 'CONTENT_WRONG', reason: 'test' });
      }),
    );
    await given.ledger.quarantine.discardQuarantined(held[0]?.id ?? 0, act);
    assert.equal((await carryOut(5)).removed, 1);
    assert.deepEqual(await fs.readdir(quarantine()), ['b.txt']);
    assert.equal((await plan(5)).discarded.length, 0);
  });

  it('does not take a file that waits for a decision for the discarded one that had its place', async () => {
    const file = path.join(quarantine(), 'daily.txt');
    const hold = async (text: string) => {
      await fs.mkdir(quarantine(), { recursive: true });
      await fs.writeFile(file, text);
      const report = aVersion({ name: 'daily.txt', path: '/INBOX/daily.txt', file, bytes: 10, sha256: text });
      const why = { code: 'CONTENT_WRONG', reason: 'test' };
      return given.ledger.quarantine.quarantineReport({ ...report, businessDate: '2026-11-12' }, why);
    };
    await given.ledger.quarantine.discardQuarantined((await hold('a'.repeat(10))).id, act);
    assert.equal((await carryOut(5)).removed, 1);
    await hold('b'.repeat(10));
    assert.equal((await carryOut(5)).removed, 0);
    assert.equal(await fs.readFile(file, 'utf8'), 'b'.repeat(10));
  });

  it('does not take a report that is not delivered yet for the one whose copy a person removed', async () => {
    for (const day of ['2026-11-12', '']) {
      const first = await done(day, 'a.txt');
      await given.clock.advance(day === '' ? 8 * 24 * 3600_000 : 0);
      await fs.rm(first.file);
      const again = await landed(day, 'a.txt', { sha256: 'b'.repeat(64) });
      assert.equal(again.file, first.file);
      assert.deepEqual([(await carryOut(5)).removed, await isThere(again.file)], [0, true]);
      await given.ledger.deliveries.markRouted(again.versionId);
      await tell([again.versionId]);
      await given.clock.advance(8 * 24 * 3600_000);
      await carryOut(5);
      assert.equal(await isThere(again.file), false);
    }
  });
});

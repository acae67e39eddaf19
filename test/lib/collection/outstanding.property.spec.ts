/**
 * Whatever a server shows, hides, moves and refuses, and wherever a process is killed: at no moment does a mail say
 * that all is well while something that was seen has neither come nor been closed, and each digest names all of it.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { closeReport } from '../../../lib/collection/close.ts';
import { discardReport, releaseName } from '../../../lib/collection/release.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { runs } from '../../support/runs.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { emptyLedger } from '../ledger/empty-ledger.ts';
import { START } from '../ledger/samples.ts';
import { ACCOUNT } from './outstanding-killed.ts';
import { PretendRuns } from './pretend-runs.ts';
import type { PretendFile, PretendServer } from './pretend-server.ts';

const act = { by: 'Ada', reason: 'HKEX sent it by mail' };

const NAMES = ['/INBOX/a.txt', '/INBOX/b.txt', '/INBOX/day/c.txt', '/INBOX/day/d.txt'] as const;
const DAY = '/INBOX/day';

type Step =
  | { do: 'appear' | 'purge'; name: string }
  | { do: 'decide'; what: 'close' | 'discard' | 'release'; name: string }
  | { do: 'become'; name: string; what: 'writing' | 'failing' | 'wrong' | 'unsafe' | 'good' }
  | { do: 'rename'; name: string; to: string }
  | { do: 'shut' | 'open' }
  | { do: 'run'; killed: '' | 'before the download' | 'in the download'; lost: number };

const name = fc.constantFrom(...NAMES);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('appear' as const), name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('purge' as const), name }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('become' as const),
      name,
      what: fc.constantFrom('writing', 'failing', 'wrong', 'unsafe', 'good'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename' as const), name, to: name }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      what: fc.constantFrom('close' as const, 'discard', 'release'),
      name,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('shut' as const, 'open') }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      killed: fc.oneof(
        { weight: 4, arbitrary: fc.constant('' as const) },
        { weight: 1, arbitrary: fc.constantFrom('before the download' as const, 'in the download') },
      ),
      lost: fc.oneof(
        { weight: 6, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.constantFrom(1, 2) },
      ),
    }),
  },
);

interface Looks {
  content: number;
  writing: boolean;
}

const same = (one: Looks | undefined, other: Looks) =>
  one !== undefined && one.content === other.content && one.writing === other.writing && !other.writing;

/** What a simple mind remembers of a server, by the looks of its files. */
class Model {
  /** Seen and not here: reports, and folders that could not be listed. */
  readonly due = new Set<string>();
  readonly refused = new Set<string>();
  /** What a person, by name. */
  readonly closed = new Map<string, Looks>();
  readonly discarded = new Set<string>();
  readonly released = new Map<string, string>();
  readonly received = new Map<string, Looks>();
  readonly held = new Map<string, { content: number; decided: boolean }[]>();
  readonly seen = new Map<string, Looks>();

  /** All that a mail must name. */
  get open(): string[] {
    const held = [...this.held]
      .filter(([, all]) => all.some(({ decided }) => !decided))
      .map(([path]) => path);
    return [...new Set([...this.due, ...held, ...this.refused])];
  }

  /** What of the server is taken for here, or in other hands. */
  isHere(path: string, looks: Looks): boolean {
    const held = this.held.get(path)?.at(-1);
    const closed = this.closed.get(path);
    return (
      same(this.received.get(path), looks) ||
      (held !== undefined && !looks.writing && held.content === looks.content) ||
      (closed !== undefined && (looks.writing || same(closed, looks)))
    );
  }

  /** @returns the files that a run asks for, in order */
  look(server: PretendServer, cutShort: boolean): string[] {
    const shown = new Map<string, Looks>();
    const refusedNow = new Set<string>();
    const shut = server.closed.has(DAY);
    for (const [path, { content, writing = false, unsafe }] of [...server.files].sort()) {
      if (shut && path.startsWith(`${DAY}/`)) continue;
      const as = unsafe ? this.released.get(path) : path;
      if (as === undefined) {
        refusedNow.add(path);
        if (!this.discarded.has(path)) this.refused.add(path);
      } else shown.set(as, { content, writing });
    }
    for (const [path, looks] of shown) {
      if (this.isHere(path, looks) || (cutShort && this.closed.has(path))) continue;
      this.due.add(path);
      this.seen.set(path, looks);
      this.closed.delete(path);
    }
    if (shut) this.due.add(DAY);
    if (cutShort) return [];
    if (!shut) this.due.delete(DAY);
    for (const path of refusedNow) if (this.due.delete(path)) this.seen.delete(path);
    for (const path of shown.keys()) this.refused.delete(path);
    for (const [path, looks] of shown) if (this.isHere(path, looks)) this.due.delete(path);
    return [...shown]
      .filter(([path, looks]) => !looks.writing && !this.isHere(path, looks))
      .map(([path]) => path);
  }

  take(path: string, { content, fault, wrong }: PretendFile): void {
    if (fault !== undefined) return;
    this.due.delete(path);
    this.closed.delete(path);
    if (!wrong) this.received.set(path, { content, writing: false });
    else {
      const held = this.held.get(path) ?? [];
      this.held.set(path, held);
      if (!held.some((one) => one.content === content)) held.push({ content, decided: false });
    }
  }
}

describe('what was seen, over any days', () => {
  const folder = temporaryFolder();
  let count = 0;

  it('is named until it came or was closed, and nothing says that all is well before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
        const clock = new SimulatedClock(START);
        const file = path.join(folder(), `${++count}.sqlite`);
        await emptyLedger(file, START);
        const ledger = await openLedger(file, clock);
        try {
          await live(steps, ledger, clock);
        } finally {
          await ledger.close();
        }
      }),
      { seed: 20261120, numRuns: runs(150) },
    );
  });

  async function live(steps: readonly Step[], ledger: Ledger, clock: SimulatedClock): Promise<void> {
    const runs = new PretendRuns(ledger, clock, path.join(folder(), 'landing'));
    const { files, closed } = runs.server;
    const model = new Model();
    let content = 100;
    for (const one of steps) {
      switch (one.do) {
        case 'appear':
          files.set(one.name, { content: ++content });
          break;
        case 'purge':
          files.delete(one.name);
          break;
        case 'become': {
          const file = files.get(one.name) ?? { content: ++content };
          const is = (what: typeof one.what) => one.what === what;
          const as = { writing: is('writing'), wrong: is('wrong'), unsafe: is('unsafe') };
          files.set(one.name, {
            content: file.content,
            ...as,
            ...(is('failing') ? { fault: 'SHORT_FILE' } : {}),
          });
          break;
        }
        case 'rename': {
          const file = files.get(one.name);
          if (file === undefined) break;
          files.delete(one.name);
          files.set(one.to, file);
          break;
        }
        case 'shut':
          closed.add(DAY);
          break;
        case 'open':
          closed.delete(DAY);
          break;
        case 'decide':
          await decide(one, ledger, model);
          break;
        case 'run':
          await aRun(one, runs, ledger, model);
      }
    }
  }

  /** A person closes, discards or releases what there is under a name. */
  async function decide({ what, name }: Extract<Step, { do: 'decide' }>, ledger: Ledger, model: Model) {
    const { outstanding, quarantine, refused } = await ledger.openItems.openItems(ACCOUNT);
    for (const report of outstanding.filter((one) => one.path === name && what === 'close')) {
      await closeReport(ledger, report, act);
      model.due.delete(name);
      model.closed.set(name, model.seen.get(name) ?? assert.fail(name));
    }
    for (const report of quarantine.filter((one) => one.path === name && what !== 'close')) {
      const { size: content } = report;
      const one = model.held.get(name)?.find((held) => held.content === content);
      if (one !== undefined) one.decided = true;
      if (what === 'discard') {
        await discardReport(ledger, report, act);
        continue;
      }
      await ledger.quarantine.releaseQuarantined(report.id, report.file, act);
      model.received.set(name, { content, writing: false });
      // What was seen since is other content, and goes on being expected.
      if (same(model.seen.get(name), { content, writing: false })) model.due.delete(name);
    }
    for (const entry of refused.filter((one) => `${one.folder}/${one.shown}` === name && what !== 'close')) {
      model.refused.delete(name);
      if (what === 'discard') {
        await ledger.quarantine.discardName(entry.id, act);
        model.discarded.add(name);
        continue;
      }
      const as = entry.shown.replace('.txt', '.ok.txt');
      await releaseName(ledger, entry, as, act);
      model.released.set(name, `${entry.folder}/${as}`);
      model.due.add(`${entry.folder}/${as}`);
    }
  }

  async function aRun(
    { killed, lost }: Extract<Step, { do: 'run' }>,
    runs: PretendRuns,
    ledger: Ledger,
    model: Model,
  ): Promise<void> {
    const { server } = runs;
    server.lostAtLook = lost;
    const before = (await ledger.alarms.openAlarms()).map(({ id }) => id);
    const told = await runs.run({ settle: 20_000, ...(killed === '' ? {} : { killed }) });
    const wanted = model.look(server, server.lost);
    const taken = killed === '' ? wanted : killed === 'in the download' ? wanted.slice(0, 1) : [];
    const real = new Map([...model.released].map(([own, as]) => [as, own]));
    for (const one of taken) model.take(one, server.files.get(real.get(one) ?? one) ?? assert.fail(one));
    if (told.subject === '') return;
    for (const one of model.open) assert.ok(told.text.includes(one), `${one} is not named:\n${told.text}`);
    if (model.open.length > 0) {
      assert.doesNotMatch(`${told.subject}\n${told.text}`, /nothing new/i);
      assert.equal(told.complete, false);
    } else {
      assert.doesNotMatch(told.subject, /outstanding|quarantine|refused|writing/);
    }
    const open = new Set((await ledger.alarms.openAlarms()).map(({ id }) => id));
    const about = await ledger.alarms.reportsOfAlarms(before.filter((id) => !open.has(id)));
    for (const report of [...about.values()].flat())
      assert.ok(!model.open.includes(report), `${report} is over`);
    for (const { kind, text } of await ledger.mails.mails({ run: told.run })) {
      if (kind === 'recovery') for (const one of model.open) assert.ok(text.includes(one), `${one}: ${text}`);
    }
  }
});

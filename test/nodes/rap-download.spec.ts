/** The settings of the download node: what it looks into, and how long copies are kept. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CollectionSummary } from '../../lib/collection/collect.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { realClock } from '../../lib/time/clock.ts';
import { faultNamed } from '../../simulator/faults/table.ts';
import { type ExtraEntry, extraFile, withExtras } from '../../simulator/faults/trees.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { filesIn } from '../support/files.ts';
import { accountOf, frame, node } from '../support/flow-parts.ts';
import type { Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

describe('rap-download', () => {
  const system = useSystem({ simulator: { businessDate: '2025-06-20', riskFileBytes: 3_000 } });
  let runtime: Runtime | undefined;

  /** One run with these settings; its summary. */
  async function run(settings: Record<string, unknown>): Promise<CollectionSummary> {
    runtime = await system.start([
      ...frame('summary', 'out'),
      accountOf(system.simulator, 'hkscc'),
      node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['list']),
      node('list', 'rap-list', { settleSeconds: '0' }, ['download']),
      node('download', 'rap-download', settings, [], ['logout', 'summary']),
      node('logout', 'rap-connect', { action: 'logout', account: 'account-hkscc' }, ['out']),
    ]);
    runtime.send('login');
    await runtime.message('out');
    return (await runtime.message('summary')).payload as CollectionSummary;
  }

  it('keeps what it does not trust apart, and says so', async () => {
    await system.simulator.setFault(faultNamed('R05')?.make());
    const { failed, complete } = await run({});
    assert.deepEqual([...new Set(failed.map(({ code }) => code))], ['CONTENT_WRONG']);
    assert.equal(complete, false);
    assert.equal((await filesIn(`${system.home}/quarantine/SIM001`)).size, failed.length);
    assert.equal((await runtime?.message('caught'))?.error instanceof Object, true);
  });

  it('takes reports as they come when it is told not to look inside', async () => {
    await system.simulator.setFault(faultNamed('R05')?.make());
    const { complete } = await run({ lookInside: false });
    assert.equal(complete, true);
    assert.equal((await filesIn(`${system.home}/quarantine`)).size, 0);
  });

  it('shows what is unusual, and by a ring that not all is checked, and sends on what it found', async () => {
    const unknown = extraFile('NOTICE.pdf', 'x');
    const odd = extraFile('rpf______-_____-__-_____-250619.lis', `${'0 HKCC  20250620'.padEnd(40)}\n`);
    const show = (...entries: ExtraEntry[]) =>
      system.simulator.setFault({ sftp: { tree: (honest) => withExtras(honest, '/INBOX', entries) } });
    await show(unknown);
    const { received } = await run({});
    const { text = '', ...look } = runtime?.statuses('download').at(-1) ?? {};
    assert.deepEqual(look, { fill: 'green', shape: 'ring' });
    assert.ok(text.endsWith(` · ${received.length} ok`), text);
    const found = received.find(({ name }) => name === 'NOTICE.pdf')?.finding;
    assert.deepEqual(found, { state: 'not-checked', why: 'unrecognised', warnings: [] });
    await show(unknown, odd);
    runtime?.send('login');
    const again = (await runtime?.message('summary', 1))?.payload as CollectionSummary;
    assert.deepEqual(
      again.received.map(({ name, finding }) => [name, finding?.warnings[0]?.rule]),
      [[odd.name.toString(), 'another-date']],
    );
    await runtime?.message('out', 1);
    assert.match(runtime?.statusText('download') ?? '', / · 1 warned$/);
    await runtime?.stop();
    await show(unknown, odd, extraFile('rpf______-_____-__-_____-250618.lis', odd.content ?? ''));
    const { failed } = await run({ strict: true });
    assert.deepEqual(
      failed.map(({ code }) => code),
      ['CONTENT_WRONG'],
    );
  });

  it('removes copies of old days whose work is done after a run, when it is told to', async () => {
    const files = ['done.txt', 'open.txt'].map((name) =>
      path.join(system.home, 'landing/SIM001/INBOX/20240102', name),
    );
    const ledger = await openHome(system.home, realClock);
    await mkdir(path.dirname(files[0] ?? ''), { recursive: true });
    for (const [index, file] of files.entries()) {
      await writeFile(file, 'content');
      const { versionId } = await ledger.reports.recordReceived(
        aVersion({
          account: 'SIM001',
          path: `/INBOX/20240102/${index}`,
          businessDate: '2024-01-02',
          file,
          bytes: 7,
        }),
      );
      if (index === 1) continue;
      await ledger.deliveries.markRouted(versionId);
      const mail = { kind: 'digest' as const, run: 'r', subject: '', text: '', html: '', told: [versionId] };
      const { id } = await ledger.mails.queueMail({ ...mail, eventKey: 'digest', to: ['ada@x.hk'] });
      await ledger.mails.markSending(id);
      const answers = [{ address: 'ada@x.hk', state: 'accepted' as const, response: '' }];
      await ledger.mails.settleMail(id, { answers, error: '', nextAttempt: null });
    }
    await ledger.close();
    await run({ keepDays: '10' });
    await runtime?.stop();
    const left = [...(await filesIn(`${system.home}/landing/SIM001`)).keys()];
    assert.deepEqual(
      left.filter((name) => name.startsWith('INBOX/20240102')),
      ['INBOX/20240102/open.txt'],
    );
    assert.ok(left.length > 10, 'what just came is there');
    const after = await openHome(system.home, realClock);
    const records = (await after.journal.records()).filter(({ what }) => what.startsWith('cleaning'));
    await after.close();
    assert.deepEqual(
      records.map(({ what, why, details }) => [what, why, details.reports]),
      [
        ['cleaning begun', 'setting: keep 10 business days', 1],
        ['cleaning ended', 'setting: keep 10 business days', 1],
      ],
    );
  });
});

/** Honest histories of a ledger, through its own functions. */
import type { Ledger, NewMail } from '../../../lib/ledger/ledger.ts';
import type { Sight } from '../../../lib/ledger/sights.ts';
import type { SimulatedClock } from '../../../lib/time/clock.ts';
import { aVersion, START } from './samples.ts';

export const HEX = (digit: string) => digit.repeat(64);

export function aSight(changes: Partial<Sight> = {}): Sight {
  const { account = 'HKSCC', code = 'CONNECT_REFUSED', subject = '' } = changes;
  return {
    ...{ key: JSON.stringify([account, code, subject, '']), level: 'critical', account, code, subject },
    ...{ place: 'Log in', message: 'refused', cure: 'Wait', run: 'run-1', groups: [] },
    ...changes,
  };
}

export function aMail(changes: Partial<NewMail> = {}): NewMail {
  return {
    ...{ eventKey: 'digest:run-1:', kind: 'digest', run: 'run-1', to: ['ada@broker.example'] },
    ...{ subject: 'All came', text: 'x'.repeat(300), html: '<p>x</p>' },
    ...changes,
  };
}

export async function handOver(ledger: Ledger, id: number): Promise<void> {
  const mail = await ledger.markSending(id);
  if (mail === undefined) return;
  const answers = mail.to.map(({ address }) => ({
    ...{ address, state: 'accepted' as const, response: '250 ok' },
  }));
  await ledger.settleMail(id, { answers, error: '', nextAttempt: null });
}

const act = { by: 'Ada', reason: 'looked into' };

/** One of everything that the journal vouches for. */
export async function oneOfEverything(ledger: Ledger, clock: SimulatedClock): Promise<void> {
  const run = { schedule: 's1', run: 'run-1', trigger: 'schedule' };
  await ledger.beginRun({ ...run, due: START, missed: [START - 3600_000] });
  await ledger.noteKey('HKSCC', 'SHA256:one');
  await ledger.noteKeyUse('HKSCC', 'SHA256:one');
  await ledger.setKeyUntil('HKSCC', '2027-03-31');
  const counts = { equal: 5, different: 1, form: 0, onlyRap: 0, onlyTerminal: 0, unread: 0 };
  await ledger.recordComparison({ account: 'HKSCC', date: '2026-11-20', ...counts });
  await ledger.rememberShare({ root: '/mnt/risk', id: 'abc' });
  await ledger.noteAbilities('/mnt/risk', 'links');
  const first = await ledger.recordReceived(aVersion({ name: 'a.txt' }));
  const second = await ledger.recordReceived(aVersion({ name: 'b.txt', sha256: HEX('b') }));
  await ledger.recordReceived(aVersion({ name: 'c.txt', account: 'HKCC', sha256: HEX('c') }));
  const { versionId } = first;
  for (const share of ['/mnt/risk', '/mnt/ops']) {
    const file = `${share}/a.txt`;
    await ledger.recordDelivery({
      versionId,
      share,
      file,
      sha256: HEX('a'),
      outcome: 'published',
      run: 'run-1',
    });
  }
  await ledger.markRouted(versionId);
  await clock.advance(1000);
  const mail = await ledger.queueMail(aMail({ told: [versionId, second.versionId] }));
  await handOver(ledger, mail.id);
  await ledger.recordTelling(mail.id, 'chat', '200 ok');
  await ledger.queueMail(aMail({ eventKey: 'waits', to: ['ada@broker.example', 'bo@broker.example'] }));
  await ledger.markCleaned([versionId]);
  const paths = ['/INBOX/lost.txt'];
  const met = await ledger.meetFault(aSight({ reports: paths }), () => ({
    change: { mailedAt: clock.now() },
  }));
  await ledger.acknowledgeAlarm(met.alarm.id, { by: 'Bo', why: 'known', until: clock.now() + 1000 });
  const other = await ledger.meetFault(aSight({ account: 'HKCC' }), () => ({}));
  await ledger.closeAlarms([other.alarm.id], 'the fault has ended');
  await ledger.lockLogin({ account: 'HKCC', reason: 'key refused', address: '10.0.0.1:22' });
  await ledger.chooseDataCentres([{ account: 'HKCC', dataCentre: 'secondary', reason: 'drill', by: 'Ada' }]);
  await ledger.chooseDataCentres([{ account: 'HKSCC', dataCentre: 'secondary', reason: 'drill', by: 'Ada' }]);
  await ledger.chooseDataCentres([{ account: 'HKSCC', dataCentre: 'primary', reason: 'over', by: 'Ada' }]);
  const asked = { node: 'n1', accounts: ['HKSCC'], dataCentre: 'secondary' as const, by: 'Ada' };
  await ledger.requestSwitch({ ...asked, reason: 'first', expiresAt: clock.now() + 1000 });
  const request = await ledger.requestSwitch({ ...asked, reason: 'again', expiresAt: clock.now() + 1000 });
  await ledger.settleSwitch({ id: request.id, state: 'refused', by: 'Bo', why: 'no need' });
  for (const [index, name] of ['held.txt', 'let-go.txt', 'thrown.txt'].entries()) {
    const report = aVersion({ name, sha256: HEX(String(index)) });
    const held = await ledger.hold(report, { code: 'CONTENT_WRONG', reason: 'totals differ' });
    if (name === 'let-go.txt') await ledger.releaseHeld(held.id, '/home/rap/landing/let-go.txt', act);
    if (name === 'thrown.txt') await ledger.discardHeld(held.id, act);
  }
  const entry = { folder: '/INBOX', code: 'NAME_REFUSED' as const, reason: 'a bad name' };
  const refused = ['6131', '6132'].map((nameHex) => ({ ...entry, nameHex, shown: nameHex }));
  await ledger.refuse('HKSCC', 'run-1', refused);
  const [name] = await ledger.judgedNames();
  await ledger.releaseName(name?.id ?? 0, 'good.txt', act);
  await ledger.noteSeen({ account: 'HKSCC', run: 'run-1', dataCentre: 'primary' }, [
    { path: '/INBOX/never.txt', size: 1, modifiedAt: START },
    { path: '/INBOX/awaited.txt', size: 1, modifiedAt: START },
  ]);
  const { outstanding } = await ledger.openThings('HKSCC');
  const seen = outstanding.find(({ path }) => path === '/INBOX/never.txt');
  await ledger.closeOutstanding(seen?.id ?? 0, act);
  const window = {
    key: 'w',
    beginsAt: START,
    endsAt: START + 1000,
    what: 'shares',
    reason: 'move',
    by: 'Ada',
  };
  await ledger.setMaintenance(window);
  const date = { condition: 'c', date: '2026-11-20', holds: true };
  await ledger.enterExpectation('HKSCC', { entry: 'condition', ...date }, act);
  await ledger.savePracticeResult({ date: '2026-11-21', part: '1', account: 'HKSCC', result: '{"ok":true}' });
  const happened = { date: '2026-11-21', key: 'k', at: START, what: 'begun', title: 'Begun', details: {} };
  await ledger.recordPracticeEvent(happened);
  await ledger.keepDrill({ date: '2026-11-21', name: 'Ada', email: 'ada@broker.example', code: '1234' });
  await ledger.noteClockJump({ jump: 120_000, at: clock.now() }, undefined);
}

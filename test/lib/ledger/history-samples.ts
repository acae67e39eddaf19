/** Honest histories of a ledger, through its own functions. */

import type { Ledger, NewMail } from '../../../lib/ledger/ledger.ts';
import type { Sighting } from '../../../lib/ledger/records/alarm-sightings.ts';
import { alarmEnd } from '../../../lib/model/reasons.ts';
import type { SimulatedClock } from '../../../lib/time/clock.ts';
import { aVersion, START } from './samples.ts';

export const HEX = (digit: string) => digit.repeat(64);

export function aSight(changes: Partial<Sighting> = {}): Sighting {
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
  const mail = await ledger.mails.markSending(id);
  if (mail === undefined) return;
  const answers = mail.to.map(({ address }) => ({
    ...{ address, state: 'accepted' as const, response: '250 ok' },
  }));
  await ledger.mails.settleMail(id, { answers, error: '', nextAttempt: null });
}

const act = { by: 'Ada', reason: 'looked into' };

/** One of everything that the journal vouches for. */
export async function oneOfEverything(ledger: Ledger, clock: SimulatedClock): Promise<void> {
  const run = { schedule: 's1', run: 'run-1', trigger: 'schedule' };
  await ledger.scheduleRuns.beginRun({ ...run, due: START, missed: [START - 3600_000] });
  await ledger.accountKeys.noteKey('HKSCC', 'SHA256:one');
  await ledger.accountKeys.noteKeyUse('HKSCC', 'SHA256:one');
  await ledger.accountKeys.setKeyUntil('HKSCC', '2027-03-31');
  const counts = { equal: 5, different: 1, form: 0, onlyRap: 0, onlyTerminal: 0, unread: 0 };
  await ledger.comparisons.recordComparison({ account: 'HKSCC', date: '2026-11-20', ...counts });
  await ledger.shares.rememberShare({ root: '/mnt/risk', id: 'abc' });
  await ledger.shares.noteAbilities('/mnt/risk', 'links');
  const first = await ledger.reports.recordReceived(aVersion({ name: 'a.txt' }));
  const second = await ledger.reports.recordReceived(aVersion({ name: 'b.txt', sha256: HEX('b') }));
  await ledger.reports.recordReceived(aVersion({ name: 'c.txt', account: 'HKCC', sha256: HEX('c') }));
  const { versionId } = first;
  for (const share of ['/mnt/risk', '/mnt/ops']) {
    const file = `${share}/a.txt`;
    await ledger.deliveries.recordDelivery({
      versionId,
      share,
      file,
      sha256: HEX('a'),
      outcome: 'published',
      run: 'run-1',
    });
  }
  await ledger.deliveries.markRouted(versionId);
  await clock.advance(1000);
  const mail = await ledger.mails.queueMail(aMail({ told: [versionId, second.versionId] }));
  await handOver(ledger, mail.id);
  await ledger.mails.recordFallback(mail.id, 'chat', '200 ok');
  await ledger.mails.queueMail(aMail({ eventKey: 'waits', to: ['ada@broker.example', 'bo@broker.example'] }));
  await ledger.retention.markCleaned([versionId]);
  const paths = ['/INBOX/lost.txt'];
  const met = await ledger.alarms.recordFault(aSight({ reports: paths }), () => ({
    change: { mailedAt: clock.now() },
  }));
  await ledger.alarms.acknowledgeAlarm(met.alarm.id, { by: 'Bo', why: 'known', until: clock.now() + 1000 });
  const other = await ledger.alarms.recordFault(aSight({ account: 'HKCC' }), () => ({}));
  await ledger.alarms.closeAlarms([other.alarm.id], alarmEnd('shareServes'));
  const cause = { code: 'refused', params: { where: '10.0.0.1:22' } };
  await ledger.accounts.lockLogin({ account: 'HKCC', reason: 'key refused', cause, address: '10.0.0.1:22' });
  await ledger.accounts.chooseDataCentres([
    { account: 'HKCC', dataCentre: 'secondary', reason: 'drill', by: 'Ada' },
  ]);
  await ledger.accounts.chooseDataCentres([
    { account: 'HKSCC', dataCentre: 'secondary', reason: 'drill', by: 'Ada' },
  ]);
  await ledger.accounts.chooseDataCentres([
    { account: 'HKSCC', dataCentre: 'primary', reason: 'over', by: 'Ada' },
  ]);
  const asked = { node: 'n1', accounts: ['HKSCC'], dataCentre: 'secondary' as const, by: 'Ada' };
  await ledger.switchRequests.requestSwitch({ ...asked, reason: 'first', expiresAt: clock.now() + 1000 });
  const request = await ledger.switchRequests.requestSwitch({
    ...asked,
    reason: 'again',
    expiresAt: clock.now() + 1000,
  });
  await ledger.switchRequests.settleSwitch({ id: request.id, state: 'refused', by: 'Bo', why: 'no need' });
  for (const [index, name] of ['held.txt', 'let-go.txt', 'thrown.txt'].entries()) {
    const report = aVersion({ name, sha256: HEX(String(index)) });
    const held = await ledger.quarantine.quarantineReport(report, {
      code: 'CONTENT_WRONG',
      reason: 'totals differ',
    });
    if (name === 'let-go.txt')
      await ledger.quarantine.releaseQuarantined(held.id, '/home/rap/landing/let-go.txt', act);
    if (name === 'thrown.txt') await ledger.quarantine.discardQuarantined(held.id, act);
  }
  const entry = { folder: '/INBOX', code: 'NAME_REFUSED' as const, reason: 'a bad name' };
  const refused = ['6131', '6132'].map((nameHex) => ({ ...entry, nameHex, shown: nameHex }));
  await ledger.reports.refuse('HKSCC', 'run-1', refused);
  const [name] = await ledger.quarantine.judgedNames();
  await ledger.quarantine.releaseName(name?.id ?? 0, 'good.txt', act);
  await ledger.outstanding.noteSeen({ account: 'HKSCC', run: 'run-1', dataCentre: 'primary' }, [
    { path: '/INBOX/never.txt', size: 1, modifiedAt: START },
    { path: '/INBOX/awaited.txt', size: 1, modifiedAt: START },
  ]);
  const { outstanding } = await ledger.openItems.openItems('HKSCC');
  const seen = outstanding.find(({ path }) => path === '/INBOX/never.txt');
  await ledger.outstanding.closeOutstanding(seen?.id ?? 0, act);
  const window = {
    key: 'w',
    beginsAt: START,
    endsAt: START + 1000,
    what: 'shares',
    reason: 'move',
    by: 'Ada',
  };
  await ledger.alarms.setMaintenance(window);
  const date = { condition: 'c', date: '2026-11-20', holds: true };
  await ledger.expectations.enterExpectation('HKSCC', { entry: 'condition', ...date }, act);
  await ledger.practice.savePracticeResult({
    date: '2026-11-21',
    part: '1',
    account: 'HKSCC',
    result: '{"ok":true}',
  });
  const happened = { date: '2026-11-21', key: 'k', at: START, what: 'begun', title: 'Begun', details: {} };
  await ledger.practice.recordPracticeEvent(happened);
  await ledger.practice.keepDrill({
    date: '2026-11-21',
    name: 'Ada',
    email: 'ada@broker.example',
    code: '1234',
  });
  await ledger.clock.noteJump({ jump: 120_000, at: clock.now() }, undefined);
}

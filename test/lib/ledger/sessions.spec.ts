import assert from 'node:assert/strict';
import { onEachDatabase } from './engines.ts';
import { freshLedger } from './samples.ts';

onEachDatabase('the book of sessions', () => {
  const given = freshLedger();

  async function begin(run: string, schedule = 'daily'): Promise<void> {
    await given.ledger.scheduleRuns.beginRun({ schedule, run, trigger: 'timer' });
  }
  const cutOff = () => given.ledger.sessions.cutOffRuns('daily');

  it('knows a run as cut off that never came to its log-in, or was logged in', async () => {
    await begin('one');
    assert.deepEqual(await cutOff(), [], 'it may still be at work');
    await given.ledger.sessions.cutOffSessions();
    assert.deepEqual(await cutOff(), ['one']);

    await begin('two');
    await given.ledger.sessions.sessionBegins('SIM001', 'two');
    await given.ledger.sessions.cutOffSessions();
    assert.deepEqual(await cutOff(), ['two'], 'the later run stands for the earlier one');
    await given.ledger.sessions.forgetCutOffRuns('daily');
    assert.deepEqual(await cutOff(), []);
  });

  it('forgets a run whose accounts have all logged out, and one that had no need to log in', async () => {
    await begin('one');
    await given.ledger.sessions.sessionBegins('SIM001', 'one');
    await given.ledger.sessions.sessionBegins('SIMC01', 'one');
    await given.ledger.sessions.sessionEnds('SIM001', 'one');
    await given.ledger.sessions.sessionEnds('SIMC01', 'another');
    await given.ledger.sessions.cutOffSessions();
    assert.deepEqual(await cutOff(), ['one'], 'one account was still logged in');

    await given.ledger.sessions.sessionEnds('SIMC01', 'one');
    await begin('two');
    await given.ledger.sessions.runSettles('daily');
    await given.ledger.sessions.cutOffSessions();
    assert.deepEqual(await cutOff(), []);
  });

  it('lets a run give way to another, which alone is at work, and is cut off for both', async () => {
    await begin('one');
    await begin('two');
    await given.ledger.sessions.runGivesWay('two', 'one');
    assert.deepEqual(await given.ledger.sessions.runsAtWork('daily'), [], 'no account is logged in yet');
    await given.ledger.sessions.cutOffSessions();
    assert.deepEqual(await cutOff(), ['one'], 'the row of the first was taken by the second');
    await given.ledger.sessions.forgetCutOffRuns('daily');

    await begin('three');
    await given.ledger.sessions.sessionBegins('SIM001', 'three');
    await begin('four');
    await given.ledger.sessions.runGivesWay('four', 'three');
    assert.deepEqual(await given.ledger.sessions.runsAtWork('daily'), ['three']);
    assert.deepEqual(await given.ledger.sessions.runsAtWork('weekly'), []);
    await given.ledger.sessions.sessionEnds('SIM001', 'three');
    assert.deepEqual(await given.ledger.sessions.runsAtWork('daily'), []);
    await given.ledger.sessions.cutOffSessions();
    assert.deepEqual(await cutOff(), [], 'nothing is taken up that was done');
  });

  it('keeps the runs of schedules apart, and those that no schedule began', async () => {
    await begin('one', 'weekly');
    await given.ledger.runs.startRun({ run: 'by hand', trigger: 'hand' });
    await given.ledger.sessions.sessionBegins('SIM001', 'by hand');
    await given.ledger.sessions.cutOffSessions();
    assert.deepEqual(await cutOff(), []);
    await given.ledger.sessions.forgetCutOffRuns('daily');
    assert.deepEqual(await given.ledger.sessions.cutOffRuns('weekly'), ['one']);
  });
});

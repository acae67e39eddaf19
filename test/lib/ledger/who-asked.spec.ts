/** Who asked for a switch is read from columns, also of a request that an older release has written. */
import assert from 'node:assert/strict';
import { askForSwitch, confirmSwitch, switchDataCentre } from '../../../lib/accounts/data-centre-switch.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { askBehind, migrateBehind, onEachDatabase } from './engines.ts';
import { freshLedger } from './samples.ts';

/** The last migration before these columns. */
const BEFORE = 69;

const request = { accounts: ['SIM001'], dataCentre: 'secondary' as const, reason: 'drill' };

/** As an older release wrote it, who that is, somebody who is the same person, and somebody who is not. */
const older = [
  ['A. Chan (login ops1)', 'A. Chan', 'ops1', { by: 'a chan' }, { by: 'Lee', login: 'ops2' }],
  ['陳大文 (login chan)', '陳大文', 'chan', { by: 'Lee', login: 'CHAN' }, { by: '陳大明', login: 'lee' }],
  ['Ann (risk) (login a.b)', 'Ann (risk)', 'a.b', { by: 'AB' }, { by: 'Ann' }],
  ['Bo (login x) (login y)', 'Bo (login x)', 'y', { by: 'Y' }, { by: 'x' }],
  ['ops1', 'ops1', '', { by: 'Lee (login ops1)' }, { by: 'Lee (login ops2)' }],
  ['Lee (login )', 'Lee (login )', '', { by: 'lee login' }, { by: 'Lee' }],
  ["the plan 'A'", "the plan 'A'", '', { by: 'The plan A' }, { by: 'the plan B', login: 'plan' }],
] as const;

onEachDatabase('who asked for a switch', () => {
  const given = freshLedger();
  const who = () =>
    askBehind(
      given.place(),
      'select requested_by as shown, requested_name as name, requested_login as login from switch_requests order by id',
    );
  const rule = async (id: number, [same, other]: readonly [object, object]) => {
    const answer = (by: object) =>
      confirmSwitch(given.ledger, given.clock, { id, ...(by as { by: string }) });
    await assert.rejects(answer(same), /second is .* again/, JSON.stringify(same));
    assert.equal((await answer(other)).state, 'confirmed', JSON.stringify(other));
  };

  it('stands in columns, the name as it was typed and the login, and is shown as before', async () => {
    const typed = [
      [{ by: 'A. Chan', login: 'ops1' }, 'A. Chan (login ops1)', 'A. Chan', 'ops1'],
      [{ by: 'ops1', login: 'ops1' }, 'ops1', 'ops1', 'ops1'],
      [{ by: 'Lee' }, 'Lee', 'Lee', ''],
      [{ by: 'Bo (login x)', login: 'y' }, 'Bo (login x) (login y)', 'Bo (login x)', 'y'],
      [{ by: ' Lee (login ops2) ' }, 'Lee (login ops2)', 'Lee', 'ops2'],
    ] as const;
    for (const [index, [by]] of typed.entries())
      await askForSwitch(given.ledger, given.clock, `node ${index}`, { ...request, ...by });
    assert.deepEqual(
      (await who()).map(({ shown, name, login }) => [shown, name, login]),
      typed.map(([, ...columns]) => columns),
    );
  });

  it('is a person under either name, and nobody else, whatever the text looks like that shows both', async () => {
    const { id } = await askForSwitch(given.ledger, given.clock, 'n', {
      ...request,
      ...{ by: 'Bo (login x)', login: 'y' },
    });
    await rule(id, [
      { by: 'Lee', login: 'y' },
      { by: 'Lee', login: 'x' },
    ]);
    const decided = { ...request, by: 'Cy', login: 'ops3', second: 'OPS3' };
    await assert.rejects(switchDataCentre(given.ledger, given.clock, decided), /second is Cy/);
  });

  it('of an older release is the same person after the upgrade, and nothing that is vouched for has changed', async () => {
    const ids: number[] = [];
    for (const [index, [by]] of older.entries())
      ids.push(
        (
          await given.ledger.switchRequests.requestSwitch({
            ...{ ...request, node: `node ${index}`, by, expiresAt: given.clock.now() + 60_000 },
          })
        ).id,
      );
    await given.ledger.close();
    await migrateBehind(given.place(), BEFORE);
    const shown = await askBehind(given.place(), 'select * from switch_requests order by id');
    assert.deepEqual(
      shown.map((row) => [row.requested_by, 'requested_login' in row]),
      older.map(([by]) => [by, false]),
    );
    given.ledger = await openLedger(given.place(), given.clock);
    assert.deepEqual(
      (await who()).map(({ shown: by, name, login }) => [by, name, login]),
      older.map(([by, name, login]) => [by, name, login]),
    );
    for (const [index, [, , , same, other]] of older.entries()) await rule(ids[index] ?? 0, [same, other]);
    assert.equal((await given.ledger.journal.verify()).brokenAt, undefined);
  });
});

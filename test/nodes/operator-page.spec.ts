import assert from 'node:assert/strict';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { parseContacts } from '../../lib/mail/config.ts';
import { keepPlan } from '../../lib/practice/day-store.ts';
import { startDrill } from '../../lib/practice/drill.ts';
import { practice20250621 as plan } from '../../lib/practice/plans/2025-06-21.ts';
import { frame, node } from '../support/flow-parts.ts';
import { idleAccounts, planNode } from '../support/practice-flow.ts';
import { admin, type Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const contacts = parseContacts({
  smtp: { host: '127.0.0.1', port: 2525, requireTls: false, from: 'rap@broker.example' },
  contacts: ['ann', 'bo'].map((name) => ({
    name: `${name} <b>`.replace(/[<>]/g, ''),
    email: `${name}@broker.example`,
  })),
});

interface Said {
  said: string;
  code: string;
  error: string;
  cure: string;
}

interface PageData {
  sessions: { drill: { answered: string; how: string; enteredBy: string }[] }[];
  open: { id: number; by: string; accounts: string[]; dataCentre: string }[];
  settled: { state: string }[];
  choices: { by: string; dataCentre: string }[];
}

describe('a practice session as JSON, for scripts', () => {
  const system = useSystem({ clock: '2025-06-19 10:00' });
  let runtime: Runtime;
  let codes: Record<string, string>;

  const data = async () => (await admin().get('/rap-ops/practice/data')).body as PageData;
  const act = async (name: string, body: object) => {
    const { status, body: said } = await admin().post(`/rap-ops/practice/${name}`).send(body);
    return { status, body: said as Said };
  };

  beforeEach(async () => {
    const ledger = await openHome(system.home, system.clock);
    await keepPlan(ledger, plan);
    const { contacts: rows } = await startDrill(ledger, contacts, plan);
    codes = Object.fromEntries(rows.map(({ email, code }) => [email, code]));
    await ledger.close();
    const away = node(
      'away',
      'rap-switch',
      {
        dataCentre: 'secondary',
        scope: 'all',
        account: '',
        reason: 'drill',
        by: 'Chan',
        requireSecond: true,
        until: '',
      },
      ['out'],
    );
    runtime = await system.start([...frame('out'), ...idleAccounts(), planNode(), away]);
  });
  it('shows who answered, never the codes, and takes a code by name once', async () => {
    const before = await admin().get('/rap-ops/practice/data');
    for (const code of Object.values(codes)) assert.ok(!before.text.includes(code), 'no code leaves');
    assert.deepEqual(
      (before.body as PageData).sessions[0]?.drill.map((one) => one.answered),
      ['', ''],
    );
    await system.clock.advance(3_600_000);
    const answer = { date: plan.date, code: codes['ann@broker.example'], how: 'telephone', by: 'Lee' };
    assert.equal((await act('answer', { ...answer, by: ' ' })).status, 400, 'nobody enters it');
    assert.equal((await act('answer', answer)).status, 200);
    const again = await act('answer', { ...answer, by: 'Wong' });
    assert.match(again.body.said, /2025-06-19 11:00 \(telephone\)/);
    const [ann, bo] = (await data()).sessions[0]?.drill ?? [];
    assert.ok(ann && bo);
    assert.deepEqual(
      [ann.answered, ann.how, ann.enteredBy, bo.answered],
      ['2025-06-19 11:00', 'telephone', 'Lee', ''],
    );
  });

  it('refuses wrong codes with a word of cure, journals them, and stops a guesser', async () => {
    for (let at = 0; at < 5; at++) {
      const { status, body } = await act('answer', { date: plan.date, code: `WRONG${at}`, by: 'Lee' });
      assert.equal(status, 400);
      assert.equal(body.code, 'CODE_REFUSED');
      assert.match(body.cure, /six letters/);
    }
    const right = { date: plan.date, code: codes['bo@broker.example'], by: 'Lee' };
    assert.match((await act('answer', right)).body.error, /no code is taken for 10 min/);
    await system.clock.advance(10 * 60_000);
    assert.equal((await act('answer', right)).status, 200);
    await runtime.stop();
    const ledger = await openHome(system.home, system.clock);
    const wrong = (await ledger.journal.records()).filter(({ what }) => what.endsWith('wrong code'));
    assert.equal(wrong.length, 5);
    await ledger.close();
  });

  it('takes no form of another site', async () => {
    const form = await admin()
      .post('/rap-ops/practice/answer')
      .type('form')
      .send({ date: plan.date, code: codes['bo@broker.example'], by: 'Lee' });
    assert.equal(form.status, 415);
    assert.equal((await data()).sessions[0]?.drill[1]?.answered, '');
  });

  it('lets a second person confirm a switch, and its message goes on', async () => {
    runtime.send('away', { payload: 'kept' });
    await runtime.until(() => runtime.statusText('away') === '2nd person needed', 'the request');
    const [open] = (await data()).open;
    assert.ok(open);
    assert.deepEqual([open.by, open.accounts, open.dataCentre], ['Chan', ['SIM001', 'SIMC01'], 'secondary']);
    assert.match((await act('confirm', { id: open.id, by: 'chan' })).body.error, /second is Chan again/);
    assert.equal((await act('confirm', { id: open.id, by: 'Lee' })).status, 200);
    assert.equal((await runtime.message('out')).payload, 'kept');
    assert.equal((await act('confirm', { id: open.id, by: 'Wong' })).body.code, 'SWITCH_UNCONFIRMED');
    const { choices, open: left, settled } = await data();
    assert.deepEqual(left, []);
    assert.equal(settled[0]?.state, 'confirmed');
    assert.deepEqual(
      choices.map(({ by, dataCentre }) => `${by} ${dataCentre}`),
      ['Chan, Lee secondary', 'Chan, Lee secondary'],
    );
  });
});

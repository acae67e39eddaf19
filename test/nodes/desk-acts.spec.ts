/** What people do on the operations pages, through the real runtime: each act, its record, and what it refuses. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { NodeAPI } from 'node-red';
import { idle } from '../../bin/rehearsal/idle.ts';
import { pendingSwitchEvents } from '../../lib/accounts/switch-events.ts';
import { catalogues } from '../../lib/i18n/catalogues.ts';
import { alarmEnd } from '../../lib/model/reasons.ts';
import { keepPlan } from '../../lib/practice/day-store.ts';
import { startDrill } from '../../lib/practice/drill.ts';
import { practice20250621 as plan } from '../../lib/practice/plans/2025-06-21.ts';
import { fingerprintOf } from '../../lib/rap/client/host-keys.ts';
import { newKeyFile } from '../../lib/rap/new-key.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { acts } from '../../nodes/desk/acts/index.ts';
import desk from '../../nodes/desk/desk.ts';
import type { RapAccount } from '../../nodes/rap-account/rap-account.ts';
import { someContacts } from '../lib/mail/samples.ts';
import { frame, node } from '../support/flow-parts.ts';
import { idleAccounts, planNode } from '../support/practice-flow.ts';
import { admin, type FlowNode, type Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const awaiting = {
  ...{
    account: 'SIM001',
    installation: 'hkscc' as const,
    participant: 'SIM001',
    holidayTrading: '' as const,
  },
  ...{ folders: ['/INBOX'], everything: true },
};

describe('the acts of the operations pages', () => {
  const system = useSystem({ clock: '2025-06-20 21:00' });
  let runtime: Runtime;
  let RED: NodeAPI;
  let codes: string[];

  const schedule = {
    ...{ mode: 'times', times: [{ time: '07:00' }], pattern: '', calendar: 'securities', catchUp: true },
  };
  const flow = (...more: FlowNode[]): FlowNode[] => [
    ...frame('out', 'weather-out'),
    ...idleAccounts(),
    planNode(),
    node('evening', 'rap-schedule', { ...schedule, name: 'Evening' }, ['login']),
    node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['out']),
    node(
      'weather',
      'weather-check',
      { plan: 'plan', day: 'plan', feeds: [], tell: false },
      ['weather-out'],
      [],
      [],
    ),
    ...more,
  ];

  async function start(...more: FlowNode[]): Promise<void> {
    runtime = await system.start(flow(...more), {
      nodes: [
        desk,
        (red) => {
          RED = red;
        },
      ],
    });
  }

  beforeEach(async () => {
    await system.inLedger(async (ledger) => {
      await keepPlan(ledger, plan);
      codes = (await startDrill(ledger, someContacts(), plan)).contacts.map(({ code }) => code);
      await ledger.accounts.lockLogin({ account: 'SIM001', reason: 'refused', address: '127.0.0.1:1' });
      await ledger.expectations.recordCheck({
        account: 'SIM001',
        at: system.clock.now(),
        asked: awaiting,
        found: {},
      });
      const sight = { account: 'SIM001', run: 'run-1', dataCentre: 'primary' as const };
      await ledger.outstanding.noteSeen(sight, [{ path: '/INBOX/a', size: 1, modifiedAt: 1 }]);
    });
  });
  const act = async (name: string, body: object) => {
    const answer = await admin()
      .post(`/rap-ops/act/${name}`)
      .set({ host: 'desk.example', origin: 'http://desk.example', 'accept-language': 'en' })
      .send({ by: 'Chan', ...body });
    const { said = '', code = '', error = '', field = '' } = answer.body as Record<string, string>;
    return { status: answer.status, said, code, error, field };
  };
  const does = async (name: string, body: object) => {
    const done = await act(name, body);
    assert.equal(done.status, 200, `${name}: ${done.error}`);
    return done.said;
  };
  const refuses = async (name: string, body: object, field = '') => {
    const { status, field: at, error } = await act(name, body);
    assert.deepEqual([status, at], [400, field], `${name}: ${error}`);
    return error;
  };
  const records = () =>
    system.inLedger(async (ledger) =>
      (await ledger.journal.records())
        .filter(({ who }) => who !== 'rap')
        .map(({ who, what, why }) => `${who}: ${what}: ${why}`),
    );
  /** The accounts have no key: their log-in fails, with the run in the message. */
  const runHasCome = () =>
    runtime
      .received('caught')
      .some(({ _msgid, rap, error }) => _msgid !== undefined && rap !== undefined && error !== undefined);
  const accountAt = (id: string) => RED.nodes.getNode(id) as unknown as RapAccount;

  it('all ask in three languages, with the same fields, and say what they do', async () => {
    await start();
    for (const { name, fields, reason } of acts) {
      const given = Object.fromEntries(fields.map((field) => [field.name, 'x']));
      for (const language of ['en', 'zh-TW', 'zh-CN']) {
        const { text } = await admin()
          .get(`/rap-ops/act/${name}?${new URLSearchParams(given)}`)
          .set({ 'accept-language': language });
        // What is in braces is filled in with what the page gave, where a field has that name.
        for (const field of fields) assert.ok(!text.includes(`{${field.name}}`), `${name} ${language}`);
        assert.match(text, /name="by"/);
        // Nor does a button that says less leave them open.
        const bare = await admin().get(`/rap-ops/act/${name}`).set({ 'accept-language': language });
        for (const field of fields) assert.ok(!bare.text.includes(`{${field.name}}`), `${name} ${language}`);
        assert.equal(/name="why"/.test(text), reason !== 'none', name);
      }
      const asked = fields.flatMap((field) => [
        ...[`labels.${field.name}`, `open.${field.name}`],
        ...(field.options ?? []).map((option) => `options.${option}`),
      ]);
      const texts = Object.keys(catalogues.en).flatMap(
        (key) => new RegExp(`^acts\\.${name}\\.((?:labels|options|open)\\..*)`).exec(key)?.[1] ?? [],
      );
      assert.deepEqual(
        texts.filter((text) => !asked.includes(text)),
        [],
        name,
      );
    }
  });

  /** The mark of a form that is made now. */
  const formOf = async (path: string) => {
    const { text } = await admin().get(`/rap-ops/act/${path}`).set({ 'accept-language': 'en' });
    return /name="once" value="([\w-]+)"/.exec(text)?.[1] ?? assert.fail(text);
  };
  const ofNight = { account: 'SIM001', report: 'RMAMR03:4', date: '2025-06-20' };

  it('are done once for each form, however often it is sent, and say so to whoever sends it again', async () => {
    await start();
    const body = { ...ofNight, late: '22:30', why: 'HKEX rang' };
    const once = await formOf('deadline');
    assert.notEqual(await formOf('deadline'), once);
    const twice = await Promise.all([
      does('deadline', { ...body, once }),
      does('deadline', { ...body, once }),
    ]);
    assert.deepEqual(twice, [
      'It is entered, and counts from the next look on.',
      'This was done already. It is entered, and counts from the next look on.',
    ]);
    // A page from before, after something else was done since.
    await does('deadline', { ...body, late: '23:00' });
    assert.match(await does('deadline', { ...body, once }), /^This was done already/);
    // What was refused was not done: the same form may be sent again.
    const second = await formOf('deadline');
    await refuses('deadline', { ...body, late: 'soon', once: second }, 'late');
    assert.match(await does('deadline', { ...body, late: '23:30', once: second }), /^It is entered/);
    const told = (await records()).filter((one) => one.includes('deadline'));
    assert.deepEqual(told, Array(3).fill('Chan: expectation: deadline: HKEX rang'));
  });

  it('tell the second of two people who enter the same that it stands there', async () => {
    await start();
    const entries: [name: string, body: object][] = [
      ['deadline', { ...ofNight, cutOff: '01:00+1d' }],
      ['close-expectation', ofNight],
      ['condition', { account: '', condition: 'margin call', date: '2025-06-20', holds: 'yes' }],
    ];
    for (const [name, body] of entries) {
      const { said } = await act(name, { ...body, why: 'x' });
      if (name === 'condition' && said === '') continue;
      assert.equal(said, 'It is entered, and counts from the next look on.', name);
      const by = { ...body, by: 'Lee', why: 'y' };
      assert.equal(await does(name, by), 'It is entered already; nothing has changed.', name);
    }
    assert.ok((await records()).every((one) => !one.startsWith('Lee')));
  });

  it('keep a reason as it was written, in one line of what can be seen, and refuse one that is too long', async () => {
    await start();
    const odd = [
      `${'x'.repeat(299)}😀`,
      '<b onclick=alert(1)>&amp;',
      'two\nlines\u2028and \u202eback',
      'nothing\0between, half a letter \ud83d',
      '報告遲了 👍🏽',
    ];
    for (const [day, why] of odd.entries())
      await does('close-expectation', { ...ofNight, date: `2025-06-${10 + day}`, why });
    for (const field of ['why', 'by'])
      await refuses('close-expectation', { ...ofNight, why: 'x', [field]: 'é'.repeat(10_000) }, field);
    assert.deepEqual(
      (await records()).map((one) => one.replace('Chan: expectation: closed: ', '')),
      [
        ...[odd[0], odd[1], 'two lines and \\u{202e}back'],
        ...['nothing\\u{0000}between, half a letter \ufffd', odd[4]],
      ],
    );
    const { brokenAt } = await system.inLedger((ledger) => ledger.journal.verify());
    assert.equal(brokenAt, undefined);
  });

  it('name the report, and say where a switch is one of all accounts', async () => {
    await start();
    const title = async (path: string) => {
      const { text } = await admin().get(`/rap-ops/act/${path}`).set({ 'accept-language': 'en' });
      return /<h2[^>]*>(.*?)<\/h2>/.exec(text)?.[1];
    };
    assert.equal(await title('deliver-again?version=1&name=RPF01.csv'), 'Deliver RPF01.csv again');
    assert.equal(await title('deliver-to?version=1&name=a.lis'), 'Deliver a.lis to a further share');
    assert.equal(await title('switch'), 'Switch the data centre of all accounts');
    assert.equal(await title('switch?account=SIM001'), 'Switch the data centre of SIM001');
  });

  it('Contacts shows who is told what, as the flow is deployed', async () => {
    const people = [
      { name: 'Ann', email: 'ann@broker.example', groups: 'ops' },
      { name: 'Bo', email: 'bo@broker.example', groups: 'duty' },
    ];
    const relay = { host: '127.0.0.1', port: '1', tls: 'none', from: 'RAP <rap@broker.example>' };
    await start(
      { id: 'people', type: 'rap-contacts', name: 'Operations', ...relay, contacts: people },
      node('tells', 'contact-notify', { name: 'T', kind: 'digest', contacts: 'people', groups: 'ops' }),
    );
    const { text } = await admin().get('/rap-ops/contacts').set({ 'accept-language': 'en' });
    assert.match(text, /Ann<\/span>.*ops.*digests.*Bo<\/span>.*is told nothing/s);
  });

  it('run now: begins a run, and none beside one that is under way', async () => {
    await start();
    assert.match(await does('run-now', { node: 'evening', why: 'HKEX rang' }), /A run has begun/);
    await runtime.until(runHasCome, 'the run at its log-in');
    assert.match(await does('run-now', { node: 'evening' }), /under way already/, 'pressed twice');
    await system.clock.advance(60_000, idle);
    accountAt('account-hkscc').take('run-of-another');
    assert.match(await does('run-now', { node: 'evening' }), /under way already/);
    await refuses('run-now', { node: 'gone' });
    await refuses('run-now', { node: 'weather' });
    assert.deepEqual(await stopped(records), ['Chan: run begun by hand: HKEX rang']);
  });

  it('run now: presses an inject node that leads to a log-in, and no other', async () => {
    const inject = { ...{ props: [], repeat: '', crontab: '', once: false }, name: 'By hand' };
    await start(
      node('press', 'inject', inject, ['login']),
      node('aside', 'inject', { ...inject, name: 'Aside' }, ['out']),
      node('again', 'inject', { ...inject, name: 'Again' }, ['evening']),
    );
    const { text } = await admin().get('/rap-ops/system').set({ 'accept-language': 'en' });
    assert.match(text, /By hand/);
    assert.doesNotMatch(text, /Aside|Again/);
    for (const id of ['aside', 'again']) await refuses('run-now', { node: id });
    assert.match(await does('run-now', { node: 'press' }), /A run has begun/);
    await runtime.until(runHasCome, 'the run at its log-in');
  });

  it('acknowledges several: those that were named, and says which are over', async () => {
    await system.inLedger(async (ledger) => {
      const of = { level: 'critical', account: 'SIM001', code: 'SHARE_FULL', place: 'deliver' } as const;
      const told = { message: 'full', cure: 'Make room', run: 'run-1', groups: [] };
      for (let n = 1; n <= 4; n++)
        await ledger.alarms.recordFault({ ...of, ...told, key: `k${n}` }, () => ({}));
      await ledger.alarms.closeAlarms([2], alarmEnd('canLook'));
    });
    await start();
    for (const odd of ['', 'all', '1,', '0', '-1', '1;2', '9'.repeat(400)])
      await refuses('acknowledge-several', { alarms: odd }, 'alarms');
    assert.match(
      await does('acknowledge-several', { alarms: '1,2,3,3', why: 'one cause' }),
      /^Acknowledged until .*: 2 alarms\. Over meanwhile: 2\.$/,
    );
    assert.match(await refuses('acknowledge-several', { alarms: '2,77' }), /no open alarm 2/);
    assert.deepEqual(
      (await stopped(records)).filter((one) => one.includes('alarm')),
      ['Chan: alarm acknowledged: one cause', 'Chan: alarm acknowledged: one cause'],
    );
  });

  it('renews a key: begun, a step back, registered, used, the old one removed; and no key is ever shown', async () => {
    const [hkscc] = idleAccounts();
    const file = path.join(system.home, 'keys', 'hkscc');
    await newKeyFile(file, { type: 'ed25519', comment: '' }, () => {});
    const before = await readFile(file, 'utf8');
    const keyed = { ...hkscc, id: 'keyed', name: 'KEYED', type: 'rap-account', keyFile: file };
    const pasted = {
      ...hkscc,
      id: 'pasted',
      name: 'PASTED',
      type: 'rap-account',
      keySource: 'text',
      keyFile: '',
    };
    const of = { account: 'KEYED', why: 'ends in July' };
    await system.clock.advance(18 * 3600_000);
    await start(keyed, pasted);
    assert.equal((await act('renew-key', { ...of, type: 'ed25519' })).code, 'KEY_FROZEN');
    // Four days with nobody at work: to live through them takes as long as the rest.
    await stopped(() => system.clock.advance(4 * 86_400_000), keyed, pasted);
    await refuses('renew-key', { ...of, type: 'dsa' }, 'type');
    await refuses('renew-key', { account: 'KEYED', type: 'rsa' }, 'why');
    for (const account of ['SIM001', 'NOBODY', 'PASTED'])
      assert.notEqual((await act('renew-key', { ...of, account, type: 'ecdsa' })).status, 200, account);
    for (const name of ['key-registered', 'key-undo', 'key-finish']) await refuses(name, of);
    const seen: string[] = [];
    const step = async (name: string, more: object = {}) => {
      seen.push(
        await does(name, { ...of, ...more }),
        (await admin().get('/rap-ops/system').set({ 'accept-language': 'en' })).text,
      );
      return seen.at(-1) ?? '';
    };
    await step('renew-key', { type: 'ed25519' });
    await step('key-undo');
    const made = await step('renew-key', { type: 'ecdsa' });
    const pub = (await readFile(`${file}.next.pub`, 'utf8')).trim();
    assert.ok(made.replaceAll('&#x3D;', '=').includes(pub), 'what HKEX has to register');
    const next = await readFile(`${file}.next`, 'utf8');
    await refuses('renew-key', { ...of, type: 'rsa' });
    assert.match(await step('key-registered'), /next log-in is made with the new key/);
    assert.deepEqual([await readFile(file, 'utf8'), await readFile(`${file}.old`, 'utf8')], [next, before]);
    await refuses('key-finish', of);
    await stopped(
      () =>
        system.inLedger((ledger) =>
          ledger.accountKeys.noteKeyUse(
            'KEYED',
            fingerprintOf(Buffer.from(pub.split(' ')[1] ?? '', 'base64')),
          ),
        ),
      keyed,
    );
    await refuses('key-undo', of);
    assert.match(await step('key-finish'), /Renew the key/);
    await assert.rejects(readFile(`${file}.old`));
    for (const secret of [before, next])
      for (const line of secret.split('\n').filter((one) => one.length > 30 && !one.startsWith('-----')))
        assert.ok(!seen.some((text) => text.includes(line)), 'a private key is in no page');
    assert.doesNotMatch(seen.join(''), /PRIVATE KEY/);
    assert.deepEqual(
      (await stopped(records)).filter((one) => one.includes('SSH key')),
      ['begun', 'undone', 'begun']
        .map((what) => `Chan: SSH key renewal ${what}: ends in July`)
        .concat([
          'Chan: SSH key renewed: the new key is in place: ends in July',
          'Chan: SSH key renewal finished: the old key is removed: ends in July',
        ]),
    );
  });

  it('unlock: with a reason, and says when there was nothing to unlock', async () => {
    await start();
    await refuses('unlock', { account: 'SIM001' }, 'why');
    assert.equal(
      await does('unlock', { account: 'SIM001', why: 'registered again' }),
      'SIM001 may log in again.',
    );
    assert.equal(await does('unlock', { account: 'SIM001', why: 'once more' }), 'SIM001 was not locked.');
    assert.deepEqual(await stopped(records), ['Chan: login unlocked: registered again']);
  });

  it('switch: one person where nothing asks for two, all accounts or one, and the time it ends', async () => {
    await start(
      node('away', 'rap-switch', { dataCentre: 'secondary', scope: 'all', requireSecond: false }, ['out']),
    );
    const to = { dataCentre: 'secondary', why: 'the primary is down' };
    await refuses('switch', { ...to, until: '25:00' }, 'until');
    await refuses('switch', { ...to, until: '20:00' }, 'until');
    await refuses('switch', { ...to, second: 'chan' }, 'second');
    await refuses('switch', { ...to, account: 'NOBODY' });
    await refuses('switch', { dataCentre: 'tertiary', why: 'x' }, 'dataCentre');
    assert.match(
      await does('switch', { ...to, account: 'SIM001', until: '23:00', second: 'Lee' }),
      /Switched: SIM001\./,
    );
    assert.match(await does('switch', to), /Switched: SIM001, SIMC01\./);
    assert.match(await does('switch', to), /Nothing changed/);
    const { text } = await admin().get('/rap-ops/system').set({ 'accept-language': 'en' });
    assert.match(text, /decided by Chan at 21:00: the primary is down/);
    assert.equal(runtime.received('out').length, 0, 'no flow goes on: a decision is no log-in');
    assert.equal((await stopped(records)).filter((one) => /data centre chosen/.test(one)).length, 3);
  });

  it('switch: has no end where nothing would end it', async () => {
    await start();
    await refuses('switch', { dataCentre: 'secondary', why: 'x', until: '23:00' }, 'until');
    assert.match(await does('switch', { dataCentre: 'secondary', why: 'x' }), /Switched/);
  });

  it('switch: waits for a second person where a node asks for one, who confirms or refuses', async () => {
    await start(
      node('away', 'rap-switch', { dataCentre: 'secondary', scope: 'all', requireSecond: true }, ['out']),
    );
    const to = { dataCentre: 'secondary', why: 'down' };
    assert.match(await does('switch', to), /Request 1 waits for a second person/);
    await refuses('confirm-switch', { request: 1 }, 'second');
    await refuses('confirm-switch', { request: 1, by: 'CHAN.' }, 'second');
    assert.match(await does('refuse-switch', { request: 1, by: 'Lee', why: 'it is up again' }), /refused/);
    assert.equal((await act('confirm-switch', { request: 1, by: 'Lee' })).code, 'SWITCH_UNCONFIRMED');
    await does('switch', to);
    assert.match(await does('confirm-switch', { request: 2, by: 'Lee' }), /confirmed/);
    const left = await stopped(() =>
      system.inLedger(
        async (ledger) =>
          [await pendingSwitchEvents(ledger, 'desk'), await ledger.accounts.dataCentreChoices()] as const,
      ),
    );
    assert.deepEqual(left[0], [], 'nothing is left to tell by nobody');
    assert.deepEqual(
      left[1].map(({ by, second }) => [by, second]),
      [
        ['Chan', 'Lee'],
        ['Chan', 'Lee'],
      ],
    );
  });

  it('weather word: the hotline answers a hold, and it counts at once', async () => {
    await system.clock.advance(fromHongKong(`${plan.date} 13:20`) - system.clock.now());
    await start();
    const word = { node: 'weather', word: 'held', from: 'hkex', how: 'hotline 2979-7111' };
    await refuses('weather-word', { ...word, how: ' ' }, 'how');
    await refuses('weather-word', { ...word, word: 'perhaps' }, 'word');
    await refuses('weather-word', { ...word, node: 'evening' });
    assert.match(await does('weather-word', word), /The verdict now: clear/);
    assert.match(await does('weather-word', { ...word, word: 'cancelled' }), /The verdict now: cancelled/);
    assert.match(
      (await act('weather-word', { ...word, word: 'extreme-declared', since: 'soon' })).error,
      /since/,
    );
    const said = await stopped(records);
    assert.ok(said.includes('Chan: weather: session held: hotline 2979-7111'), said.join());
  });

  it('deadline, condition, wait no longer: as on the command line', async () => {
    await start();
    const of = { account: 'SIM001', report: 'rmamr03:4', date: '2025-06-20', why: 'HKEX rang' };
    await refuses('deadline', of, 'late');
    await refuses('deadline', { ...of, late: '25:00' }, 'late');
    await refuses('deadline', { ...of, late: '23:00', cutOff: '22:00' }, 'cutOff');
    await refuses('deadline', { ...of, late: '23:00', date: 'tonight' }, 'date');
    await refuses('deadline', { ...of, late: '23:00', report: 'NOSUCH' });
    await does('deadline', { ...of, late: '23:00', cutOff: '01:00+1d' });
    await does('close-expectation', { ...of, report: 'RPF01' });
    await refuses('condition', { ...of, condition: 'full-moon' });
    await does('condition', { ...of, condition: 'holiday-margin-call', holds: 'no' });
    const entries = await stopped(() =>
      system.inLedger((ledger) => ledger.expectations.expectationEntries('SIM001', ['2025-06-20'])),
    );
    assert.deepEqual(
      entries.map(({ by, reason, said }) => [by, reason, said]),
      [
        [
          'Chan',
          'HKEX rang',
          {
            ...{ entry: 'deadline', report: 'RMAMR03', set: '4', businessDate: '2025-06-20' },
            lateAfter: fromHongKong('2025-06-20 23:00'),
            cutOff: fromHongKong('2025-06-21 01:00'),
          },
        ],
        ['Chan', 'HKEX rang', { entry: 'closed', report: 'RPF01', set: '', businessDate: '2025-06-20' }],
        [
          'Chan',
          'HKEX rang',
          { entry: 'condition', condition: 'holiday-margin-call', date: '2025-06-20', holds: false },
        ],
      ],
    );
  });

  it('close a report, enter a code: once, by name, and a guesser is stopped', async () => {
    await start();
    await refuses('close-report', { report: 1 }, 'why');
    assert.equal(await does('close-report', { report: 1, why: 'withdrawn' }), '/INBOX/a is closed.');
    await refuses('close-report', { report: 1, why: 'withdrawn' });
    const of = { date: plan.date, how: 'mail' };
    assert.match(await does('drill-code', { ...of, code: ` ${codes[0]?.toLowerCase()} ` }), /has answered/);
    assert.match(await does('drill-code', { ...of, code: codes[0] ?? '' }), /had answered before/);
    for (let n = 0; n < 5; n++) await refuses('drill-code', { ...of, code: `WRONG${n}` }, 'code');
    assert.match(
      (await act('drill-code', { ...of, code: codes[1] ?? codes[0] ?? '' })).error,
      /no code is taken/,
    );
    assert.match(
      (
        await admin()
          .post('/rap-ops/practice/answer')
          .send({ ...of, code: codes[0], by: 'x' })
      ).text,
      /no code is taken/,
      'wrong codes count for all places',
    );
  });

  /** The ledger is this process's own as long as the flow runs. */
  async function stopped<T>(look: () => Promise<T>, ...more: FlowNode[]): Promise<T> {
    await runtime.stop();
    try {
      return await look();
    } finally {
      await start(...more);
    }
  }
});

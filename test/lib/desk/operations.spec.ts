/** What the operations pages of the desk say, asked of real ledgers; and that nothing told becomes markup. */
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { askForSwitch, switchDataCentre } from '../../../lib/accounts/data-centre-switch.ts';
import { SiteRulesReader } from '../../../lib/collection/site-rules.ts';
import { alarmsPage } from '../../../lib/desk/alarms/page.ts';
import { alarmsView } from '../../../lib/desk/alarms/view.ts';
import { contactsPage } from '../../../lib/desk/contacts/page.ts';
import { contactsView, relaysOf } from '../../../lib/desk/contacts/view.ts';
import { textOf } from '../../../lib/desk/html.ts';
import type { Kit } from '../../../lib/desk/kit.ts';
import type { LiveFact } from '../../../lib/desk/live.ts';
import { type DeskPage, NotHere } from '../../../lib/desk/page.ts';
import { lines } from '../../../lib/desk/pages.ts';
import { practicePage } from '../../../lib/desk/practice/page.ts';
import { practiceView } from '../../../lib/desk/practice/view.ts';
import { runbookEntry, runbookPage } from '../../../lib/desk/runbook/page.ts';
import { systemPage } from '../../../lib/desk/system/page.ts';
import { systemView } from '../../../lib/desk/system/view.ts';
import { codes, errorCodes } from '../../../lib/errors/codes.ts';
import { languages } from '../../../lib/i18n/languages.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import { keepPlan } from '../../../lib/practice/day-store.ts';
import { startDrill } from '../../../lib/practice/drill.ts';
import { sessionOf } from '../../../lib/practice/plan.ts';
import { practice20250621 as plan } from '../../../lib/practice/plans/2025-06-21.ts';
import { beginRenewal, placeNewKey } from '../../../lib/practice/renew-key.ts';
import { decideNow } from '../../../lib/practice/weather-store.ts';
import { newKeyFile } from '../../../lib/rap/new-key.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { someContacts } from '../mail/samples.ts';

const HOUR = 3600_000;
const EVIL = '<img src=x onerror=alert(1)>';

describe('The operations pages', () => {
  const folder = temporaryFolder();
  let count = 0;
  let home: string;
  let clock: SimulatedClock;
  let ledger: Ledger;

  beforeEach(async () => {
    clock = new SimulatedClock(fromHongKong('2025-06-20 21:00'));
    home = path.join(folder(), String(count++));
    await mkdir(home, { recursive: true });
    ledger = await openHome(home, clock);
  });
  afterEach(() => ledger.close());

  const acts = [
    'acknowledge',
    'close-report',
    'run-now',
    'unlock',
    'switch',
    'confirm-switch',
    'refuse-switch',
  ];
  const kit = (
    language: Kit['language'] = 'en',
    may: readonly string[] = [
      ...acts,
      'weather-word',
      'drill-code',
      'deadline',
      'condition',
      'close-expectation',
    ],
  ): Kit => ({
    ...{ language, tag: language, now: clock.now(), login: 'ops1', acts: may, lines, root: './' },
  });
  /** The page in each language; looked at for markup that somebody told. */
  async function shown<M>(page: DeskPage<M>, model: M): Promise<string> {
    for (const language of languages) {
      const text = await textOf(page.main(model, kit(language)));
      assert.doesNotMatch(text, /<img|undefined|\[object|\{\w+\}</);
      assert.doesNotMatch(
        await textOf(page.main(model, kit(language, []))),
        /<button/,
        'who may only look has no button',
      );
      assert.ok(page.title(model, kit(language)).length > 0);
    }
    return textOf(page.main(model, kit()));
  }

  async function raise(
    subject: string,
    level: 'critical' | 'information' = 'critical',
    mailed = false,
  ): Promise<number> {
    const fault = { key: subject, level, account: 'HKSCC', code: 'SHARE_FULL', subject, place: 'deliver' };
    const told = {
      message: `${subject} is full ${EVIL}`,
      cure: `Make room ${EVIL}`,
      run: 'run-1',
      groups: [],
    };
    const mail = {
      ...{ eventKey: `alarm ${subject}`, kind: 'alarm' as const, run: 'run-1', to: ['ann@x.example'] },
      ...{ subject: `${subject} ${EVIL}`, text: `text ${EVIL}`, html: '' },
    };
    const { alarm } = await ledger.alarms.recordFault({ ...fault, ...told }, () => ({}));
    if (mailed) await ledger.alarms.queueAlarmMail(alarm.id, mail);
    return alarm.id;
  }

  it('Alarms: with 30 open it stays calm, and says who was told of each', async () => {
    const first = await raise('/srv/ops', 'critical', true);
    for (let n = 2; n <= 30; n++) await raise(`/srv/${n}`, n % 3 === 0 ? 'information' : 'critical');
    await ledger.alarms.acknowledgeAlarm(first, { by: EVIL, why: 'seen', until: clock.now() + HOUR });
    const ask = { ledger, now: clock.now() };
    const model = await alarmsView(ask, {});
    assert.ok(model.part === 'all');
    assert.deepEqual([model.counts.unheard, model.counts.known, model.unheard.length], [29, 1, 5]);
    assert.ok(model.unheard.every(({ level }) => level === 'critical'));
    const text = await shown(alarmsPage, model);
    assert.match(text, /29 alarms that nobody has taken up/);
    assert.match(text, /data-act="condition"/);
    assert.match(text, />24 more</);
    const seen: number[] = [];
    for (let after = ''; ; ) {
      const page = await alarmsView(ask, { show: 'unheard', after });
      assert.ok(page.part === 'unheard');
      seen.push(...page.alarms.map(({ id }) => id));
      await shown(alarmsPage, page);
      after = page.next;
      if (after === '') break;
    }
    assert.equal(new Set(seen).size, 29);
    const one = await alarmsView(ask, { alarm: String(first) });
    assert.match(await shown(alarmsPage, one), /ann@x\.example: waits/);
    assert.ok(one.part === 'one' && one.alarm.known?.by === EVIL);
    await shown(alarmsPage, await alarmsView(ask, { show: 'known' }));
    for (const id of ['999', 'x', '-1', '1e9']) await assert.rejects(alarmsView(ask, { alarm: id }), NotHere);
  });

  it('Alarms: several are acknowledged at once, by kind or as the page shows them, and by nobody who may not', async () => {
    for (let n = 1; n <= 4; n++) await raise(`/srv/${n}`);
    const other = {
      key: 'x',
      level: 'critical',
      account: 'HKCC',
      code: 'LOGIN_REFUSED',
      place: 'log in',
    } as const;
    await ledger.alarms.recordFault(
      { ...other, message: 'm', cure: 'c', run: 'run-1', groups: [] },
      () => ({}),
    );
    const model = await alarmsView({ ledger, now: clock.now() }, { show: 'unheard' });
    const may = ['acknowledge-several'];
    const text = await textOf(alarmsPage.main(model, kit('en', may)));
    assert.match(text, />Acknowledge the 4 of HKSCC SHARE_FULL</);
    assert.match(text, />Acknowledge all 5 of this page</);
    const fields = [...text.matchAll(/data-fields="([^"]+)"/g)].map(([, one = '']) =>
      JSON.parse(one.replaceAll('&quot;', '"')),
    );
    assert.deepEqual(
      fields.map(({ n, alarms }) => [n, alarms.split(',').length]),
      [
        [4, 4],
        [5, 5],
      ],
    );
    for (const lone of [
      { part: 'unheard' as const, alarms: [], next: '' },
      { ...model, part: 'known' as const },
    ])
      assert.doesNotMatch(
        await textOf(alarmsPage.main(lone as typeof model, kit('en', may))),
        /acknowledge-several/,
      );
    assert.doesNotMatch(
      await textOf(alarmsPage.main(model, kit('en', ['acknowledge']))),
      /acknowledge-several/,
    );
  });

  it('Runbook: every alarm leads to the entry of its code, which is there in three languages', async () => {
    const about = {
      key: 'k',
      level: 'critical',
      account: 'HKSCC',
      code: 'DISK_FULL',
      place: 'deliver',
    } as const;
    await ledger.alarms.recordFault(
      { ...about, message: 'm', cure: 'c', run: 'run-1', groups: [] },
      () => ({}),
    );
    await raise('of a code that is none');
    const text = await shown(alarmsPage, await alarmsView({ ledger, now: clock.now() }, {}));
    assert.match(text, /href="\.\/runbook\/DISK_FULL"/);
    assert.doesNotMatch(text, /runbook\/SHARE_FULL/);
    const list = await shown(runbookPage, await runbookPage.view({} as never, {}));
    for (const code of errorCodes) {
      assert.ok(list.includes(`./runbook/${code}"`), code);
      const model = await runbookEntry.view({} as never, { code: code.toLowerCase() });
      assert.ok((await shown(runbookEntry, model)).length < 4_000, code);
      for (const language of languages) {
        const text = (await textOf(runbookEntry.main(model, kit(language)))).replaceAll(
          /&(#39|quot|amp);/g,
          '',
        );
        const cure = t(language, `errors.cure.${code}`);
        assert.ok(text.includes(cure.replaceAll(/['"&]/g, '')), `${code} ${language}`);
        assert.ok(language === 'en' || !text.includes(codes[code].cure), code);
      }
    }
    for (const odd of ['', 'ENOENT', 'toString', '__proto__', EVIL])
      await assert.rejects(async () => runbookEntry.view({} as never, { code: odd }), NotHere);
  });

  it('Alarms: says that all is well, and what is outstanding', async () => {
    const ask = { ledger, now: clock.now() };
    assert.match(await shown(alarmsPage, await alarmsView(ask, {})), /No alarm is open/);
    const sight = { account: 'HKSCC', run: 'run-1', dataCentre: 'primary' as const };
    const entries = Array.from({ length: 33 }, (_, n) => ({
      path: `/INBOX/${n}${EVIL}`,
      size: 1,
      modifiedAt: 1,
    }));
    await ledger.outstanding.noteSeen(sight, entries);
    const model = await alarmsView(ask, {});
    assert.ok(model.part === 'all');
    assert.deepEqual([model.outstanding.length, model.totalOutstanding], [5, 33]);
    await shown(alarmsPage, model);
    const head = await alarmsView(ask, { show: 'outstanding' });
    assert.ok(head.part === 'outstanding');
    const rest = await alarmsView(ask, { show: 'outstanding', after: head.next });
    assert.ok(rest.part === 'outstanding');
    assert.deepEqual([head.lines.length, head.total, rest.lines.length, rest.next], [30, 33, 3, '']);
    const odd = await alarmsView(ask, { show: 'outstanding', after: "30' or 1=1" });
    assert.deepEqual(odd.part === 'outstanding' && odd.lines, head.lines);
    await shown(alarmsPage, head);
  });

  const facts: LiveFact[] = [
    {
      ...{ kind: 'contacts', node: 'c1', name: EVIL, relay: 'mail.broker.example:25', otherwise: ['file'] },
      escalation: { minutes: 30, reminders: 2, groups: ['duty', 'head', 'board'], restHours: 24 },
      people: [
        { name: 'Ann', email: 'ann@x.example', groups: ['ops'] },
        { name: EVIL, email: 'bo@x.example', groups: ['Duty '] },
        { name: '', email: 'cy@x.example', groups: ['board'] },
        { name: 'Di', email: 'di@x.example', groups: ['head'] },
      ],
    },
    { kind: 'mailer', node: 'm1', name: 'Digest', tells: 'digest', contacts: 'c1', groups: ['OPS', 'duty'] },
    { kind: 'mailer', node: 'm2', name: 'Alarms', tells: 'alarm', contacts: 'c1', groups: ['ops'] },
    { kind: 'mailer', node: 'm3', name: 'of others', tells: 'heartbeat', contacts: 'c2', groups: [] },
  ];

  it('Contacts: who is told what, from which reminder on, and who is told nothing', async () => {
    const [relay] = relaysOf(facts);
    assert.deepEqual(
      relay?.people.map(({ email, mails, reminder }) => [email, mails.map(({ tells }) => tells), reminder]),
      [
        ['ann@x.example', ['digest', 'alarm'], null],
        ['bo@x.example', ['digest'], 1],
        ['cy@x.example', [], null],
        ['di@x.example', [], 2],
      ],
    );
    const everybody: LiveFact = {
      kind: 'mailer',
      node: 'm',
      name: '',
      tells: 'alarm',
      contacts: 'c1',
      groups: [],
    };
    assert.ok(relaysOf([...facts, everybody])[0]?.people.every(({ mails }) => mails.length > 0));
    const model = await contactsView({ ledger, live: { facts }, now: clock.now() }, {});
    assert.match(await shown(contactsPage, model), /is told nothing/);
    const none = await contactsView({ ledger, live: { facts: [] }, now: clock.now() }, {});
    assert.match(await shown(contactsPage, none), /nobody is told anything/);
  });

  it('Contacts: hundreds of mails, which still waits, which did not reach everybody, what one says', async () => {
    for (let n = 1; n <= 200; n++) await raise(`s${n}`, 'critical', true);
    const ask = { ledger, live: { facts }, now: clock.now() };
    for (const id of [1, 2]) await ledger.mails.markSending(id);
    const answer = (state: 'accepted' | 'refused') => [
      { address: 'ann@x.example', state, response: `250 ${EVIL}` },
    ];
    await ledger.mails.settleMail(1, { answers: answer('accepted'), error: '', nextAttempt: null });
    await ledger.mails.settleMail(2, { answers: answer('refused'), error: EVIL, nextAttempt: null });
    const model = await contactsView(ask, {});
    assert.ok(model.part === 'all');
    assert.deepEqual([model.waiting, model.failed, model.mails.length], [198, 1, 8]);
    assert.ok((await shown(contactsPage, model)).length < 25_000);
    const failed = await contactsView(ask, { show: 'failed' });
    assert.ok(failed.part === 'mails');
    assert.deepEqual(
      failed.mails.map(({ id }) => id),
      [2],
    );
    await shown(contactsPage, failed);
    const mine = await contactsView(ask, { to: 'ann@x.example', before: '5' });
    assert.ok(mine.part === 'mails');
    assert.deepEqual(
      mine.mails.map(({ id }) => id),
      [4, 3, 2, 1],
    );
    await shown(contactsPage, mine);
    const one = await contactsView(ask, { mail: '2' });
    assert.match(await shown(contactsPage, one), /text &lt;img/);
    for (const mail of ['0', 'x', '9999']) await assert.rejects(contactsView(ask, { mail }), NotHere);
  });

  it('System: which share is full, when the last run was due, which data centre and who decided it', async () => {
    await ledger.scheduleRuns.beginRun({
      schedule: 'n1',
      run: 'run-1',
      trigger: 'timer',
      due: fromHongKong('2025-06-20 20:30'),
    });
    await ledger.logins.countLogin('HKSCC');
    await ledger.logins.noteLogin({ account: 'HKSCC', dataCentre: 'primary', address: '10.243.2.141:18801' });
    await ledger.accountKeys.noteKey('HKSCC', 'SHA256:abc');
    await ledger.accounts.lockLogin({ account: 'HKCC', reason: `refused ${EVIL}`, address: 'x:1' });
    await switchDataCentre(ledger, clock, {
      accounts: ['HKCC'],
      dataCentre: 'secondary',
      reason: EVIL,
      by: 'Chan',
      second: 'Lee',
    });
    await ledger.shares.rememberShare({ root: '/srv/known', id: 'id' });
    const addresses = { primary: ['10.243.2.141:18801'], secondary: ['10.243.66.141:18801'] };
    const room = (root: string, free: number, state: 'answers' | 'silent' = 'answers'): LiveFact => ({
      ...{ kind: 'room', root, at: clock.now(), state, fault: state === 'silent' ? `silent ${EVIL}` : '' },
      ...{ free: state === 'silent' ? null : free, size: 4e12 },
    });
    const live = {
      ...{
        home,
        owner: 'host:1:me',
        faults: [{ node: 'n', type: 't', code: 'CONFIG_INVALID', message: EVIL, cure: '' }],
      },
      facts: [
        {
          kind: 'account',
          node: 'a',
          account: 'HKSCC',
          installation: 'hkscc',
          addresses,
          atWork: 'run-9',
          keyFile: '',
        },
        {
          kind: 'starter',
          node: 'n1',
          type: 'rap-schedule',
          name: 'Evening',
          flow: EVIL,
          accounts: ['HKSCC'],
        },
        { kind: 'starter', node: 'n2', type: 'inject', name: 'By hand', flow: 'F', accounts: ['HKCC'] },
        ...[room('/srv/big', 3e12), room('/srv/full', 5e8), room('/srv/away', 0, 'silent')],
        { kind: 'ledger-check', at: clock.now(), changed: 0 },
      ] as LiveFact[],
    };
    const model = await systemView(
      { ledger, live, site: new SiteRulesReader(home), home, now: clock.now() },
      {},
    );
    assert.deepEqual(
      model.shares.map(({ root, state }) => [root, state]),
      [
        ['/srv/away', 'silent'],
        ['/srv/full', 'answers'],
        ['/srv/big', 'answers'],
        ['/srv/known', 'asked'],
      ],
    );
    const [hkcc, hkscc] = model.accounts;
    assert.deepEqual(
      [hkcc?.account, hkcc?.dataCentre, hkcc?.decision?.second, hkcc?.deployed],
      ['HKCC', 'secondary', 'Lee', false],
    );
    assert.deepEqual([hkscc?.dataCentre, hkscc?.decision, hkscc?.today], ['primary', null, 1]);
    assert.equal(hkscc?.logins[0]?.address, '10.243.2.141:18801');
    assert.deepEqual(
      model.starters.map(({ atWork, last }) => [atWork, last?.due]),
      [
        [['HKSCC'], fromHongKong('2025-06-20 20:30')],
        [[], undefined],
      ],
    );
    assert.ok(model.ledger.bytes > 0 && model.ledger.records > 0 && model.ledger.sealedAt !== null);
    const text = await shown(systemPage, model);
    assert.match(text, /last run due 20:30, began 21:00/);
    assert.match(text, /a run is under way: HKSCC/);
    assert.match(text, /nearly full/);
    assert.match(text, /decided by Chan with Lee at 21:00/);
    const logins = await systemView(
      { ledger, live, site: new SiteRulesReader(home), home, now: clock.now() },
      { logins: 'HKSCC' },
    );
    assert.match(await shown(systemPage, logins), /10\.243\.2\.141/);
  });

  it('System: is green only with a process in charge, an account, begun runs and shares that answered', async () => {
    await ledger.leases.claimLease({ name: 'writer', owner: 'host:1:me', ms: 3 * HOUR });
    const due = fromHongKong('2025-06-20 20:30');
    await ledger.scheduleRuns.beginRun({ schedule: 'n1', run: 'run-1', trigger: 'timer', due });
    const addresses = { primary: ['127.0.0.1:22'], secondary: ['127.0.0.1:23'] };
    const of = {
      installation: 'hkscc',
      account: 'HKSCC',
      node: 'a',
      addresses,
      atWork: null,
      keyFile: '',
    } as const;
    const account: LiveFact = { kind: 'account', ...of };
    const asked: LiveFact = {
      ...{
        kind: 'room',
        root: '/srv/risk',
        at: clock.now(),
        state: 'asked',
        fault: '',
        free: null,
        size: null,
      },
    };
    const share: LiveFact = { ...asked, state: 'answers', free: 3e12, size: 4e12 };
    const schedule = (last: number, since = 0, node = 'n1'): LiveFact[] => [
      { kind: 'starter', node, type: 'rap-schedule', name: 'Evening', flow: 'F', accounts: ['HKSCC'] },
      {
        ...{ kind: 'schedule', node, name: 'Evening', last, next: null, accounts: ['HKSCC'] },
        ...{ since, looking: null },
      },
    ];
    const said = async (facts: LiveFact[], owner = 'host:1:me') => {
      const model = await systemView(
        {
          ledger,
          live: { home, owner, faults: [], facts },
          site: new SiteRulesReader(home),
          home,
          now: clock.now(),
        },
        {},
      );
      const text = await shown(systemPage, model);
      const [, tone, headline, rest = ''] =
        /<section class="verdict (\w+)" id="verdict"><h1>(.*?)<\/h1>(.*?)<\/section>/.exec(text) ?? [];
      return [tone, [headline, ...[...rest.matchAll(/<li>(.*?)<\/li>/g)].map((one) => one[1])].join(' / ')];
    };
    const whole = [account, share, ...schedule(due)];
    assert.deepEqual(await said(whole), [
      'ok',
      'Shares answer, no account is locked, all are at the primary data centre',
    ]);
    const cases: [facts: LiveFact[], tone: string, says: RegExp, owner?: string][] = [
      [[account, asked, ...schedule(due)], 'grey', /the shares have not answered yet/],
      [[account, ...schedule(due)], 'grey', /the shares have not answered yet/],
      [whole.slice(1), 'bad', /No account is deployed: nothing is fetched/],
      [
        [account, share, ...schedule(fromHongKong('2025-06-20 20:50'))],
        'bad',
        /Evening: the run due 20:50 has not begun/,
      ],
      [whole, 'bad', /In charge: another process \(.*\)/, 'host:2:other'],
    ];
    for (const [facts, tone, says, owner] of cases) {
      const [is, text = ''] = await said(facts, owner);
      assert.match(text, says);
      assert.equal(is, tone, text);
    }
    // A run that has just fallen due.
    assert.equal((await said([account, share, ...schedule(clock.now() - 60_000)]))[0], 'ok');
    // A new schedule is late for no time before it was there.
    const at = fromHongKong('2025-06-20 20:50');
    assert.equal((await said([account, share, ...schedule(at, at, 'n2')]))[0], 'ok');
    assert.equal((await said([account, share, ...schedule(at, at - 1, 'n2')]))[0], 'bad');
    // Nor is the run late that makes up for such a time.
    const isLate = async (since: number) => {
      const of = { home, owner: 'host:1:me', faults: [], facts: schedule(at, since, 'n2') };
      const model = await systemView(
        { ledger, live: of, site: new SiteRulesReader(home), home, now: clock.now() },
        {},
      );
      const late = model.starters.map((one) => one.late);
      assert.equal(/class="pill warn"/.test(await shown(systemPage, model)), late[0]);
      return late;
    };
    await ledger.scheduleRuns.beginRun({ schedule: 'n2', run: 'run-2', trigger: 'catch-up', due: at });
    assert.deepEqual(await isLate(at), [false]);
    assert.deepEqual(await isLate(at - 1), [true]);
    await ledger.scheduleRuns.beginRun({
      schedule: 'n2',
      run: 'run-3',
      trigger: 'timer',
      due: at - 3 * HOUR,
    });
    assert.deepEqual(await isLate(at), [true]);
    await clock.advance(4 * HOUR);
    assert.match((await said(whole))[1] ?? '', /In charge: no process/);
  });

  it('Keys: until when each may be used, loud when near, and how far its renewal is; never a private key', async () => {
    const file = (name: string) => path.join(home, name);
    const account = (name: string, keyFile: string): LiveFact =>
      ({
        ...{ kind: 'account', node: name, account: name, installation: 'hkscc', atWork: null, keyFile },
        addresses: { primary: [], secondary: [] },
      }) as LiveFact;
    const made = { type: 'ed25519', comment: EVIL };
    const print = async (name: string) => (await newKeyFile(file(name), made, () => {})).fingerprint;
    // Friday 20 June 2025.
    const ends: [string, string, number | null][] = [
      ['FAR', '2025-12-31', 132],
      ['LAST', '2025-06-20', 0],
      ['MONTH', '2025-07-18', 19],
      ['NONE', '', null],
      ['OVER', '2025-06-19', -1],
      ['WEEK', '2025-06-27', 5],
    ];
    for (const [name, until] of ends) {
      await ledger.accountKeys.noteKey(name, await print(name));
      if (until !== '') await ledger.accountKeys.setKeyUntil(name, until);
    }
    const live = {
      ...{ home, owner: 'o', faults: [] },
      facts: [
        ...ends.map(([name]) => account(name, file(name))),
        account('PASTED', ''),
        account('LOST', '/x'),
      ],
    };
    const view = async () => {
      const ask = { ledger, live, site: new SiteRulesReader(home), home, now: clock.now() };
      const model = await systemView(ask, {});
      const text = await shown(systemPage, model);
      assert.doesNotMatch(text + JSON.stringify(model), /PRIVATE KEY/);
      return { text, lines: new Map(model.keys.lines.map((line) => [line.account, line])), model };
    };
    const first = await view();
    assert.deepEqual(
      ends.map(([name]) => [name, first.lines.get(name)?.term?.until, first.lines.get(name)?.term?.daysLeft]),
      ends.map(([name, until, days]) => [name, until, days]),
    );
    const row = (name: string) => first.text.split(`id="key-${name}"`)[1]?.split('</li>')[0] ?? '';
    for (const [name, tone] of Object.entries({
      FAR: 'ok',
      LAST: 'bad',
      MONTH: 'warn',
      NONE: 'grey',
      OVER: 'bad',
      WEEK: 'bad',
    }))
      assert.match(row(name), new RegExp(`<span class="pill ${tone}">`), name);
    assert.match(row('OVER'), />over</);
    assert.match(row('PASTED'), /pasted into Node-RED/);
    const [verdict = ''] = first.text.split('</section>');
    for (const name of ['LAST', 'OVER', 'WEEK']) assert.ok(verdict.includes(`${name}: `), name);
    assert.ok(!verdict.includes('MONTH: '));
    const act = { account: 'FAR', by: 'Chan', reason: 'ends' };
    await beginRenewal(
      ledger,
      clock,
      file('FAR'),
      act,
      async (next) => void (await newKeyFile(next, made, () => {})),
    );
    const begun = await view();
    assert.match(
      begun.text,
      /register this public key \(SHA256:[^)]+\):<br><code>ssh-ed25519 [A-Za-z0-9+/=]+ &lt;img/,
    );
    await placeNewKey(ledger, clock, file('FAR'), act);
    assert.equal((await view()).lines.get('FAR')?.renewal?.state, 'in place');
    await rm(`${file('FAR')}.pub`);
    assert.match((await view()).lines.get('FAR')?.fault?.message ?? '', /no public key/);
    await keepPlan(ledger, plan);
    await clock.advance(fromHongKong('2025-06-21 15:00') - clock.now());
    assert.equal((await view()).model.keys.frozen?.title, plan.title);
    const buttons = await textOf(
      systemPage.main(
        (await view()).model,
        kit('en', ['renew-key', 'key-undo', 'key-registered', 'key-finish']),
      ),
    );
    assert.doesNotMatch(buttons, /data-act/, 'no step in a freeze');
  });

  it('Practice: nothing planned; then what holds the day, the parts, the drill without its codes', async () => {
    const ask = () => ({ ledger, live: { facts: weather }, now: clock.now() });
    const weather: LiveFact[] = [
      { kind: 'weather', node: 'w1', name: 'Weather', date: plan.date, ofPlan: true },
    ];
    assert.match(await shown(practicePage, await practiceView(ask(), {})), /No practice session is planned/);
    await keepPlan(ledger, { ...plan, title: `${plan.title} ${EVIL}` });
    const { contacts } = await startDrill(ledger, someContacts(), plan);
    const before = await practiceView(ask(), {});
    const text = await shown(practicePage, before);
    assert.ok(contacts.length > 0);
    for (const { code } of contacts)
      assert.ok(!JSON.stringify(before).includes(code) && !text.includes(code));
    assert.match(text, new RegExp(`${contacts.length} ha(s|ve) not answered`));
    // On the day nothing was watched: the weather cannot be judged, and a person must answer.
    await clock.advance(fromHongKong(`${plan.date} 13:20`) - clock.now());
    await decideNow(ledger, sessionOf(plan), clock.now(), {
      word: {
        about: 'extreme-conditions',
        says: 'none',
        since: clock.now(),
        by: EVIL,
        how: 'hotline',
        at: clock.now(),
      },
    });
    const held = await practiceView(ask(), {});
    assert.equal(held.session?.decision?.verdict, 'hold');
    assert.equal(held.session?.held, true);
    assert.match(await shown(practicePage, held), /A person must answer: On hold/);
    await askForSwitch(ledger, clock, 'desk', {
      accounts: ['SIM001'],
      dataCentre: 'secondary',
      reason: EVIL,
      by: 'Chan',
    });
    const asked = await practiceView(ask(), { date: plan.date, timeline: 'all' });
    assert.equal(asked.requests.open.length, 1);
    assert.match(await shown(practicePage, asked), /data-act="confirm-switch"/);
    await clock.advance(HOUR);
    const late = await practiceView(ask(), {});
    assert.deepEqual([late.requests.open.length, late.requests.settled[0]?.state], [0, 'expired']);
    assert.match(await shown(practicePage, late), />to come</);
    await clock.advance(24 * HOUR);
    const after = await shown(practicePage, await practiceView(ask(), { date: plan.date }));
    assert.match(after, />was not run</);
    assert.match(after, /: not tried</);
    assert.doesNotMatch(after, />to come<|not tried yet/);
    await assert.rejects(practiceView(ask(), { date: '2020-01-01' }), NotHere);
  });
});

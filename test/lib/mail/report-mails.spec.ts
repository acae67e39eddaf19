import assert from 'node:assert/strict';
import { stepDueAlarms } from '../../../lib/alarms/alarms.ts';
import { raiseCalendarAlarms } from '../../../lib/alarms/calendar-alarms.ts';
import { raiseReportAlarms } from '../../../lib/alarms/report-alarms.ts';
import { languages } from '../../../lib/i18n/languages.ts';
import { queueDailyStatus } from '../../../lib/mail/daily-status.ts';
import { renderDigest } from '../../../lib/mail/digest.ts';
import type { Found, FoundMessage, FoundReport } from '../../../lib/model/completeness.ts';
import { answerLine, answerText } from '../../../lib/model/completeness-text.ts';
import { CalendarBook } from '../../../lib/time/calendar-book.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import { freshLedger } from '../ledger/samples.ts';
import { someContacts } from './samples.ts';

const DAY = '2026-11-20';
const second = (time: string, day = DAY) => fromHongKong(`${day} ${time}`) / 1000;

function report(changes: Partial<FoundReport> = {}): FoundReport {
  return {
    ...{ report: 'RP009', set: '', businessDate: DAY, system: 'DCASS', state: 'missing' },
    ...{ about: second('19:00'), riskAfter: second('20:00'), lateAfter: second('20:40') },
    ...{ cutOff: second('22:00'), traces: [] },
    ...changes,
  };
}

function found(changes: Partial<Found> = {}): Found {
  return {
    ...{ account: 'SIMC01', installation: 'hkcc-seoch', at: second('22:05'), today: DAY, asked: [DAY] },
    ...{ reports: [report()], messages: [], shortfalls: [], unaccepted: [], blind: false },
    ...changes,
  };
}

const here = (n: number) =>
  Array.from({ length: n }, (_, index) => report({ report: `CODE${index}`, state: 'on-share' }));
const hkscc = (changes: Partial<Found> = {}) =>
  found({ account: 'SIM001', installation: 'hkscc', reports: here(14), ...changes });

describe('the answer in one line', () => {
  it('says of each installation how many are here, and which are not', () => {
    const hkcc = found({ reports: [...here(5), report()] });
    assert.equal(answerLine([hkscc(), hkcc], 'en'), 'HKSCC 14 of 14 · HKCC 5 of 6: RP009 missing, due 20:40');
    assert.equal(
      answerLine([hkscc(), hkcc], 'zh-Hant'),
      'HKSCC 14 份已到 14 份 · HKCC 6 份已到 5 份：RP009 缺失，應於 20:40 前到',
    );
    assert.equal(
      answerLine([hkscc(), hkcc], 'zh-Hans'),
      'HKSCC 14 份已到 14 份 · HKCC 6 份已到 5 份：RP009 缺失，应于 20:40 前到',
    );
  });

  it('names accounts where an installation has several, and those that were not checked', () => {
    assert.equal(
      answerLine([hkscc(), hkscc({ account: 'SIM002' }), 'SIMC01'], 'en'),
      'SIM001 14 of 14 · SIM002 14 of 14 · SIMC01 not checked in this run',
    );
  });

  it('leaves no account out of the subject of a digest where another one has an answer', () => {
    const none = hkscc({ reports: [], shortfalls: [{ kind: 'nothing accepted', reports: 20 }] });
    const run = { run: 'run', trigger: 'timer', startedAt: second('22:05') * 1000, accounts: [] };
    const subjectWith = (...completeness: Found[]) => renderDigest(run as never, { completeness }).subject;
    assert.match(subjectWith(none, found({ reports: here(4) })), /: HKSCC none awaited · HKCC 4 of 4$/);
    assert.doesNotMatch(subjectWith(none), /HKSCC/);
  });

  for (const [what, changes, text] of [
    [
      'some come later',
      { reports: [...here(3), report({ state: 'awaited', about: second('23:00') })] },
      '3 of 4: 1 later',
    ],
    [
      'half is here',
      { reports: [report({ state: 'pair-incomplete', set: '4' })] },
      '0 of 1: RP009:4 half here, due 20:40',
    ],
    [
      'a day before is open',
      { reports: [...here(2), report({ businessDate: '2026-11-19' })] },
      '2 of 2: RP009 of 2026-11-19 missing, due 20:40',
    ],
    [
      'a person closed one',
      { reports: [...here(2), report({ closed: { by: 'Ho', reason: 'none' } })] },
      '2 of 2: 1 closed by a person',
    ],
    [
      'nobody knows when one comes',
      { reports: [...here(2), report({ state: 'no-time-known', about: null, lateAfter: null })] },
      '2 of 2: 1 whose time nobody knows not here',
    ],
    ['nothing is expected', { reports: [] }, 'none expected today'],
    [
      'many are missing',
      { reports: ['A1', 'A2', 'A3', 'A4', 'A5'].map((code) => report({ report: code })) },
      '0 of 5: A1 missing, due 20:40, A2 missing, due 20:40, A3 missing, due 20:40, 2 more',
    ],
  ] as [string, Partial<Found>, string][]) {
    it(`when ${what}`, () => assert.equal(answerText(found(changes), 'en'), text));
  }

  for (const shortfall of [
    { kind: 'no participant', reports: 3 },
    { kind: 'no calendar', calendar: 'china', reports: 1 },
    { kind: 'year not official', year: '2028' },
    { kind: 'holiday trading not said', date: DAY },
    { kind: 'folder not listed', folder: '/RPF', reports: 1 },
    { kind: 'never looked' },
    { kind: 'not computed', reason: 'line 3' },
  ] as Found['shortfalls']) {
    it(`is never n of n alone: ${shortfall.kind}`, () => {
      for (const language of languages) {
        const whole = answerText(hkscc(), language);
        const text = answerText(hkscc({ shortfalls: [shortfall] }), language);
        assert.ok(text.startsWith(whole) && text.length > whole.length + 5, text);
        assert.doesNotMatch(text, /[{}]/);
        const nothing = answerText(hkscc({ reports: [], shortfalls: [shortfall] }), language);
        assert.ok(nothing.length > 5, nothing);
      }
    });
  }
});

describe('mails about reports', () => {
  const given = freshLedger();
  const config = someContacts();
  beforeEach(() => given.clock.jump(fromHongKong(`${DAY} 22:05`) - given.clock.now()));

  const tell = async (changes: Partial<Found> = {}, settings = config) => {
    const { clock, ledger } = given;
    await clock.advance(1000);
    const one = found(changes);
    await ledger.expectations.recordCheck({ account: one.account, at: clock.now(), asked: {}, found: one });
    await raiseReportAlarms(ledger, settings, clock.now());
  };
  const of = (kind: 'late' | 'missing' | 'at-risk'): FoundMessage => ({
    kind,
    report: 'RP009',
    set: '',
    businessDate: DAY,
    at: 1,
  });
  const subjects = async () => (await given.ledger.mails.mails()).map(({ subject }) => subject);
  const codes = async () =>
    (await given.ledger.mails.mails()).map(
      ({ subject, text }) => /^Code: (\w+)$/m.exec(text)?.[1] ?? /recovered .*: (\w+)/.exec(subject)?.[1],
    );

  it('say report, account, business date, deadline, last good look, who knows, and what else is known', async () => {
    const state = report({
      lacking: ['DAT'],
      lastLook: { at: second('22:04'), centre: 'secondary' },
      moved: { by: 'Ho Wai', reason: 'circular' },
      traces: [
        {
          half: 'DAT',
          seen: { at: second('21:30'), centre: 'primary' },
          quarantined: { at: second('21:00'), centre: 'primary', code: 'CONTENT_WRONG' },
        },
      ],
    });
    const messages: FoundMessage[] = [
      of('missing'),
      { kind: 'unknown', at: second('20:41'), since: second('20:30') },
    ];
    await tell({ reports: [state], messages });
    const [mail] = await given.ledger.mails.mails();
    assert.equal(mail?.subject, 'RAP CRITICAL SIMC01: report missing · RP009 2026-11-20');
    for (const said of [
      'Only half of it is here: DAT has not come.',
      'It was seen at the primary data centre at 21:30 and has not been fetched.',
      'A copy lies in quarantine since 21:00 (CONTENT_WRONG), which counts as not received.',
      'Nobody could look for a time, from 20:30 on.',
      'Last good look: 22:04, secondary data centre.',
      'Ho Wai moved the deadline: circular.',
      'hotline manned 09:00-18:45',
    ]) {
      assert.ok(mail?.text.includes(said), `${said} is not in\n${mail?.text}`);
      assert.ok(mail?.html.includes(said.slice(0, 20)), said);
    }
  });

  for (const language of ['zh-Hant', 'zh-Hans'] as const) {
    it(`speak ${language}`, async () => {
      await tell({ messages: [of('missing')] }, someContacts({}, { language }));
      const [mail] = await given.ledger.mails.mails();
      assert.match(mail?.subject ?? '', /SIMC01：(?:報告缺失|报告缺失) · RP009 2026-11-20$/);
      assert.match(mail?.text ?? '', /2026-11-20 的 RP009 缺失/);
      assert.match(mail?.text ?? '', /09:00-18:45/);
      assert.doesNotMatch(`${mail?.subject}${mail?.text}`, /[{}]/);
    });
  }

  it('come once for each stage, the graver in place of the other, and once when the report is here', async () => {
    await tell({ reports: [report({ state: 'at-risk' })], messages: [of('at-risk')] });
    await tell({ reports: [report({ state: 'late' })], messages: [of('at-risk'), of('late')] });
    await tell({ reports: [report({ state: 'late' })], messages: [of('at-risk'), of('late')] });
    await tell({ messages: [of('at-risk'), of('late'), of('missing')] });
    const all: FoundMessage[] = [of('at-risk'), of('late'), of('missing')];
    await tell({ reports: [report({ state: 'unknown' })], messages: all });
    assert.equal((await given.ledger.alarms.openAlarms()).length, 1);
    await tell({ reports: [report({ state: 'received' })], messages: all });
    await tell({ reports: [report({ state: 'received' })], messages: all });
    assert.deepEqual(await codes(), ['REPORT_AT_RISK', 'REPORT_LATE', 'REPORT_MISSING', 'RP009']);
    assert.deepEqual(await given.ledger.alarms.openAlarms(), []);
    assert.match((await given.ledger.mails.mails()).at(-1)?.text ?? '', /each report it was about came/);
  });

  for (const [language, one, four] of [
    ['en', 'RAP recovered SIMC01: RP009 for 2026-11-20', /: RPF01 set 4 for 2026-11-19 \.\.\.$/],
    ['zh-Hant', 'RAP 已恢復 SIMC01：2026-11-20 的 RP009', /：2026-11-19 的 RPF01 第 4 組.* \.\.\.$/],
    ['zh-Hans', 'RAP 已恢复 SIMC01：2026-11-20 的 RP009', /：2026-11-19 的 RPF01 第 4 组.* \.\.\.$/],
  ] as const) {
    it(`name in ${language} what is here after all, in the subject, too`, async () => {
      const settings = someContacts({}, { language });
      await tell({ messages: [of('missing')] }, settings);
      await tell({ reports: [report({ state: 'received' })] }, settings);
      assert.equal((await subjects()).at(-1), one);
      const many = [
        { report: 'RPF01', set: '4', businessDate: '2026-11-19' },
        ...['A1', 'RP009', 'B2'].map((code) => ({ report: code, set: '2', businessDate: DAY })),
      ];
      const messages = many.map((id): FoundMessage => ({ ...of('late'), ...id }));
      await tell({ reports: many.map((id) => report({ ...id, state: 'late' })), messages }, settings);
      await tell({ reports: many.map((id) => report({ ...id, state: 'on-share' })), messages }, settings);
      assert.match((await subjects()).at(-1) ?? '', four);
    });
  }

  it('say nothing good of what was only at risk', async () => {
    await tell({ reports: [report({ state: 'at-risk' })], messages: [of('at-risk')] });
    await tell({ reports: [report({ state: 'received' })], messages: [of('at-risk')] });
    assert.deepEqual(await codes(), ['REPORT_AT_RISK']);
  });

  it('are not sent of what came while nobody told it, or of what a person closed', async () => {
    await tell({ reports: [report({ state: 'received' })], messages: [of('late')] });
    await tell({ reports: [report({ closed: { by: 'Ho', reason: 'none' } })], messages: [of('missing')] });
    assert.deepEqual(await subjects(), []);
  });

  it('end without a word when a person closes the wait, or says that none is expected', async () => {
    await tell({ messages: [of('missing')] });
    await tell({
      reports: [report({ closed: { by: 'Ho', reason: 'none comes' } })],
      messages: [of('missing')],
    });
    assert.deepEqual(await given.ledger.alarms.openAlarms(), []);
    await tell({
      reports: [report({ set: '2' })],
      messages: [{ ...of('missing'), set: '2' } as FoundMessage],
    });
    await tell({ reports: [] });
    assert.deepEqual(await given.ledger.alarms.openAlarms(), []);
    assert.equal((await subjects()).length, 2);
  });

  it('do not end because an answer could not be had', async () => {
    await tell({ messages: [of('missing')] });
    await tell({ reports: [], asked: [], shortfalls: [{ kind: 'not computed', reason: 'line 3' }] });
    await tell({ reports: [], shortfalls: [{ kind: 'no participant', reports: 3 }] });
    assert.equal((await given.ledger.alarms.openAlarms()).length, 1);
  });

  it('are not repeated day after day: late once, missing until somebody acknowledges it', async () => {
    await tell({ reports: [report({ state: 'late' })], messages: [of('late')] });
    for (let hour = 0; hour < 72; hour++) {
      await given.clock.advance(3600_000);
      await stepDueAlarms(given.ledger, config, given.clock);
    }
    assert.deepEqual(await codes(), ['REPORT_LATE']);
    assert.equal((await given.ledger.alarms.openAlarms()).length, 1, 'it is still not here');
  });

  it('kept quiet by a maintenance window come after it', async () => {
    const now = given.clock.now();
    const window = {
      key: 'w',
      beginsAt: now - 1,
      endsAt: now + 60_000,
      what: 'reports',
      reason: 'move',
      by: 'Ho',
    };
    await given.ledger.alarms.setMaintenance(window);
    await tell({ reports: [report({ state: 'late' })], messages: [of('late')] });
    assert.deepEqual(await subjects(), []);
    await given.clock.advance(120_000);
    await tell({ reports: [report({ state: 'late' })], messages: [of('late')] });
    assert.deepEqual(await codes(), ['REPORT_LATE']);
  });

  it('say that a report which comes on some days came, once', async () => {
    const event: FoundMessage = {
      kind: 'event',
      report: 'RP008',
      set: '',
      businessDate: DAY,
      at: second('21:00'),
    };
    await tell({ messages: [event] });
    await tell({ messages: [event] });
    assert.deepEqual(await subjects(), ['RAP news SIMC01: report came · RP008 2026-11-20']);
  });
});

describe('the morning mail', () => {
  const given = freshLedger();

  it('begins with the answer of each account, and when it was true', async () => {
    const { clock, ledger } = given;
    clock.jump(fromHongKong(`${DAY} 22:05`) - clock.now());
    for (const one of [hkscc(), found({ reports: [...here(5), report()] })]) {
      await ledger.expectations.recordCheck({ account: one.account, at: clock.now(), asked: {}, found: one });
    }
    clock.jump(fromHongKong('2026-11-21 08:00') - clock.now());
    await queueDailyStatus(ledger, someContacts(), clock.now(), []);
    const [mail] = await ledger.mails.mails();
    assert.match(mail?.text ?? '', /Reports as of 2026-11-20 22:05: HKSCC 14 of 14/);
    assert.match(mail?.text ?? '', /Reports as of 2026-11-20 22:05: HKCC 5 of 6: RP009 missing, due 20:40/);
  });
});

describe('mails about the calendars', () => {
  const given = freshLedger();
  const config = someContacts();
  const tellOn = async (date: string, calendars = new CalendarBook()) => {
    given.clock.jump(fromHongKong(`${date} 09:00`) - given.clock.now());
    await raiseCalendarAlarms(given.ledger, config, calendars, given.clock.now());
  };
  const codes = async () =>
    (await given.ledger.mails.mails()).map(({ text }) => /^Code: (\w+)$/m.exec(text)?.[1]);

  it('remind from 1 June and alarm from 1 December, each once, and end with the official list', async () => {
    await tellOn('2027-05-31');
    assert.deepEqual(await codes(), []);
    for (const date of ['2027-06-01', '2027-06-02', '2027-11-30']) await tellOn(date);
    assert.deepEqual(await codes(), ['CALENDAR_NEXT_YEAR']);
    for (const date of ['2027-12-01', '2027-12-02']) await tellOn(date);
    assert.deepEqual(await codes(), ['CALENDAR_NEXT_YEAR', 'CALENDAR_UNOFFICIAL']);
    assert.deepEqual(
      (await given.ledger.alarms.openAlarms()).map(({ code, level }) => [code, level]),
      [['CALENDAR_UNOFFICIAL', 'critical']],
    );
    const years = [{ year: '2028', days: ['01-01'], source: '1823', seen: '2027-12-03' }];
    await tellOn('2027-12-03', new CalendarBook({ years }));
    assert.deepEqual(await given.ledger.alarms.openAlarms(), []);
  });
});

import assert from 'node:assert/strict';
import { t } from '../../../lib/i18n/translate.ts';
import { languages } from '../../../lib/mail/config.ts';
import { type DayOrder, type DayState, dayOf, newDay, stepDay } from '../../../lib/practice/day.ts';
import {
  type MailContext,
  mailOf,
  queuePracticeMail,
  renderMail,
  resultMail,
} from '../../../lib/practice/mails.ts';
import { sessionOf } from '../../../lib/practice/plan.ts';
import { practice20250621 as plan } from '../../../lib/practice/plans/2025-06-21.ts';
import { emptyResult, type PartResult } from '../../../lib/practice/results.ts';
import { type MilestoneKind, timelineOf } from '../../../lib/practice/timeline.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import { type Decision, decide, type Verdict } from '../../../lib/weather/decide.ts';
import { wholeDay } from '../../../lib/weather/evidence.ts';
import { freshLedger } from '../ledger/samples.ts';
import { someContacts } from '../mail/samples.ts';

const at = (time: string) => fromHongKong(`2025-06-21 ${time}`);
const part = plan.parts[0];
assert.ok(part);

const decision = (verdict: Verdict, more: Partial<Decision> = {}): Decision => ({
  date: plan.date,
  at: at('14:24'),
  verdict,
  effectiveAt: null,
  trigger: null,
  reasons: ['A reason from the weather rule.'],
  quality: 'sure',
  needsPerson: false,
  moot: false,
  ...more,
});
const signal = { kind: 'no-8', code: 'TC8SE', issued: at('14:20') } as const;

const result = (outcome: PartResult['outcome']): PartResult => ({
  ...emptyResult(plan, part, 'SIM001', at('14:00')),
  outcome,
  failed:
    outcome === 'incomplete' ? [{ path: '/INBOX/A.txt', code: 'SHORT_FILE', message: 'too short' }] : [],
});

const context: MailContext = {
  plan,
  decision: decision('clear'),
  choices: plan.accounts.map(({ account }) => ({ account, dataCentre: 'primary', reason: '', by: '' })),
  results: [result('incomplete')],
  drill: [
    {
      date: plan.date,
      name: 'Ann',
      email: 'ann@broker.example',
      code: 'ACDEFG',
      sentAt: 1,
      answeredAt: at('08:00'),
      how: 'mail',
      enteredBy: '',
    },
    {
      date: plan.date,
      name: '',
      email: 'bo@broker.example',
      code: 'ACDEFH',
      sentAt: 1,
      answeredAt: null,
      how: '',
      enteredBy: '',
    },
  ],
};

const orders: DayOrder[] = [
  ...timelineOf(plan).flatMap((milestone): DayOrder[] => [
    { kind: 'milestone', milestone, outcome: 'due' },
    { kind: 'milestone', milestone, outcome: 'missed' },
  ]),
  { kind: 'verdict', decision: decision('cancelled', { effectiveAt: at('09:00'), trigger: signal }) },
  { kind: 'verdict', decision: decision('terminating', { effectiveAt: at('14:35'), trigger: signal }) },
  {
    kind: 'verdict',
    decision: decision('terminating', { effectiveAt: at('19:00'), trigger: signal, moot: true }),
  },
  {
    kind: 'verdict',
    decision: decision('terminated', { effectiveAt: at('14:35'), trigger: signal, quality: 'unsure' }),
  },
  {
    kind: 'verdict',
    decision: decision('terminated', {
      effectiveAt: at('14:35'),
      trigger: { kind: 'word', code: 'hkex', issued: at('14:35') },
    }),
  },
  { kind: 'verdict', decision: decision('hold', { quality: 'unsure' }) },
  {
    kind: 'verdict',
    decision: decision('running', {
      trigger: { kind: 'black-rainstorm', code: 'WRAINB', issued: at('15:35') },
    }),
  },
  ...(['hold', 'cancelled', 'terminating', 'terminated'] as const).flatMap((before) =>
    (['pending', 'clear', 'running', 'completed'] as const).map((verdict): DayOrder => {
      return { kind: 'verdict', decision: decision(verdict), before };
    }),
  ),
  ...(['begin', 'end', 'stop'] as const).map(
    (action): DayOrder => ({ kind: 'part', part, action, reason: 'A reason.' }),
  ),
];

describe('the mails of a session', () => {
  for (const language of languages) {
    it(`are whole in ${language}: nothing left to fill in, and each says what to do first`, () => {
      const outcomes = ['complete', 'incomplete', 'stopped', 'not-done'] as const;
      const mails = [
        ...orders.flatMap((order) => mailOf(order, { ...context, language }) ?? []),
        ...outcomes.map((outcome) => resultMail(plan, result(outcome), language)),
      ];
      assert.ok(mails.length > 30, `${mails.length} mails`);
      for (const mail of mails) {
        const { subject, text, html } = renderMail(plan, mail, ['footer'], language);
        for (const one of [subject, text, html]) assert.doesNotMatch(one, /[{}]|undefined|NaN/);
        assert.ok(mail.lines.length > 0 && mail.subject !== '');
        assert.ok(Array.from(subject).length < 160);
        // The first sentence is in the reader's language; only the reasons of an older version are in English.
        if (language !== 'en' && !mail.id.startsWith('reminder'))
          assert.match(mail.lines[0] ?? '', /\p{Script=Han}/u);
      }
    });
  }

  it('give the reasons of the weather in the language of the reader', () => {
    const evidence = wholeDay([{ ...signal, issued: at('14:20') }]);
    const day = dayOf(plan);
    const step = (state: DayState, time: string) =>
      stepDay(day, state, decide(sessionOf(plan), evidence, at(time), state.decision), at(time));
    const begun = step(newDay(day), '14:01');
    const ending = step(begun.state, '14:21');
    const over = step(ending.state, '14:36');
    const orders = [...begun.orders, ...ending.orders, ...over.orders];
    for (const language of ['zh-Hant', 'zh-Hans'] as const) {
      const texts = orders.flatMap((order) => {
        const mail = mailOf(order, { ...context, decision: over.state.decision, language });
        return mail === undefined || mail.id.startsWith('reminder') ? [] : [[mail.id, mail.lines] as const];
      });
      const lines = texts.flatMap(([, all]) => all);
      assert.ok(lines.length > 20);
      for (const line of lines) assert.match(line, /\p{Script=Han}/u, line);
      assert.ok(!lines.includes(t(language, 'practice.details')));
      const told = new Map(texts);
      const issued =
        language === 'zh-Hant'
          ? '八號東南烈風或暴風信號（TC8SE）於 14:20 發出，在開始時間 14:00 之後。'
          : '八号东南烈风或暴风信号（TC8SE）于 14:20 发出，在开始时间 14:00 之后。';
      for (const id of ['terminating-14-35', 'terminated-14-36', 'part-1-stopped']) {
        assert.ok(told.get(id)?.includes(issued), `${language} ${id}: ${told.get(id)}`);
      }
    }
    const english = orders.flatMap((order) => mailOf(order, context) ?? []).flatMap(({ lines }) => lines);
    assert.ok(english.includes('Signal No. 8 Southeast (TC8SE) was issued at 14:20, after the start 14:00.'));
  });

  it('show the reasons of an older version as they were written, under a heading that says so', () => {
    const order: DayOrder = { kind: 'verdict', decision: decision('hold', { quality: 'unsure' }) };
    assert.deepEqual(mailOf(order, { ...context, language: 'zh-Hant' })?.lines.slice(-2), [
      '詳情（英文）：',
      'A reason from the weather rule.',
    ]);
    assert.equal(mailOf(order, context)?.lines.at(-1), 'A reason from the weather rule.');
  });

  it('take back what was told, and only that', () => {
    const mail = (before: Verdict | undefined, verdict: Verdict) =>
      mailOf(
        { kind: 'verdict', decision: decision(verdict), ...(before === undefined ? {} : { before }) },
        context,
      );
    for (const before of ['hold', 'cancelled', 'terminating', 'terminated'] as const)
      for (const verdict of ['pending', 'clear', 'running', 'completed'] as const)
        assert.equal(mail(before, verdict)?.lines.length, ['clear', 'running'].includes(verdict) ? 3 : 2);
    for (const before of [undefined, 'pending', 'clear', 'running'] as const)
      assert.equal(mail(before, 'clear'), undefined);
    assert.match(mail('cancelled', 'hold')?.subject ?? '', /^HOLD/);
  });

  it('tell a verdict again that comes back after it was taken back, and no other time', () => {
    for (const verdict of ['cancelled', 'terminated', 'hold', 'terminating'] as const) {
      const idAt = (time: string, before?: Verdict) => {
        const effectiveAt = verdict === 'terminating' ? at(time) : null;
        const decided = decision(verdict, { at: at(time), effectiveAt });
        return mailOf({ kind: 'verdict', decision: decided, ...(before && { before }) }, context)?.id;
      };
      for (const before of ['pending', 'clear', 'running'] as const) {
        const ids = [idAt('10:00', before), idAt('13:30', before)];
        assert.equal(new Set(ids).size, 2, `${verdict} after ${before}: ${ids}`);
        assert.equal(idAt('10:00', before), ids[0]);
      }
      if (verdict === 'hold' || verdict === 'terminating') continue;
      assert.equal(idAt('10:00'), verdict, 'as an older release named it');
      assert.equal(idAt('10:05', verdict), undefined, 'told already');
    }
  });

  it('say that a part goes on after a restart', () => {
    const order: DayOrder = {
      kind: 'part',
      part,
      action: 'begin',
      reason: 'Taken up after a restart.',
      again: true,
    };
    const last = languages.map((language) => mailOf(order, { ...context, language })?.lines.at(-1));
    assert.deepEqual(last, ['Taken up after a restart.', '重新啟動後繼續進行。', '重新启动后继续进行。']);
  });

  it('come at each milestone of the day in its order', () => {
    const told = timelineOf(plan).filter(
      (milestone) => mailOf({ kind: 'milestone', milestone, outcome: 'due' }, context) !== undefined,
    );
    const kinds: MilestoneKind[] = told.filter(({ at: when }) => when >= at('00:00')).map(({ kind }) => kind);
    assert.deepEqual(kinds, [
      'weather-watch',
      'weather-verdict',
      'hotline',
      'hotline',
      'last-call',
      'restore-check',
    ]);
  });

  it('tell the organiser who is to be rung, and that nobody was asked', () => {
    const milestone = timelineOf(plan).find(({ kind }) => kind === 'drill-result');
    assert.ok(milestone);
    const order: DayOrder = { kind: 'milestone', milestone, outcome: 'due' };
    const mail = mailOf(order, context);
    assert.equal(mail?.subject, 'Drill: 1 of 2 contacts answered');
    assert.match(mail.lines[0] ?? '', /Please ring: bo@broker.example/);
    assert.equal(mailOf(order, { ...context, drill: [] })?.tone, 'bad');
  });
});

describe('a mail of a session', () => {
  const given = freshLedger();

  it('goes once to each circle of groups that is told of it', async () => {
    const mail = { id: 'it-begins', tone: 'info' as const, subject: 's', lines: [], facts: [] };
    const fresh = [];
    for (const groups of [['ops'], ['managers'], ['Ops ']]) {
      fresh.push((await queuePracticeMail(given.ledger, someContacts(), plan, mail, groups)).fresh);
    }
    assert.deepEqual(fresh, [true, true, false]);
  });
});

describe('what failed in a part', () => {
  const said = { path: '/INBOX/A.txt', code: 'SHORT_FILE', message: 'A.txt has 3 of 5 bytes' };
  const trouble = { code: 'CONNECT_TIMEOUT', message: '10.0.0.1:22 did not answer', cure: 'Check the line.' };

  it('is told in the language of the mail, its sentence as the detail', () => {
    for (const language of languages) {
      for (const outcome of ['incomplete', 'not-done'] as const) {
        const mail = resultMail(plan, { ...result(outcome), failed: [said], trouble }, language);
        const { text } = renderMail(plan, mail, [], language);
        const [before = '', detail = ''] = text.split(/詳情（英文）：|详情（英文）：/);
        assert.ok(text.includes(said.message) && text.includes(trouble.message), 'nothing is kept back');
        if (language === 'en') continue;
        assert.doesNotMatch(before, /3 of 5|did not answer/);
        assert.match(before, /[檔文]件?案?不完整/);
        assert.match(detail, /did not answer\s+A\.txt has 3 of 5 bytes/);
      }
    }
  });
});

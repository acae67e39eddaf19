import assert from 'node:assert/strict';
import { fromHongKong, hongKongTime } from '../../../lib/time/hong-kong.ts';
import { type Decision, decide, readDay } from '../../../lib/weather/decide.ts';
import { addStatement, type Evidence, noEvidence, wholeDay } from '../../../lib/weather/evidence.ts';
import type { Session } from '../../../lib/weather/rule.ts';
import { triggerSpells } from '../../../lib/weather/signals.ts';
import type { ExtremeStatement, SessionStatement } from '../../../lib/weather/statements.ts';
import { signal } from './past-days.ts';

const day = '2025-09-23';
const at = (time: string) => fromHongKong(`${day} ${time}`);

const session: Session = {
  times: { date: day, cutOff: at('09:00'), start: at('14:00'), end: at('19:00') },
  rule: {
    cancels: ['no-8', 'extreme-conditions', 'black-rainstorm'],
    terminates: ['no-8', 'extreme-conditions'],
    noticeMinutes: 15,
    unattended: false,
  },
};

/** 'TC8 14:20 - 15:00' on the day, or with dates. */
function rowsOf(...texts: string[]) {
  return texts.map((text) => signal('2025', text.replace(/(?<!\d-\d\d )(\d\d:\d\d)/g, '09-23 $1')));
}

const wholly = (...texts: string[]) => wholeDay(triggerSpells(rowsOf(...texts)));

/** '<VERDICT> <HH:MM>' of the unattended reading. */
function reading(...texts: string[]): string {
  const { verdict, effectiveAt } = readDay(session, rowsOf(...texts));
  return effectiveAt === null ? verdict : `${verdict} ${hongKongTime(effectiveAt)}`;
}

/** '<verdict> <HH:MM>' at a time, with a person there to ask. */
function said({ verdict, effectiveAt }: Decision): string {
  return effectiveAt === null ? verdict : `${verdict} ${hongKongTime(effectiveAt)}`;
}

const attended = (time: string, ...texts: string[]) => said(decide(session, wholly(...texts), at(time)));

/** Evidence of a feed that was watched from 08:00 to a time and showed nothing. */
const watchedTo = (time: string, from = '08:00'): Evidence => ({
  ...noEvidence,
  watched: [{ from: at(from), to: at(time) }],
});

const hkex = (says: SessionStatement['says'], time: string): SessionStatement => ({
  about: 'session',
  says,
  from: 'hkex',
  by: 'A. Chan',
  how: 'hotline 2979-7111',
  at: at(time),
});
const operator = (says: SessionStatement['says'], time: string): SessionStatement => ({
  ...hkex(says, time),
  from: 'operator',
});
const extreme = (says: ExtremeStatement['says'], since: string, time = since): ExtremeStatement => ({
  about: 'extreme-conditions',
  says,
  since: at(since),
  by: 'A. Chan',
  how: 'Government announcement',
  at: at(time),
});

describe('the weather rule: before the start', () => {
  it('holds the session when the signal ended before 09:00, even at 08:59', () => {
    assert.equal(reading('TC8 01:00 - 08:59'), 'HELD');
    assert.equal(reading('WRAINB 01:00 - 08:59', 'EC 02:00 - 08:30'), 'HELD');
    assert.equal(attended('09:10', 'TC8 01:00 - 08:59'), 'clear');
  });

  it('leaves "lowered at exactly 09:00" to a person; unattended it cancels', () => {
    for (const code of ['TC8', 'WRAINB', 'EC']) {
      assert.equal(reading(`${code} 01:00 - 09:00`), 'CANCELLED 09:00');
      assert.equal(attended('09:04', `${code} 01:00 - 09:00`), 'pending');
      assert.equal(attended('09:05', `${code} 01:00 - 09:00`), 'hold');
      assert.equal(attended('13:59', `${code} 01:00 - 09:00`), 'hold');
      assert.equal(attended('14:30', `${code} 01:00 - 09:00`), 'hold');
    }
    assert.equal(attended('10:30', 'TC8 01:00 - 09:00', 'WRAINB 10:00 - 11:00'), 'cancelled 10:00');
    assert.equal(attended('14:30', 'TC8 01:00 - 09:00', 'TC8 14:20'), 'terminating 14:35');
    const settled = addStatement(wholly('TC8 01:00 - 09:00'), operator('held', '09:20'));
    assert.equal(said(decide(session, settled, at('09:30'))), 'clear');
    assert.equal(said(decide(session, settled, at('14:30'))), 'running');
  });

  it('is no question when it only steps down at 09:00', () => {
    assert.equal(attended('09:05', 'TC9 01:00 - 09:00', 'TC8 09:00 - 10:00'), 'cancelled 09:00');
  });

  it('cancels at 09:00 what was in force then, for the whole day', () => {
    assert.equal(reading('TC8 01:00 - 09:20'), 'CANCELLED 09:00');
    assert.equal(reading('WRAINB 01:00 - 13:00'), 'CANCELLED 09:00');
    assert.equal(reading('TC8 09-22 17:20 - 09:01'), 'CANCELLED 09:00');
    for (const time of ['09:05', '09:21', '14:30', '20:00']) {
      assert.equal(attended(time, 'TC8 01:00 - 09:20'), 'cancelled 09:00', time);
    }
    assert.equal(attended('08:59', 'TC8 01:00 - 09:20'), 'pending');
    assert.equal(attended('09:04', 'TC8 01:00 - 09:20'), 'pending', 'a lowering may be published late');
    assert.equal(attended('09:02', 'TC8 01:00 - 09:20', 'EC 09:02'), 'cancelled 09:00', 'no need to wait');
  });

  it('cancels at the issue from 09:00 to 13:59, also when gone by 14:00', () => {
    for (const code of ['TC8NE', 'TC10', 'EC', 'WRAINB']) {
      assert.equal(reading(`${code} 09:00 - 09:30`), 'CANCELLED 09:00', code);
      assert.equal(reading(`${code} 09:01 - 09:30`), 'CANCELLED 09:01', code);
      assert.equal(reading(`${code} 13:59`), 'CANCELLED 13:59', code);
    }
    assert.equal(attended('11:44', 'WRAINB 11:45 - 12:45'), 'clear');
    assert.equal(attended('11:45', 'WRAINB 11:45 - 12:45'), 'cancelled 11:45');
    assert.equal(attended('14:00', 'WRAINB 11:45 - 12:45'), 'cancelled 11:45');
  });

  it('cancel for Black before the start', () => {
    assert.equal(reading('WRAINB 12:55 - 15:05'), 'CANCELLED 12:55');
    assert.equal(reading('WRAINB 08:00 - 15:05', 'TC8 14:30'), 'CANCELLED 09:00');
  });

  it('at exactly 14:00: No. 8 and Extreme Conditions cancel, Black is for a person, unattended it cancels', () => {
    assert.equal(reading('TC8 14:00'), 'CANCELLED 14:00');
    assert.equal(reading('EC 14:00 - 15:00'), 'CANCELLED 14:00');
    assert.equal(attended('14:00', 'TC8 14:00'), 'cancelled 14:00');
    assert.equal(reading('WRAINB 14:00 - 15:00'), 'CANCELLED 14:00');
    assert.equal(attended('14:00', 'WRAINB 14:00 - 15:00'), 'hold');
    assert.equal(attended('18:30', 'WRAINB 14:00 - 15:00'), 'hold');
    assert.equal(attended('14:30', 'WRAINB 14:00 - 15:00', 'TC8 14:20'), 'terminating 14:35');
    const settled = addStatement(wholly('WRAINB 14:00 - 15:00'), hkex('held', '14:05'));
    assert.equal(said(decide(session, settled, at('14:06'))), 'running');
  });
});

describe('the weather rule: after the start', () => {
  it('terminates fifteen minutes after the issue', () => {
    assert.equal(reading('TC8NW 14:01'), 'TERMINATED 14:16');
    assert.equal(reading('TC8NW 14:20'), 'TERMINATED 14:35');
    assert.equal(reading('EC 15:59 - 16:30'), 'TERMINATED 16:14');
    assert.equal(attended('14:19', 'TC8NW 14:20'), 'running');
    assert.equal(attended('14:20', 'TC8NW 14:20'), 'terminating 14:35');
    assert.equal(attended('14:34', 'TC8NW 14:20'), 'terminating 14:35');
    assert.equal(attended('14:35', 'TC8NW 14:20'), 'terminated 14:35');
  });

  it('terminates at 16:05 when issued at 15:50, though part 1 has ended by then', () => {
    assert.equal(reading('TC8 15:50'), 'TERMINATED 16:05');
  });

  it('terminates in the gap between the parts', () => {
    assert.equal(reading('TC8 16:00'), 'TERMINATED 16:15');
    assert.equal(reading('TC8 17:50'), 'TERMINATED 18:05');
    assert.equal(reading('EC 17:59'), 'TERMINATED 18:14');
  });

  it('terminates part 2, up to the last issue whose notice ends at 19:00', () => {
    assert.equal(reading('TC8 18:00'), 'TERMINATED 18:15');
    assert.equal(reading('TC8 18:45'), 'TERMINATED 19:00');
    assert.equal(decide(session, wholly('TC8 18:45'), at('18:50')).moot, false);
  });

  it('lets a signal issued from 18:46 to 19:00 run to 19:00, terminated in name only', () => {
    for (const issued of ['18:46', '18:59', '19:00']) {
      assert.equal(reading(`TC8 ${issued}`), 'TERMINATED 19:00', issued);
      assert.equal(decide(session, wholly(`TC8 ${issued}`), at('19:00')).moot, true);
    }
    assert.equal(attended('18:50', 'TC8 18:46'), 'terminating 19:00');
  });

  it('takes no notice of what is issued after 19:00', () => {
    assert.equal(reading('TC8 19:01'), 'HELD');
    assert.equal(reading('EC 19:01', 'WRAINB 19:01'), 'HELD');
    assert.equal(attended('21:00', 'TC8 19:01'), 'completed');
  });

  it('goes on under Black issued from 14:01 to 19:00, the gap included', () => {
    for (const issued of ['14:01', '15:35', '16:00', '17:00', '18:00', '19:00']) {
      assert.equal(reading(`WRAINB ${issued}`), 'HELD_CONTINUES', issued);
    }
    assert.equal(attended('15:40', 'WRAINB 15:35 - 17:00'), 'running');
    assert.equal(attended('19:00', 'WRAINB 15:35 - 17:00'), 'completed');
  });

  it('lets Black protect from Black only', () => {
    assert.equal(reading('WRAINB 14:30 - 18:00', 'TC8 15:00'), 'TERMINATED 15:15');
    assert.equal(reading('WRAINB 14:30', 'EC 16:10'), 'TERMINATED 16:25');
  });

  it('sees no event in a step up, a step down or a new direction', () => {
    assert.equal(
      reading('TC8NE 14:10 - 14:15', 'TC9 14:15 - 14:20', 'TC8SE 14:20 - 16:00'),
      'TERMINATED 14:25',
    );
    assert.equal(reading('TC10 01:00 - 14:10', 'TC8 14:10 - 20:00'), 'CANCELLED 09:00');
  });

  it('keeps a verdict when the signal comes down and goes up again', () => {
    assert.equal(reading('TC8 01:00 - 08:30', 'TC3 08:30 - 10:00', 'TC8 10:00 - 12:00'), 'CANCELLED 10:00');
    assert.equal(reading('TC8 01:00 - 09:30', 'TC3 09:30 - 14:20', 'TC8 14:20'), 'CANCELLED 09:00');
    assert.equal(reading('TC8 14:20 - 14:50', 'TC8 16:00'), 'TERMINATED 14:35');
  });

  it('terminates also when the signal is lowered inside the fifteen minutes', () => {
    assert.equal(reading('TC8 14:20 - 14:25'), 'TERMINATED 14:35');
    assert.equal(attended('14:30', 'TC8 14:20 - 14:25'), 'terminating 14:35');
  });

  it('treats Extreme Conditions like No. 8 while the Observatory lists nothing', () => {
    assert.equal(reading('TC8 01:00 - 08:30', 'EC 08:00 - 12:00'), 'CANCELLED 09:00');
    const cancelled = addStatement(watchedTo('10:00'), extreme('declared', '08:20', '08:25'));
    assert.equal(said(decide(session, cancelled, at('09:05'))), 'cancelled 09:00');
    const terminated = addStatement(watchedTo('14:30'), extreme('declared', '14:20', '14:26'));
    assert.equal(said(decide(session, terminated, at('14:30'))), 'terminating 14:35');
    const ended = addStatement(cancelled, extreme('ended', '08:50'));
    assert.equal(said(decide(session, ended, at('10:00'))), 'clear');
  });

  it('sees no new issue in an extension of Extreme Conditions', () => {
    const extended = [
      extreme('declared', '07:00'),
      hkex('held', '12:05'),
      extreme('declared', '14:30'),
    ].reduce<Evidence>(addStatement, watchedTo('15:00'));
    assert.equal(said(decide(session, extended, at('14:40'))), 'running');
  });

  it('lets nothing else have an effect', () => {
    const codes = [
      'TC1',
      'TC3',
      'WRAINA',
      'WRAINR',
      'WTS',
      'WL',
      'WFNTSA',
      'WHOT',
      'WMSGNL',
      'WTMW',
      'WTCPRE8',
    ];
    assert.equal(reading(...codes.map((code) => `${code} 08:00 - 20:00`)), 'HELD');
    assert.equal(reading(...codes.map((code) => `${code} 14:10`)), 'HELD');
  });
});

describe('the weather rule: evidence that is not whole', () => {
  it('holds for possible Extreme Conditions until a person answers', () => {
    const possible: Evidence = {
      ...watchedTo('13:30'),
      possibleExtreme: [{ title: 'Extreme conditions', link: 'https://x.example/', seenAt: at('10:00') }],
    };
    const asked = decide(session, possible, at('10:30'));
    assert.equal(asked.verdict, 'hold');
    assert.ok(asked.needsPerson);
    assert.match(asked.reasons[0] ?? '', /Possibly Extreme Conditions.*"Extreme conditions"/);
    const none = addStatement(possible, extreme('none', '10:40'));
    assert.equal(said(decide(session, none, at('10:45'))), 'clear');
    const yes = addStatement(possible, extreme('declared', '09:50', '10:40'));
    assert.equal(said(decide(session, yes, at('10:45'))), 'cancelled 09:50');
    const later = addStatement({ ...possible, possibleExtreme: [] }, extreme('none', '09:40'));
    assert.equal(
      said(decide(session, { ...later, possibleExtreme: possible.possibleExtreme }, at('10:45'))),
      'hold',
      'an answer from before the question is none',
    );
    const running: Decision = decide(session, watchedTo('14:00'), at('14:00'));
    const during = {
      ...watchedTo('15:00'),
      possibleExtreme: [{ title: 't', link: '', seenAt: at('14:50') }],
    };
    const still = decide(session, during, at('15:00'), running);
    assert.equal(still.verdict, 'running', 'a running session is not stopped by a suspicion');
    assert.ok(still.needsPerson);
  });

  it('holds on an answer that cannot be understood, and goes on when running', () => {
    const odd = (time: string): Evidence => ({
      ...watchedTo(time),
      troubles: [{ source: 'warnsum', since: at(time), reason: 'unknown code "TC8XX"', odd: true }],
    });
    const before = decide(session, odd('10:00'), at('10:01'));
    assert.equal(before.verdict, 'hold');
    assert.match(before.reasons.join(' '), /unknown code "TC8XX"/);
    const start = decide(session, watchedTo('14:00'), at('14:00'));
    assert.equal(start.verdict, 'running');
    const during = decide(session, odd('15:00'), at('15:01'), start);
    assert.equal(during.verdict, 'running');
    assert.equal(during.quality, 'unsure');
    assert.ok(during.needsPerson);
  });

  it('holds after a late start without memory, until the hotline has answered', () => {
    const late = watchedTo('13:00', '12:10');
    assert.equal(said(decide(session, late, at('13:00'))), 'hold');
    assert.equal(said(decide(session, addStatement(late, hkex('held', '12:30')), at('13:00'))), 'clear');
    assert.equal(said(decide(session, addStatement(late, operator('held', '12:30')), at('13:00'))), 'clear');
    assert.equal(
      said(decide(session, addStatement(late, hkex('cancelled', '12:30')), at('13:00'))),
      'cancelled 12:30',
    );
    assert.equal(said(decide(session, noEvidence, at('09:05'))), 'hold', 'no feed at all');
    assert.equal(said(decide(session, noEvidence, at('09:04'))), 'pending');
  });

  it('stops at once on a signal seen cold, and says that it is unsure', () => {
    const cold: Evidence = {
      ...watchedTo('14:30', '14:10'),
      spells: [{ kind: 'no-8', code: 'TC9', issued: at('14:10'), knownTo: at('14:30'), seenAt: at('14:22') }],
    };
    const decision = decide(session, cold, at('14:22'));
    assert.equal(said(decision), 'terminated 14:22');
    assert.equal(decision.quality, 'unsure');
    const warm = { ...cold, watched: [{ from: at('08:00'), to: at('14:30') }] };
    assert.equal(said(decide(session, warm, at('14:22'))), 'terminating 14:25');
  });

  it('never says clear of silence before the start, and never cancels by it', () => {
    assert.equal(
      said(decide(session, watchedTo('10:00'), at('10:05'))),
      'clear',
      'two missed answers are nothing',
    );
    const silent = decide(session, watchedTo('10:00'), at('10:06'));
    assert.equal(silent.verdict, 'hold');
    assert.ok(silent.needsPerson);
    assert.equal(said(decide(session, watchedTo('13:50'), at('14:00'))), 'hold', 'no automatic start');
    const again: Evidence = {
      ...noEvidence,
      watched: [
        { from: at('08:00'), to: at('10:00') },
        { from: at('10:20'), to: at('11:00') },
      ],
    };
    assert.equal(said(decide(session, again, at('11:00'))), 'hold', 'a gap stays a gap');
    assert.equal(said(decide(session, addStatement(again, operator('held', '10:50')), at('11:00'))), 'clear');
  });

  it('does not take "in force when last seen" for "in force at 09:00"', () => {
    const seen = (knownTo: string): Evidence => ({
      ...watchedTo(knownTo),
      spells: [{ kind: 'no-8', code: 'TC8', issued: at('02:00'), knownTo: at(knownTo), seenAt: at('08:00') }],
    });
    assert.equal(said(decide(session, seen('08:40'), at('09:30'))), 'hold');
    assert.equal(said(decide(session, seen('09:00'), at('09:30'))), 'cancelled 09:00');
  });

  it('holds when a warning disappears without having been cancelled', () => {
    const gone: Evidence = {
      ...watchedTo('09:30'),
      spells: [{ kind: 'no-8', code: 'TC8', issued: at('02:00'), knownTo: at('08:40'), seenAt: at('08:00') }],
    };
    const decision = decide(session, gone, at('09:30'));
    assert.equal(decision.verdict, 'hold');
    assert.match(decision.reasons.join(' '), /was not seen cancelled/);
  });

  it('holds when the hourly report or the press feed stands still, if they are asked', () => {
    assert.equal(
      said(decide(session, { ...watchedTo('11:00'), heartbeatAt: at('09:30') }, at('11:00'))),
      'clear',
    );
    assert.equal(
      said(decide(session, { ...watchedTo('11:01'), heartbeatAt: at('09:30') }, at('11:01'))),
      'hold',
    );
    assert.equal(
      said(decide(session, { ...watchedTo('11:00'), pressAt: at('10:30') }, at('11:00'))),
      'clear',
    );
    assert.equal(said(decide(session, { ...watchedTo('11:01'), pressAt: at('10:30') }, at('11:01'))), 'hold');
  });

  it('goes on in silence while running, and calls a person after ten minutes', () => {
    const evidence = watchedTo('14:30');
    const start = decide(session, evidence, at('14:00'));
    const minutes: [time: string, quality: string, needsPerson: boolean][] = [
      ['14:35', 'sure', false],
      ['14:36', 'unsure', false],
      ['14:40', 'unsure', false],
      ['14:41', 'unsure', true],
      ['18:59', 'unsure', true],
    ];
    let previous = start;
    for (const [time, quality, needsPerson] of minutes) {
      previous = decide(session, evidence, at(time), previous);
      assert.deepEqual(
        [previous.verdict, previous.quality, previous.needsPerson],
        ['running', quality, needsPerson],
        time,
      );
    }
    assert.equal(decide(session, evidence, at('19:00'), previous).verdict, 'completed');
  });

  it("begins a session that missed its start in hold only on a person's word", () => {
    const held = decide(session, watchedTo('13:40'), at('14:00'));
    assert.equal(held.verdict, 'hold');
    const again = watchedTo('14:20');
    const still = decide(session, again, at('14:20'), held);
    assert.equal(still.verdict, 'hold');
    const told = addStatement(again, operator('held', '14:21'));
    const running = decide(session, told, at('14:22'), still);
    assert.equal(running.verdict, 'running');
    assert.equal(decide(session, told, at('16:00'), running).verdict, 'running');
  });

  it('lets the worse of two sources win until a person decides', () => {
    const disputed: Evidence = {
      ...watchedTo('10:10'),
      spells: [
        {
          kind: 'black-rainstorm',
          code: 'WRAINB',
          issued: at('10:05'),
          knownTo: at('10:10'),
          seenAt: at('10:05'),
          disputed: 'rss',
        },
      ],
    };
    const decision = decide(session, disputed, at('10:10'));
    assert.equal(said(decision), 'cancelled 10:05');
    assert.equal(decision.quality, 'disputed');
    assert.ok(decision.needsPerson);
    const settled = addStatement(disputed, operator('held', '10:12'));
    assert.equal(said(decide(session, settled, at('10:13'), decision)), 'clear');
    const agreed = { ...disputed, spells: disputed.spells.map(({ disputed: _, ...spell }) => spell) };
    const sure = decide(session, agreed, at('10:10'));
    assert.equal(
      said(decide(session, addStatement(agreed, operator('held', '10:12')), at('10:13'), sure)),
      'cancelled 10:05',
      'an operator does not overrule what the Observatory itself lists',
    );
  });

  it('lets the exchange win both ways', () => {
    const cancelledByRain = decide(session, wholly('WRAINB 11:00 - 11:30'), at('11:00'));
    assert.equal(said(cancelledByRain), 'cancelled 11:00');
    const held = addStatement(wholly('WRAINB 11:00 - 11:30'), hkex('held', '12:10'));
    assert.equal(said(decide(session, held, at('12:10'), cancelledByRain)), 'clear');
    assert.equal(said(decide(session, held, at('14:00'))), 'running');
    const called = addStatement(wholly(), hkex('cancelled', '12:10'));
    const decision = decide(session, called, at('12:15'));
    assert.equal(said(decision), 'cancelled 12:10');
    assert.match(
      decision.reasons[0] ?? '',
      /HKEX says .* \(hotline 2979-7111, recorded by A\. Chan at 12:10\)/,
    );
    assert.equal(
      said(decide(session, addStatement(wholly(), hkex('terminated', '15:00')), at('15:00'))),
      'terminated 15:00',
    );
    assert.equal(
      said(decide(session, addStatement(wholly(), hkex('cancelled', '08:00')), at('08:01'))),
      'cancelled 08:00',
    );
  });

  it("lets a signal issued after the exchange's word count again", () => {
    const held = addStatement(wholly('TC8 13:30'), hkex('held', '12:10'));
    assert.equal(said(decide(session, held, at('13:30'))), 'cancelled 13:30');
    const during = addStatement(wholly('TC8 14:20 - 15:00', 'EC 16:30'), hkex('held', '14:25'));
    assert.equal(said(decide(session, during, at('14:30'))), 'running');
    assert.equal(said(decide(session, during, at('16:30'))), 'terminating 16:45');
  });

  it('lets no operator take back what the exchange stopped, and the exchange take back anything', () => {
    const stopped = [hkex('cancelled', '12:10'), operator('held', '12:20')].reduce<Evidence>(
      addStatement,
      wholly(),
    );
    assert.equal(said(decide(session, stopped, at('12:30'))), 'cancelled 12:10');
    const again = addStatement(stopped, hkex('held', '12:40'));
    assert.equal(said(decide(session, again, at('12:45'), decide(session, stopped, at('12:30')))), 'clear');
    const forgotten = addStatement(wholly(), operator('held', '12:20'));
    const byRain = decide(session, wholly('WRAINB 11:00 - 11:30'), at('11:00'));
    assert.equal(said(decide(session, forgotten, at('12:30'), byRain)), 'cancelled 11:00');
    const own = [operator('cancelled', '12:10'), operator('held', '12:20')].reduce<Evidence>(
      addStatement,
      wholly(),
    );
    assert.equal(said(decide(session, own, at('12:30'))), 'clear');
  });

  it("starts on the exchange's word although the feed is silent since", () => {
    const evidence = addStatement(watchedTo('12:00'), hkex('held', '12:05'));
    const decision = decide(session, evidence, at('13:59'));
    assert.equal(decision.verdict, 'clear');
    assert.equal(decision.quality, 'unsure');
    assert.equal(decide(session, evidence, at('14:00'), decision).verdict, 'running');
    const operators = addStatement(watchedTo('12:00'), operator('held', '12:05'));
    assert.equal(decide(session, operators, at('13:59')).verdict, 'hold');
  });

  it('counts from the issue, not from when it was seen', () => {
    const seenLate: Evidence = {
      ...watchedTo('14:24'),
      spells: [
        { kind: 'no-8', code: 'TC8NW', issued: at('14:20'), knownTo: at('14:24'), seenAt: at('14:24') },
      ],
    };
    assert.equal(said(decide(session, seenLate, at('14:24'))), 'terminating 14:35');
    assert.equal(said(decide(session, seenLate, at('14:40'))), 'terminated 14:35');
  });
});

describe('a verdict', () => {
  it('stays for the rest of its date and never reaches into another', () => {
    const cancelled = decide(session, wholly('TC8 01:00 - 09:20'), at('09:05'));
    assert.deepEqual(decide(session, wholly(), at('18:00'), cancelled), cancelled);
    const tomorrow: Session = {
      ...session,
      times: {
        date: '2025-09-24',
        cutOff: fromHongKong('2025-09-24 09:00'),
        start: fromHongKong('2025-09-24 14:00'),
        end: fromHongKong('2025-09-24 19:00'),
      },
    };
    const next = decide(tomorrow, wholly(), fromHongKong('2025-09-24 10:00'), cancelled);
    assert.equal(next.verdict, 'clear');
  });

  it('keeps the notice running when its signal is no longer in the evidence', () => {
    const terminating = decide(session, wholly('TC8 14:20'), at('14:21'));
    assert.equal(said(terminating), 'terminating 14:35');
    assert.equal(said(decide(session, wholly(), at('14:34'), terminating)), 'terminating 14:35');
    assert.equal(said(decide(session, wholly(), at('14:35'), terminating)), 'terminated 14:35');
  });

  it('moves an end forward, never back, when better evidence comes', () => {
    const terminating = decide(session, wholly('TC8 14:20'), at('14:21'));
    assert.equal(said(decide(session, wholly('TC8 14:18'), at('14:22'), terminating)), 'terminating 14:33');
    assert.equal(said(decide(session, wholly('TC8 14:21'), at('14:22'), terminating)), 'terminating 14:35');
    assert.equal(said(decide(session, wholly('TC8 13:58'), at('14:22'), terminating)), 'cancelled 13:58');
  });

  it('is the same for the same evidence, and leaves the evidence as it was', () => {
    const evidence = wholly('WRAINB 14:30 - 18:00', 'TC8 15:00');
    const before = structuredClone(evidence);
    assert.deepEqual(decide(session, evidence, at('15:10')), decide(session, evidence, at('15:10')));
    assert.deepEqual(evidence, before);
  });

  it('obeys a plan with other signals and another notice', () => {
    const lenient: Session = {
      ...session,
      rule: { cancels: ['no-8'], terminates: [], noticeMinutes: 30, unattended: true },
    };
    assert.equal(readDay(lenient, rowsOf('WRAINB 10:00 - 12:00', 'TC8 14:30')).verdict, 'HELD_CONTINUES');
    const strict: Session = {
      ...session,
      rule: {
        ...session.rule,
        terminates: ['no-8', 'extreme-conditions', 'black-rainstorm'],
        noticeMinutes: 0,
      },
    };
    assert.equal(said(decide(strict, wholly('WRAINB 14:30'), at('14:30'))), 'terminated 14:30');
  });
});

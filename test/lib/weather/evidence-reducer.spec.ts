import assert from 'node:assert/strict';
import { fromHongKong, hongKongTime } from '../../../lib/time/hong-kong.ts';
import type { Answer, FeedResult } from '../../../lib/weather/answer.ts';
import { type Decision, decide } from '../../../lib/weather/decide.ts';
import { addStatement, type Evidence, noEvidence } from '../../../lib/weather/evidence.ts';
import { applyObservation } from '../../../lib/weather/evidence-reducer.ts';
import { reasonText } from '../../../lib/weather/reasons/index.ts';
import type { Session } from '../../../lib/weather/rule.ts';
import type { SourceName } from '../../../lib/weather/statements.ts';

const day = '2025-09-23';
const at = (time: string) => fromHongKong(time.includes(' ') ? time : `${day} ${time}`);
const session: Session = {
  times: { date: day, cutOff: at('09:00'), start: at('14:00'), end: at('19:00') },
  rule: {
    cancels: ['no-8', 'extreme-conditions', 'black-rainstorm'],
    terminates: ['no-8', 'extreme-conditions'],
    noticeMinutes: 15,
    unattended: false,
  },
};

const iso = (time: string) => new Date(at(time)).toISOString().replace('.000Z', '+00:00');
const entry = (code: string, action: string, issued: string, updated = issued) => ({
  code,
  actionCode: action,
  issueTime: iso(issued),
  updateTime: iso(updated),
});

function answer(source: SourceName, time: string, body: unknown, facts: Partial<Answer> = {}): Answer {
  const moment = at(time);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { source, url: 'https://x.example/', at: moment, body: text, date: moment, age: 0, ...facts };
}

const summary = (time: string, body: unknown = {}) => answer('warnsum', time, body);
const texts = (time: string, ...codes: string[]) =>
  answer('warning-info', time, {
    details: codes.map((code) => ({
      warningStatementCode: code.startsWith('TC') ? 'WTCSGNL' : 'WRAIN',
      subtype: code,
    })),
  });

const listen = (...heard: FeedResult[]): Evidence => heard.reduce(applyObservation, noEvidence);

/** Answers of the summary every minute from one time to another, all with the same body. */
function minutes(from: string, to: string, body: unknown = {}): FeedResult[] {
  const heard: FeedResult[] = [];
  for (let moment = at(from); moment <= at(to); moment += 60_000)
    heard.push(summary(hongKongTime(moment), body));
  return heard;
}

const verdict = (evidence: Evidence, time: string, previous?: Decision) => {
  const { verdict: word, effectiveAt } = decide(session, evidence, at(time), previous);
  return effectiveAt === null ? word : `${word} ${hongKongTime(effectiveAt)}`;
};

describe('evidence from the warning summary', () => {
  it('says clear of a quiet morning that was watched', () => {
    const evidence = listen(...minutes('08:30', '13:59'));
    assert.deepEqual(evidence.spells, []);
    assert.equal(verdict(evidence, '13:59'), 'clear');
  });

  it('proves with one empty answer that nothing was cancelled in the fifty minutes before', () => {
    assert.deepEqual(listen(summary('09:40')).watched, [{ from: at('08:50'), to: at('09:40') }]);
    assert.equal(verdict(listen(summary('09:40')), '09:40'), 'clear');
    assert.equal(verdict(listen(summary('09:51')), '09:51'), 'hold');
  });

  it('finds in a cancelled entry that it was in force at 09:00, also when seen cold', () => {
    const cancelled = listen(summary('09:30', { WRAIN: entry('WRAINB', 'CANCEL', '05:50', '09:10') }));
    assert.equal(verdict(cancelled, '09:30'), 'cancelled 09:00');
    const before = listen(summary('09:30', { WTCSGNL: entry('TC8NE', 'CANCEL', '05:50', '08:50') }));
    assert.equal(verdict(before, '09:30'), 'clear');
    const later = listen(summary('12:30', { WRAIN: entry('WRAINB', 'CANCEL', '11:45', '12:10') }));
    assert.equal(verdict(later, '12:30'), 'cancelled 11:45');
  });

  it('learns the end of a known signal from an entry that hides which it was', () => {
    const evidence = listen(
      ...minutes('08:30', '08:49', { WTCSGNL: entry('TC8NE', 'ISSUE', '02:00') }),
      ...minutes('08:50', '09:10', { WTCSGNL: entry('CANCEL', 'CANCEL', '08:50') }),
    );
    assert.equal(evidence.spells[0]?.cancelled, at('08:50'));
    assert.equal(verdict(evidence, '09:10'), 'clear');
    assert.equal(
      verdict(listen(summary('09:30', { WTCSGNL: entry('CANCEL', 'CANCEL', '09:20') })), '09:30'),
      'hold',
    );
  });

  it('takes "No. 3 since 09:20", seen cold, for what it is: unknown before', () => {
    const cold = listen(summary('09:30', { WTCSGNL: entry('TC3', 'ISSUE', '09:20') }));
    assert.equal(verdict(cold, '09:30'), 'hold');
    const edge = listen(summary('09:30', { WTCSGNL: entry('TC3', 'ISSUE', '09:00') }));
    assert.equal(verdict(edge, '09:30'), 'hold', 'it may have been No. 8 that was lowered at 09:00');
    const cyclone = { WTCSGNL: entry('TC3', 'ISSUE', '05:00') };
    const long = listen(summary('13:00', { ...cyclone, WRAIN: entry('WRAINA', 'ISSUE', '08:00') }));
    assert.equal(
      verdict(long, '13:00'),
      'clear',
      'a level proves that no other was in force since its issue',
    );
    assert.equal(verdict(listen(summary('13:00', cyclone)), '13:00'), 'hold', 'of rain nothing is known');
  });

  it('stops at once on No. 9 since 14:10 seen cold at 14:30', () => {
    const evidence = listen(summary('14:30', { WTCSGNL: entry('TC9', 'ISSUE', '14:10') }));
    const decision = decide(session, evidence, at('14:30'));
    assert.equal(decision.verdict, 'terminated');
    assert.equal(decision.quality, 'unsure');
  });

  it('sees one event in steps up and down and new directions', () => {
    const evidence = listen(
      ...minutes('08:30', '14:19'),
      ...minutes('14:20', '14:24', { WTCSGNL: entry('TC8NE', 'ISSUE', '14:20') }),
      ...minutes('14:25', '14:29', { WTCSGNL: entry('TC9', 'ISSUE', '14:25') }),
      ...minutes('14:30', '14:40', { WTCSGNL: entry('TC8SE', 'ISSUE', '14:30') }),
    );
    assert.equal(evidence.spells.length, 1);
    assert.equal(verdict(evidence, '14:34'), 'terminating 14:35');
  });

  it('sees two events when the signal was No. 3 in between', () => {
    const evidence = listen(
      ...minutes('08:00', '08:29', { WTCSGNL: entry('TC8NE', 'ISSUE', '02:00') }),
      ...minutes('08:30', '09:59', { WTCSGNL: entry('TC3', 'ISSUE', '08:30') }),
      ...minutes('10:00', '10:05', { WTCSGNL: entry('TC8SW', 'ISSUE', '10:00') }),
    );
    assert.deepEqual(
      evidence.spells.map((spell) => [hongKongTime(spell.issued), spell.cancelled]),
      [
        ['02:00', at('08:30')],
        ['10:00', undefined],
      ],
    );
    assert.equal(verdict(evidence, '10:05'), 'cancelled 10:00');
  });

  it('hands "lowered at exactly 09:00" to a person', () => {
    const evidence = listen(
      ...minutes('08:30', '08:59', { WTCSGNL: entry('TC8NE', 'ISSUE', '02:00') }),
      ...minutes('09:00', '09:06', { WTCSGNL: entry('TC3', 'ISSUE', '09:00') }),
    );
    assert.equal(verdict(evidence, '09:06'), 'hold');
  });

  it('waits for a lowering that is published minutes late', () => {
    const raised = { WTCSGNL: entry('TC8NE', 'ISSUE', '02:00') };
    const late = listen(...minutes('08:30', '09:02', raised));
    assert.equal(verdict(late, '09:02'), 'pending');
    const lowered = [...minutes('09:03', '09:06', { WTCSGNL: entry('TC3', 'ISSUE', '08:55') })];
    assert.equal(verdict(lowered.reduce(applyObservation, late), '09:06'), 'clear');
  });

  it('counts from the issue when the signal is published late', () => {
    const evidence = listen(
      ...minutes('08:30', '14:23'),
      ...minutes('14:24', '14:25', { WTCSGNL: entry('TC8NW', 'ISSUE', '14:20') }),
    );
    assert.equal(verdict(evidence, '14:25'), 'terminating 14:35');
  });

  it('accepts a signal published a little before the time it bears', () => {
    const early = listen(
      ...minutes('08:30', '13:58'),
      summary('13:59', { WTCSGNL: entry('TC8NW', 'ISSUE', '14:00') }),
    );
    assert.equal(verdict(early, '13:59'), 'clear');
    assert.equal(verdict(early, '14:00'), 'cancelled 14:00');
  });

  it('says clear of no signal whose times cannot be right', () => {
    for (const times of [
      { issueTime: '2052-09-23T05:00:00+08:00' },
      { issueTime: '2025-09-23T20:00:00+08:00' },
      { updateTime: '2026-09-23T05:00:00+08:00' },
      { issueTime: '2025-09-31T05:00:00+08:00' },
    ]) {
      const body = { WTCSGNL: { ...entry('TC8NE', 'ISSUE', '05:00'), ...times } };
      const evidence = listen(...minutes('08:30', '10:00'), ...minutes('10:01', '13:59', body));
      assert.equal(verdict(evidence, '13:59'), 'hold', JSON.stringify(times));
    }
  });

  it('takes no level for a proof of what nobody watched, where it bears a time of long ago', () => {
    for (const body of [
      { WTCSGNL: { ...entry('TC3', 'ISSUE', '12:00'), issueTime: '1970-01-01T00:00:00Z' } },
      { WTCSGNL: { ...entry('CANCEL', 'CANCEL', '12:00'), updateTime: '2005-09-23T00:00:00+08:00' } },
      { WRAIN: entry('WRAINR', 'ISSUE', '2024-09-23 05:00') },
    ]) {
      assert.equal(
        verdict(listen(...minutes('13:00', '13:10', body)), '13:10'),
        'hold',
        JSON.stringify(body),
      );
    }
  });

  it('does not take a disappearance for an end', () => {
    const evidence = listen(
      ...minutes('08:00', '08:30', { WTCSGNL: entry('TC8NE', 'ISSUE', '02:00') }),
      ...minutes('08:31', '11:00'),
    );
    assert.equal(verdict(evidence, '09:10'), 'hold');
    assert.equal(verdict(evidence, '11:00'), 'hold');
    const word = {
      about: 'session',
      says: 'held',
      from: 'operator',
      by: 'A',
      how: 'own eyes',
      at: at('11:00'),
    } as const;
    assert.equal(verdict(addStatement(evidence, word), '11:01'), 'clear');
    const back = [...minutes('08:33', '09:10', { WTCSGNL: entry('TC8NE', 'ISSUE', '02:00') })];
    assert.equal(
      verdict(
        back.reduce(
          applyObservation,
          listen(
            ...minutes('08:00', '08:30', { WTCSGNL: entry('TC8NE', 'ISSUE', '02:00') }),
            summary('08:31'),
          ),
        ),
        '09:10',
      ),
      'cancelled 09:00',
    );
  });

  it('lets a signal go that ended unseen long before 09:00', () => {
    const evidence = listen(
      summary('07:00', { WTCSGNL: entry('TC8NE', 'ISSUE', '02:00') }),
      ...minutes('08:40', '09:10'),
    );
    assert.equal(verdict(evidence, '09:10'), 'clear');
  });

  it('joins what is known from one answer to the next when the level changes in between', () => {
    const amber = { WRAIN: entry('WRAINA', 'ISSUE', '09:00') };
    assert.equal(
      verdict(listen(...minutes('08:30', '08:59'), ...minutes('09:00', '09:10', amber)), '09:10'),
      'clear',
    );
  });

  it('keeps one spell when the cancelled entry keeps its code, and when it comes back', () => {
    const raised = { WTCSGNL: entry('TC8NE', 'ISSUE', '02:00') };
    const cancelled = listen(
      ...minutes('08:00', '08:49', raised),
      ...minutes('08:50', '09:10', { WTCSGNL: entry('TC8NE', 'CANCEL', '02:00', '08:50') }),
    );
    assert.deepEqual(
      cancelled.spells.map((spell) => spell.cancelled),
      [at('08:50')],
    );
    const back = applyObservation(cancelled, summary('09:11', raised));
    assert.deepEqual(
      back.spells.map((spell) => spell.cancelled),
      [undefined],
    );
    assert.equal(verdict(back, '09:11'), 'cancelled 09:00');
  });

  it('takes the cancel time, not the issue, of an entry that hides which signal it was', () => {
    const hidden = listen(
      summary('09:30', {
        WTCSGNL: entry('CANCEL', 'CANCEL', '05:00', '09:20'),
        WRAIN: entry('WRAINA', 'ISSUE', '05:00'),
      }),
    );
    assert.equal(verdict(hidden, '09:30'), 'hold');
  });

  it('knows of rain only since the last announcement: the colour before may have been black', () => {
    const body = (updated: string) => ({
      WTCSGNL: entry('TC3', 'ISSUE', '05:00'),
      WRAIN: entry('WRAINR', 'ISSUE', '08:00', updated),
    });
    assert.equal(verdict(listen(summary('12:00', body('08:00'))), '12:00'), 'clear');
    assert.equal(verdict(listen(summary('12:00', body('11:00'))), '12:00'), 'hold');
  });

  it('neither clears nor cancels when nobody looked around 09:00', () => {
    const raised = { WTCSGNL: entry('TC8NE', 'ISSUE', '02:00') };
    const gone = listen(...minutes('08:00', '08:40', raised), ...minutes('10:30', '10:40'));
    assert.equal(verdict(gone, '10:40'), 'hold');
    const lowered = listen(
      ...minutes('08:00', '08:40', raised),
      summary('09:30', { WTCSGNL: entry('TC3', 'ISSUE', '09:20') }),
    );
    assert.equal(verdict(lowered, '09:30'), 'hold', 'seen before and changed after is not seen at 09:00');
    const still = listen(...minutes('08:00', '08:40', raised), summary('09:30', raised));
    assert.equal(verdict(still, '09:30'), 'cancelled 09:00', 'the same level before and after is');
  });

  it('takes a signal seen days ago for another one', () => {
    const evidence = listen(
      summary('2025-09-20 20:00', { WTCSGNL: entry('TC8NE', 'ISSUE', '2025-09-20 18:00') }),
      ...minutes('08:30', '14:19'),
      summary('14:20', { WTCSGNL: entry('TC8NW', 'ISSUE', '14:20') }),
    );
    assert.equal(verdict(evidence, '14:20'), 'terminating 14:35');
    const asleep = listen(
      summary('2025-09-20 20:00', { WTCSGNL: entry('TC8NE', 'ISSUE', '2025-09-20 18:00') }),
      summary('14:30', { WTCSGNL: entry('TC8NW', 'ISSUE', '14:10') }),
    );
    assert.equal(verdict(asleep, '14:30').slice(0, 10), 'terminated', 'not in force since three days ago');
  });

  it('believes no issue time from before the rain turned black, if it was seen amber since', () => {
    const evidence = listen(
      ...minutes('08:30', '11:59'),
      ...minutes('12:00', '15:34', { WRAIN: entry('WRAINA', 'ISSUE', '12:00') }),
      ...minutes('15:35', '15:40', { WRAIN: entry('WRAINB', 'ISSUE', '12:00', '15:35') }),
    );
    const start = decide(session, evidence, at('14:00'));
    assert.equal(verdict(evidence, '15:40', start), 'running');
    assert.equal(evidence.spells[0]?.issued, at('15:35'));
  });

  it('holds while the summary lists what nobody knows, but obeys the trigger next to it', () => {
    const quiet = listen(...minutes('08:30', '10:00'));
    const odd = applyObservation(quiet, summary('10:01', { WNEW: {} }));
    assert.equal(verdict(odd, '10:01'), 'hold');
    assert.equal(verdict(applyObservation(odd, summary('10:02')), '10:02'), 'clear');
    const long = listen(
      ...minutes('08:30', '09:00'),
      ...minutes('09:01', '10:30', { WNEW: {} }),
      summary('10:31'),
    );
    assert.equal(verdict(long, '10:31'), 'hold', 'what was not understood was not watched');
    const raised = listen(
      summary('07:00', { WTCSGNL: entry('TC8NE', 'ISSUE', '02:00') }),
      summary('08:40', { WNEW: {} }),
    );
    assert.equal(raised.spells[0]?.cancelled, undefined, 'nor does it end anything');
    const both = applyObservation(
      quiet,
      summary('10:01', { WNEW: {}, WRAIN: entry('WRAINB', 'ISSUE', '10:00') }),
    );
    assert.equal(verdict(both, '10:01'), 'cancelled 10:00');
  });
});

describe('answers that cannot be used', () => {
  const quiet = listen(...minutes('08:30', '10:00'));
  const failed = (time: string): FeedResult => ({
    source: 'warnsum',
    url: '',
    at: at(time),
    reason: 'cannot be reached (ECONNREFUSED)',
  });

  it('count as silence: not reached, not JSON, another shape', () => {
    const bad: FeedResult[] = [
      failed('10:01'),
      summary('10:01', '<html>'),
      summary('10:01', []),
      summary('10:01', 'null'),
    ];
    for (const heard of bad) {
      const evidence = applyObservation(quiet, heard);
      assert.deepEqual(evidence.watched, quiet.watched);
      assert.equal(evidence.troubles.length, 1);
      assert.equal(verdict(evidence, '10:01'), 'clear');
      assert.equal(verdict(evidence, '10:06'), 'hold');
    }
    const reasons = decide(session, applyObservation(quiet, failed('10:01')), at('10:06')).reasons.join(' ');
    assert.match(reasons, /cannot be reached \(ECONNREFUSED\)/);
  });

  it('remember since when the trouble lasts, and forget it with the first good answer', () => {
    const evidence = [failed('10:01'), failed('10:02')].reduce(applyObservation, quiet);
    assert.equal(evidence.troubles[0]?.since, at('10:01'));
    assert.deepEqual(applyObservation(evidence, summary('10:03')).troubles, []);
  });

  it('count from when a cache got them, and not at all when they are too old', () => {
    const cached = applyObservation(
      quiet,
      answer('warnsum', '10:04', {}, { age: 200, date: at('10:04') - 200_000 }),
    );
    assert.equal(cached.watched.at(-1)?.to, at('10:04') - 200_000);
    const old = applyObservation(
      quiet,
      answer('warnsum', '10:10', {}, { age: 301, date: at('10:10') - 301_000 }),
    );
    assert.deepEqual(old.watched, quiet.watched);
    assert.match(reasonText(old.troubles[0]?.reason ?? '', 'en'), /301 s in a cache/);
  });

  it('never take knowledge back: an older copy changes nothing', () => {
    const raised = applyObservation(quiet, summary('10:02', { WRAIN: entry('WRAINB', 'ISSUE', '10:02') }));
    const copy = answer('warnsum', '10:03', {}, { age: 120, date: at('10:01') });
    assert.deepEqual(applyObservation(raised, copy), raised);
  });

  it("hold at once when our clock and the server's differ by more than a minute", () => {
    for (const apart of [61_000, -61_000]) {
      const evidence = applyObservation(quiet, answer('warnsum', '10:01', {}, { date: at('10:01') - apart }));
      const decision = decide(session, evidence, at('10:01'));
      assert.equal(decision.verdict, 'hold');
      assert.match(decision.reasons.join(' '), /our clock is 61 s (ahead of|behind) the server's/);
    }
    assert.equal(
      verdict(
        applyObservation(quiet, answer('warnsum', '10:01', {}, { date: at('10:01') - 60_000 })),
        '10:01',
      ),
      'clear',
    );
    const other = applyObservation(
      applyObservation(quiet, summary('10:01')),
      answer('rss', '10:01', '', { date: at('09:00') }),
    );
    assert.equal(verdict(other, '10:01'), 'clear', 'another server does not judge our clock');
  });
});

describe('second sources', () => {
  const quiet = listen(...minutes('08:30', '10:00'));

  it('add what the summary does not show, disputed', () => {
    const evidence = applyObservation(quiet, texts('10:00', 'WRAINB'));
    const decision = decide(session, evidence, at('10:00'));
    assert.deepEqual([decision.verdict, decision.quality], ['cancelled', 'disputed']);
    assert.equal(decision.effectiveAt, at('10:00'));
  });

  it('are confirmed when the summary follows, with its issue time', () => {
    const evidence = [
      texts('10:01', 'TC8NE'),
      summary('10:02', { WTCSGNL: entry('TC8NE', 'ISSUE', '10:00') }),
    ].reduce(applyObservation, quiet);
    assert.equal(evidence.spells.length, 1);
    assert.equal(evidence.spells[0]?.disputed, undefined);
    assert.equal(verdict(evidence, '10:02'), 'cancelled 10:00');
    assert.equal(decide(session, evidence, at('10:02')).quality, 'sure');
  });

  it('end what they alone showed, each for itself', () => {
    const shown = applyObservation(quiet, texts('10:01', 'TC8NE'));
    const rss = '<rss><channel><title>t</title></channel></rss>';
    assert.equal(applyObservation(shown, answer('rss', '10:02', rss)).spells[0]?.cancelled, undefined);
    assert.equal(applyObservation(shown, texts('10:02')).spells[0]?.cancelled, at('10:02'));
  });

  it('are not answered by a summary that shows another level', () => {
    const evidence = [
      texts('10:01', 'TC8NE'),
      summary('10:02', { WTCSGNL: entry('TC3', 'ISSUE', '05:00') }),
      texts('10:02', 'TC8NE'),
    ].reduce(applyObservation, quiet);
    assert.deepEqual(
      evidence.spells.map((spell) => [spell.disputed, spell.cancelled]),
      [['warning-info', undefined]],
    );
  });

  it('are not believed when they only lag behind a cancellation', () => {
    const evidence = [
      ...minutes('08:30', '08:54', { WTCSGNL: entry('TC8NE', 'ISSUE', '02:00') }),
      summary('08:55', { WTCSGNL: entry('TC3', 'ISSUE', '08:55') }),
      texts('08:56', 'TC8NE'),
      ...minutes('08:56', '09:10', { WTCSGNL: entry('TC3', 'ISSUE', '08:55') }),
    ].reduce(applyObservation, noEvidence);
    assert.equal(evidence.spells.length, 1);
    assert.equal(verdict(evidence, '09:10'), 'clear');
  });

  it('keep a signal known while the summary is silent', () => {
    const evidence = [
      ...minutes('08:30', '08:50', { WTCSGNL: entry('TC8NE', 'ISSUE', '02:00') }),
      texts('09:03', 'TC8NE'),
    ].reduce(applyObservation, noEvidence);
    assert.equal(verdict(evidence, '09:05'), 'cancelled 09:00');
  });

  it('prove nothing by their silence', () => {
    const evidence = [texts('08:58'), texts('09:01'), texts('09:04'), texts('09:07')].reduce(
      applyObservation,
      noEvidence,
    );
    assert.equal(verdict(evidence, '09:07'), 'hold');
  });

  it('hand their notices on to people, and take them back', () => {
    const pre8 = answer('warning-info', '10:00', { details: [{ warningStatementCode: 'WTCPRE8' }] });
    const decision = decide(session, applyObservation(quiet, pre8), at('10:00'));
    assert.equal(decision.verdict, 'clear');
    assert.match(decision.reasons.join(' '), /Pre-No\. 8/);
    assert.deepEqual([pre8, texts('10:01')].reduce(applyObservation, quiet).notices, []);
  });
});

describe('the press feed and the hourly report', () => {
  const quiet = listen(...minutes('08:30', '10:00'));
  const press = (time: string, ...titles: string[]) =>
    answer(
      'press',
      time,
      `<rss><channel>${titles
        .map((title) => `<item><title>${title}</title><link>https://x.example/${title.length}</link></item>`)
        .join('')}</channel></rss>`,
    );

  it('ask a person once about each release', () => {
    const evidence = [press('09:50', 'Extreme conditions'), press('09:55', 'Extreme conditions')].reduce(
      applyObservation,
      quiet,
    );
    assert.equal(evidence.possibleExtreme.length, 1);
    assert.equal(verdict(evidence, '10:00'), 'hold');
    const none = {
      about: 'extreme-conditions',
      says: 'none',
      since: at('09:58'),
      by: 'A',
      how: 'press',
      at: at('09:58'),
    } as const;
    const answered = addStatement(evidence, none);
    assert.equal(verdict(answered, '10:00'), 'clear');
    assert.equal(
      verdict(
        applyObservation(answered, press('10:00', 'Extreme conditions', 'Extreme conditions extended')),
        '10:00',
      ),
      'hold',
    );
  });

  it('show by their silence that an empty list may be old', () => {
    const report = (time: string, updated: string) => answer('heartbeat', time, { updateTime: iso(updated) });
    assert.equal(verdict(applyObservation(quiet, report('10:00', '09:02')), '10:00'), 'clear');
    assert.equal(verdict(applyObservation(quiet, report('10:00', '08:29')), '10:00'), 'hold');
    for (const updated of ['10:11', '2052-09-23 09:00']) {
      const [first, again] = [report('08:29', updated), report('10:00', updated)];
      assert.equal(verdict(applyObservation(quiet, again), '10:00'), 'clear', 'it has only begun');
      const ahead = [first, again].reduce(applyObservation, quiet);
      assert.equal(verdict(ahead, '10:00'), 'hold', updated);
      assert.equal(verdict(applyObservation(ahead, report('10:00', '09:02')), '10:00'), 'clear');
    }
    assert.equal(verdict(applyObservation(quiet, press('09:31', 'x')), '10:00'), 'clear');
    assert.equal(verdict(applyObservation(quiet, press('09:29', 'x')), '10:00'), 'hold');
  });
});

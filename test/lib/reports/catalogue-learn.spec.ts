import assert from 'node:assert/strict';
import { withLearned } from '../../../lib/reports/catalogue/accept.ts';
import { rulesOf } from '../../../lib/reports/catalogue/account-rules.ts';
import { doubtsOf } from '../../../lib/reports/catalogue/check.ts';
import { type Arrival, learn } from '../../../lib/reports/catalogue/learn.ts';
import { catalogueOf, shippedCatalogue } from '../../../lib/reports/catalogue.ts';
import { isBusinessDay, nextBusinessDay } from '../../../lib/time/calendar.ts';
import { shippedCalendars } from '../../../lib/time/calendar-book.ts';
import { addDays } from '../../../lib/time/hong-kong.ts';
import { secondOf } from '../../../lib/time/seconds.ts';

const subject = 'The catalogue catalogue.yaml';
const settings = { participants: ['SIM001'], firm: 'derivatives-h' as const };

/** A file of each business day of some weeks; `when` says when, or undefined where none came. */
function month(
  name: (digits: string) => string,
  when: (date: string, index: number) => string | undefined,
  { from = '2026-11-02', days = 40, installation = 'hkscc' as 'hkscc' | 'hkcc-seoch' } = {},
): Arrival[] {
  const market = installation === 'hkscc' ? 'securities' : 'derivatives';
  return Array.from({ length: days }, (_, index) => addDays(from, index))
    .filter((date) => isBusinessDay(market, date))
    .flatMap((date, index) => {
      const at = when(date, index);
      if (at === undefined) return [];
      const digits = date.replaceAll('-', '');
      return [{ installation, path: `/INBOX/${digits}/${name(digits)}`, at: secondOf(at) ?? 0 }];
    });
}

const fcs = (digits: string) => `CCLTN05_SIM001_${digits}.txt`;
const minute = (index: number) => String(index % 15).padStart(2, '0');

describe('learning from real files', () => {
  it('proposes the usual time, when it is late and given up, with the span of each weekday', () => {
    const arrivals = month(fcs, (date, index) => `${date} 20:${minute(index)}`);
    const { times, names, unrecognised } = learn(arrivals, shippedCatalogue(), shippedCalendars, settings);
    assert.deepEqual([names, unrecognised], [[], []]);
    const [found] = times;
    assert.equal(times.length, 1);
    assert.deepEqual(found?.times, { about: '20:05', lateAfter: '20:30', cutOff: '21:15' });
    assert.deepEqual([found?.came, found?.of], [30, 30]);
    assert.deepEqual(
      found?.days.map(({ day }) => day),
      [1, 2, 3, 4, 5],
    );
  });

  it('keeps half days apart', () => {
    const arrivals = month(fcs, (date) => `${date} ${date.endsWith('12-24') ? '15:02' : '20:02'}`, {
      days: 60,
    });
    const [found] = learn(arrivals, shippedCatalogue(), shippedCalendars, settings).times;
    assert.deepEqual(found?.times, { about: '20:00', lateAfter: '20:20', cutOff: '21:05' });
    // 24 December early, 31 December at the usual time: both are half days.
    assert.equal(found?.days.at(-1)?.day, 'half');
    assert.equal(found?.days.at(-1)?.first, '15:02');
  });

  it('sees that a report comes after midnight, and on the next open day', () => {
    const lis = (digits: string) => `rpf______-_____-__-_____-${digits.slice(2)}.lis`;
    const night = month(lis, (date) => `${addDays(date, 1)} 00:20`, { installation: 'hkcc-seoch' });
    assert.equal(
      learn(night, shippedCatalogue(), shippedCalendars, settings).times[0]?.times.about,
      '00:20+1d',
    );
    const ledger = (digits: string) => `CSEMA08_SIM001_${digits}.txt`;
    const morning = month(ledger, (date) => `${nextBusinessDay('securities', date)} 08:03`);
    assert.equal(
      learn(morning, shippedCatalogue(), shippedCalendars, settings).times[0]?.times.about,
      '08:00+1bd',
    );
  });

  it('learns nothing from what was fetched all at once, days later', () => {
    const back = month(fcs, () => '2026-12-20 10:00');
    assert.deepEqual(learn(back, shippedCatalogue(), shippedCalendars, settings).times, []);
    const usual = month(fcs, (date) => `${date} 20:00`, { from: '2026-10-05', days: 28 });
    const [found] = learn([...usual, ...back], shippedCatalogue(), shippedCalendars, settings).times;
    assert.equal(found?.times.lateAfter, '20:15');
  });

  it('counts a pair as there with its later half', () => {
    const half = (name: string, time: string) =>
      month(
        (digits) => `RMAMR03_SIM001_${digits}_4_${name}.zip`,
        (date) => `${date} ${time}`,
      );
    const [found] = learn(
      [...half('CTL', '21:00'), ...half('DAT', '21:17')],
      shippedCatalogue(),
      shippedCalendars,
      settings,
    ).times;
    assert.equal(found?.set, '4');
    assert.equal(found?.times.about, '21:15');
  });

  it('proposes no time for what came a few times, on some days only, on a condition, or as an event', () => {
    const few = month(fcs, (date, index) => (index < 4 ? `${date} 20:00` : undefined));
    const some = month(fcs, (date, index) => (index % 2 === 0 ? `${date} 20:00` : undefined));
    const call = month(
      (digits) => `RMAMR03_SIM001_${digits}_2_CTL.zip`,
      (date) => `${date} 14:35`,
    );
    const event = month(
      (digits) => `RP008_SIMC01_${digits}.csv`,
      (date) => `${date} 10:00`,
      { installation: 'hkcc-seoch' },
    );
    for (const arrivals of [few, some, call, event]) {
      assert.deepEqual(learn(arrivals, shippedCatalogue(), shippedCalendars, settings).times, []);
    }
  });

  it('proposes names that no row takes, and says what it cannot read', () => {
    const odd = month(
      (digits) => `NEWAA77-SIM001-${digits.slice(2)}-3.dat`,
      (date) => `${date} 20:00`,
    );
    const stray = { installation: 'hkscc' as const, path: '/INBOX/notice.pdf', at: 0 };
    const once = { installation: 'hkscc' as const, path: '/INBOX/ONCE01_20261102.txt', at: 0 };
    const { names, unrecognised } = learn(
      [...odd, stray, once],
      shippedCatalogue(),
      shippedCalendars,
      settings,
    );
    assert.deepEqual(
      names.map(({ code, file, files }) => [code, file, files]),
      [['NEWAA77', '{code}-{participant}-{yymmdd}-{set}.dat', 30]],
    );
    assert.deepEqual(unrecognised, ['/INBOX/notice.pdf', '/INBOX/ONCE01_20261102.txt']);
  });
});

describe('what a person accepted', () => {
  const accepted = { by: 'Chan Tai Man', at: '2026-12-20 10:00', reason: 'looked right' };
  const account = { installation: 'hkscc' as const, derivatives: 'derivatives-h' as const };
  const ruleOf = (text: string, code: string) =>
    rulesOf(catalogueOf({ text, subject }).rows, account).find(({ report }) => report === code);

  it('alarms from then on, and not before', () => {
    const arrivals = month(fcs, (date, index) => `${date} 20:${minute(index)}`);
    const learned = learn(arrivals, shippedCatalogue(), shippedCalendars, settings);
    assert.equal(ruleOf('', 'CCLTN05')?.frequency, 'no-time');
    const text = withLearned('', subject, learned, accepted);
    assert.equal(ruleOf(text, 'CCLTN05')?.frequency, 'business-day');
    assert.match(text, /accepted by Chan Tai Man on 2026-12-20 10:00: looked right; seen Mon 20:00-20:10/);
    // Once more: the set is replaced, not added.
    assert.equal(withLearned(text, subject, learned, accepted).match(/code: CCLTN05/g)?.length, 1);
  });

  it('stands beside what the person wrote, remarks included', () => {
    const own =
      '# our reports\nreports:\n  - code: CCLTN05 # the statement\n    route: desk 3\n  - code: CCLTN04\n    frequency: optional # nobody reads it\n';
    const arrivals = month(fcs, (date) => `${date} 20:00`);
    const text = withLearned(
      own,
      subject,
      learn(arrivals, catalogueOf({ text: own, subject }), shippedCalendars, settings),
      accepted,
    );
    for (const remark of ['# our reports', '# the statement', '# nobody reads it'])
      assert.ok(text.includes(remark), remark);
    const row = catalogueOf({ text, subject }).rows.find(({ code }) => code === 'CCLTN05');
    assert.deepEqual([row?.route, row?.sets[0]?.timeCertainty], ['desk 3', 'learned']);
  });

  it('is known by name, and awaited only once somebody says when', () => {
    const odd = month(
      (digits) => `NEWAA77-SIM001-${digits}.dat`,
      (date) => `${date} 20:00`,
    );
    const text = withLearned(
      '',
      subject,
      learn(odd, shippedCatalogue(), shippedCalendars, settings),
      accepted,
    );
    const own = catalogueOf({ text, subject });
    assert.equal(own.recognise('/INBOX/x', 'NEWAA77-SIM001-20261102.dat').code, 'NEWAA77');
    assert.equal(ruleOf(text, 'NEWAA77'), undefined);
    assert.deepEqual(doubtsOf(own, shippedCalendars.names), []);
  });
});

describe('the rules of an account', () => {
  const rules = (
    installation: 'hkscc' | 'hkcc-seoch',
    derivatives: 'derivatives-h' | 'derivatives-nh' = 'derivatives-h',
  ) => rulesOf(shippedCatalogue().rows, { installation, derivatives });
  const frequencyOf = (of: ReturnType<typeof rules>, report: string, set: string) =>
    of.find((one) => one.report === report && one.set === set)?.frequency;

  it('are those of its installation, on the calendar of the firm', () => {
    assert.ok(rules('hkscc').every(({ report }) => !report.startsWith('RP0')));
    const nh = rules('hkcc-seoch', 'derivatives-nh');
    assert.deepEqual([...new Set(nh.map(({ calendar }) => calendar))], ['derivatives-nh']);
  });

  it('alarm on times that are stated, never on a guess, and never await what comes on a condition', () => {
    const of = rules('hkscc');
    assert.equal(frequencyOf(of, 'RMAMR03', '4'), 'business-day');
    assert.equal(frequencyOf(of, 'RMAMR03', '2'), 'conditional');
    assert.equal(frequencyOf(of, 'RMAMR01', '4'), 'no-time');
    assert.equal(frequencyOf(of, 'RMAMR01', '2'), 'event');
    assert.equal(frequencyOf(of, 'CFIPM01', ''), undefined);
    assert.equal(frequencyOf(rules('hkcc-seoch'), 'RPI', '*'), 'event');
  });
});

describe('a catalogue that can be read and is doubtful', () => {
  const doubts = (text: string) =>
    doubtsOf(catalogueOf({ text, subject }), shippedCalendars.names).map(({ problem }) => problem);

  it('is not the shipped one', () => assert.deepEqual(doubts(''), []));

  const rows: [string, RegExp][] = [
    ['reports:\n  - code: CSEMA08\n    calendar: connect\n', /the calendar "connect" is not known/],
    [
      'reports:\n  - code: CSEMA08\n    layout: SQUARE\n',
      /the layout "SQUARE" is not known: nothing is checked/,
    ],
    ['reports:\n  - code: CSEMA08\n    about: 19:00\n', /19:00, 17:15, 18:00 are not in this order/],
    [
      'reports:\n  - code: CCLTN05\n    file: "{code}[_{participant}]_{yyyymmdd}.{ext}"\n  - code: CCLTN04\n    file: "CCLTN05_{yyyymmdd}.txt"\n',
      /its file "CCLTN05_20260227.txt" is taken for CCASS CCLTN05/,
    ],
  ];
  for (const [text, message] of rows) {
    it(`says so: ${message.source}`, () => assert.match(doubts(text).join('\n'), message));
  }
});

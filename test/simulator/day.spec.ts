/** Days by the catalogue, and what may happen to them. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Installation } from '../../lib/model/types.ts';
import { rulesOf } from '../../lib/reports/catalogue/account-rules.ts';
import { catalogueOf, shippedCatalogue } from '../../lib/reports/catalogue.ts';
import { expect } from '../../lib/reports/expectation/expect.ts';
import type { Fact } from '../../lib/reports/expectation/types.ts';
import { verdictOf } from '../../lib/reports/integrity/finding.ts';
import { inspectFile } from '../../lib/reports/integrity/inspect.ts';
import { CalendarBook } from '../../lib/time/calendar-book.ts';
import { addDays, fromHongKong, hongKongStamp } from '../../lib/time/hong-kong.ts';
import { type CatalogueWorld, planCatalogueDay } from '../../simulator/content/catalogue-day.ts';
import { accounts } from '../../simulator/content/invented.ts';
import type { CatalogueReport } from '../../simulator/content/plan.ts';
import { changeKinds, readDay } from '../../simulator/day/change-list.ts';
import { catalogueDays } from '../../simulator/day/days.ts';
import { temporaryHome } from './support.ts';

const installations = ['hkscc', 'hkcc-seoch'] as const;
const plan = { seed: 3, riskFileBytes: 2000 };
const friday = '2026-11-27';
const { rows } = shippedCatalogue();

function worldOf(site = '', derivatives: CatalogueWorld['derivatives'] = 'derivatives-h'): CatalogueWorld {
  const own = catalogueOf({ text: site, subject: 'The catalogue' }).rows;
  return { rows: own, calendars: new CalendarBook(), derivatives };
}

function dayOf(date: string, world = worldOf()): CatalogueReport[] {
  return installations.flatMap((one) => planCatalogueDay(one, date, world, plan));
}

/** The reports of a Friday on which something happens, with those of the Thursday. */
function changedFriday(text: string, complete = false): CatalogueReport[] {
  const world = worldOf();
  const changes = readDay(text, rows);
  return catalogueDays({ hkscc: friday, 'hkcc-seoch': friday }, { world, changes, complete }, plan);
}

/** 'HH:MM' of everything that comes of a report; with the day of the month where it is another day. */
function timesOf(reports: readonly CatalogueReport[], code: string, set = '', date = friday): string[] {
  return reports
    .filter((one) => one.code === code && one.businessDate === date && (set === '' || one.set === set))
    .map(({ appearsAt }) => hongKongStamp(appearsAt))
    .map((stamp) => (stamp.startsWith(date) ? stamp.slice(11, 16) : stamp.slice(8, 16)))
    .sort();
}

describe('a day by the catalogue', () => {
  it('has every report of the catalogue that comes every day, each half, under a name that its row takes', () => {
    const day = dayOf(friday);
    for (const row of rows) {
      for (const { set, frequency } of row.sets) {
        const made = day.filter(
          (one) =>
            one.installation === row.installation && one.code === row.code && row.pattern.test(nameOf(one)),
        );
        const ofSet = made.filter((one) => one.set === set);
        const rare = frequency === 'event' || frequency === 'conditional';
        assert.equal(
          ofSet.length,
          rare ? 0 : Math.max(1, row.halves.length),
          `${row.code} ${row.variant} ${set}`,
        );
      }
    }
    const catalogue = shippedCatalogue();
    for (const one of day) {
      const told = catalogue.recognise(one.path, nameOf(one), one.installation);
      assert.equal(told.code, one.code, one.path);
      assert.equal(told.businessDate, friday, one.path);
    }
  });

  it('has them at the times of the catalogue, and of a site on its half days', () => {
    const day = dayOf(friday);
    assert.deepEqual(timesOf(day, 'RMAMR03'), ['11:30', '11:30', '17:15', '17:15', '21:00', '21:00']);
    assert.deepEqual(timesOf(day, 'CSEMS08'), ['28 08:00']);
    assert.deepEqual(timesOf(day, 'RPI'), ['09:00', '13:00']);
    const site = [
      'reports:',
      '  - code: CSEMA08',
      '    halfDay: { about: "13:30", lateAfter: "14:00", cutOff: "15:00" }',
      '  - { code: CCLTN05, frequency: business-day, about: "20:00", lateAfter: "20:45", cutOff: "22:00",',
      '      timeCertainty: learned, validUntil: 2027-10-10 }',
    ].join('\n');
    const world = worldOf(site);
    assert.deepEqual(timesOf(dayOf('2026-12-24', world), 'CSEMA08', '', '2026-12-24'), ['13:30']);
    assert.deepEqual(timesOf(dayOf('2026-12-23', world), 'CSEMA08', '', '2026-12-23'), ['16:30']);
    assert.deepEqual(timesOf(dayOf('2027-10-07', world), 'CCLTN05', '', '2027-10-07'), ['20:00']);
    assert.deepEqual(timesOf(dayOf('2027-10-11', world), 'CCLTN05', '', '2027-10-11'), [], 'no longer valid');
  });

  it('knows holidays, Saturdays, and firms that take part in holiday trading or not', () => {
    const codes = (date: string, world?: CatalogueWorld) => [
      ...new Set(dayOf(date, world).map((one) => `${one.installation} ${one.code}`)),
    ];
    assert.deepEqual(codes('2026-11-28'), ['hkscc CSEMS08'], 'a Saturday');
    assert.deepEqual(codes('2026-11-29'), [], 'a Sunday');
    assert.ok(codes('2026-12-25').every((one) => one.startsWith('hkcc-seoch')));
    assert.ok(codes('2026-12-25').includes('hkcc-seoch RPP'));
    assert.deepEqual(codes('2026-12-25', worldOf('', 'derivatives-nh')), []);
  });

  it('has sound reports, or such of which nothing is known', async () => {
    const folder = await temporaryHome();
    for (const one of changedFriday('event RMAMR03:2; event RPI at 10:43; event RP008')) {
      const verdict = await judged(one, folder);
      const known = /\.(zip|lis)$/.test(one.path) || /CCLTN0|CIPSI02|RPF01/.test(one.code);
      assert.equal(verdict, known ? 'sound' : 'not-checked', one.path);
    }
    await fs.rm(folder, { recursive: true });
  });
});

describe('the words of a day', () => {
  const said: [string, string][] = [
    ['', ''],
    ['usual', ''],
    ['late RP009; missing RMAMR03:4', 'late RP009; missing RMAMR03:4'],
    ['RP009 LATE by 20 min', 'late RP009 by 20'],
    ['rp009: late 20m', 'late RP009 by 20'],
    ['late RP009, RPF01 and csema08 by 1h30m;', 'late RP009 by 90; late RPF01 by 90; late CSEMA08 by 90'],
    ['late RP009 for 2 hours', 'late RP009 by 120'],
    ['late RMAMR03 set 4 at 0:30+1d', 'late RMAMR03:4 at 1470'],
    ['amended RMAMR03:4:dat at 22:10', 'amended RMAMR03:4:DAT at 1330'],
    ['the halves far apart RMAMP01:3 by 40m', 'halves apart RMAMP01:3 by 40'],
    ['out-of-order RMAMR03\nearly RPP 20:00', 'out of order RMAMR03; early RPP at 1200'],
    ['damage CCMDS01@hkscc; foreign CCMDS01@hkcc', 'damaged CCMDS01@hkscc; foreign CCMDS01@hkcc-seoch'],
    ['event RPI at 10:05; event RMAMR03:2', 'event RPI:1005 at 605; event RMAMR03:2'],
    ['late\u3000RP009\uff1bmissing RPF01', 'late RP009; missing RPF01'],
  ];
  for (const [text, meant] of said) {
    it(`read ${JSON.stringify(text)}`, () => {
      const told = readDay(text, rows).map(({ kind, code, set, half, installation, by, at }) => {
        const name = [code, set, half].filter((part) => part !== undefined).join(':');
        const where = installation === undefined ? '' : `@${installation}`;
        return `${kind} ${name}${where}${by === undefined ? '' : ` by ${by}`}${at === undefined ? '' : ` at ${at}`}`;
      });
      assert.equal(told.join('; '), meant);
    });
  }

  const wrong: [string, RegExp, RegExp][] = [
    ['laet RP009', /"laet"/, /Did you mean "late"\?/],
    ['RP009', /"RP009" does not say what happens/, /late, early, missing/],
    ['late', /names no report/, /such as "late RP009"/],
    ['late RP900', /"RP900", which the catalogue does not have/, /rap catalogue show/],
    ['missing RP090', /"RP090"/, /Did you mean RP009\?/],
    ['late RMAMR03:9', /no set 9/, /sets are 1, 2, 3, 4/],
    ['late RP009:2', /no set 2/, /RP009 alone/],
    ['missing RMAMR03:4:XYZ', /no half XYZ/, /CTL, DAT/],
    ['late missing RP009', /late and missing/, /two items/],
    ['missing RP009 at 21:00', /a time that does not go with missing/, /Leave the time out/],
    ['late RP009 by 20m at 21:00', /a time that does not go with late/, /one time/],
    ['late RP009 at 25:00', /25:00/, /at 21:50/],
    ['halves apart RP009', /one piece/, /RMAMP01, RMAMR03/],
    ['late RP009 -20m', /"-20m"/, /CODE:SET/],
  ];
  for (const [text, problem, cure] of wrong) {
    it(`refuse ${JSON.stringify(text)}, naming the word and the cure`, () => {
      assert.throws(
        () => readDay(text, rows),
        (thrown) => {
          assert.ok(thrown instanceof RapError);
          assert.equal(thrown.code, 'USAGE');
          assert.match(thrown.message, problem);
          assert.match(thrown.cure, cure);
          return true;
        },
      );
    });
  }

  it('are understood or refused in a sentence, whatever is written', () => {
    const word = fc.oneof(
      fc.constantFrom(
        ...changeKinds,
        'RP009',
        'RMAMR03:4',
        'RPI',
        'by',
        'at',
        '20m',
        '21:00',
        ';',
        ',',
        'set',
        '1h',
      ),
      fc.string({ maxLength: 6, unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        try {
          readDay(words.join(' '), rows);
        } catch (thrown) {
          assert.ok(thrown instanceof RapError && thrown.cure !== '', String(thrown));
        }
      }),
      { numRuns: 500, seed: 20261130 },
    );
  });
});

describe('a day on which something happens', () => {
  const cases: [string, string, string, string[]][] = [
    ['late CSEMA08', 'CSEMA08', '', ['17:35']],
    ['late CSEMA08 by 20m', 'CSEMA08', '', ['16:50']],
    ['late CSEMA08 at 19:00', 'CSEMA08', '', ['19:00']],
    ['late RMAMR03:4 at 00:30', 'RMAMR03', '4', ['28 00:30', '28 00:30']],
    ['late RP009', 'RP009', '', ['21:00']],
    ['late RPF', 'RPF', '', ['21:30', '28 01:20', '28 02:30']],
    ['early RMAMR03:4', 'RMAMR03', '4', ['20:30', '20:30']],
    ['early RPF01 at 18:00', 'RPF01', '', ['18:00']],
    ['missing RMAMR03:4', 'RMAMR03', '', ['11:30', '11:30', '17:15', '17:15']],
    ['missing RMAMR03:4:DAT', 'RMAMR03', '4', ['21:00']],
    ['missing CCMDS01@hkscc', 'CCMDS01', '', ['18:00']],
    ['amended CSEMA08', 'CSEMA08', '', ['16:30', '17:00']],
    ['late CSEMA08; amended CSEMA08 at 20:00', 'CSEMA08', '', ['17:35', '20:00']],
    ['halves apart RMAMP01:3', 'RMAMP01', '3', ['21:00', '21:25']],
    ['halves apart RMAMP01:3 by 2h', 'RMAMP01', '3', ['21:00', '23:00']],
    ['out of order RMAMP01', 'RMAMP01', '1', ['21:00', '21:00']],
    ['event RMAMR03:2', 'RMAMR03', '2', ['14:30', '14:30']],
    ['event RPI at 15:20', 'RPI', '', ['09:00', '13:00', '15:20']],
    ['event RP008; late RP008 at 12:00', 'RP008', '', ['12:00']],
  ];
  for (const [text, code, set, times] of cases) {
    it(`${text}: ${code} comes at ${times.join(' ')}`, () => {
      assert.deepEqual(timesOf(changedFriday(text), code, set), times);
    });
  }

  it('has the report of the day before after that of the day, when one set comes out of order', () => {
    const reports = changedFriday('out of order CCLTN05');
    assert.deepEqual(timesOf(reports, 'CCLTN05'), ['20:00']);
    assert.deepEqual(timesOf(reports, 'CCLTN05', '', '2026-11-26'), ['27 20:10']);
  });

  it('changes nothing else', () => {
    const usual = changedFriday('');
    const changed = changedFriday('late CSEMA08; damaged RPP; foreign CCLTN05; missing RP009');
    const others = (all: CatalogueReport[]) =>
      all
        .filter((one) => one.businessDate !== friday || !/CSEMA08|RPP|CCLTN05|RP009/.test(one.code))
        .map((one) => [one.path, one.appearsAt, Buffer.concat([...one.content(0)]).toString('base64')]);
    assert.deepEqual(others(changed), others(usual));
  });

  it('amends with other figures under the same name', () => {
    const [first, second] = changedFriday('amended CCLTN05').filter(
      (one) => one.code === 'CCLTN05' && one.businessDate === friday,
    );
    assert.ok(first && second);
    assert.equal(first.path, second.path);
    assert.notDeepEqual([...first.content(0)], [...second.content(0)]);
  });

  it('damages what can be told by its form, and makes others empty', async () => {
    const folder = await temporaryHome();
    for (const code of new Set(dayOf(friday).map((one) => one.code))) {
      const damaged = changedFriday(`damaged ${code}`).filter(
        (one) => one.code === code && one.businessDate === friday,
      );
      for (const one of damaged) {
        const verdict = await judged(one, folder);
        const empty = Buffer.concat([...one.content(0)]).length === 0;
        assert.ok(empty ? verdict === 'not-checked' : verdict === 'damaged', `${one.path} is ${verdict}`);
      }
    }
    await fs.rm(folder, { recursive: true });
  });

  it('gives reports to another participant, by their header or their name', async () => {
    const folder = await temporaryHome();
    const reports = changedFriday('foreign CCLTN05 CCLTN04 CIPSI02 CSEMA08').filter(
      (one) => one.businessDate === friday && /CCLTN0|CIPSI02|CSEMA08/.test(one.code),
    );
    for (const one of reports) {
      if (one.code === 'CSEMA08') assert.match(one.path, /CSEMA08_OTHER1_20261127/);
      else assert.equal(await judged(one, folder), 'foreign', one.path);
    }
    assert.throws(() => changedFriday('foreign RPP'), /shows no participant/);
    await fs.rm(folder, { recursive: true });
  });

  it('refuses what is about nothing that comes on the date', () => {
    assert.throws(() => changedFriday('late RMAMR03:2'), /does not come on 2026-11-27/);
    assert.doesNotThrow(() => changedFriday('event RMAMR03:2; late RMAMR03:2'));
    assert.throws(() => changedFriday('early RPP at 22:00'), /after its usual one/);
  });
});

describe('simulated days beside what is expected', () => {
  /** What is told of days that somebody looks at every five minutes, and whose sound reports arrive at once. */
  function answerOf(reports: readonly CatalogueReport[], one: Installation, ask: string[], at: string) {
    const world = worldOf();
    const second = Math.floor(fromHongKong(at) / 1000);
    const begin = Math.floor(fromHongKong(`${ask[0]} 00:00`) / 1000) - 300;
    const facts: Fact[] = reports
      .filter(({ installation }) => installation === one)
      .map(({ appearsAt, path: remote, content }) => ({
        ...{ fact: 'received' as const, centre: 'primary' as const, path: remote },
        at: Math.floor(appearsAt / 1000) + 20,
        sha256: Buffer.concat([...content(0)])
          .toString('base64')
          .slice(0, 400),
      }));
    const folders = ['/INBOX', '/COMMON', '/RPF'];
    const look = { fact: 'looked' as const, centre: 'primary' as const, ok: folders, failed: [] };
    facts.push({ ...look, at: begin, every: 300, until: second });
    return expect({
      participant: accounts[one].participant,
      rules: rulesOf(rows, { installation: one, derivatives: world.derivatives }),
      calendars: { day: (name, date) => world.calendars.day(name, date).kind },
      facts: facts.sort((a, b) => a.at - b.at),
      ...{ ask, askPractice: [], at: second },
    });
  }

  const dates = ['2026-11-26', friday, '2026-11-28'];

  it('cause no mail on a usual day, and everything is there in the end', () => {
    for (const one of installations) {
      const reports = catalogueDays(
        { hkscc: '2026-11-30', 'hkcc-seoch': '2026-11-30' },
        { world: worldOf(), changes: [] },
        plan,
      );
      const { expectations, messages } = answerOf(reports, one, [friday, '2026-11-28'], '2026-11-30 12:00');
      assert.deepEqual(messages, []);
      const states = new Set(expectations.map(({ state }) => state));
      assert.deepEqual([...states].sort(), ['not-expected', 'received']);
    }
  });

  it('cause the mails of what happens, each once', () => {
    const reports = changedFriday(
      'late CSEMA08; missing RMAMR03:4:DAT; amended RMAMP01:3; late RPF01 by 5m; event RPI at 10:43',
    );
    const told = (one: Installation) =>
      answerOf(reports, one, [friday], '2026-11-28 09:30').messages.map((mail) =>
        mail.kind === 'unknown' ? 'unknown' : `${mail.kind} ${mail.report}${mail.set && `:${mail.set}`}`,
      );
    assert.deepEqual(told('hkscc').sort(), [
      'amended RMAMP01:3',
      'at-risk CSEMA08',
      'at-risk RMAMR03:4',
      'late CSEMA08',
      'late RMAMR03:4',
      'missing RMAMR03:4',
      'recovered CSEMA08',
    ]);
    assert.deepEqual(told('hkcc-seoch'), ['event RPI:1043']);
  });

  for (const at of [
    '2026-11-27 00:00',
    '2026-11-27 00:20',
    '2026-11-27 03:30',
    '2026-11-27 09:50',
    '2026-11-27 11:00',
    '2026-11-27 23:30',
    '2026-11-28 08:30',
    '2026-11-29 15:00',
    '2026-11-30 06:00',
    '2026-12-25 12:00',
    '2027-02-06 10:00',
  ]) {
    it(`are complete at ${at} where every day is: nothing is late, and nothing expected so far is lacking`, () => {
      const today = at.slice(0, 10);
      const world = worldOf();
      const newest = { hkscc: today, 'hkcc-seoch': today };
      const reports = catalogueDays(newest, { world, changes: [], complete: true }, plan);
      const there = reports.filter(({ appearsAt }) => appearsAt <= fromHongKong(at));
      for (const one of installations) {
        const ask = [today, addDays(today, -1)].reverse();
        const { expectations, messages } = answerOf(there, one, ask, `${at}:30`);
        assert.deepEqual(messages, []);
        for (const { report, set, state } of expectations) {
          assert.ok(['received', 'not-expected'].includes(state), `${report} ${set} is ${state}`);
        }
      }
    });
  }

  it('follow each other', () => {
    const reports = changedFriday('', true);
    assert.deepEqual(timesOf(reports, 'RMAMR03', '4', '2026-12-04'), ['00:00', '00:00']);
    assert.deepEqual(timesOf(reports, 'CSEMS08', '', '2026-12-05'), ['00:00'], 'of a Saturday');
    assert.ok(dates.every((date) => reports.some((one) => one.businessDate === date)));
  });
});

function nameOf({ path: remote }: CatalogueReport): string {
  return path.posix.basename(remote);
}

async function judged(one: CatalogueReport, folder: string): Promise<string> {
  const file = path.join(folder, nameOf(one));
  await fs.writeFile(file, Buffer.concat([...one.content(0)]));
  const named = { name: nameOf(one), code: one.code, businessDate: one.businessDate };
  const { participant } = accounts[one.installation];
  return verdictOf(await inspectFile(named, file, participant, shippedCatalogue())).verdict;
}

/** How long the key of an account may be used, and the reminders before it ends. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KEY_REMINDERS, raiseKeyAlarms } from '../../../lib/alarms/key-alarms.ts';
import { languages } from '../../../lib/mail/config.ts';
import { queueDailyStatus } from '../../../lib/mail/daily-status.ts';
import { businessDaysLeft, keyTerms } from '../../../lib/mail/key-terms.ts';
import { isBusinessDay } from '../../../lib/time/calendar.ts';
import { shippedCalendars } from '../../../lib/time/calendar-book.ts';
import { addDays, fromHongKong } from '../../../lib/time/hong-kong.ts';
import { freshLedger } from '../ledger/samples.ts';
import { someContacts } from '../mail/samples.ts';

const calendars = shippedCalendars;

describe('the time of a key', () => {
  const given = freshLedger();
  const goTo = (date: string, time = '09:00') =>
    given.clock.jump(fromHongKong(`${date} ${time}`) - given.clock.now());
  const tell = (changes: object = {}, settings = someContacts()) =>
    raiseKeyAlarms(given.ledger, settings, {
      ...{ calendars, now: given.clock.now(), accounts: ['SIM001'], frozen: false },
      ...changes,
    });
  const told = async () =>
    (await given.ledger.mails.mails()).map(
      ({ text }) => /(\d+) business days? (?:is|are) left|is over/.exec(text)?.[0],
    );

  it('is counted in business days of the calendars: weekends and holidays do not count', () => {
    assert.equal(
      businessDaysLeft('2026-12-24', '2026-12-28', calendars),
      1,
      'Christmas, Boxing Day, a Sunday',
    );
    assert.equal(businessDaysLeft('2026-11-27', '2026-11-30', calendars), 1);
    assert.equal(businessDaysLeft('2026-11-30', '2026-11-30', calendars), 0);
    assert.equal(businessDaysLeft('2026-12-01', '2026-11-30', calendars), -1);
    const day = fc.integer({ min: 0, max: 400 }).map((n) => addDays('2026-01-01', n));
    fc.assert(
      fc.property(day, fc.nat(60), (today, more) => {
        const days = Array.from({ length: more }, (_, index) => addDays(today, index + 1));
        const open = days.filter((date) => isBusinessDay('securities', date, calendars)).length;
        assert.equal(businessDaysLeft(today, addDays(today, more), calendars), open);
      }),
      { seed: 11, numRuns: 100 },
    );
  });

  it('is counted at once, however far ahead the date is that a person entered', () => {
    const open = (date: string) => ![0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
    const near = addDays('2026-11-30', 400);
    for (const more of [401, 402, 403, 404, 405, 406, 407, 3_000]) {
      const until = addDays('2026-11-30', more);
      const further = Array.from({ length: more - 400 }, (_, n) => addDays(near, n + 1)).filter(open).length;
      const left = businessDaysLeft('2026-11-30', near, calendars) + further;
      assert.equal(businessDaysLeft('2026-11-30', until, calendars), left, until);
    }
    // A calendar that is asked for each of three million days would block for minutes.
    let asked = 0;
    const counting = Object.create(calendars, {
      day: {
        value: (...of: Parameters<typeof calendars.day>) => {
          asked++;
          return calendars.day(...of);
        },
      },
    });
    assert.ok(businessDaysLeft('2026-11-30', '9999-12-31', counting) > 2_000_000);
    assert.ok(asked > 0 && asked < 1_000, `${asked}`);
  });

  it('is told 30, 14, 7 and 1 business days before its end, each once, whoever looks how often', async () => {
    await given.ledger.accountKeys.setKeyUntil('SIM001', '2027-03-31');
    const left: number[] = [];
    for (let date = '2027-01-25'; date <= '2027-04-02'; date = addDays(date, 1)) {
      goTo(date);
      const before = (await given.ledger.mails.mails()).length;
      await tell();
      await tell();
      const after = await given.ledger.mails.mails();
      if (after.length > before) left.push(businessDaysLeft(date, '2027-03-31', calendars));
      assert.ok(after.length <= before + 1, date);
    }
    assert.deepEqual(left, [...KEY_REMINDERS, -1]);
    assert.deepEqual(await told(), [
      '30 business days are left',
      '14 business days are left',
      '7 business days are left',
      '1 business day is left',
      'is over',
    ]);
    const levels = (await given.ledger.mails.mails()).map(({ level }) => level);
    assert.deepEqual(levels, ['information', 'information', 'information', 'critical', 'critical']);
    assert.equal((await given.ledger.alarms.openAlarms()).length, 1, 'one took the place of the other');
    assert.match((await given.ledger.mails.mails())[3]?.subject ?? '', /^RAP CRITICAL SIM001: key ends now$/);
  });

  it('is not told in a key freeze, nor of an account that is not in the flow, nor where nobody entered a date', async () => {
    await given.ledger.accountKeys.setKeyUntil('SIM001', '2027-03-31');
    await given.ledger.accountKeys.setKeyUntil('SIMC01', '');
    goTo('2027-03-18');
    await tell({ frozen: true });
    await tell({ accounts: ['SIMC01'] });
    assert.deepEqual(await told(), []);
    await tell();
    assert.deepEqual(
      await told(),
      ['7 business days are left'],
      'after the freeze the nearest, and none before it',
    );
  });

  it('ends with a later date, which is told; and begins anew with it', async () => {
    await given.ledger.accountKeys.setKeyUntil('SIM001', '2027-03-31');
    goTo('2027-03-30');
    await tell();
    await given.ledger.accountKeys.setKeyUntil('SIM001', '2028-03-31');
    await tell();
    const mails = await given.ledger.mails.mails();
    assert.match(mails.at(-1)?.subject ?? '', /^RAP recovered SIM001: KEY_ENDS_NOW$/);
    assert.deepEqual(await given.ledger.alarms.openAlarms(), []);
    goTo('2028-03-30');
    await tell();
    assert.equal((await given.ledger.mails.mails()).length, mails.length + 1);
  });

  it('is told in every language, and in the morning mail', async () => {
    await given.ledger.accountKeys.noteKey('SIM001', 'SHA256:a');
    for (const [index, language] of languages.entries()) {
      const until = `2027-04-${10 + index}`;
      await given.ledger.accountKeys.setKeyUntil('SIM001', until);
      goTo(`2027-03-${15 + index}`);
      const settings = someContacts({}, { language });
      await tell({}, settings);
      await queueDailyStatus(given.ledger, settings, given.clock.now(), ['ops'], ['SIM001'], calendars);
      const texts = (await given.ledger.mails.mails()).slice(-2).map(({ text }) => text);
      for (const text of texts) {
        assert.ok(text.includes(until), language);
        assert.doesNotMatch(text, /[{}]|undefined/, language);
      }
    }
  });

  it('knows of each account its key, its first log-in, and what is left', async () => {
    goTo('2026-11-27');
    const { ledger, clock } = given;
    await ledger.accountKeys.noteKey('SIM001', 'SHA256:a');
    await ledger.accountKeys.noteKeyUse('SIM001', 'SHA256:a');
    const first = clock.now();
    await clock.advance(1000);
    await ledger.accountKeys.noteKeyUse('SIM001', 'SHA256:a');
    await ledger.accountKeys.setKeyUntil('SIM001', '2026-11-30');
    const life = {
      account: 'SIM001',
      fingerprint: 'SHA256:a',
      since: first,
      firstUsedAt: first,
      until: '2026-11-30',
    };
    assert.deepEqual(await keyTerms(ledger, calendars, clock.now()), [{ ...life, daysLeft: 1 }]);
    await ledger.accountKeys.noteKey('SIM001', 'SHA256:b');
    const [next] = await ledger.accountKeys.keyLives();
    assert.deepEqual([next?.fingerprint, next?.firstUsedAt], ['SHA256:b', null]);
    const said = (await ledger.journal.records()).map(({ what }) => what);
    assert.deepEqual(
      said.filter((what) => /key/i.test(what)),
      ['SSH key noted', 'SSH key first used', 'end of the SSH key noted', 'SSH key changed'],
    );
  });
});

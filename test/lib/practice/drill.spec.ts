import assert from 'node:assert/strict';
import path from 'node:path';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { type Language, languages, parseContacts } from '../../../lib/mail/config.ts';
import { answerDrill, drillOf, GuessLimit, startDrill } from '../../../lib/practice/drill.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const contactsIn = (language: Language, names = ['ann', 'bo']) =>
  parseContacts({
    smtp: { host: '127.0.0.1', port: 2525, requireTls: false, from: 'rap@broker.example' },
    contacts: names.map((name) => ({ name: name.toUpperCase(), email: `${name}@broker.example` })),
    language,
  });

describe('the reachability drill', () => {
  const folder = temporaryFolder();
  const plan = practice20250621;
  let clock: SimulatedClock;
  let ledger: Ledger;
  let homes = 0;

  beforeEach(async () => {
    clock = new SimulatedClock(fromHongKong('2025-06-19 10:00'));
    ledger = await openLedger(path.join(folder(), `${homes++}`, 'ledger.sqlite'), clock);
  });
  afterEach(() => ledger.close());

  it('sends each contact one code, also when started twice, and a new contact its own', async () => {
    const { contacts: sent, mail } = await startDrill(ledger, contactsIn('en'), plan);
    assert.equal(mail?.fresh, true);
    assert.equal((await startDrill(ledger, contactsIn('en'), plan)).mail?.fresh, false);
    assert.equal((await ledger.mails.mails()).length, 2, 'started twice, sent once');
    const { contacts: more } = await startDrill(ledger, contactsIn('en', ['ann', 'bo', 'cy']), plan);
    const mails = await ledger.mails.mails();
    assert.equal(mails.length, 3);
    assert.deepEqual(more.slice(0, 2), sent, 'the first codes stay');
    assert.equal(new Set(more.map(({ code }) => code)).size, 3);
    for (const { email, code, name } of more) {
      const mine = mails.find(({ to }) => to[0]?.address === email);
      assert.equal(mine?.to.length, 1, 'nobody sees the code of another');
      assert.ok(mine.subject.includes(code) && mine.text.includes(code));
      assert.match(code, /^[A-Z0-9]{6}$/);
      assert.equal(`${name.toLowerCase()}@broker.example`, email);
    }
  });

  it('is asked in each language', async () => {
    const said = { en: /Are you reachable/, 'zh-Hant': /能否聯絡到您/, 'zh-Hans': /能否联系到您/ };
    for (const language of languages) {
      const fresh = { ...plan, date: `2025-07-0${languages.indexOf(language) + 1}` };
      await startDrill(ledger, contactsIn(language), fresh);
      const mails = await ledger.mails.mails({ run: `practice-${fresh.date}` });
      assert.match(mails[0]?.subject ?? '', said[language]);
    }
  });

  it('takes a code once, from a subject or by hand, and knows who entered it, how and when', async () => {
    const { contacts: sent } = await startDrill(ledger, contactsIn('en'), plan);
    const [first, second] = sent;
    assert.ok(first && second);
    await clock.advance(5 * 60_000);
    const subject = `Re: Practice session: Are you reachable? Your code is ${first.code.toLowerCase()}`;
    assert.equal((await answerDrill(ledger, plan.date, { text: subject, how: 'mail' }))?.outcome, 'answered');
    await clock.advance(5 * 60_000);
    const typed = { text: ` ${second.code} `, how: 'telephone', by: 'Chan' };
    assert.equal((await answerDrill(ledger, plan.date, typed))?.outcome, 'answered');
    await clock.advance(5 * 60_000);
    const again = await answerDrill(ledger, plan.date, { text: first.code, how: 'telephone', by: 'Lee' });
    assert.equal(again?.outcome, 'again', 'a replay changes nothing');
    assert.deepEqual(
      (await drillOf(ledger, plan.date)).map(({ email, answeredAt, how, enteredBy }) => [
        email,
        answeredAt,
        how,
        enteredBy,
      ]),
      [
        [first.email, fromHongKong('2025-06-19 10:05'), 'mail', ''],
        [second.email, fromHongKong('2025-06-19 10:10'), 'telephone', 'Chan'],
      ],
    );
    const told = (await ledger.journal.records()).filter(({ what }) => what.startsWith('reachability'));
    assert.deepEqual(
      told.map(({ who, why }) => `${who} ${why}`),
      [`${first.email} mail`, 'Chan telephone'],
    );
  });

  it('knows no code that was not sent, is of another day, or drowns in a long text', async () => {
    const { contacts: sent } = await startDrill(ledger, contactsIn('en'), plan);
    const code = sent[0]?.code ?? '';
    const wrong: [string, string][] = [
      [plan.date, ''],
      [plan.date, 'ABCDE0'],
      [plan.date, `${code}X`],
      [plan.date, `X${code}`],
      [plan.date, `${'ACDEFG '.repeat(60)}${code}`],
      ['2025-06-28', code],
    ];
    for (const [date, text] of wrong) {
      assert.equal(await answerDrill(ledger, date, { text, how: 'mail' }), undefined, text.slice(0, 20));
    }
    assert.ok((await drillOf(ledger, plan.date)).every(({ answeredAt }) => answeredAt === null));
  });

  it('takes no code for ten minutes after five wrong ones', async () => {
    const limit = new GuessLimit(clock);
    for (let at = 0; at < 5; at++) {
      limit.check();
      limit.wrong();
      await clock.advance(60_000);
    }
    assert.throws(() => limit.check(), { code: 'CODE_REFUSED', message: /no code is taken for 5 min/ });
    await clock.advance(4 * 60_000);
    assert.throws(() => limit.check(), { code: 'CODE_REFUSED' });
    await clock.advance(60_000);
    limit.check();
  });
});

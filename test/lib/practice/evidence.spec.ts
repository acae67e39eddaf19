/** The evidence page of a day that was terminated, in each language; and of a day an older version recorded. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Language } from '../../../lib/i18n/languages.ts';
import { t } from '../../../lib/i18n/translate.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import type { PracticeEvent } from '../../../lib/ledger/types.ts';
import { parseContacts } from '../../../lib/mail/config.ts';
import { answerDrill, startDrill } from '../../../lib/practice/drill.ts';
import { writeEvidencePack } from '../../../lib/practice/evidence-pack.ts';
import { eventText } from '../../../lib/practice/evidence-timeline.ts';
import { terminalFolder } from '../../../lib/practice/paths.ts';
import { sessionOf } from '../../../lib/practice/plan.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { weatherStoreOf } from '../../../lib/practice/weather-store.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import { type Decision, decide } from '../../../lib/weather/decide.ts';
import { addStatement, wholeDay } from '../../../lib/weather/evidence.ts';
import { triggerSpells } from '../../../lib/weather/signals.ts';
import { makeHome, removeHome } from '../../support/home.ts';
import { takeUpDay } from '../../support/practice-day.ts';

// What the plan says itself stays as somebody wrote it.
const plan = { ...practice20250621, title: '演習', source: '通告', deadlines: [] };
const at = (time: string) => fromHongKong(`${plan.date} ${time}`);
const evidence = addStatement(
  addStatement(
    wholeDay(
      triggerSpells([
        { code: 'WRAINB', issued: at('06:40'), cancelled: at('08:10') },
        { code: 'TC8SE', issued: at('15:20') },
      ]),
    ),
    { about: 'session', says: 'held', from: 'hkex', by: '陳', how: '2979-7111', at: at('09:30') },
  ),
  { about: 'extreme-conditions', says: 'none', since: at('10:00'), by: '陳', how: '新聞', at: at('10:00') },
);

describe('the evidence of a session', () => {
  let ledger: Ledger;
  let clock: SimulatedClock;
  let home: string;
  let events: PracticeEvent[];

  /** A day with everything on it: a signal that ends it, a part never held, a missed hour, a drill, a comparison. */
  before(async () => {
    home = await makeHome();
    clock = new SimulatedClock(at('07:50') - 2 * 86_400_000);
    ledger = await openLedger(path.join(home, 'ledger.sqlite'), clock);
    const contacts = parseContacts({
      smtp: { host: '127.0.0.1', port: 2525, requireTls: false, from: 'rap@broker.example' },
      contacts: [
        { name: '陳', email: 'chan@broker.example' },
        { name: '李', email: 'lee@broker.example' },
      ],
      language: 'zh-Hant',
    });
    const codes = ['ACDEF4', 'ACDEF7'];
    const newCode = () => codes.pop() ?? '';
    const { contacts: asked } = await startDrill(ledger, contacts, plan, [], newCode);
    await answerDrill(ledger, plan.date, { text: asked[0]?.code ?? '', how: '電話', by: '李' });
    await clock.advance(at('07:50') - clock.now());
    const files = path.join(home, 'files');
    const terminal = path.join(terminalFolder(home, plan.date), 'SIM001');
    await mkdir(files, { recursive: true });
    await mkdir(terminal, { recursive: true });
    const put = async (name: string, here: string, there: string) => {
      await writeFile(path.join(files, name), here);
      if (there !== '') await writeFile(path.join(terminal, name), there);
    };
    await put('A.txt', 'one\n', 'one\n');
    await put('B.txt', 'one\n', 'two\n');
    await put('C.txt', 'one\n', '');
    await writeFile(path.join(terminal, 'D.txt'), 'one');
    const step = await takeUpDay({
      ledger,
      clock,
      plan,
      contacts,
      doPart: (_, account) => ({
        outcome: account === 'SIM001' ? 'complete' : 'incomplete',
        user: 'U1',
        address: '10.243.66.141:18801',
        reports: ['A.txt', 'B.txt', 'C.txt'].map((name) => ({
          path: `/INBOX/${name}`,
          name,
          system: '',
          code: '',
          businessDate: '2025-06-20',
          size: 4,
          sha256: 'ab'.repeat(32),
          file: path.join(files, name),
          receivedAt: clock.now(),
        })),
        failed: account === 'SIM001' ? [] : [{ path: '/INBOX/E.txt', code: 'SHORT_FILE', message: '太短' }],
        unexpected: ['/INBOX/C.txt'],
      }),
    });
    const store = weatherStoreOf(ledger);
    let decision: Decision | undefined;
    for (const time of [
      '07:50',
      '08:30',
      '09:06',
      '11:50',
      '12:10',
      '14:00',
      '15:21',
      '15:36',
      '19:00',
      '19:05',
    ]) {
      await clock.advance(at(time) - clock.now());
      decision = decide(sessionOf(plan), evidence, clock.now(), decision);
      await store.save({ date: plan.date, evidence, decision, answers: [] });
      await step(evidence);
    }
    events = await ledger.practice.practiceEvents(plan.date);
  });
  after(async () => {
    await ledger?.close();
    await removeHome(home);
  });

  async function page(language?: Language): Promise<string> {
    const pack = await writeEvidencePack({
      ledger,
      clock,
      plan,
      home,
      rehearsal: true,
      ...(language === undefined ? {} : { language }),
    });
    return readFile(pack.summary, 'utf8');
  }

  it('is written in English when nothing is said', async () => {
    const written = await page();
    assert.match(written, /<html lang="en">/);
    assert.match(written, /Terminated<small>from 15:35</);
    assert.equal(written, await page('en'));
  });

  for (const language of ['zh-Hant', 'zh-Hans'] as const) {
    it(`is whole in ${language}: every label, every reason and every event; only records stay as they are`, async () => {
      const written = await page(language);
      assert.match(written, new RegExp(`<html lang="${language}">`));
      assert.doesNotMatch(written, /undefined|NaN|\{\w+\}|\[object/);
      const [shown = '', journal] = written
        .slice(written.indexOf('<body>'))
        .split(`<h2>${t(language, 'practice.page.section.journal')}</h2>`);
      assert.ok(journal !== undefined);
      const text = shown
        .replace(/<code>.*?<\/code>/g, '')
        .replace(/<[^>]*>/g, '\n')
        // Names: of systems, files, accounts, signals and of the parts and hotlines of the plan.
        .replace(
          /RAP Ops|HKCC & SEOCH RAP|HKCC &amp; SEOCH RAP|HKSCC RAP|\/?\w*\/?\w+\.txt|\w+@broker\.example|SHA-256|[CD]CASS hotline|Part \d|SIM\w+|TC8SE|WRAINB|RAP|ACDEF\d|U1|(?:ab){32}/g,
          '',
        );
      assert.deepEqual(text.match(/[A-Za-z]{2,}.*/g) ?? [], []);
      for (const phrase of language === 'zh-Hant'
        ? [
            '八號東南烈風或暴風信號（TC8SE）於 15:20 發出，在開始時間 14:00 之後。',
            '與終端機比較',
            '只在終端機：D.txt',
            '這是預演',
          ]
        : [
            '八号东南烈风或暴风信号（TC8SE）于 15:20 发出，在开始时间 14:00 之后。',
            '与终端机比较',
            '只在终端机：D.txt',
            '这是预演',
          ])
        assert.ok(written.includes(phrase), phrase);
    });
  }

  it('tells what happened from its facts, in English in the very words that were recorded', () => {
    const kinds = new Set(events.map(({ what }) => what));
    for (const what of [
      'verdict',
      'hotline',
      'part-begin',
      'part-stop',
      'part-skip',
      'data-centre-primary',
      'result',
    ])
      assert.ok(kinds.has(what), what);
    for (const event of events) {
      assert.equal(eventText({ ...event, title: '' }, plan, 'en'), event.title);
      for (const language of ['zh-Hant', 'zh-Hans'] as const) {
        const text = eventText({ ...event, title: '' }, plan, language);
        assert.match(text, /\p{Script=Han}/u, event.key);
        assert.doesNotMatch(text, /[{}]|undefined/, event.key);
      }
    }
  });

  it('shows events of an older version as they were recorded', () => {
    const old = events.filter(({ details }) => details.because !== undefined);
    assert.ok(old.length > 5);
    for (const event of old.filter(({ what }) => what !== 'data-centre-secondary')) {
      const { because: _, ...details } = event.details;
      assert.equal(eventText({ ...event, details }, plan, 'zh-Hant'), event.title);
    }
    const foreign = {
      ...(events[0] as PracticeEvent),
      what: 'moonrise',
      title: 'The moon rose',
      details: {},
    };
    assert.equal(eventText(foreign, plan, 'zh-Hans'), 'The moon rose');
  });
});

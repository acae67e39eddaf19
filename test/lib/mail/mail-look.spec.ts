/** What every mail looks like: its subject on a phone, its links, its HTML in Outlook, its errors in Chinese. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codes, errorCodes } from '../../../lib/errors/codes.ts';
import type { AlarmRecord } from '../../../lib/ledger/ledger.ts';
import { renderAlarm } from '../../../lib/mail/alarm-mail.ts';
import { languages } from '../../../lib/mail/config.ts';
import { renderDigest, shortPath } from '../../../lib/mail/digest.ts';
import { fitting, subject } from '../../../lib/mail/escape.ts';
import { renderSummary } from '../../../lib/mail/rate-limit.ts';
import { renderRecovery } from '../../../lib/mail/recovery-mail.ts';
import type { Rendered } from '../../../lib/mail/render.ts';
import { START } from '../ledger/samples.ts';
import { account, delivered, facts, held, outstanding, someContacts } from './samples.ts';

const desk = 'https://rap.broker.example:1880/rap-ops';
const LONG = '/INBOX/20261127/RMAMR03_SIM001_20261127_4_DAT.zip';

const alarm = (changes: object = {}) => ({
  ...{ code: 'CONTENT_WRONG', message: `${LONG}: it cannot be unpacked`, cure: codes.CONTENT_WRONG.cure },
  ...{ where: 'Download', run: 'run-1', account: 'SIM001', at: START, subject: LONG },
  ...changes,
});

const record = (changes: Partial<AlarmRecord> = {}): AlarmRecord => ({
  ...({ ...alarm(), id: 12, level: 'critical', seen: 3, runs: 2, raisedAt: START, seenAt: START } as object),
  ...({ acknowledgedAt: null, acknowledgedBy: '', muted: '', groups: [], place: 'Download' } as object),
  ...(changes as AlarmRecord),
});

/** One of every kind, about names of the real kind. */
function allMails(language: (typeof languages)[number], link = desk): Record<string, Rendered> {
  const open = {
    outstanding: [outstanding({ path: LONG })],
    quarantine: [held({ path: LONG })],
    refused: [],
  };
  const failure = {
    code: 'DISK_FULL',
    message: `No space left for ${LONG}`,
    cure: 'c',
    subject: LONG,
    count: 2,
  };
  const full = account({ received: [delivered({ name: 'x'.repeat(200) })], failures: [failure], ...open });
  const options = { language, desk: link };
  return {
    alarm: renderAlarm(alarm(), { ...options, record: record() }),
    reminder: renderAlarm(alarm(), { ...options, record: record(), reminder: { n: 2, of: 3 } }),
    digest: renderDigest(facts(full, account({ account: 'HKCC', listed: false, complete: false })), options),
    recovery: renderRecovery([record(), record({ id: 13 })], {
      account: 'SIM001',
      open,
      ...options,
      footer: [],
    }),
    summary: renderSummary(
      { ids: [1, 2], topics: [{ topic: 'CONTENT_WRONG · SIM001', count: 2 }], since: START, until: START },
      { language, desk: link },
      [],
    ),
  };
}

describe('the mail that a fault is over', () => {
  const alarms = [record(), record({ id: 13 })];

  it('names the run of an account, and none where the fault belongs to no account', () => {
    for (const language of languages) {
      for (const some of [alarms.slice(0, 1), alarms]) {
        const mail = (account: string) => renderRecovery(some, { account, language, footer: [] }).text;
        const [of, ofNone] = [mail('SIMC01'), mail('')];
        const sentence = (text: string) => text.split('\n').find((line) => /[.。]$/.test(line)) ?? '';
        assert.ok(sentence(of).includes('SIMC01'), of);
        assert.doesNotMatch(sentence(ofNone), / {2}|： |last run|執行|运行/, ofNone);
        assert.notEqual(sentence(ofNone), '');
      }
    }
  });
});

describe('the mail of an alarm', () => {
  it('leads to the entry of its code in the runbook, where there is a desk that shows it', () => {
    for (const language of languages) {
      for (const code of errorCodes) {
        const { text, html } = renderAlarm(alarm({ code }), { language, desk, record: record() });
        for (const form of [text, html])
          assert.ok(form.includes(`${desk}/runbook/${code}`), `${code} ${language}`);
      }
      for (const [code, link] of [
        ['DISK_FULL', ''],
        ['ENOPE', desk],
        ['toString', desk],
      ] as const) {
        const { text, html } = renderAlarm(alarm({ code }), { language, desk: link });
        assert.doesNotMatch(text + html, /runbook\//, `${code} ${language}`);
      }
    }
  });
});

describe('the subject of a mail', () => {
  it('begins with what it means', () => {
    const of = (changes: object, options: object = {}) => renderAlarm(alarm(changes), options).subject;
    assert.equal(
      of({ code: 'HOST_KEY_MISMATCH', subject: '10.1.2.3:22' }),
      'RAP CRITICAL SIM001: host key changed',
    );
    assert.equal(of({}), 'RAP CRITICAL SIM001: report is wrong · RMAMR03');
    assert.equal(
      of({ subject: '/INBOX/a/RP009.csv' }),
      'RAP CRITICAL SIM001: report is wrong · /INBOX/a/RP009.csv',
    );
    const ofReport = { report: 'RMAMR03', set: '4', businessDate: '2026-11-27' };
    const missing = { code: 'REPORT_MISSING', subject: 'RMAMR03 4 2026-11-27', ofReport };
    assert.equal(of(missing), 'RAP CRITICAL SIM001: report missing · RMAMR03 set 4');
    assert.equal(
      of(missing, { reminder: { n: 3, of: 3 } }),
      'RAP CRITICAL SIM001: report missing (reminder 3/3)',
    );
    assert.equal(
      of({ code: 'SHARE_BACK', subject: '/mnt/risk' }),
      'RAP recovered SIM001: share is back · /mnt/risk',
    );
    assert.equal(
      of({ reports: ['/a/1', '/a/2'] }, { language: 'zh-Hant' }),
      'RAP 嚴重 SIM001：報告內容有誤 · 2 份報告',
    );
    assert.equal(
      of({ code: 'ENOPE', message: 'Something of another maker' }),
      'RAP alarm SIM001: Something of another maker',
    );
  });

  it('is shown whole by a phone and names nothing by half, whatever is told in which language', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_.]{1,70}$/);
    const about = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`);
    const fault = fc.record({
      code: fc.constantFrom(...errorCodes, 'ENOPE'),
      account: fc.oneof(fc.constantFrom('', 'SIM001'), name),
      subject: about,
      message: fc.oneof(fc.lorem({ maxCount: 30 }), about),
      language: fc.constantFrom(...languages),
      reminder: fc.option(fc.record({ n: fc.nat(20), of: fc.nat(20) }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fault, ({ language, reminder, ...one }) => {
        const line = renderAlarm(alarm(one), { language, ...(reminder ? { reminder } : {}) }).subject;
        assert.ok(Array.from(line).length < 60, line);
        const [, shown = ''] = line.split(' · ');
        const about = shown.replace(/ ?[(（].*/, '');
        // A whole path, its last name, or the code before the first underscore of that.
        assert.ok(
          about === '' || `${one.subject}/`.includes(`${about}/`) || `${one.subject}`.includes(`/${about}_`),
          line,
        );
      }),
      { numRuns: 400, seed: 7 },
    );
  });

  it('of a digest never sounds better than the run was', () => {
    const failure = { code: 'DISK_FULL', message: 'm', cure: 'c', subject: 's', count: 1 };
    for (const language of languages) {
      for (const n of [1, 3, 40]) {
        const accounts = Array.from({ length: n }, (_, index) =>
          account({ account: `ACCOUNT_OF_A_FIRM_${index}`, listed: index > 0, complete: index > 0 }),
        );
        const blind = renderDigest(facts(...accounts), { language }).subject;
        assert.match(blind, /ACCOUNT_OF_A_FIRM_0|\d/, blind);
        assert.notEqual(blind, renderDigest(facts(account()), { language }).subject);
        const failing = renderDigest(facts(account({ failures: [failure] }), ...accounts), {
          language,
        }).subject;
        for (const line of [blind, failing]) assert.ok(Array.from(line).length < 60, line);
      }
    }
  });

  it('is cut between two words where a person wrote a long one', () => {
    assert.equal(
      subject(`${'word '.repeat(31)}/a/very/long/path/that/does/not/fit/any/more`),
      `${'word '.repeat(31).trim()}...`,
    );
    assert.equal(fitting('a '.repeat(40), 'b /path/one'), 'b /path/one');
  });
});

describe('the HTML of a mail', () => {
  it('is one column of table rows with inline styles, which Word lays out, too', () => {
    for (const language of languages) {
      for (const [kind, { html }] of Object.entries(allMails(language))) {
        assert.equal(html.match(/<table/g)?.length, 1, kind);
        assert.doesNotMatch(
          html,
          /<(?:div|p|style|th|img|ul|li)\b|flex|grid|float|max-width|@media|position:/,
          kind,
        );
        for (const row of html.split('<tr>').slice(1))
          assert.equal(row.match(/<td/g)?.length, 1, `${kind}: ${row}`);
        assert.match(html, /table-layout:fixed/);
        assert.doesNotMatch(html, /width="\d+"|width:\d+px/, 'no width in pixels');
      }
    }
  });

  it('names a report, its size and its share; paths and hashes stand in the text', () => {
    const share = '/mnt/clearing/house/settlement/2026/11/27/hkscc/inbox/daily';
    const report = delivered({
      deliveries: [{ share, file: `${share}/x.txt`, sha256: '', outcome: 'published' }],
    });
    const { html, text } = renderDigest(facts(account({ received: [report], quarantine: [held()] })));
    assert.match(html, /5 B · …\/11\/27\/hkscc\/inbox\/daily|B · …/);
    assert.ok(!html.includes(share) && !html.includes(report.sha256) && !html.includes(held().sha256));
    assert.ok(
      text.includes(`${share}/x.txt`) && text.includes(report.sha256) && text.includes(held().sha256),
    );
    assert.equal(shortPath('\\\\srv\\a'), '\\\\srv\\a');
    assert.equal(shortPath(`\\\\srv\\${'b'.repeat(40)}\\risk\\in`), '…\\risk\\in');
  });
});

describe('the links of a mail', () => {
  const linksOf = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);

  it('lead to what it speaks of', () => {
    const {
      alarm: one,
      digest,
      recovery,
    } = allMails('en') as Record<'alarm' | 'digest' | 'recovery', Rendered>;
    assert.deepEqual(linksOf(one.html), [`${desk}/alarms#alarm-12`, `${desk}/runbook/CONTENT_WRONG`]);
    assert.match(
      one.text,
      /^Open in the desk: https:\/\/rap\.broker\.example:1880\/rap-ops\/alarms#alarm-12$/m,
    );
    assert.ok(linksOf(digest.html).includes(`${desk}/report/${delivered().versionId}`));
    assert.ok(linksOf(digest.html).includes(`${desk}/quarantine#report-7`));
    assert.ok(linksOf(recovery.html).includes(`${desk}/alarms#alarm-13`));
    for (const language of languages) {
      for (const [kind, { html, text }] of Object.entries(allMails(language))) {
        assert.ok(linksOf(html).length > 0 && text.includes(desk), `${language} ${kind}`);
      }
    }
  });

  it('are left out where nobody said where the desk is', () => {
    for (const [kind, { html, text }] of Object.entries(allMails('en', ''))) {
      assert.doesNotMatch(`${html}${text}`, /href|Open in the desk/, kind);
    }
    assert.equal(someContacts().desk, '');
    assert.equal(
      someContacts({}, { desk: 'https://rap.broker.example:1880/rap-ops/alarms?x=1#a' }).desk,
      desk,
    );
    assert.throws(() => someContacts({}, { desk: 'javascript:alert(1)' }), /desk must be a web address/);
  });
});

describe('an error in Chinese', () => {
  const said = (language: 'zh-Hant' | 'zh-Hans', changes: object = {}) =>
    renderAlarm(alarm({ ...changes }), { language }).text;

  it('says in Chinese what happened and what to do, and gives the English sentences as the detail', () => {
    for (const language of ['zh-Hant', 'zh-Hans'] as const) {
      const label = language === 'zh-Hant' ? '技術詳情（英文）' : '技术详情（英文）';
      const text = said(language, { code: 'DISK_FULL', message: 'No space left', cure: 'Ring Ada.' });
      const [before = '', detail = ''] = text.split(label);
      assert.doesNotMatch(before, /No space left|Ring Ada/);
      assert.match(before, /磁碟已滿|磁盘已满/);
      assert.match(detail, /^[:：]\n {2}No space left\n {2}Ring Ada\.\n/);
      const digest = renderDigest(
        facts(
          account({
            failures: [{ code: 'DISK_FULL', message: 'No space', cure: 'Ring.', subject: '', count: 1 }],
          }),
        ),
        { language },
      );
      assert.match(
        digest.text,
        new RegExp(`- 磁[碟盘]已[滿满]\\n[\\s\\S]*${label}：No space\\n {2}${label}：Ring\\.`),
      );
      for (const code of errorCodes) {
        const one = said(language, { code, cure: codes[code].cure, message: 'An English sentence' });
        const [head = ''] = one.split(label);
        const own = ['expectation', 'calendar', 'key'].includes(codes[code].scope);
        assert.equal(head.includes('An English sentence'), own, code);
      }
    }
  });

  it('stays as it was in English, and for an error of another maker', () => {
    assert.doesNotMatch(renderAlarm(alarm()).text, /Detail:/);
    assert.match(said('zh-Hans', { code: 'ENOPE', message: 'Theirs' }), /发生了什么:\n {2}Theirs/);
  });
});

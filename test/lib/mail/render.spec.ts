import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { codes, errorCodes } from '../../../lib/errors/codes.ts';
import { t } from '../../../lib/i18n/translate.ts';
import type { RunFailure } from '../../../lib/ledger/ledger.ts';
import { type Alarm, renderAlarm } from '../../../lib/mail/alarm-mail.ts';
import { languages } from '../../../lib/mail/config.ts';
import { renderDigest, sizeText } from '../../../lib/mail/digest.ts';
import { html, plain, subject } from '../../../lib/mail/escape.ts';
import type { Rendered } from '../../../lib/mail/render.ts';
import { START } from '../ledger/samples.ts';
import { account, delivered, facts, held, outstanding } from './samples.ts';

const failure: RunFailure = {
  code: 'DISK_FULL',
  message: 'No space left for share /mnt/risk',
  cure: codes.DISK_FULL.cure,
  subject: '/mnt/risk',
  count: 2,
};

const refusal = {
  folder: '/INBOX',
  nameHex: '00',
  shown: '..\\\\x',
  code: 'NAME_REFUSED' as const,
  reason: 'contains a path separator',
  ...{ id: 3, account: 'HKSCC', run: 'run-1', firstSeenAt: START },
  ...{ decision: '' as const, releasedAs: '', cameAt: null },
};

const alarm: Alarm = {
  code: 'HOST_KEY_MISMATCH',
  message: '10.243.2.141:18801 presents another key',
  cure: codes.HOST_KEY_MISMATCH.cure,
  where: 'Log in',
  run: 'run-1',
  account: 'HKSCC',
  at: START,
};

/** HTML without its tags, as a reader sees it. */
function seen(rendered: Rendered): string {
  const text = rendered.html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  return text.replaceAll('&lt;', '<').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}

function saysAll(text: string, ...parts: string[]): void {
  for (const part of parts) assert.ok(text.includes(part), `"${part}" is missing in:\n${text}`);
}

describe('the digest', () => {
  it('says in its subject whether anybody must read on', () => {
    const of = (...accounts: Parameters<typeof facts>) => renderDigest(facts(...accounts)).subject;
    assert.equal(
      of(account({ received: [delivered(), delivered()], failures: [failure] })),
      'RAP reports 2026-11-20: 2 received, 2 failed',
    );
    assert.equal(of(account()), 'RAP reports 2026-11-20: nothing new');
    assert.equal(
      of(account({ refused: [refusal], delivered: [delivered()] })),
      'RAP reports 2026-11-20: 1 delivered late, 1 refused',
    );
    assert.equal(
      of(account(), account({ account: 'HKCC', listed: false, complete: false })),
      'RAP reports 2026-11-20: HKCC not reached',
    );
    assert.equal(of(account({ complete: false })), 'RAP reports 2026-11-20: HKSCC incomplete');
    assert.equal(of(), 'RAP reports 2026-11-20: no account was reached');
  });

  it('tells of each report what it is, how it can be checked and where it lies', () => {
    const report = delivered({ bytes: 1_234_567, sequence: '2' });
    const rendered = renderDigest(facts(account({ received: [report] })));
    saysAll(
      rendered.text,
      'Received (1):',
      'CCLTN05_B01234_20261120.txt (CCASS · CCLTN05 · 2)',
      '2026-11-20, 1,234,567 bytes',
      `SHA-256 ${'a'.repeat(64)}`,
      '/shares/settlement/CCLTN05_B01234_20261120.txt',
    );
    saysAll(seen(rendered), 'CCLTN05_B01234_20261120.txt', '1.2 MB · /shares/settlement');
    assert.doesNotMatch(seen(rendered), /aaaaaaaa|settlement\/CCLTN05/, 'paths and hashes stand in the text');
  });

  it('tells an amended report, a second name and a report that is on no share yet', () => {
    const rendered = renderDigest(
      facts(
        account({
          received: [
            delivered({
              amended: true,
              deliveries: [
                { share: '/s', file: '/s/CCLTN05_B01234_20261120~2.txt', sha256: '', outcome: 'version' },
              ],
            }),
            delivered({ name: 'other.txt', deliveries: [] }),
          ],
        }),
      ),
    );
    saysAll(seen(rendered), 'amended', 'kept beside other content as CCLTN05_B01234_20261120~2.txt');
    saysAll(seen(rendered), 'in the landing folder only');
    saysAll(rendered.text, '[amended]', '/s/CCLTN05_B01234_20261120~2.txt', 'in the landing folder only');
  });

  it('tells failures with their cure, and refused names with the reason', () => {
    const rendered = renderDigest(facts(account({ failures: [failure], refused: [refusal] })));
    for (const text of [rendered.text, seen(rendered)]) {
      saysAll(text, 'Failed (2)', failure.message, failure.cure, '/mnt/risk · 2 reports · DISK_FULL');
      saysAll(text, 'Refused, not touched (1)', '/INBOX/..\\\\x', 'contains a path separator');
    }
  });

  it('says that nothing is new, and never that of an account it has not seen', () => {
    const quiet = renderDigest(facts(account()));
    saysAll(quiet.text, 'Nothing new: 3 reports were already here.');
    saysAll(renderDigest(facts(account({ known: 1 }))).text, 'Nothing new: 1 report was already here.');
    saysAll(renderDigest(facts(account({ known: 0 }))).text, 'Nothing new: the server lists no reports.');
    const blind = renderDigest(facts(account({ known: 0, listed: false, complete: false })));
    saysAll(blind.text, 'What the server holds is unknown');
    assert.doesNotMatch(blind.text, /nothing new/i);
    const partly = renderDigest(facts(account({ known: 0, complete: false })));
    saysAll(partly.text, 'Not everything could be listed');
    assert.doesNotMatch(partly.text, /nothing new/i);
    const writing = [
      outstanding({ state: 'writing' }),
      outstanding({ state: 'writing', path: '/INBOX/b.txt' }),
    ];
    const waiting = renderDigest(facts(account({ known: 0, outstanding: writing })));
    saysAll(waiting.subject, '2 still being written');
    saysAll(waiting.text, '/INBOX/b.txt', 'still being written');
    assert.doesNotMatch(waiting.text, /nothing new/i);
  });

  it('is never calm while something was seen that is not here, whatever it is, in every language', () => {
    const open = {
      gone: { outstanding: [outstanding({ state: 'gone', goneSince: START, code: 'SHORT_FILE' })] },
      'not asked for': { outstanding: [outstanding()] },
      'never stands still': { outstanding: [outstanding({ state: 'writing', overdueAt: START })] },
      'other half': { outstanding: [outstanding({ state: 'awaited', code: 'PAIR_INCOMPLETE' })] },
      folder: { outstanding: [outstanding({ kind: 'folder', path: '/INBOX/a', code: 'FOLDER_UNREADABLE' })] },
      quarantine: { quarantine: [held()] },
      refused: { refused: [refusal] },
      forgotten: { outstanding: [outstanding()], listed: false, complete: false, forgottenSince: START },
    };
    for (const [name, changes] of Object.entries(open)) {
      for (const language of languages) {
        const rendered = renderDigest(facts(account(changes)), { language });
        const nothingNew = t(language, 'mail.nothingNew');
        for (const text of [rendered.subject, rendered.text, seen(rendered)]) {
          assert.ok(!text.toLowerCase().includes(nothingNew), `${name} ${language}: ${text}`);
          assert.doesNotMatch(text, /[{}]|undefined|\[object/, language);
        }
        assert.match(rendered.subject, /1/, `${name}: counted`);
        const [one] = [...account(changes).outstanding, ...account(changes).quarantine];
        if (one !== undefined) for (const text of [rendered.text, seen(rendered)]) saysAll(text, one.path);
      }
    }
  });

  it('counts a report once: in quarantine, failed now, or outstanding, and copies of it as one', () => {
    const wrong = { ...failure, code: 'CONTENT_WRONG', subject: held().path, count: 1 };
    const short = { ...failure, code: 'SHORT_FILE', subject: outstanding().path, count: 1 };
    const first = renderDigest(
      facts(account({ failures: [wrong, short], outstanding: [outstanding()], quarantine: [held()] })),
    );
    assert.equal(first.subject, 'RAP reports 2026-11-20: 1 failed, 1 in quarantine');
    const later = renderDigest(
      facts(
        account({
          outstanding: [outstanding()],
          quarantine: [held(), held({ id: 8, sha256: 'c'.repeat(64) })],
        }),
      ),
    );
    assert.equal(later.subject, 'RAP reports 2026-11-20: 1 outstanding, 1 in quarantine');
    saysAll(later.text, 'report-7', 'report-8', 'cccccccc');
  });

  it('says of something outstanding since when, why, and what to do', () => {
    const gone = outstanding({
      state: 'gone',
      goneSince: START + 3600_000,
      code: 'SHORT_FILE',
      message: 'only 3 of 5 bytes',
      cure: codes.SHORT_FILE.cure,
    });
    const rendered = renderDigest(facts(account({ outstanding: [gone], leftOut: 4 })));
    for (const text of [rendered.text, seen(rendered)]) {
      saysAll(text, 'not listed any more since 2026-11-20 21:00', 'first seen 2026-11-20 20:00 by run run-0');
      saysAll(text, 'SHORT_FILE: only 3 of 5 bytes', codes.SHORT_FILE.cure, 'rap reports close');
      saysAll(text, '4 reports were not asked for');
    }
  });

  it('ends with address, data centre, run and time', () => {
    const { text } = renderDigest(facts(account({ dataCentre: 'secondary' })));
    saysAll(text, 'HKSCC: 10.243.2.141:18801, secondary data centre');
    saysAll(text, 'Run run-1, started 2026-11-20 20:00:00 Hong Kong time (schedule)');
  });

  it('carries the head of the journal, where nobody can change it any more', () => {
    const journal = { count: 1234, head: 'f'.repeat(64) };
    for (const language of languages) {
      const rendered = renderDigest(facts(account()), { language, journal });
      for (const text of [rendered.text, seen(rendered)]) saysAll(text, '1234', journal.head);
    }
    saysAll(renderDigest(facts(account()), { journal: { count: 0, head: '' } }).text, 'Journal: 0 records');
  });

  it('stays readable when thousands of reports came', () => {
    const received = Array.from({ length: 2000 }, (_, index) => delivered({ name: `report-${index}.txt` }));
    const rendered = renderDigest(facts(account({ received })));
    saysAll(seen(rendered), 'report-59.txt', 'and 1940 more, all recorded in the ledger');
    saysAll(rendered.text, 'report-499.txt', 'and 1500 more');
    // Gmail cuts a message off at 102 kB.
    assert.ok(rendered.html.length < 100_000, `${rendered.html.length}`);
  });

  it('exists in every language, with nothing left unfilled', () => {
    const full = facts(
      account({ received: [delivered()], delivered: [delivered()], failures: [failure], refused: [refusal] }),
      account({ account: 'HKCC', listed: false, complete: false }),
    );
    for (const language of languages) {
      const rendered = renderDigest(full, { language });
      for (const text of [rendered.subject, rendered.text, seen(rendered)]) {
        assert.doesNotMatch(text, /[{}]|undefined|\[object/, language);
      }
      saysAll(rendered.html, `lang="${language}"`);
      const chinese = /\p{Script=Han}/u.test(rendered.text);
      assert.equal(chinese, language !== 'en');
    }
    assert.equal(
      renderDigest(full, { language: 'zh-Hant' }).subject,
      'RAP 報告 2026-11-20：收到 1 份，補送 1 份，失敗 2 項，拒收 1 項，HKCC 未能連接',
    );
    saysAll(renderDigest(full, { language: 'zh-Hans' }).text, t('zh-Hans', 'errors.cure.DISK_FULL'));
  });
});

describe('the alarm', () => {
  it('says what happened, what it means, what to do, where and when', () => {
    const rendered = renderAlarm(alarm);
    assert.equal(rendered.subject, 'RAP CRITICAL HKSCC: host key changed');
    for (const text of [rendered.text, seen(rendered)]) {
      saysAll(text, alarm.message, 'Trust or login failed', 'a person has to act', alarm.cure);
      saysAll(text, 'Log in', '2026-11-20 20:00:00 Hong Kong time', 'HKSCC', 'run-1', 'HOST_KEY_MISMATCH');
    }
  });

  it('says of a passing fault that it is tried again', () => {
    saysAll(renderAlarm({ ...alarm, code: 'CONNECT_TIMEOUT' }).text, 'tried again by itself');
  });

  it('give each thing that is known besides a line of its own', () => {
    const { text, html } = renderAlarm({
      ...alarm,
      message: 'RPP is late\nHalf <of> it is here.\nLast look: 19:30.',
    });
    saysAll(text, '  RPP is late\n  Half <of> it is here.\n  Last look: 19:30.\n\n');
    saysAll(html, '<b>RPP is late</b><br>Half &lt;of&gt; it is here.<br>Last look: 19:30.</td>');
  });

  it('translates a common cure, but not one written for the case', () => {
    const language = 'zh-Hant';
    saysAll(renderAlarm(alarm, { language }).text, t(language, 'errors.cure.HOST_KEY_MISMATCH'));
    saysAll(renderAlarm({ ...alarm, cure: 'Ring 2979 7111.' }, { language }).text, 'Ring 2979 7111.');
  });

  it('says in every language what to do, for every code', () => {
    for (const language of languages.filter((one) => one !== 'en')) {
      const english = errorCodes.filter(
        (code) => !/\p{Script=Han}/u.test(t(language, `errors.cure.${code}`)),
      );
      assert.deepEqual(english, [], language);
    }
  });

  it('names in every language the commands that the English cure names', () => {
    for (const code of errorCodes) {
      for (const [command] of codes[code].cure.matchAll(/\brap [a-z]+(?: [a-z]+)?/g)) {
        for (const language of languages) {
          const said = t(language, `errors.cure.${code}`);
          assert.ok(said.includes(command), `${language} ${code}: ${command}`);
        }
      }
    }
  });

  it('has one Chinese word for the ledger, in mails and in the editor', () => {
    const root = path.join(import.meta.dirname, '../../..');
    const texts = ['lib/i18n/zh-*/*.json', 'nodes/*/locales/zh-*/*'];
    const files = globSync(texts, { cwd: root });
    assert.ok(files.length > 20);
    const named = files.filter((file) =>
      /帳[冊簿]|账[册簿]/.test(readFileSync(path.join(root, file), 'utf8')),
    );
    assert.deepEqual(named, []);
  });

  it('has a meaning for every code, and for one it does not know', () => {
    for (const code of [...Object.keys(codes), 'SOMETHING_NEW', 'constructor']) {
      for (const language of languages) {
        const { text } = renderAlarm({ ...alarm, code }, { language });
        assert.doesNotMatch(text.replaceAll('{folder}', ''), /undefined|[{}]/, code);
      }
    }
  });

  it('leaves out what is not known', () => {
    const { text, subject: line } = renderAlarm({ ...alarm, run: '', account: '', where: '' });
    assert.doesNotMatch(text, /Run:|Account:|Where:/);
    assert.equal(line, 'RAP CRITICAL: host key changed');
  });
});

describe('foreign text', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    '{{subject}}{{{html}}}',
    'a\r\nBcc: eve@elsewhere.example',
    'x\u202egpj.exe',
    '\u001b[31mred',
    '&lt;b&gt;',
    '<!--repeat-->',
    '\ud800',
  ];

  function mailsOf(text: string): Rendered[] {
    const report = delivered({ name: text, system: text, code: text, businessDate: text, sequence: text });
    report.deliveries = [{ share: text, file: `${text}/${text}`, sha256: '', outcome: 'version' }];
    const all = facts(
      account({
        account: text,
        address: text,
        received: [report],
        failures: [{ code: text, message: text, cure: text, subject: text, count: 1 }],
        refused: [{ ...refusal, shown: text, reason: text, folder: text }],
      }),
    );
    const fault = { code: text, message: text, cure: text, where: text, run: text, account: text, at: START };
    return [renderDigest({ ...all, run: text, trigger: text }), renderAlarm(fault)];
  }

  /** Tags and attributes of our own templates; nothing else may ever appear. */
  const TAG =
    /^<(?:!DOCTYPE html|!--repeat--|\/?(?:html|head|meta|title|body|table|tr|td|a|span|b|br)(?: (?:lang|charset|name|content|role|width|cellpadding|cellspacing|border|bgcolor|style|href)="[^"<>]*")*)>$/;

  function checkMail({ subject: line, html: page, text }: Rendered): void {
    for (const tag of page.match(/<[^>]*>?/g) ?? []) assert.match(tag, TAG);
    assert.equal(page.match(/<!--repeat-->/g)?.length, 1);
    assert.doesNotMatch(line, /[\r\n\p{C}]/u);
    assert.doesNotMatch(text, /[^\n\P{C}]/u);
    assert.doesNotMatch(page, /[^\n\P{C}]/u);
    assert.doesNotMatch(page, /(?:src|href|url)\s*[=(]\s*["']?(?:https?|file|data|javascript):/i);
  }

  for (const text of hostile) {
    it(`${JSON.stringify(text)} changes nothing but the words`, () => mailsOf(text).forEach(checkMail));
  }

  it('of any kind is harmless in every context', () => {
    const piece = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 12 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => mailsOf(pieces.join('')).forEach(checkMail)),
      { numRuns: 300 },
    );
  });

  it('adds no line to the text of a mail', () => {
    const lines = (text: string) => mailsOf(text)[0]?.text.split('\n').length ?? 0;
    assert.equal(lines('a\r\nb\nc\u2028d'), lines('a'));
  });

  it('is escaped once, not twice', () => {
    assert.equal(html('a & b'), 'a &amp; b');
    assert.equal(plain("it's <b>"), "it's <b>");
    assert.equal(subject("  it's\r\n\t5 < 6  "), "it's 5 < 6");
    assert.equal(subject('x'.repeat(500)).length, 160);
  });
});

describe('sizeText', () => {
  it('is as file managers show it', () => {
    const pairs: [number, string][] = [
      [0, '0 B'],
      [999, '999 B'],
      [1000, '1.0 kB'],
      [123_456, '123 kB'],
      [1_234_567, '1.2 MB'],
      [5_000_000_000, '5.0 GB'],
    ];
    for (const [bytes, text] of pairs) assert.equal(sizeText(bytes), text);
  });
});

/** What a look inside found, as every digest says it. */
import assert from 'node:assert/strict';
import { t } from '../../../lib/i18n/translate.ts';
import { renderDigest } from '../../../lib/mail/digest.ts';
import {
  notCheckedReasons,
  type ReportFinding,
  type ReportWarning,
  warningRules,
} from '../../../lib/model/findings.ts';
import { account, delivered, facts } from './samples.ts';

const languages = ['en', 'zh-Hant', 'zh-Hans'] as const;
const unchecked = (why: NonNullable<ReportFinding['why']>): ReportFinding => ({
  ...{ state: 'not-checked', why, warnings: [] },
});
const warned = (changes: Partial<ReportWarning>): ReportFinding => ({
  state: 'warnings',
  warnings: [
    { rule: 'another-date', record: 1, field: 'tradeDate', reason: 'its date is another one', ...changes },
  ],
});
const report = (name: string, finding?: ReportFinding) =>
  delivered({ name, path: `/INBOX/${name}`, ...(finding === undefined ? {} : { finding }) });
const digest = (reports: ReturnType<typeof report>[], language: (typeof languages)[number] = 'en') =>
  renderDigest(facts(account({ received: reports })), { language });
/** HTML as one reads it. */
const read = (html: string) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

describe('the digest, of what was found inside,', () => {
  it('says how many were not checked, why, and names those in no catalogue', () => {
    const { text, html, subject } = digest([
      report('a.txt', { state: 'sound', warnings: [] }),
      report('b.csv', unchecked('no-layout')),
      report('c.csv', unchecked('no-layout')),
      report('NOTICE.pdf', unchecked('unrecognised')),
      report('old.txt'),
    ]);
    for (const said of [text, read(html)]) {
      assert.match(said, /2 of 5 not checked: nothing of its inside is known/);
      assert.match(said, /1 of 5 not checked: its name is in no catalogue: NOTICE\.pdf/);
    }
    assert.match(text, /- b\.csv .*\[not checked\]/);
    assert.doesNotMatch(text, /- (a|old)\.txt .*\[not checked\]/);
    assert.doesNotMatch(subject, /warning/);
  });

  it('says nothing of it when all are sound', () => {
    const { text, html } = digest([report('a.txt', { state: 'sound', warnings: [] })]);
    assert.doesNotMatch(text + html, /not checked|warning/i);
  });

  it('names each report with warnings, each rule and its place, and counts them in the subject', () => {
    const { text, html, subject } = digest([
      report('a.txt', warned({})),
      report('b.csv', {
        ...warned({
          ...{ rule: 'fewer-rows', record: null, field: '2', reason: 'it has 3 rows' },
          rows: { found: 3, least: 90, most: 110 },
        }),
        why: 'no-layout',
      }),
      report('c.txt', warned({ rule: 'released', record: null, field: '', reason: 'record 9: a checksum' })),
    ]);
    assert.match(subject, /3 received, 3 with warnings/);
    for (const said of [text, read(html)]) {
      assert.match(said, /Delivered with warnings \(3\)/);
      assert.match(said, /record 1, field tradeDate: its date is not that of the name/);
      assert.match(said, /field 2: fewer rows than usual: 3; 90 to 110 are usual/);
      assert.match(said, /released it from quarantine, where it lay because of: record 9: a checksum/);
      assert.match(said, /1 of 3 not checked/);
    }
  });

  it('tells a report of an earlier run that is on a share only now with its warnings, too', () => {
    const late = renderDigest(facts(account({ delivered: [report('a.txt', warned({}))] })));
    assert.match(late.text, /Delivered with warnings \(1\)/);
  });

  it('has words for every rule and every reason in every language', () => {
    for (const language of languages) {
      const reports = [
        ...warningRules.map((rule) => report(`${rule}.txt`, warned({ rule }))),
        ...notCheckedReasons.map((why) => report(`${why}.csv`, unchecked(why))),
      ];
      const { text, html, subject } = digest(reports, language);
      for (const said of [text, read(html)]) {
        for (const rule of warningRules)
          assert.ok(said.includes(t(language, `mail.findings.rules.${rule}`)), `${language} ${rule}`);
        for (const why of notCheckedReasons)
          assert.ok(said.includes(t(language, `mail.findings.why.${why}`)), `${language} ${why}`);
        assert.doesNotMatch(said, /\{\w+\}|undefined/);
      }
      assert.match(subject, new RegExp(`${warningRules.length}`));
    }
  });

  it('is not led by names that a server chose', () => {
    const evil = '<img src=x onerror=alert(1)>\n.csv';
    const { text, html } = digest([
      report(evil, unchecked('unrecognised')),
      report(`a${evil}`, warned({ field: evil })),
    ]);
    assert.doesNotMatch(html, /<img/);
    assert.ok(!text.split('\n').includes('.csv'));
  });
});

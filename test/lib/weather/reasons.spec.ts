/** Reasons have words in every language, and what older and newer versions wrote down stays readable. */
import assert from 'node:assert/strict';
import { catalogues } from '../../../lib/i18n/catalogues.ts';
import { languages } from '../../../lib/i18n/languages.ts';
import { type Key, t } from '../../../lib/i18n/translate.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import { decide } from '../../../lib/weather/decide.ts';
import { type Evidence, noEvidence } from '../../../lib/weather/evidence.ts';
import {
  type Reason,
  type ReasonCode,
  reasonText,
  type Sentence,
  signalTitle,
} from '../../../lib/weather/reasons/index.ts';
import type { Session } from '../../../lib/weather/rule.ts';

const at = (time: string) => fromHongKong(`2025-06-21 ${time}`);
const session = (unattended = false): Session => ({
  times: { date: '2025-06-21', cutOff: at('09:00'), start: at('14:00'), end: at('19:00') },
  rule: {
    cancels: ['no-8', 'extreme-conditions', 'black-rainstorm'],
    terminates: ['no-8', 'extreme-conditions'],
    noticeMinutes: 15,
    unattended,
  },
});

const chinese = ['zh-Hant', 'zh-Hans'] as const;
/** What stays as it is in every language: names of fields, feeds and formats. */
const foreign = /\{\w+\}|warnsum|warning-info|heartbeat|press|rss|RSS|JSON|updateTime|details/g;
const keys = (Object.keys(catalogues.en) as Key[]).filter((key) => key.startsWith('weather.'));

describe('the words of the reasons', () => {
  for (const language of chinese) {
    it(`leave nothing in English, in ${language}`, () => {
      assert.ok(keys.length > 70);
      for (const key of keys)
        assert.doesNotMatch(String(catalogues[language][key]).replaceAll(foreign, ''), /[A-Za-z]{2}/, key);
    });

    it(`leave nothing to fill in, in ${language}`, () => {
      for (const key of keys.filter((one) => one.startsWith('weather.sentences.'))) {
        const names = [...t(language, key).matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, '12:34']);
        const code = key.slice('weather.sentences.'.length);
        const told = reasonText({ code, values: Object.fromEntries(names) } as unknown as Sentence, language);
        assert.doesNotMatch(told, /[{}]|undefined/);
        assert.equal(told.split('12:34').length - 1, names.length, code);
      }
    });
  }

  it('call signals as the Observatory and the Government do', () => {
    const titles = (code: string) => languages.map((language) => signalTitle(code, language));
    assert.deepEqual(titles('TC8NE'), [
      'Signal No. 8 Northeast (TC8NE)',
      '八號東北烈風或暴風信號（TC8NE）',
      '八号东北烈风或暴风信号（TC8NE）',
    ]);
    assert.deepEqual(titles('TC9').slice(1), [
      '九號烈風或暴風風力增強信號（TC9）',
      '九号烈风或暴风风力增强信号（TC9）',
    ]);
    assert.deepEqual(titles('WRAINB').slice(1), ['黑色暴雨警告信號（WRAINB）', '黑色暴雨警告信号（WRAINB）']);
    assert.deepEqual(titles('EC').slice(1), ['極端情況（EC）', '极端情况（EC）']);
    assert.deepEqual(titles('TC77'), ['TC77', 'TC77', 'TC77']);
  });
});

describe('the reasons of a decision', () => {
  const doubtful: Evidence = {
    ...noEvidence,
    troubles: [
      {
        source: 'warnsum',
        since: at('09:30'),
        reason: { code: 'wrong-status', values: { status: 503 } },
        odd: false,
      },
      {
        source: 'rss',
        since: at('09:31'),
        reason: {
          code: 'several',
          values: { list: [{ code: 'unknown-entry', values: { answer: '"{}"' } }, 'as it came'] },
        },
        odd: true,
      },
    ],
  };
  const told = (because: readonly Reason[] | undefined, language: (typeof languages)[number]) =>
    (because ?? []).map((reason) => reasonText(reason, language));

  it('are the same sentences in English and in Chinese, also those inside others', () => {
    const { reasons, because } = decide(session(), doubtful, at('10:00'));
    assert.deepEqual(told(because, 'en'), reasons);
    assert.deepEqual(told(because, 'zh-Hant'), [
      '08:59 起有甚麼信號生效並不清楚：天文台沒有給予有效答覆（狀態碼為 503，並非 200）。',
      '09:31 起，天氣警告一覽 RSS（rss）的答覆不可信：未知的項目 "{}"；as it came。',
      '須由人決定：請致電熱線。',
    ]);
    assert.deepEqual(told(because, 'zh-Hans'), [
      '08:59 起有什么信号生效并不清楚：天文台没有给予有效答复（状态码为 503，并非 200）。',
      '09:31 起，天气警告一览 RSS（rss）的答复不可信：未知的项目 "{}"；as it came。',
      '须由人决定：请致电热线。',
    ]);
  });

  it('name signal and times, whether it came the day before, is left open or ends the session', () => {
    const first = (code: string, issued: string, now: string, unattended = false) => {
      const spell = { kind: 'no-8', code, issued: fromHongKong(issued) } as const;
      const kind = code === 'WRAINB' ? 'black-rainstorm' : 'no-8';
      const evidence = {
        ...noEvidence,
        spells: [{ ...spell, kind }],
        watched: [{ from: 0, to: at('23:00') }],
      };
      return told(decide(session(unattended), evidence as Evidence, at(now)).because, 'zh-Hant')[0];
    };
    assert.equal(
      first('TC9', '2025-06-20 23:10', '09:06'),
      '九號烈風或暴風風力增強信號（TC9）於 2025-06-20 23:10 發出，在截止時間 09:00 仍然生效。',
    );
    assert.equal(
      first('WRAINB', '2025-06-21 14:00', '14:06', true),
      '黑色暴雨警告信號（WRAINB）剛好在開始時間 14:00 發出：是否屬於演習「期間」，可有兩種理解。沒有人在場決定，因此取消。',
    );
    assert.equal(
      first('TC8SE', '2025-06-21 14:20', '14:24'),
      '八號東南烈風或暴風信號（TC8SE）於 14:20 發出，在開始時間 14:00 之後。',
    );
  });

  it('stay readable when an older version wrote the evidence, whose texts are English', () => {
    const old: Evidence = JSON.parse(
      JSON.stringify({
        ...noEvidence,
        troubles: [
          { source: 'warnsum', since: at('09:30'), reason: 'status 503 instead of 200', odd: false },
        ],
        notices: [{ source: 'warnsum', text: 'Red Rainstorm Warning (WRAINR) is in force.' }],
      }),
    );
    const { reasons, because } = decide(session(), old, at('10:00'));
    assert.match(reasons[0] ?? '', /gave no good answer \(status 503 instead of 200\)\.$/);
    assert.equal(reasons.at(-1), 'Red Rainstorm Warning (WRAINR) is in force.');
    assert.match(told(because, 'zh-Hans')[0] ?? '', /没有给予有效答复（status 503 instead of 200）。$/);
    assert.equal(told(because, 'zh-Hans').at(-1), 'Red Rainstorm Warning (WRAINR) is in force.');
  });

  it('stay readable when a newer version wrote a sentence that is not known here', () => {
    const code = 'hail' as ReasonCode;
    const hail = { code, values: { time: '10:00' } } as unknown as Sentence;
    for (const language of languages) assert.equal(reasonText(hail, language), 'hail {"time":"10:00"}');
  });
});

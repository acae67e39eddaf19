import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { parseFeedTime } from '../../../lib/weather/feed-liveness.ts';
import { parsePress } from '../../../lib/weather/press.ts';
import { reasonText } from '../../../lib/weather/reasons/index.ts';
import { parseRss } from '../../../lib/weather/rss.ts';
import { parseWarningInfo } from '../../../lib/weather/warning-info.ts';
import { codeOfTitle, parseWarningRss } from '../../../lib/weather/warning-rss.ts';
import { parseWarnsum } from '../../../lib/weather/warnsum.ts';
import { worked } from '../../support/worked.ts';

const entry = (code: string, actionCode: string, issueTime: string, updateTime = issueTime) => ({
  name: 'words that change',
  code,
  actionCode,
  issueTime: `2025-09-23T${issueTime}:00+08:00`,
  updateTime: `2025-09-23T${updateTime}:00+08:00`,
});
const utc = (hour: number, minute: number) => Date.UTC(2025, 8, 23, hour, minute);

function refuses(parse: (text: string) => unknown, text: string): void {
  assert.throws(
    () => parse(text),
    (error) => error instanceof RapError && error.code === 'WEATHER_HOLD',
    text,
  );
}

/** Any JSON, and any text: nothing but a refusal may come out of a parser. */
function survives(parse: (text: string) => unknown, words: string[]): void {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.array(fc.oneof(fc.constantFrom(...words), fc.string())).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (body) => {
      try {
        parse(body);
      } catch (error) {
        assert.ok(error instanceof RapError && error.code === 'WEATHER_HOLD', String(error));
      }
    }),
  );
}

describe('the warning summary', () => {
  const parse = (body: unknown) => parseWarnsum(JSON.stringify(body));

  it('reads an empty object as nothing', () => {
    assert.deepEqual(parse({}), { listed: [], odd: [], notices: [] });
  });

  it('reads level, times and whether it is in force, not the words', () => {
    assert.deepEqual(
      parse({ WTCSGNL: entry('TC8SE', 'ISSUE', '14:20'), WRAIN: entry('WRAINR', 'ISSUE', '15:00') }),
      {
        listed: [
          { family: 'cyclone', code: 'TC8SE', active: true, issued: utc(6, 20), updated: utc(6, 20) },
          { family: 'rain', code: 'WRAINR', active: true, issued: utc(7, 0), updated: utc(7, 0) },
        ],
        odd: [],
        notices: [{ code: 'red-in-force', values: { signal: 'WRAINR' } }],
      },
    );
  });

  it('does not take a cancelled rainstorm warning that keeps its colour for one in force', () => {
    const [listed] = parse({ WRAIN: entry('WRAINB', 'CANCEL', '05:50', '09:10') }).listed;
    assert.deepEqual(listed, {
      family: 'rain',
      code: 'WRAINB',
      active: false,
      issued: utc(-3, 50),
      updated: utc(1, 10),
    });
  });

  it('understands a cancelled cyclone signal in both forms', () => {
    assert.equal(parse({ WTCSGNL: entry('CANCEL', 'CANCEL', '09:40') }).listed[0]?.active, false);
    assert.equal(parse({ WTCSGNL: entry('CANCEL', 'ISSUE', '09:40') }).listed[0]?.active, false);
    assert.equal(parse({ WTCSGNL: entry('TC8NE', 'CANCEL', '05:00', '11:20') }).listed[0]?.active, false);
  });

  it('accepts a repeated announcement, and an update before the issue', () => {
    const { listed, odd } = parse({ WTCSGNL: entry('TC8SE', 'REISSUE', '14:20', '13:00') });
    assert.deepEqual(odd, []);
    assert.deepEqual(
      [listed[0]?.active, listed[0]?.issued, listed[0]?.updated],
      [true, utc(6, 20), utc(5, 0)],
    );
  });

  it('needs no expiry, and does not even read a warning that stops nothing', () => {
    const body = {
      WTS: { expireTime: 'soon' },
      WHOT: null,
      WL: [],
      WTCPRE8: {},
      WFIRE: 7,
      WRAIN: entry('WRAINA', 'EXTEND', '14:20'),
    };
    const { listed, odd } = parse(body);
    assert.deepEqual(odd, []);
    assert.equal(listed.length, 1);
  });

  it('recognises every level of No. 8 and above, not only the first', () => {
    for (const code of ['TC8NE', 'TC8SE', 'TC8SW', 'TC8NW', 'TC9', 'TC10']) {
      assert.equal(parse({ WTCSGNL: entry(code, 'ISSUE', '14:20') }).listed[0]?.code, code);
    }
  });

  it('shows raw what it does not know: levels, actions, times, shapes, letters and new warnings', () => {
    for (const body of [
      { WTCSGNL: entry('TC8XX', 'ISSUE', '14:20') },
      { WTCSGNL: entry('tc8nw', 'ISSUE', '14:20') },
      { WTCSGNL: entry('TC8NW', 'Issue', '14:20') },
      { WTCSGNL: entry('TC8NW', 'WITHDRAW', '14:20') },
      { WTCSGNL: entry('WRAINB', 'ISSUE', '14:20') },
      { WTCSGNL: { ...entry('TC8NW', 'ISSUE', '14:20'), issueTime: 'not a time' } },
      { WTCSGNL: { ...entry('TC8NW', 'ISSUE', '14:20'), issueTime: '2025-09-23T14:20:00' } },
      { WTCSGNL: { ...entry('TC8NW', 'ISSUE', '14:20'), updateTime: '' } },
      { WTCSGNL: { code: 'TC8NW' } },
      { WTCSGNL: null },
      { WTCSGNL: [entry('TC8NW', 'ISSUE', '14:20')] },
      { WRAIN: entry('WRAIN', 'ISSUE', '14:20') },
      { WRAINB: entry('WRAINB', 'ISSUE', '05:50') },
      { WEXTREME: entry('WEXTREME', 'ISSUE', '05:50') },
      { EC: entry('EC', 'ISSUE', '05:50') },
      { warningList: [] },
      { Warning_Summary: {} },
    ]) {
      const { odd } = parse(body);
      assert.equal(odd.length, 1, JSON.stringify(body));
      const text = reasonText(odd[0] ?? '', 'en');
      assert.ok(text.includes(Object.keys(body)[0] ?? ''), text);
    }
  });

  it('takes no time for one of a warning in force that is still to come or long past', () => {
    const shown = utc(7, 0);
    const tc8 = entry('TC8NW', 'ISSUE', '14:20');
    for (const [times, odd] of [
      [{}, 0],
      [{ issueTime: '2025-09-23T15:09:00+08:00' }, 0],
      [{ issueTime: '2025-09-12T15:09:00+08:00' }, 0],
      [{ issueTime: '2025-09-23T15:11:00+08:00' }, 1],
      [{ issueTime: '2052-09-23T14:20:00+08:00' }, 1],
      [{ issueTime: '2025-10-23T14:20:00+08:00' }, 1],
      [{ issueTime: '2025-09-23T14:20:00Z' }, 1],
      [{ issueTime: '1970-01-01T00:00:00Z' }, 1],
      [{ issueTime: '2024-09-23T14:20:00+08:00' }, 1],
      [{ updateTime: '2026-09-23T14:20:00+08:00' }, 1],
      [{ updateTime: '0001-01-01T00:00:00+08:00' }, 1],
      [{ issueTime: '2025-09-31T14:20:00+08:00' }, 1],
      [{ issueTime: '2025-02-30T14:20:00+08:00' }, 1],
    ] as const) {
      const found = parseWarnsum(JSON.stringify({ WTCSGNL: { ...tc8, ...times } }), shown);
      assert.equal(found.odd.length, odd, JSON.stringify(times));
      assert.equal(found.listed.length, 1 - odd, JSON.stringify(times));
    }
  });

  it('keeps what it understands next to what it does not', () => {
    const { listed, odd } = parse({ WTCSGNL: entry('TC9', 'ISSUE', '14:20'), WNEW: {} });
    assert.equal(listed[0]?.code, 'TC9');
    assert.equal(odd.length, 1);
  });

  it('refuses what is no warning summary at all', () => {
    for (const text of [
      '',
      '[]',
      'null',
      '""',
      '7',
      '<html>Service unavailable</html>',
      '{"WRAIN":',
      '[{}]',
    ]) {
      refuses(parseWarnsum, text);
    }
  });

  it('survives anything', () => {
    survives(parseWarnsum, ['{"WRAIN":', '{"WTCSGNL":{"code":"TC8NE"', '}', '{}']);
  });
});

describe('the warning texts', () => {
  const parse = (body: unknown) => parseWarningInfo(JSON.stringify(body));

  it('reads levels, and neither texts nor bulletin times', () => {
    const details = [
      { warningStatementCode: 'WTS', contents: ['extended'], updateTime: '2021-10-13T15:45:00+08:00' },
      { warningStatementCode: 'WRAIN', subtype: 'WRAINA', updateTime: 'nonsense' },
      { warningStatementCode: 'WTCSGNL', subtype: 'TC8NE', contents: ['No. 3 will replace\nNo. 8'] },
    ];
    assert.deepEqual(parse({ details }), { codes: ['WTS', 'WRAINA', 'TC8NE'], odd: [], notices: [] });
  });

  it('gives notice of a pre-No. 8 announcement, which stops nothing', () => {
    const { codes, notices } = parse({ details: [{ warningStatementCode: 'WTCPRE8' }] });
    assert.deepEqual(codes, ['WTCPRE8']);
    assert.match(reasonText(notices[0] ?? '', 'en'), /within two hours/);
  });

  it('reads every form of "nothing"', () => {
    for (const body of [{}, { details: [] }, []]) {
      assert.deepEqual(parse(body), { codes: [], odd: [], notices: [] }, JSON.stringify(body));
    }
    assert.deepEqual(parse({ details: [{ warningStatementCode: 'WTCSGNL', subtype: 'CANCEL' }] }).codes, []);
  });

  it('shows raw what it does not know, and refuses other bodies', () => {
    for (const raw of [
      { warningStatementCode: 'WTCSGNL' },
      { warningStatementCode: 'WNEW' },
      null,
      'TC8NE',
      { subtype: 'TC8NE' },
    ]) {
      assert.equal(parse({ details: [raw] }).odd.length, 1, JSON.stringify(raw));
    }
    for (const text of ['', 'null', '{"details":{}}', '{"warnings":[]}', '[{}]'])
      refuses(parseWarningInfo, text);
  });

  it('survives anything', () => {
    survives(parseWarningInfo, ['{"details":[', '{"warningStatementCode":"WRAIN"', '}', ']']);
  });
});

const feed = (...items: string[]) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>all</title>${items.join('')}</channel></rss>`;
const item = (title: string, published = 'Tue, 23 Sep 2025 14:20:00 +0800', description = '') =>
  `<item><title>${title}</title><link>https://x.example/1</link><pubDate>${published}</pubDate><description>${description}</description></item>`;

describe('RSS', () => {
  it('reads title, link and time of each item, in either offset, with CDATA and entities', () => {
    const items = parseRss(
      feed(
        item('A &amp; B &lt;c&gt; &#39;d&#x27; &unknown; \n e'),
        '<item ><title><![CDATA[x < y & z]]></title><pubDate>Tue, 23 Sep 2025 06:20:00 GMT</pubDate></item>',
        '<items><title>no item</title></items><item/>',
        '<item><title/></item>',
      ),
    );
    assert.deepEqual(items, [
      {
        title: "A & B <c> 'd' &unknown; e",
        link: 'https://x.example/1',
        description: '',
        published: utc(6, 20),
      },
      { title: 'x < y & z', link: '', description: '', published: utc(6, 20) },
      { title: '', link: '', description: '', published: undefined },
    ]);
  });

  it('refuses what is not a whole RSS document', () => {
    for (const text of [
      ...['', '{}', '<html></html>', feed(item('a')).replace('</rss>', ''), '<rss></rss>'],
      ...[feed(item('a').replace('</item>', '')), feed(item('a'), item('b').replace('</item>', '</itm>'))],
      feed('<item '),
    ]) {
      refuses(parseRss, text);
    }
  });

  it('takes CDATA that is a part of a text for what it is', () => {
    const [found] = parseRss(feed(item('A &amp; <![CDATA[B & C]]> &amp; <![CDATA[D]]>')));
    assert.equal(found?.title, 'A & B & C & D');
  });

  it('takes a time without its offset for one of Hong Kong, in whatever zone this machine is', () => {
    for (const text of [
      'Tue, 23 Sep 2025 14:20:00',
      '23 Sep 2025 14:20',
      '2025-09-23T14:20:00+08:00',
      '2025-09-23 14:20:00',
      '2025-09-23T06:20:00Z',
    ]) {
      assert.equal(parseRss(feed(item('a', text)))[0]?.published, utc(6, 20), text);
    }
  });

  it('reads a hostile megabyte in a moment', () => {
    const began = worked();
    for (const part of ['<item>', '<item><title>', '<items', '&#x', '<![CDATA[', '<item x']) {
      const text = feed(part.repeat(2 ** 20 / part.length));
      if (/<item(>| x)/.test(part)) refuses(parseRss, text);
      else parseRss(text);
      parsePress(
        feed(item('Extreme', undefined, part.replace('item', 'b').repeat(2 ** 20 / part.length))),
        0,
      );
    }
    assert.ok(worked() - began < 20_000);
  });

  it('survives anything', () => {
    survives(parseRss, [
      '<rss>',
      '<channel>',
      '<item>',
      '</item>',
      '<title>',
      '</title>',
      '</rss>',
      '<![CDATA[',
      '&#1114112;',
    ]);
  });
});

describe('the RSS warning summary', () => {
  it('recognises the titles of stopping signals', () => {
    const titles: [title: string, code: string | undefined][] = [
      ['No. 8 Northeast Gale or Storm Signal issued at 14:20', 'TC8NE'],
      ['No. 8 Southwest Gale or Storm Signal issued at 14:20', 'TC8SW'],
      ['Gale or Storm Signal, No.8', 'TC8'],
      ['Increasing Gale or Storm Signal, No. 9 issued', 'TC9'],
      ['Hurricane Signal, No. 10 issued', 'TC10'],
      ['Tropical cyclone signals: No.8NE', 'TC8NE'],
      ['No. 8 South-east Gale or Storm Signal', 'TC8SE'],
      ['Gale or Storm Signal Number 8 NW', 'TC8NW'],
      ['Hurricane Signal #10', 'TC10'],
      ['Signal No. 80', undefined],
      ['Black Rainstorm Warning Signal issued at 15:35', 'WRAINB'],
      ['Strong Wind Signal, No. 3 issued', undefined],
      ['Standby Signal, No. 1 issued', undefined],
      ['Red Rainstorm Warning Signal issued', undefined],
      ['Thunderstorm Warning issued at 8 p.m.', undefined],
      ['Pre-No. 8 Special Announcement on the signal', undefined],
      ['All tropical cyclone warning signals cancelled, No. 8', undefined],
      ['Black Rainstorm Warning Signal cancelled', undefined],
      ['There is no warning in force', undefined],
    ];
    for (const [title, code] of titles) assert.equal(codeOfTitle(title), code, title);
    assert.deepEqual(parseWarningRss(feed(item('Thunderstorm Warning'), item('Hurricane Signal, No. 10'))), [
      'TC10',
    ]);
  });
});

describe('the press feed', () => {
  const now = utc(7, 0);

  it('finds what may be Extreme Conditions, in both languages, in title or text', () => {
    const hits = parsePress(
      feed(
        item('Extreme conditions will continue at least until 6pm'),
        item('政府宣布「極端情況」'),
        item('Transport', undefined, 'Under extreme conditions, buses stop'),
        item('Weather forecast'),
      ),
      now,
    );
    assert.deepEqual(
      hits.map((hit) => hit.title),
      ['Extreme conditions will continue at least until 6pm', '政府宣布「極端情況」', 'Transport'],
    );
    assert.equal(hits[0]?.seenAt, now);
  });

  it('finds the words of a page within the feed: with tags and entities of its own', () => {
    for (const text of [
      '&lt;p&gt;&lt;b&gt;Extreme&lt;/b&gt; conditions&lt;/p&gt;',
      'Extreme&nbsp;Conditions',
      'extreme&#160;conditions',
      'Extreme&amp;nbsp;conditions',
      '<![CDATA[<p>Extreme<br/>conditions</p>]]>',
      'now <![CDATA[extreme&nbsp;conditions]]> are declared',
    ]) {
      assert.equal(parsePress(feed(item('News', undefined, text)), now).length, 1, text);
    }
  });

  it('leaves releases of other days alone, but not those without a time', () => {
    const old = item('Extreme conditions', 'Mon, 22 Sep 2025 14:59:00 +0800');
    assert.deepEqual(parsePress(feed(old), now), []);
    assert.equal(parsePress(feed(item('Extreme conditions', 'someday')), now).length, 1);
  });
});

describe('the hourly report', () => {
  it('tells the time it bears, whatever form its other fields take', () => {
    const report = { updateTime: '2025-09-23T14:02:00+08:00', warningMessage: '' };
    assert.equal(parseFeedTime(JSON.stringify(report)), utc(6, 2));
    assert.equal(parseFeedTime(JSON.stringify({ ...report, warningMessage: ['x'] })), utc(6, 2));
    for (const text of ['{}', '[]', '{"updateTime":"14:02"}']) refuses(parseFeedTime, text);
  });
});

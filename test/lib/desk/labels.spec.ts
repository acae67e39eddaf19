/** No two texts of a picture lie on each other, and none is cut off, however early or late reports come. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { textOf } from '../../../lib/desk/html.ts';
import { picture, volume } from '../../../lib/desk/report/picture.ts';
import { type Bar, evening } from '../../../lib/desk/today/evening.ts';
import { addDays } from '../../../lib/time/hong-kong.ts';

interface Box {
  text: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Letters of a text are so wide, in parts of their size: digits and small ones, large ones, and those of Chinese. */
const wideOf = (letter: string) => (letter > '\u2e7f' ? 1 : /[A-Z_+]/.test(letter) ? 0.68 : 0.58);

/** The boxes of all texts. @param size of the letters @param width of the picture, in the units of its places */
function boxesOf(svg: string, size: number, width: number): Box[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = '', text = '']) => {
    const of = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(` ${attributes}`)?.[1] ?? '';
    const place = of('x').endsWith('%') ? (Number.parseFloat(of('x')) / 100) * width : Number(of('x'));
    const x = place + Number(of('dx') || 0);
    const wide = [...text].reduce((sum, letter) => sum + wideOf(letter) * size, 0);
    const start = of('text-anchor') === 'end' ? x - wide : of('text-anchor') === 'middle' ? x - wide / 2 : x;
    const y = Number(of('y'));
    return { text, left: start, right: start + wide, top: y - 0.8 * size, bottom: y + 0.22 * size };
  });
}

function check(svg: string, size: number, width: number, height: number): void {
  const boxes = boxesOf(svg, size, width);
  assert.ok(boxes.length > 1);
  for (const [at, one] of boxes.entries()) {
    const said = JSON.stringify(one);
    assert.ok(one.left >= -1 && one.right <= width + 1, `cut off at a side of ${width}: ${said}`);
    assert.ok(one.top >= -1 && one.bottom <= height + 1, `cut off above or below: ${said}`);
    for (const other of boxes.slice(at + 1)) {
      const beside = one.right <= other.left || other.right <= one.left;
      const above = one.bottom <= other.top || other.bottom <= one.top;
      assert.ok(beside || above, `${said} lies on ${JSON.stringify(other)}`);
    }
  }
}

const HOUR = 3600;
const NOON = Date.UTC(2026, 10, 20, 4) / 1000;

describe('texts of pictures', () => {
  const code = fc.constantFrom('RMAMR03:4', 'CCLTN05', 'RPF01', 'MARGIN_CALL_REPORT_OF_THE_DAY_AND_NIGHT:12');
  const bar = fc
    .record({
      name: code,
      from: fc.integer({ min: -4 * HOUR, max: 14 * HOUR }),
      wide: fc.integer({ min: HOUR / 4, max: 6 * HOUR }),
      // From a day early to a day late.
      came: fc.option(fc.integer({ min: -24 * HOUR, max: 24 * HOUR })),
      state: fc.constantFrom('here', 'half', 'open', 'late'),
    })
    .map(({ name, from, wide, came, state }): Bar => {
      const begin = NOON + from;
      return { name, from: begin, until: begin + wide, arrived: came === null ? null : begin + came, state };
    });

  it('of the day', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(bar, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: -12 * HOUR, max: 20 * HOUR }),
        fc.constantFrom('now', '現在', '现在'),
        fc.constantFrom(256, 326, 420, 640, 700),
        async (bars, at, now, width) => {
          const svg = await textOf(evening(bars, NOON + at, 'the day', now));
          const height = Number(/ height="(\d+)"/.exec(svg)?.[1]);
          check(svg, 13, width, height);
        },
      ),
      { seed: 14, numRuns: 400 },
    );
  });

  it('of a report', async () => {
    const arrival = fc.record({
      date: fc.integer({ min: 0, max: 60 }),
      minute: fc.integer({ min: -600, max: 3 * 1440 }),
      bytes: fc.integer({ min: 0, max: 2_000_000_000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(arrival, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(13, 21),
        async (all, days, size) => {
          const span = { from: '2026-09-21', to: addDays('2026-09-21', days) };
          const arrivals = all.map(({ date, minute, bytes }, at) => ({
            ...{ date: addDays(span.from, date % days), minute, bytes, amended: false, own: at === 0 },
          }));
          const window = { about: 1260, late: 1320, cutOff: 1380 };
          check(await textOf(picture({ arrivals, window, span }, 'arrivals')), size, 640, 220);
          check(await textOf(volume({ arrivals, span }, 'sizes')), size, 640, 120);
        },
      ),
      { seed: 14, numRuns: 300 },
    );
  });
});

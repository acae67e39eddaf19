import assert from 'node:assert/strict';
import fc from 'fast-check';
import { farText, printable } from '../../../lib/net/far-text.ts';

describe('Text of a far end', () => {
  it('is one line of what can be seen', () => {
    for (const [text, shown] of [
      ['250-a\r\n250 b', '250-a 250 b'],
      ['a\u001b[2Jb\u202ec\u0000', 'a?[2Jb?c?'],
      ['報告 不存在', '報告 不存在'],
    ] as const) {
      assert.equal(farText(text), shown);
    }
    assert.equal(farText('x'.repeat(5000)).length, 1000);
    // A character of two units is not left in halves at the end.
    assert.ok(farText(`${'x'.repeat(999)}\u{1f600}`).isWellFormed());
    assert.ok(printable(`${'x'.repeat(199)}\u{1f600}`).isWellFormed());
  });

  it('keeps what is no secret', () => {
    const text = '535 5.7.8 Error: authentication failed: AGFiYwBkZWY= deadbeef';
    assert.equal(farText(text, ['Pa55word', '']), text);
  });

  it('blots out the longer of two secrets whole', () => {
    assert.equal(farText('no: hunter22', ['hunter', 'hunter22']), 'no: ***');
  });

  for (const [what, secret, text] of [
    ['a tab in it', 'tab\there', '535 not tab\there'],
    ['a line end in it', 'two\r\nlines', '535 not two\r\nlines'],
    ['a break of the reply at its blank', 'two s5 lines', '535-not two\r\n535-s5\r\n535 lines'],
    ['capitals', 'hunter2x', '535 AUTH HUNTER2X'],
    ['quotation marks', 'pa"s\\s5', '{"said":"pa\\"s\\\\s5"}'],
    ['every sign encoded, in small letters', 'Pass!/(1)', 'user=ops&password=Pass%21%2f%281%29'],
    ['blanks as in a form', 'Pass! (c', 'user=ops&password=Pass%21+%28c'],
    ['entities', 'a<"s5">&(c', 'no: a&lt;&quot;s5&quot;&gt;&amp;(c'],
    ['some entities', `a<"s5'>&(c`, `no: a&lt;"s5'&gt;&amp;(c`],
    ['signs of a pattern', 'a.*[b]$(c', 'no: a.*[b]$(c'],
  ] as const) {
    it(`holds no secret that comes with ${what}`, () => {
      const shown = farText(text, [secret]);
      assert.ok(shown.includes('***'), shown);
      assert.doesNotMatch(shown, /here|lines|HUNTER|s5|Pass[%!]|\(c/);
    });
  }

  const encodings: ((secret: string) => string)[] = [
    (secret) => secret,
    encodeURIComponent,
    (secret) => Buffer.from(secret).toString('base64'),
    (secret) => Buffer.from(secret).toString('base64url'),
    (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
    (secret) => Buffer.from(`\0user\0${secret}`).toString('base64'),
    (secret) => Buffer.from(`x\0${secret}\0y`).toString('base64'),
  ];

  it('holds no secret, whatever stands around it and however it is written', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 3, maxLength: 24 }).map((text) => `é${text.toWellFormed()}`),
        fc.constantFrom(...encodings),
        fc.string({ unit: fc.constantFrom(...'0123456789 .;-'), maxLength: 30 }),
        fc.string({ unit: fc.constantFrom(...'0123456789 .;-'), maxLength: 30 }),
        (secret, encode, before, after) => {
          const shown = farText(`${before} ${encode(secret)} ${after}`, [secret]);
          assert.ok(shown.includes('***'), shown);
          for (const one of encodings) assert.ok(!shown.includes(one(secret)), `${one(secret)} in ${shown}`);
        },
      ),
      { seed: 20261130, numRuns: 2000 },
    );
  });
});

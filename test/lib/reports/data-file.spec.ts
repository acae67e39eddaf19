import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { inspectDataFile } from '../../../lib/reports/data-file.ts';
import {
  finalClearingStatement,
  isiActivityReport,
  provisionalClearingStatement,
} from '../../../simulator/content/data-files.ts';
import { Chance } from '../../../simulator/content/random.ts';

const facts = { participant: 'SIM001', businessDate: '2025-06-20', settlementDate: '2025-06-24' };
const fcs = finalClearingStatement(facts, new Chance('data-file.spec'));
/** 143 bytes and a line end. */
const STRIDE = 145;

describe('The inside of a data file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rap-data-file-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function verdict(content: Buffer, code = 'CCLTN05', participant = 'SIM001'): Promise<string> {
    const file = path.join(folder, 'file');
    await writeFile(file, content);
    return inspectDataFile(
      { name: `${code}_x.txt`, code, path: `/INBOX/${code}_x.txt` },
      file,
      participant,
    ).then(
      () => 'right',
      (error: { code: string }) => error.code,
    );
  }

  function changed(at: number, bytes: string): Buffer {
    const content = Buffer.from(fcs);
    content.write(bytes, at, 'latin1');
    return content;
  }

  it('is right in every report of the simulator, whatever the day', async () => {
    for (let seed = 0; seed < 5; seed++) {
      const chance = () => new Chance(`day ${seed}`);
      assert.equal(await verdict(finalClearingStatement(facts, chance())), 'right');
      assert.equal(await verdict(provisionalClearingStatement(facts, chance()), 'CCLTN04'), 'right');
      assert.equal(await verdict(isiActivityReport(facts, chance()), 'CIPSI02'), 'right');
    }
  });

  it('is right without line ends, and in more records than are read at once', async () => {
    const bare = Buffer.concat(
      Array.from({ length: fcs.length / STRIDE }, (_, index) =>
        fcs.subarray(index * STRIDE, index * STRIDE + 143),
      ),
    );
    assert.equal(await verdict(bare), 'right');
    const details = Array.from({ length: 9_000 }, () => detail(7n));
    assert.equal(
      await verdict(Buffer.from([header, ...details, trailer(9_000n * 7n, 9_000n * 28n)].join(''))),
      'right',
    );
    assert.equal(
      await verdict(Buffer.from([header, ...details, trailer(1n, 9_000n * 28n)].join(''))),
      'CONTENT_WRONG',
    );
  });

  it('loses the leading digits of sums that are too long, as published', async () => {
    const price = 99_999_999n;
    const count = 100_001n; // more than 13 digits of prices
    const content = [header, ...Array.from({ length: Number(count) }, () => detail(0n, price))];
    content.push(trailer(0n, count * price, count * price));
    assert.equal(await verdict(Buffer.from(content.join(''))), 'right');
  });

  for (const [what, participant, expected] of [
    ['our own ID', 'SIM001', 'right'],
    ['our own ID in small letters', ' sim001 ', 'right'],
    ['another ID', 'B00001', 'FOREIGN_REPORT'],
    ['no ID', '', 'right'],
    ['a name that can be no ID', 'Simulated Securities Ltd', 'right'],
  ] as const) {
    it(`compared with ${what} is ${expected}`, async () => {
      assert.equal(await verdict(fcs, 'CCLTN05', participant), expected);
    });
  }

  it('is the report its name says', async () => {
    assert.equal(await verdict(changed(7, 'CCLTN04')), 'CONTENT_WRONG');
  });

  it('is not looked into where the report is none of the three', async () => {
    assert.equal(await verdict(Buffer.from('anything'), 'CCMDS01'), 'right');
  });

  it('is wrong whichever digit of a sum or of a summed field is another one', async () => {
    const last = fcs.length - STRIDE;
    const places = [
      ...[2, 65, 76, 84, 109, 126].map((field) => STRIDE + field), // of the first detail
      ...[1, 11, 28, 41, 59, 77].map((field) => last + field), // of the trailer
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.integer({ min: 0, max: 4 }), async (place, digit) => {
        const at = place + digit;
        const other = String((Number(String.fromCharCode(fcs[at] ?? 0)) + 1) % 10);
        assert.equal(await verdict(changed(at, other)), 'CONTENT_WRONG', `byte ${at}`);
      }),
      { numRuns: 60 },
    );
  });

  it('is wrong where a number is none', async () => {
    assert.equal(await verdict(changed(STRIDE + 65, 'x')), 'CONTENT_WRONG');
  });
});

const header = `0SIM001CCLTN05${'FCS'.padEnd(129)}`;

/** A detail with this quantity and price; everything else is 0. */
function detail(quantity: bigint, price = 21n): string {
  return [
    `1${'0'.repeat(64)}`,
    String(quantity).padStart(11, '0'),
    String(price).padStart(8, '0'),
    '0'.repeat(42),
    String(quantity + price).padStart(14, '0'),
    '   ',
  ].join('');
}

function trailer(quantities: bigint, checksums: bigint, prices = 9_000n * 21n): string {
  const digits = (sum: bigint, length: number) => String(sum).padStart(length, '0').slice(-length);
  const sums = digits(0n, 10) + digits(quantities, 17) + digits(prices, 13) + digits(0n, 36);
  return `9${sums}${digits(checksums, 18)}`.padEnd(143);
}

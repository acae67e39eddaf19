/** A data file of which no layout is known: its lines are counted, to compare it with those that came before. */
import { type Finding, Warnings } from './finding.ts';
import { lineEnds, piecesOf, type Source } from './pieces.ts';

const LF = 0x0a;

export async function inspectText(file: Source): Promise<Finding> {
  const warnings = new Warnings();
  let [lines, last] = [0, LF];
  for await (const piece of piecesOf(file)) {
    const nul = piece.indexOf(0);
    if (nul >= 0) {
      const record = lines + lineEnds(piece.subarray(0, nul)) + 1;
      warnings.add('not-text', 'it is not text', { record, certainty: 'usual' });
    }
    lines += lineEnds(piece);
    last = piece[piece.length - 1] ?? last;
  }
  if (last !== LF) lines++;
  if (lines === 0) warnings.add('no-records', 'the file is empty', { record: 1, certainty: 'usual' });
  return { warnings: warnings.all, why: 'no-layout', shape: { rows: { '': lines } } };
}

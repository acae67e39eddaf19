/** A local file read piece by piece, so that no size is ever held in memory. */
import type { FileHandle } from 'node:fs/promises';
import { giveBlock, takeBlock } from '../../files/blocks.ts';

/** What is looked into: an open file. */
export type Source = Pick<FileHandle, 'read' | 'stat'>;

/** The bytes of a file from one place to another, in order. Each piece is only good until the next is asked for. */
export async function* piecesOf(
  file: Source,
  from = 0,
  to = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  const block = takeBlock();
  for (let at = from; at < to; ) {
    const { bytesRead } = await file.read(block, 0, Math.min(block.length, to - at), at);
    if (bytesRead === 0) break;
    yield block.subarray(0, bytesRead);
    at += bytesRead;
  }
  giveBlock(block);
}

const LF = 0x0a;
const CR = 0x0d;

/** How many lines end in a piece. */
export function lineEnds(piece: Buffer): number {
  let count = 0;
  // An iterator would be ten times as slow.
  for (let at = 0; at < piece.length; at++) if (piece[at] === LF) count++;
  return count;
}

export interface Line {
  /** From 1. */
  number: number;
  /** Without its line end; latin1, so that a byte is a character. */
  text: string;
  /** Did a line end follow? */
  ended: boolean;
}

/** A line that is longer than this is no line of any report. */
const LONGEST_LINE = 4 * 1024 * 1024;

/** The lines of a text file; LF and CRLF end them. The last one is given only where there is something in it. */
export async function* linesOf(file: Source): AsyncGenerator<Line> {
  let rest = '';
  let number = 0;
  for await (const piece of piecesOf(file)) {
    let start = 0;
    for (let at = piece.indexOf(LF); at >= 0; at = piece.indexOf(LF, start)) {
      const text = rest + piece.toString('latin1', start, at);
      rest = '';
      start = at + 1;
      yield {
        number: ++number,
        text: text.charCodeAt(text.length - 1) === CR ? text.slice(0, -1) : text,
        ended: true,
      };
    }
    rest += piece.toString('latin1', start);
    if (rest.length > LONGEST_LINE) break;
  }
  if (rest !== '') yield { number: number + 1, text: rest, ended: false };
}

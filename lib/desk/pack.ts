/** A page as it goes to the browser: bytes that whoever passes them on need not look at. */
import { gzipSync } from 'node:zlib';
import type { Answer } from './render.ts';

export interface PackedAnswer extends Omit<Answer, 'body'> {
  /** UTF-8, compressed where `encoding` says so. Its memory is its own, so that it can change threads. */
  body: Uint8Array<ArrayBuffer>;
  /** As Content-Encoding has it; '' for as it is. */
  encoding: '' | 'gzip';
}

/** Less than this gets no shorter by it, bytes. */
const WORTH_IT = 1_000;

/** @param gzip the browser takes it compressed */
export function packed({ body, ...rest }: Answer, gzip: boolean): PackedAnswer {
  const bytes = new TextEncoder().encode(body);
  if (!gzip || bytes.length < WORTH_IT) return { ...rest, body: bytes, encoding: '' };
  return { ...rest, body: new Uint8Array(gzipSync(bytes)), encoding: 'gzip' };
}

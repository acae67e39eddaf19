/** A form as browsers send it. */
import type { IncomingMessage } from 'node:http';

/** Our forms have a word or two. */
const LONGEST = 1000;

/** @returns undefined for what is no form, or too long */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) return undefined;
  let text = '';
  for await (const piece of request) {
    text += String(piece);
    if (text.length > LONGEST) return undefined;
  }
  return new URLSearchParams(text);
}

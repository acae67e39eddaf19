/** Which release this is. */
import { readFileSync } from 'node:fs';

/** From the nearest package.json: two folders up in a checkout, three in the built package. */
export function release(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      return String(JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')).version);
    } catch {
      // not here: look further up
    }
  }
  return 'unknown';
}

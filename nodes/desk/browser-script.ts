/** The script of the desk as browsers load it: compiled by the build, or with its types taken out in a checkout. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as modules from 'node:module';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';

interface Script {
  text: string;
  gzip: Uint8Array;
  /** Another one for another text. */
  mark: string;
}

let kept: Script | undefined;

export function browserScript(): Script {
  if (kept !== undefined) return kept;
  const kind = extname(import.meta.url);
  const source = readFileSync(new URL(`./browser/desk${kind}`, import.meta.url), 'utf8');
  const text = kind === '.ts' ? modules.stripTypeScriptTypes(source) : source;
  const mark = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  kept = { text, gzip: gzipSync(text), mark };
  return kept;
}

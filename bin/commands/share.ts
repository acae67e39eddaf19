/** `rap share init`: marks a folder as the share it is, so that an unmounted mount point is never written to. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { initShare, SHARE_FILE } from '../../lib/delivery/share.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { realClock } from '../../lib/time/clock.ts';
import { parseWords, required } from '../connection-options.ts';

const help = `Usage: rap share init FOLDER [--json]

Puts the id file ${SHARE_FILE} into a mounted share. Where a routing node asks for it, a report is only delivered while that
file is there: when the share is not mounted, not one byte goes into the empty folder below it.`;

const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

export default async function share(argv: string[]): Promise<number> {
  const { values, positionals } = parseWords(argv, options, true);
  if (values.help === true) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  if (positionals[0] !== 'init') throw new RapError('USAGE', 'rap share takes init');
  const folder = path.resolve(required(positionals[1], 'FOLDER'));
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new RapError('CONFIG_INVALID', `${folder} is not a folder`, {
      cure: 'Mount the share, then try again.',
    });
  }
  const { root, id } = await initShare(folder, realClock);
  process.stdout.write(
    values.json === true ? `${JSON.stringify({ root, id })}\n` : `${root} is share ${id}\n`,
  );
  return 0;
}

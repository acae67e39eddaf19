/** How a person says "I know": through the page, the command line, or a file in the folder "acknowledge". */
import { lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RapError, systemCode } from '../errors/rap-error.ts';
import { makeFolder } from '../files/durable.ts';
import { renameFile, whileInUse } from '../files/rename.ts';
import { decodeText, linesOf } from '../files/text-file.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { plain } from '../mail/escape.ts';
import type { Clock } from '../time/clock.ts';

export interface Acknowledgement {
  alarm: number;
  by: string;
  why: string;
}

const HOUR = 3600_000;
const LONGEST_NAME = 80;

/**
 * Acknowledges an alarm for so many hours.
 * @throws RapError USAGE when no name is given or there is no such open alarm
 */
export async function acknowledge(
  ledger: Pick<Ledger, 'alarms'>,
  clock: Clock,
  { alarm, by, why }: Acknowledgement,
  hours: number,
): Promise<{ until: number }> {
  const name = plain(by).trim().slice(0, LONGEST_NAME);
  if (name === '') throw new RapError('USAGE', 'Say who acknowledges the alarm', { cure: 'Give your name.' });
  const until = clock.now() + hours * HOUR;
  const reason = plain(why).trim().slice(0, 500) || 'seen';
  if (await ledger.alarms.acknowledgeAlarm(alarm, { by: name, why: reason, until })) return { until };
  throw new RapError('USAGE', `There is no open alarm ${alarm}`, { cure: 'See "rap alarms list".' });
}

/** A file that is empty for so long was not only just begun. */
const WRITING = 60_000;
const LARGEST = 4096;

/**
 * Reads RAP_HOME/acknowledge: a file "12.txt" with a name on its first line, and perhaps a reason on the second,
 * acknowledges alarm 12 and is removed. What cannot be understood is set aside with a note that says why.
 * @returns what was acknowledged
 */
export async function readAcknowledgements(
  ledger: Pick<Ledger, 'alarms'>,
  clock: Clock,
  home: string,
  hours: number,
): Promise<Acknowledgement[]> {
  const folder = path.join(home, 'acknowledge');
  await makeFolder(folder);
  const done: Acknowledgement[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const [, number] = /^(\d{1,9})(?:\.txt)?$/i.exec(name) ?? [];
    if (number === undefined) continue;
    const file = path.join(folder, name);
    const bytes = await bytesOf(file);
    // The age is that of the file system: nobody can simulate it.
    const begun =
      bytes?.toString('latin1').trim() === '' && Date.now() - (await lstat(file)).mtimeMs < WRITING;
    if (bytes === undefined || begun) continue;
    try {
      const [by = '', ...rest] = linesOf(decodeText(bytes, name, { code: 'USAGE' }).trim());
      const one = { alarm: Number(number), by, why: rest.join(' ') };
      await acknowledge(ledger, clock, one, hours);
      await whileInUse(() => rm(file));
      done.push(one);
    } catch (thrown) {
      if (!(thrown instanceof RapError) || thrown.code !== 'USAGE') throw thrown;
      await renameFile(file, `${file}.refused`);
      await writeFile(`${file}.why`, `${thrown.message}. ${thrown.cure}\n`, { mode: 0o600 });
    }
  }
  return done;
}

/** Undefined for what is no small plain file, or has gone. */
async function bytesOf(file: string): Promise<Buffer | undefined> {
  try {
    const facts = await lstat(file);
    if (!facts.isFile() || facts.size > LARGEST) return undefined;
    return await readFile(file);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

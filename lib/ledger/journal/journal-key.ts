/**
 * The key of the journal's chain: given by RAP_JOURNAL_KEY, else made once and kept in a file of its own. It is
 * in no backup of the ledger, so whoever gets at a ledger or a copy cannot write a journal that looks right.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { diskError, RapError, systemCode } from '../../errors/rap-error.ts';
import { fsyncFolder, makeFolder, temporaryName, withTemporary } from '../../files/durable.ts';
import { renameFile } from '../../files/rename.ts';
import { writeNew } from '../../files/replace.ts';
import { decodeText } from '../../files/text-file.ts';
import type { Clock } from '../../time/clock.ts';
import { type LedgerPlace, ledgerPlace } from '../place.ts';
import { lastHashOn } from '../postgres/questions.ts';
import { readOnlyDatabase, unusable } from '../sqlite/ledger-file.ts';
import { isKeyed } from './chain.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const VARIABLE = 'RAP_JOURNAL_KEY';
const KEY_BYTES = 32;

/** Where the key of a home lies when the environment gives none. */
export function journalKeyFile(home: string): string {
  return path.join(home, 'secrets', 'journal.key');
}

/**
 * The key of a home, if there is one.
 * @throws RapError CONFIG_INVALID when it is not hexadecimal or too short
 */
export async function findJournalKey(
  home: string,
  env: Environment = process.env,
): Promise<Buffer | undefined> {
  const given = env[VARIABLE]?.trim() ?? '';
  if (given !== '') return parseKey(given, VARIABLE);
  const file = journalKeyFile(home);
  try {
    return parseKey(decodeText(await fs.readFile(file), file).trim(), file);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw diskError(thrown, file);
  }
}

/**
 * The key of a home; made when there is none and none is missing.
 * @param ledger the ledger that is to be opened with it, or the copy that is to become it
 * @throws RapError CONFIG_INVALID when the ledger's journal was written with a key and that key is not here
 */
export async function journalKeyOf(
  home: string,
  ledger: LedgerPlace = ledgerPlace(home),
  env: Environment = process.env,
): Promise<Buffer> {
  const key = await findJournalKey(home, env);
  if (key !== undefined) return key;
  if (await wasKeyed(ledger)) throw keyMissing(home);
  return makeJournalKey(home);
}

/** Makes a key and keeps it, unless another process has just done so; then it is that one. */
async function makeJournalKey(home: string): Promise<Buffer> {
  const file = journalKeyFile(home);
  try {
    await makeFolder(path.dirname(file), { mode: 0o700 });
    await withTemporary(file, async (temp) => {
      await writeNewKey(temp);
      await fs.link(temp, file).catch((thrown) => {
        if (systemCode(thrown) !== 'EEXIST') throw thrown;
      });
    });
    await fsyncFolder(path.dirname(file));
    return parseKey(decodeText(await fs.readFile(file), file).trim(), file);
  } catch (thrown) {
    throw diskError(thrown, file);
  }
}

/**
 * Makes a new key and gives it the place of the one of a home when `work` has been done with it; the old one is kept
 * beside it. When the work fails, the key is the one it was. A process that is killed between the two leaves a
 * journal that fits no key in its place, which this same act mends when it is done again.
 * @returns what the work gave, and where the old key lies now, undefined when there was none
 * @throws RapError CONFIG_INVALID when the key comes from the environment
 */
export async function replaceJournalKey<T>(
  home: string,
  clock: Clock,
  work: (key: Buffer) => Promise<T>,
  env: Environment = process.env,
): Promise<{ done: T; replaced: string | undefined }> {
  if ((env[VARIABLE] ?? '') !== '') {
    throw new RapError('CONFIG_INVALID', `The journal key is given by ${VARIABLE}`, {
      cure: `Unset ${VARIABLE}, so that a key is made and kept in the home folder.`,
    });
  }
  const file = journalKeyFile(home);
  let temp: string | undefined;
  let replaced: string | undefined;
  try {
    await makeFolder(path.dirname(file), { mode: 0o700 });
    temp = temporaryName(file);
    const key = await writeNewKey(temp);
    replaced = await keepBeside(file, clock);
    const done = await work(key);
    await renameFile(temp, file);
    await fsyncFolder(path.dirname(file));
    return { done, replaced };
  } catch (thrown) {
    for (const name of [temp, replaced]) if (name !== undefined) await fs.rm(name, { force: true });
    throw diskError(thrown, file);
  }
}

/** Makes a key and writes it into a new file. */
async function writeNewKey(file: string): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES);
  await writeNew(file, `${key.toString('hex')}\n`);
  return key;
}

/** A second name for a key, so that it stays when the first is given to another. */
async function keepBeside(file: string, clock: Clock): Promise<string | undefined> {
  const aside = `${file}.replaced-${clock.now()}`;
  try {
    await fs.link(file, aside);
    return aside;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

function parseKey(text: string, where: string): Buffer {
  const key = Buffer.from(text, 'hex');
  if (key.length >= KEY_BYTES && key.length * 2 === text.length) return key;
  throw new RapError(
    'CONFIG_INVALID',
    `The journal key in ${where} is not ${KEY_BYTES} bytes in hexadecimal`,
    {
      cure: `Give ${2 * KEY_BYTES} hexadecimal digits or more, such as "openssl rand -hex ${KEY_BYTES}" makes.`,
    },
  );
}

async function wasKeyed(ledger: LedgerPlace): Promise<boolean> {
  if (typeof ledger !== 'string') return isKeyed(await lastHashOn(ledger.address));
  const { size } = await fs.stat(ledger).catch(() => ({ size: 0 }));
  if (size === 0) return false;
  const database = readOnlyDatabase(ledger);
  try {
    const last = database.prepare('select hash from journal order by sequence desc limit 1').get();
    return isKeyed(String(last?.hash ?? ''));
  } catch (thrown) {
    // A torn page, or no journal in it: as damaged as any.
    if (thrown instanceof RapError) throw thrown;
    throw unusable(ledger, `is damaged (${thrown instanceof Error ? thrown.message : thrown})`);
  } finally {
    database.close();
  }
}

function keyMissing(home: string): RapError {
  return new RapError(
    'CONFIG_INVALID',
    `The journal was written with a key, and ${journalKeyFile(home)} is gone`,
    {
      cure: `Put the file back from your safe, or set ${VARIABLE}. If the key is lost for good: "rap ledger newkey".`,
    },
  );
}

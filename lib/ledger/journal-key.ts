/**
 * The key of the journal's chain: given by RAP_JOURNAL_KEY, else made once and kept in a file of its own. It is
 * in no backup of the ledger, so whoever gets at a ledger or a copy cannot write a journal that looks right.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { diskError, RapError, systemCode } from '../errors/rap-error.ts';
import { fsyncFolder, makeFolder, openTemporary } from '../files/durable.ts';
import type { Clock } from '../time/clock.ts';
import { isKeyed } from './chain.ts';
import { ledgerIn, readOnlyDatabase, unusable } from './ledger-file.ts';

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
    return parseKey((await fs.readFile(file, 'utf8')).trim(), file);
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
  ledger: string = ledgerIn(home),
  env: Environment = process.env,
): Promise<Buffer> {
  const key = await findJournalKey(home, env);
  if (key !== undefined) return key;
  if (await wasKeyed(ledger)) throw keyMissing(home);
  return makeJournalKey(home);
}

/** Makes a key and keeps it, unless another process has just done so; then it is that one. */
export async function makeJournalKey(home: string): Promise<Buffer> {
  const file = journalKeyFile(home);
  try {
    await makeFolder(path.dirname(file), { mode: 0o700 });
    const { path: temp, handle } = await openTemporary(file);
    try {
      await handle.writeFile(`${randomBytes(KEY_BYTES).toString('hex')}\n`);
      await handle.sync();
      await handle.close();
      await fs.link(temp, file).catch((thrown) => {
        if (systemCode(thrown) !== 'EEXIST') throw thrown;
      });
    } finally {
      await fs.rm(temp, { force: true });
    }
    await fsyncFolder(path.dirname(file));
    return parseKey((await fs.readFile(file, 'utf8')).trim(), file);
  } catch (thrown) {
    throw diskError(thrown, file);
  }
}

/**
 * Renames the key file of a home so that a new key can be made.
 * @returns where it lies now, undefined when there was none
 * @throws RapError CONFIG_INVALID when the key comes from the environment
 */
export async function setJournalKeyAside(
  home: string,
  clock: Clock,
  env: Environment = process.env,
): Promise<string | undefined> {
  if ((env[VARIABLE] ?? '') !== '') {
    throw new RapError('CONFIG_INVALID', `The journal key is given by ${VARIABLE}`, {
      cure: `Unset ${VARIABLE}, so that a key is made and kept in the home folder.`,
    });
  }
  const file = journalKeyFile(home);
  const aside = `${file}.replaced-${clock.now()}`;
  try {
    await fs.rename(file, aside);
    return aside;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw diskError(thrown, file);
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

async function wasKeyed(ledger: string): Promise<boolean> {
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

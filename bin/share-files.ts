/** `rap share look, lost, leave`: delivered files that are gone from their shares, or are not what was delivered. */
import { readWholeDays } from '../lib/cells/index.ts';
import { mustRead } from '../lib/cells/must-read.ts';
import { lookAtPlaced } from '../lib/collection/placed-look.ts';
import { RapError } from '../lib/errors/rap-error.ts';
import { visible } from '../lib/errors/visible.ts';
import type { WatchdogOptions } from '../lib/files/watchdog.ts';
import type { Ledger, PlacedFile } from '../lib/ledger/ledger.ts';
import { holdsWords, wordsIn } from '../lib/ledger/records/report-search.ts';
import { isLostReason, lostText } from '../lib/model/placed.ts';
import { realClock } from '../lib/time/clock.ts';
import { hongKongStamp } from '../lib/time/hong-kong.ts';
import { required } from './connection-options.ts';
import { homeFromOptions, personFromOptions, withLedger } from './home-options.ts';

interface Options {
  days?: string | undefined;
  content?: boolean | undefined;
  account?: string | undefined;
  reason?: string | undefined;
  by?: string | undefined;
  home?: string | undefined;
  json?: boolean | undefined;
}

/** Ours; the same as the dialog of the routing node proposes. */
const DAYS = 5;

const lostOf = (ledger: Pick<Ledger, 'placedFiles'>, { account }: Options) =>
  ledger.placedFiles.lostFiles(account === undefined ? {} : { account });

function print({ json }: Options, row: object, text: string): void {
  process.stdout.write(json === true ? `${JSON.stringify(row)}\n` : `${text}\n`);
}

function printFile(words: Options, file: PlacedFile): void {
  const { account, path, state, why, share, since } = file;
  const reason = isLostReason(why) ? lostText[why] : why;
  const stamp = since === null ? '' : hongKongStamp(since);
  const row = { account, path, share, file: file.file, state, why: reason, since: stamp };
  print(words, row, visible(`${account}  ${file.file}  ${state} since ${stamp.slice(0, 16)}: ${reason}`));
}

/** @returns 0 when every file is there, 5 when one is gone or changed, 6 when that cannot be said of one */
export async function lookAtFiles(
  words: Options,
  patience: Pick<WatchdogOptions, 'answerWithin'>,
): Promise<number> {
  const home = homeFromOptions(words);
  const days = mustRead(readWholeDays(1, 1000)(words.days ?? String(DAYS)), '--days', 'USAGE');
  return withLedger(home, async (ledger: Pick<Ledger, 'placedFiles' | 'shares'>) => {
    const known = await ledger.placedFiles.accountsDelivered();
    const accounts = known.filter((one) => words.account === undefined || one === words.account);
    if (words.account !== undefined && accounts.length === 0)
      throw new RapError('USAGE', `Nothing was delivered of an account "${words.account}"`);
    const summary = await lookAtPlaced({
      ...{ ledger, home, accounts, days, now: realClock.now(), content: words.content === true },
      ...patience,
    });
    for (const file of await lostOf(ledger, words)) printFile(words, file);
    const { there, gone, changed, unknown } = summary;
    print(
      words,
      { summary: true, ...summary },
      `${there} there, ${gone} gone, ${changed} changed, ${unknown} cannot be looked at`,
    );
    if (gone + changed > 0) return 5;
    return unknown > 0 ? 6 : 0;
  });
}

export async function listLost(words: Options): Promise<number> {
  return withLedger(homeFromOptions(words), async (ledger: Pick<Ledger, 'placedFiles'>) => {
    const lost = await lostOf(ledger, words);
    for (const file of lost) printFile(words, file);
    if (lost.length === 0 && words.json !== true)
      process.stdout.write('No delivered file was found gone or changed.\n');
    return 0;
  });
}

export async function leaveLost(names: readonly string[], words: Options): Promise<number> {
  required(names[0], 'NAME');
  const act = { by: personFromOptions(words), reason: required(words.reason?.trim(), '--reason') };
  return withLedger(homeFromOptions(words), async (ledger: Pick<Ledger, 'placedFiles'>) => {
    const lost = (await lostOf(ledger, words)).filter((file) => holdsWords(file, wordsIn(names.join(' '))));
    if (lost.length === 0)
      throw new RapError('USAGE', `No lost file has a name that holds "${names.join(' ')}"`, {
        cure: '"rap share lost" lists them.',
      });
    for (const file of lost) {
      await ledger.placedFiles.closePlaced(file, act);
      const { account, path, share } = file;
      print(
        words,
        { account, path, share, left: act.by },
        visible(`${file.file} is left as it is by ${act.by}.`),
      );
    }
    return 0;
  });
}

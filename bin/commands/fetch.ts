/** `rap fetch`: log in, list recursively, download everything, verified. */

import path from 'node:path';
import { readPath, readRate, readUser, within } from '../../lib/cells/index.ts';
import { mustRead } from '../../lib/cells/must-read.ts';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import { sweepTemporary } from '../../lib/files/durable.ts';
import { folderNamed } from '../../lib/files/named-path.ts';
import { t } from '../../lib/i18n/translate.ts';
import { type Account, accountDefaults } from '../../lib/rap/account.ts';
import { folderText, remoteFolders } from '../../lib/rap/folders.ts';
import type { Listing } from '../../lib/rap/listing.ts';
import { openSession } from '../../lib/rap/session.ts';
import type { Result } from '../../lib/rap/transfer/download.ts';
import { realClock } from '../../lib/time/clock.ts';
import {
  connectionHelp,
  connectionOptions,
  foldersFromOptions,
  keyFromOptions,
  parseArguments,
  pinsFromOptions,
  required,
  serverFromOptions,
  wholeNumber,
} from '../connection-options.ts';
import { errorFacts, errorText } from '../error-text.ts';

export const help = `Usage: rap fetch --host H --user U --key FILE --host-key SHA256:... --from /INBOX [--from ...] --to DIR

Logs in once, lists the folders with all folders below, and downloads every file into DIR under the path it has
on the server. A file is reported as received only when it is proved whole, synced and has its final name.
Nothing that lies in DIR is ever replaced: the same content is left as it is, other content gets a new name.

  --host H               address of the server
  --port P               its port (default 18801)
  --from FOLDER          remote folder; may be given several times. Without a leading slash it lies in the login's own
                         folder; with a question mark behind it (/COMMON?) it may be absent
  --to DIR               local folder
  --concurrency N        files read at the same time (default 128, and 64 where the server does not say how many it bears)
  --resume               go on where a broken transfer of a large file stopped, after comparing both ends of it
  --rate KB              at most so many kilobytes (1,000 bytes) a second
${connectionHelp}`;

const options = {
  ...connectionOptions,
  host: { type: 'string' },
  port: { type: 'string' },
  from: { type: 'string', multiple: true },
  to: { type: 'string' },
  concurrency: { type: 'string' },
  rate: { type: 'string' },
  resume: { type: 'boolean' },
} as const;

/** Where lines go: JSON to stdout, or text for people. */
type PrintLine = (line: Record<string, unknown>) => void;

interface Tally {
  files: number;
  bytes: number;
  failed: number;
}

function seconds(since: number): number {
  return Math.round(realClock.monotonic() - since) / 1000;
}

const outcomes = { published: 'received', identical: 'unchanged', version: 'version' } as const;

function printResult(result: Result, tell: Tally, say: PrintLine): void {
  const remote = result.job.file.path;
  if (result.error !== undefined) {
    tell.failed++;
    const { code, message, cure } = result.error;
    say({ path: remote, bytes: 0, sha256: null, outcome: 'failed', code, message, cure });
    return;
  }
  tell.files++;
  tell.bytes += result.bytes;
  const { bytes, sha256, local, notLookedAgain } = result;
  const note = notLookedAgain === undefined ? {} : { note: t('en', `mail.notLookedAgain.${notLookedAgain}`) };
  say({ path: remote, bytes, sha256, outcome: outcomes[result.outcome], file: local, ...note });
}

function printRefusals(listing: Listing, tally: Tally, say: PrintLine): void {
  for (const entry of listing.refused) {
    tally.failed++;
    const remote = `${entry.folder === '/' ? '' : entry.folder}/${entry.shown}`;
    say({
      path: remote,
      bytes: 0,
      sha256: null,
      outcome: 'refused',
      code: entry.code,
      message: entry.reason,
      nameHex: entry.nameHex,
    });
  }
  for (const { folder, error } of listing.problems) {
    tally.failed++;
    say({
      path: folder,
      bytes: 0,
      sha256: null,
      outcome: 'failed',
      code: error.code,
      message: error.message,
    });
  }
}

function asText(line: Record<string, unknown>): string {
  if (line.summary === true) {
    return `${line.files} files, ${line.bytes} bytes, ${line.failed} failed, ${line.seconds} s`;
  }
  return line.outcome === 'failed' || line.outcome === 'refused'
    ? `${line.outcome}  ${line.path}  ${line.code}: ${line.message}`
    : `${line.outcome}  ${line.path}  ${line.bytes} bytes${line.note === undefined ? '' : `  ${line.note}`}`;
}

/** Stops at the first Ctrl-C or SIGTERM; what is whole stays, what is not leaves nothing behind. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

function allDay(kilobytes: number) {
  return { from: '00:00', to: '24:00', kilobytes };
}

async function run(argv: string[], tally: Tally, say: PrintLine): Promise<void> {
  const { values } = parseArguments(argv, options);
  const address = serverFromOptions(values.host, '--host', values.port);
  const root = folderNamed(mustRead(readPath(required(values.to, '--to')), '--to', 'USAGE'), '--to');
  const folders = foldersFromOptions(values.from ?? []);
  if (folders.length === 0) throw new RapError('USAGE', '--from is missing');
  const filesAtOnce =
    values.concurrency === undefined ? undefined : wholeNumber(values.concurrency, '--concurrency', 1, 1000);
  const account: Account = {
    ...accountDefaults,
    name: 'fetch',
    installation: 'hkscc', // of no consequence here: the address is given
    user: mustRead(readUser(required(values.user, '--user')), '--user', 'USAGE'),
    addresses: { primary: [address], secondary: [] },
    pins: await pinsFromOptions(values, [address]),
    folders: remoteFolders(folders).map(folderText),
    profile: values.careful === true ? 'careful' : 'standard',
    reserve: 0,
    resume: values.resume === true,
    bandwidth:
      values.rate === undefined
        ? []
        : [allDay(mustRead(within(1, 1e9, readRate)(values.rate), '--rate', 'USAGE'))],
  };
  const key = await keyFromOptions(values);
  const signal = stopSignal();
  const session = await openSession(account, key, 'primary', { clock: realClock, signal });
  try {
    await sweepTemporary(root, true);
    const listing = await session.list(undefined, { signal });
    printRefusals(listing, tally, say);
    const jobs = listing.files.map((file) => ({ file, target: path.join(root, ...file.path.split('/')) }));
    await session.download(jobs, (result) => printResult(result, tally, say), {
      root,
      signal,
      ...(filesAtOnce === undefined ? {} : { filesAtOnce }),
      onStepDown: (reason) =>
        process.stderr.write(
          `The server does not bear several open files (${reason.message}); one at a time now.\n`,
        ),
    });
  } finally {
    await session.logOut();
  }
}

export default async function fetch(argv: string[]): Promise<number> {
  const json = argv.includes('--json');
  const say: PrintLine = (line) => process.stdout.write(`${json ? JSON.stringify(line) : asText(line)}\n`);
  const start = realClock.monotonic();
  const tally: Tally = { files: 0, bytes: 0, failed: 0 };
  try {
    await run(argv, tally, say);
  } catch (thrown) {
    const error = asRapError(thrown);
    if (error.exitStatus === 2) throw error;
    process.stderr.write(errorText(error));
    say({
      summary: true,
      ...tally,
      failed: tally.failed + 1,
      seconds: seconds(start),
      error: errorFacts(error),
    });
    return error.exitStatus;
  }
  say({ summary: true, ...tally, seconds: seconds(start) });
  return tally.failed === 0 ? 0 : 5;
}

/** `rap ledger`: look into the ledger, prove it, copy it, and put a copy in its place. */
import { jumpText } from '../../lib/alarms/clock-alarm.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { fileNamed } from '../../lib/files/named-path.ts';
import { moveLedger, restoreOnPostgres } from '../../lib/ledger/bring-in.ts';
import { keyToRead } from '../../lib/ledger/home-ledger.ts';
import { KEY_REPLACED } from '../../lib/ledger/journal/chain.ts';
import { journalKeyOf, replaceJournalKey } from '../../lib/ledger/journal/journal-key.ts';
import { type DoneDueTime, type Ledger, openLedger } from '../../lib/ledger/ledger.ts';
import { ledgerPlace } from '../../lib/ledger/place.ts';
import { backupLedger, compareLedger, restoreLedger, verifyLedger } from '../../lib/ledger/sqlite/backup.ts';
import { ledgerIn } from '../../lib/ledger/sqlite/ledger-file.ts';
import { realClock } from '../../lib/time/clock.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { parseArguments, required, wholeNumber } from '../connection-options.ts';
import {
  homeFromOptions,
  homeHelp,
  ledgerOfHome,
  personFromOptions,
  refuseWhileAtWork,
  withLedger,
} from '../home-options.ts';

export const help = `Usage: rap ledger show [--run RUN | --report PATH-OR-NAME]
       rap ledger verify [--head HASH --count N]
       rap ledger backup FILE
       rap ledger restore FILE --reason TEXT [--by NAME]
       rap ledger move --reason TEXT [--by NAME]
       rap ledger accept --reason TEXT [--by NAME]
       rap ledger newkey --reason TEXT [--by NAME] [--accept]

show      the head of the journal, locked accounts, waiting mails, when the last run of each schedule was due and
          when it began, and jumps of the clock; with --run what a run brought; with --report the
          life of a report: asked for, received, proved, on which share, told to whom, removed here
verify    reads the whole ledger: its journal, its seal, and every row against the record that vouches for it;
          --head and --count are those of a digest mail, so that a journal that was cut or written anew is noticed too
backup    copies the ledger while it is in use
restore   puts a copy in the ledger's place; the old ledger is kept beside it. Stop Node-RED first.
move      moves the ledger from the home folder to the empty PostgreSQL database that RAP_LEDGER names, proves it there
          row for row, and keeps the file beside. Done again when it was cut off. Stop Node-RED first.
accept    takes over the tables as they are, where verify names differences and a person found that they are right.
          Stop Node-RED first.
newkey    begins a new key for the journal when the one it was written with is lost. What was written before can
          then no longer be proved, only its order; the tables are taken over as they are, with --accept also where
          they differ from the journal. Stop Node-RED first.

${homeHelp}
  --json        one JSON object per line`;

const options = {
  home: { type: 'string' },
  run: { type: 'string' },
  report: { type: 'string' },
  head: { type: 'string' },
  count: { type: 'string' },
  reason: { type: 'string' },
  by: { type: 'string' },
  accept: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

type Options = ReturnType<typeof parseArguments<typeof options>>['values'];

function show(home: string, { run, report }: Options): Promise<object> {
  return withLedger(
    home,
    async (
      ledger: Pick<
        Ledger,
        'accounts' | 'clock' | 'history' | 'journal' | 'mails' | 'name' | 'runs' | 'scheduleRuns'
      >,
    ) => {
      if (run !== undefined) return ledger.runs.runFacts(run);
      if (report !== undefined) return lifeOf(ledger, report);
      const locks = await ledger.accounts.loginLocks();
      const waiting = (await ledger.mails.mails()).filter(
        (mail) => mail.state === 'queued' || mail.state === 'unknown',
      );
      return {
        ledger: ledger.name,
        journal: await ledger.journal.head(),
        locked: locks.map((lock) => ({ ...lock, lockedAt: hongKongStamp(lock.lockedAt) })),
        mailsWaiting: waiting.map(({ id, subject, state }) => ({ id, subject, state })),
        schedules: latest(await ledger.scheduleRuns.doneDueTimes(undefined, LOOKED_AT)).map(
          ({ due, begunAt, ...one }) => ({
            ...one,
            due: hongKongStamp(due),
            begunAt: hongKongStamp(begunAt),
          }),
        ),
        clockJumps: (await ledger.clock.jumps())
          .slice(-SHOWN)
          .map(({ jump, noticedAt }) => jumpText(jump, noticedAt)),
      };
    },
  );
}

const SHOWN = 10;
const LOOKED_AT = 1000;

/** The last due time of each schedule. */
function latest(ticks: readonly DoneDueTime[]): DoneDueTime[] {
  return [...Map.groupBy(ticks, ({ schedule }) => schedule).values()].flatMap(([last]) => last ?? []);
}

/** @throws RapError USAGE when nothing is known of it */
async function lifeOf(ledger: Pick<Ledger, 'history'>, report: string): Promise<object> {
  const found = await ledger.history.historyOf(report);
  if (found.length > 0) return withStamps(found);
  throw new RapError('USAGE', `The ledger knows no report "${report}"`, {
    cure: 'Give the remote path (/INBOX/20250620/name) or the whole name of the file.',
  });
}

/** Plain data with its moments in Hong Kong time. */
function withStamps(found: object): object {
  const moment = (key: string, value: unknown) => /^at$|At$/.test(key) && typeof value === 'number';
  return JSON.parse(JSON.stringify(found), (key, value) =>
    moment(key, value) ? hongKongStamp(value) : value,
  );
}

/** Nobody may be at work on the home meanwhile: neither the old ledger nor the old key would be known there. */
async function restore(home: string, from: string, act: { by: string; reason: string }): Promise<object> {
  await refuseWhileAtWork(home);
  const journalKey = await journalKeyOf(home, from);
  const place = ledgerPlace(home);
  return typeof place === 'string'
    ? restoreLedger(from, place, realClock, { ...act, journalKey })
    : restoreOnPostgres(from, place, realClock, { ...act, journalKey });
}

/** Nobody may be at work on the home meanwhile, wherever its ledger is. */
async function move(home: string, act: { by: string; reason: string }): Promise<object> {
  const place = ledgerPlace(home);
  if (typeof place === 'string') {
    throw new RapError('USAGE', 'RAP_LEDGER does not say where the ledger moves to', {
      cure: 'Set RAP_LEDGER=postgres://user@host/database, with the password in the file that RAP_LEDGER_PASSWORD_FILE names.',
    });
  }
  for (const one of [ledgerIn(home), place]) await refuseWhileAtWork(home, one);
  const journalKey = await journalKeyOf(home, ledgerIn(home));
  return moveLedger(place, realClock, { ...act, journalKey });
}

/** A person says that the tables are right as they are; what differs from the journal stands in the answer. */
async function accept(home: string, act: { by: string; reason: string }): Promise<object> {
  const place = await ledgerOfHome(home);
  await refuseWhileAtWork(home);
  const differences = await compareLedger(place);
  return withLedger(home, async (ledger: Pick<Ledger, 'beginAnew' | 'journal'>) => {
    await ledger.beginAnew({
      ...act,
      what: 'tables accepted as they are',
      details: printedDifferences(differences),
    });
    return { accepted: differences, journal: await ledger.journal.head() };
  });
}

/** For the journal: how many places differed, and the first of them. */
function printedDifferences({ places, named }: Awaited<ReturnType<typeof compareLedger>>) {
  return { places, ...(places === 0 ? {} : { named: named.join('; ').slice(0, LONGEST_PRINTED) }) };
}

const LONGEST_PRINTED = 2000;

function notAccepted({ places, named }: Awaited<ReturnType<typeof compareLedger>>): RapError {
  return new RapError(
    'LEDGER_CHANGED',
    `The tables differ from the journal in ${places} places: ${named.join('; ')}`,
    {
      cure: 'Whoever begins a new key takes over the tables as they are. If they are right: "rap ledger newkey --accept --reason TEXT".',
    },
  );
}

async function newKey(home: string, act: { by: string; reason: string }, accepted: boolean): Promise<object> {
  const place = await ledgerOfHome(home);
  await refuseWhileAtWork(home);
  const differences = await compareLedger(place);
  if (differences.places > 0 && !accepted) throw notAccepted(differences);
  const { done, replaced } = await replaceJournalKey(home, realClock, async (journalKey) => {
    const ledger = await openLedger(place, realClock, { journalKey });
    try {
      await ledger.beginAnew({ ...act, what: KEY_REPLACED, details: printedDifferences(differences) });
      return await ledger.journal.head();
    } finally {
      await ledger.close();
    }
  });
  return { replaced, journal: done };
}

/** What a person read in a mail. A slip of the pen must not look like a proof. @throws RapError USAGE */
function anchorOf({ head, count }: Options) {
  if (head === undefined && count === undefined) return {};
  const [known, records] = [required(head?.trim(), '--head'), required(count?.trim(), '--count')];
  if (!/^(hmac:)?[0-9a-f]{64}$/.test(known)) {
    throw new RapError('USAGE', `--head "${known}" is not the head of a journal`, {
      cure: 'Copy it whole from the foot of the digest mail: 64 digits and letters a to f, with "hmac:" in front.',
    });
  }
  return { anchor: { head: known, count: wholeNumber(records, '--count', 1, Number.MAX_SAFE_INTEGER) } };
}

function actOf(values: Options): { by: string; reason: string } {
  return { by: personFromOptions(values), reason: required(values.reason?.trim(), '--reason') };
}

async function work(
  action: string | undefined,
  argument: string | undefined,
  values: Options,
): Promise<object> {
  const home = homeFromOptions(values);
  switch (action) {
    case 'show':
      return show(home, values);
    case 'verify':
      return verifyLedger(await ledgerOfHome(home), realClock, {
        ...(await keyToRead(home)),
        ...anchorOf(values),
        sealed: true,
      });
    case 'backup':
      return backupLedger(await ledgerOfHome(home), fileNamed(required(argument, 'FILE'), 'FILE'));
    case 'restore':
      return restore(home, fileNamed(required(argument, 'FILE'), 'FILE'), actOf(values));
    case 'move':
      return move(home, actOf(values));
    case 'newkey':
      return newKey(home, actOf(values), values.accept === true);
    case 'accept':
      return accept(home, actOf(values));
    default:
      throw new RapError('USAGE', 'rap ledger takes show, verify, backup, restore, move, accept or newkey');
  }
}

export default async function ledger(argv: string[]): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  const result = await work(positionals[0], positionals[1], values);
  process.stdout.write(`${JSON.stringify(result, undefined, values.json === true ? undefined : 2)}\n`);
  return 0;
}

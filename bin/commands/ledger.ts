/** `rap ledger`: look into the ledger, prove it, copy it, and put a copy in its place. */
import { RapError } from '../../lib/errors/rap-error.ts';
import { backupLedger, restoreLedger, verifyLedger } from '../../lib/ledger/care.ts';
import { openLedger } from '../../lib/ledger/ledger.ts';
import { realClock } from '../../lib/time/clock.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { parseWords, required } from '../connection-options.ts';
import { homeFromWords, homeHelp, ledgerOfHome, personFromWords } from '../home-options.ts';

const help = `Usage: rap ledger show [--run RUN]
       rap ledger verify [--head HASH --count N]
       rap ledger backup FILE
       rap ledger restore FILE --reason TEXT [--by NAME]

show      the head of the journal, locked accounts and waiting mails; with --run what a run brought
verify    reads the whole ledger and its journal; --head and --count are those of a digest mail, so that a journal
          that was cut or written anew is noticed too
backup    copies the ledger while it is in use
restore   puts a copy in the ledger's place; the old ledger is kept beside it. Stop Node-RED first.

${homeHelp}
  --json        one JSON object per line`;

const options = {
  home: { type: 'string' },
  run: { type: 'string' },
  head: { type: 'string' },
  count: { type: 'string' },
  reason: { type: 'string' },
  by: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Words = ReturnType<typeof parseWords<typeof options>>['values'];

async function show(file: string, run: string | undefined): Promise<object> {
  const ledger = await openLedger(file, realClock);
  try {
    if (run !== undefined) return await ledger.runFacts(run);
    const locks = await ledger.loginLocks();
    const waiting = (await ledger.mails()).filter(
      (mail) => mail.state === 'queued' || mail.state === 'unknown',
    );
    return {
      ledger: ledger.name,
      journal: await ledger.journalHead(),
      locked: locks.map((lock) => ({ ...lock, lockedAt: hongKongStamp(lock.lockedAt) })),
      mailsWaiting: waiting.map(({ id, subject, state }) => ({ id, subject, state })),
    };
  } finally {
    await ledger.close();
  }
}

function anchorOf(values: Words) {
  if (values.head === undefined) return {};
  return { anchor: { head: values.head, count: Number(required(values.count, '--count')) } };
}

function work(action: string | undefined, argument: string | undefined, values: Words): Promise<object> {
  const home = homeFromWords(values);
  switch (action) {
    case 'show':
      return show(ledgerOfHome(home), values.run);
    case 'verify':
      return verifyLedger(ledgerOfHome(home), realClock, anchorOf(values));
    case 'backup':
      return backupLedger(ledgerOfHome(home), required(argument, 'FILE'));
    case 'restore':
      return restoreLedger(required(argument, 'FILE'), `${home}/ledger.sqlite`, realClock, {
        by: personFromWords(values),
        reason: required(values.reason?.trim(), '--reason'),
      });
    default:
      throw new RapError('USAGE', 'rap ledger takes show, verify, backup or restore');
  }
}

export default async function ledger(argv: string[]): Promise<number> {
  const { values, positionals } = parseWords(argv, options, true);
  if (values.help === true) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  const result = await work(positionals[0], positionals[1], values);
  process.stdout.write(`${JSON.stringify(result, undefined, values.json === true ? undefined : 2)}\n`);
  return 0;
}

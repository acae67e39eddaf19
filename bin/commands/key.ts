/** `rap key new|show|renew`: makes a key pair for a RAP account, shows the public half of one, or renews one. */
import { refuseWhileFrozen } from '../../lib/accounts/key-freeze.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { folderNamed } from '../../lib/files/named-path.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { hasLedger } from '../../lib/ledger/place.ts';
import {
  beginRenewal,
  finishRenewal,
  placeNewKey,
  type RenewalState,
  renewalOf,
  undoRenewal,
} from '../../lib/practice/renew-key.ts';
import { openToOthers, readLoginKey } from '../../lib/rap/client/private-key.ts';
import { describeKey, type KeyFacts, newKeyFile } from '../../lib/rap/new-key.ts';
import { realClock } from '../../lib/time/clock.ts';
import { parseArguments, required, wholeNumber } from '../connection-options.ts';
import { decisionOptions, homeFromOptions, personFromOptions, withLedger } from '../home-options.ts';

export const help = `Usage: rap key new FILE [--type rsa|ecdsa|ed25519] [--bits N] [--comment TEXT] [--home DIR] [--json]
       rap key show FILE [--json]
       rap key renew FILE --account ACCOUNT [--registered | --undo | --finish] [--reason TEXT] [--by NAME] [--json]

new    makes a key pair: the private key in FILE (readable by you alone, on Windows also by the
       system and its administrators; where the rights cannot be set, that is said), the public key in FILE.pub in
       OpenSSH form. FILE is never overwritten, its folder is made where there is none. A passphrase is taken from
       RAP_KEY_PASSPHRASE. Which types and lengths HKEX accepts is for HKEX to say; RSA with 4096 bits is our default
       because every SFTP server takes it.
       Refused while the key freeze of a practice session is in force in the home folder (RAP_HOME, or ./data).
renew  leads from the key of an account to a new one, FILE being the file that its settings name. Each step says the next:
         (nothing)      says where the renewal stands; with --reason, where none is under way, makes FILE.next and prints
                        its public key, which HKEX has to register. RAP_KEY_PASSPHRASE is that of the account's settings
         --registered   HKEX has registered it: it takes the place of FILE, the old one lies in FILE.old. The next log-in
                        is made with the new key; a run that is under way keeps its session
         --undo         before that log-in, a step back: the old key in its place again; from there: no new key
         --finish       after it: the old key is removed
       Each step is journalled with name and reason, and refused while a key freeze is in force. A key that is pasted into
       Node-RED is renewed by pasting the new one.
show   prints the public key and its fingerprint, for registering with HKEX.`;

const options = {
  type: { type: 'string', default: 'rsa' },
  bits: { type: 'string' },
  comment: { type: 'string', default: '' },
  account: { type: 'string' },
  registered: { type: 'boolean', default: false },
  undo: { type: 'boolean', default: false },
  finish: { type: 'boolean', default: false },
  ...decisionOptions,
} as const;

const tell = (sentence: string) => void process.stderr.write(`${sentence}\n`);

/** Without a ledger there is no session whose freeze could be in force. */
async function refuseInFreeze(home: string): Promise<void> {
  if (!(await hasLedger(home))) return;
  await withLedger(home, (ledger: Pick<Ledger, 'practice'>) => refuseWhileFrozen(ledger, realClock.now()));
}

function bitsOf({ type, bits: typed }: { type: string; bits?: string | undefined }): number | undefined {
  const bits = typed === undefined ? undefined : wholeNumber(typed, '--bits', 256, 16384);
  if (type === 'rsa' && bits !== undefined && bits < 2048) {
    throw new RapError('USAGE', `--bits ${bits} is too short for RSA; use at least 2048`);
  }
  return bits;
}

const nextSteps: Readonly<Record<RenewalState, string>> = {
  none: 'No renewal is under way; "rap key renew FILE --account ACCOUNT" with a reason begins one.',
  made: 'Have HKEX register this public key. Then: --registered, or --undo.',
  'in place':
    'The next log-in is made with the new key. If it is refused: --undo, and "rap unlock". After it: --finish.',
  used: 'The account has logged in with the new key. Enter its date in the account, and remove the old key: --finish.',
};

/** One step of a renewal, or, without a step and a reason, where it stands. */
async function renew(
  file: string,
  values: ReturnType<typeof parseArguments<typeof options>>['values'],
  passphrase: string | undefined,
): Promise<number> {
  const account = required(values.account?.trim(), '--account');
  const steps = { registered: placeNewKey, undo: undoRenewal, finish: finishRenewal };
  const asked = (['registered', 'undo', 'finish'] as const).filter((step) => values[step]);
  if (asked.length > 1) throw new RapError('USAGE', 'One step at a time: --registered, --undo or --finish');
  const renewal = await withLedger(
    homeFromOptions(values),
    async (ledger: Pick<Ledger, 'accountKeys' | 'journal' | 'practice'>) => {
      const now = await renewalOf(ledger, account, file);
      const [step] = asked;
      if (step === undefined && (now.state !== 'none' || values.reason === undefined)) return now;
      const act = {
        account,
        by: personFromOptions(values),
        reason: required(values.reason?.trim(), '--reason'),
      };
      if (step !== undefined) return steps[step](ledger, realClock, file, act);
      const wanted = { type: values.type, bits: bitsOf(values), comment: values.comment, passphrase };
      return beginRenewal(ledger, realClock, file, act, async (next) => {
        await newKeyFile(next, wanted, tell);
      });
    },
  );
  const { publicKey } = renewal;
  const next = nextSteps[renewal.state];
  process.stdout.write(
    values.json === true
      ? `${JSON.stringify({ account, ...renewal, nextStep: next })}\n`
      : [publicKey, renewal.fingerprint, next]
          .filter((line) => line !== '')
          .join('\n')
          .concat('\n'),
  );
  return 0;
}

export default async function key(argv: string[]): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  const [action, name] = positionals;
  const file = required(name, 'FILE');
  folderNamed(file, 'FILE');
  const passphrase = process.env.RAP_KEY_PASSPHRASE || undefined;
  let facts: KeyFacts;
  if (action === 'renew') return renew(file, values, passphrase);
  if (action === 'new') {
    await refuseInFreeze(homeFromOptions(values));
    facts = await newKeyFile(file, { ...values, bits: bitsOf(values), passphrase }, tell);
  } else if (action === 'show') {
    facts = describeKey(file, await readLoginKey(file, passphrase), values.comment);
    const open = await openToOthers(file);
    if (open !== undefined) process.stderr.write(`${open}\n`);
  } else {
    throw new RapError(
      'USAGE',
      `rap key takes "new", "show" or "renew"${action === undefined ? '' : `, not "${action}"`}`,
    );
  }
  process.stdout.write(
    values.json === true ? `${JSON.stringify(facts)}\n` : `${facts.publicKey}\n${facts.fingerprint}\n`,
  );
  return 0;
}

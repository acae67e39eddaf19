/** `rap key new|show|renew`: makes a key pair for a RAP account, shows the public half of one, or renews one. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { refuseWhileFrozen } from '../../lib/accounts/key-freeze.ts';
import { RapError, systemCode } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import { makeFolder } from '../../lib/files/folders.ts';
import { closeToOthers } from '../../lib/files/rights.ts';
import { ledgerIn } from '../../lib/ledger/sqlite/ledger-file.ts';
import { allSeen } from '../../lib/model/expand-env.ts';
import {
  beginRenewal,
  finishRenewal,
  placeNewKey,
  type RenewalState,
  renewalOf,
  undoRenewal,
} from '../../lib/practice/renew-key.ts';
import { newEd25519Key } from '../../lib/rap/client/ed25519-key.ts';
import { fingerprintOf } from '../../lib/rap/client/host-keys.ts';
import {
  type LoginKey,
  openToOthers,
  parseLoginKey,
  readLoginKey,
} from '../../lib/rap/client/private-key.ts';
import { realClock } from '../../lib/time/clock.ts';
import { parseArguments, required, wholeNumber } from '../connection-options.ts';
import { decisionOptions, homeFromOptions, personFromOptions, withLedger } from '../home-options.ts';

const help = `Usage: rap key new FILE [--type rsa|ecdsa|ed25519] [--bits N] [--comment TEXT] [--home DIR] [--json]
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

/** Why a new file cannot be written, and what to do about it. */
function refuseFile(file: string, cause: unknown): RapError {
  const system = systemCode(cause);
  const [why, cure] = {
    EEXIST: ['it exists already', 'Choose another name: a key is never overwritten.'],
    EISDIR: ['it is a folder', 'Give the name of the file, too.'],
    ENOTDIR: ['a file stands where its folder should be', 'Choose another folder.'],
  }[system] ?? [system, 'Choose a folder that this user may write to.'];
  return new RapError('CONFIG_INVALID', `Cannot write ${visible(file)}: ${why}`, { cause, cure });
}

export async function writeNew(file: string, text: string, mode: number): Promise<void> {
  try {
    const handle = await open(file, 'wx', mode);
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
  } catch (error) {
    throw refuseFile(file, error);
  }
}

/** The folder of a new key, for its owner alone where it has to be made; and no half of another key in the way. */
async function makeRoom(file: string): Promise<void> {
  allSeen(file, `FILE "${visible(file)}"`);
  for (const name of [file, `${file}.pub`]) {
    if (existsSync(name))
      throw refuseFile(name, { code: statSync(name).isDirectory() ? 'EISDIR' : 'EEXIST' });
  }
  await makeFolder(path.dirname(path.resolve(file)), { mode: 0o700 }).catch((error) => {
    throw refuseFile(file, systemCode(error) === 'EEXIST' ? { code: 'ENOTDIR' } : error);
  });
}

/** The private key: RSA and ECDSA as PKCS#8, Ed25519 in OpenSSH's own form; OpenSSH reads both. */
function makePair(type: string, bits: number | undefined, passphrase: string | undefined): string {
  const cipher = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  switch (type) {
    case 'rsa':
      return generateKeyPairSync('rsa', {
        modulusLength: bits ?? 4096,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem', ...cipher },
      }).privateKey;
    case 'ecdsa':
      return generateKeyPairSync('ec', {
        namedCurve: { 256: 'P-256', 384: 'P-384', 521: 'P-521' }[bits ?? 256] ?? 'P-256',
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem', ...cipher },
      }).privateKey;
    case 'ed25519':
      return newEd25519Key(
        passphrase === undefined ? undefined : { cipher: 'aes256-ctr', passphrase, rounds: 16 },
      ).private;
    default:
      throw new RapError('USAGE', `--type "${type}" is not rsa, ecdsa or ed25519`);
  }
}

function describe(file: string, key: LoginKey, comment: string) {
  const wire = key.getPublicSSH();
  const publicKey = `${key.type} ${wire.toString('base64')}${comment === '' ? '' : ` ${comment}`}`;
  return { file, type: key.type, fingerprint: fingerprintOf(wire), publicKey };
}

interface NewKey {
  type: string;
  bits?: number | undefined;
  passphrase?: string | undefined;
  comment: string;
}

/** Makes a pair of files, neither of which may be there. On Windows it says on standard error where the rights stayed open. */
export async function newKeyFile(file: string, { type, bits, passphrase, comment }: NewKey) {
  const text = makePair(type, bits, passphrase);
  const facts = describe(file, parseLoginKey(text, passphrase), comment);
  await makeRoom(file);
  await writeNew(file, text, 0o600);
  if (process.platform === 'win32') {
    const open = closeToOthers(path.resolve(file), 'file');
    if (open !== '') process.stderr.write(`${open}\n`);
  }
  await writeNew(`${file}.pub`, `${facts.publicKey}\n`, 0o644);
  return facts;
}

/** Without a ledger there is no session whose freeze could be in force. */
async function refuseInFreeze(home: string): Promise<void> {
  if (!existsSync(ledgerIn(home))) return;
  await withLedger(home, (ledger) => refuseWhileFrozen(ledger, realClock.now()));
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
  const renewal = await withLedger(homeFromOptions(values), async (ledger) => {
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
      await newKeyFile(next, wanted);
    });
  });
  const publicKey = renewal.state === 'made' ? readFileSync(`${renewal.next}.pub`, 'utf8').trim() : '';
  const next = nextSteps[renewal.state];
  process.stdout.write(
    values.json === true
      ? `${JSON.stringify({ account, ...renewal, publicKey, nextStep: next })}\n`
      : [publicKey, renewal.fingerprint, next]
          .filter((line) => line !== '')
          .join('\n')
          .concat('\n'),
  );
  return 0;
}

export default async function key(argv: string[]): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  if (values.help === true) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  const [action, name] = positionals;
  const file = required(name, 'FILE');
  const passphrase = process.env.RAP_KEY_PASSPHRASE || undefined;
  let facts: ReturnType<typeof describe>;
  if (action === 'renew') return renew(file, values, passphrase);
  if (action === 'new') {
    await refuseInFreeze(homeFromOptions(values));
    facts = await newKeyFile(file, { ...values, bits: bitsOf(values), passphrase });
  } else if (action === 'show') {
    facts = describe(file, await readLoginKey(file, passphrase), values.comment);
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

/** `rap quarantine`: shows what is not trusted, and writes down what a person decides about it. */
import { discardReport, releaseName, releaseReport } from '../../lib/collection/release.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { JudgedName, Ledger, QuarantinedReport } from '../../lib/ledger/ledger.ts';
import { landingOf } from '../../lib/practice/paths.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { parseArguments, required } from '../connection-options.ts';
import {
  decisionOptions,
  homeFromOptions,
  homeHelp,
  personFromOptions,
  withLedger,
} from '../home-options.ts';

export const help = `Usage: rap quarantine list [--all] [--account ACCOUNT]
       rap quarantine show ID
       rap quarantine release report-N --reason TEXT [--by NAME]
       rap quarantine release name-N --as NAME --reason TEXT [--by NAME]
       rap quarantine discard ID --reason TEXT [--by NAME]

Two things wait for a person here, each with its ID:

report-N  a report that came whole and is not trusted: it is for another participant, or does not agree with itself.
          It lies in the folder quarantine and is not fetched again as long as it does not change.
          release   you have found out that it is right. It becomes a received report; the next run puts it on the
                    shares and tells of it.
          discard   it is never used. Its file stays until "rap clean" takes it.
name-N    an entry at the server whose name is not safe to use here; nothing of it was fetched.
          release   you give it a safe name. The next run fetches the entry and keeps it under that name.
          discard   it is passed over from now on, and runs count as complete without it.

list shows what is open, with --all also what was decided. Every decision is journalled with who and why.

${homeHelp}
  --json        one JSON object per line`;

const options = {
  all: { type: 'boolean' },
  account: { type: 'string' },
  as: { type: 'string' },
  ...decisionOptions,
} as const;

type Options = ReturnType<typeof parseArguments<typeof options>>['values'];

type Found = { kind: 'report'; held: QuarantinedReport } | { kind: 'name'; name: JudgedName };

async function find(ledger: Pick<Ledger, 'quarantine'>, id: string): Promise<Found> {
  const [, kind, number] = /^(report|name)-(\d{1,15})$/.exec(id) ?? [];
  if (kind === 'report') {
    const held = await ledger.quarantine.quarantinedReport(Number(number));
    if (held !== undefined) return { kind, held };
  }
  if (kind === 'name') {
    const name = await ledger.quarantine.judgedName(Number(number));
    if (name !== undefined) return { kind, name };
  }
  throw new RapError('USAGE', `There is no "${id}" in quarantine`, {
    cure: '"rap quarantine list" shows the IDs.',
  });
}

/** All that is known of one, as plain data for people. */
function described(found: Found) {
  if (found.kind === 'report') {
    const { id, account, path, code, reason, run, file, sha256, bytes, heldAt, decision } = found.held;
    const since = hongKongStamp(heldAt);
    return {
      id: `report-${id}`,
      account,
      path,
      code,
      reason,
      run,
      since,
      file,
      bytes,
      sha256,
      decision: decision || 'open',
    };
  }
  const { id, account, folder, shown, nameHex, code, reason, run, firstSeenAt, releasedAs, cameAt } =
    found.name;
  const decision = found.name.decision || (cameAt === null ? 'open' : 'came');
  const since = hongKongStamp(firstSeenAt);
  return {
    ...{ id: `name-${id}`, account, path: `${folder}/${shown}`, code, reason, run, since, nameHex },
    decision,
    ...(releasedAs === '' ? {} : { releasedAs }),
  };
}

async function list(ledger: Pick<Ledger, 'quarantine'>, { all, account, json }: Options): Promise<void> {
  const held = (await ledger.quarantine.quarantinedReports(account)).map((one) =>
    described({ kind: 'report', held: one }),
  );
  const names = (await ledger.quarantine.judgedNames(account)).map((one) =>
    described({ kind: 'name', name: one }),
  );
  const rows = [...held, ...names].filter((row) => all === true || row.decision === 'open');
  if (json === true) for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  else if (rows.length === 0) process.stdout.write('Nothing waits for a decision.\n');
  for (const { id, account, path, code, reason, since, decision } of json === true ? [] : rows) {
    const state = decision === 'open' ? '' : ` (${decision})`;
    process.stdout.write(`${id}  ${account}  ${path}${state}\n    ${since}  ${code}: ${reason}\n`);
  }
}

async function decide(
  home: string,
  ledger: Pick<Ledger, 'accounts' | 'quarantine' | 'reports'>,
  action: string,
  id: string,
  words: Options,
): Promise<object> {
  const act = { by: personFromOptions(words), reason: required(words.reason?.trim(), '--reason') };
  const found = await find(ledger, id);
  if (found.kind === 'report') {
    const { held } = found;
    if (action === 'discard') await discardReport(ledger, held, act);
    else
      return {
        id,
        done: 'released',
        ...(await releaseReport(
          ledger,
          held,
          landingOf(home, held.account, await ledger.accounts.practiceAccounts()),
          act,
        )),
      };
  } else if (action === 'discard') {
    await ledger.quarantine.discardName(found.name.id, act, found.name.decision);
  } else {
    const as = required(words.as, '--as');
    await releaseName(ledger, found.name, as, act);
    return { id, done: 'released', as };
  }
  return { id, done: 'discarded' };
}

export default async function quarantine(argv: string[]): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  const [action = '', id = ''] = positionals;
  if (!['list', 'show', 'release', 'discard'].includes(action)) {
    throw new RapError('USAGE', 'rap quarantine takes list, show, release or discard');
  }
  const home = homeFromOptions(values);
  return withLedger(home, async (ledger: Pick<Ledger, 'accounts' | 'quarantine' | 'reports'>) => {
    if (action === 'list') {
      await list(ledger, values);
      return 0;
    }
    const result =
      action === 'show'
        ? described(await find(ledger, required(id, 'ID')))
        : await decide(home, ledger, action, required(id, 'ID'), values);
    process.stdout.write(`${JSON.stringify(result, undefined, values.json === true ? undefined : 2)}\n`);
    return 0;
  });
}

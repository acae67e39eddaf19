/** `rap clean`: says which local copies have done their work, and removes them when told to. */
import path from 'node:path';
import { readWholeDays } from '../../lib/cells/index.ts';
import { mustRead } from '../../lib/cells/must-read.ts';
import { byDay, type CleaningPlan, clean as cleanUp, planCleaning } from '../../lib/collection/clean.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { realClock } from '../../lib/time/clock.ts';
import { parseArguments, required } from '../connection-options.ts';
import {
  decisionOptions,
  homeFromOptions,
  homeHelp,
  personFromOptions,
  withLedger,
} from '../home-options.ts';

export const help = `Usage: rap clean --keep N [--account ACCOUNT] [--home DIR] [--json]
       rap clean --keep N --apply --reason TEXT [--by NAME] ...

Says which local copies of reports could go: those in the landing folder that are older than the last N business
days, lie on every share and were told of in a mail that everybody got, and what was discarded from quarantine.
Nothing is removed without --apply. What goes is journalled with who and why; the ledger goes on knowing every report,
so nothing is downloaded again. Shares are never touched.

  --keep N      business days to keep, today included (calendar of the securities market)
  --account A   only copies of this account
  --apply       remove them
  --reason T    why, for the journal
  --by NAME     who (default: the user of the system)
${homeHelp}
  --json        one JSON object per line`;

const options = {
  keep: { type: 'string' },
  account: { type: 'string' },
  apply: { type: 'boolean' },
  ...decisionOptions,
} as const;

function planText(plan: CleaningPlan): string {
  const rows = byDay(plan).map(
    ({ account, businessDate, files, bytes }) =>
      `${account}  ${businessDate}  ${String(files).padStart(6)} files  ${bytes.toLocaleString('en')} bytes`,
  );
  const { notDelivered, notTold } = plan.keptBack;
  const files = plan.copies.length + plan.discarded.length;
  return [
    ...rows,
    `${files} files of before ${plan.before}, ${plan.bytes.toLocaleString('en')} bytes`,
    ...(notDelivered > 0 ? [`${notDelivered} stay: not on every share yet`] : []),
    ...(notTold > 0 ? [`${notTold} stay: not told to everybody yet`] : []),
  ].join('\n');
}

export default async function clean(argv: string[]): Promise<number> {
  const { values } = parseArguments(argv, options);
  const keep = mustRead(readWholeDays(1, 100_000)(required(values.keep, '--keep')), '--keep', 'USAGE');
  const act =
    values.apply === true
      ? { by: personFromOptions(values), reason: required(values.reason?.trim(), '--reason') }
      : undefined;
  const home = homeFromOptions(values);
  const say = (json: object, text: string) =>
    process.stdout.write(values.json === true ? `${JSON.stringify(json)}\n` : `${text}\n`);
  return withLedger(
    home,
    async (ledger: Pick<Ledger, 'deliveries' | 'journal' | 'quarantine' | 'retention' | 'shares'>) => {
      const of = { keep, ...(values.account === undefined ? {} : { account: values.account }) };
      const plan = await planCleaning(ledger, realClock.now(), of);
      const files = plan.copies.length + plan.discarded.length;
      const { before, bytes, keptBack } = plan;
      say({ plan: true, before, files, bytes, keptBack, days: byDay(plan) }, planText(plan));
      if (act === undefined) {
        if (values.json !== true && files > 0) say({}, 'Nothing was removed. With --apply they go.');
        return 0;
      }
      const roots = [path.join(home, 'landing'), path.join(home, 'quarantine')];
      const { removed, bytes: freed, left } = await cleanUp(ledger, plan, roots, act);
      const leftText = left.map(({ file, why }) => `left: ${file}: ${why}\n`).join('');
      say(
        { removed, bytes: freed, left },
        `${leftText}${removed} files removed, ${freed.toLocaleString('en')} bytes`,
      );
      return left.length === 0 ? 0 : 5;
    },
  );
}

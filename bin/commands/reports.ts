/**
 * `rap reports`: what was seen at RAP and is not here, what a look inside found in what is, and the word of a person that
 * nothing more is expected.
 */
import { readDate } from '../../lib/cells/index.ts';
import { mustRead } from '../../lib/cells/must-read.ts';
import { closeReport } from '../../lib/collection/close.ts';
import { whyOutstanding } from '../../lib/collection/outstanding.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { Ledger, OutstandingReport } from '../../lib/ledger/ledger.ts';
import { notCheckedText } from '../../lib/model/findings.ts';
import { describe } from '../../lib/reports/integrity/refuse.ts';
import { realClock } from '../../lib/time/clock.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { parseArguments, required } from '../connection-options.ts';
import {
  decisionOptions,
  homeFromOptions,
  homeHelp,
  personFromOptions,
  withLedger,
} from '../home-options.ts';

export const help = `Usage: rap reports outstanding [--account ACCOUNT]
       rap reports received [--account ACCOUNT] [--date YYYY-MM-DD]
       rap reports compared --account ACCOUNT
       rap reports close ID... --reason TEXT [--by NAME]
       rap reports close --all --account ACCOUNT --reason TEXT [--by NAME]

outstanding  what was seen at RAP and is not here, each with its ID:
             seen-N    a report that did not come, or a folder that could not be listed; it ends by itself when it came
             report-N, name-N   came and is not trusted, or was left alone: "rap quarantine" decides about these
received     what came in the last three days, or is of a business date, and what a look inside found: sound, warnings with
             their places, or not checked and why
compared     the days of the parallel run of an account, the newest first: RAP against the terminal
close        nothing more is expected of a seen-N: it came another way, or it is no report. No digest names it any more
             and its alarm is over. Should the server show other content under its name, that is taken as ever.

Every closing is journalled with who and why.

${homeHelp}
  --json        one JSON object per line`;

const options = {
  account: { type: 'string' },
  all: { type: 'boolean' },
  date: { type: 'string' },
  ...decisionOptions,
} as const;

const actions = ['outstanding', 'received', 'compared', 'close'] as const;

type Options = ReturnType<typeof parseArguments<typeof options>>['values'];

const stamp = (at: number) => hongKongStamp(at).slice(0, 16);

/** All that is open, as plain data for people. */
async function openRows(ledger: Pick<Ledger, 'openItems'>, account: string | undefined) {
  const { outstanding, quarantine, refused } = await ledger.openItems.openItems(account);
  return [
    ...outstanding.map((report) => ({
      id: `seen-${report.id}`,
      account: report.account,
      path: report.path,
      state: report.state,
      code: whyOutstanding(report).code,
      why: whyOutstanding(report).message,
      since: stamp(report.firstSeenAt),
      last: stamp(report.lastSeenAt),
      runs: report.runs,
    })),
    ...quarantine.map(({ id, account: of, path, code, reason, heldAt }) => ({
      ...{
        id: `report-${id}`,
        account: of,
        path,
        state: 'quarantine',
        code,
        why: reason,
        since: stamp(heldAt),
      },
    })),
    ...refused.map(({ id, account: of, folder, shown, code, reason, firstSeenAt }) => ({
      ...{ id: `name-${id}`, account: of, path: `${folder}/${shown}`, state: 'refused', code, why: reason },
      since: stamp(firstSeenAt),
    })),
  ];
}

async function list(ledger: Pick<Ledger, 'openItems'>, { account, json }: Options): Promise<void> {
  const rows = await openRows(ledger, account);
  if (json !== true && rows.length === 0) process.stdout.write('Nothing is outstanding.\n');
  for (const row of rows) {
    const { id, account: of, path, state, code, why, since } = row;
    process.stdout.write(
      json === true
        ? `${JSON.stringify(row)}\n`
        : `${id}  ${of}  ${path}  ${state} since ${since}\n    ${code}: ${why}\n`,
    );
  }
}

const RECENT = 3 * 24 * 3600_000;

async function received(
  ledger: Pick<Ledger, 'findings'>,
  { account, date, json }: Options,
  now: number,
): Promise<void> {
  const when =
    date === undefined
      ? { since: now - RECENT }
      : { businessDate: mustRead(readDate(date), '--date', 'USAGE') };
  const found = await ledger.findings.lookedAt({ ...(account === undefined ? {} : { account }), ...when });
  if (json !== true && found.length === 0) process.stdout.write('Nothing was received.\n');
  for (const { account: of, path, receivedAt, finding } of found) {
    const { state = 'not-kept', why, warnings = [] } = finding ?? {};
    const row = { account: of, path, received: stamp(receivedAt), state, why: why ?? '', warnings };
    const reason = why === undefined ? '' : ` (${notCheckedText[why]})`;
    const lines = [`${of}  ${path}  ${state}${reason}`, ...warnings.map((one) => `    ${describe(one)}`)];
    process.stdout.write(`${json === true ? JSON.stringify(row) : lines.join('\n')}\n`);
  }
}

/** More days than anybody runs in parallel. */
const MOST_DAYS = 400;

async function compared(ledger: Pick<Ledger, 'comparisons'>, { account, json }: Options): Promise<void> {
  const days = await ledger.comparisons.comparedDays(required(account, '--account'), '9999-12-31', MOST_DAYS);
  if (json !== true && days.length === 0) process.stdout.write('No day was compared.\n');
  for (const { comparedAt, ...day } of days) {
    const { date, equal, different, form, onlyTerminal, onlyRap, unread } = day;
    const counts = `${equal} equal, ${different} different (${form} by form alone), ${onlyTerminal} only at the terminal`;
    const rest = `${onlyRap} only at RAP${unread > 0 ? `, ${unread} not compared` : ''}`;
    const row = JSON.stringify({ ...day, compared: stamp(comparedAt) });
    process.stdout.write(json === true ? `${row}\n` : `${date}  ${counts}, ${rest}\n`);
  }
}

/** @throws RapError USAGE */
async function chosen(
  ledger: Pick<Ledger, 'openItems'>,
  ids: string[],
  { all, account }: Options,
): Promise<OutstandingReport[]> {
  const { outstanding } = await ledger.openItems.openItems(
    all === true ? required(account, '--account') : account,
  );
  if (all === true) return outstanding;
  required(ids[0], 'ID');
  return ids.map((id) => {
    const [, number] = /^seen-(\d+)$/.exec(id) ?? [];
    const report = outstanding.find((one) => one.id === Number(number));
    if (report !== undefined) return report;
    throw new RapError('USAGE', `Nothing outstanding is called "${id}"`, {
      cure: '"rap reports outstanding" shows the IDs; about report-N and name-N decides "rap quarantine".',
    });
  });
}

export default async function reports(argv: string[], clock = realClock): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  const [action, ...ids] = positionals;
  if (action === undefined || !(actions as readonly string[]).includes(action)) {
    throw new RapError('USAGE', `rap reports takes ${actions.slice(0, -1).join(', ')} or ${actions.at(-1)}`);
  }
  const home = homeFromOptions(values);
  if (action !== 'close') {
    await withLedger(home, (ledger: Pick<Ledger, 'comparisons' | 'findings' | 'openItems'>) => {
      if (action === 'outstanding') return list(ledger, values);
      return action === 'compared' ? compared(ledger, values) : received(ledger, values, clock.now());
    });
    return 0;
  }
  const act = { by: personFromOptions(values), reason: required(values.reason?.trim(), '--reason') };
  return withLedger(home, async (ledger: Pick<Ledger, 'openItems' | 'outstanding'>) => {
    for (const report of await chosen(ledger, ids, values)) {
      await closeReport(ledger, report, act);
      const { account, path } = report;
      const line = { id: `seen-${report.id}`, account, path, closed: act.by };
      process.stdout.write(
        values.json === true ? `${JSON.stringify(line)}\n` : `${path} is closed by ${act.by}.\n`,
      );
    }
    return 0;
  });
}

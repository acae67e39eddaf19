/** `rap deliver`: brings reports to their shares again, or to a further share, from the copies that are kept here. */
import { readDate } from '../../lib/cells/index.ts';
import { mustRead } from '../../lib/cells/must-read.ts';
import { type DeliveredAgain, deliverAgain } from '../../lib/collection/deliver-again.ts';
import { type MeantQuery, namesReports, reportsMeant } from '../../lib/collection/reports-meant.ts';
import { parseRules } from '../../lib/delivery/rules.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import { folderNamed } from '../../lib/files/named-path.ts';
import type { Ledger, ListedReport } from '../../lib/ledger/ledger.ts';
import { parseArguments, required } from '../connection-options.ts';
import { errorFacts } from '../error-text.ts';
import {
  decisionOptions,
  homeFromOptions,
  homeHelp,
  personFromOptions,
  withLedger,
} from '../home-options.ts';

export const help = `Usage: rap deliver [NAME ...] [--date D] [--share FOLDER] [which] --reason TEXT [--by NAME]
       rap deliver [NAME ...] [--date D] --to FOLDER [which] --reason TEXT [--by NAME]

Delivers reports again: those that all the words of the line name, from the copies in the landing folder. A copy that
is not what was received any more is not delivered. What lies on a share is never written over: where the report is
there, it is read and compared; where other content has its name, it is put beside it. The flow may be at work
meanwhile. Ends with 0 when every report lies on every share.

  NAME          any part of the name; of several, each must be in it
  --date D      of this business date
  --account A   of this account
  --share F     only to shares at or below this folder; without NAME and --date: all that was delivered there
  --to F        to a further share, written as in a rule of a routing node: /mnt/risk/{system}/{yyyy}{MM}{dd}
  which, as in a rule as well, with * for any characters and commas between several:
  --code C      only these codes: "CCLTN*, RPF01"
  --system S    only of these systems: CCASS, CCMS, VaR, DCASS
  --folder F    only from these folders at RAP: "/INBOX/**"
  --participant P  only whose names hold these participants: "B01234, B01235"
  --most N      refuse when more reports are named (default 1000)
  --reason T    why, for the journal
  --by NAME     who (default: the user of the system)
${homeHelp}
  --json        one JSON object per line, and a summary`;

const options = {
  date: { type: 'string' },
  account: { type: 'string' },
  code: { type: 'string' },
  system: { type: 'string' },
  folder: { type: 'string' },
  participant: { type: 'string' },
  share: { type: 'string' },
  to: { type: 'string' },
  most: { type: 'string' },
  ...decisionOptions,
} as const;

type Options = ReturnType<typeof parseArguments<typeof options>>['values'];

const MOST = 1000;

/** @throws RapError USAGE when none is named, or more than a person meant */
async function meant(
  ledger: Pick<Ledger, 'reportSearch'>,
  names: readonly string[],
  values: Options,
): Promise<ListedReport[]> {
  const { date, share, to } = values;
  const cell = (name: 'account' | 'code' | 'system' | 'folder' | 'participant') => values[name]?.trim() ?? '';
  const query: MeantQuery = {
    ...{ q: names.join(' '), account: cell('account'), code: cell('code'), system: cell('system') },
    ...{ folder: cell('folder'), participant: cell('participant') },
    date: date === undefined ? '' : mustRead(readDate(date), '--date', 'USAGE'),
    share: share === undefined ? '' : folderNamed(share, '--share'),
  };
  if (!namesReports(query)) {
    throw new RapError('USAGE', 'Which reports? Give a NAME, --date, --share or one --code');
  }
  if (share !== undefined && to !== undefined) {
    throw new RapError('USAGE', '--share and --to do not go together', {
      cure: '--share delivers to where reports were delivered before, --to to a further share.',
    });
  }
  const most = Number(values.most ?? MOST);
  if (!Number.isSafeInteger(most) || most < 1)
    throw new RapError('USAGE', `--most "${values.most}" is no number`);
  const found = await reportsMeant(ledger, query, { most: most + 1 });
  if (found.length === 0) {
    throw new RapError('USAGE', 'No report is named by all of this', {
      cure: '"rap trace NAME" finds reports by any part of their names, also those that are not here.',
    });
  }
  if (found.length > most) {
    throw new RapError('USAGE', `More than ${most} reports are named by these words`, {
      cure: 'Name them more closely, or say with --most how many you mean.',
    });
  }
  return found.reverse();
}

const said = {
  published: 'delivered',
  identical: 'lay there already, and is as it was received',
  version: 'delivered beside other content that has its name',
  failed: 'NOT delivered',
} as const;

function textOf({ path: of, share, outcome, file, error }: DeliveredAgain): string {
  if (error === undefined) return `${visible(of)}  ${said[outcome]}: ${visible(file)}\n`;
  return `${visible(of)}  ${said.failed}${share === '' ? '' : ` to ${share}`}\n    ${error.code}: ${visible(error.message)}\n    ${visible(error.cure)}\n`;
}

export default async function deliverCommand(argv: string[]): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  const home = homeFromOptions(values);
  const act = { by: personFromOptions(values), reason: required(values.reason?.trim(), '--reason') };
  const rules = values.to === undefined ? [] : parseRules([{ share: values.to }], { home });
  const stop = new AbortController();
  const onStop = () => stop.abort();
  process.once('SIGINT', onStop);
  process.once('SIGTERM', onStop);
  try {
    return await withLedger(
      home,
      async (ledger: Pick<Ledger, 'name' | 'placedFiles' | 'reportSearch' | 'reports' | 'shares'>) => {
        const reports = await meant(ledger, positionals, values);
        const count = { published: 0, identical: 0, version: 0, failed: 0 };
        for (const report of reports) {
          const done = await deliverAgain(
            report,
            {
              ...{ ledger, home, owner: `${ledger.name} by hand`, signal: stop.signal },
              ...(rules[0] === undefined ? {} : { to: rules[0] }),
              ...(values.share === undefined ? {} : { share: folderNamed(values.share, '--share') }),
            },
            act,
          );
          for (const one of done) {
            count[one.outcome]++;
            const { error, ...plain } = one;
            const row = error === undefined ? plain : { ...plain, error: errorFacts(error) };
            process.stdout.write(values.json === true ? `${JSON.stringify(row)}\n` : textOf(one));
          }
        }
        const { published, identical, version, failed } = count;
        process.stdout.write(
          values.json === true
            ? `${JSON.stringify({ summary: true, reports: reports.length, ...count })}\n`
            : `${reports.length} reports: ${published} delivered, ${identical} lay there, ${version} beside other content, ${failed} not delivered\n`,
        );
        return failed === 0 ? 0 : 5;
      },
    );
  } finally {
    process.off('SIGINT', onStop);
    process.off('SIGTERM', onStop);
  }
}

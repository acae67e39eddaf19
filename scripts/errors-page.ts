/** Writes docs/errors.md from the policy table of errors: `npm run errors`. */
import { writeFile } from 'node:fs/promises';
import { codes, errorCodes, type Scope, type Severity } from '../lib/errors/codes.ts';
import { catalogues } from '../lib/i18n/catalogues.ts';
import { t } from '../lib/i18n/translate.ts';
import { endOf } from '../lib/model/runbook.ts';

const file = new URL('../docs/errors.md', import.meta.url);

const scopes = Object.keys(catalogues.en).flatMap((key) =>
  key.startsWith('runbook.scopes.') ? [key.slice('runbook.scopes.'.length) as Scope] : [],
);

const severities: Readonly<Record<Severity, string>> = {
  critical: 'critical',
  warning: 'warning',
  notice: 'notice',
  none: 'no fault',
};

function row(code: keyof typeof codes): string {
  const policy = codes[code];
  const { status, severity, mutable, exit, retryable, cure } = policy;
  const cells = [
    `\`${code}\`<br>${status}`,
    severities[severity],
    endOf(policy),
    mutable === false ? 'never' : mutable,
    String(exit),
    retryable ? 'yes' : 'no',
    cure,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** docs/errors.md. */
export function errorsPage(): string {
  const sections = scopes.map((scope) => {
    const rows = errorCodes.filter((code) => codes[code].scope === scope).map(row);
    return [
      `## ${t('en', `runbook.scopes.${scope}`)}`,
      '',
      '| code, text under the node | told as | ends when | muted by | exit | tries again | what to do |',
      '|---|---|---|---|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  return `${intro}\n${sections.join('\n')}`;
}

const intro = `# Errors

Made from [the policy table](../lib/errors/codes.ts) by \`npm run errors\`; a test keeps it so.

Every error has a code, a sentence, a cure and a subject. A Catch node finds them in \`msg.error\`: \`code\` and
\`message\`, and in \`cause\` the \`cure\`, \`retryable\`, \`subject\` and \`reports\`.

- **One alarm** is one account, code and subject. The subject says what the fault is about: the folder of a share, an
  address, a node. It is left out when the fault is about the account or the run as a whole; then \`reports\` may hold
  the paths of the reports that did not come. Sentences and figures make no other alarm. A share, the ledger and the
  mail relay are the same for all accounts. Each group of contacts has alarms of its own.
- **critical** is mailed at once and repeated until somebody acknowledges it. **warning** is mailed once, and becomes
  critical when three runs meet it without a success between them. **notice** is mailed once.
- An alarm about reports is told again when it touches another report, and ends when each of them came or a person
  closed it. A share that fails in several ways is told once for each, reminded of once, and ends at once.
- **muted by** names the kind of maintenance window that keeps it quiet.
- **exit** is the status of the command line: 0 no failure, 2 usage or configuration, 3 could not connect, 4 trust or
  login refused, 5 incomplete, 6 hold. **tries again** says whether the next run may succeed without anybody's doing.
`;

if (import.meta.main) await writeFile(file, errorsPage());

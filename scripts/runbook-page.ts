/** Makes docs/runbook.md, an entry for each error code, from the policy table: `npm run errors` writes it. */
import { writeFile } from 'node:fs/promises';
import { codes, type ErrorCode, errorCodes, type Severity } from '../lib/errors/codes.ts';
import { t } from '../lib/i18n/translate.ts';
import { endOf } from '../lib/model/runbook.ts';

const file = new URL('../docs/runbook.md', import.meta.url);

/** How soon somebody sees to it. */
const soon: Readonly<Record<Severity, string>> = {
  critical: ' **Act now.**',
  warning: ' Act today.',
  notice: ' Look at it when there is time.',
  none: '',
};

function entry(code: ErrorCode): string {
  const policy = codes[code];
  const { severity, scope, retryable, cure, status, mutable } = policy;
  return [
    `## ${code}`,
    '',
    `Under the node: *${status}*. What it is about: ${t('en', `runbook.scopes.${scope}`)}.`,
    '',
    `1. **What to do:** ${cure}`,
    `2. ${t('en', `runbook.told.${severity}`)}${soon[severity]}${mutable === false ? '' : ` ${t('en', `runbook.quiet.${mutable}`)}`}`,
    `3. ${t('en', retryable ? 'runbook.again' : 'runbook.notAgain')}`,
    policy.ends === 'at once' ? '4. It opens no alarm.' : `4. **It is over when:** ${endOf(policy)}.`,
    '',
  ].join('\n');
}

/** docs/runbook.md. */
export function runbookPage(): string {
  return `${intro}\n${errorCodes.toSorted().map(entry).join('\n')}`;
}

const intro = `# Runbook

Made from [the policy table](../lib/errors/codes.ts) by \`npm run errors\`; a test keeps it so. An entry for each code, in
order; every alarm names its code. What an alarm is, and the codes side by side: [errors](errors.md).

Whatever the code, the alarm's own sentence names the place and the figures, and its cure is written for the very case:
follow that first. \`rap alarms list\` shows what is open; \`rap alarms ack NUMBER --by NAME --reason TEXT\` says that you
see to it. When the service itself does not answer, see [service](service.md#it-does-not-answer).
`;

if (import.meta.main) await writeFile(file, runbookPage());

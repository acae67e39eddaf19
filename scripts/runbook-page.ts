/** Makes docs/runbook.md, an entry for each error code, from the policy table: `npm run errors` writes it. */
import { writeFile } from 'node:fs/promises';
import { codes, type ErrorCode, errorCodes, type Severity } from '../lib/errors/codes.ts';
import { endOf, scopes } from './errors-page.ts';

const file = new URL('../docs/runbook.md', import.meta.url);

const told: Readonly<Record<Severity, string>> = {
  critical: 'It is told at once, and again until somebody acknowledges it. **Act now.**',
  warning: 'It is told once; after three runs that meet it, until somebody acknowledges it. Act today.',
  notice: 'It is told once. Look at it when there is time.',
  none: 'It is no fault, and opens no alarm.',
};

function entry(code: ErrorCode): string {
  const policy = codes[code];
  const { severity, scope, retryable, cure, status, mutable } = policy;
  const again = retryable
    ? 'It is tried again by itself: the next run may succeed without anybody.'
    : 'It is not tried again with success before somebody has put it right.';
  const quiet = mutable === false ? '' : ` A maintenance window of the kind "${mutable}" keeps it quiet.`;
  return [
    `## ${code}`,
    '',
    `Under the node: *${status}*. What it is about: ${scopes[scope]}.`,
    '',
    `1. **What to do:** ${cure}`,
    `2. ${told[severity]}${quiet}`,
    `3. ${again}`,
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

/** `rap doctor`: looks at the whole configuration of a home before any connection. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { visible } from '../../lib/errors/visible.ts';
import { realClock } from '../../lib/time/clock.ts';
import { diagnose, type Finding } from '../../nodes/live/doctor.ts';
import { liveFiles } from '../../nodes/live/settings.ts';
import { parseArguments } from '../connection-options.ts';
import { homeFromOptions, homeHelp, homeOptions } from '../home-options.ts';

export const help = `Usage: rap doctor [--home DIR] [--json]

Looks at everything that a run would need, before any connection: variables, login, secret, rights, ledger, clock,
room, calendars, catalogue, and of each node of RAP Ops that is deployed its settings, key, host keys, contacts and
shares. One line for each, with the field and what to do. Nothing is changed. With RAP_PROFILE=live, or in a folder that
"rap live init" made, also what live operation wants. Exit status 2 when anything is refused.

${homeHelp}
  --json        one JSON object per line, and one at the end with how many were refused`;

const words = { good: 'good', warning: 'LOOK AT', unknown: 'not known', refused: 'REFUSED' } as const;

function line({ state, check, field, message, cure }: Finding): string {
  const where = field === '' || message.includes(field) ? '' : ` [${field}]`;
  const first = `${words[state].padEnd(10)}${visible(check)}${where}: ${visible(message)}`;
  return cure === '' ? first : `${first}\n${' '.repeat(10)}What to do: ${visible(cure)}`;
}

/** Is it a live operation: by the environment, or by the files that "rap live init" made? */
function isLive(home: string, env: NodeJS.ProcessEnv): boolean {
  const profile = env.RAP_PROFILE?.trim().toLowerCase() ?? '';
  if (profile !== '') return profile === 'live';
  return ['settings.js', liveFiles.users].every((name) => existsSync(path.join(home, name)));
}

export default async function doctor(argv: string[]): Promise<number> {
  const { values } = parseArguments(argv, homeOptions);
  const home = homeFromOptions(values);
  const findings = await diagnose({
    home,
    env: process.env,
    clock: realClock,
    live: isLive(home, process.env),
  });
  const refused = findings.filter(({ state }) => state === 'refused').length;
  const doubts = findings.filter(({ state }) => state === 'warning' || state === 'unknown').length;
  const lines =
    values.json === true
      ? [...findings, { summary: true, checks: findings.length, refused, doubts }].map((one) =>
          JSON.stringify(one),
        )
      : [...findings.map(line), `${findings.length} checks: ${refused} refused, ${doubts} to look at`];
  process.stdout.write(`${lines.join('\n')}\n`);
  return refused > 0 ? 2 : 0;
}

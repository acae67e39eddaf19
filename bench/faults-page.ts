/** The page about faults: what each client made of each of them. */
import { type FaultName, faultTitle, type NamedFault } from '../simulator/faults/table.ts';
import type { FaultClient } from './fault-clients.ts';
import { isSafe, type Verdict } from './faults-verdict.ts';

/** A fault, or '-': none. */
export type PlayedFault = Omit<NamedFault, 'name'> & { name: FaultName | '-' };

export interface Meeting {
  fault: string;
  client: string;
  verdict: Verdict;
  /** Our own error codes. */
  codes?: string[];
  /** What it said where it gave no code that helps; for the person who watches. */
  remark?: string;
  seconds: number;
  /** Attempts to log in that the server counted. */
  logins: number;
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** @param usual how often the client logs in when nothing is wrong */
function cell(meeting: Meeting | undefined, usual: number): string {
  if (meeting === undefined) return 'not shown';
  const { verdict, codes = [], logins } = meeting;
  const words = isSafe(verdict) ? verdict : `**${verdict}**`;
  const named = codes.length === 0 ? words : `${words}: ${codes.map((code) => `\`${code}\``).join(', ')}`;
  return logins > usual ? `${named}, ${logins} logins` : named;
}

export function faultsPage(
  faults: readonly PlayedFault[],
  clients: readonly FaultClient[],
  met: readonly Meeting[],
  window: number,
): string {
  const find = (fault: string, client: string) =>
    met.find((meeting) => meeting.fault === fault && meeting.client === client);
  const unsafe = (client: string) =>
    met.filter((meeting) => meeting.client === client && !isSafe(meeting.verdict)).length;
  const metBy = (client: string) => met.filter((meeting) => meeting.client === client).length;
  return [
    '# What clients make of faults',
    '',
    'Written by `node bench/faults.ts`. Each client fetches a folder of four small files from a simulated server that misbehaves in one way,',
    `on a server of its own, and has ${window} seconds. Afterwards the files at their final names are compared with what they should be.`,
    '',
    '- *right*: success, and every file is there, byte for byte.',
    '- *error*: failure is reported, and what lies at a final name is whole.',
    '- **torn file**: a file with wrong or missing bytes lies at its final name.',
    '- **wrong bytes, success** and **files missing, success**: the client says that all is well, and it is not.',
    '- **change unnoticed, success**: the file changed while it was read, and the client keeps what it got and says nothing.',
    `- **hang**: no end within ${window} seconds.`,
    '',
    'Logins are told where a client made more than it does without a fault. Faults that need two addresses, more files than fit into the time, or',
    'real reports are left out; they are proved in the tests. *Not shown*: names that climb out of the folder are a known class of fault in',
    'client libraries, and what libraries do with them is not shown here.',
    '',
    row(['fault', ...clients.map((client) => client.name)]),
    row(['---', ...clients.map(() => '---')]),
    ...faults.map(({ name }) =>
      row([
        name === '-' ? 'No fault' : `${name}: ${faultTitle(name, 'en')}`,
        ...clients.map((client) => cell(find(name, client.id), find('-', client.id)?.logins ?? 1)),
      ]),
    ),
    row(['**unsafe**', ...clients.map((client) => `**${unsafe(client.id)}** of ${metBy(client.id)}`)]),
    '',
    '## Settings',
    '',
    ...clients.map((client) => `- ${client.name}: ${client.settings}`),
    '',
  ].join('\n');
}

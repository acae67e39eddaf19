/** The table of faults as a page for people, and as lines for a terminal. */
import { families, faults, faultTitle, type NamedFault, type Verdict } from './table.ts';

const INTRODUCTION = `<!-- Written by "node bench/fault-table.ts" from simulator/faults. Change it there. -->
# Faults of the simulator

\`rap simulate --fault NAME\` runs the simulator with one of these faults, \`rap simulate --fault list\` shows them.

The verdict is what a run makes of the fault: log in, list, download, log out. **right** means that every report the
server shows has arrived, byte for byte. Any other word is the code of an error, raised within the deadlines: then
nothing wrong stands at a final name, nothing lies outside the landing folder, and the run is not called complete.
Where the run after it tells something, its verdict follows. The tests in \`test/faults\` run this very table and fail
when a verdict is not the one that stands here.`;

/** docs/faults.md. */
export function faultPage(): string {
  const sections = families.map(({ title, faults }) =>
    [`## ${title}`, '', ...HEAD, ...faults.map(row)].join('\n'),
  );
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`;
}

const HEAD = ['| name | what happens | verdict | the run after it | remarks |', '|---|---|---|---|---|'];

function row({ name, expected, later, note }: NamedFault): string {
  const verdicts = (all: readonly Verdict[] = []) =>
    all.map((one) => (one === 'right' ? '**right**' : `\`${one}\``)).join(' or ');
  return `| ${[name, faultTitle(name, 'en'), verdicts(expected), verdicts(later), note ?? ''].join(' | ')} |`.replaceAll(
    '  ',
    ' ',
  );
}

/** One line for each fault: name, verdict, what happens. */
export function faultLines(): string[] {
  const rows = faults.map(({ name, expected }) => ({
    ...{ name, verdict: expected.join(' or '), title: faultTitle(name, 'en') },
  }));
  const width = (of: 'name' | 'verdict') => Math.max(...rows.map((row) => row[of].length));
  const [names, verdicts] = [width('name'), width('verdict')];
  return rows.map((row) => `${row.name.padEnd(names)}  ${row.verdict.padEnd(verdicts)}  ${row.title}`);
}

/** The page of bench/scale.ts: what each row cost, and where a bound is not kept. */

export interface Row {
  kind: 'accounts' | 'day' | 'ledger';
  size: number;
  reports: number;
  seconds: number;
  /** Milliseconds of processor time for each report. */
  processor: number;
  /** Milliseconds that a timer came late: of a hundred, the fifth worst, and the worst. */
  delay95: number;
  delayMost: number;
  /** Largest resident memory, bytes. */
  memory: number;
}

/** What is asked of every row. */
const bounds = { growth: 1.1, delay95: 50, memory: 350e6 };

const titles = {
  accounts: (size: number) => (size === 1 ? 'one account' : `${size} accounts at once`),
  day: (size: number) => `a day of ${size.toLocaleString('en')} reports`,
  ledger: (size: number) =>
    size === 0 ? 'an empty ledger' : `a ledger of ${size.toLocaleString('en')} rows`,
};

const ms = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(0));
/** A figure, in bold where it is out of bounds. */
const held = (text: string, isHeld: boolean) => (isHeld ? text : `**${text}**`);

/**
 * @param each what each account of the first rows brings
 * @param machine how many processors it has, and their load at the end
 */
export function scalePage(
  rows: readonly Row[],
  each: { reports: number; bytes: number },
  machine: { processors: number; load: number },
): string {
  const lines = rows.map((row) => {
    const first = rows.find(({ kind }) => kind === row.kind) ?? row;
    const growth = row.processor / first.processor;
    return [
      titles[row.kind](row.size),
      row.reports.toLocaleString('en'),
      row.seconds.toFixed(1),
      ms(row.processor),
      row === first ? '' : held(growth.toFixed(2), growth <= bounds.growth),
      held(ms(row.delay95), row.delay95 < bounds.delay95),
      ms(row.delayMost),
      held((row.memory / 1e6).toFixed(0), row.memory < bounds.memory),
    ];
  });
  return [
    '# What one process bears',
    '',
    'Written by `node bench/scale.ts`; each row is a process of its own, set as our settings set Node-RED, from the listing to',
    `the queued digest, on a machine whose ${machine.processors} processors had a load of ${machine.load.toFixed(0)} at the end.`,
    '',
    `- *Accounts* log in at an OpenSSH server on this machine, each with a session of its own, and fetch`,
    `  ${each.reports} reports of ${each.bytes.toLocaleString('en')} bytes each, all at once, into one ledger.`,
    '- *A day* and *a ledger* take what a server would list without one: what is measured is the cost of recording,',
    '  of the journal and of the digest.',
    '',
    '*Processor* is the time of the processor for each report, user and system, in milliseconds, all threads together;',
    '*growth* compares it with the first row of the kind. *Delay* is by how much a timer of 1 ms came late. Bounds:',
    `growth up to ${bounds.growth}, delay (95 %) under ${bounds.delay95} ms, memory under ${bounds.memory / 1e6} MB; what is out of bounds is bold.`,
    '',
    '| | reports | seconds | processor ms | growth | delay 95 % ms | longest ms | memory MB |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}

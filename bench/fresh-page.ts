/** The page about freshness: how long after a report's appearance at RAP it is on the share, and in a mail. */

/** One client, seconds from the appearance of each report; null for one that did not come. */
export interface FreshClient {
  id: string;
  name: string;
  settings: string;
  onShare: (number | null)[];
  /** Left out for clients that send no mail. */
  inMail?: (number | null)[];
  logins: number;
}

export interface FreshResult {
  /** Date of the measurement. */
  on: string;
  reports: number;
  minutes: number;
  /** How much faster than real time it went; 1 is real time. */
  speed: number;
  clients: FreshClient[];
}

/** The value that so many per cent of the numbers do not exceed (nearest rank). */
export function percentile(numbers: readonly number[], percent: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

function cells(times: readonly (number | null)[] | undefined): [string, string] {
  if (times === undefined) return ['-', '-'];
  // One that did not come was waited for to no end.
  const all = times.map((one) => one ?? Number.POSITIVE_INFINITY);
  return [50, 95].map((percent) => {
    const seconds = percentile(all, percent);
    return Number.isFinite(seconds) ? `${seconds.toFixed(1)} s` : 'never';
  }) as [string, string];
}

/** @param command that made the figures */
export function freshPage({ on, reports, minutes, speed, clients }: FreshResult, command: string): string {
  const rows = clients.map(({ name, settings, onShare, inMail, logins }) => {
    const cell = [name, ...cells(onShare), ...cells(inMail), `${logins}`, settings];
    return `| ${cell.join(' | ')} |`;
  });
  const pace =
    speed === 1 ? 'in real time' : `${speed} times faster than real time; seconds are those of the day`;
  return `# How soon a report is there

From a report's appearance at RAP to its place on the share, and to its line in a mail.

Measured ${on} on loopback, ${pace}: ${reports} reports appeared one by one, at random moments of
${minutes} minutes, in the INBOX of the simulator, and all clients fetched from the same data centre at the same time. RAP Ops ran
the shipped flow *Daily download*, which visits two accounts, with *also a mail for what just came* chosen at its digest;
it lets a file stand still for 5 seconds before it takes it. The others take files as they find them, whole or not, and
send no mail.

\`\`\`
${command}
\`\`\`

| client | on the share, median | 95 % | in a mail, median | 95 % | logins | settings |
|---|---:|---:|---:|---:|---:|---|
${rows.join('\n')}

A look every *n* seconds finds a report after *n*/2 seconds in the middle, and after *n* at the latest; the rest is the settle time
and the transfer.
`;
}

/** `rap status`: which hosts are at work on a home's ledger, and which of them has which account. */
import { hostsOf, type SystemHost } from '../../lib/desk/system/hosts.ts';
import { WRITER } from '../../lib/ledger/lease/keep-lease.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { describeProcess } from '../../lib/process/process-id.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { parseArguments } from '../connection-options.ts';
import { homeFromOptions, homeHelp, withLedger } from '../home-options.ts';

export const help = `Usage: rap status [--home DIR] [--json]

Who is at work on the ledger: the one process that works alone, or each host that shares the work, with the accounts it
has. Exit 1 when nobody is, or a host is silent or has a wrong clock.

${homeHelp}
  --json        one JSON object per line`;

const options = {
  home: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const states: Readonly<Record<SystemHost['state'], string>> = {
  works: 'at work',
  silent: 'SILENT',
  clock: 'CLOCK WRONG',
};

export default async function status(argv: string[]): Promise<number> {
  const { values } = parseArguments(argv, options);
  const json = values.json === true;
  return withLedger(homeFromOptions(values), async (ledger: Pick<Ledger, 'duties' | 'leases'>) => {
    const hosts = hostsOf(await ledger.duties.sight(), '');
    if (hosts.length > 0) {
      for (const one of hosts) process.stdout.write(json ? jsonOf(one) : lineOf(one));
      return hosts.every(({ state }) => state === 'works') ? 0 : 1;
    }
    const holder = await ledger.leases.leaseHolder(WRITER);
    const alone = { alone: holder === undefined ? null : describeProcess(holder.owner) };
    const text = alone.alone === null ? 'Nobody is at work.' : `${alone.alone} is at work, alone.`;
    process.stdout.write(json ? `${JSON.stringify(alone)}\n` : `${text}\n`);
    return holder === undefined ? 1 : 0;
  });
}

function jsonOf({ here: _, until, ...one }: SystemHost): string {
  return `${JSON.stringify({ ...one, until: hongKongStamp(until) })}\n`;
}

function lineOf({ host, owner, state, until, ahead, accounts, site }: SystemHost): string {
  const of =
    state === 'silent' ? ` since ${hongKongStamp(until)}` : state === 'clock' ? ` by ${ahead} s` : '';
  const duties = [...accounts, ...site.map((one) => `(${one})`)].join(' ');
  return `${host}  ${describeProcess(owner)}  ${states[state]}${of}  ${accounts.length} accounts\n    ${duties}\n`;
}

/**
 * The drill of hosts that share the work ("npm run drill:hosts"): 2 Node-REDs, 50 accounts on the simulator, 24 hours on a
 * clock that goes 40 times faster, and every ten minutes of it something happens to one of them, or to the database.
 *
 *   --ledger KIND  "server": a PostgreSQL of its own, where it is installed; "file": SQLite, one home
 *   --hours N      simulated hours (24)       --accounts N   accounts (50)
 *   --factor N     times real time (40)       --every N      simulated minutes between faults (10)
 *   --lease MS     of real time (15000)       --fault NAME   this kind only, may be given several times
 *
 * With root on Linux each host gets a network and processes of its own (namespaces), else a loopback address. Prints what
 * happens on stderr and one line of JSON with the figures on stdout. Exit 1 if any is not met.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { faultsOf, HostsDrill } from '../test/drills/hosts/drill.ts';
import { mayHaveNamespaces } from '../test/drills/hosts/network.ts';
import { postgresPrograms } from '../test/support/postgres.ts';

const { values } = parseArgs({
  options: {
    ledger: { type: 'string', default: postgresPrograms() === undefined ? 'file' : 'server' },
    hours: { type: 'string', default: '24' },
    accounts: { type: 'string', default: '50' },
    factor: { type: 'string', default: '40' },
    every: { type: 'string', default: '10' },
    lease: { type: 'string', default: '15000' },
    fault: { type: 'string', multiple: true },
  },
});
const ledger = values.ledger === 'file' ? 'file' : 'server';
const WITHIN = 'RAP_DRILL_NETWORK';
const namespaces = ledger === 'server' && mayHaveNamespaces();

if (namespaces && process.env[WITHIN] === undefined) {
  // In a network of its own, to which it may add lines.
  const words = ['-n', 'sh', '-c', 'ip link set lo up; exec "$@"', 'sh'];
  const { status } = spawnSync('unshare', [...words, process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [WITHIN]: 'own' },
  });
  process.exitCode = status ?? 1;
} else {
  const figures = await HostsDrill.run({
    ...{ ledger, namespaces },
    hours: Number(values.hours),
    accounts: Number(values.accounts),
    factor: Number(values.factor),
    every: Number(values.every),
    lease: Number(values.lease),
    faults: faultsOf[ledger].filter((fault) => values.fault === undefined || values.fault.includes(fault)),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exitCode = figures.ok ? 0 : 1;
}

/**
 * The drill of hosts that share the work ("npm run drill:hosts"): 2 Node-REDs, 50 accounts on the simulator, 24 hours on a
 * clock that goes 40 times faster, and every ten minutes of it something happens to one of them.
 *
 *   --hours N      simulated hours (24)       --accounts N   accounts (50)
 *   --factor N     times real time (40)       --every N      simulated minutes between faults (10)
 *   --lease MS     of real time (8000)        --fault NAME   this kind only, may be given several times
 *
 * Prints what happens on stderr and one line of JSON with the figures on stdout. Exit 1 if any is not met.
 */
import { parseArgs } from 'node:util';
import { HostsDrill, hostFaults } from '../test/drills/hosts/drill.ts';

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '24' },
    accounts: { type: 'string', default: '50' },
    factor: { type: 'string', default: '40' },
    every: { type: 'string', default: '10' },
    lease: { type: 'string', default: '8000' },
    fault: { type: 'string', multiple: true },
  },
});
const figures = await HostsDrill.run({
  hours: Number(values.hours),
  accounts: Number(values.accounts),
  factor: Number(values.factor),
  every: Number(values.every),
  lease: Number(values.lease),
  faults: hostFaults.filter((fault) => values.fault === undefined || values.fault.includes(fault)),
  say: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exitCode = figures.ok ? 0 : 1;

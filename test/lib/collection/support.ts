/** A house for tests: a home folder with simulator and ledger, and a keeper of sessions for its HKSCC account. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { SessionPool } from '../../../lib/accounts/session-pool.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { type AccountConfig, parseAccount } from '../../../lib/rap/account-config.ts';
import { readKnownHosts } from '../../../lib/rap/client/known-hosts.ts';
import { readLoginKey } from '../../../lib/rap/client/private-key.ts';
import { type Clock, realClock } from '../../../lib/time/clock.ts';
import type { Simulator, SimulatorOptions } from '../../../simulator/simulator.ts';
import { simulatorIn, temporaryHome } from '../../simulator/support.ts';

export interface House {
  home: string;
  simulator: Simulator;
  ledger: Ledger;
  keeper: SessionPool;
  /** Another keeper of the same account, as another process would have. */
  anotherKeeper(config?: Partial<AccountConfig>, records?: Ledger): SessionPool;
  close(): Promise<void>;
}

export async function build(
  options: Partial<SimulatorOptions> = {},
  clock: Clock = realClock,
): Promise<House> {
  const home = await temporaryHome();
  const simulator = await simulatorIn(home, options);
  const ledger = await openLedger(path.join(home, 'ledger.sqlite'), clock);
  const known = await fs.readFile(simulator.knownHostsFile, 'utf8');
  const keepers: SessionPool[] = [];
  const anotherKeeper = (config: Partial<AccountConfig> = {}, records: Ledger = ledger) => {
    const addresses = {
      primary: simulator.addressesOf('hkscc', 'primary').map(({ host, port }) => ({ host, port })),
      secondary: simulator.addressesOf('hkscc', 'secondary').map(({ host, port }) => ({ host, port })),
    };
    const account = parseAccount({
      name: 'hkscc',
      installation: 'hkscc',
      user: simulator.accounts.hkscc.user,
      addresses,
      pins: readKnownHosts(known, [...addresses.primary, ...addresses.secondary]).pins,
      deadlines: { tcp: 10_000, handshake: 20_000, request: 10_000, stall: 20_000 },
      ...config,
    });
    const pool = new SessionPool(account, {
      clock,
      ledger: async () => records,
      key: () => readLoginKey(simulator.accounts.hkscc.keyFile),
    });
    keepers.push(pool);
    return pool;
  };
  const pool = anotherKeeper();
  return {
    home,
    simulator,
    ledger,
    keeper: pool,
    anotherKeeper,
    async close() {
      for (const one of keepers) one.close();
      await simulator.stop();
      await ledger.close();
      await fs.rm(home, { recursive: true, force: true });
    },
  };
}

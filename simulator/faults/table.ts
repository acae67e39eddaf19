/** Every fault the simulator can be told to have, by name. */
import { listingFaults } from './listing.ts';
import { loginFaults, trustFaults } from './login.ts';
import type { NamedFault } from './named.ts';
import { networkFaults } from './network.ts';
import { protocolFaults } from './protocol.ts';
import { reportFaults } from './reports.ts';

export { type FaultName, faultTitle, type NamedFault, type Verdict } from './named.ts';

export interface FaultFamily {
  title: string;
  faults: readonly NamedFault[];
}

export const families: readonly FaultFamily[] = [
  { title: 'Network', faults: networkFaults },
  { title: 'Trust', faults: trustFaults },
  { title: 'Login', faults: loginFaults },
  { title: 'SFTP conversation', faults: protocolFaults },
  { title: 'Listings', faults: listingFaults },
  { title: 'Reports', faults: reportFaults },
];

export const faults: readonly NamedFault[] = families.flatMap((family) => family.faults);

/** The fault of that name, in any case, or undefined. */
export function faultNamed(name: string): NamedFault | undefined {
  return faults.find((fault) => fault.name.toLowerCase() === name.toLowerCase());
}

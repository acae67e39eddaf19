/** Every fault the simulator can be told to have, by name. */
import { listingFaults } from './listing.ts';
import { loginFaults, trustFaults } from './login.ts';
import type { NamedFault } from './named.ts';
import { networkFaults } from './network.ts';
import { protocolFaults } from './protocol.ts';
import { reportFaults } from './reports.ts';

export type { NamedFault, Verdict } from './named.ts';

export const faults: readonly NamedFault[] = [
  ...networkFaults,
  ...trustFaults,
  ...loginFaults,
  ...protocolFaults,
  ...listingFaults,
  ...reportFaults,
];

/** The fault of that name, in any case, or undefined. */
export function faultNamed(name: string): NamedFault | undefined {
  return faults.find((fault) => fault.name.toLowerCase() === name.toLowerCase());
}

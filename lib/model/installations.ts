/**
 * The two RAP installations and the addresses of their data centres.
 * Source: information package of circular PT/SCS/HKCC/136/2025 (26 May 2025), section 3.1.
 */
import type { Address, DataCentre, Installation } from './types.ts';

export interface InstallationFacts {
  title: string;
  addresses: Readonly<Record<DataCentre, readonly Address[]>>;
  /**
   * HKSCC's are published (RAP Technical Guide, revisions 3.0 and 5.0); those of HKCC & SEOCH are not, and the first two
   * are assumed there.
   */
  folders: readonly string[];
}

/** The port of every RAP address (same source). */
export const RAP_PORT = 18801;

function pair(network: string): readonly Address[] {
  return [
    { host: `${network}.141`, port: RAP_PORT },
    { host: `${network}.142`, port: RAP_PORT },
  ];
}

export const installations: Readonly<Record<Installation, InstallationFacts>> = {
  hkscc: {
    title: 'HKSCC RAP',
    addresses: { primary: pair('10.243.2'), secondary: pair('10.243.66') },
    folders: ['/INBOX', '/COMMON', '/RPF'],
  },
  'hkcc-seoch': {
    title: 'HKCC & SEOCH RAP',
    addresses: { primary: pair('10.151.14'), secondary: pair('10.152.14') },
    folders: ['/INBOX', '/COMMON'],
  },
};

/**
 * Where the simulator stands for an address of the exchange: the same address with 127 in front, so that a
 * person sees at a glance which is which and nothing ever leaves this machine.
 */
export function simulatedAddress(address: Address): Address {
  return { host: address.host.replace(/^10\./, '127.'), port: address.port };
}

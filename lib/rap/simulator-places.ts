/**
 * Where the demo's simulator really listens. Flows and presets name the exchange's addresses with 127 in front; on
 * free ports the start sets RAP_SIMULATOR_AT to what each of them stands for, as "127.243.2.141:18801=127.0.0.1:40123"
 * with blanks between. Only addresses of this machine are ever led elsewhere, and only to this machine.
 */
import type { Address } from '../model/types.ts';
import type { Account } from './account.ts';

const PLACE = /^(127\.\d+\.\d+\.\d+):(\d+)=(127\.\d+\.\d+\.\d+):(\d+)$/;

/** An account whose addresses, and what is trusted at them, are where the simulator listens. */
export function atSimulator(account: Account, places: string | undefined): Account {
  if (places === undefined || places.trim() === '') return account;
  const known = new Map<string, Address>();
  for (const place of places.trim().split(/\s+/)) {
    const [, host, port, atHost = '', atPort] = PLACE.exec(place) ?? [];
    if (host !== undefined) known.set(`${host}:${port}`, { host: atHost, port: Number(atPort) });
  }
  const led = <T extends Address>(one: T): T => ({ ...one, ...known.get(`${one.host}:${one.port}`) });
  const { primary, secondary } = account.addresses;
  return {
    ...account,
    addresses: { primary: primary.map(led), secondary: secondary.map(led) },
    pins: account.pins.map(led),
  };
}

/** Host keys that a person entered for addresses. */
import { readHostKey } from '../cells/index.ts';
import { mustRead } from '../cells/must-read.ts';
import { RapError } from '../errors/rap-error.ts';
import type { Address } from '../model/types.ts';
import { fingerprintIn, type HostKeyPin } from './client/host-keys.ts';
import { readKnownHosts } from './client/known-hosts.ts';

/**
 * What a typed or pasted host key is trusted for: every address given; a line of known_hosts only where it names one.
 * @param field named in the error
 * @throws RapError CONFIG_INVALID when it is no host key, or a line that names none of the addresses
 */
export function typedPins(text: string, field: string, addresses: readonly Address[]): HostKeyPin[] {
  const cell = mustRead(readHostKey(text), field);
  const names = 'key' in cell ? cell.names.join(',') : '';
  if ('key' in cell && names !== '') {
    const { pins } = readKnownHosts(`${names} ${cell.type} ${cell.key}`, addresses);
    if (pins.length > 0) return pins;
    const wanted = addresses.map(({ host, port }) => `${host}:${port}`).join(', ');
    throw new RapError('CONFIG_INVALID', `${field}: this is the host key of ${names}, not of ${wanted}`, {
      cure: 'Enter it in the row of that address, or the host key of this one here.',
    });
  }
  const fingerprint = fingerprintIn(cell);
  const type = cell.type === undefined ? {} : { type: cell.type };
  return addresses.map(({ host, port }) => ({ host, port, ...type, fingerprint }));
}

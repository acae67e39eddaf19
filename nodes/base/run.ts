import { randomBytes } from 'node:crypto';
import { RapError } from '../../lib/errors/rap-error.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import type { RunContext } from '../../lib/words/types.ts';
import type { RapMessage } from './rap-node.ts';

/** A new run id that a person can read out on the telephone: '20250620-2130-4f2a', Hong Kong time. */
export function newRun(now: number): string {
  const digits = hongKongStamp(now).replaceAll(/\D/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${randomBytes(2).toString('hex')}`;
}

/**
 * Run, account and address of a message that passed a rap-connect node.
 * @throws RapError NOT_CONNECTED when it did not
 */
export function contextOf(msg: RapMessage): RunContext {
  const { run, account, installation, dataCentre, address, practice } = msg.rap ?? {};
  if (!run || !account || !installation || !dataCentre || !address) {
    throw new RapError('NOT_CONNECTED', 'The message has no logged-in account in msg.rap');
  }
  return { run, account, installation, dataCentre, address, ...(practice === undefined ? {} : { practice }) };
}

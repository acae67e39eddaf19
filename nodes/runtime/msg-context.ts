import { RapError } from '../../lib/errors/rap-error.ts';
import type { RunContext } from '../../lib/model/types.ts';
import type { RapMessage } from './rap-node.ts';

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

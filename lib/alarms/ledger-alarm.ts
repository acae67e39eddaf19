/** The alarm that somebody changed the ledger behind its journal. */
import { codes } from '../errors/codes.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ContactsConfig } from '../mail/config.ts';
import { queueAlarm } from './alarms.ts';

/** So many places are named in the alarm. */
const NAMED = 5;

/** Looks at the ledger as far as a start can (see start-check.ts), and raises the alarm. For all contacts. */
export async function raiseLedgerAlarm(
  ledger: Pick<Ledger, 'accountStats' | 'accounts' | 'alarms' | 'events' | 'changedFacts' | 'mails'>,
  config: ContactsConfig,
  at: number,
): Promise<number> {
  const places = await ledger.changedFacts();
  if (places.length === 0) return 0;
  const named = places.slice(0, NAMED).join('; ');
  const more = places.length > NAMED ? `; and ${places.length - NAMED} more` : '';
  const message = `The ledger differs from its journal: ${named}${more}`;
  const { cure } = codes.LEDGER_CHANGED;
  const alarm = { code: 'LEDGER_CHANGED', message, cure, where: 'ledger', subject: 'ledger' };
  await queueAlarm(ledger, config, { ...alarm, run: '', account: '', at }, []);
  return places.length;
}

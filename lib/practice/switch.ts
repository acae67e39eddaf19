/**
 * The data centre in use as a recorded decision: who, why, with whom, and until when. It counts from the next
 * log-in on; nothing that is logged in is moved.
 */
import { RapError } from '../errors/rap-error.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RecordedChoice } from '../ledger/types.ts';
import type { Clock } from '../time/clock.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import type { DataCentre } from '../words/types.ts';

export interface SwitchRequest {
  accounts: readonly string[];
  dataCentre: DataCentre;
  reason: string;
  /** The person, or the plan, that decides. */
  by: string;
  /** A second person who agreed. */
  second?: string;
  requireSecond?: boolean;
  /** Back to the primary data centre by then (epoch ms); for the secondary only. */
  until?: number;
}

export interface SwitchResult {
  account: string;
  before: DataCentre;
  after: DataCentre;
  changed: boolean;
}

/** What is in use now; an account that never was switched is at the primary, chosen by nobody. */
export type ChoiceInUse = Omit<RecordedChoice, 'chosenAt'> & { chosenAt?: number };

/**
 * Switches accounts. The same decision again changes nothing.
 * @throws RapError CONFIG_INVALID naming the field
 */
export async function switchDataCentre(
  ledger: Ledger,
  clock: Clock,
  request: SwitchRequest,
): Promise<SwitchResult[]> {
  const { dataCentre, until } = request;
  const reason = request.reason.trim();
  const by = request.by.trim();
  const second = request.second?.trim() ?? '';
  if (request.accounts.length === 0) throw invalid('accounts', 'names no account', 'Name at least one.');
  if (reason === '') throw invalid('reason', 'is empty', 'Say why; it stands in the journal.');
  if (by === '') throw invalid('by', 'is empty', 'Give the name of the person who decides.');
  if (request.requireSecond === true && second === '') {
    throw invalid('second', 'is empty', 'A second person must agree; give the name.');
  }
  if (second !== '' && second.toLowerCase() === by.toLowerCase()) {
    throw invalid('second', `is ${by} again`, 'The second person must be another one.');
  }
  if (until !== undefined && (dataCentre === 'primary' || until <= clock.now())) {
    throw invalid(
      'until',
      dataCentre === 'primary' ? 'makes no sense for the primary data centre' : 'has passed already',
      'Give a time to come, or leave it out.',
    );
  }
  const results: SwitchResult[] = [];
  for (const now of await dataCentreChoices(ledger, request.accounts)) {
    const { account, dataCentre: before } = now;
    const changed = before !== dataCentre || now.until !== until;
    if (changed) {
      await ledger.chooseDataCentre({
        account,
        dataCentre,
        reason,
        by,
        ...(second === '' ? {} : { second }),
        ...(until === undefined ? {} : { until }),
      });
    }
    results.push({ account, before, after: dataCentre, changed });
  }
  return results;
}

/** What the accounts use now, in their order. */
export async function dataCentreChoices(ledger: Ledger, accounts: readonly string[]): Promise<ChoiceInUse[]> {
  const recorded = new Map((await ledger.dataCentreChoices()).map((one) => [one.account, one]));
  return accounts.map(
    (account) => recorded.get(account) ?? { account, dataCentre: 'primary', reason: '', by: '' },
  );
}

export interface Expired {
  account: string;
  until: number;
  reason: string;
  by: string;
}

/**
 * Puts every account back to the primary whose switch has run out: that was decided with the switch.
 * @returns those put back, for an alarm: somebody may have forgotten them
 */
export async function enforceExpiry(ledger: Ledger, clock: Clock): Promise<Expired[]> {
  const now = clock.now();
  const over = (await ledger.dataCentreChoices()).flatMap(({ account, dataCentre, until, reason, by }) =>
    dataCentre === 'secondary' && until !== undefined && until <= now ? [{ account, until, reason, by }] : [],
  );
  for (const { account, until, by } of over) {
    await ledger.chooseDataCentre({
      account,
      dataCentre: 'primary',
      reason: `The switch to the secondary data centre was to end by ${hongKongStamp(until).slice(0, 16)} (decided by ${by})`,
      by: 'rap',
    });
  }
  return over;
}

function invalid(field: string, problem: string, cure: string): RapError {
  return new RapError('CONFIG_INVALID', `Data centre switch: ${field} ${problem}`, {
    cure,
    details: { field },
  });
}

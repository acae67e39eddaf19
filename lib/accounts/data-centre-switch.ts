/**
 * The data centre in use as a recorded decision: who, why, with whom, and until when. It counts from the next
 * log-in on; nothing that is logged in is moved.
 */
import { RapError } from '../errors/rap-error.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type {
  DataCentreChoice,
  Person,
  RecordedChoice,
  SwitchEnd,
  SwitchRequestRow,
  SwitchResult,
} from '../ledger/types.ts';
import type { DataCentre } from '../model/types.ts';
import type { Clock } from '../time/clock.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import { serialQueue } from '../time/serial-queue.ts';

export interface SwitchRequest {
  accounts: readonly string[];
  dataCentre: DataCentre;
  reason: string;
  /** The person, or the plan, that decides. */
  by: string;
  /** The editor login that stands behind `by`. */
  login?: string;
  /** A second person who agreed. */
  second?: string;
  /** Back to the primary data centre by then (epoch ms); for the secondary only. */
  until?: number;
}

/** What is in use now; an account that never was switched is at the primary, chosen by nobody. */
export type ChoiceInUse = Omit<RecordedChoice, 'chosenAt'> & { chosenAt?: number };

/**
 * Switches accounts, all or none. The same decision again changes nothing.
 * @param node who has it to tell from then on when anything changed; without one the caller has nothing to tell
 * @returns what it brought, and the number of its event
 * @throws RapError CONFIG_INVALID naming the field
 */
export async function switchDataCentre(
  ledger: Pick<Ledger, 'accounts'>,
  clock: Clock,
  request: SwitchRequest,
  node?: string,
): Promise<{ switched: SwitchResult[]; event?: number }> {
  const queue = queues.get(ledger.accounts) ?? serialQueue();
  queues.set(ledger.accounts, queue);
  return queue(() => decide(ledger, checked(clock, request), node));
}

/** One decision after another: of two people who decide the same at once the second changes nothing. */
const queues = new WeakMap<object, ReturnType<typeof serialQueue>>();

async function decide(
  ledger: Pick<Ledger, 'accounts'>,
  { accounts, dataCentre, reason, by, second, until }: SwitchRequest,
  node: string | undefined,
): Promise<{ switched: SwitchResult[]; event?: number }> {
  const switched: SwitchResult[] = [];
  const choices: DataCentreChoice[] = [];
  for (const now of await dataCentreChoices(ledger, accounts)) {
    const { account, dataCentre: before } = now;
    const changed = before !== dataCentre || now.until !== until;
    if (changed) {
      choices.push({
        account,
        dataCentre,
        reason,
        by,
        ...(second === undefined ? {} : { second }),
        ...(until === undefined ? {} : { until }),
      });
    }
    switched.push({ account, before, after: dataCentre, changed });
  }
  if (choices.length === 0) return { switched };
  const event = await ledger.accounts.chooseDataCentres(
    choices,
    node === undefined ? undefined : { node, switched },
  );
  return { switched, ...(event === undefined ? {} : { event }) };
}

/** @throws RapError CONFIG_INVALID naming the field */
function checked(clock: Clock, request: SwitchRequest): Omit<SwitchRequest, 'login'> & { asker: Person } {
  const { accounts, dataCentre, until } = request;
  const reason = request.reason.trim();
  const asker = personIn(request.by, request.login);
  const by = signed(asker.name, asker.login);
  const second = request.second?.trim() ?? '';
  if (accounts.length === 0) throw invalid('accounts', 'names no account', 'Name at least one.');
  if (reason === '') throw invalid('reason', 'is empty', 'Say why; it stands in the journal.');
  if (by === '') throw invalid('by', 'is empty', 'Give the name of the person who decides.');
  if (second !== '' && isOneOf(asker, namesOf(personIn(second)))) {
    throw invalid('second', `is ${by} again`, 'The second person must be another one.');
  }
  if (until !== undefined && (dataCentre === 'primary' || until <= clock.now())) {
    throw invalid(
      'until',
      dataCentre === 'primary' ? 'makes no sense for the primary data centre' : 'has passed already',
      'Give a time to come, or leave it out.',
    );
  }
  return {
    accounts,
    dataCentre,
    reason,
    by,
    asker,
    ...(second === '' ? {} : { second }),
    ...(until === undefined ? {} : { until }),
  };
}

/** 'A. Chan' and 'a chan' are one person, however the name is typed. */
function samePerson(one: string, other: string): boolean {
  const plain = (name: string) =>
    name
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]/gu, '');
  return plain(one) === plain(other);
}

/** Ours: long enough to find somebody, too short to be forgotten. */
const confirmWithinMs = 30 * 60_000;

/**
 * Asks for a switch that counts only when a second person confirms it.
 * @param node who asks; a newer request of the same node takes the place of an open one
 * @throws RapError CONFIG_INVALID naming the field
 */
export function askForSwitch(
  ledger: Pick<Ledger, 'switchRequests'>,
  clock: Clock,
  node: string,
  request: SwitchRequest,
): Promise<SwitchRequestRow> {
  const { second: _, ...whole } = checked(clock, request);
  return ledger.switchRequests.requestSwitch({ node, ...whole, expiresAt: clock.now() + confirmWithinMs });
}

/** A person's answer to a request, and the editor login they used, '' for none. */
export interface SwitchAnswer {
  id: number;
  by: string;
  login?: string;
}

/**
 * The second person agrees: the switch counts from this moment on.
 * @throws RapError CONFIG_INVALID naming the field, SWITCH_UNCONFIRMED when the request is no longer open
 */
export async function confirmSwitch(
  ledger: Pick<Ledger, 'switchRequests'>,
  clock: Clock,
  { id, by, login = '' }: SwitchAnswer,
): Promise<SwitchRequestRow> {
  const { request, name } = await openRequest(ledger, clock, { id, by });
  if (isOneOf(request.asker, [...namesOf(personIn(name)), ...(login === '' ? [] : [login])])) {
    throw invalid('second', `is ${request.by} again`, 'The second person must be another one.');
  }
  if (request.until !== undefined && request.until <= clock.now()) {
    throw invalid('until', 'has passed already', 'Refuse the request, and ask for a new one.');
  }
  return settled(
    await ledger.switchRequests.settleSwitch({ id, state: 'confirmed', by: signed(name, login), why: '' }),
    id,
  );
}

/** Anybody may refuse, also the person who asked. @throws as confirmSwitch */
export async function refuseSwitch(
  ledger: Pick<Ledger, 'switchRequests'>,
  clock: Clock,
  { id, by, login = '', why }: SwitchAnswer & { why: string },
): Promise<SwitchRequestRow> {
  const { name } = await openRequest(ledger, clock, { id, by });
  return settled(
    await ledger.switchRequests.settleSwitch({ id, state: 'refused', by: signed(name, login), why }),
    id,
  );
}

/** Ends the requests nobody confirmed in time. @returns those that ended now, for an alarm */
export async function expireRequests(
  ledger: Pick<Ledger, 'switchRequests'>,
  clock: Clock,
): Promise<SwitchRequestRow[]> {
  const late = (await ledger.switchRequests.switchRequests('open')).filter(
    ({ expiresAt }) => expiresAt <= clock.now(),
  );
  const ended: SwitchRequestRow[] = [];
  for (const { id } of late) {
    const row = await ledger.switchRequests.settleSwitch({
      id,
      state: 'expired',
      by: 'rap',
      why: 'Nobody confirmed in time',
    });
    if (row !== undefined) ended.push(row);
  }
  return ended;
}

async function openRequest(ledger: Pick<Ledger, 'switchRequests'>, clock: Clock, { id, by }: SwitchAnswer) {
  const name = by.trim();
  if (name === '') throw invalid('by', 'is empty', 'Give your name; it stands in the journal.');
  const request = (await ledger.switchRequests.switchRequests('open')).find((one) => one.id === id);
  if (request === undefined || request.expiresAt <= clock.now()) throw tooLate(id);
  return { request, name };
}

function settled(row: SwitchRequestRow | undefined, id: number): SwitchRequestRow {
  if (row === undefined) throw tooLate(id);
  return row;
}

function tooLate(id: number): RapError {
  return new RapError('SWITCH_UNCONFIRMED', `Request ${id} to switch the data centre is no longer open`, {
    cure: 'It was settled or has run out; look at the journal, and ask again if it is still wanted.',
  });
}

/** A name with the editor login that stands behind it. */
export function signed(name: string, login: string): string {
  return login === '' || samePerson(name, login) ? name : `${name} (login ${login})`;
}

/** Who is meant by what a person or a flow gives: also as it is shown, 'A. Chan (login ops1)'. */
function personIn(text: string, login = ''): Person {
  const by = text.trim();
  if (login !== '') return { name: by, login };
  const [, name = '', behind = ''] = /^(.*\S)\s*\(login (.*)\)$/su.exec(by) ?? [];
  return behind === '' ? { name: by, login } : { name, login: behind };
}

/** All that stands for a person. */
function namesOf({ name, login }: Person): string[] {
  return login === '' ? [name] : [name, login];
}

function isOneOf(person: Person, names: readonly string[]): boolean {
  return namesOf(person).some((one) => names.some((other) => samePerson(one, other)));
}

/** What the accounts use now, in their order. */
export async function dataCentreChoices(
  ledger: Pick<Ledger, 'accounts'>,
  accounts: readonly string[],
): Promise<ChoiceInUse[]> {
  const recorded = new Map((await ledger.accounts.dataCentreChoices()).map((one) => [one.account, one]));
  return accounts.map(
    (account) => recorded.get(account) ?? { account, dataCentre: 'primary', reason: '', by: '' },
  );
}

export interface Expired extends SwitchEnd {
  reason: string;
}

/**
 * Puts every account back to the primary whose switch has run out: that was decided with the switch.
 * @param node who has it to tell from then on; without one the caller tells what is returned
 * @returns those put back, for an alarm: somebody may have forgotten them
 */
export async function enforceExpiry(
  ledger: Pick<Ledger, 'accounts'>,
  clock: Clock,
  node?: string,
): Promise<Expired[]> {
  const now = clock.now();
  const over = (await ledger.accounts.dataCentreChoices()).flatMap(
    ({ account, dataCentre, until, reason, by }) =>
      dataCentre === 'secondary' && until !== undefined && until <= now
        ? [{ account, until, reason, by }]
        : [],
  );
  const ended: Expired[] = [];
  for (const one of over) {
    const { account, until, by } = one;
    const reason = `The switch to the secondary data centre was to end by ${hongKongStamp(until).slice(0, 16)} (decided by ${by})`;
    const teller = node === undefined ? {} : { node };
    if (await ledger.accounts.endSwitch({ account, until, by, reason, ...teller })) ended.push(one);
  }
  return ended;
}

function invalid(field: string, problem: string, cure: string): RapError {
  return new RapError('CONFIG_INVALID', `Data centre switch: ${field} ${problem}`, {
    cure,
    details: { field },
  });
}

/** Puts news into the outbox: rendered, addressed and under a key that makes the same event one mail. */
import { setImmediate } from 'node:timers/promises';
import { recoverAlarms } from '../alarms/alarms.ts';
import type { Ledger, NewMail } from '../ledger/ledger.ts';
import { type ContactsConfig, domainOf, recipientsOf } from '../mail/config.ts';
import { isTaken, renderDigest } from '../mail/digest.ts';
import { dataCentreLine } from '../mail/footer.ts';
import { groupKey, type Queued } from '../mail/queued.ts';
import type { Found } from '../model/completeness.ts';

const HOUR = 3600_000;

/** No attempt after so long: an old digest is seen in the ledger, not mailed. */
const DIGEST_LIFE = 72 * HOUR;

/** The records that a digest is made of, and those that it changes. */
export type DigestLedger = Pick<
  Ledger,
  | 'accountStats'
  | 'accounts'
  | 'alarms'
  | 'events'
  | 'expectations'
  | 'journal'
  | 'mails'
  | 'openItems'
  | 'runs'
  | 'seal'
>;

/**
 * Queues the digest of a run, once per run and set of groups. It marks the reports it tells of, ends alarms
 * whose fault the run did not meet any more, and ends the run for the ledger: its seal is renewed.
 * @param now milliseconds since 1970, default the start of the run
 * @returns undefined when other runs had all its accounts: their digests tell
 * @throws RapError MAIL_CONFIG when nobody would get it
 */
export async function queueDigest(
  ledger: DigestLedger,
  config: ContactsConfig,
  run: string,
  groups: readonly string[],
  now?: number,
): Promise<Queued | undefined> {
  const to = recipientsOf(config, groups);
  const readers = groupKey(groups);
  const facts = await ledger.runs.runFacts(run, readers);
  const own = facts.accounts.filter(({ forgottenSince }) => forgottenSince === undefined);
  if (own.length > 0 && own.every(isTaken)) return undefined;
  const reports = facts.accounts.flatMap(({ received, delivered }) => [...received, ...delivered]);
  const at = now ?? facts.startedAt;
  await recoverAlarms(ledger, config, facts, at);
  const names = own.map(({ account }) => account);
  const [alarms, dataCentres, journal, completeness] = await Promise.all([
    ledger.alarms.alarmsOfRun(run),
    dataCentreLine(ledger, config, at, facts.accounts),
    ledger.journal.head(),
    completenessOf(ledger, names, facts.startedAt),
  ]);
  const muted = alarms.filter((alarm) => alarm.muted !== '');
  // Of a large day each of these takes long: between them everything else has its turn.
  await setImmediate();
  const digest = renderDigest(facts, {
    language: config.language,
    desk: config.desk,
    journal,
    muted,
    dataCentres,
    completeness,
  });
  await setImmediate();
  const queued = await ledger.mails.queueMail({
    eventKey: `digest:${run}:${readers}`,
    kind: 'digest',
    ...{ run, readers },
    to,
    ...digest,
    told: reports.map((report) => report.versionId),
    ...common(config),
    deadline: facts.startedAt + DIGEST_LIFE,
  });
  await ledger.seal();
  return queued;
}

/**
 * One look of a run that goes on: its digest waits, but alarms whose fault is not met any more end at once.
 * @param arrivals is a mail wanted about what came since the last one?
 * @param now milliseconds since 1970
 * @returns that mail; undefined when nothing came, or none is wanted
 * @throws RapError MAIL_CONFIG when nobody would get it
 */
export async function noteLook(
  ledger: Pick<
    Ledger,
    'accountStats' | 'accounts' | 'alarms' | 'events' | 'digests' | 'mails' | 'openItems' | 'runs'
  >,
  config: ContactsConfig,
  { run, arrivals, now }: { run: string; arrivals: boolean; now: number },
  groups: readonly string[],
): Promise<Queued | undefined> {
  const to = recipientsOf(config, groups);
  const readers = groupKey(groups);
  const facts = await ledger.runs.runFacts(run, readers);
  await recoverAlarms(ledger, config, facts, now);
  if (!arrivals) return undefined;
  const told = new Set(await ledger.digests.mailedArrivals(run, readers));
  const accounts = facts.accounts
    .map((one) => ({
      ...one,
      received: one.received.filter(({ versionId }) => !told.has(versionId)),
      delivered: [],
    }))
    .filter(({ received }) => received.length > 0);
  const ids = accounts.flatMap(({ received }) => received.map(({ versionId }) => versionId));
  if (ids.length === 0) return undefined;
  return ledger.mails.queueMail({
    eventKey: `arrivals:${run}:${readers}:${Math.max(...ids)}`,
    kind: 'notice',
    ...{ run, readers },
    to,
    ...renderDigest({ ...facts, accounts }, { language: config.language, desk: config.desk, soFar: true }),
    told: ids,
    ...common(config),
    deadline: now + DIGEST_LIFE,
  });
}

/**
 * What the check of reports says of the accounts of a run; the name alone where it did not look since the run began.
 * Nothing where no account was ever checked: then no flow checks reports.
 */
async function completenessOf(
  ledger: Pick<Ledger, 'expectations'>,
  accounts: readonly string[],
  since: number,
): Promise<(Found | string)[]> {
  const checks = new Map(
    (await ledger.expectations.checks<unknown, Found>()).map((one) => [one.account, one]),
  );
  if (!accounts.some((account) => checks.has(account))) return [];
  return accounts.map((account) => {
    const check = checks.get(account);
    return check === undefined || check.at < since ? account : check.found;
  });
}

function common(config: ContactsConfig): Pick<NewMail, 'domain'> {
  return { domain: domainOf(config.smtp.from.address) };
}

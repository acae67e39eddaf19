/** What lies in quarantine, and the names that must not be touched: a person decides. */
import type { JudgedName, QuarantinedReport } from '../../ledger/ledger.ts';
import type { ReadLedger } from '../../ledger/read-ledger.ts';
import type { Ask, Query } from '../page.ts';

/** Of each kind on the first page, and on a page of one kind. */
const FIRST = 10;
const PAGE = 25;
/** Decisions that are shown. */
const DECIDED = 20;

type Held = Pick<
  QuarantinedReport,
  'id' | 'account' | 'path' | 'code' | 'reason' | 'bytes' | 'heldAt' | 'decision' | 'sha256'
>;
type Name = Pick<
  JudgedName,
  'id' | 'account' | 'folder' | 'shown' | 'code' | 'reason' | 'firstSeenAt' | 'decision' | 'releasedAs'
>;

/** Some of a list, the newest first. */
export interface Listed<T> {
  lines: T[];
  /** How many there are in all. */
  total: number;
  /** The number before which the next page begins; 0 when there is none. */
  next: number;
}

export interface QuarantineModel {
  /** All kinds, or a page of one. */
  part: 'all' | 'held' | 'names';
  held: Listed<Held>;
  names: Listed<Name>;
  /** `who` decided it, and why; null where the journal does not say. */
  decided: (Held & { person: { who: string; why: string } | null })[];
}

/** @param query `show` for a list of one kind, and `before` for its next page */
export async function quarantineView(
  { ledger }: Pick<Ask<'openLists' | 'quarantine' | 'stories'>, 'ledger'>,
  { show = '', before = '' }: Query,
): Promise<QuarantineModel> {
  const part = show === 'held' || show === 'names' ? show : 'all';
  const size = part === 'all' ? FIRST : PAGE;
  const from = part !== 'all' && /^\d{1,15}$/.test(before) ? { before: Number(before) } : {};
  const page = { limit: size + 1, ...from };
  const { openLists } = ledger;
  const { quarantine, refused } = await openLists.openCounts();
  const held = part === 'names' ? [] : await openLists.quarantinePage(page);
  const names = part === 'held' ? [] : await openLists.refusedPage(page);
  return {
    part,
    held: listed(held.map(heldOf), size, quarantine),
    names: listed(names.map(nameOf), size, refused),
    decided: part === 'all' ? await decidedOf(ledger) : [],
  };
}

/** @param found one more than is shown, where there are more */
function listed<T extends { id: number }>(found: readonly T[], size: number, total: number): Listed<T> {
  const lines = found.slice(0, size);
  return { lines, total, next: found.length > size ? (lines.at(-1)?.id ?? 0) : 0 };
}

function heldOf(one: QuarantinedReport): Held {
  const { id, account, path, code, reason, bytes, heldAt, decision, sha256 } = one;
  return { id, account, path, code, reason, bytes, heldAt, decision, sha256 };
}

function nameOf(one: JudgedName): Name {
  const { id, account, folder, shown, code, reason, firstSeenAt, decision, releasedAs } = one;
  return { id, account, folder, shown, code, reason, firstSeenAt, decision, releasedAs };
}

async function decidedOf(
  ledger: Pick<ReadLedger, 'quarantine' | 'stories'>,
): Promise<QuarantineModel['decided']> {
  const reports = await ledger.quarantine.decidedReports(DECIDED);
  return Promise.all(reports.map(async (one) => ({ ...heldOf(one), person: await personOf(ledger, one) })));
}

/** Who decided about one, as the journal has it. */
async function personOf(
  ledger: Pick<ReadLedger, 'stories'>,
  { account, path, decision }: Pick<QuarantinedReport, 'account' | 'path' | 'decision'>,
): Promise<{ who: string; why: string } | null> {
  const acts = await ledger.stories.actsOn(account, path);
  const last = acts.findLast(({ what }) => what === `${decision} from quarantine`);
  return last === undefined ? null : { who: last.who, why: last.why };
}

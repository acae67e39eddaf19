/** What came and is not trusted, and entries that must not be touched: a person decides. */
import type { JudgedName, QuarantinedReport } from '../../ledger/ledger.ts';
import type { Ask } from '../page.ts';

/** Of each kind; more are a number. */
const MOST = 100;
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

export interface QuarantineModel {
  held: Held[];
  names: Name[];
  /** Open ones that are not shown. */
  more: number;
  /** `who` decided it, and why; null where the journal does not say. */
  decided: (Held & { person: { who: string; why: string } | null })[];
}

export async function quarantineView({ ledger }: Pick<Ask, 'ledger'>): Promise<QuarantineModel> {
  const { quarantine, refused } = await ledger.openItems.openItems();
  const plain = ({
    id,
    account,
    path,
    code,
    reason,
    bytes,
    heldAt,
    decision,
    sha256,
  }: QuarantinedReport): Held => ({
    ...{ id, account, path, code, reason, bytes, heldAt, decision, sha256 },
  });
  return {
    held: quarantine.slice(-MOST).reverse().map(plain),
    names: refused
      .slice(-MOST)
      .reverse()
      .map(({ id, account, folder, shown, code, reason, firstSeenAt, decision, releasedAs }) => ({
        ...{ id, account, folder, shown, code, reason, firstSeenAt, decision, releasedAs },
      })),
    more: Math.max(0, quarantine.length - MOST) + Math.max(0, refused.length - MOST),
    decided: await Promise.all(
      (await ledger.quarantine.decidedReports(DECIDED)).map(async (one) => ({
        ...plain(one),
        person: await personOf(ledger, one),
      })),
    ),
  };
}

/** Who decided about one, as the journal has it. */
async function personOf(
  ledger: Pick<Ask['ledger'], 'stories'>,
  { account, path, decision }: Pick<QuarantinedReport, 'account' | 'path' | 'decision'>,
): Promise<{ who: string; why: string } | null> {
  const acts = await ledger.stories.actsOn(account, path);
  const last = acts.findLast(({ what }) => what === `${decision} from quarantine`);
  return last === undefined ? null : { who: last.who, why: last.why };
}

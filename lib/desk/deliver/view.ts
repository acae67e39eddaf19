/** Delivering many reports again: which they are, where they go, and how far it is. Nothing is done by looking. */
import { checkMeant, type MeantQuery, namesReports, reportsMeant } from '../../collection/reports-meant.ts';
import { type Target, targetsFor } from '../../delivery/routes.ts';
import { parseRules, type RouteRule } from '../../delivery/rules.ts';
import { asRapError, RapError } from '../../errors/rap-error.ts';
import { isWithin } from '../../files/same-place.ts';
import type { Language } from '../../i18n/languages.ts';
import type { ListedReport } from '../../ledger/ledger.ts';
import { isIsoDate } from '../../time/hong-kong.ts';
import type { Fault } from '../fault.ts';
import type { LiveDelivery } from '../live-operations.ts';
import type { Ask, Query } from '../page.ts';

/** More at once nobody means; the command line takes more. */
export const MOST_AGAIN = 1000;
/** So many are named; the rest is counted. */
const NAMED = 20;
/** Parameters that are as long may have been cut. */
const CUT = 1000;

/** What was delivered to `share` goes only to there again. */
export interface DeliverQuery extends MeantQuery {
  /** A further folder, as in a rule of a routing node. */
  to: string;
}

export interface DeliverModel {
  query: DeliverQuery;
  accounts: string[];
  /** What is refused about the query, or null. */
  fault: Fault | null;
  /** How many; 0 where nothing was asked for yet. */
  n: number;
  isTooMany: boolean;
  bytes: number;
  /** Of them without a copy here that could go out. */
  cleaned: number;
  /** Of them never delivered (below the share): they go nowhere. */
  nowhere: number;
  /** Where they go, by folder, those that get most first. */
  folders: { folder: string; n: number }[];
  named: { versionId: number; name: string; account: string; businessDate: string; to: string[] }[];
  /** The newest of them: what comes later is not meant. */
  last: number;
  job: LiveDelivery | null;
}

/** Whoever opens a link can put anything in: what cannot be read counts as not said, what may have been cut is refused. */
export function readQuery({
  q = '',
  date = '',
  account = '',
  system = '',
  code = '',
  folder = '',
  participant = '',
  share = '',
  to = '',
}: Query): DeliverQuery {
  return {
    ...{ q: q.trim(), account, system: system.trim(), code: code.trim(), folder: folder.trim() },
    ...{ participant: participant.trim(), share: share.trim(), to: to.trim() },
    date: isIsoDate(date) ? date : '',
  };
}

/** @throws RapError USAGE, ROUTE_INVALID */
function checked(query: DeliverQuery, home: string, language?: Language): RouteRule | undefined {
  const { share, to } = query;
  if (share !== '' && to !== '') {
    throw new RapError('USAGE', 'A share and a further folder do not go together', {
      cure: 'Leave one of the two empty.',
    });
  }
  if (Object.values(query).some((text: string) => text.length >= CUT))
    throw new RapError('USAGE', 'A folder, or another text of the query, is too long');
  checkMeant(query, language);
  return to === '' ? undefined : parseRules([{ share: to }], { home }, language)[0];
}

async function meant(
  { ledger, names }: Pick<Ask<'reportSearch'>, 'ledger' | 'names'>,
  query: DeliverQuery,
  last: number,
): Promise<ListedReport[]> {
  return reportsMeant(ledger, query, { most: MOST_AGAIN + 1, before: last === 0 ? 0 : last + 1, names });
}

/** The numbers of those that a page named, oldest first. @throws RapError USAGE, ROUTE_INVALID */
export async function idsMeant(
  ask: Pick<Ask<'reportSearch'>, 'ledger' | 'names' | 'home'>,
  asked: Query,
): Promise<number[]> {
  const query = readQuery(asked);
  checked(query, ask.home);
  const last = Number(asked.last);
  if (!namesReports(query) || !Number.isSafeInteger(last) || last < 1) return [];
  const found = await meant(ask, query, last);
  return found.map(({ versionId }) => versionId).reverse();
}

export async function deliverView(ask: Ask<'reportSearch' | 'reports'>, asked: Query): Promise<DeliverModel> {
  const { live, home, language } = ask;
  const query = readQuery(asked);
  const job = live.facts.filter((one): one is LiveDelivery => one.kind === 'delivery').at(-1) ?? null;
  const model: DeliverModel = {
    ...{ query, fault: null, n: 0, isTooMany: false, bytes: 0, cleaned: 0, nowhere: 0, last: 0, job },
    ...{ folders: [], named: [], accounts: live.accounts.map(({ account }) => account).sort() },
  };
  try {
    const rule = checked(query, home, language);
    if (!namesReports(query)) return model;
    const found = await meant(ask, query, 0);
    const reports = found.slice(0, MOST_AGAIN);
    const folders = new Map<string, number>();
    for (const report of reports) {
      const targets = rule === undefined ? placesOf(report, query.share) : await targetsOf(ask, report, rule);
      if (targets.length === 0) model.nowhere++;
      for (const folder of targets) folders.set(folder, (folders.get(folder) ?? 0) + 1);
      model.bytes += report.bytes;
      if (report.cleanedAt !== null) model.cleaned++;
      if (model.named.length < NAMED) {
        const { versionId, name, account, businessDate } = report;
        model.named.push({ versionId, name, account, businessDate, to: targets });
      }
    }
    model.n = reports.length;
    model.isTooMany = found.length > MOST_AGAIN;
    model.last = reports[0]?.versionId ?? 0;
    model.folders = [...folders].map(([folder, n]) => ({ folder, n })).sort((a, b) => b.n - a.n);
  } catch (thrown) {
    const { code, message, cure } = asRapError(thrown);
    model.fault = { code, message, cure };
  }
  return model;
}

function placesOf({ places }: ListedReport, share: string): string[] {
  return places.map((one) => one.share).filter((one) => share === '' || isWithin(one, share));
}

async function targetsOf(
  { ledger, home }: Ask<'reports'>,
  report: ListedReport,
  rule: RouteRule,
): Promise<string[]> {
  const { versionId, account, installation } = report;
  const received = await ledger.reports.version(versionId);
  if (received === undefined) return [];
  return targetsFor(received, [rule], { home, account, installation }).map(({ folder }: Target) => folder);
}

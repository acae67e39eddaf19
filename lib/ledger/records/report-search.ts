/**
 * Reports by what people remember of them: any part of the name, the business date, the account, the code, a share. The
 * newest come first, a page at a time; the number of the last one is where the next page begins.
 */
import { type RawBuilder, sql } from 'kysely';
import type { NotChecked, ReportFinding } from '../../model/findings.ts';
import type { Installation } from '../../model/types.ts';
import { holdsText } from '../engine.ts';
import type { Database, DeliveryOutcome, PlacedState } from '../tables.ts';

export interface ReportQuery {
  /** Words that must all stand in the name (or, where one holds a slash, in the path), in any case. See wordsIn. */
  words?: readonly string[];
  account?: string;
  /** 'YYYY-MM-DD'. */
  businessDate?: string;
  code?: string;
  /** A folder of a share, or one above it. */
  share?: string;
  /** Only those that came again with another content, of business dates since then: 'YYYY-MM-DD'. */
  amendedSince?: string;
  /** Only those with a lower number. */
  before?: number;
  /** So many at most. */
  most: number;
}

/** A received report as a list shows it. */
export interface ListedReport {
  versionId: number;
  account: string;
  installation: Installation;
  path: string;
  name: string;
  system: string;
  code: string;
  businessDate: string;
  sequence: string;
  bytes: number;
  receivedAt: number;
  amended: boolean;
  /** When it lay on every share; null as long as it does not. */
  routedAt: number | null;
  cleanedAt: number | null;
  /** What a look into it said; '' where nobody looked. */
  inside: ReportFinding['state'] | '';
  insideWhy: NotChecked | '';
  places: ListedPlace[];
}

export interface ListedPlace {
  share: string;
  file: string;
  outcome: DeliveryOutcome;
  deliveredAt: number;
  /** What the last look at the file found; '' where nobody looked. */
  state: PlacedState | '';
}

/** An index of names, see name-index.ts: numbers of reports whose names hold all words, the newest first. */
export interface NameSearch {
  /** @param before only lower numbers @returns undefined when it cannot say */
  find(words: readonly string[], before: number, most: number): readonly number[] | undefined;
}

export interface ReportSearch {
  /** @param names without it all names are walked through, which takes some tenths of a second for 500,000 */
  findReports(query: ReportQuery, names?: NameSearch): Promise<ListedReport[]>;
  /** How many reports of a business date there are. */
  countReports(query: { businessDate: string; account?: string; code?: string }): Promise<number>;
  /** The report with a number. */
  listedReport(versionId: number): Promise<ListedReport | undefined>;
}

/** More words, or longer ones, nobody types. */
const MOST_WORDS = 8;
const LONGEST_WORD = 200;

/** The words of a search, as they were typed: parted by blanks, in any case. No name holds a control character. */
export function wordsIn(text: string): string[] {
  const words = lowered(text.toWellFormed().normalize('NFC')).split(/[\s\p{Cc}]+/u);
  return words
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS)
    .map((word) => word.slice(0, LONGEST_WORD));
}

/** In small letters as the databases make them: those of English only. */
const lowered = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Does what a person typed fit a report? */
export function holdsWords(
  { name, path }: Pick<ListedReport, 'name' | 'path'>,
  words: readonly string[],
): boolean {
  return words.every((word) => lowered(word.includes('/') ? path : name).includes(word));
}

/** Numbers that an index of names is asked for at once, and how often before it is left at that. */
const CHUNK = 400;
const MOST_CHUNKS = 50;

export function reportSearch(db: Database): ReportSearch {
  const rows = (query: ReportQuery, ids?: readonly number[]) => {
    const { words = [], account, businessDate, code, share, amendedSince, before, most } = query;
    let found = db
      .selectFrom('versions')
      .select([
        'id',
        'account',
        'installation',
        'path',
        'name',
        'system',
        'code',
        'business_date',
        'sequence',
      ])
      .select(['bytes', 'received_at', 'amended', 'routed_at', 'cleaned_at', 'inside', 'inside_why'])
      .orderBy('id', 'desc')
      .limit(most);
    if (ids !== undefined) found = found.where('id', 'in', ids);
    if (before !== undefined) found = found.where('id', '<', before);
    if (account !== undefined) found = found.where('account', '=', account);
    if (businessDate !== undefined) found = found.where('business_date', '=', businessDate);
    if (code !== undefined) found = found.where('code', '=', code);
    if (amendedSince !== undefined)
      found = found.where('amended', '=', 1).where('business_date', '>=', amendedSince);
    for (const word of words) found = found.where(holds(db, word.includes('/') ? 'path' : 'name', word));
    if (share !== undefined) {
      const root = share.replace(/[\\/]+$/, '');
      found = found.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('deliveries')
            .select('deliveries.version_id')
            .whereRef('deliveries.version_id', '=', 'versions.id')
            .where(
              sql<boolean>`(deliveries.share = ${root} or substr(deliveries.share, 1, ${root.length + 1}) in (${`${root}/`}, ${`${root}\\`}))`,
            ),
        ),
      );
    }
    return found.execute();
  };

  const byNames = async (query: ReportQuery, names: NameSearch) => {
    const found: Awaited<ReturnType<typeof rows>> = [];
    let before = query.before ?? Number.MAX_SAFE_INTEGER;
    for (let chunk = 0; chunk < MOST_CHUNKS; chunk++) {
      const ids = names.find((query.words ?? []).filter(isIndexed), before, CHUNK);
      if (ids === undefined) return undefined;
      // Read again in the ledger: an index is no fact.
      if (ids.length > 0) found.push(...(await rows({ ...query, most: query.most - found.length }, ids)));
      if (found.length >= query.most || ids.length < CHUNK) return found;
      before = ids.at(-1) ?? 0;
    }
    return undefined;
  };

  const withPlaces = async (found: Awaited<ReturnType<typeof rows>>): Promise<ListedReport[]> => {
    const places = new Map<number, ListedPlace[]>();
    if (found.length > 0) {
      const delivered = await db
        .selectFrom('deliveries')
        .leftJoin('placed_files as placed', (on) =>
          on
            .onRef('placed.version_id', '=', 'deliveries.version_id')
            .onRef('placed.share', '=', 'deliveries.share'),
        )
        .select(['deliveries.version_id', 'deliveries.share', 'deliveries.file', 'deliveries.outcome'])
        .select(['deliveries.delivered_at', 'placed.state'])
        .where(
          'deliveries.version_id',
          'in',
          found.map(({ id }) => id),
        )
        .orderBy('deliveries.share')
        .execute();
      for (const { version_id: id, delivered_at: deliveredAt, state, ...place } of delivered) {
        const known = places.get(id) ?? [];
        places.set(id, [...known, { ...place, deliveredAt, state: state ?? '' }]);
      }
    }
    return found.map(
      ({ id, business_date, received_at, routed_at, cleaned_at, inside_why, amended, ...row }) => ({
        ...{ versionId: id, ...row, amended: amended === 1 },
        ...{ businessDate: business_date, receivedAt: received_at, routedAt: routed_at },
        ...{ cleanedAt: cleaned_at, insideWhy: inside_why, places: places.get(id) ?? [] },
      }),
    );
  };

  return {
    async findReports(query, names) {
      const { words = [], businessDate, code, share, amendedSince } = query;
      // A date, or a code, is found by its own index and leaves few names to look at.
      const narrow = [businessDate, code, share, amendedSince].some((one) => one !== undefined);
      const indexed = names !== undefined && !narrow && words.some(isIndexed);
      const found = (indexed && names !== undefined && (await byNames(query, names))) || (await rows(query));
      return withPlaces(found);
    },

    async countReports({ businessDate, account, code }) {
      let query = db
        .selectFrom('versions')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('business_date', '=', businessDate);
      if (account !== undefined) query = query.where('account', '=', account);
      if (code !== undefined) query = query.where('code', '=', code);
      return Number((await query.executeTakeFirstOrThrow()).count);
    },

    async listedReport(versionId) {
      const [found] = await rows({ most: 1 }, [versionId]);
      return found && (await withPlaces([found]))[0];
    },
  };
}

/** Shorter words have no trigram, and paths are not in the index. */
function isIndexed(word: string): boolean {
  return [...word].length >= 3 && !word.includes('/');
}

/** Databases have their own ways to look for a part of a text; ours is asked for here alone. */
function holds(db: Database, column: 'name' | 'path', word: string): RawBuilder<boolean> {
  return holdsText(db, sql`lower(${sql.ref(`versions.${column}`)})`, word);
}

/**
 * Which reports a person means to deliver again. Besides a date, an account, a share and any part of a name there are the
 * cells that a rule of a routing node has, and the participant: the page of the desk and `rap deliver` read them alike.
 */
import path from 'node:path';
import { fitsOne } from '../delivery/pattern.ts';
import { fitsRule } from '../delivery/routes.ts';
import { cellFault, checkPatterns, wordPatternsOf } from '../delivery/rules.ts';
import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { Ledger, ListedReport, NameSearch } from '../ledger/ledger.ts';
import { wordsIn } from '../ledger/records/report-search.ts';

/** What a person named; '' for any. `system`, `code`, `folder` and `participant` are cells: "CCLTN*, RPF01". */
export interface MeantQuery {
  /** Any part of a name; of several words each. */
  q: string;
  /** 'YYYY-MM-DD'. */
  date: string;
  account: string;
  system: string;
  code: string;
  /** At RAP. */
  folder: string;
  /** As it stands in the names of files. */
  participant: string;
  /** A folder of a share, or one above it. */
  share: string;
}

/** Reports that are looked through at once where a cell must be read for each. */
const SLICE = 500;

/** Does it name reports, or only say which of them? Cells alone would mean a look through years of reports. */
export function namesReports({ q, date, code, share }: MeantQuery): boolean {
  return q !== '' || date !== '' || share !== '' || isPlainCode(code);
}

/** @throws RapError ROUTE_INVALID naming the cell */
export function checkMeant(
  { system, code, folder, participant }: MeantQuery,
  language: Language = 'en',
): void {
  const place = t(language, 'delivery.reports');
  checkPatterns({ system, code, folder }, place, language);
  const odd = wordPatternsOf(participant).find((one) => !/^[\w*?]+$/.test(one));
  if (odd !== undefined)
    throw cellFault({ place, column: 'participant', cell: odd, kind: 'participant' }, language);
}

/**
 * @param most so many at most
 * @param before only those with a lower number; 0 for all
 * @returns the newest first
 * @throws RapError ROUTE_INVALID as checkMeant
 */
export async function reportsMeant(
  ledger: Pick<Ledger, 'reportSearch'>,
  query: MeantQuery,
  { most, before = 0, names }: { most: number; before?: number; names?: NameSearch | undefined },
): Promise<ListedReport[]> {
  checkMeant(query);
  const { q, date, account, code, share } = query;
  const plain = isPlainCode(code) ? { code: code.toUpperCase() } : {};
  const isNarrow =
    `${query.system}${query.folder}${query.participant}` === '' && (code === '' || isPlainCode(code));
  const limit = isNarrow ? most : SLICE;
  const found: ListedReport[] = [];
  for (let last = before; found.length < most; ) {
    const some = await ledger.reportSearch.findReports(
      {
        ...{ words: wordsIn(q), most: limit, ...plain },
        ...(date === '' ? {} : { businessDate: date }),
        ...(account === '' ? {} : { account }),
        ...(share === '' ? {} : { share }),
        ...(last === 0 ? {} : { before: last }),
      },
      names,
    );
    found.push(...some.filter((report) => fits(query, report)));
    if (some.length < limit) break;
    last = some.at(-1)?.versionId ?? 0;
  }
  return found.slice(0, most);
}

/** One code as the ledger has it, which it finds by an index. */
function isPlainCode(code: string): boolean {
  return /^[a-z0-9]+$/i.test(code);
}

function fits({ system, code, folder, participant }: MeantQuery, report: ListedReport): boolean {
  const of = { system: report.system, code: report.code, folder: path.posix.dirname(report.path) };
  if (!fitsRule({ system, code, folder }, of)) return false;
  const wanted = wordPatternsOf(participant);
  if (wanted.length === 0) return true;
  return report.name.split(/[_.-]/).some((part) => fitsOne(wanted, part, { nocase: true }));
}

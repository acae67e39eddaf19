/** What a page of the desk is: a view that reads, and HTML made of what it read. */
import type { SiteRulesReader } from '../collection/site-rules.ts';
import type { RapError } from '../errors/rap-error.ts';
import type { Language } from '../i18n/languages.ts';
import type { NameSearch } from '../ledger/ledger.ts';
import type { ReadLedger } from '../ledger/read-ledger.ts';
import type { Database } from '../ledger/tables.ts';
import type { Html } from './html.ts';
import type { Kit } from './kit.ts';
import type { Live } from './live.ts';
import type { MenuLine } from './menu.ts';

/** What a view may ask; nothing of it writes. @typeParam R the records that it reads */
export interface Ask<R extends keyof ReadLedger = never> {
  ledger: Pick<ReadLedger, R>;
  /** For questions that no subject of the ledger answers. */
  db: Database;
  /** Any part of a report's name; undefined where no index can be made. */
  names: NameSearch | undefined;
  live: Live;
  site: SiteRulesReader;
  home: string;
  /** Of the reader. */
  language: Language;
  /** Milliseconds since 1970. */
  now: number;
}

/** Parameters of the path and of the query, each up to 1000 letters; whoever opens a link can put anything in. */
export type Query = Readonly<Record<string, string>>;

/** @typeParam M what the view gives: plain data */
export interface DeskPage<M = unknown> {
  /** Below the desk's address: '', 'history', 'report/:id'. */
  path: string;
  /** The line of the menu that it belongs to. */
  line: MenuLine;
  /** @throws NotHere when there is no such thing */
  view(ask: Ask<keyof ReadLedger>, query: Query): Promise<M>;
  title(model: M, t: Kit): string;
  /** What stands in <main>. */
  main(model: M, t: Kit): Html;
}

/** A file that people save, a list as CSV, under its name; or data that a program reads, with the name ''. */
export interface DeskFile {
  path: string;
  file(ask: Ask<keyof ReadLedger>, query: Query, t: Kit): Promise<MadeFile>;
  /**
   * What is said when the ledger cannot be read; without it the desk answers that it cannot.
   * @param why 'fresh' where there is none, as nothing has run here yet
   */
  unreadable?(why: RapError | 'fresh', query: Query, t: Kit): MadeFile;
}

export interface MadeFile {
  name: string;
  type: string;
  body: string;
}

/** Takes a page of any model into the list. */
export function page<M>(one: DeskPage<M>): DeskPage {
  return one as unknown as DeskPage;
}

/** Nothing is known of what the address names: answered with 404. */
export class NotHere extends Error {}

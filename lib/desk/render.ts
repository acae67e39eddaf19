/** Makes one page or file of the desk: opens the ledger for reading, asks the view, and puts the frame around it. */
import { createHash } from 'node:crypto';
import { SiteRulesReader } from '../collection/site-rules.ts';
import { asRapError, type RapError } from '../errors/rap-error.ts';
import { isFreshHome, keyToRead } from '../ledger/home-ledger.ts';
import { ledgerPlace } from '../ledger/place.ts';
import { type OpenedToRead, openToRead, type ReadLedger } from '../ledger/read-ledger.ts';
import { NameIndex } from '../ledger/records/name-index.ts';
import type { Clock } from '../time/clock.ts';
import { detailsOf, toldFault } from './fault.ts';
import { frameView } from './frame.ts';
import { type Html, html } from './html.ts';
import { type Kit, tell } from './kit.ts';
import { asOfText, notice, pieces, type Sheet, wholePage } from './layout.ts';
import type { Live } from './live.ts';
import { type Ask, type DeskFile, type DeskPage, type MadeFile, NotHere, type Query } from './page.ts';
import { files, lines, pages } from './pages.ts';

/** What is asked of the thread. */
export interface Question {
  /** Path of a page or file in the list. */
  path: string;
  query: Query;
  live: Live;
  kit: Kit;
  /** Only what changes, for a browser that has the rest. */
  pieces: boolean;
  /** The browser has a page with this mark. */
  known: string;
  /** The browser takes it compressed. */
  gzip: boolean;
}

export interface Answer {
  status: 200 | 304 | 404 | 503;
  body: string;
  type: string;
  /** The same as long as the page says the same. */
  mark: string;
  /** 'HH:MM:SS' in Hong Kong. */
  asOf: string;
  /** Name under which a file is saved, or ''. */
  file: string;
}

const HTML = 'text/html; charset=utf-8';

export class Renderer {
  readonly #home: string;
  readonly #site: SiteRulesReader;
  #opened: OpenedToRead | undefined;
  #names: NameIndex | undefined;
  /** The ledger's own moments are those of the question. */
  #now = 0;

  constructor(home: string) {
    this.#home = home;
    this.#site = new SiteRulesReader(home);
  }

  /** One question at a time. Never throws for what a person could do something about. */
  async answer(question: Question): Promise<Answer> {
    const { kit, path, live } = question;
    this.#now = kit.now;
    const ask = async (): Promise<Ask<keyof ReadLedger>> => {
      const { ledger, db } = await this.#open();
      const { now, language } = kit;
      return { ledger, db, names: this.#names, live, site: this.#site, home: this.#home, now, language };
    };
    const file = files.find((one) => one.path === path);
    if (file !== undefined) {
      const { name, type, body } = await this.#file(file, question, ask);
      return { status: 200, body, type, mark: '', asOf: asOfText(kit.now), file: name };
    }
    const page = pages.find((one) => one.path === path);
    return page === undefined ? this.#notHere(question) : this.#page(page, question, ask);
  }

  /** Takes the next names into their index, for as long as a ledger is open. @returns are there more? */
  fillNames(): boolean {
    return this.#names?.fill() ?? false;
  }

  async close(): Promise<void> {
    const [opened, names] = [this.#opened, this.#names];
    this.#opened = undefined;
    this.#names = undefined;
    names?.close();
    await opened?.close();
  }

  async #file(
    file: DeskFile,
    { query, kit }: Question,
    ask: () => Promise<Ask<keyof ReadLedger>>,
  ): Promise<MadeFile> {
    try {
      return await file.file(await ask(), query, kit);
    } catch (thrown) {
      // A ledger that was damaged or put back is opened anew.
      await this.close();
      if (file.unreadable === undefined) throw thrown;
      const error = asRapError(thrown);
      return file.unreadable(this.#isFresh(error) ? 'fresh' : error, query, kit);
    }
  }

  async #page(
    page: DeskPage,
    question: Question,
    ask: () => Promise<Ask<keyof ReadLedger>>,
  ): Promise<Answer> {
    const { kit, query } = question;
    try {
      const asked = await ask();
      const model = await page.view(asked, query);
      const facts = await frameView(asked);
      const [title, main] = [page.title(model, kit), page.main(model, kit)];
      return this.#finished({ ...menuOf(page), title, facts, main }, question, 200);
    } catch (thrown) {
      if (thrown instanceof NotHere) return this.#notHere(question);
      await this.close();
      const error = asRapError(thrown);
      if (this.#isFresh(error)) return this.#begin(page, question);
      const { what, cure, details } = toldFault(kit, error);
      const message = what.replace(/[.。]$/, '');
      const more = html`${tell(kit, 'desk.frame.cannotReadMore', { message })} ${cure}${detailsOf(kit, { details })}`;
      const main = notice(kit, tell(kit, 'desk.frame.cannotRead'), more, 'bad');
      return this.#finished(
        { ...menuOf(page), title: tell(kit, 'desk.frame.cannotRead'), main },
        question,
        503,
      );
    }
  }

  /** Is there no ledger because nothing has run here yet? */
  #isFresh({ code }: RapError): boolean {
    return code === 'LEDGER_UNUSABLE' && isFreshHome(this.#home);
  }

  /** A new site, before its first flow: nothing is broken, and nothing is well. */
  #begin(page: DeskPage, question: Question): Promise<Answer> {
    const { kit } = question;
    const title = tell(kit, 'desk.frame.begin');
    const main = notice(kit, title, tell(kit, 'desk.frame.beginMore'), 'warn');
    return this.#finished({ ...menuOf(page), title, main }, question, 503);
  }

  #notHere(question: Question): Promise<Answer> {
    const main = notice(
      question.kit,
      tell(question.kit, 'desk.frame.notHere'),
      tell(question.kit, 'desk.frame.notHereMore'),
    );
    return this.#finished(
      { ...menuOf(), title: tell(question.kit, 'desk.frame.notHere'), main },
      question,
      404,
    );
  }

  async #finished(
    sheet: Pick<Sheet, 'title' | 'line' | 'lines' | 'facts'> & { main: Html },
    { kit, known, pieces: onlyPieces }: Question,
    status: Answer['status'],
  ): Promise<Answer> {
    const whole = { ...sheet, follows: status === 404 ? ('no' as const) : ('yes' as const) };
    const asOf = asOfText(kit.now);
    const mark = createHash('sha256')
      .update(await pieces(whole, kit, ''))
      .digest('base64url')
      .slice(0, 22);
    const about = { type: HTML, mark, asOf, file: '' };
    if (onlyPieces && known === mark && status === 200) return { status: 304, body: '', ...about };
    const body = await pieces(whole, kit, asOf);
    return { status, body: onlyPieces ? body : await wholePage(whole, kit, body), ...about };
  }

  async #open(): Promise<OpenedToRead> {
    if (this.#opened?.isReplaced()) await this.close();
    const clock: Clock = {
      now: () => this.#now,
      monotonic: () => performance.now(),
      after: () => () => {},
    };
    if (this.#opened === undefined) {
      const { journalKey } = await keyToRead(this.#home);
      const place = ledgerPlace(this.#home);
      this.#opened = await openToRead(place, clock, journalKey);
      // PostgreSQL has an index of its own.
      if (typeof place === 'string') this.#names = new NameIndex(place);
    }
    return this.#opened;
  }
}

/** The menu, and the line in it that a page belongs to. */
function menuOf(page?: DeskPage): Pick<Sheet, 'line' | 'lines'> {
  return page === undefined ? { lines } : { lines, line: page.line };
}

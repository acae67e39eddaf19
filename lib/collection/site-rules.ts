/** The catalogue and the calendars of a home, read anew when a person has changed a file. */
import { type Catalogue, catalogueOf } from '../reports/catalogue.ts';
import { readCalendarFile, readCatalogueFile } from '../reports/site-files.ts';
import { CalendarBook } from '../time/calendar-book.ts';
import { readSiteCalendars } from '../time/site-calendar.ts';
import type { SiteRules } from './completeness.ts';

interface Kept<T> {
  text: string;
  value: T;
}

/** Reading a catalogue takes tens of milliseconds; a look at its text takes less than one. */
export class SiteRulesReader {
  readonly #home: string;
  #catalogue: Kept<Catalogue> | undefined;
  #calendars: Kept<CalendarBook> | undefined;

  constructor(home: string) {
    this.#home = home;
  }

  /** @throws RapError CONFIG_INVALID naming line, field and cure of a file that cannot be read */
  async read(): Promise<SiteRules> {
    const catalogue = await readCatalogueFile(this.#home);
    if (this.#catalogue?.text !== catalogue.text) {
      this.#catalogue = { text: catalogue.text, value: catalogueOf(catalogue) };
    }
    const { text, subject } = await readCalendarFile(this.#home);
    if (this.#calendars?.text !== text) {
      this.#calendars = { text, value: new CalendarBook(readSiteCalendars(text, subject)) };
    }
    return { catalogue: this.#catalogue.value, calendars: this.#calendars.value };
  }
}

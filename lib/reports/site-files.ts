/** What a site has of its own in its home folder: calendars and catalogue, as files that people may read and edit. */
import path from 'node:path';
import { systemCode } from '../errors/rap-error.ts';
import { makeFolder } from '../files/durable.ts';
import { replaceFile } from '../files/replace.ts';
import { readText } from '../files/text-file.ts';
import { CalendarBook } from '../time/calendar-book.ts';
import { readSiteCalendars } from '../time/site-calendar.ts';
import { type Catalogue, catalogueOf } from './catalogue.ts';

/** One site file: where it lies, what a sentence calls it, and its text; '' while there is none. */
export interface SiteFile {
  file: string;
  /** 'The calendar file /srv/rap/calendar/calendar.yaml' */
  subject: string;
  text: string;
}

/** @throws RapError CONFIG_INVALID when it is there and cannot be read as text */
export function readCalendarFile(home: string): Promise<SiteFile> {
  return readSiteFile(path.join(home, 'calendar', 'calendar.yaml'), 'The calendar file');
}

/** @throws RapError CONFIG_INVALID when it is there and cannot be read as text */
export function readCatalogueFile(home: string): Promise<SiteFile> {
  return readSiteFile(path.join(home, 'catalogue.yaml'), 'The catalogue');
}

/** The calendars of a home. @throws RapError CONFIG_INVALID naming line, field and cure */
export async function siteCalendars(home: string): Promise<CalendarBook> {
  const { text, subject } = await readCalendarFile(home);
  return new CalendarBook(readSiteCalendars(text, subject));
}

/** The catalogue of a home. @throws RapError CONFIG_INVALID naming line, field and cure */
export async function siteCatalogue(home: string): Promise<Catalogue> {
  return catalogueOf(await readCatalogueFile(home));
}

/** Puts a text in the place of a site file. @throws RapError of the disk */
export async function writeSiteFile({ file }: SiteFile, text: string): Promise<void> {
  await makeFolder(path.dirname(file));
  await replaceFile(file, text);
}

async function readSiteFile(file: string, what: string): Promise<SiteFile> {
  const subject = `${what} ${file}`;
  try {
    return { file, subject, text: await readText(file, { what }) };
  } catch (thrown) {
    if (thrown instanceof Error && systemCode(thrown.cause) === 'ENOENT') return { file, subject, text: '' };
    throw thrown;
  }
}

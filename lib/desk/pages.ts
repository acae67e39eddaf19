/** All pages and files of the desk. The router makes a route of each, the tests visit each. */

import { alarmsPage } from './alarms/page.ts';
import { contactsPage } from './contacts/page.ts';
import { deliverFile, deliverPage } from './deliver/page.ts';
import { historyFile, historyPage } from './history/page.ts';
import { lightFile } from './light/file.ts';
import { menu } from './menu.ts';
import { type DeskFile, type DeskPage, page } from './page.ts';
import { practicePage } from './practice/page.ts';
import { quarantinePage } from './quarantine/page.ts';
import { reportPage } from './report/page.ts';
import { runbookEntry, runbookPage } from './runbook/page.ts';
import { awaitedPage, strangePage } from './story/page.ts';
import { systemPage } from './system/page.ts';
import { todayPage } from './today/page.ts';

export const pages: readonly DeskPage[] = [
  todayPage,
  historyPage,
  reportPage,
  page(strangePage),
  page(awaitedPage),
  page(deliverPage),
  page(alarmsPage),
  quarantinePage,
  page(practicePage),
  page(contactsPage),
  page(systemPage),
  page(runbookPage),
  page(runbookEntry),
];

export const files: readonly DeskFile[] = [historyFile, deliverFile, lightFile];

/** The lines of the menu that have a page. */
export const lines = menu.filter((line) => pages.some(({ path }) => path === (line === 'today' ? '' : line)));

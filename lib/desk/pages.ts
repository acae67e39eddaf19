/** All pages and files of the desk. The router makes a route of each, the tests visit each. */
import { alarmsPage } from './alarms/page.ts';
import { contactsPage } from './contacts/page.ts';
import { type DeskFile, type DeskPage, page } from './page.ts';
import { practicePage } from './practice/page.ts';
import { systemPage } from './system/page.ts';
import { todayPage } from './today/page.ts';

export const pages: readonly DeskPage[] = [
  todayPage,
  page(alarmsPage),
  page(practicePage),
  page(contactsPage),
  page(systemPage),
];

export const files: readonly DeskFile[] = [];

/** All pages and files of the desk. The router makes a route of each, the tests visit each. */
import type { DeskFile, DeskPage } from './page.ts';
import { todayPage } from './today/page.ts';

export const pages: readonly DeskPage[] = [todayPage];

export const files: readonly DeskFile[] = [];

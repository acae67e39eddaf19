/** What is said of a report that came whole and could not be looked at again. In English: for the journal and the terminal. */
import type { NotLookedAgain } from './types.ts';

export const notLookedAgainText: Readonly<Record<NotLookedAgain, string>> = {
  removed: 'not looked at again: the server had removed it',
  unanswered: 'not looked at again: the connection had ended',
};

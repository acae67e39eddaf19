/** Where the runbook tells of a code: what it means, what to do, when it is over. For every alarm. */
import { type ErrorCode, isErrorCode } from './codes.ts';

/** The page that scripts/runbook-page.ts makes, as it is published. */
export const RUNBOOK = 'https://github.com/rap-ops/node-red-hkex/blob/main/docs/runbook.md';

/** The heading's anchor on the page. */
export function runbookAnchor(code: ErrorCode): string {
  return code.toLowerCase();
}

/**
 * The address of a code's entry; of the page as a whole where the code is none of ours.
 * @param page where a site keeps its own copy
 */
export function runbookOf(code: string, page: string = RUNBOOK): string {
  return isErrorCode(code) ? `${page}#${runbookAnchor(code)}` : page;
}

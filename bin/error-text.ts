/** How the command line says what went wrong. */
import { codes, type ErrorCode } from '../lib/errors/codes.ts';
import type { RapError } from '../lib/errors/rap-error.ts';
import { visible } from '../lib/errors/visible.ts';

/** Where the common cure of a code speaks of the editor, what to do at the command line. */
const atTheCommandLine: Partial<Record<ErrorCode, string>> = {
  CONFIG_INVALID: 'Correct what is named, then run the command again.',
  ROUTE_INVALID: 'Correct the routing rule named in the message, then run the command again.',
};

/** The cure of an error for who typed a command. A cure that was written for the very case stays. */
export function cureOf({ code, cure }: RapError): string {
  return cure === codes[code].cure ? (atTheCommandLine[code] ?? cure) : cure;
}

/** Two lines for a terminal: code and message, then the cure. */
export function errorText(error: RapError): string {
  return `${error.code}: ${visible(error.message)}\nWhat to do: ${visible(cureOf(error))}\n`;
}

/** The same as plain data, for --json. */
export function errorFacts(error: RapError): { code: ErrorCode; message: string; cure: string } {
  return { code: error.code, message: error.message, cure: cureOf(error) };
}

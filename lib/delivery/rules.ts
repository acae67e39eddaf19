/** Routing rules as a person writes them: which reports go to which share. */
import { z } from 'zod';
import { RapError } from '../errors/rap-error.ts';
import { parseTemplate } from './template.ts';

export interface RouteRule {
  /** CCASS, CCMS, VaR, DCASS; '' for any. */
  system: string;
  /** Pattern for the report code, such as "CCLTN*"; '' for any. */
  code: string;
  /** Pattern for the remote folder, such as "/INBOX/**"; '' for any. */
  folder: string;
  /** Where matching reports go, see template.ts. */
  share: string;
}

const text = z.string('must be text').trim();

const ruleSchema = z.object({
  system: text.default(''),
  code: text.default(''),
  folder: text.default(''),
  share: z.string('must be a path').trim().min(1, 'must not be empty'),
});

/**
 * Checks a table of rules. Rows a person left empty altogether are an error too: a report that goes nowhere is
 * worse than a question at deploy time.
 * @throws RapError ROUTE_INVALID naming the rule, counted from 1, and the field
 */
export function parseRules(value: unknown): RouteRule[] {
  if (!Array.isArray(value)) throw new RapError('ROUTE_INVALID', 'The routing rules must be a list');
  return value.map((row: unknown, index) => {
    const place = `rule ${index + 1}`;
    const parsed = ruleSchema.safeParse(row);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new RapError('ROUTE_INVALID', `${place}: ${issue?.path.join('.') || 'row'} ${issue?.message}`);
    }
    parseTemplate(parsed.data.share, `${place}: share`);
    return parsed.data;
  });
}

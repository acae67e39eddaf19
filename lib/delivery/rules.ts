/** Routing rules as a person writes them: which reports go to which share. */
import { z } from 'zod';
import { RapError } from '../errors/rap-error.ts';
import { type Host, thisHost } from './place.ts';
import { parseTemplate, refuseTemplate, type Surroundings } from './template.ts';

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

/** Where rules are going to be at work. */
export type RulesPlace = Surroundings & { host?: Host };

/**
 * Checks a table of rules. Rows a person left empty altogether are an error too: a report that goes nowhere is
 * worse than a question at deploy time.
 * @param at when given, folders that this system cannot serve are refused, too
 * @throws RapError ROUTE_INVALID naming the rule, counted from 1, and the field
 */
export function parseRules(value: unknown, at?: RulesPlace): RouteRule[] {
  if (!Array.isArray(value)) throw new RapError('ROUTE_INVALID', 'The routing rules must be a list');
  return value.map((row: unknown, index) => {
    const place = `rule ${index + 1}`;
    const parsed = ruleSchema.safeParse(row);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new RapError('ROUTE_INVALID', `${place}: ${issue?.path.join('.') || 'row'} ${issue?.message}`);
    }
    refuseShare(parsed.data.share, `${place}: share`, at);
    return parsed.data;
  });
}

function refuseShare(share: string, place: string, at?: RulesPlace): void {
  const host = at?.host ?? thisHost(at?.home ?? '');
  const template = parseTemplate(share, place, host);
  const reason = at && refuseTemplate(template, at, host);
  if (reason !== undefined) throw new RapError('ROUTE_INVALID', `${place} "${share}" ${reason}`);
}

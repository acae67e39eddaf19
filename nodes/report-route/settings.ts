import { z } from 'zod';
import { parseRules, type RouteRule } from '../../lib/delivery/rules.ts';
import type { EnvLookup } from '../../lib/words/expand-env.ts';
import { readSettings } from '../base/settings.ts';

export interface RouteSettings {
  rules: RouteRule[];
  /** Write only on marked shares. */
  marked: boolean;
}

/** Flows of earlier releases have no word about marks: they go on as they did. */
const schema = z.object({ rules: z.unknown(), shares: z.enum(['marked', 'any']).default('any') });

/** @throws RapError ROUTE_INVALID naming the rule and the field, CONFIG_INVALID */
export function readRoute(config: unknown, lookup: EnvLookup): RouteSettings {
  const { rules, shares } = readSettings(schema, config, lookup);
  return { rules: parseRules(rules), marked: shares === 'marked' };
}

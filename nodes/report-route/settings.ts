import { z } from 'zod';
import { parseRules, type RouteRule } from '../../lib/delivery/rules.ts';
import type { EnvLookup } from '../../lib/words/expand-env.ts';
import { readSettings } from '../base/settings.ts';

export interface RouteSettings {
  rules: RouteRule[];
}

const schema = z.object({ rules: z.unknown() });

/** @throws RapError ROUTE_INVALID naming the rule and the field, CONFIG_INVALID */
export function readRoute(config: unknown, lookup: EnvLookup): RouteSettings {
  return { rules: parseRules(readSettings(schema, config, lookup).rules) };
}

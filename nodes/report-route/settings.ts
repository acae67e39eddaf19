import { z } from 'zod';
import { orEmpty, readWholeDays } from '../../lib/cells/index.ts';
import { cell } from '../../lib/cells/settings.ts';
import type { Host } from '../../lib/delivery/path-policy.ts';
import { parseRules, type RouteRule } from '../../lib/delivery/rules.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';

export interface RouteSettings {
  rules: RouteRule[];
  /** Write only on marked shares. */
  marked: boolean;
  /** Business days whose delivered files are looked at again, once a day; 0 for none. */
  lookAgain: number;
}

/** Flows of earlier releases have no word about marks and looks: they go on as they did. */
const schema = z.object({
  rules: z.unknown(),
  shares: z.enum(['marked', 'any']).default('any'),
  lookAgain: cell(orEmpty(readWholeDays(0, 60), 0)),
});

/**
 * @param home RAP_HOME, absolute
 * @param host by default this machine
 * @throws RapError ROUTE_INVALID naming the rule and the field, CONFIG_INVALID
 */
export function readRoute(config: unknown, lookup: EnvLookup, home: string, host?: Host): RouteSettings {
  const { rules, shares, lookAgain } = readSettings(schema, config, lookup);
  return {
    rules: parseRules(rules, host === undefined ? { home } : { home, host }),
    marked: shares === 'marked',
    lookAgain,
  };
}

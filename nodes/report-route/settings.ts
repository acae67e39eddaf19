import { z } from 'zod';
import type { Host } from '../../lib/delivery/path-policy.ts';
import { parseRules, type RouteRule } from '../../lib/delivery/rules.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';
import { saved } from './schema.ts';

export interface RouteSettings {
  rules: RouteRule[];
  /** Write only on marked shares. */
  marked: boolean;
  /** Business days whose delivered files are looked at again, once a day; 0 for none. */
  lookAgain: number;
}

/** The rules are judged with the system they are to work on. */
const others = { ...saved, schema: saved.schema.extend({ rules: z.unknown() }) };

/**
 * @param home RAP_HOME, absolute
 * @param host by default this machine
 * @param language of what is said
 * @throws RapError ROUTE_INVALID naming the rule and the field, CONFIG_INVALID
 */
export function readRoute(
  config: unknown,
  lookup: EnvLookup,
  home: string,
  host?: Host,
  language?: Language,
): RouteSettings {
  const { rules, shares, lookAgain } = readSettings(others, config, lookup, language);
  return {
    rules: parseRules(rules, host === undefined ? { home } : { home, host }, language),
    marked: shares === 'marked',
    lookAgain,
  };
}

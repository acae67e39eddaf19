/**
 * The settings of a node as flows hold them: what is checked, and what brings those of an earlier release to this one's.
 * A saved node says in `version` how many of the migrations it has behind it; one without has none. Runtime and dialogs
 * use the same, so this needs no Node.js.
 */
import type * as z from 'zod';
import type { Language } from '../i18n/languages.ts';
import { explain } from './explain.ts';
import { faultsIn, holdsVariable, type SettingFault, valueAt } from './settings.ts';

type Config = Readonly<Record<string, unknown>>;

/** Gives the settings as the next version has them. Whatever a person wrote may stand in them. */
export type Migration = (config: Config) => Config;

export interface SavedSettings<S extends z.ZodType = z.ZodType> {
  schema: S;
  /** The first brings version 0 to version 1. A release adds to them, and never changes one. */
  migrations: readonly Migration[];
}

/** Where an earlier release had no such setting, it went on as these say. */
export function unsaid(fields: Config): Migration {
  return (config) => ({ ...fields, ...said(config) });
}

function said(config: Config): Config {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

/** The version that this release saves. */
export const versionOf = ({ migrations }: Pick<SavedSettings, 'migrations'>): number => migrations.length;

/** The settings as this release has them; what is of a later release, or says nonsense, stays as it is. */
export function migrated({ migrations }: Pick<SavedSettings, 'migrations'>, config: Config): Config {
  const version = config.version ?? 0;
  if (typeof version !== 'number') return config;
  const missing = migrations.slice(version);
  return missing.length === 0
    ? config
    : { ...missing.reduce((former, migrate) => migrate(former), config), version: migrations.length };
}

export type Checked<S extends z.ZodType> = { value: z.infer<S> } | { faults: SettingFault[] };

/** Checks settings of this or an earlier release. */
export function checkSaved<S extends z.ZodType>(
  saved: SavedSettings<S>,
  config: Config,
  language: Language = 'en',
): Checked<S> {
  const { version = 0 } = config;
  const known = versionOf(saved);
  if (!Number.isInteger(version) || Number(version) < 0 || Number(version) > known) {
    const fault = { kind: 'version', text: String(version), detail: String(known) } as const;
    return { faults: [{ path: ['version'], ...explain(fault, language) }] };
  }
  const now = migrated(saved, config);
  const result = saved.schema.safeParse(now);
  return result.success ? { value: result.data } : { faults: faultsIn(result.error, now, language) };
}

/**
 * The same while a person types: what holds a variable is left to the deploy, and so is what stands in one row with it.
 */
export function faultsWhileTyping(saved: SavedSettings, config: Config, language: Language): SettingFault[] {
  const checked = checkSaved(saved, config, language);
  if ('value' in checked) return [];
  return checked.faults.filter(({ path }) => {
    const place = path.length > 1 ? path.slice(0, 2) : path;
    return !holdsVariable(valueAt(config, place));
  });
}

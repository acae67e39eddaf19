/** The settings of a node as the editor holds them, checked by the schema that a deploy checks by. */
import { type CellFault, explain } from '../../lib/cells/index.ts';
import { faultsWhileTyping, migrated } from '../../lib/cells/saved.ts';
import type { SettingFault } from '../../lib/cells/settings.ts';
import { type Language, languageOfTag } from '../../lib/i18n/languages.ts';
import type { EditorNode } from './red.ts';
import { type NodeType, schemas } from './schemas.ts';

export type Settings = Record<string, unknown>;

/** What a setting needs beyond its schema, such as what another node says: the fault, or nothing. */
export type Rule = (settings: Settings) => CellFault | undefined;

const rules = new Map<string, Readonly<Record<string, Rule>>>();

export const setRules = (type: NodeType, own: Readonly<Record<string, Rule>>) => void rules.set(type, own);

/** The editor's language as texts name it. */
export function editorLanguage(): Language {
  return languageOfTag(RED.i18n.lang()) ?? 'en';
}

/** The settings of a node as this release has them. */
export function settingsOf(node: EditorNode): Settings {
  const { type, _def } = node;
  const own = Object.fromEntries(Object.keys(_def.defaults).map((setting) => [setting, node[setting]]));
  return { ...migrated(schemas[type as NodeType], own) };
}

/** What a deploy would refuse, or would warn of at once, in the editor's language. */
export function faultsOf(type: string, settings: Settings): SettingFault[] {
  const language = editorLanguage();
  const faults = faultsWhileTyping(schemas[type as NodeType], settings, language);
  for (const [setting, rule] of Object.entries(rules.get(type) ?? {})) {
    if (faults.some(({ path }) => path[0] === setting)) continue;
    const fault = rule(settings);
    if (fault !== undefined) faults.push({ path: [setting], ...explain(fault, language) });
  }
  return faults;
}

/** What is wrong, and what to enter instead. */
export function sentenceOf({ says, cure }: SettingFault): string {
  return editorLanguage() === 'en' ? `${says}. ${cure}` : `${says}。${cure}`;
}

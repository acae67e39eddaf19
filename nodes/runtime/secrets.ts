/**
 * Keeps secrets of the environment out of what a node is set to, and lets them into the fields that are for secrets.
 * Settings are shown in the editor, logged, mailed, and become names of folders; credentials are none of that.
 */
import type { NodeAPI, NodeDef } from 'node-red';
import { RapError } from '../../lib/errors/rap-error.ts';
import { type EnvLookup, secretIn, variablesIn } from '../../lib/model/expand-env.ts';
import { isSecretName, isServiceSecret, secretValues } from '../../lib/model/secret-names.ts';

/** A node, tab, group or subflow as it is saved. */
type Saved = NodeDef & { _alias?: string; env?: { name: string; type?: string }[] };

/** All nodes as they are saved. */
export interface SavedNodes {
  nodes: Pick<NodeAPI['nodes'], 'eachNode'>;
}

/**
 * Node-RED itself replaces a setting that is nothing but a variable, before the node hears of it, so the settings are
 * looked at as they were saved. A flow may also give a secret another name; then its value is known.
 * @throws RapError CONFIG_INVALID naming the setting and the variable, never the value
 */
export function refuseSecrets(RED: SavedNodes, config: NodeDef, lookup: EnvLookup): void {
  const all = new Map<string, Saved>();
  RED.nodes.eachNode((node) => all.set(node.id, node as Saved));
  const saved = all.get((config as Saved)._alias ?? config.id) ?? config;
  const stored = new Set(
    [...all.values()].flatMap(({ env }) =>
      Array.isArray(env) ? env.filter(({ type }) => type === 'cred').map(({ name }) => name) : [],
    ),
  );
  const values = secretValues(process.env);
  for (const [setting, text] of textsOf(settingsOf(saved))) {
    for (const name of [...variablesIn(text), ...onlyVariable(text)]) {
      if (isSecretName(name) || stored.has(name)) throw secretIn(setting, name);
      const value = lookup(name) ?? '';
      if (values.some((secret) => value.includes(secret))) throw secretIn(setting, name);
    }
  }
  for (const [setting, text] of textsOf(settingsOf(config))) {
    if (values.includes(text)) throw secretIn(setting, 'that it was taken from');
  }
}

/** What a person notes about a node is no setting. */
export function settingsOf<C extends object>(config: C): Omit<C, 'info'> {
  const { info: _, ...settings } = config as C & { info?: unknown };
  return settings;
}

/** Node-RED's other way to write a setting that is nothing but a variable: "$(NAME)". */
function onlyVariable(text: string): string[] {
  const [, name] = /^\$\((\S+)\)$/.exec(text) ?? [];
  return name === undefined ? [] : [name];
}

function textsOf(value: unknown, setting = ''): [string, string][] {
  if (typeof value === 'string') return [[setting, value]];
  if (typeof value !== 'object' || value === null) return [];
  const label = (key: string) =>
    Array.isArray(value) ? `${setting} ${Number(key) + 1}` : setting === '' ? key : `${setting}: ${key}`;
  return Object.entries(value).flatMap(([key, one]) => textsOf(one, label(key)));
}

/**
 * The credentials of a node with variables put in. Node-RED does this, too, but not for the variables that settings.js
 * keeps from flows, which are all of ours that hold secrets.
 * @throws RapError CONFIG_INVALID naming the field, when a variable is not set or the service alone may read it
 */
export function filledCredentials(credentials: unknown, lookup: EnvLookup): Record<string, unknown> {
  const own = secretValues(process.env, isServiceSecret);
  return Object.fromEntries(
    Object.entries(credentials ?? {}).map(([field, value]) => {
      if (typeof value !== 'string') return [field, value];
      const [, name] = /^\$\{(\S+)\}$/.exec(value) ?? [];
      if (own.includes(value) || (name !== undefined && isServiceSecret(name))) {
        throw new RapError('CONFIG_INVALID', `${field}: a secret of the service itself stands here`, {
          cure: 'Give this field a secret of its own.',
        });
      }
      return [field, name === undefined ? value : demandVariable(name, lookup, field)];
    }),
  );
}

function demandVariable(name: string, lookup: EnvLookup, field: string): string {
  const value = lookup(name) || process.env[name];
  if (value) return value;
  throw new RapError('CONFIG_INVALID', `${field}: the environment variable ${name} is not set`);
}

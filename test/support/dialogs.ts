/** The dialogs of the nodes as the editor holds them, without a browser: what they mark as wrong. */
import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FlowNode } from './runtime.ts';

type Verdict = boolean | string;

interface Field {
  value: unknown;
  required?: boolean;
  type?: string;
  validate?: (this: object, value: unknown, about: object) => Verdict;
}

/** What a dialog registers. */
export interface Definition {
  category: string;
  color: string;
  icon: string;
  defaults: Record<string, Field>;
  credentials?: Record<string, unknown>;
  inputs?: number;
  outputs?: number;
  inputLabels?: unknown;
  outputLabels?: unknown;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Node-RED takes a field that is one variable as it is. */
const VARIABLE = /^\$\{[a-zA-Z_][a-zA-Z0-9_]*\}$/;

export interface Dialogs {
  definitions: ReadonlyMap<string, Definition>;
  /** Why the editor would mark each field of a node, in the way of Node-RED's own validation; '' where it says no reason. */
  faults(node: Partial<FlowNode>): Record<string, string>;
  /** The names of the fields that the editor would mark. */
  wrong(node: Partial<FlowNode>): string[];
}

const definitions = new Map<string, Definition>();
let asked: { others: readonly FlowNode[]; language: string } = { others: [], language: 'en-US' };

function loadDialogs(): void {
  const nodes = {
    registerType: (type: string, definition: Definition) => definitions.set(type, definition),
    node: (id: string) => asked.others.find((node) => node.id === id) ?? null,
  };
  Object.assign(globalThis, { RED: { nodes, i18n: { lang: () => asked.language } } });
  const load = createRequire(import.meta.url);
  for (const file of globSync('nodes/*/editor.ts', { cwd: root })) {
    load(`${root}${file}`);
    if (!definitions.has(basename(dirname(file)))) throw new Error(`${file} registers no such type`);
  }
}

/**
 * @param others nodes that a dialog can look up by id
 * @param language of the editor
 */
export function readDialogs(others: readonly FlowNode[] = [], language = 'en-US'): Dialogs {
  if (definitions.size === 0) loadDialogs();
  const faults = (node: Partial<FlowNode>): Record<string, string> => {
    const definition = definitions.get(node.type ?? '');
    if (definition === undefined) return {};
    asked = { others, language };
    // An attribute that a saved node lacks is not its default: the editor shows it as undefined.
    const shown = { ...node, _def: definition };
    return Object.fromEntries(
      Object.entries(definition.defaults).flatMap(([name, field]) => {
        const verdict = verdictOf(field, node[name], shown);
        return verdict === true ? [] : [[name, verdict === false ? '' : verdict]];
      }),
    );
  };
  return { definitions, faults, wrong: (node) => Object.keys(faults(node)) };
}

function verdictOf(field: Field, value: unknown, node: object): Verdict {
  if (typeof value === 'string' && VARIABLE.test(value)) return true;
  if (field.required === true && value === '') return false;
  return field.validate?.call(node, value, {}) ?? true;
}

/** The dialogs of the built-in nodes as the editor holds them, without a browser: what they mark as wrong. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import '../../nodes/runtime/editor-cells.ts';
import type { FlowNode } from './runtime.ts';

type Verdict = boolean | string | undefined;

interface Field {
  value: unknown;
  required?: boolean;
  type?: string;
  validate?: (this: object, value: unknown, wanted: object) => Verdict;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Node-RED takes a field that is one variable as it is. */
const VARIABLE = /^\$\{[a-zA-Z_][a-zA-Z0-9_]*\}$/;

export interface Dialogs {
  /** The fields of each type of node. */
  fields: Map<string, Record<string, Field>>;
  /** What the dialogs share. */
  shared: object;
  /** The names of the fields that the editor would mark, in the way of Node-RED's own validation. */
  wrong(node: Partial<FlowNode>): string[];
}

/** @param others nodes that a dialog can look up by id */
export function readDialogs(others: readonly FlowNode[] = []): Dialogs {
  const fields: Dialogs['fields'] = new Map();
  const nodes = {
    registerType: (type: string, { defaults }: { defaults: Record<string, Field> }) =>
      fields.set(type, defaults),
    node: (id: string) => others.find((node) => node.id === id),
  };
  const { rapCells } = globalThis as unknown as { rapCells: object };
  // What a plugin shows beside the dialogs has tests of its own.
  const plugins = { registerPlugin: () => {} };
  const page = { RED: { nodes, plugins, i18n: { lang: () => 'en-US' } }, rapCells, window: {} };
  page.window = page;
  createContext(page);
  for (const file of globSync('nodes/*/*.html', { cwd: root })) {
    const html = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    for (const [, script = ''] of html.matchAll(/<script type="text\/javascript">(.*?)<\/script>/gs)) {
      runInContext(script, page, { filename: file });
    }
  }
  return {
    fields,
    shared: (page as unknown as { rapOps: object }).rapOps,
    wrong(node) {
      const of = fields.get(node.type ?? '');
      if (of === undefined) return [];
      // An attribute that a saved node lacks is not its default: the editor shows it as undefined.
      return Object.keys(of).filter((name) => !fits(of[name], node[name], node));
    },
  };
}

function fits(field: Field | undefined, value: unknown, node: object): boolean {
  if (typeof value === 'string' && VARIABLE.test(value)) return true;
  if (field?.required === true && value === '') return false;
  if (field?.validate === undefined) return true;
  return field.validate.call(node, value, {}) === true;
}

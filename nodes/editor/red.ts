/** What the dialogs use of Node-RED's editor. Types only: the editor brings the rest. */

/** A node as the editor holds it; whatever a flow says may stand in its settings. */
export interface EditorNode {
  id: string;
  type: string;
  name: string;
  /** Its tab and its group. */
  z?: string;
  g?: string;
  /** Not deployed yet as it is. */
  changed?: boolean;
  env?: readonly Variable[];
  credentials?: Record<string, unknown>;
  _def: { category: string; defaults: Record<string, Field> };
  [setting: string]: unknown;
}

/** What a group, tab, subflow or the editor as a whole defines. */
export interface Variable {
  name: string;
  type: string;
  value: string;
}

/** true, or why a setting is refused. */
export type Verdict = boolean | string;

export interface Field {
  value: unknown;
  required?: boolean;
  /** Of the config node that it names. */
  type?: string;
  validate?: (this: EditorNode, value: unknown, about?: object) => Verdict;
}

/** Text of a node's locales. */
export type Translate = (key: string, values?: object) => string;

export interface Definition {
  category: 'HKEX RAP' | 'config';
  color: string;
  icon: string;
  defaults: Record<string, Field>;
  credentials?: Record<string, { type: 'text' | 'password' }>;
  inputs?: number;
  outputs?: number;
  inputLabels?: (this: EditorNode, index: number) => string;
  outputLabels?: (this: EditorNode, index: number) => string;
  label: (this: EditorNode) => string;
  labelStyle: (this: EditorNode) => string;
  button?: { enabled: (this: EditorNode) => boolean; onclick: (this: EditorNode) => void };
  onpaletteadd?: () => void;
  oneditprepare: (this: EditorNode) => void;
  oneditsave: (this: EditorNode) => void;
  oneditcancel: (this: EditorNode) => void;
}

export interface Notice {
  update(html: string, options: object): void;
  close(): void;
}

export interface Editor {
  nodes: {
    registerType(type: string, definition: Definition): void;
    getType(type: string): { _: Translate };
    node(id: unknown): EditorNode | null;
    group(id: unknown): EditorNode | null;
    workspace(id: unknown): EditorNode | null;
    subflow(id: unknown): EditorNode | null;
    eachConfig(look: (node: EditorNode) => void): void;
  };
  tabs: { create(options: { id: string; onchange(tab: { id: string }): void }): Tabs };
  i18n: { lang(): string };
  comms: { subscribe(topic: string, hear: (topic: string, payload: unknown) => void): void };
  notify(html: string, options: object | string): Notice;
}

export interface Tabs {
  addTab(tab: { id: string; label: string }): void;
}

declare global {
  const RED: Editor;

  interface JQuery {
    /** The editor's list of rows. */
    editableList(options: object): this;
    editableList(action: 'items'): JQuery;
    editableList(action: 'empty'): void;
    editableList(action: 'addItems', rows: readonly object[]): void;
  }
}

/** A dialog that is open: what stands in it, and what is marked in it as wrong. */
import { versionOf } from '../../lib/cells/saved.ts';
import type { SettingFault } from '../../lib/cells/settings.ts';
import { faultsOf, type Settings, sentenceOf, settingsOf } from './fields.ts';
import type { EditorNode } from './red.ts';
import { type NodeType, schemas } from './schemas.ts';
import { Table, type TableOptions } from './table.ts';

/** The dialogs that are open. */
const open = new Set<Form>();

export const formOf = (node: EditorNode): Form | undefined => [...open].find((form) => form.node === node);

export class Form {
  readonly node: EditorNode;
  readonly tables = new Map<string, Table>();
  readonly #prefix: string;
  readonly #saved: Settings;
  readonly #listeners: (() => void)[] = [];
  readonly #touched = new Set<string>();
  #refused: readonly SettingFault[] = [];
  #ready = false;

  constructor(node: EditorNode) {
    this.node = node;
    this.#prefix = node._def.category === 'config' ? 'node-config-input-' : 'node-input-';
    this.#saved = settingsOf(node);
    open.add(this);
    this.#fillIn();
  }

  /** Is the dialog still there? Answers come late. */
  get isOpen(): boolean {
    return open.has(this);
  }

  input(setting: string): JQuery {
    return $(`#${this.#prefix}${setting}`);
  }

  /** What is typed into a field. */
  text(setting: string): string {
    return String(this.input(setting).val() ?? '').trim();
  }

  /** What a migration changed, or an earlier release did not save, Node-RED has not put into the fields. */
  #fillIn(): void {
    for (const [setting, value] of Object.entries(this.#saved)) {
      if (value === this.node[setting]) continue;
      const input = this.input(setting);
      if (input.is(':checkbox')) input.prop('checked', Boolean(value));
      else input.val(String(value));
    }
  }

  table(setting: string, options: TableOptions): Table {
    const list = $(`#${this.node.type}-${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    const rows = this.#saved[setting];
    const table = new Table(list, options, Array.isArray(rows) ? rows : [], () => this.changed());
    this.tables.set(setting, table);
    return table;
  }

  /** The settings as they stand in the dialog. */
  values(): Settings {
    const values = { ...this.#saved };
    for (const setting of Object.keys(this.node._def.defaults)) {
      const input = this.input(setting);
      if (input.length > 0) values[setting] = input.is(':checkbox') ? input.prop('checked') : input.val();
    }
    for (const [setting, table] of this.tables) values[setting] = table.rows();
    return values;
  }

  /** Begins to watch what is typed. */
  start(): void {
    this.#ready = true;
    const root = this.input('name').closest('.rap-ops-form');
    root.on('input change', ({ target }) => {
      $(target).data('touched', true);
      this.#touched.add(target.id.replace(this.#prefix, ''));
      this.changed();
    });
    this.changed();
  }

  /** Calls back whenever something is typed, chosen, added or removed. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  changed(): void {
    if (!this.#ready || !this.isOpen) return;
    // Node-RED judges its fields again when one of them changes; what stands in a table may matter to them, too.
    this.input('name').triggerHandler('keyup');
    this.#show();
    for (const listener of this.#listeners) listener();
  }

  /** What the server refuses besides; none takes its marks away. */
  refused(faults: readonly SettingFault[]): void {
    this.#refused = faults;
    this.#show();
  }

  #show(): void {
    const faults = [...faultsOf(this.node.type, this.values()), ...this.#refused];
    const shown: string[] = [];
    $('.rap-ops-refused').removeClass('rap-ops-refused input-error');
    // What the schema refuses, Node-RED marks by itself.
    for (const { path } of this.#refused) this.input(String(path[0])).addClass('rap-ops-refused input-error');
    for (const table of this.tables.values()) table.clear();
    for (const fault of faults) {
      const [setting = '', row, column] = fault.path;
      const table = this.tables.get(String(setting));
      const isSeen =
        table === undefined || row === undefined
          ? this.#isSeen(String(setting))
          : table.mark(row, column, sentenceOf(fault));
      if (isSeen && !shown.includes(String(setting))) {
        shown.push(String(setting));
        this.#say(String(setting), sentenceOf(fault));
      }
    }
    for (const setting of Object.keys(this.node._def.defaults)) {
      if (!shown.includes(setting)) this.#say(setting, '');
    }
    this.#markTabs();
  }

  /** An empty field that nobody has been in is marked, but not talked of yet. */
  #isSeen(setting: string): boolean {
    return this.#touched.has(setting) || this.tables.has(setting) || this.text(setting) !== '';
  }

  /** The sentence below a field or table; there is one for whoever has no mouse to rest on it. */
  #say(setting: string, why: string): void {
    const place =
      this.tables.get(setting)?.element.closest('.rap-ops-list') ?? this.input(setting).closest('.form-row');
    const id = `rap-ops-fault-${this.#prefix}${setting}`;
    const line = place.find(`#${id}`);
    this.input(setting).attr('aria-invalid', String(why !== ''));
    if (why === '') line.remove();
    else if (line.length > 0) line.text(why);
    else {
      $('<div class="rap-ops-fault" role="status">').attr('id', id).text(why).appendTo(place);
      this.input(setting).attr('aria-describedby', id);
    }
  }

  #markTabs(): void {
    const panes = this.input('name').closest('.rap-ops-form').find('.rap-ops-panes').children();
    for (const pane of panes.toArray()) {
      const isWrong = $(pane).find('.rap-ops-fault').length > 0;
      $(`a[href="#${pane.id}"]`).toggleClass('rap-ops-wrong', isWrong);
    }
  }

  /** What Node-RED does not take out of the fields by itself. */
  save(): void {
    const { node } = this;
    for (const [setting, value] of Object.entries(this.#saved)) {
      if (this.input(setting).length === 0) node[setting] = value;
    }
    for (const [setting, table] of this.tables) node[setting] = table.kept();
    node.version = versionOf(schemas[node.type as NodeType]);
    this.close();
  }

  close(): void {
    open.delete(this);
  }
}

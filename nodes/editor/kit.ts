/**
 * What the dialogs share. The build makes one file of it and of every schema, which each dialog loads before its own
 * script: whichever nodes are disabled, those that are left bring it along.
 */
import { versionOf } from '../../lib/cells/saved.ts';
import { faultsOf, type Rule, sentenceOf, setRules, settingsOf } from './fields.ts';
import { Form, formOf } from './form.ts';
import type { Definition, EditorNode, Field, Notice, Translate } from './red.ts';
import { type NodeType, type Setting, schemas } from './schemas.ts';

export { entriesOf, fault, plain } from '../../lib/cells/index.ts';
export { faultsOf } from './fields.ts';
export { ask, environmentOf, previewOf, type Refusal, send, show } from './server.ts';

/** Every setting of a type has a field, and nothing else has. */
export type Fields<T extends NodeType> = Record<Setting<T>, Field>;

type Labels = Pick<Definition, 'inputLabels' | 'outputLabels' | 'label' | 'labelStyle'>;
type Editing = Pick<Definition, 'oneditprepare' | 'oneditsave' | 'oneditcancel'>;

/**
 * What the definition of a type is made of.
 * @param rules what settings need beyond the schema, such as what other nodes say
 */
export function dialog<T extends NodeType>(type: T, rules: Partial<Record<Setting<T>, Rule>> = {}) {
  setRules(type, rules as Record<string, Rule>);
  const text: Translate = (key, values) => RED.nodes.getType(type)._(`${type}.${key}`, values);
  return {
    text,
    version: versionOf(schemas[type]),
    fits,
    labels: (options: LabelOptions = {}) => labelsOf(text, options),
    editing: (prepare: (form: Form) => void = () => {}, save: (form: Form) => void = () => {}) =>
      editingOf(prepare, save),
  };

  /** What Node-RED asks of each setting: true, or why a deploy would refuse it. */
  function fits(setting: Setting<T>): NonNullable<Field['validate']> {
    // Node-RED shows the reason of a function with two parameters alone.
    return function (this: EditorNode, value: unknown, _about?: object) {
      const settings = formOf(this)?.values() ?? settingsOf(this);
      // What a flow of an earlier release does not say, the migrations have filled in.
      if (value !== undefined) settings[setting] = value;
      const fault = faultsOf(type, settings).find(({ path }) => path[0] === setting);
      return fault === undefined || sentenceOf(fault);
    };
  }
}

interface LabelOptions {
  /** The node without a name, by default its type. */
  title?: (node: EditorNode) => string;
  /** Keys of texts. */
  input?: (node: EditorNode) => string;
  outputs?: readonly string[] | ((node: EditorNode) => string);
}

function labelsOf(
  text: Translate,
  { title = () => text('title'), input = () => 'input', outputs = [] }: LabelOptions,
): Labels {
  return {
    inputLabels() {
      return text(`port.${input(this)}`);
    },
    outputLabels(index) {
      return text(`port.${typeof outputs === 'function' ? outputs(this) : outputs[index]}`);
    },
    label() {
      return this.name || title(this);
    },
    labelStyle() {
      return this.name ? 'node_label_italic' : '';
    },
  };
}

function editingOf(prepare: (form: Form) => void, save: (form: Form) => void): Editing {
  return {
    oneditprepare() {
      const form = new Form(this);
      prepare(form);
      form.start();
    },
    oneditsave() {
      const form = formOf(this);
      if (form === undefined) return;
      save(form);
      form.save();
    },
    oneditcancel() {
      formOf(this)?.close();
    },
  };
}

/** The panes of a dialog, each under a tab. */
export function tabs(type: NodeType, names: readonly string[], text: Translate): void {
  const bar = RED.tabs.create({
    id: `${type}-tabs`,
    onchange({ id }) {
      $(`#${type}-panes`).children().hide();
      $(`#${id}`).show();
    },
  });
  for (const name of names) bar.addTab({ id: `${type}-pane-${name}`, label: text(`tab.${name}`) });
}

/** Calls back with what is chosen in a field, now and whenever that changes. */
export function whenChosen(field: JQuery, follow: (value: string) => void): void {
  field
    .on('change', () =>
      follow(field.is(':checkbox') ? String(field.prop('checked')) : String(field.val() ?? '')),
    )
    .trigger('change');
}

export type { Form, Notice };

/** What a dialog asks the server. */
import { editorLanguage } from './fields.ts';
import type { Form } from './form.ts';
import type { EditorNode } from './red.ts';

/** What a preview says when it cannot be made. */
export interface Refusal {
  error?: string;
  cure?: string;
  /** What it is about, as a deploy names it: 'rules[1].share'. */
  field?: string;
}

export function ask<A>(url: string, answered: (answer: A) => void): void {
  $.getJSON(url, answered);
}

/** What the server answers is in the editor's language. */
export function send<A>(url: string, data: object): JQuery.jqXHR<A> {
  return $.ajax({
    url,
    type: 'POST',
    contentType: 'application/json',
    data: JSON.stringify({ language: editorLanguage(), ...data }),
  });
}

/**
 * Asks for a preview as soon as a person stops typing, and again with each change; what is refused is marked.
 * @param settingOf the setting that a refusal calls by another name
 */
export function previewOf<A extends Refusal>(
  form: Form,
  url: string,
  data: () => object,
  shown: (answer: A) => void,
  settingOf: (field: string) => string = (field) => field,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!form.isOpen) return;
      send<A>(url, { ...data(), env: environmentOf(form.node) }).done((answer) => {
        if (!form.isOpen) return;
        form.refused(answer.error === undefined ? [] : [faultOf(answer, settingOf)]);
        shown(answer);
      });
    }, PAUSE_MS);
  };
  form.onChange(later);
}

/** Shorter pauses are between two letters. */
const PAUSE_MS = 250;

/** 'rules[1].share' is the cell share in the second row of rules. */
function faultOf({ error = '', cure = '', field = '' }: Refusal, settingOf: (field: string) => string) {
  const steps = settingOf(field).match(/\w+/g) ?? [];
  return { path: steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step)), says: error, cure };
}

/** What the node's groups, its flow or subflow and the whole editor define: a preview knows no other variables. */
export function environmentOf({ g, z }: EditorNode): Record<string, string> {
  const found: Record<string, string> = {};
  const add = (holder: EditorNode | null) => {
    for (const { name, type, value } of holder?.env ?? []) {
      if (/^(str|num|bool)$/.test(type) && !(name in found)) found[name] = value;
    }
  };
  for (let group = RED.nodes.group(g); group; group = RED.nodes.group(group.g)) add(group);
  add(RED.nodes.workspace(z) || RED.nodes.subflow(z));
  RED.nodes.eachConfig((one) => {
    if (one.type === 'global-config') add(one);
  });
  return found;
}

/** Shows lines of text in a box, each on its own; the first red where the server refuses. */
export function show(box: JQuery, lines: readonly string[], { error }: Refusal = {}): void {
  box.empty();
  for (const [at, line] of lines.entries()) {
    const colour = error !== undefined && at === 0 ? 'var(--red-ui-text-color-error)' : '';
    $('<div>').text(line).css('color', colour).appendTo(box);
  }
}

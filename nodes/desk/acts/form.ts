/** The form of an act, as it stands in the dialog of a page. */
import { type Html, html, textOf } from '../../../lib/desk/html.ts';
import type { Language } from '../../../lib/i18n/languages.ts';
import { isKey, t } from '../../../lib/i18n/translate.ts';
import type { Act, ActField } from './act.ts';
import { newMark } from './once.ts';

/** Letters of a name, and of a reason. */
export const MOST = { by: 80, why: 300 } as const;

/**
 * @param given what the page knows beforehand, by field
 * @param login fills in the name
 */
export function formOf(
  act: Act,
  language: Language,
  given: Readonly<Record<string, string>>,
  login: string,
): Promise<string> {
  const word = (key: string) => (isKey(key) ? t(language, key) : undefined);
  // Braces that stand for no field are those of an example.
  const blank = (name: string) =>
    word(`acts.${act.name}.open.${name}`) ??
    (act.fields.some((field) => field.name === name) ? '' : undefined);
  const filled = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (given[name] || blank(name)) ?? whole).trim();
  const by: ActField = { name: 'by', kind: 'text', required: true, most: MOST.by };
  const reason: ActField = { name: 'why', kind: 'text', required: act.reason === 'required', most: MOST.why };
  const label = (field: ActField) => {
    if (field.name === 'by') return t(language, 'acts.form.name');
    if (field.name === 'why')
      return t(language, act.reason === 'required' ? 'acts.form.why' : 'acts.form.whyOptional');
    return word(`acts.${act.name}.labels.${field.name}`) ?? field.name;
  };
  const fields = [by, ...act.fields, ...(act.reason === 'none' ? [] : [reason])];
  const option = (one: string) => word(`acts.${act.name}.options.${one}`) ?? one;
  const value = (field: ActField) => given[field.name] ?? (field.name === 'by' ? login : '');
  return textOf(
    html`<form method="dialog" data-act-form="${act.name}" novalidate><h2 id="dialog-title">${filled(t(language, `acts.${act.name}.title`))}</h2><p>${filled(t(language, `acts.${act.name}.explains`))}</p><input type="hidden" name="once" value="${newMark()}">${fields.map((field) => control(field, label(field), value(field), option))}<p class="fault" role="alert" id="dialog-fault" hidden></p><div class="acts"><button type="submit">${t(language, `acts.${act.name}.confirm`)}</button><button type="button" class="second" data-close>${t(language, 'desk.frame.cancel')}</button></div></form>`,
  );
}

function control(
  { name, kind, required = false, most = 300, options = [] }: ActField,
  label: string,
  value: string,
  worded: (option: string) => string,
): Html {
  const needed = required ? html` required` : '';
  switch (kind) {
    case 'hidden':
      return html`<input type="hidden" name="${name}" value="${value}">`;
    case 'long':
      return html`<label>${label}<textarea name="${name}" rows="4" maxlength="${most}"${needed}>${value}</textarea></label>`;
    case 'choice':
      return html`<label>${label}<select name="${name}"${needed}>${options.map((one) => html`<option value="${one}"${one === value ? html` selected` : ''}>${worded(one)}</option>`)}</select></label>`;
    case 'check':
      return html`<label><input type="checkbox" name="${name}" value="yes"${value === 'yes' ? html` checked` : ''}>${label}</label>`;
    default: {
      const type = { text: 'text', time: 'time', date: 'date', file: 'file', secret: 'password' }[kind];
      const typed = kind === 'file' ? '' : html` value="${value}"`;
      const fill = name === 'by' ? 'name' : 'off';
      return html`<label>${label}<input type="${type}" name="${name}"${typed} maxlength="${most}" autocomplete="${fill}"${needed}></label>`;
    }
  }
}

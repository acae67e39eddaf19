import {
  ask,
  dialog,
  type Fields,
  type Form,
  previewOf,
  type Refusal,
  send,
  show,
  tabs,
} from '../editor/kit.ts';

const { fits, version, text, labels, editing } = dialog('rap-plan');

interface Preset {
  title: string;
  fields: Record<string, unknown>;
}

interface Plan extends Refusal {
  text: string;
  calendar: string;
  plan: { date: string };
  fields: Record<string, unknown>;
}

/** The names that a plan has for these fields of the dialog. */
const named: Readonly<Record<string, string>> = {
  'weather.cutOff': 'cutOff',
  'weather.noticeMinutes': 'noticeMinutes',
  'weather.cancels': 'signals',
  'weather.terminates': 'signals',
  drillBusinessDaysBefore: 'drillDays',
  keyFreeze: 'freezeFrom',
  'keyFreeze.from': 'freezeFrom',
  'keyFreeze.to': 'freezeTo',
};

const choices = (group: string, values: readonly string[]) =>
  values.map((value) => ({ value, label: text(`${group}.${value}`) }));
const installations = [
  { value: 'hkscc', label: 'HKSCC RAP' },
  { value: 'hkcc-seoch', label: 'HKCC & SEOCH RAP' },
];
const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const kinds = ['no-8', 'extreme-conditions', 'black-rainstorm'];

/** Each signal has a row, in the order of the rule. */
function allSignals(rows: readonly object[]): object[] {
  return kinds.map((signal) => {
    const after = signal === 'black-rainstorm' ? 'none' : 'terminates';
    return (
      rows.find((row) => (row as Record<string, unknown>).signal === signal) ?? {
        signal,
        before: 'cancels',
        after,
      }
    );
  });
}

function makeTables(form: Form): void {
  form.table('accounts', {
    add: text('add.account'),
    fresh: { account: '', installation: 'hkscc' },
    columns: [
      { key: 'account', label: text('column.account'), list: 'rap-plan-account-list' },
      { key: 'installation', label: text('column.installation'), choices: installations, flex: '0 0 200px' },
    ],
  });
  form.table('parts', {
    add: text('add.part'),
    fresh: {
      name: '',
      start: '',
      end: '',
      dataCentre: 'secondary',
      tasks: 'log-in, list, download, log-out',
    },
    columns: [
      { key: 'name', label: text('column.name'), flex: '0 0 80px' },
      { key: 'start', label: text('column.start'), placeholder: '14:00', flex: '0 0 58px' },
      { key: 'end', label: text('column.end'), placeholder: '16:00', flex: '0 0 58px' },
      {
        key: 'dataCentre',
        label: text('column.dataCentre'),
        choices: choices('site', ['primary', 'secondary']),
        flex: '0 0 120px',
      },
      { key: 'tasks', label: text('column.tasks'), placeholder: 'log-in, list, download, log-out' },
    ],
  });
  form.table('signals', {
    shown: allSignals,
    columns: [
      { key: 'signal', label: text('column.signal'), choices: choices('signal', kinds), readonly: true },
      {
        key: 'before',
        label: text('column.before'),
        choices: choices('effect', ['cancels', 'none']),
        flex: '0 0 190px',
      },
      {
        key: 'after',
        label: text('column.after'),
        choices: choices('effect', ['terminates', 'none']),
        flex: '0 0 190px',
      },
    ],
  });
  form.table('hotlines', {
    add: text('add.hotline'),
    fresh: { installation: 'hkscc', name: '', number: '', from: '12:00' },
    columns: [
      { key: 'installation', label: text('column.installation'), choices: installations, flex: '0 0 170px' },
      { key: 'name', label: text('column.name') },
      { key: 'number', label: text('column.number'), placeholder: '2979-7111', flex: '0 0 110px' },
      { key: 'from', label: text('column.from'), placeholder: '12:00', flex: '0 0 60px' },
    ],
  });
  form.table('deadlines', {
    add: text('add.deadline'),
    fresh: { what: '', date: '', weekday: '', remind: '7, 1, 0' },
    columns: [
      { key: 'what', label: text('column.what') },
      { key: 'date', label: text('column.date'), placeholder: '2025-06-13', flex: '0 0 112px' },
      {
        key: 'weekday',
        label: text('column.weekday'),
        choices: [{ value: '', label: '' }, ...choices('weekday', days)],
        flex: '0 0 100px',
      },
      { key: 'remind', label: text('column.remind'), placeholder: '7, 1, 0', flex: '0 0 70px' },
    ],
  });
}

/** The accounts of the editor, for the rows of the plan. @returns what the server is to know of them */
function offerAccounts(): object[] {
  const known: object[] = [];
  RED.nodes.eachConfig(({ type, name, user, installation }) => {
    if (type !== 'rap-account') return;
    known.push({ account: name || user, installation });
    $('<option>')
      .val(String(name || user))
      .appendTo('#rap-plan-account-list');
  });
  return known;
}

function fill(form: Form, fields: Record<string, unknown>): void {
  for (const [field, value] of Object.entries(fields)) {
    const table = form.tables.get(field);
    if (table === undefined) form.input(field).val(String(value)).trigger('change');
    else table.fill(value as object[]);
  }
}

function offerPresets(form: Form): void {
  const choice = $('#rap-plan-preset');
  $('<option value="">').text(text('preset.none')).appendTo(choice);
  ask<{ presets: Preset[] }>('rap-plan/presets', ({ presets }) => {
    for (const [at, { title }] of presets.entries()) $('<option>').val(at).text(title).appendTo(choice);
    choice.on('change', () => {
      const one = presets[Number(choice.val() || -1)];
      if (one !== undefined) fill(form, one.fields);
    });
    // A new plan begins as the example.
    if (!form.node.title && presets.length > 0) choice.val(0).trigger('change');
  });
}

const shapes: Readonly<Record<string, (good: Plan) => [kind: string, content: string]>> = {
  txt: (good) => ['text/plain', good.text],
  ics: (good) => ['text/calendar', good.calendar],
  json: ({ plan }) => ['application/json', `${JSON.stringify(plan, null, 2)}\n`],
};

function download(good: Plan, format: string): void {
  const [type, content] = shapes[format]?.(good) ?? ['', ''];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = `practice-session-${good.plan.date}.${format}`;
  link.click();
  URL.revokeObjectURL(link.href);
}

RED.nodes.registerType('rap-plan', {
  category: 'config',
  color: '#bdb2d4',
  icon: 'rap-plan.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    title: { value: '', validate: fits('title') },
    source: { value: '', validate: fits('source') },
    date: { value: '', validate: fits('date') },
    weekday: { value: '', validate: fits('weekday') },
    reportsOf: { value: '', validate: fits('reportsOf') },
    accounts: { value: [], validate: fits('accounts') },
    parts: { value: [], validate: fits('parts') },
    cutOff: { value: '09:00', validate: fits('cutOff') },
    noticeMinutes: { value: '15', validate: fits('noticeMinutes') },
    signals: { value: [], validate: fits('signals') },
    hotlines: { value: [], validate: fits('hotlines') },
    deadlines: { value: [], validate: fits('deadlines') },
    drillDays: { value: '2', validate: fits('drillDays') },
    freezeFrom: { value: '', validate: fits('freezeFrom') },
    freezeTo: { value: '', validate: fits('freezeTo') },
  } satisfies Fields<'rap-plan'>,
  ...labels({ title: ({ date, title }) => [date, title].filter(Boolean).join(' ') || text('title') }),
  ...editing((form) => {
    for (const { value, label } of choices('weekday', days)) {
      $('<option>').val(value).text(label).appendTo(form.input('weekday'));
    }
    form.input('weekday').val(String(form.node.weekday || 'Saturday'));
    tabs('rap-plan', ['day', 'parts', 'weather', 'deadlines', 'export'], text);
    makeTables(form);
    const known = offerAccounts();
    let good: Plan | undefined;
    const shown = (answer: Plan) => {
      good = answer.error === undefined ? answer : undefined;
      $('#rap-plan-pane-export [data-format]').prop('disabled', good === undefined);
      $('#rap-plan-text').text(good?.text ?? '');
      const lines = answer.error === undefined ? [text('verdict.good')] : [answer.error, answer.cure ?? ''];
      show($('#rap-plan-verdict'), lines, answer);
    };
    previewOf<Plan>(
      form,
      'rap-plan/preview',
      () => ({ fields: form.values(), known }),
      shown,
      (field) => named[field] ?? field,
    );
    offerPresets(form);
    $('#rap-plan-pane-export').on('click', '[data-format]', ({ currentTarget }) => {
      if (good !== undefined) download(good, String($(currentTarget).data('format')));
    });
    $('#rap-plan-import').on('click', () => {
      send<Plan>('rap-plan/import', { json: $('#rap-plan-json').val() }).done((answer) => {
        if (answer.error === undefined) fill(form, answer.fields);
        else shown(answer);
      });
    });
  }),
});

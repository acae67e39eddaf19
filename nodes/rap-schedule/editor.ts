import { dialog, type Fields, previewOf, type Refusal, send, show, whenChosen } from '../editor/kit.ts';

const { fits, version, text, labels, editing } = dialog('rap-schedule');

interface Preview extends Refusal {
  /** The next times, and those of looks between them. */
  due?: string[];
  looks?: string[];
}

function linesOf({ error, cure = '', due = [], looks }: Preview): string[] {
  const lines = error === undefined ? due : [error, cure];
  if (looks === undefined) return lines;
  return [...lines, looks.length > 0 ? text('looks', { times: looks.join(', ') }) : text('noLooks')];
}

RED.nodes.registerType('rap-schedule', {
  category: 'HKEX RAP',
  color: '#a9bdd1',
  icon: 'rap-schedule.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    calendar: { value: 'securities', validate: fits('calendar') },
    mode: { value: 'times', validate: fits('mode') },
    times: { value: [{ time: '07:00' }, { time: '21:30' }], validate: fits('times') },
    pattern: { value: '', validate: fits('pattern') },
    catchUp: { value: true, validate: fits('catchUp') },
    whileDue: { value: false, validate: fits('whileDue') },
    lookSeconds: { value: '30', validate: fits('lookSeconds') },
    leadMinutes: { value: '5', validate: fits('leadMinutes') },
  } satisfies Fields<'rap-schedule'>,
  inputs: 1,
  outputs: 1,
  ...labels({ outputs: ['output'] }),
  button: {
    enabled() {
      return !this.changed;
    },
    onclick() {
      send(`rap-schedule/${this.id}`, {})
        .done(() => {
          RED.notify(text('button.started'), { type: 'success', id: 'rap-schedule', timeout: 2000 });
        })
        .fail(({ status }) => {
          const key = status === 401 ? 'denied' : status === 404 ? 'missing' : 'failed';
          RED.notify(text(`button.${key}`), 'error');
        });
    },
  },
  ...editing((form) => {
    form.table('times', {
      add: text('add.time'),
      fresh: { time: '21:30' },
      columns: [{ key: 'time', label: text('column.time'), placeholder: '21:30' }],
    });
    whenChosen(form.input('mode'), (mode) => {
      $('.rap-schedule-times').toggle(mode !== 'pattern');
      $('.rap-schedule-pattern').toggle(mode === 'pattern');
    });
    previewOf<Preview>(
      form,
      'rap-schedule/preview',
      () => ({ ...form.values(), id: form.node.id }),
      (answer) => show($('#rap-schedule-preview'), linesOf(answer)),
    );
  }),
});

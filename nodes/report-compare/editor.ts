import { dialog, type Fields, whenChosen } from '../editor/kit.ts';

const { fits, version, labels, editing } = dialog('report-compare');

RED.nodes.registerType('report-compare', {
  category: 'HKEX RAP',
  color: '#9cc2a5',
  icon: 'report-compare.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    folder: { value: '', validate: fits('folder') },
    daily: { value: false, validate: fits('daily') },
    readyDays: { value: '10', validate: fits('readyDays') },
    ignoreForm: { value: false, validate: fits('ignoreForm') },
    language: { value: '', validate: fits('language') },
  } satisfies Fields<'report-compare'>,
  inputs: 1,
  outputs: 1,
  ...labels({ outputs: ['output'] }),
  ...editing((form) => {
    whenChosen(form.input('daily'), (daily) => $('.report-compare-daily').toggle(daily === 'true'));
  }),
});

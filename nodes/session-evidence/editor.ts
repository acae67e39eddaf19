import { dialog, type Fields, whenChosen } from '../editor/kit.ts';

const { fits, version, text, labels, editing } = dialog('session-evidence');

RED.nodes.registerType('session-evidence', {
  category: 'HKEX RAP',
  color: '#9cc2a5',
  icon: 'session-evidence.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    action: { value: 'result', validate: fits('action') },
    language: { value: '', validate: fits('language') },
  } satisfies Fields<'session-evidence'>,
  inputs: 1,
  outputs: 1,
  ...labels({
    title: ({ action }) => text(`action.${action || 'result'}`),
    outputs: ({ action }) => String(action || 'result'),
  }),
  ...editing((form) => {
    whenChosen(form.input('action'), (action) => {
      $('#session-evidence-language').toggle(action === 'pack');
      $('#session-evidence-tip').text(text(`tip.${action || 'result'}`));
    });
  }),
});

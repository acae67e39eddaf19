import { dialog, type Fields, whenChosen } from '../editor/kit.ts';

const { fits, version, text, labels, editing } = dialog('rap-connect');

RED.nodes.registerType('rap-connect', {
  category: 'HKEX RAP',
  color: '#7fa8c9',
  icon: 'rap-connect.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    action: { value: 'login', validate: fits('action') },
    account: { value: '', type: 'rap-account', required: true },
  } satisfies Fields<'rap-connect'>,
  inputs: 1,
  outputs: 1,
  ...labels({
    title: ({ action }) => text(`action.${action || 'login'}`),
    outputs: ({ action }) => String(action || 'login'),
  }),
  ...editing((form) => {
    whenChosen(form.input('action'), (action) =>
      $('#rap-connect-tip').text(text(`tip.${action || 'login'}`)),
    );
  }),
});

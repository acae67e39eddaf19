import { dialog, type Fields, fault, whenChosen } from '../editor/kit.ts';

const { fits, version, text, labels, editing } = dialog('rap-switch', {
  scope: ({ scope, account }) =>
    scope === 'one' && (account === '' || account === '_ADD_') ? fault('noAccount', '').fault : undefined,
});

RED.nodes.registerType('rap-switch', {
  category: 'HKEX RAP',
  color: '#7fa8c9',
  icon: 'rap-switch.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    dataCentre: { value: 'secondary', validate: fits('dataCentre') },
    scope: { value: 'all', validate: fits('scope') },
    account: { value: '', type: 'rap-account', required: false },
    reason: { value: '', validate: fits('reason') },
    by: { value: '', validate: fits('by') },
    requireSecond: { value: false, validate: fits('requireSecond') },
    until: { value: '', validate: fits('until') },
  } satisfies Fields<'rap-switch'>,
  inputs: 1,
  outputs: 2,
  ...labels({
    title: ({ dataCentre }) => text(`title.${dataCentre || 'secondary'}`),
    outputs: ['output', 'asking'],
  }),
  ...editing((form) => {
    whenChosen(form.input('scope'), (scope) => $('.rap-switch-one').toggle(scope === 'one'));
    whenChosen(form.input('dataCentre'), (site) => $('.rap-switch-away').toggle(site === 'secondary'));
  }),
});

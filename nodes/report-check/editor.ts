import { dialog, type Fields } from '../editor/kit.ts';

const { fits, version, labels, editing } = dialog('report-check');

RED.nodes.registerType('report-check', {
  category: 'HKEX RAP',
  color: '#9cc2a5',
  icon: 'report-check.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    account: { value: '', type: 'rap-account', required: false },
  } satisfies Fields<'report-check'>,
  inputs: 1,
  outputs: 3,
  ...labels({ outputs: ['complete', 'missing', 'unknown'] }),
  ...editing(),
});

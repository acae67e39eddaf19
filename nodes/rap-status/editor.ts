import { dialog, type Fields } from '../editor/kit.ts';

const { fits, version, labels, editing } = dialog('rap-status');

RED.nodes.registerType('rap-status', {
  category: 'HKEX RAP',
  color: '#9cc2a5',
  icon: 'rap-status.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    question: { value: 'today', validate: fits('question') },
    account: { value: '', type: 'rap-account', required: false },
    report: { value: '', validate: fits('report') },
  } satisfies Fields<'rap-status'>,
  inputs: 1,
  outputs: 1,
  ...labels({ outputs: ['answer'] }),
  ...editing(),
});

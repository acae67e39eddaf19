import { dialog, type Fields } from '../editor/kit.ts';

const { fits, version, labels, editing } = dialog('rap-download');

RED.nodes.registerType('rap-download', {
  category: 'HKEX RAP',
  color: '#7fa8c9',
  icon: 'rap-download.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    lookInside: { value: true, validate: fits('lookInside') },
    strict: { value: false, validate: fits('strict') },
    rowJump: { value: '20', validate: fits('rowJump') },
    keepDays: { value: '0', validate: fits('keepDays') },
  } satisfies Fields<'rap-download'>,
  inputs: 1,
  outputs: 2,
  ...labels({ outputs: ['report', 'summary'] }),
  ...editing(),
});

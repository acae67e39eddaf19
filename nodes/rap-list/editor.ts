import { dialog, type Fields } from '../editor/kit.ts';

const { fits, version, labels, editing } = dialog('rap-list');

RED.nodes.registerType('rap-list', {
  category: 'HKEX RAP',
  color: '#7fa8c9',
  icon: 'rap-list.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    settleSeconds: { value: '20', validate: fits('settleSeconds') },
    alarmRuns: { value: '3', validate: fits('alarmRuns') },
    alarmMinutes: { value: '60', validate: fits('alarmMinutes') },
  } satisfies Fields<'rap-list'>,
  inputs: 1,
  outputs: 1,
  ...labels({ outputs: ['output'] }),
  ...editing(),
});

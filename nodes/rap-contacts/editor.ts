import { dialog, type Fields, tabs } from '../editor/kit.ts';

const { fits, version, text, labels, editing } = dialog('rap-contacts');

RED.nodes.registerType('rap-contacts', {
  category: 'config',
  color: '#e0bd7c',
  icon: 'rap-contacts.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    contacts: { value: [], validate: fits('contacts') },
    allowedDomains: { value: '', validate: fits('allowedDomains') },
    language: { value: 'en', validate: fits('language') },
    desk: { value: '', validate: fits('desk') },
    host: { value: '', validate: fits('host') },
    port: { value: '587', validate: fits('port') },
    security: { value: 'starttls', validate: fits('security') },
    from: { value: '', validate: fits('from') },
    greeting: { value: '', validate: fits('greeting') },
    caFile: { value: '', validate: fits('caFile') },
    escalateMinutes: { value: '', validate: fits('escalateMinutes') },
    reminders: { value: '', validate: fits('reminders') },
    escalateGroups: { value: '', validate: fits('escalateGroups') },
    restHours: { value: '', validate: fits('restHours') },
    secondHost: { value: '', validate: fits('secondHost') },
    secondPort: { value: '587', validate: fits('secondPort') },
    secondSecurity: { value: 'starttls', validate: fits('secondSecurity') },
    webhook: { value: '', validate: fits('webhook') },
    windows: { value: [], validate: fits('windows') },
  } satisfies Fields<'rap-contacts'>,
  credentials: {
    user: { type: 'text' },
    password: { type: 'password' },
    secondUser: { type: 'text' },
    secondPassword: { type: 'password' },
    webhookToken: { type: 'password' },
  },
  ...labels(),
  ...editing((form) => {
    tabs('rap-contacts', ['people', 'relay', 'alarms', 'second', 'maintenance'], text);
    form.table('contacts', {
      add: text('add.contact'),
      fresh: { name: '', email: '', groups: 'digest' },
      columns: [
        { key: 'name', label: text('column.name'), flex: '0 0 150px' },
        { key: 'email', label: text('column.email'), placeholder: 'duty@ops.example.hk' },
        { key: 'groups', label: text('column.groups'), placeholder: 'digest, alarm', flex: '0 0 130px' },
      ],
    });
    const kinds = ['connection', 'reports', 'shares', 'all'];
    form.table('windows', {
      add: text('add.window'),
      fresh: { from: '', until: '', what: 'connection', reason: '' },
      columns: [
        { key: 'from', label: text('column.from'), placeholder: '2026-11-21 08:00', flex: '0 0 130px' },
        { key: 'until', label: text('column.until'), placeholder: '2026-11-21 19:00', flex: '0 0 130px' },
        {
          key: 'what',
          label: text('column.what'),
          choices: kinds.map((value) => ({ value, label: text(`what.${value}`) })),
          flex: '0 0 150px',
        },
        { key: 'reason', label: text('column.reason'), placeholder: text('placeholder.reason') },
      ],
    });
  }),
});

import { ask, dialog, type Fields, type Form, fault, send, tabs, whenChosen } from '../editor/kit.ts';

const blank = (value: unknown) => String(value ?? '').trim() === '';

const { fits, version, text, labels, editing } = dialog('rap-account', {
  keyFile: ({ keySource, keyFile }) =>
    keySource !== 'stored' && blank(keyFile) ? fault('noKeyFile', '').fault : undefined,
  knownHosts: ({ knownHosts, hostKeys }) =>
    blank(knownHosts) && !(Array.isArray(hostKeys) && hostKeys.length > 0)
      ? fault('noHostKeys', '').fault
      : undefined,
});

const PORT = '18801';
const blankRows = ['primary', 'primary', 'secondary', 'secondary'].map((dataCentre) => ({
  dataCentre,
  host: '',
  port: PORT,
}));
/** The two addresses of both data centres have a row each. */
const four = (rows: readonly object[]) => [...rows, ...blankRows.slice(rows.length)];

interface Preset {
  id: string;
  title: string;
  installation: string;
  addresses: object[];
  folders: object[];
  fields: Record<string, string>;
  clears: Record<string, string[]>;
}

function makeTables(form: Form) {
  const sites = ['primary', 'secondary'].map((value) => ({ value, label: text(`site.${value}`) }));
  const addresses = form.table('addresses', {
    shown: four,
    kept: ({ host }) => host !== '',
    columns: [
      { key: 'dataCentre', label: text('column.dataCentre'), choices: sites, flex: '0 0 190px' },
      { key: 'host', label: text('column.host'), placeholder: '10.243.2.141' },
      { key: 'port', label: text('column.port'), placeholder: PORT, flex: '0 0 90px' },
    ],
  });
  form.table('hostKeys', {
    add: text('add.hostKey'),
    fresh: { address: '', fingerprint: '' },
    columns: [
      {
        key: 'address',
        label: text('column.address'),
        placeholder: `10.243.2.141:${PORT}`,
        list: 'rap-account-address-list',
        flex: '0 0 170px',
      },
      { key: 'fingerprint', label: text('column.fingerprint'), placeholder: 'SHA256:…' },
    ],
  });
  const folders = form.table('folders', {
    add: text('add.folder'),
    fresh: { folder: '/' },
    columns: [{ key: 'folder', label: text('column.folder'), placeholder: '/INBOX' }],
  });
  form.onChange(() => {
    const list = $('#rap-account-address-list').empty();
    for (const { host, port } of addresses.kept()) $('<option>').val(`${host}:${port}`).appendTo(list);
  });
  return { addresses, folders };
}

function offerPresets(form: Form, { addresses, folders }: ReturnType<typeof makeTables>): void {
  const choice = $('#rap-account-preset');
  $('<option value="">').text(text('preset.none')).appendTo(choice);
  ask<{ presets: Preset[]; defaults: Record<string, string> }>(
    'rap-account/presets',
    ({ presets, defaults }) => {
      for (const [field, value] of Object.entries(defaults)) form.input(field).attr('placeholder', value);
      for (const [at, { id, title }] of presets.entries()) {
        $('<option>')
          .val(at)
          .text(text(`preset.${id}`, { title }))
          .appendTo(choice);
      }
      choice.on('change', () => {
        const one = presets[Number(choice.val() || -1)];
        if (one === undefined) return;
        form.input('installation').val(one.installation);
        addresses.fill(one.addresses);
        folders.fill(one.folders);
        for (const [field, values] of Object.entries(one.clears)) {
          if (values.includes(form.text(field))) form.input(field).val('').trigger('change');
        }
        for (const [field, value] of Object.entries(one.fields))
          form.input(field).val(value).trigger('change');
      });
    },
  );
}

/** Shows whether the login is locked, which a person ends with a reason. */
function showLock({ node: { id } }: Form): void {
  const show = ({ lock }: { lock?: object | null }) => {
    if (lock === undefined) return;
    $('#rap-account-lock').toggleClass('locked', Boolean(lock)).show();
    $('#rap-account-lock-text').text(lock ? text('lock.locked', lock) : text('lock.open'));
    $('#rap-account-lock-reset').toggle(Boolean(lock));
  };
  ask(`rap-account/${id}/lock?language=${encodeURIComponent(RED.i18n.lang())}`, show);
  $('#rap-account-lock-button').on('click', () => {
    const reason = String($('#rap-account-lock-reason').val()).trim();
    if (reason === '') {
      $('#rap-account-lock-reason').addClass('input-error').trigger('focus');
      return;
    }
    send<{ lock?: object | null }>(`rap-account/${id}/unlock`, { reason })
      .done(show)
      .fail(({ status }) => {
        RED.notify(text(status === 401 ? 'lock.denied' : 'lock.failed'), 'error');
      });
  });
}

RED.nodes.registerType('rap-account', {
  category: 'config',
  color: '#7fa8c9',
  icon: 'rap-account.svg',
  defaults: {
    name: { value: '', validate: fits('name') },
    version: { value: version, validate: fits('version') },
    installation: { value: 'hkscc', validate: fits('installation') },
    participant: { value: '', validate: fits('participant') },
    holidayTrading: { value: '', validate: fits('holidayTrading') },
    user: { value: '', validate: fits('user') },
    keySource: { value: 'file', validate: fits('keySource') },
    keyFile: { value: '', validate: fits('keyFile') },
    keyUntil: { value: '', validate: fits('keyUntil') },
    addresses: { value: [], validate: fits('addresses') },
    hostKeys: { value: [], validate: fits('hostKeys') },
    knownHosts: { value: '', validate: fits('knownHosts') },
    folders: {
      value: [{ folder: '/INBOX' }, { folder: '/COMMON' }, { folder: '/RPF' }],
      validate: fits('folders'),
    },
    profile: { value: 'standard', validate: fits('profile') },
    tcpSeconds: { value: '', validate: fits('tcpSeconds') },
    handshakeSeconds: { value: '', validate: fits('handshakeSeconds') },
    requestSeconds: { value: '', validate: fits('requestSeconds') },
    stallSeconds: { value: '', validate: fits('stallSeconds') },
    idleSeconds: { value: '', validate: fits('idleSeconds') },
    maxEntries: { value: '', validate: fits('maxEntries') },
    maxMegabytes: { value: '', validate: fits('maxMegabytes') },
    maxDepth: { value: '', validate: fits('maxDepth') },
    maxListingMegabytes: { value: '', validate: fits('maxListingMegabytes') },
    maxListingSeconds: { value: '', validate: fits('maxListingSeconds') },
    reserveMegabytes: { value: '', validate: fits('reserveMegabytes') },
    loginsPerDay: { value: '', validate: fits('loginsPerDay') },
    bandwidth: { value: '', validate: fits('bandwidth') },
    resume: { value: false, validate: fits('resume') },
  } satisfies Fields<'rap-account'>,
  credentials: {
    privateKey: { type: 'password' },
    passphrase: { type: 'password' },
  },
  ...labels({ title: ({ user }) => String(user || text('title')) }),
  ...editing(
    (form) => {
      tabs('rap-account', ['account', 'servers', 'folders', 'advanced'], text);
      whenChosen(form.input('keySource'), (source) => {
        $('.rap-account-key-file').toggle(source !== 'stored');
        $('.rap-account-key-stored').toggle(source === 'stored');
      });
      const hasKey = Boolean(form.node.credentials?.has_privateKey);
      $('#rap-account-key-text').attr('placeholder', text(hasKey ? 'key.kept' : 'key.paste'));
      offerPresets(form, makeTables(form));
      showLock(form);
    },
    (form) => {
      const pasted = String($('#rap-account-key-text').val()).trim();
      if (pasted !== '') form.input('privateKey').val(`${pasted}\n`);
    },
  ),
});

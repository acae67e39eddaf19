/** What "Fill in from" in the dialog offers: the exchange's two installations, and the simulator's. */

import { installations, simulatedAddress } from '../../lib/model/installations.ts';
import type { Address, DataCentre, Installation } from '../../lib/model/types.ts';
import { accountDefaults } from '../../lib/rap/account.ts';

export interface Preset {
  id: string;
  title: string;
  installation: Installation;
  addresses: { dataCentre: DataCentre; host: string; port: string }[];
  folders: { folder: string }[];
  /** Other fields of the dialog that the preset fills in. */
  fields: Record<string, string>;
  /** What it takes out of fields of the dialog: the simulator's. What a person entered stays. */
  clears: Record<string, readonly string[]>;
}

/** Users of the simulator; invented. */
const simulatedUsers: Readonly<Record<Installation, string>> = { hkscc: 'SIM001', 'hkcc-seoch': 'SIMC01' };

/** The fields of the dialog that belong to the simulator's user. */
function simulatedFields(installation: Installation): Record<string, string> {
  const user = simulatedUsers[installation];
  return {
    user,
    participant: user,
    keySource: 'file',
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Node-RED's way to name environment variables
    keyFile: `\${RAP_HOME}/simulator/keys/${user}`,
    knownHosts: '${RAP_HOME}/simulator/known_hosts',
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above
  };
}

/** An account of the exchange keeps nothing of the simulator's: its reports would be taken for foreign ones. */
const simulated = [simulatedFields('hkscc'), simulatedFields('hkcc-seoch')];
const clears = Object.fromEntries(
  ['user', 'participant', 'keyFile', 'knownHosts'].map((field) => [
    field,
    simulated.map((fields) => fields[field] ?? ''),
  ]),
);

function preset(installation: Installation, isSimulated: boolean): Preset {
  const { title, addresses, folders } = installations[installation];
  const rows = (dataCentre: DataCentre) =>
    addresses[dataCentre]
      .map((address): Address => (isSimulated ? simulatedAddress(address) : address))
      .map(({ host, port }) => ({ dataCentre, host, port: String(port) }));
  return {
    id: isSimulated ? `simulator-${installation}` : installation,
    title,
    installation,
    addresses: [...rows('primary'), ...rows('secondary')],
    folders: folders.map((folder) => ({ folder })),
    fields: isSimulated ? simulatedFields(installation) : {},
    clears: isSimulated ? {} : clears,
  };
}

export const presets: readonly Preset[] = [
  preset('hkscc', false),
  preset('hkcc-seoch', false),
  preset('hkscc', true),
  preset('hkcc-seoch', true),
];

/** Our defaults, shown in the dialog's empty number fields. */
export const defaults: Readonly<Record<string, string>> = {
  tcpSeconds: String(accountDefaults.deadlines.tcp / 1000),
  handshakeSeconds: String(accountDefaults.deadlines.handshake / 1000),
  requestSeconds: String(accountDefaults.deadlines.request / 1000),
  stallSeconds: String(accountDefaults.deadlines.stall / 1000),
  idleSeconds: String(accountDefaults.idle / 1000),
  maxEntries: String(accountDefaults.limits.entries),
  maxMegabytes: String(accountDefaults.limits.fileSize / 1024 ** 2),
  maxDepth: String(accountDefaults.limits.depth),
  maxListingMegabytes: String(accountDefaults.limits.bytes / 1024 ** 2),
  maxListingSeconds: String(accountDefaults.limits.time / 1000),
  reserveMegabytes: String(Math.round(accountDefaults.reserve / 1024 ** 2)),
  loginsPerDay: String(accountDefaults.loginsPerDay),
};

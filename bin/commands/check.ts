/** `rap check`: tries every address of both data centres. */
import { type AddressCheck, checkAccount } from '../../lib/collection/check.ts';
import { codes } from '../../lib/errors/codes.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { installations, simulatedAddress } from '../../lib/model/installations.ts';
import type { Address, Installation } from '../../lib/model/types.ts';
import { parseAccount } from '../../lib/rap/account-config.ts';
import { realClock } from '../../lib/time/clock.ts';
import {
  connectionHelp,
  connectionOptions,
  foldersFromOptions,
  keyFromOptions,
  parseArguments,
  pinsFromOptions,
  required,
} from '../connection-options.ts';

export const help = `Usage: rap check --installation hkscc|hkcc-seoch --user U --key FILE --known-hosts FILE [options]
       rap check --primary HOST:PORT [--primary ...] [--secondary HOST:PORT ...] --user U --key FILE ...

Tries every address: connection, host key, login, listing, log out. One login per address; after a refused login
none is tried any more. Nothing is downloaded.

  --installation NAME    takes the addresses of the circular: hkscc or hkcc-seoch
  --simulator            the same addresses of the simulator on this machine (127 in front)
  --primary H:P          an address of the primary data centre; may be given several times
  --secondary H:P        an address of the secondary data centre; may be given several times
  --from FOLDER          remote folder to list (default /INBOX, /COMMON, and at hkscc /RPF)
${connectionHelp}`;

const options = {
  ...connectionOptions,
  installation: { type: 'string' },
  simulator: { type: 'boolean' },
  primary: { type: 'string', multiple: true },
  secondary: { type: 'string', multiple: true },
  from: { type: 'string', multiple: true },
} as const;

function installationOf(name: string | undefined): Installation | undefined {
  if (name === undefined) return undefined;
  const known = name.trim().toLowerCase();
  if (known === 'hkscc' || known === 'hkcc-seoch') return known;
  throw new RapError('USAGE', `--installation "${name}" is not hkscc or hkcc-seoch`);
}

function presetAddresses(installation: Installation, simulator: boolean) {
  const { primary, secondary } = installations[installation].addresses;
  const place = (addresses: readonly Address[]) =>
    simulator ? addresses.map(simulatedAddress) : [...addresses];
  return { primary: place(primary), secondary: place(secondary) };
}

function table(rows: readonly AddressCheck[]): string {
  const cells = rows.map((row) => [
    row.ok ? 'ok' : 'FAILED',
    row.dataCentre,
    row.address,
    row.ok ? `${row.files} files` : `reached: ${row.reached}`,
    `${row.milliseconds} ms`,
    row.error === undefined ? '' : `${row.error.code}: ${row.error.message}`,
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The worst thing that happened decides the exit status: trust before connection before the rest. */
function exitStatus(rows: readonly AddressCheck[]): number {
  const statuses = rows.flatMap((row) => (row.error === undefined ? [] : [codes[row.error.code].exit]));
  return [4, 3, 5, 2, 6].find((status) => statuses.some((one) => one === status)) ?? 0;
}

export default async function check(argv: string[]): Promise<number> {
  const { values } = parseArguments(argv, options);
  const installation = installationOf(values.installation);
  if (installation === undefined && values.primary === undefined) {
    throw new RapError('USAGE', '--installation or --primary is missing');
  }
  const addresses =
    values.primary === undefined && installation !== undefined
      ? presetAddresses(installation, values.simulator === true)
      : { primary: values.primary ?? [], secondary: values.secondary ?? [] };
  const of = installation ?? 'hkscc';
  const base = {
    name: 'check',
    installation: of,
    user: required(values.user, '--user'),
    addresses,
    profile: values.careful === true ? 'careful' : 'standard',
    folders: values.from === undefined ? [...installations[of].folders] : foldersFromOptions(values.from),
  } as const;
  const known = parseAccount(base).addresses;
  const account = parseAccount({
    ...base,
    pins: await pinsFromOptions(values, [...known.primary, ...known.secondary]),
  });
  const rows = await checkAccount(account, await keyFromOptions(values), { clock: realClock });
  process.stdout.write(
    values.json === true ? `${rows.map((row) => JSON.stringify(row)).join('\n')}\n` : `${table(rows)}\n`,
  );
  return exitStatus(rows);
}

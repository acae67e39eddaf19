/** `rap hostkey`: the host keys a server presents. Nothing of a login is sent. */
import { presentedHostKeys } from '../../lib/rap/client/presented-keys.ts';
import { realClock } from '../../lib/time/clock.ts';
import { parseArguments, serverFromOptions } from '../connection-options.ts';

export const help = `Usage: rap hostkey HOST [PORT] [--json]

Shows the SHA-256 fingerprint and the type of every host key that the server presents, and its line for a known_hosts
file. Compare them with what HKEX gave you before you trust one: this command cannot know whether it is the right one.
A login needs one of them to be pinned. Each key takes a connection of its own; nothing of a login is sent.`;

const options = { json: { type: 'boolean' } } as const;

export default async function hostkey(argv: string[]): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  const { host, port } = serverFromOptions(positionals[0], 'HOST', positionals[1]);
  for await (const { type, fingerprint, key } of presentedHostKeys({ host, port }, { clock: realClock })) {
    const knownHosts = `[${host}]:${port} ${type} ${key.toString('base64')}`;
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify({ host, port, type, fingerprint, knownHosts })}\n`
        : `${fingerprint} (${type})\n${knownHosts}\n`,
    );
  }
  return 0;
}

/**
 * Lets SFTP clients meet the simulator's faults and writes docs/bench/faults.md.
 *
 *   node bench/faults.ts                       all faults, all clients
 *   node bench/faults.ts --fault P06 --fault N07 --print
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { faults as catalogue, type NamedFault } from '../simulator/faults/table.ts';
import { newKey, type SshKey, writeKey } from '../simulator/keys.ts';
import { type Fault, RapServer } from '../simulator/rap-server.ts';
import { diskTree, type FileTree } from '../simulator/sftp/tree.ts';
import { whatIsMissing } from '../test/interop/servers/server.ts';
import { writeNoise } from '../test/interop/tree.ts';
import { type FaultClient, faultClients } from './fault-clients.ts';
import { faultsPage, type Meeting, type PlayedFault } from './faults-page.ts';
import { type Content, judge } from './faults-verdict.ts';
import { type Measured, measure } from './measure.ts';

const HOST = '127.0.0.1';
const USER = 'REPORTS1';
const FOLDER = '/INBOX';
/** Seconds after which a client that has not ended is said to hang. Our own longest deadline here is 20. */
const WINDOW = 25;
/** Seconds for faults that are only slow. */
const slow: Record<string, number> = { N09: 75 };
/** Faults that need two addresses, two clients, more files than fit into the window, an RSA key or real reports. */
const elsewhere = /^(N12|N13|T03|T07.*|L06|D01|D1[123]|R\d.*)$/;
const leftOut = (fault: NamedFault) => elsewhere.test(fault.name) || fault.make().meets !== undefined;
/**
 * Names that climb out of the folder are a known class of fault in client libraries. What a library does with them
 * is not shown here; our programs around it use only the last part of a name, so nothing could be learnt.
 */
const notShown = (client: FaultClient, fault: PlayedFault) =>
  fault.name === 'D04' && ['get', 'fastGet'].includes(client.id);

const files: Record<string, number> = {
  'CCLTN05.txt': 100_000,
  'CCMDS01.csv': 20_000,
  'CSESM01.txt': 5_000,
  'EMPTY01.txt': 0,
};

const { values } = parseArgs({
  options: {
    fault: { type: 'string', multiple: true },
    client: { type: 'string', multiple: true },
    print: { type: 'boolean', default: false },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);

interface Stage {
  folder: string;
  /** What the server serves as '/'. */
  root: string;
  userKey: SshKey;
  keyFile: string;
  /** The files as they truly are. */
  honest: ReadonlyMap<string, Content>;
}

/** Files whose names the server shows, or undefined when there is no end of them. */
async function listed(fault: Fault, honest: FileTree, name: string): Promise<number | undefined> {
  if (name === 'D02') return undefined;
  const names = new Set<string>();
  const tree = fault.sftp?.tree?.(honest) ?? honest;
  for await (const entry of await tree.list(FOLDER)) names.add(entry.name.toString('hex'));
  return names.size;
}

/** Where each file was replaced by a longer one before it was opened, the longer one is right. */
function longer(
  honest: ReadonlyMap<string, Content>,
  found: ReadonlyMap<string, Content>,
): Map<string, Content> {
  return new Map(
    [...honest].map(([name, content]) => {
      const now = found.get(name);
      return [name, now !== undefined && now.bytes === content.bytes + 500 ? now : content];
    }),
  );
}

/** The files in a folder. Names are bytes, one letter each: they need not be UTF-8. */
async function filesIn(folder: string): Promise<Map<string, Content>> {
  const found = new Map<string, Content>();
  if (!existsSync(folder)) return found;
  for (const name of await readdir(folder, { encoding: 'buffer' })) {
    const content = await readFile(Buffer.concat([Buffer.from(`${folder}/`), name])).catch(() => undefined);
    if (content === undefined) continue;
    const sha256 = createHash('sha256').update(content).digest('hex');
    found.set(name.toString('latin1'), { bytes: content.length, sha256 });
  }
  return found;
}

/** Files in the stage of one meeting that do not lie where they should. */
async function strays(outer: string, to: string): Promise<string[]> {
  const all = await readdir(outer, { recursive: true, withFileTypes: true });
  const outside = all
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(to))
    .map((entry) => path.join(entry.parentPath, entry.name));
  return [...outside, ...['/tmp/escaped.txt', '/tmp/absolute.txt'].filter((file) => existsSync(file))];
}

/** One client meets one fault, on a server of its own. */
async function meet(client: FaultClient, named: PlayedFault, stage: Stage): Promise<Meeting> {
  const fault = named.make();
  const hostKey = newKey('host');
  const nextKey = newKey('next');
  const server = new RapServer({
    host: HOST,
    port: 0,
    hostKey: fault.hostKey === undefined ? hostKey : fault.hostKey === 'next' ? nextKey : newKey('changed'),
    accounts: { keysOf: (user) => (user === USER ? [stage.userKey.blob] : []), live: new Map() },
    tree: diskTree(stage.root),
  });
  server.fault = fault;
  await server.listen();
  const port = server.port;
  if (fault.refuse === true) await server.close();
  if (fault.unanswered === true) await server.fallSilent();
  const own = await mkdtemp(path.join(stage.folder, 'meeting-'));
  const outer = path.join(own, 'outer');
  const to = path.join(outer, 'inner', 'to');
  const knownHostsFile = path.join(own, 'known_hosts');
  try {
    await mkdir(to, { recursive: true });
    const trusted = named.name === 'T02' ? [hostKey, nextKey] : [hostKey];
    await writeFile(knownHostsFile, trusted.map((key) => `[${HOST}]:${port} ${key.publicKey}\n`).join(''));
    const order = client.order({
      host: HOST,
      port,
      user: USER,
      keyFile: stage.keyFile,
      fingerprint: trusted.map((key) => key.fingerprint).join(','),
      knownHostsFile,
      folder: FOLDER,
      files: Object.keys(files).length,
      to,
    });
    const took = await measure(order.command, order.args, {
      limit: slow[named.name] ?? WINDOW,
      ...(order.env === undefined ? {} : { env: order.env }),
      keepOutput: true,
    });
    const found = await filesIn(order.arrived);
    const outside = await strays(outer, to);
    await rm('/tmp/escaped.txt', { force: true });
    await rm('/tmp/absolute.txt', { force: true });
    return {
      fault: named.name,
      client: client.id,
      verdict: judge({
        status: took.status,
        found,
        honest: named.name === 'P23' ? longer(stage.honest, found) : stage.honest,
        changing: ['P24', 'P25', 'P26'].includes(named.name),
        listed: await listed(named.make(), diskTree(stage.root), named.name),
        outside: outside.length,
      }),
      ...codesOf(client, took),
      seconds: took.wall,
      logins: server.counters.loginAttempts,
    };
  } finally {
    await server.close();
    await rm(own, { recursive: true, force: true });
  }
}

/** The codes of our own errors, and what it said where it gave none that helps. */
function codesOf(
  client: FaultClient,
  { status, stdout, stderr }: Measured,
): Pick<Meeting, 'codes' | 'remark'> {
  if (client.id !== 'ours') return {};
  const codes = [...new Set([...stdout.matchAll(/"code":"([A-Z_]+)"/g)].map(([, code]) => code ?? ''))];
  const helpless = codes.includes('UNEXPECTED') || (status !== 0 && codes.length === 0);
  return { codes, ...(helpless ? { remark: `exit ${status}: ${stderr} ${stdout}` } : {}) };
}

async function run(): Promise<void> {
  const chosen = faultClients.filter((one) => values.client?.includes(one.id) ?? true);
  const missing = [
    ...chosen.map((one) =>
      whatIsMissing({ name: one.name, files: [one.program], packages: [one.debian ?? ''] }),
    ),
    whatIsMissing({ name: 'GNU time', files: ['/usr/bin/time'], packages: ['time'] }),
  ].filter((line) => line !== undefined);
  if (missing.length > 0) throw new Error(missing.join('\n'));
  const folder = await mkdtemp(path.join(tmpdir(), 'rap-faults-'));
  try {
    const root = path.join(folder, 'served');
    for (const [index, [name, bytes]] of Object.entries(files).entries()) {
      await writeNoise(path.join(root, FOLDER, name), index + 1, bytes);
    }
    const keyFile = path.join(folder, 'key');
    const stage: Stage = {
      folder,
      root,
      keyFile,
      userKey: await writeKey(keyFile, newKey('user')),
      honest: await filesIn(path.join(root, FOLDER)),
    };
    const picked = catalogue.filter(
      (fault) => !leftOut(fault) && (values.fault?.includes(fault.name) ?? true),
    );
    const honestly: PlayedFault = { name: '-', expected: ['right'], make: () => ({}) };
    const met: Meeting[] = [];
    for (const fault of [honestly, ...picked]) {
      const meetings = await Promise.all(
        chosen.filter((client) => !notShown(client, fault)).map((client) => meet(client, fault, stage)),
      );
      if (fault === honestly && meetings.some((one) => one.verdict !== 'right')) {
        throw new Error(`Without a fault: ${JSON.stringify(meetings)}`);
      }
      met.push(...meetings);
      for (const one of meetings)
        if (one.remark !== undefined) say(`${fault.name}: ${one.client}: ${one.remark}`);
      say(
        `${fault.name}: ${meetings.map((one) => `${one.client} ${one.verdict} ${one.codes?.join(' ') ?? ''} ${one.seconds.toFixed(1)} s`).join('; ')}`,
      );
    }
    const page = faultsPage([honestly, ...picked], chosen, met, WINDOW);
    if (values.print) process.stdout.write(page);
    else {
      const documents = fileURLToPath(new URL('../docs/bench/', import.meta.url));
      await mkdir(documents, { recursive: true });
      await writeFile(path.join(documents, 'faults.md'), page);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await run();

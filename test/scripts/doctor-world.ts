/** A home of live operation as "rap doctor" is to find it sound, and ways to break it. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { initShare } from '../../lib/delivery/share.ts';
import { realClock } from '../../lib/time/clock.ts';
import { diagnose, type Finding } from '../../nodes/live/doctor.ts';
import { keyIn, newKey } from '../../simulator/keys.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export type Saved = Record<string, unknown>;

export const hash = `$2b$08$${'a'.repeat(53)}`;
export const pins = Array.from({ length: 4 }, () => newKey('host').fingerprint);

export interface World {
  home: string;
  shares: string;
  env: Record<string, string>;
  nodes: Saved[];
  /** Writes a file of the home. */
  write(name: string, text: string | Buffer, mode?: number): void;
}
export type Break = (world: World) => void;

const files = ['01 Daily download.json', '02 Practice session.json'];
export const shipped = (): Saved[] => {
  const read = (name: string) => JSON.parse(readFileSync(join(root, 'flows', name), 'utf8')) as Saved[];
  // A config node that both carry comes once.
  return [...new Map(files.flatMap(read).map((node) => [node.id, node])).values()];
};

/** The shipped flows as a site makes them its own. */
function ownFlows(home: string, shares: string): Saved[] {
  const hosts = {
    hkscc: ['10.243.2.141', '10.243.2.142', '10.243.66.141', '10.243.66.142'],
    'hkcc-seoch': ['10.151.14.141', '10.151.14.142', '10.152.14.141', '10.152.14.142'],
  };
  const names = { hkscc: 'SIM001', 'hkcc-seoch': 'SIMC01' };
  return shipped().map((node) => {
    if (node.type === 'rap-account') {
      const installation = node.installation as 'hkscc' | 'hkcc-seoch';
      const own = {
        name: installation === 'hkscc' ? 'clearing' : 'futures',
        participant: 'B01234',
        user: `BROKER-${names[installation]}`.slice(0, 8),
      };
      const addresses = hosts[installation].map((host, at) => ({
        ...{ dataCentre: at < 2 ? 'primary' : 'secondary', host, port: '18801' },
      }));
      const hostKeys = addresses.map(({ host }, at) => ({ address: `${host}:18801`, fingerprint: pins[at] }));
      return {
        ...node,
        ...own,
        addresses,
        hostKeys,
        knownHosts: '',
        keyFile: join(home, 'keys', installation),
      };
    }
    if (node.type === 'rap-contacts') {
      const text = JSON.stringify({ ...node, host: 'relay.broker.hk', port: '587', security: 'starttls' });
      return JSON.parse(text.replaceAll(/broker[.]example/g, 'broker.hk'));
    }
    if (node.type === 'report-route') {
      const rules = (node.rules as Saved[]).map((rule, at) => ({ ...rule, share: join(shares, `s${at}`) }));
      return { ...node, shares: 'marked', rules };
    }
    if (node.type === 'session-timer') return { ...node, rehearse: '' };
    if (node.type === 'rap-plan')
      return {
        ...node,
        accounts: [
          { account: 'clearing', installation: 'hkscc' },
          { account: 'futures', installation: 'hkcc-seoch' },
        ],
      };
    return node;
  });
}

/** Sets fields of the first node of a type. */
export const set =
  (type: string, changes: Saved | ((node: Saved) => Saved)): Break =>
  ({ nodes }) => {
    const node = nodes.find((one) => one.type === type) ?? assert.fail(type);
    Object.assign(node, typeof changes === 'function' ? changes(node) : changes);
  };
/** Sets cells of the first row of a table. */
export const row = (type: string, table: string, changes: Saved): Break =>
  set(type, (node) => {
    const rows = structuredClone(node[table]) as Saved[];
    rows[0] = { ...rows[0], ...changes };
    return { [table]: rows };
  });
export const variable =
  (name: string, value: string): Break =>
  ({ env }) => {
    env[name] = value;
  };
export const file =
  (name: string, text: string | Buffer, mode?: number): Break =>
  ({ write }) =>
    write(name, text, mode);
export const both =
  (...breaks: Break[]): Break =>
  (world) => {
    for (const one of breaks) one(world);
  };
export const gone =
  (type: string): Break =>
  ({ nodes }) => {
    const at = nodes.findIndex((node) => node.type === type);
    nodes.splice(at, 1);
  };
export const account = (changes: Saved) => set('rap-account', changes);
export const contacts = (changes: Saved) => set('rap-contacts', changes);
export const route = (share: string) => row('report-route', 'rules', { share });

/** A home with the shipped flows made its own, in folders of their own. */
export async function newWorld(): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), 'rap-doctor-'));
  const shares = mkdtempSync(join(tmpdir(), 'rap-shares-'));
  const write = (name: string, text: string | Buffer, mode = 0o600) => {
    mkdirSync(join(home, name, '..'), { recursive: true });
    writeFileSync(join(home, name), text, { mode });
  };
  mkdirSync(join(home, 'node-red'));
  write('settings.js', '');
  write('users', `ops full ${hash}\n`);
  write('credential-secret', 'the secret of a test\n');
  for (const name of ['hkscc', 'hkcc-seoch']) await keyIn(join(home, 'keys', name));
  for (const at of [0, 1, 2, 3]) {
    mkdirSync(join(shares, `s${at}`));
    await initShare(join(shares, `s${at}`), realClock);
  }
  return { home, shares, env: {}, nodes: ownFlows(home, shares), write };
}

export async function removeWorld({ home, shares }: World): Promise<void> {
  for (const folder of [home, shares]) await rm(folder, { recursive: true, force: true });
}

/** What the doctor finds there. */
export async function examine({ home, env, nodes, write }: World, live = true): Promise<Finding[]> {
  if (nodes.length > 0) write('node-red/flows.json', JSON.stringify(nodes));
  return diagnose({ home, env, clock: realClock, live });
}

export const refused = (findings: Finding[]) => findings.filter(({ state }) => state === 'refused');

/** Something broken, what the refusal is to name, and what it is to say. */
export type Doubtful = [what: string, how: Break, names: RegExp, cure?: RegExp];

/** Tests in a world of their own each: what is understood, and what is refused with its field and its cure. */
export function itReads(
  world: () => World,
  understood: readonly [what: string, how: Break][],
  doubtful: readonly Doubtful[],
): void {
  for (const [what, how] of understood) {
    it(`understands ${what}`, async () => {
      how(world());
      assert.deepEqual(refused(await examine(world())), []);
    });
  }

  for (const [what, how, names, cure = /\S/] of doubtful) {
    it(`refuses ${what}`, async () => {
      how(world());
      const found = refused(await examine(world()));
      const [first] = found.filter(({ check, field, message }) => names.test(`${check} ${field} ${message}`));
      assert.ok(first !== undefined, `${found.length} refused: ${JSON.stringify(found)}`);
      assert.ok(first.message.length > 10 && first.cure.length > 5, JSON.stringify(first));
      assert.match(`${first.message} ${first.cure}`, cure);
      assert.notEqual(first.code, 'UNEXPECTED', JSON.stringify(first));
    });
  }
}

/** The floors of the house: who may import whom. A rule that is broken is named with file and import. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** From the ground up. A room uses itself and the floors below it; rooms of one floor do not use each other. */
const floors = [
  ['lib/i18n'],
  ['lib/errors'],
  ['lib/time', 'lib/model', 'lib/process', 'lib/ssh', 'lib/net', 'lib/cells'],
  ['lib/files'],
  ['lib/ledger'],
  ['lib/rap', 'lib/reports', 'lib/weather'],
  ['lib/delivery', 'lib/mail', 'lib/accounts'],
  ['lib/alarms'],
  ['lib/collection', 'lib/practice', 'lib/watch'],
  ['lib/desk'],
];
const ground = floors.slice(0, 4).flat();
const wholeLib = floors.flat();
/** Nodes that hold what other nodes share; those may use them. */
const configNodes = ['nodes/rap-account', 'nodes/rap-contacts', 'nodes/rap-plan'];

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The room of a file: two folders deep in lib and nodes, one in bin and simulator. */
function roomOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  return first === 'lib' || first === 'nodes' ? `${first}/${second}` : first;
}

/** What a browser can run: schemas of settings, and what the dialogs share. */
const browserFloor = ['lib/cells', 'lib/model', 'lib/i18n'];

/** The rooms that a file may import from. */
function allowedFor(file: string): string[] {
  if (/^nodes\/[\w-]+\/editor\.ts$/.test(file)) return ['nodes/editor'];
  if (/^nodes\/[\w-]+\/schema\.ts$/.test(file)) return browserFloor;
  return allowedRooms(roomOf(file));
}

/** The rooms that files of a room may import from, the room itself included. */
function allowedRooms(room: string): string[] {
  const floor = floors.findIndex((rooms) => rooms.includes(room));
  if (floor >= 0) return [room, ...floors.slice(0, floor).flat()];
  if (room === 'nodes/editor') return [room, 'schemas of nodes', ...browserFloor];
  // It looks at what every node has saved, with the readers of a deploy.
  if (room === 'nodes/live') return [room, 'nodes/runtime', 'settings of nodes', ...configNodes, ...wholeLib];
  if (room === 'nodes/runtime' || configNodes.includes(room)) return [room, 'nodes/runtime', ...wholeLib];
  if (room.startsWith('nodes/')) return [room, 'nodes/runtime', ...configNodes, ...wholeLib];
  if (room === 'simulator') return [room, 'lib/reports', ...ground];
  if (room === 'bin') return [room, 'simulator', 'nodes/live', ...wholeLib];
  return [];
}

interface Import {
  from: string;
  typesOnly: boolean;
}

function importsOf(source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '');
  const found = code.matchAll(
    /(?:^|\n)\s*(import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'|\bimport\('([^']+)'\)/g,
  );
  return [...found].map(([, , type, static_, dynamic]) => ({
    from: static_ ?? dynamic ?? '',
    typesOnly: type !== undefined,
  }));
}

/** What a shipped file imports against the rules, as sentences. */
function trespasses(file: string, source: string): string[] {
  const room = roomOf(file);
  const allowed = allowedFor(file);
  return importsOf(source).flatMap(({ from, typesOnly }) => {
    if (from.startsWith('node:')) return [];
    if (from.startsWith('.')) {
      const place = normalize(join(dirname(file), from));
      const isSettings = room === 'nodes/live' && /^nodes\/[\w-]+\/settings\.ts$/.test(place);
      const isSchema = room === 'nodes/editor' && /^nodes\/[\w-]+\/schema\.ts$/.test(place);
      const target = isSettings ? 'settings of nodes' : isSchema ? 'schemas of nodes' : roomOf(place);
      return allowed.includes(target) ? [] : [`${file} (${room}) imports ${from} (${target})`];
    }
    const throughDoor = room === 'lib/ssh' || typesOnly || !/^(ssh2|ssh2-sftp-client)$/.test(from);
    if (!throughDoor) return [`${file} imports ${from} past lib/ssh`];
    const name = from
      .split('/')
      .slice(0, from.startsWith('@') ? 2 : 1)
      .join('/');
    if (room.startsWith('lib/') && name === 'node-red') return [`${file} (${room}) knows Node-RED`];
    // The simulator runs from a checkout and may use development tools; types vanish in the build.
    const shipped = Object.hasOwn(dependencies, name) || typesOnly || room === 'simulator';
    return shipped ? [] : [`${file} imports ${name}, which is not in "dependencies"`];
  });
}

const files = globSync(['lib/**/*.ts', 'nodes/**/*.ts', 'bin/**/*.ts', 'simulator/**/*.ts'], {
  cwd: root,
}).sort();

describe('floors', () => {
  it('sees an import that goes up, sideways, into a node, or to a package that is not shipped', () => {
    const broken: [string, string][] = [
      ['lib/errors/a.ts', "import { x } from '../time/clock.ts';"],
      ['lib/rap/a.ts', "import {\n  x,\n} from '../delivery/deliver.ts';"],
      ['lib/ledger/a.ts', "export type { X } from '../mail/config.ts';"],
      ['lib/collection/a.ts', "const x = await import('../../nodes/runtime/msg-context.ts');"],
      ['lib/rap/a.ts', "import type { NodeAPI } from 'node-red';"],
      ['nodes/rap-list/a.ts', "import { x } from '../rap-connect/rap-connect.ts';"],
      ['nodes/rap-account/a.ts', "import { x } from '../rap-contacts/rap-contacts.ts';"],
      ['simulator/a.ts', "import { x } from '../lib/rap/transfer/reader.ts';"],
      ['lib/mail/a.ts', "import { x } from '../../simulator/inbox.ts';"],
      ['bin/commands/a.ts', "import { SMTPServer } from 'smtp-server';"],
      ['bin/commands/a.ts', "import { x } from '../../nodes/rap-list/settings.ts';"],
      ['nodes/live/a.ts', "import { x } from '../rap-list/rap-list.ts';"],
      ['lib/unknown/a.ts', "import { x } from '../errors/codes.ts';"],
      ['nodes/rap-list/editor.ts', "import { x } from './settings.ts';"],
      ['nodes/rap-list/schema.ts', "import { x } from '../../lib/errors/codes.ts';"],
      ['nodes/editor/a.ts', "import { x } from '../rap-list/settings.ts';"],
    ];
    for (const [file, source] of broken) {
      assert.equal(trespasses(file, source).length, 1, `${file}: ${source}`);
    }
  });

  it('lets a file use its own room, the floors below, Node.js and the shipped packages', () => {
    const fine: [string, string][] = [
      ['lib/ssh/a.ts', "import ssh2 from 'ssh2';"],
      ['lib/rap/a.ts', "import type { Client } from 'ssh2';"],
      ['lib/rap/a.ts', "import { x } from './b.ts';\nimport { y } from '../ledger/ledger.ts';"],
      ['lib/ledger/migrations/0001.ts', "import { x } from '../tables.ts';\nimport { sql } from 'kysely';"],
      [
        'nodes/rap-list/a.ts',
        "import type { NodeAPI } from 'node-red';\nimport { x } from '../runtime/msg-context.ts';",
      ],
      [
        'simulator/a.ts',
        "import { SMTPServer } from 'smtp-server';\nimport { c } from '../lib/reports/catalogue.ts';",
      ],
      ['nodes/live/a.ts', "import { x } from '../rap-list/settings.ts';"],
      ['nodes/rap-list/editor.ts', "import { x } from '../editor/kit.ts';"],
      ['nodes/editor/a.ts', "import { x } from '../rap-list/schema.ts';\nimport { y } from './b.ts';"],
      ['bin/commands/a.ts', "/** import { x } from 'mocha' */\nimport { readFile } from 'node:fs/promises';"],
    ];
    for (const [file, source] of fine) assert.deepEqual(trespasses(file, source), [], file);
  });

  it('finds no file of the house that breaks them', () => {
    assert.ok(files.length > 20, `only ${files.length} files were found`);
    const found = files.flatMap((file) => trespasses(file, readFileSync(join(root, file), 'utf8')));
    assert.deepEqual(found, []);
  });

  it('finds no circle among the files of the house', () => {
    const graph = new Map(
      files.map((file) => [
        file,
        importsOf(readFileSync(join(root, file), 'utf8'))
          .filter(({ from }) => from.startsWith('.'))
          .map(({ from }) => normalize(join(dirname(file), from))),
      ]),
    );
    const free = new Set<string>();
    const follow = (file: string, way: readonly string[]): readonly string[] | undefined => {
      if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
      if (free.has(file)) return undefined;
      for (const next of graph.get(file) ?? []) {
        const circle = follow(next, [...way, file]);
        if (circle !== undefined) return circle;
      }
      free.add(file);
      return undefined;
    };
    for (const file of files) assert.equal(follow(file, [])?.join(' -> '), undefined);
  });
});

/** A log-in ends with the right and the password with which it was made. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endOldSessions } from '../../nodes/live/old-sessions.ts';
import { useSystem } from '../support/use-system.ts';

const HOUR = 3_600_000;
const lasts = 12 * HOUR;
const changed = Date.UTC(2026, 10, 30, 9);

describe('log-ins of before', () => {
  const system = useSystem();
  let place: string;
  let file: string;
  const users = [
    { username: 'ada', password: 'x', permissions: '*' },
    { username: 'oscar', password: 'x', permissions: ['read', 'inject.write'] },
    { username: 'rita', password: 'x', permissions: 'read' },
  ];

  beforeEach(async () => {
    await mkdir(join(system.home, 'node-red'), { recursive: true });
    place = join(system.home, 'node-red', '.sessions.json');
    file = join(system.home, 'users');
    await writeFile(file, '');
    await utimes(file, changed / 1000, changed / 1000);
  });
  const session = (user: unknown, scope: unknown, begun = changed + HOUR) => ({
    ...{ user, scope, client: 'node-red-editor', accessToken: 'x', expires: begun + lasts },
  });

  it('end where the right, the user or the file of logins is another', async () => {
    const all: [name: string, session: unknown, stays: boolean][] = [
      ['as it is', session('ada', '*'), true],
      ['several', session('oscar', ['read', 'inject.write']), true],
      ['may only look by now', session('rita', '*'), false],
      ['may do less by now', session('oscar', ['read', 'inject.write', 'flows.write']), false],
      ['may do more by now', session('ada', 'read'), false],
      ['is gone', session('eve', '*'), false],
      ['before the password was changed', session('ada', '*', changed - 1), false],
      ['of nobody', session(undefined, undefined), false],
      ['without an end', { user: 'ada', scope: '*' }, false],
      ['nothing', null, false],
    ];
    const kept = Object.fromEntries(all.map(([name, one]) => [name, one]));
    endOldSessions(system.home, { users, file, lasts });
    await writeFile(place, JSON.stringify(kept));
    endOldSessions(system.home, { users, file, lasts });
    const left = JSON.parse(await readFile(place, 'utf8'));
    assert.deepEqual(
      Object.keys(left),
      all.filter(([, , stays]) => stays).map(([name]) => name),
    );
    assert.deepEqual(left['as it is'], kept['as it is']);
  });

  it('end with the password, wherever it was changed, and those of others stay', async () => {
    const all = Object.fromEntries(
      users.map(({ username, permissions }) => [username, session(username, permissions)]),
    );
    const start = async (now: typeof users, named?: string) => {
      await writeFile(place, JSON.stringify(all));
      endOldSessions(system.home, { users: now, file: named, lasts });
      return Object.keys(JSON.parse(await readFile(place, 'utf8')));
    };
    const others = (name: string) => users.map(({ username }) => username).filter((one) => one !== name);
    const withNew = (name: string, password = 'another') =>
      users.map((user) => (user.username === name ? { ...user, password } : user));
    assert.deepEqual(await start(users), [], 'of which password, nobody knows yet');
    assert.deepEqual(await start(users), ['ada', 'oscar', 'rita']);
    assert.deepEqual(await start(withNew('ada')), others('ada'));
    assert.deepEqual(await start(withNew('ada')), ['ada', 'oscar', 'rita'], 'once');
    assert.deepEqual(await start(users), others('ada'), 'back to the old one');
    // A file that was put back with the time that it had.
    assert.deepEqual(await start(withNew('rita'), file), others('rita'));
    assert.deepEqual(await start(withNew('rita').filter(({ username }) => username !== 'oscar')), [
      'ada',
      'rita',
    ]);
    assert.deepEqual(await start(withNew('rita')), others('oscar'), 'came back');
    for (const text of ['{', 'null', '[]', '{"ada":7}']) {
      await writeFile(join(system.home, 'node-red', '.rap-passwords.json'), text);
      assert.deepEqual(await start(users), [], text);
    }
    const written = await readFile(join(system.home, 'node-red', '.rap-passwords.json'), 'utf8');
    assert.equal(written.includes('"x"'), false, 'no hash is written down');
    await rm(join(system.home, 'node-red'), { recursive: true });
    endOldSessions(system.home, { users, file, lasts });
  });

  it('stay without a file of logins, and what cannot be read is no log-in', async () => {
    endOldSessions(system.home, { users, file: undefined, lasts });
    await writeFile(place, JSON.stringify({ a: session('ada', '*', 1) }));
    endOldSessions(system.home, { users, file: undefined, lasts });
    assert.deepEqual(Object.keys(JSON.parse(await readFile(place, 'utf8'))), ['a']);
    for (const text of ['{', '', '{"a":']) {
      await writeFile(place, text);
      endOldSessions(system.home, { users, file, lasts });
      assert.equal(existsSync(place), false);
    }
    endOldSessions(system.home, { users, file: join(system.home, 'none'), lasts });
  });
});

/** The container of docs/deploy, which is not built here: its files read by rules, its health check run. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  composeFaults,
  copiedFiles,
  disagreements,
  dockerfileFaults,
  execForm,
  instructionsOf,
  readCompose,
  restsOf,
  secondsOf,
} from './container-rules.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = path.join(root, 'docs/deploy/container');
const read = (...file: string[]) => readFileSync(path.join(...file), 'utf8');
const dockerfile = read(folder, 'Dockerfile');
const compose = read(folder, 'compose.yml');
const manifest = JSON.parse(read(root, 'package.json'));

type Damage = [from: string | RegExp, to: string, what: string];
/** Applies it to the shipped text. A damage that changes nothing would prove nothing. */
function damaged(text: string, [from, to]: Damage): string {
  const changed = text.replace(from, to);
  assert.notEqual(changed, text, `${from} is not in the file`);
  return changed;
}

describe('the Dockerfile', () => {
  it('breaks no rule', () => assert.deepEqual(dockerfileFaults(dockerfile), []));

  const damages: Damage[] = [
    [/:\d+\.\d+\.\d+-minimal/, ':latest', 'the base image has no number of a release'],
    [/:\d+\.\d+\.\d+-minimal/, '', 'the base image has no number of a release'],
    [/:\d+\.\d+\.\d+-minimal/, ':5-minimal', 'the base image has no number of a release'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the Dockerfile's own.
    ['FROM ${NODE_RED}', 'FROM ${OTHER}', 'the base image has no number of a release'],
    ['FROM', 'FROM node:24.1.0\nFROM', 'not exactly one FROM'],
    ['ARG NODE_RED', 'ENV A=b\nARG NODE_RED', 'it does not begin with FROM or ARG'],
    ['USER node-red\n', '', 'it works as root'],
    ['USER node-red', 'USER 0:0', 'it works as root'],
    ['EXPOSE', 'RUN true\nEXPOSE', 'something is run after the last USER'],
    ['COPY --chown', 'ADD --chown', 'ADD unpacks and fetches: COPY does what is meant'],
    ['EXPOSE', 'EXPORT', 'an instruction is not known'],
    ['RAP_LOG=json', 'RAP_LOG=json RAP_METRICS_TOKEN=x', 'a secret would be in the image'],
    ['ARG PALETTE', 'ARG PALETTE\nARG CREDENTIAL_SECRET', 'a secret would be in the image'],
    [' --omit=dev', '', 'development tools would be installed'],
    [' --ignore-scripts', '', 'install scripts would run'],
    [' --cache /tmp/npm', '', "npm's cache would be in the image"],
    ['rm -r /tmp/npm', 'true', "npm's cache would be in the image"],
    ['--cache /tmp/npm', '--cache /data/npm', "npm's cache would be in the image"],
    ['chown node-red:root /data', 'true', "a fresh volume would not be the user's"],
    ['chown node-red:root /data', 'chown root:node-red /data', "a fresh volume would not be the user's"],
    ['chown node-red:root /data', 'chown node-red /usr', "a fresh volume would not be the user's"],
    ['VOLUME /data', 'VOLUME /ledger', "a fresh volume would not be the user's"],
    ['rm /tmp', 'curl -O http://x && rm /tmp', 'something is fetched that nothing pins'],
    ['rm /tmp', 'sudo rm /tmp', 'sudo'],
    ['rm /tmp', 'npm i lodash && rm /tmp', 'not exactly one installation'],
    ['USER root', 'WORKDIR app', 'WORKDIR is not absolute'],
    ['/usr/src/rap-ops/\n', 'rap-ops/\n', 'COPY to a relative path without WORKDIR'],
    ['/usr/src/rap-ops/\n', '/usr/src/rap-ops\n', 'COPY of several to what is no folder'],
    ['settings.js healthcheck.js', '../settings.js healthcheck.js', 'COPY from outside of the folder'],
    [/ENTRYPOINT .*/, '', 'not exactly one program'],
    [/ENTRYPOINT .*/, 'ENTRYPOINT node red.js', 'the program is in shell form'],
    [/HEALTHCHECK .*/, '', 'not exactly one HEALTHCHECK'],
    [/CMD \[.*/, 'CMD curl localhost', 'HEALTHCHECK is in shell form'],
    ['EXPOSE 1880', 'EXPOSE 188000', 'EXPOSE names no port'],
    ['SIGTERM', 'SIGKILL', 'it is not asked by SIGTERM to end'],
  ];
  for (const damage of damages)
    it(`is refused with ${damage[1].split('\n')[0] || `no ${damage[0]}`}`, () =>
      assert.ok(dockerfileFaults(damaged(dockerfile, damage)).includes(damage[2]), damage[2]));

  const all = instructionsOf(dockerfile);

  it('copies files that are there and that the packed palette has, and starts what it copied', () => {
    const copied = copiedFiles(all);
    assert.ok(copied.length >= 2);
    for (const file of copied) assert.ok(existsSync(path.join(folder, file)), file);
    assert.ok(manifest.files.includes('docs/deploy'));
    const [target] = restsOf(all, 'COPY')[0]?.split(' ').slice(-1) ?? [];
    const commands = [
      restsOf(all, 'ENTRYPOINT')[0],
      /CMD (.*)$/.exec(restsOf(all, 'HEALTHCHECK')[0] ?? '')?.[1],
    ];
    for (const command of commands) {
      const own = (execForm(command) ?? []).filter((word) => word.startsWith(`${target}`));
      assert.equal(own.length, 1, command);
      assert.ok(copied.includes(path.posix.basename(own[0] ?? '')), own[0]);
    }
  });

  it('is of the release of Node-RED that the tests use, and names the file that npm pack makes', () => {
    assert.match(
      restsOf(all, 'ARG')[0] ?? '',
      new RegExp(`:${manifest.devDependencies['node-red']}-minimal$`),
    );
    const name = manifest.name.replace('@', '').replace('/', '-');
    assert.ok(dockerfile.includes(`PALETTE=${name}-${manifest.version}.tgz`));
  });

  it('has settings that find the installed palette, and the home on the volume', () => {
    const settings = read(folder, 'settings.js');
    const [, module = ''] = /require\(\s*'([^']+)'/.exec(settings) ?? [];
    const [prefix] = /(?<=--prefix )\S+/.exec(restsOf(all, 'RUN').join()) ?? [];
    const own = `${prefix}/node_modules/${manifest.name}/`;
    assert.ok(module.startsWith(`${own}dist/`), module);
    assert.ok(
      existsSync(path.join(root, module.slice(`${own}dist/`.length).replace(/\.js$/, '.ts'))),
      module,
    );
    const [volume = ''] = restsOf(all, 'VOLUME');
    assert.ok(settings.includes(`liveSettings('${volume}')`));
    assert.ok(execForm(restsOf(all, 'ENTRYPOINT')[0])?.includes(`${volume}/node-red`));
  });
});

describe('the compose file', () => {
  it('breaks no rule', () => assert.deepEqual(composeFaults(compose), []));

  const damages: Damage[] = [
    ['services:', 'version: "3"\nservices:', 'a key of the file is not known'],
    ['init: true', 'init: true\n    readonly: true', 'a key of the service is not known'],
    ['init: true', 'init: "yes"', 'nobody looks after processes that are left over'],
    ['restart: unless-stopped', 'restart: sometimes', 'restart is none that there is'],
    ['restart: unless-stopped', 'restart: "no"', 'it is not started again'],
    ['read_only: true', 'read_only: false', 'its own files can be written'],
    ['["/tmp"]', '["/run"]', 'it has no /tmp to write to'],
    ['[ALL]', '[NET_RAW]', 'it keeps capabilities'],
    ['no-new-privileges:true', 'label:disable', 'it can get more rights'],
    ['init: true', 'init: true\n    privileged: true', 'it has rights of the host'],
    ['stop_grace_period: 30s', 'stop_grace_period: soon', 'stop_grace_period is no duration'],
    ['127.0.0.1:1880:1880', '1880:1880', 'a port is open to more than this machine'],
    ['127.0.0.1:1880:1880', '0.0.0.0:1880:1880', 'a port is open to more than this machine'],
    ['["127.0.0.1:1880:1880"]', '"127.0.0.1:1880:1880"', 'ports is no list of texts'],
    ['- data:/data', '- data', 'a volume cannot be read'],
    ['- data:/data', '- ledger:/data', 'a volume is not declared'],
    ['  data: {}', '  data: {}\n  other: {}', 'a volume is declared for nobody'],
    ['secrets: [', 'secrets: [other, ', 'a secret is not declared'],
    ['  metrics_token: {', '  other: { file: x }\n  metrics_token: {', 'a secret is declared for nobody'],
    ['{ file: ./secrets/journal_key }', '{ external: true }', 'a secret is no file'],
    ['TZ: Asia/Hong_Kong', 'TZ: 8', 'a variable is no text'],
    ['TZ:', 'RAP_SMTP_PASSWORD: x\n      TZ:', 'a secret is in plain sight'],
    ['/run/secrets/journal_key', '/etc/journal_key', 'a file of a secret is not read'],
    ['RAP_METRICS_TOKEN_FILE', 'RAP_METRICS_FILE', 'a file of a secret is not read'],
    ['RAP_METRICS_TOKEN_FILE', '# RAP_METRICS_TOKEN_FILE', 'secrets and their variables differ'],
  ];
  for (const damage of damages)
    it(`is refused with ${damage[1].replace('\n', ' ')}`, () =>
      assert.ok(composeFaults(damaged(compose, damage)).includes(damage[2]), damage[2]));

  it('is refused when a key comes twice', () => {
    assert.throws(
      () => composeFaults(damaged(compose, ['init: true', 'init: true\n    init: true', ''])),
      /unique/,
    );
  });

  it('waits longer than Node-RED takes to close', () => {
    const [, ms] = /nodeCloseTimeout: (\d+)/.exec(read(root, 'nodes/live/settings.ts')) ?? [];
    const service = readCompose(compose).services['rap-ops'];
    assert.ok(secondsOf(service?.stop_grace_period) > Number(ms) / 1000 + 15);
  });

  it('says what the Dockerfile says', () => {
    assert.deepEqual(disagreements(dockerfile, compose), []);
    const others: Damage[] = [
      ['user: node-red', 'user: root', 'users'],
      ['1880:1880"', '1880:8080"', 'ports'],
      ['- data:/data', '- data:/srv', 'volumes'],
      ['RAP_LOG: json', 'RAP_LOG: text', 'logs'],
      ['image: rap-ops', 'image: rap', 'names of the image'],
    ];
    for (const damage of others)
      assert.deepEqual(disagreements(dockerfile, damaged(compose, damage)), [damage[2]]);
  });
});

describe('the health check of the container', () => {
  // As in the image, no package.json above it says that it is a module.
  let place: string;
  let program: string;
  before(() => {
    place = mkdtempSync(path.join(tmpdir(), 'rap-container-'));
    program = path.join(place, 'healthcheck.js');
    copyFileSync(path.join(folder, 'healthcheck.js'), program);
  });
  after(() => rmSync(place, { recursive: true }));

  /** Runs it against a server that answers so. @returns its exit status, and what it asked for */
  async function check(answer: { status: number; body: object } | undefined) {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      if (answer === undefined) request.socket.destroy();
      else response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, RAP_EDITOR_PORT: `${port}` },
      stdio: 'ignore',
    });
    const status = await new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => server.close(resolve));
    return { status, asked };
  }

  for (const [what, answer, wanted] of [
    ['ready', { status: 200, body: { live: true, ready: true, state: 'ready' } }, 0],
    ['waiting beside another', { status: 503, body: { live: true, ready: false, state: 'waiting' } }, 0],
    ['not ready', { status: 503, body: { live: true, ready: false, state: 'not ready' } }, 1],
    ['behind a login', { status: 401, body: {} }, 1],
    ['another program', { status: 404, body: {} }, 1],
    ['cut off', undefined, 1],
  ] as const) {
    it(`ends with ${wanted} when it is ${what}, and asks for a path that is served`, async () => {
      const { status, asked } = await check(answer);
      assert.equal(status, wanted);
      const served = [...read(root, 'nodes/watch/watch.ts').matchAll(/admin\.get\('([^']+)'/g)].map(
        ([, at]) => at,
      );
      assert.deepEqual(asked, ['/rap-ops/health']);
      assert.ok(served.includes(asked[0] ?? ''));
    });
  }
});

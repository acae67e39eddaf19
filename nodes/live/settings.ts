/** Node-RED's settings of live operation: for settings.js of a checkout, and for the one that "rap live init" makes. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWhole } from '../../lib/cells/index.ts';
import { mustRead } from '../../lib/cells/must-read.ts';
import { RapError, systemCode } from '../../lib/errors/rap-error.ts';
import { visible } from '../../lib/errors/visible.ts';
import { isSecretName } from '../../lib/model/secret-names.ts';
import { compileOnMainThread } from '../../lib/process/compile-on-main.ts';
import { keepHeapSmall } from '../../lib/process/small-heap.ts';
import { recordWriter, wantsRecords } from '../../lib/watch/log-record.ts';
import { secretsInFiles } from '../../lib/watch/secret-files.ts';
import { watchSettings } from '../../lib/watch/settings.ts';
import { userFolder } from './home.ts';
import { loginGuard } from './login-guard.ts';
import { editorLogins, usersFile } from './logins.ts';
import { endOldSessions } from './old-sessions.ts';
import { guardedEditor } from './own-pages.ts';
import { liveProblems } from './problems.ts';
import { savedNodes } from './saved-flows.ts';
import { signOnSettings } from './sign-on.ts';

type Env = Record<string, string | undefined>;

/** A log-in lasts a working day: whoever finds a browser open the next morning has to log in. */
const SESSION_SECONDS = 12 * 3600;

/** Lines for people, or one JSON record a line for what collects logs. */
function loggingOf({ json, live }: Profile, env: Env) {
  const level = { level: 'info', metrics: false, audit: live };
  if (!json) return { console: level };
  const write = recordWriter(env, (line) => process.stdout.write(line));
  return {
    console: { level: 'off', metrics: false, audit: false },
    json: { ...level, handler: () => write },
  };
}

interface Profile {
  home: string;
  live: boolean;
  json: boolean;
  editorPort: number;
}

/** What every profile has. */
export function commonSettings(profile: Profile, env: Env) {
  const { home, live, editorPort } = profile;
  compileOnMainThread();
  keepHeapSmall();
  return {
    rapHome: home,
    rapProfile: live ? 'live' : 'demo',
    userDir: userFolder(home),
    flowFile: 'flows.json',
    flowFilePretty: true,
    uiHost: '127.0.0.1',
    uiPort: editorPort,
    // Sooner than the start script's last resort, so that Node-RED always ends by itself.
    nodeCloseTimeout: 8000,
    logging: loggingOf(profile, env),
    telemetry: { enabled: false, updateNotification: false },
    // Flows read the environment; of ours they get what is no secret. The fields for secrets get those from our nodes.
    envVarExcludes: Object.keys(env).filter((name) => name.startsWith('RAP_') && isSecretName(name)),
    // No stack trace in any answer, whatever NODE_ENV is.
    httpServerOptions: { env: 'production' },
    editorTheme: {
      page: { title: 'RAP Ops' },
      header: { title: live ? 'RAP Ops' : 'RAP Ops - demo' },
      tours: false,
      ...(live ? { palette: { editable: false, catalogues: [] } } : {}),
    },
  };
}

/** What live operation adds: a login, no way to install or run foreign code, a trail of who deployed what. */
export function liveAdditions(home: string, env: Env) {
  const { users } = editorLogins(env);
  endOldSessions(home, { users, file: usersFile(env), lasts: SESSION_SECONDS * 1000 });
  const { signOn } = signOnSettings(env);
  const credentialSecret = env.RAP_CREDENTIAL_SECRET ?? '';
  return {
    ...(signOn === undefined ? {} : { rapSignOn: signOn }),
    adminAuth: { type: 'credentials', users, sessionExpiryTime: SESSION_SECONDS },
    httpAdminMiddleware: [guardedEditor({ live: true }), loginGuard({ users, secret: credentialSecret })],
    credentialSecret,
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false, allowUpload: false, allowUpdate: false },
      modules: { allowInstall: false },
    },
    functionExternalModules: false,
    nodesExcludes: ['90-exec.js'],
  };
}

/** The files of a live folder that variables may name otherwise. */
export const liveFiles = { users: 'users', secret: 'credential-secret' } as const;

/**
 * The variables of a live folder: what is set already stays, secrets are read from the files that hold them.
 * @throws RapError CONFIG_INVALID when the secret cannot be read
 */
export function liveVariables(home: string, env: Env): Env {
  const login = env.RAP_EDITOR_USERS || env.RAP_EDITOR_USER;
  const secret = env.RAP_CREDENTIAL_SECRET || env.RAP_CREDENTIAL_SECRET_FILE;
  const file = join(home, liveFiles.secret);
  const named: Env = {
    ...env,
    RAP_PROFILE: 'live',
    RAP_HOME: home,
    ...(login ? {} : { RAP_EDITOR_USERS: join(home, liveFiles.users) }),
    ...(secret || !existsSync(file) ? {} : { RAP_CREDENTIAL_SECRET_FILE: file }),
  };
  return { ...named, ...secretsInFiles(named) };
}

/** @throws RapError CONFIG_INVALID when the home is no folder that can be written */
function refuseHome(home: string): void {
  const cure =
    'Name the folder that "rap live init" made, on a disk of this machine that this user may write to.';
  try {
    if (!statSync(home).isDirectory())
      throw new RapError('CONFIG_INVALID', `RAP_HOME ${home} is not a folder`, { cure });
    accessSync(home, constants.W_OK);
  } catch (error) {
    if (error instanceof RapError) throw error;
    throw new RapError('CONFIG_INVALID', `RAP_HOME ${home} cannot be used (${systemCode(error)})`, {
      cause: error,
      cure,
    });
  }
}

/** @throws RapError CONFIG_INVALID */
export function editorPortOf(env: Env): number {
  const text = env.RAP_EDITOR_PORT ?? '';
  return text === '' ? 1880 : mustRead(readWhole(1, 65_535)(text), 'RAP_EDITOR_PORT', 'CONFIG_INVALID');
}

/** @throws RapError CONFIG_INVALID */
export function logsJson({ RAP_LOG: kind = '' }: Env): boolean {
  if (['', 'text', 'json'].includes(kind.trim().toLowerCase())) return wantsRecords({ RAP_LOG: kind });
  throw new RapError('CONFIG_INVALID', `RAP_LOG is "${visible(kind)}"`, {
    cure: 'It can be "text" or "json".',
  });
}

/** The folder of this palette, where its package.json lies: above the built file or, in a checkout, its source. */
const palette = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url),
);

/** Node-RED finds a palette that is installed beside it by itself; of one elsewhere it is told. */
function elsewhere(): string[] {
  const beside = createRequire(process.argv[1] ?? import.meta.url).resolve.paths('x') ?? [];
  const holder = dirname(dirname(palette.replace(/[\\/]$/, '')));
  return beside.includes(holder) ? [] : [palette];
}

/**
 * Settings of a live folder. What stands against the start is written to standard error, and the process ends with 2.
 * @param folder the one that "rap live init" made; variables of the environment go before its files
 */
export function liveSettings(folder: string, env: NodeJS.ProcessEnv = process.env, argv = process.argv) {
  try {
    const variables = liveVariables(folder, env);
    // Refused here, before anything is at work.
    watchSettings(variables);
    refuseHome(folder);
    const nodes = savedNodes(folder);
    const problems = liveProblems(variables, folder, argv.includes('--safe') ? [] : nodes);
    if (problems.length > 0) throw new RapError('CONFIG_INVALID', problems.join('\n'), { cure: '' });
    const editorPort = editorPortOf(variables);
    // Flows write the name of the home and the like in their nodes; the journal's key is looked for there, too.
    Object.assign(env, secretsInFiles(env), {
      RAP_PROFILE: 'live',
      RAP_HOME: folder,
      RAP_EDITOR_PORT: `${editorPort}`,
    });
    return {
      ...commonSettings({ home: folder, live: true, json: logsJson(variables), editorPort }, variables),
      nodesDir: elsewhere(),
      ...liveAdditions(folder, variables),
    };
  } catch (error) {
    if (!(error instanceof RapError)) throw error;
    const said = [error.message, error.cure].filter(Boolean).join('. ');
    if (wantsRecords(env))
      recordWriter(env, (line) => process.stderr.write(line))({ level: 'fatal', msg: said });
    else process.stderr.write(`${said}\n`);
    process.exit(2);
  }
}

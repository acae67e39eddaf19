/** The SFTP servers written in Python: each a small script beside this file, told all it needs as JSON. */
import { fileURLToPath } from 'node:url';
import { countIn, HOST, launch, type ServerKind } from './server.ts';

const PYTHON = '/usr/bin/python3';
const PACKAGES = '/usr/lib/python3/dist-packages';
const USER = 'reports';

function pythonServer(
  name: string,
  script: string,
  debian: string,
  module: string,
  more: { newKeysAfter?: number } = {},
): ServerKind {
  return {
    name,
    packages: [debian],
    files: [PYTHON, `${PACKAGES}/${module}/__init__.py`],
    start: (root) =>
      launch(async (bench) => ({
        command: PYTHON,
        args: [
          '-W',
          'ignore',
          fileURLToPath(new URL(script, import.meta.url)),
          JSON.stringify({
            host: HOST,
            port: bench.port,
            root,
            user: USER,
            hostKeyFile: bench.hostKeyFile,
            userKey: bench.userKey.publicKey,
            ...more,
          }),
        ],
        user: USER,
        base: '',
      })),
    ...(more.newKeysAfter === undefined ? {} : { rekeys: true }),
    refusals: (log) => countIn(log, /^login request/),
  };
}

export const asyncssh = pythonServer('AsyncSSH', 'asyncssh_server.py', 'python3-asyncssh', 'asyncssh');
/** New keys as often as a long session would see them; AsyncSSH sends an IGNORE message before every packet. */
export const asyncsshRekeying = pythonServer(
  'AsyncSSH, new keys every 1 MiB',
  'asyncssh_server.py',
  'python3-asyncssh',
  'asyncssh',
  { newKeysAfter: 1024 * 1024 },
);
export const paramiko = pythonServer('Paramiko', 'paramiko_server.py', 'python3-paramiko', 'paramiko');
export const conch = pythonServer('Twisted Conch', 'conch_server.py', 'python3-twisted', 'twisted');

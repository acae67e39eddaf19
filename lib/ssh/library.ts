/**
 * The SSH library, loaded without compiled code. ssh2 and its helper cpu-features come with native add-ons that npm
 * may compile where it installs the palette. An add-on compiled against the headers of Node.js 24.19 to 24.21 ends
 * the whole process when keys are renewed (nodejs/node#65446, mscdex/ssh2#1511), so none is ever loaded: both
 * packages fall back to Node.js' own cryptography, which gives the same bytes. What they receive is
 * deciphered by us. A copy that other code loaded before stays as it is. Nothing else imports these packages.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import type Ssh2 from 'ssh2';
import type SftpClient from 'ssh2-sftp-client';
import { type CipherMakers, makeOurDeciphers } from './deciphers.ts';
import { announcePacketSize } from './packet-size.ts';
import { compilePoly1305 } from './poly1305.ts';

const PACKAGES = ['ssh2', 'ssh2-sftp-client', 'cpu-features'];

type Loader = (module: NodeModule, file: string) => void;

const require = createRequire(import.meta.url);

/** The package that a file belongs to, when it is one of PACKAGES. */
function packageOf(file: string): string | undefined {
  const parts = file.split(path.sep);
  return parts.slice(parts.lastIndexOf('node_modules') + 1).find((part) => PACKAGES.includes(part));
}

/** Takes copies that other code loaded out of the cache of modules; gives back a function that puts them there again. */
function setAside(): () => void {
  const theirs = Object.entries(require.cache).filter(([file]) => packageOf(file) !== undefined);
  for (const [file] of theirs) delete require.cache[file];
  return () => {
    for (const [file, module] of theirs) require.cache[file] = module;
  };
}

/** Runs `load` with new copies of PACKAGES, while their add-ons cannot be loaded. */
function apart<T>(load: () => T): T {
  // The function behind every require() of an add-on; not in the typings of createRequire.
  const loaders = require.extensions as unknown as Record<string, Loader>;
  const native = loaders['.node'];
  loaders['.node'] = (module, file) => {
    if (packageOf(file) !== undefined) throw new Error(`${file} is not used`);
    native?.(module, file);
  };
  const restore = setAside();
  try {
    return load();
  } finally {
    restore();
    if (native !== undefined) loaders['.node'] = native;
  }
}

const loaded = apart(() => {
  // npm may have given ssh2-sftp-client an ssh2 of its own.
  const places = [require, createRequire(require.resolve('ssh2-sftp-client'))];
  const makers: CipherMakers[] = places.map((from) => from('ssh2/lib/protocol/crypto.js'));
  for (const one of new Set(makers)) makeOurDeciphers(one);
  for (const from of places) announcePacketSize(from('ssh2/lib/Channel.js'));
  compilePoly1305(require('ssh2/lib/protocol/crypto/poly1305.js'));
  return {
    Sftp: require('ssh2-sftp-client') as typeof SftpClient,
    ssh2: require('ssh2') as typeof Ssh2,
  };
});

/** ssh2-sftp-client's class. */
export const BaseSftpClient = loaded.Sftp;

/** ssh2 as its own import would give it. */
export const ssh2 = loaded.ssh2;

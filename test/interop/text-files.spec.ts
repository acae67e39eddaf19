/** What other programs write, and how they read what we read: known_hosts with OpenSSH, keys with all their tools. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readLoginKey } from '../../lib/rap/client/private-key.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { here, one, table } from '../lib/rap/known-hosts-samples.ts';

const run = (command: string, ...words: string[]) =>
  execFileSync(command, words, { stdio: ['ignore', 'pipe', 'ignore'] }).toString();

describe('known_hosts', () => {
  const folder = temporaryFolder();

  it('is understood as OpenSSH understands it', () => {
    const file = path.join(folder(), 'known_hosts');
    // ssh-keygen finds authorities and revoked keys, too, which is not to trust them; and believes what a line calls a key.
    const plain = table.filter(
      ([what, lines]) => !/^@|\n@/.test(lines) && what !== 'a key under another type',
    );
    const find = (name: string) => {
      try {
        return run('ssh-keygen', '-F', name, '-f', file);
      } catch {
        return '';
      }
    };
    for (const [what, lines, trusts] of plain) {
      writeFileSync(file, `${lines}\n`);
      // As ssh does: a name without a port is looked for where nothing has the port.
      const found = find(`[${here.host}]:${here.port}`) || find(here.host);
      assert.equal(found.includes(one.publicKey), trusts, what);
    }
  });
});

describe('private keys that other programs made', function () {
  this.timeout(300_000);
  const folder = temporaryFolder();
  const PHRASE = 'Pass phrase 1';

  const types: [name: string, words: string[]][] = [
    ['rsa', ['-t', 'rsa', '-b', '2048']],
    ['ecdsa', ['-t', 'ecdsa', '-b', '521']],
    ['ed25519', ['-t', 'ed25519']],
  ];
  for (const [name, words] of types) {
    it(`are read in every form of ${name}`, async () => {
      const file = path.join(folder(), name);
      run('ssh-keygen', '-q', ...words, '-N', '', '-f', file);
      const wanted = run('ssh-keygen', '-yf', file).split(' ')[1]?.trim();
      const read = async (made: string, passphrase?: string) =>
        assert.equal((await readLoginKey(made, passphrase)).getPublicSSH().toString('base64'), wanted, made);
      const changed = (suffix: string, ...how: string[]) => {
        copyFileSync(file, file + suffix);
        run('ssh-keygen', '-q', '-p', '-P', '', ...how, '-f', file + suffix);
        return file + suffix;
      };
      await read(file);
      await read(changed('.locked', '-N', PHRASE), PHRASE);
      await read(changed('.gcm', '-Z', 'aes256-gcm@openssh.com', '-N', PHRASE), PHRASE);
      await assert.rejects(
        readLoginKey(changed('.chacha', '-Z', 'chacha20-poly1305@openssh.com', '-N', PHRASE), PHRASE),
        {
          message: /is encrypted with chacha20-poly1305@openssh\.com/,
          cure: /ssh-keygen -p -Z aes256-ctr -f \S+\.chacha$/,
        },
      );
      if (name !== 'ed25519') {
        await read(changed('.pem', '-m', 'PEM', '-N', ''));
        await read(changed('.pem-locked', '-m', 'PEM', '-N', PHRASE), PHRASE);
        const plain = changed('.p8', '-m', 'PKCS8', '-N', '');
        await read(plain);
        for (const how of ['-v2 aes-256-cbc', '-scrypt', '-v2 des3', '-v1 PBE-SHA1-3DES']) {
          const made = `${plain}${how.replaceAll(' ', '')}`;
          run(
            'openssl',
            'pkcs8',
            '-topk8',
            '-in',
            plain,
            ...how.split(' '),
            '-passout',
            `pass:${PHRASE}`,
            '-out',
            made,
          );
          await read(made, PHRASE);
        }
      }
      const phrase = path.join(folder(), 'phrase');
      const none = path.join(folder(), 'none');
      writeFileSync(phrase, PHRASE);
      writeFileSync(none, '');
      for (const version of ['2', '3']) {
        for (const given of [none, phrase]) {
          const made = `${file}-${version}-${path.basename(given)}.ppk`;
          const how = ['-O', 'private', '--ppk-param', `version=${version}`, '--new-passphrase', given];
          run('puttygen', file, ...how, '-C', 'desk 陳', '-o', made);
          await read(made, given === phrase ? PHRASE : undefined);
        }
      }
    });
  }

  it('are called by their names where they cannot be used', async () => {
    const plain = path.join(folder(), 'rsa');
    run('ssh-keygen', '-q', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', '', '-f', plain);
    const none = path.join(folder(), 'none');
    writeFileSync(none, '');
    for (const form of ['private', 'private-openssh', 'private-openssh-new']) {
      const dsa = path.join(folder(), form);
      run('puttygen', '-t', 'dsa', '-b', '1024', '-O', form, '--new-passphrase', none, '-o', dsa);
      await assert.rejects(readLoginKey(dsa), /is a DSA key/, form);
    }
    for (const how of ['private-sshcom', 'public']) {
      const made = path.join(folder(), how);
      run('puttygen', plain, '-O', how, ...(how === 'public' ? [] : ['--new-passphrase', none]), '-o', made);
      await assert.rejects(readLoginKey(made), how === 'public' ? /is the public key/ : /form of ssh\.com/);
    }
  });
});

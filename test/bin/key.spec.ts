/** `rap key`: where a new key is put, and what is shown of one. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import key from '../../bin/commands/key.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { readLoginKey } from '../../lib/rap/client/private-key.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { listen } from './listen.ts';

describe('rap key new', () => {
  const folder = temporaryFolder();
  const make = (file: string, ...words: string[]) =>
    listen(
      () => {},
      () => key(['new', file, '--type', 'ed25519', '--home', path.join(folder(), 'home'), ...words]),
    );

  async function refusal(file: string): Promise<RapError> {
    const error = await make(file).then(
      () => assert.fail('the key was made'),
      (thrown) => thrown,
    );
    assert.ok(error instanceof RapError, String(error));
    assert.equal(error.exitStatus, 2);
    assert.doesNotMatch(error.cure, /deploy/);
    return error;
  }

  it('makes the folder of the key, for its owner alone', async () => {
    const file = path.join(folder(), 'keys/hkscc/rap');
    assert.equal(await make(file), 0);
    for (const made of ['keys', 'keys/hkscc'])
      assert.equal(statSync(path.join(folder(), made)).mode & 0o777, 0o700);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const { type } = await readLoginKey(file);
    assert.equal(type, 'ssh-ed25519');
    assert.match(readFileSync(`${file}.pub`, 'utf8'), /^ssh-ed25519 \S+\n$/);
  });

  it('leaves a folder that is there as it is', async () => {
    const there = path.join(folder(), 'there');
    mkdirSync(there, { mode: 0o750 });
    await make(path.join(there, 'rap'));
    assert.equal(statSync(there).mode & 0o777, 0o750);
  });

  it('says what stands in the way, with a cure for who typed it, and writes no half of a pair', async () => {
    const file = path.join(folder(), 'rap');
    writeFileSync(`${file}.pub`, 'the registered one\n');
    const beside = await refusal(file);
    assert.match(beside.message, /Cannot write \S+rap\.pub: it exists already$/);
    assert.match(beside.cure, /another name/);
    assert.throws(() => statSync(file), { code: 'ENOENT' });
    assert.match((await refusal(folder())).message, /it is a folder$/);
    assert.match(
      (await refusal(path.join(`${file}.pub`, 'x'))).message,
      /a file stands where its folder should be$/,
    );
    assert.match((await refusal(`${file}\r`)).message, /^FILE "\S+rap\\r" has \\r at its end/);
  });
});

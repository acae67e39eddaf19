/** Each command explains itself, whatever else is asked of it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { main } from '../../bin/main.ts';
import { listen } from './listen.ts';

const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));

async function says(...words: string[]): Promise<{ status: number; text: string }> {
  let text = '';
  const status = await listen(
    (piece) => {
      text += piece;
    },
    () => main(words),
  );
  process.stdout.off('error', process.stdout.listeners('error').at(-1) as () => void);
  return { status, text };
}

describe('what rap writes', () => {
  it('and cannot be written, as on a full disk, is no success', () => {
    // Where there is no such file, nothing is as full.
    if (!existsSync('/dev/full')) return;
    const full = openSync('/dev/full', 'w');
    try {
      for (const [words, status] of [
        [['--version'], 5],
        [['calendar', 'show'], 5],
        [['calendar', 'show', '--json'], 5],
        [['no-such-command', '--json'], 2],
      ] as const) {
        const ended = spawnSync(process.execPath, [rap, ...words], { stdio: ['ignore', full, 'ignore'] });
        assert.equal(ended.status, status, words.join(' '));
      }
    } finally {
      closeSync(full);
    }
  });
});

describe('the help of rap', () => {
  it('names every command, and each explains itself, also beside words that it does not know', async () => {
    const { status, text } = await says('--help');
    assert.equal(status, 0);
    const names = [...text.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name = '']) => name);
    assert.ok(names.length > 20, names.join());
    for (const name of names) {
      for (const words of [['--help'], ['-h'], ['--no-such-word', 'x', '--help']]) {
        const help = await says(name, ...words);
        assert.equal(help.status, 0, name);
        assert.match(help.text, new RegExp(`^Usage: rap ${name}\\b`), name);
      }
    }
  });

  it('is not asked for by a name behind "--"', async () => {
    const { text } = await says('inspect', '--json', '--', '-h');
    assert.doesNotMatch(text, /Usage/);
    assert.match(text, /"file":.*-h"/);
  });
});

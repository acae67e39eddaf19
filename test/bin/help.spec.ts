/** Each command explains itself, whatever else is asked of it. */
import assert from 'node:assert/strict';
import { main } from '../../bin/main.ts';
import { listen } from './listen.ts';

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

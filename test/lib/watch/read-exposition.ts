/** Reads metrics as a server that collects them does, and strictly. */
import assert from 'node:assert/strict';

/** Reads the text as the format's description says: lines, comments, escapes. */
export function readExposition(text: string): Map<string, Map<string, number>> {
  assert.ok(text.endsWith('\n'), 'the last line ends');
  const families = new Map<string, Map<string, number>>();
  let family = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, word, name = ''] = /^# (HELP|TYPE) (\S+) /.exec(line) ?? [];
    if (word === 'HELP') {
      assert.ok(!families.has(name), `${name} comes once`);
      families.set(name, new Map());
      family = name;
    }
    if (word !== undefined) {
      assert.equal(name, family);
      continue;
    }
    const { labels, value } = readSample(line, family);
    const samples = families.get(family);
    assert.ok(samples && !samples.has(labels), line);
    samples.set(labels, value);
  }
  return families;
}

function readSample(line: string, family: string): { labels: string; value: number } {
  assert.ok(line.startsWith(family), line);
  let at = family.length;
  const labels: [string, string][] = [];
  if (line[at] === '{') {
    at++;
    while (line[at] !== '}') {
      const [whole = '', name = '', raw = ''] =
        /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)",?/.exec(line.slice(at)) ?? assert.fail(line);
      at += whole.length;
      labels.push([name, raw.replace(/\\(.)/g, (_, one) => (one === 'n' ? '\n' : one))]);
    }
    at++;
  }
  assert.match(line.slice(at), /^ (NaN|[+-]Inf|-?\d+(\.\d+)?(e[+-]\d+)?)$/);
  const text = line.slice(at + 1).replace('Inf', 'Infinity');
  return { labels: JSON.stringify(labels), value: Number(text) };
}

/** Nobody takes the whole ledger: each function says in a type which of its records it reads and writes. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What opens it, and what keeps it open for all nodes of a process; they give it out and do nothing with it. */
const holders = [
  ...['lib/ledger/ledger.ts', 'lib/ledger/read-ledger.ts'],
  ...['nodes/runtime/runtime.ts', 'nodes/runtime/shared-runtime.ts'],
];

const WHOLE = /\b(?:Read)?Ledger\b/g;
/** A part of it, or the name of one. */
const PART = /(?:\bPick<\s*|\bkeyof\s+|\bPick<\s*NonNullable<\s*)$/;
const OF_PART = /^\[/;
/** A function, with its body, that gives it out. */
const GIVEN = /\)\s*:\s*(?:Promise<\s*)?$/;
const OF_GIVEN = /^\s*(?:\|\s*undefined\s*)?>?\s*\{/;
/** The parameter of a function, a method or the type of one. */
const TAKEN = /[(,]\s*\w+\??:\s*(?:Promise<\s*)?$/;
const OF_TAKEN = /^\s*(?:\|\s*undefined\s*)?>?\s*[,)=]/;
const OPENED =
  /ReturnType<\s*typeof\s+(?:open|acquire|read)\w*Ledger|ReturnType<\s*typeof\s+(?:openHome|openToRead)/;

const records = new Set(
  [...readFileSync(join(root, 'lib/ledger/ledger.ts'), 'utf8').matchAll(/^ {4}(\w+): \w+\(db\b/gm)].map(
    ([, name = '']) => name,
  ),
);

/** Code alone: what stands in comments and in import and export clauses is no use of a type. */
function codeOf(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '')
    .replace(/(?:^|\n)\s*(?:import|export)\s+(?:type\s)?\{[^}]*\}\s*from\s+'[^']+';/g, '');
}

/** Where a shipped file takes the whole ledger, or so much of it that it might as well. */
function wholeLedgers(file: string, source: string): string[] {
  const code = codeOf(source);
  const found: string[] = [];
  const line = (at: number) =>
    `${file}: ${code
      .slice(code.lastIndexOf('\n', at) + 1)
      .split('\n', 1)[0]
      ?.trim()}`;
  for (const { index, 0: name } of code.matchAll(WHOLE)) {
    const [before, after] = [code.slice(Math.max(0, index - 200), index), code.slice(index + name.length)];
    if (PART.test(before) || OF_PART.test(after)) continue;
    const isTaken = TAKEN.test(before) && OF_TAKEN.test(after);
    if (!isTaken && (holders.includes(file) || (GIVEN.test(before) && OF_GIVEN.test(after)))) continue;
    found.push(line(index));
  }
  const opened = OPENED.exec(code);
  if (opened !== null) found.push(line(opened.index));
  for (const { index, 1: keys = '' } of code.matchAll(/\bPick<\s*(?:Read)?Ledger,([^>]*)>/g)) {
    if ((keys.match(/'\w+'/g) ?? []).length > records.size / 2) found.push(line(index));
  }
  return found;
}

describe('the ledger', () => {
  it('is not taken whole, however that is written', () => {
    assert.ok(records.size > 30, `only ${records.size} records were found`);
    const all = [...records].map((name) => `'${name}'`).join(' | ');
    const taken: [string, string][] = [
      ['lib/a/a.ts', 'async function look(ledger: Ledger, file: string): Promise<number> {'],
      ['lib/a/a.ts', 'function look(file: string, ledger: Ledger) {'],
      ['lib/a/a.ts', 'function look(\n  file: string,\n  ledger: Ledger,\n) {'],
      ['lib/a/a.ts', 'const look = (ledger: Ledger | undefined) => 1;'],
      ['bin/a.ts', 'async function withIt<T>(work: (ledger: Ledger) => Promise<T>): Promise<T> {'],
      ['nodes/a/a.ts', 'export type Handler = (\n  ledger: Ledger,\n  body: object,\n) => Promise<unknown>;'],
      ['lib/a/a.ts', 'interface Ports {\n  ledger: Ledger;\n}'],
      ['lib/a/a.ts', 'interface Ports {\n  ledger(): Promise<Ledger | undefined>;\n}'],
      ['lib/a/a.ts', 'interface Ports {\n  ledger: () => Promise<Ledger>;\n}'],
      ['lib/a/a.ts', 'class A {\n  readonly #ledger: Ledger;\n}'],
      ['lib/a/a.ts', 'export type Books = Ledger;'],
      ['lib/a/a.ts', "export type Books = Omit<Ledger, 'close'>;"],
      ['lib/a/a.ts', 'interface Books extends Ledger {}'],
      ['lib/a/a.ts', 'interface Ask {\n  ledger: ReadLedger;\n}'],
      ['lib/a/a.ts', 'async function decided(ledger: ReadLedger) {'],
      ['lib/a/a.ts', 'function look(ledger: Awaited<ReturnType<typeof openHome>>) {'],
      ['lib/a/a.ts', `function look(ledger: Pick<Ledger, ${all}>) {`],
      ['nodes/runtime/runtime.ts', 'function look(ledger: Ledger) {'],
      ['lib/ledger/ledger.ts', 'const look = (one: string, ledger: Ledger) => one;'],
    ];
    for (const [file, source] of taken) assert.equal(wholeLedgers(file, source).length, 1, source);
  });

  it('is given out, and taken by its records', () => {
    const fine: [string, string][] = [
      ['lib/a/a.ts', "import { type Ledger, openLedger } from '../ledger/ledger.ts';"],
      ['lib/a/a.ts', "import {\n  openToRead,\n  type ReadLedger,\n} from '../ledger/read-ledger.ts';"],
      ['lib/a/a.ts', "function look(ledger: Pick<Ledger, 'runs' | 'seal'>) {"],
      ['lib/a/a.ts', "function look(\n  ledger: Pick<\n    Ledger,\n    'runs'\n  >,\n) {"],
      ['lib/a/a.ts', "type Choice = ReturnType<Ledger['accounts']['dataCentreChoices']>;"],
      ['lib/a/a.ts', 'function look<K extends keyof Ledger>(work: (ledger: Pick<Ledger, K>) => void) {'],
      ['nodes/a/a.ts', 'async ledger(duty?: Duty): Promise<Ledger> {'],
      ['nodes/a/a.ts', '#quiet(): Promise<Ledger | undefined> {'],
      ['lib/a/a.ts', '/** Takes the Ledger, whole. */\n// ledger: Ledger,\nexport const one = 1;'],
      ['nodes/runtime/runtime.ts', 'interface Open {\n  ledger: Ledger;\n}'],
    ];
    for (const [file, source] of fine) assert.deepEqual(wholeLedgers(file, source), [], source);
  });

  it('is taken whole by no file of the house', () => {
    const files = globSync(['lib/**/*.ts', 'nodes/**/*.ts', 'bin/**/*.ts', 'simulator/**/*.ts'], {
      cwd: root,
    });
    assert.ok(files.length > 20, `only ${files.length} files were found`);
    const found = files.sort().flatMap((file) => wholeLedgers(file, readFileSync(join(root, file), 'utf8')));
    assert.deepEqual(found, []);
  });
});

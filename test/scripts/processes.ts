/** Programs as a person starts them: their output, how they end, and what they leave running. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PATIENCE_MS } from '../support/patience.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const LOOK_AGAIN_MS = 50;

/** Looks again and again until `fact` holds; fails with `what` when it never does. */
export async function until(fact: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await fact())) {
    if (performance.now() > end) throw new Error(`gave up waiting: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

const parentOf = (pid: number): number => {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
};

/** Is the process there, and more than a zombie that its parent has not looked at? */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** A process and everything started by it, directly or not. */
export function familyOf(pid: number): number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const family = [pid];
  for (const member of family) family.push(...all.filter((one) => parentOf(one) === member));
  return family;
}

export class Program {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | string>;
  output = '';
  /** Exit status, or the signal's name; undefined while it runs. */
  status: number | string | undefined;

  constructor(command: string, args: string[], env: Record<string, string | undefined>) {
    this.#child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const hear = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    this.#child.stdout?.on('data', hear);
    this.#child.stderr?.on('data', hear);
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('close', (code, signal) => resolve(code ?? signal ?? ''));
    });
    this.#ended.then((status) => {
      this.status = status;
    });
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`never started: ${this.output}`);
    return pid;
  }

  /** Waits for words in the output; fails when the program ends first. */
  async says(words: string | RegExp): Promise<void> {
    const said = () => (typeof words === 'string' ? this.output.includes(words) : words.test(this.output));
    await until(
      () => said() || this.status !== undefined,
      () => `${words} in:\n${this.output}`,
    );
    if (!said()) throw new Error(`ended (${this.status}) without saying ${words}:\n${this.output}`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  end(): Promise<number | string> {
    return this.#ended;
  }
}

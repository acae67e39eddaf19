/** Received mails as files: one .eml each, complete or not there. */
import { open, readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../lib/files/folders.ts';

const NAME = /^\d{8}T\d{9}Z-\d{4}\.eml$/;

export class Mailbox {
  readonly #folder: string;
  #begun = 0;
  #count = 0;

  /** @param folder where the mails lie; created by `prepare` */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** How many were stored since the start. */
  get count(): number {
    return this.#count;
  }

  async prepare(): Promise<void> {
    await makeFolder(this.#folder);
  }

  /** Stores a mail durably and returns its name, which sorts by time. */
  async store(content: Buffer, receivedAt: number): Promise<string> {
    const stamp = new Date(receivedAt).toISOString().replace(/[-:.]/g, '');
    const name = `${stamp}-${String(this.#begun++ % 10000).padStart(4, '0')}.eml`;
    const temporary = path.join(this.#folder, `.${name}.part`);
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path.join(this.#folder, name));
    this.#count++;
    return name;
  }

  /** Names of the mails, newest first. */
  async names(): Promise<string[]> {
    return (await readdir(this.#folder))
      .filter((name) => NAME.test(name))
      .sort()
      .reverse();
  }

  /** The mail's bytes, or undefined when there is none of that name. */
  async read(name: string): Promise<Buffer | undefined> {
    if (!NAME.test(name)) return undefined;
    return readFile(path.join(this.#folder, name)).catch(() => undefined);
  }
}

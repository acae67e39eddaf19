/**
 * An act is done once for each form, however often the form is sent: a button that is pressed twice, a second tab, a
 * page from before that the browser shows again. Every form has a mark of its own.
 */
import { randomBytes } from 'node:crypto';

/** Forms of so many acts are remembered; of what is older the acts themselves know what may be done twice. */
const MOST = 2_000;
const MARK = /^[\w-]{20,40}$/;

/** A mark for a form that is made now. */
export function newMark(): string {
  return randomBytes(18).toString('base64url');
}

export class DoneOnce<T> {
  readonly #done = new Map<string, Promise<T>>();

  /**
   * @param who and which act it is: a mark that somebody else has counts for nothing
   * @param mark of the form; whoever sends no form has none, and is not kept from anything
   * @returns what it came to, the first time or before
   * @throws what `does` throws; then the form may be sent again
   */
  async run(
    who: readonly string[],
    mark: unknown,
    does: () => Promise<T>,
  ): Promise<{ value: T; before: boolean }> {
    if (typeof mark !== 'string' || !MARK.test(mark)) return { value: await does(), before: false };
    const key = JSON.stringify([...who, mark]);
    const known = this.#done.get(key);
    if (known !== undefined) return { value: await known, before: true };
    const doing = does();
    this.#done.set(key, doing);
    const [oldest] = this.#done.keys();
    if (this.#done.size > MOST && oldest !== undefined) this.#done.delete(oldest);
    try {
      return { value: await doing, before: false };
    } catch (thrown) {
      this.#done.delete(key);
      throw thrown;
    }
  }
}

import { createHash } from 'node:crypto';

/** Numbers that look random and are the same for the same seed words, whatever is made before or after. */
export class Chance {
  #state: Uint32Array;

  constructor(...words: (string | number)[]) {
    const digest = createHash('sha256').update(words.join('/')).digest();
    this.#state = new Uint32Array([0, 4, 8, 12].map((at) => digest.readUInt32LE(at)));
  }

  /** 32 random bits (the "sfc32" generator). */
  bits(): number {
    const s = this.#state;
    const [a = 0, b = 0, c = 0, d = 0] = s;
    const sum = (a + b + d) >>> 0;
    s[3] = d + 1;
    s[0] = b ^ (b >>> 9);
    s[1] = c + (c << 3);
    s[2] = ((c << 21) | (c >>> 11)) + sum;
    return sum;
  }

  /** A whole number from `low` to `high`, both included; the span must be below 2^32. */
  between(low: number, high: number): number {
    return low + Math.floor((this.bits() / 2 ** 32) * (high - low + 1));
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.between(0, from.length - 1)] ?? from[0];
  }
}

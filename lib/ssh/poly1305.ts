/**
 * The authenticator Poly1305 (RFC 8439, 2.5), which Node.js does not offer by itself: the WebAssembly that comes with
 * ssh2, called without the copies that ssh2 makes for each call.
 */
/** @returns 16 bytes of its own. @param key 32 bytes, used once */
export type Poly1305 = (key: Buffer, message: Buffer) => Buffer;

/** The module as Emscripten makes it. */
interface Compiled {
  /** Renewed when its memory grows. */
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(place: number): void;
  _poly1305_auth(
    out: number,
    first: number,
    firstLength: number,
    rest: number,
    restLength: number,
    key: number,
  ): void;
}

const KEY = 32;
const TAG = 16;

let compiled: Compiled | undefined;
let made: Poly1305 | undefined;

/** Compiles it, once for the process, beside whatever else goes on. @param make what ssh2's poly1305.js exports */
export function compilePoly1305(make: () => Promise<Compiled>): void {
  void make().then((module) => {
    compiled = module;
  });
}

/** Undefined as long as it is being compiled. */
export function poly1305(): Poly1305 | undefined {
  if (compiled !== undefined) made ??= authenticator(compiled);
  return made;
}

function authenticator(compiled: Compiled): Poly1305 {
  const fixed = compiled._malloc(KEY + TAG);
  let [place, size] = [0, 0];
  return (key, message) => {
    if (message.length > size) {
      if (place !== 0) compiled._free(place);
      size = Math.max(message.length, 64 * 1024);
      place = compiled._malloc(size);
    }
    compiled.HEAPU8.set(key, fixed);
    compiled.HEAPU8.set(message, place);
    compiled._poly1305_auth(fixed + KEY, place, 0, place, message.length, fixed);
    return Buffer.from(compiled.HEAPU8.subarray(fixed + KEY, fixed + KEY + TAG));
  };
}

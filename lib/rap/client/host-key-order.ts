/**
 * In which order host keys are asked for. A server with keys of several types shows the one of the first algorithm that
 * both sides name, and the client's order counts (RFC 4253, 7.1): so the types of the pinned keys are asked for first.
 */
import type { HostKeyPin } from './host-keys.ts';

/** The type of key behind a signature algorithm: an RSA key signs in several ways (RFC 8332). */
export function typeOfAlgorithm(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm;
}

/** The algorithms in their order, those of pinned types before all others. */
export function pinnedTypesFirst(algorithms: readonly string[], pins: readonly HostKeyPin[]): string[] {
  const isPinned = (algorithm: string) => pins.some(({ type }) => type === typeOfAlgorithm(algorithm));
  return [...algorithms.filter(isPinned), ...algorithms.filter((algorithm) => !isPinned(algorithm))];
}

/**
 * The algorithms that may still bring a pinned key after the server presented others. A pin without a type may be of any.
 * @param presented types of the keys presented so far
 * @param offered algorithms that the server offers; undefined when that is not known
 */
export function stillToAsk(
  algorithms: readonly string[],
  pins: readonly HostKeyPin[],
  presented: ReadonlySet<string>,
  offered: readonly string[] | undefined,
): string[] {
  return algorithms.filter((algorithm) => {
    const type = typeOfAlgorithm(algorithm);
    if (presented.has(type) || offered?.includes(algorithm) === false) return false;
    return pins.some((pin) => pin.type === undefined || pin.type === type);
  });
}

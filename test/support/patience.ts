/**
 * How long a test waits for an event before it says which one did not come, milliseconds: on a machine ten times slower
 * than usual still long enough, and less than a test may last.
 */
export const PATIENCE_MS = 240_000;

/** Who acts, as two names: rules about two persons need both. */
import type { ActContext } from './act.ts';

/** The name that was typed; the login where none was. */
export function typedName({ by, login }: Pick<ActContext, 'by' | 'login'>): string {
  const behind = ` (${login})`;
  return login !== '' && by.endsWith(behind) ? by.slice(0, -behind.length) : by;
}

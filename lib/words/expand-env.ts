import { RapError } from '../errors/rap-error.ts';

/** Gives the value of an environment variable, or undefined (or '') when it is not set. */
export type EnvLookup = (name: string) => string | undefined;

/**
 * Replaces every `${NAME}` of a text by the value of that environment variable.
 * A variable that is not set is an error, not an empty text: "/keys/" must never be read for "/keys/${USER_ID}".
 * @param setting what the person calls the setting, for the message
 * @throws RapError CONFIG_INVALID naming the setting and the variable
 */
export function expandEnv(text: string, lookup: EnvLookup, setting: string): string {
  return text.replaceAll(/\$\{([^{}]+)\}/g, (_whole, name: string) => {
    const value = lookup(name.trim());
    if (value === undefined || value === '') {
      throw new RapError('CONFIG_INVALID', `${setting}: the environment variable ${name.trim()} is not set`);
    }
    return value;
  });
}

/** The same for every text inside plain data; lists and objects are copied, other values kept as they are. */
export function expandAll(value: unknown, lookup: EnvLookup, setting: string): unknown {
  if (typeof value === 'string') return expandEnv(value, lookup, setting);
  if (Array.isArray(value)) {
    return value.map((one, at) => expandAll(one, lookup, `${setting} ${at + 1}`));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        expandAll(one, lookup, setting === '' ? key : `${setting}: ${key}`),
      ]),
    );
  }
  return value;
}

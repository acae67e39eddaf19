import { RapError } from '../errors/rap-error.ts';
import { visible } from '../errors/visible.ts';
import { isSecretName } from './secret-names.ts';

/** Gives the value of an environment variable, or undefined (or '') when it is not set. */
export type EnvLookup = (name: string) => string | undefined;

/**
 * Replaces every `${NAME}` of a text by the value of that environment variable.
 * A variable that is not set is an error, not an empty text: "/keys/" must never be read for "/keys/${USER_ID}".
 * So is one that holds a secret: settings are shown, logged, mailed and become names of folders.
 * @param setting what the person calls the setting, for the message
 * @throws RapError CONFIG_INVALID naming the setting and the variable
 */
export function expandEnv(text: string, lookup: EnvLookup, setting: string): string {
  return text.replaceAll(VARIABLE, (_whole, name: string) => {
    if (isSecretName(name)) throw secretIn(setting, name.trim());
    const value = lookup(name.trim());
    if (value === undefined || value === '') {
      throw new RapError('CONFIG_INVALID', `${setting}: the environment variable ${name.trim()} is not set`);
    }
    return allSeen(value, `The environment variable ${name.trim()}`);
  });
}

const VARIABLE = /\$\{([^{}]+)\}/g;

/** The names of all variables that a text asks for. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE)].map(([, name = '']) => name.trim());
}

export function secretIn(setting: string, name: string): RapError {
  return new RapError('CONFIG_INVALID', `${setting}: the variable ${name} holds a secret`, {
    cure: 'Secrets may only stand in the fields for passwords, passphrases and tokens. Give a variable that is none another name.',
  });
}

/** What no value of a setting has: controls, but for tabs and line ends of a longer text. */
const UNSEEN = /[\0-\x08\x0B-\x1F\x7F]/;

/**
 * A value, when all of it can be seen. A carriage return comes with a file of variables that was edited on Windows,
 * and would become part of a path.
 * @param what begins the sentence of the error; the value itself may be a secret
 * @throws RapError CONFIG_INVALID naming the character
 */
export function allSeen(value: string, what: string): string {
  const odd = UNSEEN.exec(value);
  if (odd === null) return value;
  const where = odd.index === value.length - 1 ? 'at its end' : 'in it';
  throw new RapError('CONFIG_INVALID', `${what} has ${visible(odd[0])} ${where}, which cannot be seen`, {
    cure: 'Take it out where the value is set. A file edited on Windows is mended with: sed -i "s/\\r$//" FILE',
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

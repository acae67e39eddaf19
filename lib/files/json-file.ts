/** JSON that people bring: plans and flows. */
import { RapError } from '../errors/rap-error.ts';
import { visible } from '../errors/visible.ts';
import { readText, readTextSync, type TextOptions } from './text-file.ts';

/** @throws RapError CONFIG_INVALID, or the code wanted, when the file cannot be read, is no text, or is not JSON */
export async function readJson(file: string, options: TextOptions): Promise<unknown> {
  return parseJson(await readText(file, options), file, options);
}

/**
 * The same where nothing can be waited for.
 * @returns undefined for a file with nothing in it
 */
export function readJsonSync(file: string, options: TextOptions): unknown {
  const text = readTextSync(file, options);
  return text.trim() === '' ? undefined : parseJson(text, file, options);
}

function parseJson(text: string, file: string, { what, code = 'CONFIG_INVALID' }: TextOptions): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = text.trim() === '' ? 'it is empty' : visible(cause instanceof Error ? cause.message : '');
    throw new RapError(code, `${what} ${visible(file)} is not JSON: ${why}`, {
      cause,
      cure: 'Correct the file at the place named. A file that ends in the middle was cut: take its last good copy.',
    });
  }
}

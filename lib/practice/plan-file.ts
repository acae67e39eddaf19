/** Plans kept as JSON files. */
import { readFile } from 'node:fs/promises';
import { RapError, systemCode } from '../errors/rap-error.ts';
import { type KnownAccount, type PracticePlan, parsePlan } from './plan.ts';

/**
 * Reads and checks a plan.
 * @throws RapError CONFIG_INVALID when the file cannot be read, is not JSON, or the plan is wrong
 */
export async function readPlan(file: string, known?: readonly KnownAccount[]): Promise<PracticePlan> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new RapError('CONFIG_INVALID', `The plan ${file} cannot be read (${systemCode(cause)})`, {
      cause,
      cure: 'Give the path of a plan file that exists and may be read.',
    });
  });
  return parsePlan(parseJson(text, file), known);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RapError('CONFIG_INVALID', `The plan ${file} is not JSON: ${why}`, {
      cause,
      cure: 'Correct the file at the place named; a plan is one JSON object.',
    });
  }
}

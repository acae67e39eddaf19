/** Plans kept as JSON files. */
import { readJson } from '../files/json-file.ts';
import { type KnownAccount, type PracticePlan, parsePlan } from './plan.ts';

/**
 * Reads and checks a plan.
 * @throws RapError CONFIG_INVALID when the file cannot be read, is not JSON, or the plan is wrong
 */
export async function readPlan(file: string, known?: readonly KnownAccount[]): Promise<PracticePlan> {
  return parsePlan(await readJson(file, { what: 'The plan' }), known);
}

/** What became of an errand: pure, from what the client said and what lies on the disk. */

export type Verdict =
  | 'right'
  | 'error'
  | 'error, torn file'
  | 'hang'
  | 'hang, torn file'
  | 'wrong bytes, success'
  | 'files missing, success'
  | 'outside the folder';

/** Nobody has to fear these. */
export function isSafe(verdict: Verdict): boolean {
  return verdict === 'right' || verdict === 'error';
}

export interface Evidence {
  /** Exit status; undefined when the client had to be stopped. */
  status: number | undefined;
  /** Hash of each file that lies where the client puts them. */
  found: ReadonlyMap<string, string>;
  /** Hash of each file as it truly is. */
  honest: ReadonlyMap<string, string>;
  /** How many different names the server showed; undefined when there is no end of them. */
  listed: number | undefined;
  /** How many files were written anywhere else. */
  outside: number;
}

export function judge({ status, found, honest, listed, outside }: Evidence): Verdict {
  if (outside > 0) return 'outside the folder';
  const torn = [...honest].some(([name, hash]) => found.has(name) && found.get(name) !== hash);
  if (status === undefined) return torn ? 'hang, torn file' : 'hang';
  if (status !== 0) return torn ? 'error, torn file' : 'error';
  if (torn) return 'wrong bytes, success';
  const missing = [...honest.keys()].some((name) => !found.has(name));
  return missing || found.size < (listed ?? found.size) ? 'files missing, success' : 'right';
}

/** What became of an errand: pure, from what the client said and what lies on the disk. */

export type Verdict =
  | 'right'
  | 'error'
  | 'error, torn file'
  | 'hang'
  | 'hang, torn file'
  | 'wrong bytes, success'
  | 'change unnoticed, success'
  | 'files missing, success'
  | 'outside the folder';

/** Nobody has to fear these. */
export function isSafe(verdict: Verdict): boolean {
  return verdict === 'right' || verdict === 'error';
}

/** What a file holds. */
export interface Content {
  bytes: number;
  sha256: string;
}

export interface Evidence {
  /** Exit status; undefined when the client had to be stopped. */
  status: number | undefined;
  /** The files that lie where the client puts them. */
  found: ReadonlyMap<string, Content>;
  /** The files as they truly are. */
  honest: ReadonlyMap<string, Content>;
  /** How many different names the server showed; undefined when there is no end of them. */
  listed: number | undefined;
  /** How many files were written anywhere else. */
  outside: number;
  /** The files changed while they were read. */
  changing?: boolean;
}

export function judge({ status, found, honest, listed, outside, changing }: Evidence): Verdict {
  if (outside > 0) return 'outside the folder';
  const torn = [...honest].some(([name, { sha256 }]) => {
    const content = found.get(name);
    return content !== undefined && content.sha256 !== sha256;
  });
  if (status === undefined) return torn ? 'hang, torn file' : 'hang';
  if (status !== 0) return torn ? 'error, torn file' : 'error';
  if (torn) return changing === true ? 'change unnoticed, success' : 'wrong bytes, success';
  const missing = [...honest.keys()].some((name) => !found.has(name));
  return missing || found.size < (listed ?? found.size) ? 'files missing, success' : 'right';
}

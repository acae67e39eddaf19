/**
 * YAML that people write by hand: checked by a schema, and what is wrong is said with its line. Every value is read as
 * the text it was written as, so that a set "0900" or a time 21:45 needs no quotes.
 */
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Fault, fieldName, refusal, shapeFaults } from './faults.ts';

export interface YamlText<T> {
  data: T;
  /** For changes that keep a person's comments. */
  document: Document;
  /** Where a value stands, from 1; of one that is missing the line of what should hold it. */
  lineOf(path: readonly PropertyKey[]): number;
}

export interface YamlOptions {
  /** Begins the sentence of a refusal: 'The catalogue /srv/rap/catalogue.yaml'. */
  subject: string;
  /** What has the fields, a noun: 'catalogue'. */
  whole: string;
}

/**
 * Reads a text; an empty one is an empty mapping.
 * @throws RapError CONFIG_INVALID naming line, field, problem and cure
 */
export function readYaml<S extends z.ZodType>(
  text: string,
  schema: S,
  options: YamlOptions,
): YamlText<z.infer<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe', prettyErrors: false });
  const broken = document.errors.map((error): Fault => {
    const { line } = lines.linePos(error.pos[0]);
    return { field: `line ${line}`, problem: `is not YAML: ${error.message}`, cure: `Correct line ${line}.` };
  });
  if (broken.length > 0) throw refusal(options.subject, broken);
  const lineOf = (path: readonly PropertyKey[]) => lineIn(document, lines, path);
  const given: unknown = document.toJS() ?? {};
  const parsed = schema.safeParse(given);
  if (parsed.success) return { data: parsed.data, document, lineOf };
  const faults = shapeFaults(parsed.error, options.whole, given);
  throw refusal(
    options.subject,
    parsed.error.issues.map((issue, index) => atLine(lineOf(issue.path), faults[index], issue.path)),
  );
}

/** A fault of a field, said with the line it stands in. */
export function atLine(line: number, fault: Fault | undefined, path: readonly PropertyKey[]): Fault {
  const { field = fieldName(path), problem = 'is wrong', cure = 'Correct it.' } = fault ?? {};
  return { field: `line ${line}: ${field}`.trimEnd(), problem, cure: `Line ${line}: ${cure}` };
}

function lineIn(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    const start = isNode(node) ? node.range?.[0] : undefined;
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

/**
 * Figures in the text form that Prometheus reads (exposition format 0.0.4). Written here because the library for it,
 * prom-client, has had no release for long and keeps figures in globals; decision 42 tells more.
 */
import { createHash } from 'node:crypto';

/** One figure. Labels tell it from others of its family. */
export interface Sample {
  labels?: Readonly<Record<string, string>>;
  /** May be infinite or no number. */
  value: number;
}

export interface Family {
  /** 'rap_reports'; a counter's ends with '_total', seconds and bytes are named. */
  name: string;
  help: string;
  /** A summary has figures with the label 'quantile' alone. */
  type: 'counter' | 'gauge' | 'summary';
  samples: readonly Sample[];
}

/** Content type of the text. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** So many figures a family has at most: labels come from configuration and from RAP, and a server keeps each for weeks. */
export const MOST_SAMPLES = 200;
/** Letters of a label's value. */
const LONGEST = 200;

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * The text of families, in their order. A family that has more figures than it may is cut, and the last family,
 * rap_series_left_out, says by how much.
 * @throws TypeError when a name is none, or two figures of a family have the same labels
 */
export function exposition(families: readonly Family[]): string {
  const leftOut: Family = {
    name: 'rap_series_left_out',
    help: `Figures that are not shown because a family may have ${MOST_SAMPLES}.`,
    type: 'gauge',
    samples: families
      .filter(({ samples }) => samples.length > MOST_SAMPLES)
      .map(({ name, samples }) => ({ labels: { family: name }, value: samples.length - MOST_SAMPLES })),
  };
  const all = [...families, leftOut];
  const names = new Set(all.map(({ name }) => name));
  if (names.size !== all.length) throw new TypeError('Two families have the same name');
  return all.map(familyText).join('');
}

function familyText({ name, help, type, samples }: Family): string {
  if (!NAME.test(name)) throw new TypeError(`"${name}" is no name of a metric`);
  const lines = samples.slice(0, MOST_SAMPLES).map((sample) => sampleText(name, sample));
  const series = new Set(lines.map((line) => line.slice(0, line.lastIndexOf(' '))));
  if (series.size !== lines.length) throw new TypeError(`Two figures of ${name} have the same labels`);
  return [`# HELP ${name} ${inHelp(help)}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
}

function sampleText(name: string, { labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => {
    if (!LABEL.test(label)) throw new TypeError(`"${label}" is no name of a label`);
    return `${label}="${inLabel(text)}"`;
  });
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberText(value)}`;
}

function inHelp(text: string): string {
  return text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function inLabel(text: string): string {
  const letters = [...text.toWellFormed()];
  // What is cut off still tells one value from another.
  const mark = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const short = letters.length <= LONGEST ? letters : [...letters.slice(0, LONGEST - 9), `~${mark}`];
  return short.join('').replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

/**
 * Share paths with words in braces: "{home}/shares/risk/{system}/{yyyy}{MM}{dd}".
 * {home} and ${VARIABLES} are the operator's own and may hold whole paths. All other words are filled from a
 * report, that is, from what a server said; their values are checked and can never add or climb a folder.
 */
import path from 'node:path';
import { RapError } from '../errors/rap-error.ts';
import { refuseName, showName } from '../files/safe-name.ts';
import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { ReceivedReport } from '../model/types.ts';
import { hongKongDate } from '../time/hong-kong.ts';
import { type Host, refuseLength, refusePlace, refuseTyped, thisHost } from './path-policy.ts';

export interface RouteContext {
  /** RAP_HOME, absolute. */
  home: string;
  account: string;
  installation: string;
  /** Values of variables; what is not here is not set. The environment of the process is none of a template's business. */
  env?: Record<string, string | undefined>;
}

/** What is known of it without a report. */
export type Surroundings = Pick<RouteContext, 'home' | 'env'>;

/** What stands in the path for a report the catalogue does not know. */
const UNRECOGNISED = 'OTHER';

type Filler = (report: ReceivedReport, context: RouteContext) => string;

const businessDate: Filler = (report) => report.businessDate || hongKongDate(report.receivedAt);

const fillers: Readonly<Record<string, Filler>> = {
  account: (_, context) => context.account,
  installation: (_, context) => context.installation,
  system: (report) => report.system || UNRECOGNISED,
  code: (report) => report.code || UNRECOGNISED,
  folder: (report) => report.folder,
  businessDate,
  yyyy: (report, context) => businessDate(report, context).slice(0, 4),
  MM: (report, context) => businessDate(report, context).slice(5, 7),
  dd: (report, context) => businessDate(report, context).slice(8, 10),
  sequence: (report) => report.sequence,
};

/** The words a template may use. */
export const templateWords: readonly string[] = ['home', ...Object.keys(fillers)];

type Part =
  | { kind: 'text'; text: string }
  | { kind: 'variable'; name: string }
  | { kind: 'home' }
  | { kind: 'word'; word: string; fill: Filler };
type OwnPart = Exclude<Part, { kind: 'word' }>;

export type Template = readonly Part[];

/**
 * Reads a template.
 * @param host whose paths they are
 * @param language of what is said
 * @throws RapError ROUTE_INVALID with `place` in front ("rule 2: share") when a word is not known, or the path
 * is not absolute or climbs
 */
export function parseTemplate(
  text: string,
  place: string,
  host: Host = thisHost(''),
  language: Language = 'en',
): Template {
  const invalid = (says: string) =>
    new RapError('ROUTE_INVALID', t(language, 'delivery.saysOf', { place, says }));
  const template = parts(text, invalid, language);
  const [start] = template;
  if (start === undefined) throw invalid(t(language, 'delivery.fault.empty'));
  const absolute = start.kind === 'text' ? pathsOf(host).isAbsolute(start.text) : start.kind !== 'word';
  if (!absolute) {
    const foreign = start.kind === 'text' ? refusePlace(text, host, language) : undefined;
    throw invalid(`"${text}" ${foreign ?? t(language, 'delivery.fault.begin')}`);
  }
  for (const name of components(withoutRoot(text))) {
    if (name === '.' || name === '..')
      throw invalid(`"${text}" ${t(language, 'delivery.fault.climbs', { name })}`);
  }
  return template;
}

/**
 * Why no report can be brought to the folders of a template, as far as that is known before one came; undefined
 * when they are fit, or name a variable that is not set yet.
 */
export function refuseTemplate(
  template: Template,
  { home, env = {} }: Surroundings,
  host: Host,
  language: Language = 'en',
): string | undefined {
  const own = ownParts(template).map((part) => ownValue(part, home, env));
  const known = own.includes(undefined) ? '' : own.join('');
  // A path of Windows has no slash to be cut at elsewhere.
  const cutAt = own.length < template.length && host.platform === 'win32';
  const top = cutAt ? cut(known, host)[0] : known;
  const why =
    known === '' ? undefined : (refuseTop(top, host, language) ?? refuseLength(top, host, language));
  return why ?? refuseText(template, host, language);
}

/**
 * Why no report can be brought below the operator's own folder. It is looked at as it was written: on Windows resolving
 * makes a folder of this machine of "\\\\server", and of "\\server\\share" that has lost a stroke; and a word of a report
 * must not choose the share of a server.
 */
export function refuseTop(top: string, host: Host, language: Language = 'en'): string | undefined {
  return refusePlace(top, host, language);
}

/** The parts before the first word of a report. */
function ownParts(template: Template): OwnPart[] {
  const first = template.findIndex((part) => part.kind === 'word');
  return (first < 0 ? template : template.slice(0, first)) as OwnPart[];
}

/** Why a template cannot be meant as it was typed: its text, each word and variable as one letter. */
function refuseText(template: Template, host: Host, language: Language): string | undefined {
  const typed = template.map((part) => (part.kind === 'text' ? part.text : 'x')).join('');
  return refuseTyped(typed, host, language);
}

/** One of the operator's own parts; undefined for a variable that is not set. */
function ownValue(part: OwnPart, home: string, env: NonNullable<RouteContext['env']>): string | undefined {
  if (part.kind === 'text') return part.text;
  return part.kind === 'home' ? home : env[part.name] || undefined;
}

const pathsOf = ({ platform }: Host) => (platform === 'win32' ? path.win32 : path.posix);

function parts(text: string, invalid: (says: string) => RapError, language: Language): Part[] {
  const found: Part[] = [];
  let rest = 0;
  const plain = (end: number) => {
    const piece = text.slice(rest, end);
    if (/[{}]/.test(piece)) throw invalid(`"${text}" ${t(language, 'delivery.fault.brace')}`);
    if (piece !== '') found.push({ kind: 'text', text: piece });
  };
  for (const match of text.matchAll(/\$\{([^{}]*)\}|\{([^{}]*)\}/g)) {
    plain(match.index);
    rest = match.index + match[0].length;
    const [, variable, word = ''] = match;
    const fill = Object.hasOwn(fillers, word) ? fillers[word] : undefined;
    if (variable !== undefined) found.push({ kind: 'variable', name: variable.trim() });
    else if (word === 'home') found.push({ kind: 'home' });
    else if (fill !== undefined) found.push({ kind: 'word', word, fill });
    else {
      const words = templateWords.map((one) => `{${one}}`).join(' ');
      throw invalid(t(language, 'delivery.fault.word', { word: `{${word}}`, words }));
    }
  }
  plain(text.length);
  return found;
}

/**
 * The folder for one report.
 * @throws RapError ROUTE_INVALID when a variable is missing or the path is not absolute;
 * NAME_REFUSED when a value of the report is not safe as a folder name
 */
export function expandTemplate(
  template: Template,
  report: ReceivedReport,
  context: RouteContext,
  place: string,
): string {
  // Only what stands before the first word of a report is the operator's own; an empty value ends it, too.
  const fixedParts = ownParts(template);
  const fixed = fixedParts.map((part) => expandPart(part, report, context, place)).join('');
  const filled = template
    .slice(fixedParts.length)
    .map((part) => expandPart(part, report, context, place))
    .join('');
  if (!path.isAbsolute(fixed)) {
    throw new RapError('ROUTE_INVALID', `${place} gives "${fixed}", which is not an absolute path`);
  }
  const [beside, below] = cut(fixed);
  return path.join(beside, ...safeComponents(below + filled, place, report));
}

function expandPart(part: Part, report: ReceivedReport, context: RouteContext, place: string): string {
  if (part.kind === 'word') {
    const value = part.fill(report, context);
    // A remote folder is the one value that may be a path; its names are checked one by one.
    for (const name of part.word === 'folder' ? value.split('/') : [value]) {
      const reason = name === '' ? undefined : refuseName(name);
      if (reason === undefined) continue;
      throw new RapError(
        'NAME_REFUSED',
        `${place}: {${part.word}} of ${report.path} is "${showName(name)}", which ${reason}`,
      );
    }
    return value;
  }
  return expandOwn(part, context, place);
}

function expandOwn(part: OwnPart, { home, env = {} }: Surroundings, place: string): string {
  const value = ownValue(part, home, env);
  if (value !== undefined) return value;
  const name = part.kind === 'variable' ? part.name : part.kind;
  throw new RapError('ROUTE_INVALID', `${place}: the environment variable ${name} is not set`);
}

/**
 * The operator's own part of a template: the folders above the first one a report has a part in.
 * @throws RapError ROUTE_INVALID when a variable is missing
 */
export function ownFolder(template: Template, context: Surroundings, place: string): string {
  return path.resolve(ownTop(template, context, place));
}

/** The same as it was written, not resolved. @throws RapError as ownFolder */
export function ownTop(template: Template, context: Surroundings, place: string): string {
  const own = ownParts(template);
  const text = own.map((part) => expandOwn(part, context, place)).join('');
  return own.length < template.length ? cut(text)[0] : text;
}

/** The operator's own folders, and the beginning of the first component that a report has a part in. */
function cut(fixed: string, { platform }: Pick<Host, 'platform'> = process): [string, string] {
  const last = Math.max(fixed.lastIndexOf('/'), platform === 'win32' ? fixed.lastIndexOf('\\') : -1);
  return [fixed.slice(0, last + 1), fixed.slice(last + 1)];
}

function safeComponents(text: string, place: string, report: ReceivedReport): string[] {
  const names = components(text);
  for (const name of names) {
    const reason = refuseName(name);
    if (reason === undefined) continue;
    throw new RapError(
      'NAME_REFUSED',
      `${place} gives the folder "${showName(name)}" for ${report.path}, which ${reason}`,
    );
  }
  return names;
}

function components(text: string): string[] {
  return text.split(path.sep === '\\' ? /[\\/]+/ : /\/+/).filter((name) => name !== '');
}

function withoutRoot(text: string): string {
  return text.slice(path.parse(text).root.length);
}

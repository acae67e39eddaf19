/** Routing rules as a person writes them: which reports go to which share. */
import { z } from 'zod';
import { ascii, readPath, tidy, unquoted } from '../cells/index.ts';
import { mustRead } from '../cells/must-read.ts';
import { RapError } from '../errors/rap-error.ts';
import type { Language } from '../i18n/languages.ts';
import { isKey, t, type Under } from '../i18n/translate.ts';
import { refuseOfHome } from './home-folders.ts';
import { type Host, thisHost } from './path-policy.ts';
import { ownFolder, parseTemplate, refuseTemplate, type Surroundings, type Template } from './template.ts';

export interface RouteRule {
  /** CCASS, CCMS, VaR, DCASS; '' for any. */
  system: string;
  /** Pattern for the report code, such as "CCLTN*"; '' for any. */
  code: string;
  /** Pattern for the remote folder, such as "/INBOX/**"; '' for any. */
  folder: string;
  /** Where matching reports go, see template.ts. */
  share: string;
}

/** More rules, or longer cells, than these nobody writes. */
const MOST_RULES = 1_000;
const MOST_LETTERS = 1_000;

type Kind = Under<'delivery.fault'>;
const says = (kind: Kind): Kind => kind;

const text = z.string(says('noText')).max(MOST_LETTERS, says('tooLong')).trim();

const ruleSchema = z.object(
  {
    system: text.default(''),
    code: text.default(''),
    folder: text.default(''),
    share: z.string(says('noPath')).max(MOST_LETTERS, says('tooLong')).trim().min(1, says('empty')),
  },
  says('noRow'),
);

/** Where rules are going to be at work. */
export type RulesPlace = Surroundings & { host?: Host };

/**
 * Checks a table of rules. Rows a person left empty altogether are an error too: a report that goes nowhere is
 * worse than a question at deploy time.
 * @param at when given, folders that this system cannot serve are refused, too
 * @param language of what is said
 * @throws RapError ROUTE_INVALID naming the rule, counted from 1, and the field
 */
export function parseRules(value: unknown, at?: RulesPlace, language: Language = 'en'): RouteRule[] {
  if (!Array.isArray(value)) throw new RapError('ROUTE_INVALID', t(language, 'delivery.fault.noList'));
  if (value.length > MOST_RULES) {
    const n = { n: value.length, most: MOST_RULES };
    throw new RapError('ROUTE_INVALID', t(language, 'delivery.fault.tooMany', n), {
      cure: t(language, 'delivery.cure.tooMany'),
    });
  }
  return value.map((row: unknown, index) => {
    const rule = t(language, 'delivery.rule', { n: index + 1 });
    const parsed = ruleSchema.safeParse(row);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const column = issue?.path.join('.') ?? '';
      const what = t(language, `delivery.fault.${issue?.message as Kind}`, { most: MOST_LETTERS });
      const place = cellOf(rule, column === '' ? 'row' : (column as Column), language);
      throw new RapError('ROUTE_INVALID', t(language, 'delivery.saysOf', { place, says: what }), {
        details: fieldOf(index, column),
      });
    }
    const place = cellOf(rule, 'share', language);
    const share = inField(fieldOf(index, 'share'), () => {
      const path = mustRead(readPath(parsed.data.share), place, 'ROUTE_INVALID', language);
      refuseShare(path, place, at, language);
      return path;
    });
    const read = { ...parsed.data, share };
    checkPatterns(read, rule, language, (column) => fieldOf(index, column));
    return read;
  });
}

type Column = Under<'delivery.column'>;

/** 'rule 1: share' */
function cellOf(place: string, column: Column, language: Language): string {
  return t(language, 'delivery.cell', { place, column: t(language, `delivery.column.${column}`) });
}

/** @param place begins the sentence: 'rule 1' */
export function cellFault(
  { place, column, cell, kind }: { place: string; column: Column; cell: string; kind: Kind },
  language: Language,
): RapError {
  const what = `"${cell}" ${t(language, `delivery.fault.${kind}`)}`;
  const cure = `delivery.cure.${kind}`;
  return new RapError(
    'ROUTE_INVALID',
    t(language, 'delivery.saysOf', { place: cellOf(place, column, language), says: what }),
    isKey(cure) ? { cure: t(language, cure) } : {},
  );
}

/**
 * Checks the cells that say which reports are meant.
 * @param place begins the sentence: 'rule 1'
 * @param field of a cell, as a dialog finds it
 * @throws RapError ROUTE_INVALID naming the cell
 */
export function checkPatterns(
  cells: Omit<RouteRule, 'share'>,
  place: string,
  language: Language = 'en',
  field: (column: string) => { field: string } = (column) => ({ field: column }),
): void {
  for (const column of ['system', 'code', 'folder'] as const) {
    inField(field(column), () => refusePatterns(column, cells[column], place, language));
  }
}

/** The cell of a table as a dialog finds it: 'rules[0].share'. */
function fieldOf(index: number, column: string): { field: string } {
  return { field: column === '' ? `rules[${index}]` : `rules[${index}].${column}` };
}

/** What a check of a cell throws says which cell it was. */
function inField<T>(details: { field: string }, check: () => T): T {
  try {
    return check();
  } catch (thrown) {
    if (!(thrown instanceof RapError)) throw thrown;
    const { code, message, cure, cause } = thrown;
    throw new RapError(code, message, { cure, cause, details: { ...thrown.details, ...details } });
  }
}

/**
 * The entries of a cell of a rule, each a pattern: "CCLTN04; CCLTN05", "/INBOX/**". What stands in brackets stays
 * together: "CCLTN{04,05}".
 */
export function patternsOf(cell: string): string[] {
  const entries = [''];
  let depth = 0;
  for (const letter of ascii(tidy(cell)).replaceAll('\\', '/')) {
    if ('{(['.includes(letter)) depth++;
    if ('})]'.includes(letter)) depth--;
    if (depth === 0 && /[,;|\n\t]/.test(letter)) entries.push('');
    else entries.push(`${entries.pop()}${letter}`);
  }
  return entries.map((entry) => unquoted(entry.trim())).filter((entry) => entry !== '');
}

/** The same of a cell whose entries have no blanks: systems and codes. */
export function wordPatternsOf(cell: string): string[] {
  return patternsOf(cell).flatMap((entry) => entry.split(/ +/));
}

/** A pattern that cannot match keeps reports from a share without a word. */
function refusePatterns(
  column: 'system' | 'code' | 'folder',
  cell: string,
  place: string,
  language: Language,
): void {
  const depths = (open: string, close: string) => cell.split(open).length - cell.split(close).length;
  if (['{}', '()', '[]'].some(([open = '', close = '']) => depths(open, close) !== 0))
    throw cellFault({ place, column, cell, kind: 'bracket' }, language);
  const codes = column === 'code' ? wordPatternsOf(cell) : [];
  const odd = codes.find((one) => !/^[\w*?{}()[\],!+@^|-]+$/.test(one));
  if (odd !== undefined) throw cellFault({ place, column, cell: odd, kind: 'codeLetters' }, language);
  if (column === 'folder' && /^[a-z]+:\/\//i.test(cell))
    throw cellFault({ place, column, cell, kind: 'address' }, language);
}

function refuseShare(share: string, place: string, at: RulesPlace | undefined, language: Language): void {
  const host = at?.host ?? thisHost(at?.home ?? '');
  const template = parseTemplate(share, place, host, language);
  const why = at && (refuseTemplate(template, at, host, language) ?? refuseOwn(template, at, host, language));
  if (why !== undefined)
    throw new RapError('ROUTE_INVALID', t(language, 'delivery.saysOf', { place, says: `"${share}" ${why}` }));
}

/** Is it one of RAP_HOME's own folders? Links and mounts are found out later, when the disk is asked. */
function refuseOwn(
  template: Template,
  at: Surroundings,
  { platform }: Host,
  language: Language,
): string | undefined {
  // A variable that is not set yet is told when a report comes; paths of another system are compared nowhere.
  const open = template.some((part) => part.kind === 'variable' && !at.env?.[part.name]);
  return open || platform !== process.platform
    ? undefined
    : refuseOfHome(ownFolder(template, at, ''), at.home, platform, language);
}

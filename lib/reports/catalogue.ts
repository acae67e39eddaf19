/**
 * What a report is, told from its name and place alone. The reports are data: catalogue/catalogue.yaml is shipped, a
 * site's RAP_HOME/catalogue.yaml goes before it. Identity is installation, participant, code, business date and set; the
 * first two are the account's.
 */
import { readFileSync } from 'node:fs';
import type { Installation, Report } from '../model/types.ts';
import { layoutsOf } from './catalogue/layouts.ts';
import { type CatalogueRow, mergeRows, type NameShape, shapesOf } from './catalogue/rows.ts';
import { type ReadCatalogue, readCatalogueText } from './catalogue/schema.ts';
import { dateOfFolder, realDate } from './expectation/belonging.ts';
import type { Layout, Layouts } from './integrity/layouts.ts';

/** What the catalogue can tell of a report; '' for what it cannot. */
export type Recognised = Pick<Report, 'system' | 'code' | 'businessDate' | 'sequence'>;

export class Catalogue implements Layouts {
  readonly rows: readonly CatalogueRow[];
  /** By name. */
  readonly layouts: ReadonlyMap<string, Layout>;
  readonly #shapes: readonly NameShape[];
  readonly #turns = new Map<Installation, readonly CatalogueRow[]>();

  constructor(
    rows: readonly CatalogueRow[],
    shapes: readonly NameShape[],
    layouts: ReadonlyMap<string, Layout>,
  ) {
    this.rows = rows;
    this.#shapes = shapes;
    this.layouts = layouts;
  }

  /**
   * Recognises a report. Never throws: what cannot be told is ''.
   * @param path full remote path; a folder YYYYMMDD in it ([invented] shape) gives the date when the name has none
   * @param name last part of the path
   * @param installation where it lies; its rows are tried first
   */
  recognise(path: string, name: string, installation?: Installation): Recognised {
    for (const row of this.#inTurn(installation)) {
      const groups = row.pattern.exec(name)?.groups ?? (row.pattern.test(name) ? {} : undefined);
      if (groups !== undefined) return { system: row.system, code: row.code, ...whenOf(path, groups) };
    }
    for (const { pattern, system } of this.#shapes) {
      const groups = pattern.exec(name)?.groups;
      if (groups === undefined) continue;
      const code = (groups.code ?? '').toUpperCase();
      const known = this.#inTurn(installation).find((row) => row.code === code);
      return { system: system === '' ? (known?.system ?? '') : system, code, ...whenOf(path, groups) };
    }
    return { system: '', code: '', businessDate: dateOfFolder(path) ?? '', sequence: '' };
  }

  /** The row of a report: the one that takes its name, else the first of its code. */
  rowOf({
    name,
    code,
    system = '',
  }: {
    name: string;
    code: string;
    system?: string;
  }): CatalogueRow | undefined {
    const rows = this.rows.filter((row) => row.code === code && (system === '' || row.system === system));
    return rows.find(({ pattern }) => pattern.test(name)) ?? rows[0];
  }

  layoutOf(report: { name: string; code: string; system?: string }): Layout | undefined {
    return this.layouts.get(this.rowOf(report)?.layout ?? '');
  }

  /** Its own rows first. */
  #inTurn(installation: Installation | undefined): readonly CatalogueRow[] {
    if (installation === undefined) return this.rows;
    const rows =
      this.#turns.get(installation) ??
      this.rows.toSorted(
        (one, other) =>
          Number(one.installation !== installation) - Number(other.installation !== installation),
      );
    this.#turns.set(installation, rows);
    return rows;
  }
}

function whenOf(path: string, { date, set, half }: Record<string, string | undefined>) {
  return {
    businessDate: (date === undefined ? dateOfFolder(path) : realDate(date)) ?? '',
    sequence: [set, half?.toUpperCase()].filter((part) => part !== undefined).join('-'),
  };
}

const SHIPPED = new URL('./catalogue/catalogue.yaml', import.meta.url);

let shippedText: ReadCatalogue | undefined;

function shippedFile(): ReadCatalogue {
  shippedText ??= readCatalogueText(readFileSync(SHIPPED, 'utf8'), 'The shipped catalogue');
  return shippedText;
}

/**
 * The catalogue of a site.
 * @param site text of its own file and how a sentence calls it; '' is a site without
 * @throws RapError CONFIG_INVALID naming line, field and cure
 */
export function catalogueOf(site: { text: string; subject: string }): Catalogue {
  const shipped = shippedFile();
  const own = readCatalogueText(site.text, site.subject);
  const rows = mergeRows(shipped, own);
  const shapes = [...own.data.shapes, ...shipped.data.shapes];
  const layouts = layoutsOf([...shipped.data.layouts, ...own.data.layouts]);
  return new Catalogue(
    rows,
    shapesOf(
      shapes,
      rows.map(({ code }) => code),
    ),
    layouts,
  );
}

let shipped: Catalogue | undefined;

/** The catalogue as it is shipped. */
export function shippedCatalogue(): Catalogue {
  shipped ??= catalogueOf({ text: '', subject: 'The catalogue' });
  return shipped;
}

/** Recognises a report by the shipped catalogue. Never throws: what cannot be told is ''. */
export function recognise(path: string, name: string): Recognised {
  return shippedCatalogue().recognise(path, name);
}

export interface CatalogueEntry {
  system: string;
  code: string;
  title: string;
  /** The public document that names the code. */
  source: string;
}

/** The shipped codes, each of a system once. */
export const catalogue: readonly CatalogueEntry[] = entries();

function entries(): CatalogueEntry[] {
  const found = new Map<string, CatalogueEntry>();
  for (const { system, code, name, source } of shippedCatalogue().rows) {
    const key = `${system} ${code}`;
    if (!found.has(key)) found.set(key, { system, code, title: name, source });
  }
  return [...found.values()];
}

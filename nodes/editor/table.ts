/** A table of text and choice cells in one of the editor's lists of rows. */

export interface Column {
  key: string;
  label: string;
  placeholder?: string;
  /** CSS; else all that is left. */
  flex?: string;
  choices?: readonly Choice[];
  /** The id of a datalist. */
  list?: string;
  readonly?: boolean;
}

export interface Choice {
  value: string;
  label: string;
}

export type Row = Record<string, string>;

export interface TableOptions {
  columns: readonly Column[];
  /** The label of the button that adds a row; without one the rows stay as many as they are. */
  add?: string;
  /** A new row. */
  fresh?: Row;
  /** The rows that are shown of those that are saved. */
  shown?: (rows: readonly object[]) => readonly object[];
  /** Is this row saved? */
  kept?: (row: Row) => boolean;
}

export class Table {
  readonly element: JQuery;
  readonly #options: TableOptions;

  constructor(element: JQuery, options: TableOptions, rows: readonly object[], changed: () => void) {
    this.element = element;
    this.#options = options;
    const fixed = options.add === undefined;
    element.addClass('rap-ops-table').toggleClass('rap-ops-columns', options.columns.length > 1);
    element.editableList({
      header: headerOf(options.columns, fixed),
      addButton: options.add ?? false,
      removable: !fixed,
      sortable: !fixed,
      height: 'auto',
      addItem: (container: JQuery, _index: number, row: object) => {
        this.#addRow(container, { ...options.fresh, ...row });
        changed();
      },
      removeItem: changed,
    });
    this.fill(rows);
  }

  #addRow(container: JQuery, row: Record<string, unknown>): void {
    const line = $('<div>').css({ display: 'flex', gap: '6px' }).appendTo(container);
    const cells = new Map<string, JQuery>();
    for (const column of this.#options.columns) {
      const cell = cellOf(column);
      cell.val(String(row[column.key] ?? '')).appendTo(line);
      // An empty cell of a new row is not wrong yet.
      cell.data('touched', Boolean(row[column.key]));
      cells.set(column.key, cell);
    }
    container.data('cells', cells);
  }

  fill(rows: readonly object[]): void {
    this.element.editableList('empty');
    this.element.editableList('addItems', this.#options.shown?.(rows) ?? rows);
  }

  #cells(): Map<string, JQuery>[] {
    const items = this.element.editableList('items').toArray() as unknown as JQuery[];
    return items.map((item) => item.data('cells') as Map<string, JQuery>);
  }

  rows(): Row[] {
    return this.#cells().map((cells) =>
      Object.fromEntries([...cells].map(([key, cell]) => [key, String(cell.val() ?? '').trim()])),
    );
  }

  /** The rows as they are saved. */
  kept(): Row[] {
    return this.rows().filter(this.#options.kept ?? (() => true));
  }

  /** Takes every mark away. */
  clear(): void {
    for (const cells of this.#cells()) {
      for (const cell of cells.values())
        cell.removeClass('input-error').attr({ title: '', 'aria-invalid': 'false' });
    }
  }

  /**
   * Marks a cell, or without a column the whole row. A cell that nobody has been in is not marked.
   * @returns was one?
   */
  mark(row: PropertyKey | undefined, column: PropertyKey | undefined, why: string): boolean {
    const cells = this.#cells()[Number(row)];
    const all = column === undefined ? [...(cells?.values() ?? [])] : [cells?.get(String(column))];
    const wrong = all.filter((cell) => cell?.data('touched') === true);
    for (const cell of wrong) cell?.addClass('input-error').attr({ title: why, 'aria-invalid': 'true' });
    return wrong.length > 0;
  }
}

function headerOf(columns: readonly Column[], fixed: boolean): JQuery {
  const header = $('<div>').css({
    display: 'flex',
    gap: '6px',
    padding: fixed ? '0 8px 0 4px' : '0 38px 0 22px',
  });
  for (const { flex = '1', label } of columns) {
    $('<div>').css({ flex, 'min-width': 0 }).text(label).appendTo(header);
  }
  return header;
}

function cellOf({ choices, placeholder = '', list, label, flex = '1', readonly = false }: Column): JQuery {
  const cell: JQuery<HTMLElement> =
    choices === undefined
      ? $('<input type="text" autocomplete="off" spellcheck="false">').attr('placeholder', placeholder)
      : $('<select>');
  for (const choice of choices ?? []) $('<option>').val(choice.value).text(choice.label).appendTo(cell);
  if (list !== undefined) cell.attr('list', list);
  return cell
    .attr('aria-label', label)
    .css({ flex, 'min-width': 0, width: 'auto', margin: 0 })
    .prop('disabled', readonly);
}

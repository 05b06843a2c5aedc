import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useWindow } from "./useWindow";

export interface Column<T> {
  id: string;
  title: string;
  /** Said in the header's title. */
  help?: string;
  /** Figures stand at the end, names at the start. */
  figures?: boolean;
  /** Width in rem; columns never change it, so that live figures move nothing. */
  width: number;
  /** Takes what is left of the width. */
  grows?: boolean;
  /** Names the row. */
  header?: boolean;
  /** What it is sorted by; absent: it is not. */
  sort?: (row: T) => number | string | null | undefined;
  cell: (row: T) => ComponentChildren;
}

export interface Sort {
  column: string;
  descending: boolean;
}

/** Tables of more rows than this draw only those in view. */
const windowFrom = 60;
const rowHeight = 37;

interface Props<T> {
  caption: string;
  columns: readonly Column<T>[];
  count: number;
  /** Undefined: not loaded yet. */
  rowAt: (index: number) => T | undefined;
  keyOf: (row: T, index: number) => string | number;
  sort: Sort;
  onSort: (sort: Sort) => void;
  onRange?: (first: number, end: number) => void;
  empty: ComponentChildren;
  rowClass?: (row: T) => string;
}

/** A real table with a fixed layout, sorted by buttons in its headers, of any number of rows. */
export function Grid<T>({ caption, columns, count, rowAt, keyOf, sort, onSort, onRange, empty, rowClass }: Props<T>) {
  const container = useRef<HTMLDivElement>(null);
  const windowed = count > windowFrom;
  const { first, end } = useWindow(container, count, rowHeight, windowed);
  useEffect(() => onRange?.(first, end), [first, end, onRange]);
  const rows = Array.from({ length: end - first }, (_, offset) => first + offset);
  const minimum = columns.reduce((sum, column) => sum + column.width, 0);

  if (count === 0) return <div class="grid-empty">{empty}</div>;
  return (
    <div class={windowed ? "grid windowed" : "grid"} ref={container} tabIndex={0} role="region" aria-label={`${caption}, scrollable`}>
      <table style={{ minWidth: `${minimum}rem` }} aria-rowcount={count + 1}>
        <caption class="sr-only">{caption}</caption>
        <colgroup>
          {columns.map((column) => <col key={column.id} style={column.grows ? {} : { width: `${column.width}rem` }} />)}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => <Header key={column.id} column={column} sort={sort} onSort={onSort} />)}
          </tr>
        </thead>
        <tbody>
          {windowed && first > 0 && <tr class="pad" aria-hidden="true"><td colSpan={columns.length} style={{ height: `${first * rowHeight}px` }} /></tr>}
          {rows.map((index) => {
            const row = rowAt(index);
            if (row === undefined) return <tr key={`blank-${index}`} aria-rowindex={index + 2} class="blank"><td colSpan={columns.length}><span class="bone" /></td></tr>;
            return (
              <tr key={keyOf(row, index)} aria-rowindex={index + 2} class={rowClass?.(row)}>
                {columns.map((column) => {
                  const align = column.figures ? "figures" : undefined;
                  return column.header ? <th key={column.id} scope="row" class={align}>{column.cell(row)}</th> : <td key={column.id} class={align}>{column.cell(row)}</td>;
                })}
              </tr>
            );
          })}
          {windowed && end < count && <tr class="pad" aria-hidden="true"><td colSpan={columns.length} style={{ height: `${(count - end) * rowHeight}px` }} /></tr>}
        </tbody>
      </table>
    </div>
  );
}

function Header<T>({ column, sort, onSort }: { column: Column<T>; sort: Sort; onSort: (sort: Sort) => void }) {
  const align = column.figures ? "figures" : undefined;
  if (column.sort === undefined) return <th scope="col" class={align} title={column.help}>{column.title}</th>;
  const active = sort.column === column.id;
  const direction = !active ? "none" : sort.descending ? "descending" : "ascending";
  // The first press shows the largest figure or the first name.
  const next = { column: column.id, descending: active ? !sort.descending : column.figures === true };
  return (
    <th scope="col" class={align} aria-sort={direction}>
      <button type="button" class={active ? "sort active" : "sort"} title={column.help} onClick={() => onSort(next)}>
        {column.title}
        <span class={`arrow ${direction}`} aria-hidden="true" />
      </button>
    </th>
  );
}

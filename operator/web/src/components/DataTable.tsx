import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { type Column, Grid, type Sort } from "./Grid";

/** Sorted copies; unknown figures stand last whichever way it is sorted, and equals keep the given order. */
export function sorted<T>(rows: readonly T[], columns: readonly Column<T>[], sort: Sort): T[] {
  const value = columns.find((column) => column.id === sort.column)?.sort;
  if (value === undefined) return [...rows];
  const sign = sort.descending ? -1 : 1;
  return rows
    .map((row, index) => ({ row, index, by: value(row) }))
    .sort((left, right) => {
      const [a, b] = [left.by ?? null, right.by ?? null];
      if (a === null || b === null) return a === b ? left.index - right.index : a === null ? 1 : -1;
      const order = typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
      return order === 0 ? left.index - right.index : sign * order;
    })
    .map(({ row }) => row);
}

interface Props<T> {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T, index: number) => string | number;
  sort: Sort;
  empty: ComponentChildren;
  rowClass?: (row: T) => string;
}

/** A table whose rows are all here; it sorts them itself. */
export function DataTable<T>({ rows, columns, sort: initial, ...rest }: Props<T>) {
  const [sort, setSort] = useState(initial);
  const ordered = useMemo(() => sorted(rows, columns, sort), [rows, columns, sort]);
  return <Grid {...rest} columns={columns} count={ordered.length} rowAt={(index) => ordered[index]} sort={sort} onSort={setSort} />;
}

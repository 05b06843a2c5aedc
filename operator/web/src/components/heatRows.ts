/** Which rows of a heat map hold anything, with a free one above and below. */
export function usedRows(counts: readonly (readonly number[] | null)[], rows: number): { low: number; high: number; most: number } {
  let low = rows;
  let high = -1;
  let most = 0;
  for (const column of counts) {
    column?.forEach((count, row) => {
      if (count <= 0 || row >= rows) return;
      low = Math.min(low, row);
      high = Math.max(high, row);
      most = Math.max(most, count);
    });
  }
  return high < 0 ? { low: 0, high: 0, most: 0 } : { low: Math.max(0, low - 1), high: Math.min(rows - 1, high + 1), most };
}

/** Strength of a cell, 0 to 1: few requests stay visible beside many. */
export function heat(count: number, most: number): number {
  return count <= 0 || most <= 0 ? 0 : 0.14 + 0.86 * Math.sqrt(count / most);
}

import type { FigureKind } from "../../components/figures";
import type { Series, SeriesName } from "../../data/series";

export interface HistoryRow {
  time: number;
  figures: Record<SeriesName, number | null>;
}

export const columns: { name: SeriesName; title: string; as: FigureKind }[] = [
  { name: "requestsPerSecond", title: "Requests", as: "rate" },
  { name: "errorsPerSecond", title: "Errors", as: "rate" },
  { name: "p50Milliseconds", title: "p50", as: "milliseconds" },
  { name: "p95Milliseconds", title: "p95", as: "milliseconds" },
  { name: "p99Milliseconds", title: "p99", as: "milliseconds" },
  { name: "bytesInPerSecond", title: "Bytes in", as: "bytesRate" },
  { name: "bytesOutPerSecond", title: "Bytes out", as: "bytesRate" },
  { name: "throttledSecondsPerSecond", title: "Throttled", as: "throttle" },
];

/** One row per sample. */
export function rowsOf(series: Series): HistoryRow[] {
  return series.times.map((time, index) => {
    const figures = {} as Record<SeriesName, number | null>;
    for (const { name } of columns) figures[name] = series.figures[name][index] ?? null;
    return { time, figures };
  });
}

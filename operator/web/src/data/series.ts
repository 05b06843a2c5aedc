import type { History } from "./contract";

type Figures = (number | null)[];

/** A history whose arrays are all there and of one length. */
export interface Series {
  intervalSeconds: number;
  /** Milliseconds since 1970, ascending. */
  times: number[];
  figures: Record<SeriesName, Figures>;
  errorsByName: Record<string, Figures>;
  bounds: number[];
  counts: (number[] | null)[];
}

export const seriesNames = [
  "requestsPerSecond",
  "errorsPerSecond",
  "bytesInPerSecond",
  "bytesOutPerSecond",
  "throttledSecondsPerSecond",
  "p50Milliseconds",
  "p95Milliseconds",
  "p99Milliseconds",
] as const;

export type SeriesName = (typeof seriesNames)[number];

const hour = 3_600_000;

function fitted<T>(values: readonly (T | null)[] | null | undefined, length: number): (T | null)[] {
  return Array.from({ length }, (_, index) => values?.[index] ?? null);
}

/** Makes the arrays whole: what is missing is unknown. */
export function seriesOf(history: History): Series {
  const times = (history.times ?? []).map((time) => Date.parse(time));
  const figures = {} as Record<SeriesName, Figures>;
  for (const name of seriesNames) figures[name] = fitted(history[name], times.length);
  const errorsByName: Record<string, Figures> = {};
  for (const [name, values] of Object.entries(history.errorsByName ?? {})) errorsByName[name] = fitted(values, times.length);
  return {
    intervalSeconds: history.intervalSeconds ?? 15,
    times,
    figures,
    errorsByName,
    bounds: history.heatmap?.boundsMilliseconds ?? [],
    counts: fitted(history.heatmap?.counts, times.length),
  };
}

function sameBounds(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((bound, index) => bound === right[index]);
}

/**
 * Puts newer samples behind older ones. Times that are known already are left out; what is older than an hour before the newest falls out; when the
 * heat map's bounds changed, the older counts are dropped, because they mean something else.
 */
export function extended(old: Series | null, more: Series): Series {
  if (old === null || old.times.length === 0) return more;
  const last = old.times[old.times.length - 1]!;
  let from = 0;
  while (from < more.times.length && more.times[from]! <= last) from++;
  if (from === more.times.length) return old;
  const newest = more.times[more.times.length - 1]!;
  let drop = 0;
  while (drop < old.times.length && old.times[drop]! <= newest - hour) drop++;
  const join = <T>(before: readonly T[], after: readonly T[]): T[] => [...before.slice(drop), ...after.slice(from)];

  const figures = {} as Record<SeriesName, Figures>;
  for (const name of seriesNames) figures[name] = join(old.figures[name], more.figures[name]);
  const errorsByName: Record<string, Figures> = {};
  for (const name of new Set([...Object.keys(old.errorsByName), ...Object.keys(more.errorsByName)])) {
    const joined = join(
      old.errorsByName[name] ?? fitted<number>([], old.times.length),
      more.errorsByName[name] ?? fitted<number>([], more.times.length),
    );
    if (joined.some((value) => value !== null)) errorsByName[name] = joined;
  }
  const bounds = more.bounds.length > 0 ? more.bounds : old.bounds;
  const before = sameBounds(bounds, old.bounds) ? old.counts : fitted<number[]>([], old.times.length);
  return { intervalSeconds: more.intervalSeconds, times: join(old.times, more.times), figures, errorsByName, bounds, counts: join(before, more.counts) };
}

import type { Figure } from "../data/contract";
import { age, localDate, localTime, utcTime } from "../format/time";
import * as format from "../format/number";
import { useNow } from "../app/context";

const kinds = {
  count: format.count,
  rate: (value: Figure) => format.rate(value),
  bytes: (value: Figure) => format.bytes(value),
  bytesRate: (value: Figure) => format.bytes(value, "/s"),
  milliseconds: format.milliseconds,
  percent: format.percent,
  /** Seconds of throttling in a second, summed over all connections. */
  throttle: (value: Figure) => format.milliseconds(value === null || value === undefined ? value : value * 1000),
} as const;

export type FigureKind = keyof typeof kinds;

/** A figure of three digits with its unit; the exact one is its machine-readable value and its title. */
export function Num({ value, as, id }: { value: Figure; as: FigureKind; id?: string }) {
  const shown = kinds[as](value);
  if (value === null || value === undefined) {
    return (
      <span class="num unknown" title="not known" data-figure={id}>
        <span aria-hidden="true">–</span>
        <span class="sr-only">not known</span>
      </span>
    );
  }
  return (
    <data class="num" value={String(value)} title={format.exact(value)} data-figure={id}>
      {shown.text}
      {shown.unit !== "" && <span class="unit">{shown.unit.startsWith("/") || shown.unit === "%" ? shown.unit : `\u202f${shown.unit}`}</span>}
    </data>
  );
}

/** A figure as plain text. */
export function figureText(value: Figure, as: FigureKind): string {
  return value === null || value === undefined ? "not known" : format.joined(kinds[as](value));
}

/** Local time; UTC in the title. */
export function Time({ value, date = false, withMilliseconds = false }: { value: string | number | null | undefined; date?: boolean; withMilliseconds?: boolean }) {
  const time = typeof value === "number" ? value : Date.parse(value ?? "");
  if (!Number.isFinite(time)) return <span class="num unknown">–</span>;
  return (
    <time class="num" dateTime={new Date(time).toISOString()} title={utcTime(time)}>
      {date ? localDate(time) : localTime(time, withMilliseconds)}
    </time>
  );
}

/** How long ago something was, counting on. */
export function Age({ of: value, ago = true }: { of: string | number | null | undefined; ago?: boolean }) {
  const now = useNow();
  const time = typeof value === "number" ? value : Date.parse(value ?? "");
  if (!Number.isFinite(time)) return <span class="num unknown">never</span>;
  const text = age(now - time);
  return (
    <time class="num" dateTime={new Date(time).toISOString()} title={`${localDate(time)} (${utcTime(time)})`}>
      {ago && text !== "now" ? `${text} ago` : text}
    </time>
  );
}

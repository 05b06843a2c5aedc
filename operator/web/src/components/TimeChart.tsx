import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colour, onThemeChange } from "../app/theme";
import type { Figure } from "../data/contract";
import { short } from "../format/number";
import { age, localTime } from "../format/time";

export interface Line {
  label: string;
  values: readonly Figure[];
  /** Custom property with its colour. */
  colour: string;
  filled?: boolean;
}

interface Props {
  title: string;
  /** Milliseconds since 1970, ascending. */
  times: readonly number[];
  lines: readonly Line[];
  show: (value: Figure) => string;
}

const height = 168;
const shortest = 5 * 60;

/** Time series of up to an hour. Its legend follows the pointer; the summary says in words what a screen reader cannot see. */
export function TimeChart({ title, times, lines, show }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const shown = useRef(show);
  shown.current = show;
  const [index, setIndex] = useState<number | null>(null);
  const [painted, repaint] = useState(0);
  const shape = lines.map((line) => line.label + line.colour).join("\n");
  const hasTimes = times.length > 0;

  useEffect(() => onThemeChange(() => repaint((number) => number + 1)), []);

  useEffect(() => {
    const element = host.current;
    if (element === null || !hasTimes) return;
    const plot = new uPlot(options(element.clientWidth, lines, (value) => shown.current(value), setIndex), [[], ...lines.map(() => [])], element);
    chart.current = plot;
    const size = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    size.observe(element);
    return () => {
      size.disconnect();
      plot.destroy();
      chart.current = null;
    };
    // The lines' values come by the next effect; only another shape or other colours make another chart.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [shape, painted, hasTimes]);

  useEffect(() => {
    chart.current?.setData([times.map((time) => time / 1000), ...lines.map((line) => line.values.map((value) => value ?? null))]);
  }, [times, lines, shape, painted, hasTimes]);

  const at = index !== null && index < times.length ? index : times.length - 1;
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        <span class="chart-time num" aria-hidden="true">{hasTimes ? localTime(times[at] ?? NaN) : ""}</span>
      </figcaption>
      <div class="chart-body" ref={host} role="img" aria-label={summary(title, times, lines, show)} />
      <ul class="legend" aria-hidden="true">
        {lines.map((line) => (
          <li key={line.label}>
            <span class="swatch" style={{ background: `var(${line.colour})` }} />
            <span class="legend-label" title={line.label}>{line.label}</span>
            <span class="num">{show(line.values[at])}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

function summary(title: string, times: readonly number[], lines: readonly Line[], show: (value: Figure) => string): string {
  if (times.length === 0) return `${title}: no samples yet`;
  const span = age(times[times.length - 1]! - times[0]!);
  const parts = lines.map((line) => {
    const known = line.values.filter((value): value is number => typeof value === "number");
    if (known.length === 0) return `${line.label} not known`;
    return `${line.label} latest ${show(line.values[line.values.length - 1])}, lowest ${show(Math.min(...known))}, highest ${show(Math.max(...known))}`;
  });
  return `${title} over the last ${span}: ${parts.join("; ")}`;
}

function options(width: number, lines: readonly Line[], show: (value: Figure) => string, hover: (index: number | null) => void): uPlot.Options {
  const text = colour("--text-3");
  const grid = { stroke: colour("--line-soft"), width: 1 };
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  return {
    width,
    height,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: "time" }, y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: true, range: (_, low, high) => [Math.min(low, high - shortest), high] },
      y: { range: (_, __, high) => [0, high > 0 ? high * 1.08 : 1] },
    },
    axes: [
      { stroke: text, font, grid: { show: false }, ticks: { show: false }, gap: 4, size: 26, space: 70, values: (_, splits) => splits.map((second) => localTime(second * 1000).slice(0, 5)) },
      { stroke: text, font, grid, ticks: { show: false }, gap: 6, size: 62, space: 34, values: (_, splits) => splits.map((value) => short(show(value))) },
    ],
    series: [
      {},
      ...lines.map((line): uPlot.Series => {
        const stroke = colour(line.colour);
        return { label: line.label, stroke, width: 1.6, fill: line.filled ? translucent(stroke) : undefined, points: { show: false }, spanGaps: false };
      }),
    ],
    hooks: { setCursor: [(plot) => hover(plot.cursor.idx ?? null)] },
  } as uPlot.Options;
}

function translucent(rgb: string): string {
  return rgb.startsWith("rgb(") ? rgb.replace("rgb(", "rgba(").replace(")", ", 0.12)") : rgb;
}

import { useEffect, useRef, useState } from "preact/hooks";
import { colour, onThemeChange } from "../app/theme";
import type { Series } from "../data/series";
import { joined, milliseconds, short } from "../format/number";
import { localTime } from "../format/time";
import { plural } from "../format/text";
import { heat, usedRows } from "./heatRows";

const height = 220;
const left = 62;
const bottom = 24;
const top = 8;

interface Cell {
  column: number;
  row: number;
}

/** How many requests took how long, interval by interval, painted on a canvas; pointer and arrow keys read a cell. */
export function HeatMap({ series }: { series: Series }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const [cell, setCell] = useState<Cell | null>(null);
  const [painted, repaint] = useState(0);
  const rows = series.bounds.length + 1;
  const { low, high, most } = usedRows(series.counts, rows);
  const columns = series.times.length;

  useEffect(() => onThemeChange(() => repaint((number) => number + 1)), []);
  useEffect(() => {
    const element = canvas.current!.parentElement!;
    const size = new ResizeObserver(() => setWidth(element.clientWidth));
    size.observe(element);
    setWidth(element.clientWidth);
    return () => size.disconnect();
  }, []);
  useEffect(() => paint(canvas.current!, width, series, low, high, most, cell), [width, series, cell, painted, low, high, most]);

  const cellAt = (event: PointerEvent): Cell | null => {
    const box = canvas.current!.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left - left) / (width - left)) * columns);
    const row = high - Math.floor(((event.clientY - box.top - top) / (height - top - bottom)) * (high - low + 1));
    return column < 0 || column >= columns || row < low || row > high ? null : { column, row };
  };
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (step === undefined || columns === 0) return;
    event.preventDefault();
    const from = cell ?? { column: columns - 1, row: low };
    setCell({
      column: Math.min(columns - 1, Math.max(0, from.column + step[0]!)),
      row: Math.min(high, Math.max(low, from.row + step[1]!)),
    });
  };
  const words = cell === null ? "" : describe(series, cell);
  return (
    <figure class="chart heat">
      <figcaption>
        <h3>Latency distribution</h3>
        <span class="chart-time num" role="status">{words}</span>
      </figcaption>
      <div class="chart-body heat-body">
        <canvas
          ref={canvas}
          tabIndex={0}
          role="img"
          aria-label={`Latency heat map, ${plural(columns, "interval")}; arrow keys read a cell`}
          onPointerMove={(event) => setCell(cellAt(event))}
          onPointerLeave={() => setCell(null)}
          onBlur={() => setCell(null)}
          onKeyDown={move}
        />
      </div>
      <p class="heat-scale" aria-hidden="true">
        <span>few</span><span class="heat-ramp" /><span>many requests</span>
      </p>
    </figure>
  );
}

function span(series: Series, row: number): string {
  const lower = row === 0 ? 0 : series.bounds[row - 1]!;
  const upper = series.bounds[row];
  return upper === undefined ? `over ${joined(milliseconds(lower))}` : `${joined(milliseconds(lower))} to ${joined(milliseconds(upper))}`;
}

function describe(series: Series, { column, row }: Cell): string {
  const counts = series.counts[column];
  const time = localTime(series.times[column] ?? NaN);
  return counts === null || counts === undefined ? `${time}: not known` : `${time}: ${plural(counts[row] ?? 0, "request")}, ${span(series, row)}`;
}

function paint(canvas: HTMLCanvasElement, width: number, series: Series, low: number, high: number, most: number, cell: Cell | null): void {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  if (context === null || width <= left) return;
  context.scale(ratio, ratio);
  const columns = series.times.length;
  const cellWidth = (width - left) / Math.max(1, columns);
  const cellHeight = (height - top - bottom) / (high - low + 1);
  const y = (row: number): number => top + (high - row) * cellHeight;

  context.fillStyle = colour("--heat-none");
  context.fillRect(left, top, width - left, height - top - bottom);
  context.fillStyle = colour("--heat");
  series.counts.forEach((counts, column) => {
    for (let row = low; counts !== null && row <= high; row++) {
      const strength = heat(counts[row] ?? 0, most);
      if (strength === 0) continue;
      context.globalAlpha = strength;
      context.fillRect(left + column * cellWidth, y(row), Math.max(1, cellWidth - (cellWidth > 4 ? 1 : 0)), cellHeight - (cellHeight > 5 ? 1 : 0));
    }
  });
  context.globalAlpha = 1;

  context.fillStyle = colour("--text-3");
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = "middle";
  context.textAlign = "right";
  const every = Math.max(1, Math.ceil(16 / cellHeight));
  for (let row = low; row <= high && row < series.bounds.length; row += every) {
    if (y(row) >= top + 5) context.fillText(short(joined(milliseconds(series.bounds[row]!))), left - 6, y(row));
  }
  context.textBaseline = "alphabetic";
  const labels = Math.max(1, Math.min(columns, Math.floor((width - left) / 90)));
  // Less than a minute from label to label: seconds tell them apart.
  const digits = (series.times[columns - 1] ?? 0) - (series.times[0] ?? 0) < labels * 60_000 ? 8 : 5;
  for (let label = 0; label < labels; label++) {
    const column = Math.floor((label * columns) / labels);
    context.textAlign = "left";
    context.fillText(localTime(series.times[column] ?? NaN).slice(0, digits), left + column * cellWidth, height - 8);
  }
  if (cell !== null) {
    context.strokeStyle = colour("--text");
    context.lineWidth = 1.5;
    context.strokeRect(left + cell.column * cellWidth, y(cell.row), Math.max(3, cellWidth), cellHeight);
  }
}

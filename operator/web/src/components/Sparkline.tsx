import type { Figure } from "../data/contract";
import { rate, joined } from "../format/number";

const width = 120;
const height = 28;

/** Requests per second of the last samples; gaps where nothing was known. */
export function Sparkline({ values }: { values: readonly Figure[] }) {
  const known = values.filter((value): value is number => typeof value === "number");
  if (known.length === 0) return <span class="spark-empty">no samples yet</span>;
  const most = Math.max(...known, 1e-9);
  const step = width / Math.max(1, values.length - 1);
  const runs: string[][] = [[]];
  values.forEach((value, index) => {
    if (typeof value !== "number") {
      if (runs[runs.length - 1]!.length > 0) runs.push([]);
      return;
    }
    runs[runs.length - 1]!.push(`${(index * step).toFixed(1)} ${(height - 2 - (value / most) * (height - 5)).toFixed(1)}`);
  });
  const lines = runs.filter((run) => run.length > 0);
  const last = known[known.length - 1]!;
  const label = `Requests per second: ${joined(rate(Math.min(...known)))} to ${joined(rate(most))} in the last ${values.length} samples, latest ${joined(rate(last))}`;
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label} preserveAspectRatio="none">
      {lines.map((run, index) => (
        <g key={index}>
          {run.length > 1 && <path class="spark-area" d={`M${run[0]!.split(" ")[0]} ${height}L${run.join("L")}L${run[run.length - 1]!.split(" ")[0]} ${height}z`} />}
          <path class="spark-line" d={run.length > 1 ? `M${run.join("L")}` : `M${run[0]}h.01`} />
        </g>
      ))}
    </svg>
  );
}

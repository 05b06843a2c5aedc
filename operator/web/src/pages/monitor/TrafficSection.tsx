import { useMemo, useState } from "preact/hooks";
import { figureText, Num, Time } from "../../components/figures";
import { Grid } from "../../components/Grid";
import { HeatMap } from "../../components/HeatMap";
import { Skeleton, State } from "../../components/states";
import { TimeChart } from "../../components/TimeChart";
import type { Monitor } from "../../data/contract";
import type { Series } from "../../data/series";
import { useHistory } from "../../data/useHistory";
import { columns, rowsOf } from "./historyColumns";

/** The last hour: rates, errors, latency and its heat map, bytes, throttling; of all APIs or of one. */
export function TrafficSection({ monitor }: { monitor: Monitor }) {
  const [api, setApi] = useState("");
  const { series, problem } = useHistory(monitor.namespace, monitor.name, api);
  const names = useMemo(() => (monitor.apis ?? []).map((each) => each.name ?? "").sort(), [monitor.apis]);
  return (
    <>
      <div class="section-head">
        <h2>Last hour</h2>
        <label class="select">
          <span>API</span>
          <select value={api} onChange={(event) => setApi(event.currentTarget.value)}>
            <option value="">All</option>
            {names.map((name) => <option key={name} value={name}>{name}</option>)}
          </select>
        </label>
      </div>
      {series === null ? problem === null ? <Skeleton rows={8} /> : <State title={problem.title} level={3}><p>{problem.detail}</p></State> : <Charts series={series} />}
    </>
  );
}

function Charts({ series }: { series: Series }) {
  const { times, figures, errorsByName } = series;
  if (times.length === 0) return <State title="No samples yet" level={3}><p>The first comes when two reports of a sidecar were read, within half a minute of its first traffic.</p></State>;
  const errorNames = Object.keys(errorsByName).sort();
  return (
    <>
      <div class="charts">
        <TimeChart title="Requests" times={times} show={(value) => figureText(value, "rate")} lines={[{ label: "Requests", values: figures.requestsPerSecond, colour: "--series-1", filled: true }]} />
        <TimeChart
          title="Latency"
          times={times}
          show={(value) => figureText(value, "milliseconds")}
          lines={[
            { label: "p99", values: figures.p99Milliseconds, colour: "--series-3" },
            { label: "p95", values: figures.p95Milliseconds, colour: "--series-2" },
            { label: "p50", values: figures.p50Milliseconds, colour: "--series-1" },
          ]}
        />
        <TimeChart
          title="Errors"
          times={times}
          show={(value) => figureText(value, "rate")}
          lines={
            errorNames.length === 0
              ? [{ label: "All errors", values: figures.errorsPerSecond, colour: "--series-3", filled: true }]
              : errorNames.map((name, index) => ({ label: name, values: errorsByName[name]!, colour: `--series-${(index % 6) + 1}` }))
          }
        />
        <TimeChart
          title="Bytes"
          times={times}
          show={(value) => figureText(value, "bytesRate")}
          lines={[
            { label: "In", values: figures.bytesInPerSecond, colour: "--consume", filled: true },
            { label: "Out", values: figures.bytesOutPerSecond, colour: "--produce", filled: true },
          ]}
        />
      </div>
      <div class="charts uneven">
        <HeatMap series={series} />
        <TimeChart
          title="Throttling asked for by brokers"
          times={times}
          show={(value) => figureText(value, "throttle")}
          lines={[{ label: "Per second", values: figures.throttledSecondsPerSecond, colour: "--series-4", filled: true }]}
        />
      </div>
      <FiguresTable series={series} />
    </>
  );
}

/** The same figures as a table, for whoever cannot or would rather not read charts. */
function FiguresTable({ series }: { series: Series }) {
  const [open, setOpen] = useState(false);
  const [descending, setDescending] = useState(true);
  const rows = useMemo(() => (open ? rowsOf(series) : []), [open, series]);
  return (
    <details class="disclosure" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>These figures as a table</summary>
      {open && (
        <Grid
          caption="Figures of the last hour"
          columns={[
            { id: "time", title: "Time", width: 7, header: true, sort: (row) => row.time, cell: (row) => <Time value={row.time} /> },
            ...columns.map(({ name, title, as }) => ({ id: name, title, width: 7, figures: true, cell: (row: ReturnType<typeof rowsOf>[number]) => <Num value={row.figures[name]} as={as} /> })),
          ]}
          count={rows.length}
          rowAt={(index) => rows[descending ? rows.length - 1 - index : index]}
          keyOf={(row) => row.time}
          sort={{ column: "time", descending }}
          onSort={(sort) => setDescending(sort.descending)}
          empty="No samples yet."
        />
      )}
    </details>
  );
}

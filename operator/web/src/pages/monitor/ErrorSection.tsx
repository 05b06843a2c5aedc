import { DataTable } from "../../components/DataTable";
import { figureText, Num } from "../../components/figures";
import type { Column } from "../../components/Grid";
import { Skeleton } from "../../components/states";
import { TimeChart } from "../../components/TimeChart";
import type { Api, KafkaError, Monitor } from "../../data/contract";
import { useHistory } from "../../data/useHistory";

const errorColumns: Column<KafkaError>[] = [
  { id: "error", title: "Error", width: 16, grows: true, header: true, sort: (row) => row.error, cell: (row) => <code title={row.error}>{row.error}</code> },
  { id: "api", title: "API", width: 10, sort: (row) => row.api, cell: (row) => row.api },
  { id: "rate", title: "Rate", figures: true, width: 6.5, sort: (row) => row.perSecond, cell: (row) => <Num value={row.perSecond} as="rate" /> },
  { id: "count", title: "Count", help: "Since the monitor exists", figures: true, width: 6.5, sort: (row) => row.count, cell: (row) => <Num value={row.count} as="count" id={`errors-${row.api}-${row.error}`} /> },
];

const throttleColumns: Column<Api>[] = [
  { id: "api", title: "API", width: 10, grows: true, header: true, sort: (row) => row.name, cell: (row) => row.name },
  { id: "rate", title: "Now", help: "Throttle time asked for in a second, over all connections", figures: true, width: 7, sort: (row) => row.traffic?.throttledSecondsPerSecond, cell: (row) => <Num value={row.traffic?.throttledSecondsPerSecond} as="throttle" /> },
  { id: "total", title: "Total", help: "Since the monitor exists", figures: true, width: 7, sort: (row) => row.throttleMilliseconds, cell: (row) => <Num value={row.throttleMilliseconds} as="milliseconds" id={`throttled-${row.name}`} /> },
  { id: "unanswered", title: "Unanswered", help: "Requests that got no response although one was due", figures: true, width: 7.5, sort: (row) => row.unanswered, cell: (row) => <Num value={row.unanswered} as="count" /> },
];

export function ErrorSection({ monitor }: { monitor: Monitor }) {
  const { series } = useHistory(monitor.namespace, monitor.name, "");
  const names = series === null ? [] : Object.keys(series.errorsByName).sort();
  const troubled = (monitor.apis ?? []).filter((api) => (api.throttleMilliseconds ?? 0) > 0 || (api.unanswered ?? 0) > 0);
  return (
    <>
      <h2>Last hour</h2>
      {series === null ? (
        <Skeleton rows={5} />
      ) : (
        <div class="charts" key="charts">
          <TimeChart
            title="Errors by name"
            times={series.times}
            show={(value) => figureText(value, "rate")}
            lines={names.length === 0 ? [{ label: "All errors", values: series.figures.errorsPerSecond, colour: "--series-3", filled: true }] : names.map((name, index) => ({ label: name, values: series.errorsByName[name]!, colour: `--series-${(index % 6) + 1}` }))}
          />
          <TimeChart title="Throttling asked for by brokers" times={series.times} show={(value) => figureText(value, "throttle")} lines={[{ label: "Per second", values: series.figures.throttledSecondsPerSecond, colour: "--series-4", filled: true }]} />
        </div>
      )}
      <h2>Errors</h2>
      <div class="panel" key="errors">
        <DataTable caption="Errors by API and name" columns={errorColumns} rows={monitor.errors ?? []} keyOf={(row) => `${row.apiKey}/${row.error}`} sort={{ column: "count", descending: true }} empty="No response carried an error code." />
      </div>
      <h2>Throttling and unanswered requests</h2>
      <div class="panel" key="throttling">
        <DataTable caption="Throttling and unanswered requests by API" columns={throttleColumns} rows={troubled} keyOf={(row) => row.apiKey ?? ""} sort={{ column: "total", descending: true }} empty="No broker asked to slow down, and every request that wanted a response got one." />
      </div>
    </>
  );
}

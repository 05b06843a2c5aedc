import { useMemo } from "preact/hooks";
import { DataTable } from "../../components/DataTable";
import { Num } from "../../components/figures";
import type { Column } from "../../components/Grid";
import type { Api, KafkaError, Monitor } from "../../data/contract";
import { joined, rate } from "../../format/number";

type Row = Api & { named: KafkaError[] };

/** Versions as a range list, with each version's requests in the title. */
export function versionText(versions: Api["versions"]): string {
  const numbers = (versions ?? []).map((each) => each.version ?? 0).sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs[runs.length - 1];
    if (last !== undefined && number <= last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}

const columns: Column<Row>[] = [
  { id: "name", title: "API", width: 9.5, grows: true, header: true, sort: (row) => row.name, cell: (row) => <span title={`API key ${row.apiKey}`}>{row.name}</span> },
  {
    id: "versions", title: "Versions", help: "Versions in use", width: 6,
    cell: (row) => <span class="num" title={(row.versions ?? []).map((each) => `version ${each.version}: ${(each.requests ?? 0).toLocaleString("en")} requests`).join("\n")}>{versionText(row.versions)}</span>,
  },
  { id: "rate", title: "Rate", figures: true, width: 5.5, sort: (row) => row.traffic?.requestsPerSecond, cell: (row) => <Num value={row.traffic?.requestsPerSecond} as="rate" /> },
  { id: "requests", title: "Requests", help: "Since the monitor exists", figures: true, width: 5.5, sort: (row) => row.requests, cell: (row) => <Num value={row.requests} as="count" id={`requests-${row.name}`} /> },
  { id: "ratio", title: "Errors", help: "Of responses, in the last interval", figures: true, width: 5, sort: (row) => row.traffic?.errorRatio, cell: (row) => <span class={(row.traffic?.errorRatio ?? 0) > 0 ? "has-errors" : ""}><Num value={row.traffic?.errorRatio} as="percent" /></span> },
  {
    id: "errors", title: "Errors by name", help: "Since the monitor exists", width: 13, sort: (row) => -(row.errors ?? 0),
    cell: (row) => row.named.length === 0 ? <span class="muted">none</span> : (
      <span class="chips" title={row.named.map((each) => `${each.error}: ${(each.count ?? 0).toLocaleString("en")} (${joined(rate(each.perSecond))})`).join("\n")}>
        {row.named.slice(0, 2).map((each) => <span key={each.error} class="chip bad">{each.error} <Num value={each.count} as="count" /></span>)}
        {row.named.length > 2 && <span class="chip">+{row.named.length - 2}</span>}
      </span>
    ),
  },
  { id: "in", title: "Bytes in", help: "Bytes per second of responses, or of requests where brokers are watched", figures: true, width: 5.8, sort: (row) => row.traffic?.bytesInPerSecond, cell: (row) => <Num value={row.traffic?.bytesInPerSecond} as="bytesRate" /> },
  { id: "out", title: "Bytes out", figures: true, width: 5.8, sort: (row) => row.traffic?.bytesOutPerSecond, cell: (row) => <Num value={row.traffic?.bytesOutPerSecond} as="bytesRate" /> },
  { id: "p50", title: "p50", help: "Since the monitor exists; the last interval in the title", figures: true, width: 4.8, sort: (row) => row.latencyMilliseconds?.p50, cell: (row) => <Num value={row.latencyMilliseconds?.p50} as="milliseconds" /> },
  { id: "p95", title: "p95", figures: true, width: 4.8, sort: (row) => row.latencyMilliseconds?.p95, cell: (row) => <Num value={row.latencyMilliseconds?.p95} as="milliseconds" /> },
  { id: "p99", title: "p99", figures: true, width: 4.8, sort: (row) => row.latencyMilliseconds?.p99, cell: (row) => <Num value={row.latencyMilliseconds?.p99} as="milliseconds" id={`p99-${row.name}`} /> },
];

export function ApiSection({ monitor }: { monitor: Monitor }) {
  const rows = useMemo(() => {
    const byApi = Map.groupBy(monitor.errors ?? [], (error) => error.api ?? "");
    return (monitor.apis ?? []).map((api): Row => ({ ...api, named: (byApi.get(api.name ?? "") ?? []).sort((a, b) => (b.count ?? 0) - (a.count ?? 0)) }));
  }, [monitor.apis, monitor.errors]);
  return (
    <div class="panel">
      <DataTable caption="API keys" columns={columns} rows={rows} keyOf={(row) => row.apiKey ?? row.name ?? ""} sort={{ column: "requests", descending: true }} empty="No Kafka request was seen yet." />
    </div>
  );
}

import { useMemo } from "preact/hooks";
import { DataTable } from "../components/DataTable";
import { Num } from "../components/figures";
import type { Column } from "../components/Grid";
import { Wire } from "../components/Wire";
import type { Topology, TopologyEdge, TopologyNode } from "../data/contract";
import { nameOf } from "./node";
import { traffic } from "./layout";

interface Row {
  edge: TopologyEdge;
  from: TopologyNode;
  to: TopologyNode;
}

const words = { produce: "produces to", consume: "is consumed by", connect: "connects to" } as const;

const columns: Column<Row>[] = [
  { id: "from", title: "From", width: 8.5, grows: true, header: true, sort: (row) => row.from.name, cell: (row) => <Wire text={nameOf(row.from)} /> },
  { id: "kind", title: "What", width: 7.5, sort: (row) => row.edge.kind, cell: (row) => <span class={`flow-word ${row.edge.kind}`}>{words[row.edge.kind]}</span> },
  { id: "to", title: "To", width: 9, sort: (row) => row.to.name, cell: (row) => <Wire text={nameOf(row.to)} /> },
  { id: "rate", title: "Bytes now", figures: true, width: 6.5, sort: (row) => row.edge.bytesPerSecond, cell: (row) => <Num value={row.edge.bytesPerSecond} as="bytesRate" /> },
  { id: "records", title: "Records now", figures: true, width: 7, sort: (row) => row.edge.recordsPerSecond, cell: (row) => <Num value={row.edge.recordsPerSecond} as="rate" /> },
  { id: "total", title: "Records", help: "Since the pods started", figures: true, width: 6, sort: (row) => row.edge.records, cell: (row) => <Num value={row.edge.records} as="count" /> },
];

const connectColumns: Column<Row>[] = [
  columns[0]!, columns[1]!, { ...columns[2]!, grows: true },
  { id: "connections", title: "Open connections", figures: true, width: 9, sort: (row) => row.edge.connections, cell: (row) => <Num value={row.edge.connections} as="count" /> },
  { id: "failed", title: "Failed", help: "Connections that could not be opened since the pods started", figures: true, width: 5, sort: (row) => row.edge.connectErrors, cell: (row) => <span class={(row.edge.connectErrors ?? 0) > 0 ? "has-errors" : ""}><Num value={row.edge.connectErrors} as="count" /></span> },
];

/** The same as the diagram, to be read row by row. */
export function EdgeTable({ topology, view, caption }: { topology: Topology; view: "topics" | "brokers"; caption: string }) {
  const rows = useMemo(() => {
    const byId = new Map((topology.nodes ?? []).map((each) => [each.id, each]));
    return (topology.edges ?? [])
      .filter((edge) => (edge.kind === "connect") === (view === "brokers"))
      .map((edge) => ({ edge, from: byId.get(edge.from), to: byId.get(edge.to) }))
      .filter((row): row is Row => row.from !== undefined && row.to !== undefined)
      .sort((a, b) => traffic(b.edge) - traffic(a.edge));
  }, [topology, view]);
  return <DataTable caption={caption} columns={view === "brokers" ? connectColumns : columns} rows={rows} keyOf={(row) => `${row.edge.kind}:${row.edge.from}>${row.edge.to}`} sort={{ column: view === "brokers" ? "connections" : "rate", descending: true }} empty="Nothing flows here." />;
}

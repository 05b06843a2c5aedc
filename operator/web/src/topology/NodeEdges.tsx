import { DataTable } from "../components/DataTable";
import { Num } from "../components/figures";
import type { Column } from "../components/Grid";
import { PodName } from "../components/PodName";
import { Wire } from "../components/Wire";
import type { Topology, TopologyEdge, TopologyNode } from "../data/contract";
import { nameOf } from "./node";
import { traffic } from "./layout";

type View = "topics" | "brokers";

interface Row {
  edge: TopologyEdge;
  other: TopologyNode;
}

/** What an edge is, seen from the node at one end of it. */
export function wordOf(kind: TopologyEdge["kind"], node: TopologyNode["kind"]): string {
  const isMiddle = node === "topic" || node === "broker";
  switch (kind) {
    case "produce":
      return isMiddle ? "produced by" : "produces to";
    case "consume":
      return isMiddle ? "consumed by" : "consumes from";
    case "connect":
      return isMiddle ? "dialled by" : "dials";
  }
}

const other: Column<Row> = {
  id: "other", title: "Name", width: 6.5, grows: true, header: true, sort: (row) => row.other.name,
  cell: (row) => (row.other.kind === "pod" ? <PodName name={row.other.name} /> : <Wire text={nameOf(row.other)} />),
};
const flows: Column<Row>[] = [
  { id: "rate", title: "Bytes", help: "Per second, in the last interval", figures: true, width: 5.4, sort: (row) => row.edge.bytesPerSecond, cell: (row) => <Num value={row.edge.bytesPerSecond} as="bytesRate" /> },
  { id: "records", title: "Records", help: "Per second, in the last interval", figures: true, width: 5, sort: (row) => row.edge.recordsPerSecond, cell: (row) => <Num value={row.edge.recordsPerSecond} as="rate" /> },
];
const connections: Column<Row>[] = [
  { id: "connections", title: "Open", help: "Open connections", figures: true, width: 5, sort: (row) => row.edge.connections, cell: (row) => <Num value={row.edge.connections} as="count" /> },
  { id: "failed", title: "Failed", help: "Connections that could not be opened since the pods started", figures: true, width: 5, sort: (row) => row.edge.connectErrors, cell: (row) => <span class={(row.edge.connectErrors ?? 0) > 0 ? "has-errors" : ""}><Num value={row.edge.connectErrors} as="count" /></span> },
];

function edgesOf(topology: Topology, view: View, id: string): TopologyEdge[] {
  return (topology.edges ?? []).filter((edge) => (edge.kind === "connect") === (view === "brokers") && (edge.from === id || edge.to === id));
}

/** What touches one node, from its own point of view. */
export function NodeEdges({ topology, view, node, caption }: { topology: Topology; view: View; node: TopologyNode; caption: string }) {
  const byId = new Map((topology.nodes ?? []).map((each) => [each.id, each]));
  const rows = edgesOf(topology, view, node.id)
    .map((edge) => ({ edge, other: byId.get(edge.from === node.id ? edge.to : edge.from) }))
    .filter((row): row is Row => row.other !== undefined)
    .sort((a, b) => traffic(b.edge) - traffic(a.edge));
  const kind: Column<Row> = { id: "kind", title: "What", width: 7.7, sort: (row) => row.edge.kind, cell: (row) => <span class={`flow-word ${row.edge.kind}`}>{wordOf(row.edge.kind, node.kind)}</span> };
  const columns = [kind, other, ...(view === "brokers" ? connections : flows)];
  return <DataTable caption={caption} columns={columns} rows={rows} keyOf={(row) => `${row.edge.kind}:${row.other.id}`} sort={{ column: view === "brokers" ? "connections" : "rate", descending: true }} empty="Nothing flows here." />;
}

/** The sum of what a node produces and consumes, or of its connections. */
export function Flows({ topology, view, node }: { topology: Topology; view: View; node: TopologyNode }) {
  const edges = edgesOf(topology, view, node.id);
  const sum = (kind: TopologyEdge["kind"], value: (edge: TopologyEdge) => number | null | undefined): number | null => {
    const known = edges.filter((edge) => edge.kind === kind).map(value).filter((each): each is number => typeof each === "number");
    return known.length === 0 ? null : known.reduce((total, each) => total + each, 0);
  };
  if (view === "brokers") {
    const failed = sum("connect", (edge) => edge.connectErrors) ?? 0;
    return (
      <>
        <div><dt>Open connections</dt><dd><Num value={sum("connect", (edge) => edge.connections) ?? 0} as="count" id="connections" /></dd></div>
        <div><dt>Failed to open</dt><dd class={failed > 0 ? "has-errors" : ""}><Num value={failed} as="count" id="connectErrors" /></dd></div>
      </>
    );
  }
  return (
    <>
      {(["produce", "consume"] as const).filter((kind) => edges.some((edge) => edge.kind === kind)).map((kind) => (
        <div key={kind}>
          <dt>{kind === "produce" ? "Produced" : "Consumed"}</dt>
          <dd><Num value={sum(kind, (edge) => edge.bytesPerSecond)} as="bytesRate" id={`${kind}-bytesPerSecond`} /> <span class="muted">· <Num value={sum(kind, (edge) => edge.recordsPerSecond)} as="rate" id={`${kind}-recordsPerSecond`} /> records</span></dd>
        </div>
      ))}
    </>
  );
}

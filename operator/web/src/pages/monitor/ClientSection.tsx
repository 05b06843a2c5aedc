import { DataTable } from "../../components/DataTable";
import type { Column } from "../../components/Grid";
import { PodName } from "../../components/PodName";
import { Wire } from "../../components/Wire";
import type { Client, Monitor } from "../../data/contract";
import { DroppedNote } from "./DroppedNote";

const columns: Column<Client>[] = [
  { id: "client", title: "Client id", width: 16, grows: true, header: true, sort: (row) => row.clientId, cell: (row) => <Wire text={row.clientId ?? ""} /> },
  { id: "software", title: "Software", help: "As the client says in ApiVersions; older ones do not", width: 14, sort: (row) => row.software, cell: (row) => (row.software ? <Wire text={row.software} /> : <span class="muted">does not say</span>) },
  { id: "version", title: "Version", width: 11, sort: (row) => row.version, cell: (row) => (row.version ? <Wire text={row.version} /> : <span class="muted">–</span>) },
  { id: "count", title: "Pods", figures: true, width: 5, sort: (row) => row.pods?.length, cell: (row) => <span class="num">{row.pods?.length ?? 0}</span> },
  { id: "pods", title: "Which", width: 16, cell: (row) => <PodNames pods={row.pods ?? []} /> },
];

export function PodNames({ pods }: { pods: readonly string[] }) {
  if (pods.length === 0) return <span class="muted">gone</span>;
  return <span class="names" title={pods.slice(0, 40).join("\n")}><PodName name={pods[0]!} />{pods.length > 1 && <span class="muted">and {(pods.length - 1).toLocaleString("en")} more</span>}</span>;
}

export function ClientSection({ monitor }: { monitor: Monitor }) {
  return (
    <>
      <DroppedNote monitor={monitor} metric="client_info" what="clients" more={monitor.more?.clients} />
      <div class="panel">
        <DataTable caption="Clients" columns={columns} rows={monitor.clients ?? []} keyOf={(row) => `${row.clientId}\u0000${row.software}\u0000${row.version}`} sort={{ column: "count", descending: true }} empty="No client named itself yet." />
      </div>
    </>
  );
}

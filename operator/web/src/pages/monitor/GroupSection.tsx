import { DataTable } from "../../components/DataTable";
import { Num } from "../../components/figures";
import type { Column } from "../../components/Grid";
import { Wire } from "../../components/Wire";
import type { Group, Monitor } from "../../data/contract";
import { PodNames } from "./ClientSection";
import { DroppedNote } from "./DroppedNote";

const columns: Column<Group>[] = [
  { id: "name", title: "Group", width: 16, grows: true, header: true, sort: (row) => row.name, cell: (row) => <Wire text={row.name ?? ""} /> },
  { id: "members", title: "Members", help: "As the pods of this monitor saw it", figures: true, width: 6, sort: (row) => row.members, cell: (row) => <Num value={row.members} as="count" id={`members-${row.name}`} /> },
  { id: "rebalances", title: "Rebalances", help: "Since the monitor exists", figures: true, width: 7, sort: (row) => row.rebalances, cell: (row) => <Num value={row.rebalances} as="count" id={`rebalances-${row.name}`} /> },
  { id: "hourly", title: "Per hour", figures: true, width: 6, sort: (row) => row.rebalancesPerHour, cell: (row) => <Num value={row.rebalancesPerHour} as="count" /> },
  { id: "pods", title: "Pods", width: 18, sort: (row) => row.pods?.length, cell: (row) => <PodNames pods={row.pods ?? []} /> },
];

export function GroupSection({ monitor }: { monitor: Monitor }) {
  return (
    <>
      <DroppedNote monitor={monitor} metric="group_rebalances_total" what="groups" more={monitor.more?.groups} />
      <div class="panel">
        <DataTable caption="Consumer groups" columns={columns} rows={monitor.groups ?? []} keyOf={(row) => row.name ?? ""} sort={{ column: "name", descending: false }} empty="No consumer group was seen yet." />
      </div>
    </>
  );
}

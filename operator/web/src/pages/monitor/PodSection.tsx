import { hrefOf } from "../../app/router";
import { DataTable } from "../../components/DataTable";
import { Age, Num } from "../../components/figures";
import type { Column } from "../../components/Grid";
import { icons } from "../../components/icons";
import { PodName } from "../../components/PodName";
import type { Monitor, Pod } from "../../data/contract";
import { plural } from "../../format/text";
import { ConnectionMix } from "../ConnectionMix";

const states: Record<NonNullable<Pod["state"]>, { label: string; tone: string; help: string }> = {
  Reporting: { label: "Reporting", tone: "good", help: "its sidecar answers" },
  Unreachable: { label: "Unreachable", tone: "bad", help: "its sidecar does not answer; the sums hold its last report" },
  Draining: { label: "Draining", tone: "busy", help: "it is being ended, its connections are still relayed" },
  Ended: { label: "Ended", tone: "quiet", help: "it has ended" },
  Starting: { label: "Starting", tone: "busy", help: "its sidecar has not reported yet" },
  NotInjected: { label: "Not injected", tone: "warn", help: "it carries no sidecar" },
};

function columnsFor(namespace: string): Column<Pod>[] {
  return [
    {
      id: "name", title: "Pod", width: 13, grows: true, header: true, sort: (row) => row.name,
      cell: (row) => (
        row.state === "Reporting" ? <a class="names" href={hrefOf({ page: "tap", namespace, monitor: "", pod: row.name ?? "" })} title={`Tap ${row.name}`}><PodName name={row.name ?? ""} /></a> : <PodName name={row.name ?? ""} />
      ),
    },
    { id: "workload", title: "Workload", width: 8, sort: (row) => row.workload?.name, cell: (row) => <span class="clip" title={`${row.workload?.kind} ${row.workload?.name}`}>{row.workload?.name}</span> },
    {
      id: "state", title: "State", width: 10.5, sort: (row) => row.state,
      cell: (row) => {
        const state = states[row.state ?? "Starting"];
        return (
          <>
            <span class={`badge ${state.tone}`} title={row.reasonText ?? state.help}><span class="dot" aria-hidden="true" />{state.label}</span>
            {row.outdated && <span class="badge warn" title="Its sidecar has an older configuration until the pod is made anew">Outdated</span>}
          </>
        );
      },
    },
    { id: "rate", title: "Requests", figures: true, width: 5.5, sort: (row) => row.traffic?.requestsPerSecond, cell: (row) => <Num value={row.traffic?.requestsPerSecond} as="rate" /> },
    { id: "errors", title: "Errors", figures: true, width: 5, sort: (row) => row.traffic?.errorRatio, cell: (row) => <Num value={row.traffic?.errorRatio} as="percent" /> },
    { id: "p99", title: "p99", figures: true, width: 5, sort: (row) => row.traffic?.p99Milliseconds, cell: (row) => <Num value={row.traffic?.p99Milliseconds} as="milliseconds" /> },
    { id: "connections", title: "Connections", width: 8.2, cell: (row) => <ConnectionMix connections={row.connections ?? {}} /> },
    { id: "undecoded", title: "Undecoded", help: "Frames whose details could not be decoded; they were relayed and counted", figures: true, width: 5.6, sort: (row) => undecoded(row), cell: (row) => <span title={(row.decodeFailures ?? []).map((each) => `${each.reason}: ${each.count}`).join("\n")}><Num value={undecoded(row)} as="count" /></span> },
    { id: "report", title: "Last report", width: 5.6, figures: true, sort: (row) => row.lastReportTime, cell: (row) => <Age of={row.lastReportTime} /> },
    { id: "version", title: "Sidecar", width: 5, sort: (row) => row.proxyVersion, cell: (row) => <span class="num">{row.proxyVersion ?? "–"}</span> },
  ];
}

function undecoded(pod: Pod): number | null {
  return pod.decodeFailures === undefined || pod.state === "NotInjected" ? null : pod.decodeFailures.reduce((sum, each) => sum + (each.count ?? 0), 0);
}

/** What could not be decoded, over all pods, with the reasons: nothing of it is hidden in figures that look whole. */
function UndecodedNote({ pods }: { pods: readonly Pod[] }) {
  const reasons = new Map<string, number>();
  for (const each of pods.flatMap((pod) => pod.decodeFailures ?? [])) reasons.set(each.reason ?? "", (reasons.get(each.reason ?? "") ?? 0) + (each.count ?? 0));
  const total = [...reasons.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  return (
    <p class="note">
      {plural(total, "message was", "messages were")} not decoded in full: {[...reasons].sort((a, b) => b[1] - a[1]).map(([reason, count], index) => <span key={reason}>{index > 0 && ", "}<code>{reason}</code> {count.toLocaleString("en")}</span>)}.
      {" "}{total === 1 ? "It was relayed and is counted; only its" : "They were relayed and are counted; only their"} details are missing.
    </p>
  );
}

export function PodSection({ monitor }: { monitor: Monitor }) {
  const pods = monitor.podList ?? [];
  const reasons = Map.groupBy(pods.filter((pod) => pod.reason !== null && pod.reason !== undefined), (pod) => pod.reason!);
  return (
    <>
      {[...reasons].map(([reason, group]) => (
        <div key={reason} class="notice">
          <span class="banner-icon">{icons.alert}</span>
          <div>
            <p><strong>{plural(group.length, "pod")} without sidecar: <code>{reason}</code>.</strong> {group[0]!.reasonText}</p>
            <p class="muted">{group.slice(0, 5).map((pod) => pod.name).join(", ")}{group.length > 5 && ` and ${group.length - 5} more`}</p>
          </div>
        </div>
      ))}
      <UndecodedNote pods={pods} />
      {(monitor.more?.pods ?? 0) > 0 && <p class="note">{plural(monitor.more!.pods!, "further pod")} not listed.</p>}
      <div class="panel">
        <DataTable caption="Pods" columns={columnsFor(monitor.namespace)} rows={pods} keyOf={(row) => row.name ?? ""} sort={{ column: "name", descending: false }} empty="The selector matches no pod." />
      </div>
    </>
  );
}

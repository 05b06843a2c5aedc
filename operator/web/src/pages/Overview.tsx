import { useMemo, useState } from "preact/hooks";
import { useLive } from "../app/context";
import { Num } from "../components/figures";
import { healthOf } from "../components/Health";
import { icons } from "../components/icons";
import { Skeleton, State } from "../components/states";
import type { MonitorSummary } from "../data/contract";
import { plain, plural } from "../format/text";
import { MonitorTable } from "./MonitorTable";
import { NoFigures } from "./NoFigures";
import { NoMonitors } from "./NoMonitors";

/** Most troubled first, then the busiest, then by name: the order must not change with every sample. */
export function byTrouble(left: MonitorSummary, right: MonitorSummary): number {
  const rank = healthOf(left.health).rank - healthOf(right.health).rank;
  if (rank !== 0) return rank;
  return `${left.namespace}/${left.name}` < `${right.namespace}/${right.name}` ? -1 : 1;
}

export function Overview() {
  const { list, connection, problem } = useLive();
  const [wanted, setWanted] = useState("");
  const monitors = useMemo(() => [...(list?.monitors ?? [])].sort(byTrouble), [list]);
  const shown = monitors.filter((monitor) => plain(`${monitor.namespace}/${monitor.name}`).toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>Overview</h1>
        {monitors.length > 8 && (
          <label class="search">
            {icons.search}
            <span class="sr-only">Search monitors</span>
            <input type="search" placeholder="Search monitors" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
          </label>
        )}
      </div>
      {list === null ? (
        connection === "lost" || connection === "refused" ? (
          <NoFigures problem={problem} />
        ) : (
          <Skeleton />
        )
      ) : monitors.length === 0 ? (
        <NoMonitors />
      ) : (
        <>
          <Totals monitors={monitors} />
          {shown.length === 0 ? (
            <State title="No monitor has that in its name"><p><button type="button" onClick={() => setWanted("")}>Show all</button></p></State>
          ) : (
            <MonitorTable monitors={shown} />
          )}
          {(list.more ?? 0) > 0 && <p class="note">{plural(list.more!, "further monitor")} not listed.</p>}
          <p class="sr-only" role="status">{wanted === "" ? "" : `${plural(shown.length, "monitor")} found`}</p>
        </>
      )}
    </>
  );
}

function sum(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value): value is number => typeof value === "number");
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

/** All monitors together. A pod that two monitors select is counted twice, as in their statuses. */
function Totals({ monitors }: { monitors: readonly MonitorSummary[] }) {
  const troubled = monitors.filter((monitor) => healthOf(monitor.health).tone === "bad" || healthOf(monitor.health).tone === "warn");
  const requests = sum(monitors.map((monitor) => monitor.traffic.requestsPerSecond));
  const errors = sum(monitors.map(({ traffic }) => (typeof traffic.errorRatio === "number" && typeof traffic.requestsPerSecond === "number" ? traffic.errorRatio * traffic.requestsPerSecond : null)));
  const pods = sum(monitors.map((monitor) => monitor.pods.selected));
  const reporting = sum(monitors.map((monitor) => monitor.pods.reporting));
  const unseen = sum(monitors.map((monitor) => (monitor.connections.tls ?? 0) + (monitor.connections.opaque ?? 0))) ?? 0;
  return (
    <dl class="tiles">
      <div class="tile">
        <dt>Monitors</dt>
        <dd><Num value={monitors.length} as="count" /></dd>
        <dd class={troubled.length > 0 ? "tile-note bad" : "tile-note"}>
          {troubled.length === 0 ? "none troubled" : <>{plural(troubled.length, "needs a look", "need a look")}</>}
        </dd>
      </div>
      <div class="tile">
        <dt>Requests</dt>
        <dd><Num value={requests} as="rate" id="total-requests" /></dd>
        <dd class="tile-note">over all monitors</dd>
      </div>
      <div class="tile">
        <dt>Errors</dt>
        <dd><Num value={requests === null || errors === null || requests === 0 ? (requests === 0 ? 0 : null) : errors / requests} as="percent" /></dd>
        <dd class="tile-note">of responses</dd>
      </div>
      <div class="tile">
        <dt>Pods reporting</dt>
        <dd><Num value={reporting} as="count" /><span class="of"> of <Num value={pods} as="count" /></span></dd>
        <dd class="tile-note">of those selected</dd>
      </div>
      <div class="tile">
        <dt>Not decoded</dt>
        <dd><Num value={unseen} as="count" /></dd>
        <dd class="tile-note">{unseen === 0 ? "every connection is seen" : "connections: TLS, or no Kafka"}</dd>
      </div>
    </dl>
  );
}


import { useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import { useLive } from "../app/context";
import { go, type Route } from "../app/router";
import { icons } from "../components/icons";
import { State } from "../components/states";
import { TokenDialog } from "../components/TokenDialog";
import { getJson, monitorPath } from "../data/client";
import type { Monitor } from "../data/contract";
import { endWords, tapCapacity, type TapFilter, type TapRow, TapSession } from "../data/tap";
import { setToken, token } from "../data/token";
import { plain, plural } from "../format/text";
import { TapDetail } from "./tap/TapDetail";
import { TapFilters } from "./tap/TapFilters";
import { TapTable } from "./tap/TapTable";

type TapRoute = Extract<Route, { page: "tap" }>;

const everything: TapFilter = { api: "", topic: "", client: "", errors: false, sample: 1 };

export function TapPage({ route }: { route: TapRoute }) {
  const { list } = useLive();
  const [, redraw] = useReducer((number: number) => number + 1, 0);
  const session = useRef<TapSession | null>(null);
  session.current ??= new TapSession(() => redraw(undefined));
  const tap = session.current;
  const [filter, setFilter] = useState(everything);
  const [pausedAt, setPausedAt] = useState<number | null>(null);
  const [asking, ask] = useState(false);
  const [selected, select] = useState<TapRow | null>(null);
  useEffect(() => () => session.current?.dispose(), []);

  const monitors = list?.monitors ?? [];
  const first = monitors[0];
  const namespace = route.namespace || (first?.namespace ?? "");
  const monitor = route.monitor || (route.pod === "" ? (route.namespace === "" ? first?.name : monitors.find((each) => each.namespace === namespace)?.name) ?? "" : "");
  const target = route.pod !== "" ? `namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(route.pod)}` : monitor !== "" ? monitorPath(namespace, monitor) : null;
  const detail = useMonitorDetail(namespace, monitor);
  const running = tap.status === "live" || tap.status === "connecting" || tap.status === "reopening";

  const start = (): void => {
    if (target === null) return;
    if (token() === null) {
      ask(true);
      return;
    }
    setPausedAt(null);
    tap.start(target, filter);
  };
  // Another target ends what ran: its rows would be mixed with the new ones.
  useEffect(() => {
    tap.stop();
    tap.clear();
    select(null);
    setPausedAt(null);
  }, [target, tap]);

  const change = (next: TapFilter): void => {
    setFilter(next);
    if (running && target !== null) tap.start(target, next);
  };
  const refused = tap.problem !== null && (tap.problem.status === 401 || tap.problem.status === 403);
  const apis = useMemo(() => (detail?.apis ?? []).map((each) => each.name ?? "").sort(), [detail]);

  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>Live tap</h1>
        <div class="page-actions">
          <button type="button" class="quiet" onClick={() => ask(true)}>{icons.key}{token() === null ? "Give a token" : "Token given"}</button>
          {token() !== null && <button type="button" class="quiet" onClick={() => { setToken(null); tap.stop(); redraw(undefined); }}>Forget it</button>}
        </div>
      </div>
      <TapFilters
        monitors={monitors}
        target={{ namespace, monitor, pod: route.pod }}
        pods={(detail?.podList ?? []).filter((pod) => pod.state === "Reporting" || pod.state === "Draining").map((pod) => pod.name ?? "")}
        apis={apis}
        filter={filter}
        onTarget={(next) => go({ page: "tap", ...next })}
        onFilter={change}
      />
      <div class="tap-bar">
        {running ? (
          <button type="button" class="primary" onClick={() => tap.stop()}>Stop</button>
        ) : (
          <button type="button" class="primary" disabled={target === null} onClick={start}>{icons.play}Start</button>
        )}
        <button type="button" aria-pressed={pausedAt !== null} disabled={!running && pausedAt === null} onClick={() => setPausedAt(pausedAt === null ? tap.received : null)}>
          {pausedAt === null ? <>{icons.pause}Pause</> : <>{icons.play}Go on</>}
        </button>
        <button type="button" disabled={tap.received === 0} onClick={() => { tap.clear(); select(null); setPausedAt(null); }}>Clear</button>
        <p class="tap-status" role="status">
          <span class={`dot ${tap.status === "live" ? "good" : tap.status === "failed" ? "bad" : "quiet"}`} aria-hidden="true" />
          {statusWords(tap)}
        </p>
        <p class="tap-counts num">
          {plural(tap.received, "event")}
          {pausedAt !== null && tap.received > pausedAt && <>, {(tap.received - pausedAt).toLocaleString("en")} since the pause</>}
          {tap.rows.dropped > 0 && <span title={`The page keeps the newest ${tapCapacity}`}>, {tap.rows.dropped.toLocaleString("en")} older ones dropped</span>}
          {filter.sample > 1 && <>, one request in {filter.sample.toLocaleString("en")} with its response</>}
          {tap.lost > 0 && <strong class="has-errors">, {tap.lost.toLocaleString("en")} lost</strong>}
        </p>
      </div>
      {tap.lost > 0 && <p class="note">Lost events came faster than the sidecar may send or the page could read. A narrower filter, or one request in so many, loses none.</p>}
      {tap.gaps > 0 && <p class="note" role="status">Interrupted {tap.gaps === 1 ? "once" : plural(tap.gaps, "time")}, because the operator was replaced or the connection broke. What passed meanwhile is not shown.</p>}
      {tap.morePods > 0 && <p class="note">{plural(tap.morePods, "further pod")} of the monitor {tap.morePods === 1 ? "is" : "are"} not tapped: one tap takes 20 at most.</p>}
      {tap.left.length > 0 && <p class="note" role="status">{tap.left.slice(-3).map((text) => plain(text)).join(" ")}</p>}
      {tap.problem !== null && (
        <div class="banner warn" role="alert">
          <span class="banner-icon">{refused ? icons.lock : icons.alert}</span>
          <div class="banner-text"><strong>{tap.problem.title}</strong><span>{tap.problem.detail}</span></div>
          <div class="banner-actions">{refused ? <button type="button" onClick={() => ask(true)}>Give another token</button> : <button type="button" onClick={start}>Try again</button>}</div>
        </div>
      )}
      {tap.status === "ended" && <p class="banner warn" role="status"><span class="banner-icon">{icons.alert}</span><span class="banner-text"><strong>The tap ended.</strong> {endWords(tap.endReason)}</span></p>}
      {tap.rows.length === 0 ? tap.problem === null && (
        <Waiting running={running} target={target} monitors={monitors.length} />
      ) : (
        <div class={selected === null ? "split tap" : "split tap open"}>
          <TapTable rows={tap.rows} until={pausedAt} withPods={route.pod === ""} selected={selected} onSelect={select} />
          {selected !== null && <TapDetail row={selected} onClose={() => select(null)} />}
        </div>
      )}
      {asking && (
        <TokenDialog
          purpose="tap"
          onClose={() => ask(false)}
          onToken={(value) => {
            setToken(value);
            if (target !== null) tap.start(target, filter);
          }}
        />
      )}
    </>
  );
}

function Waiting({ running, target, monitors }: { running: boolean; target: string | null; monitors: number }) {
  if (running) return <State icon={icons.tap} title="Listening"><p>Requests and responses appear as they pass. Nothing passes now, or nothing that the filter lets through.</p></State>;
  if (target === null) return <State title={monitors === 0 ? "There is no monitor to tap" : "Choose a monitor or a pod"}><p>A tap shows headers of requests and responses as they pass the sidecars: never keys, values or tokens.</p></State>;
  return <State icon={icons.tap} title="Press Start"><p>Headers of requests and responses as they pass the sidecars: API, version, client, topics, sizes, latency, errors. Never keys, values or tokens.</p></State>;
}

function statusWords(tap: TapSession): string {
  switch (tap.status) {
    case "idle":
      return "Not running";
    case "connecting":
      return "Connecting";
    case "live":
      return tap.pods.length > 0 ? `Tapping ${plural(tap.pods.length, "pod")}` : "Tapping";
    case "reopening":
      return "Interrupted: opening it again";
    case "ended":
      return "Ended";
    case "failed":
      return tap.problem === null ? "The connection broke" : plain(tap.problem.title);
  }
}

/** Pods and APIs to choose from; a snapshot is enough. */
function useMonitorDetail(namespace: string, monitor: string): Monitor | null {
  const [detail, set] = useState<Monitor | null>(null);
  useEffect(() => {
    set(null);
    if (namespace === "" || monitor === "") return;
    const abort = new AbortController();
    getJson<Monitor>(monitorPath(namespace, monitor), { limit: 1 }, abort.signal).then(set, () => undefined);
    return () => abort.abort();
  }, [namespace, monitor]);
  return detail;
}

import { useEffect, useRef, useState } from "preact/hooks";
import { useLive } from "../app/context";
import { go, hrefOf, type Route } from "../app/router";
import { Age } from "../components/figures";
import { icons } from "../components/icons";
import { Skeleton, State } from "../components/states";
import { Wire } from "../components/Wire";
import { getJson } from "../data/client";
import type { Topology, TopologyNode } from "../data/contract";
import { type ApiProblem, asProblem } from "../data/problem";
import { plain, plural } from "../format/text";
import { Diagram } from "../topology/Diagram";
import { kindOf, nameOf } from "../topology/node";
import { EdgeTable } from "../topology/EdgeTable";
import { Flows, NodeEdges } from "../topology/NodeEdges";

type TopologyRoute = Extract<Route, { page: "topology" }>;

const refresh = 5000;

export function TopologyPage({ route }: { route: TopologyRoute }) {
  const { list, connection } = useLive();
  const [limit, setLimit] = useState(50);
  const { topology, problem } = useTopology(route, limit, connection === "live");
  const [selected, select] = useState<string | null>(null);
  const node = topology?.nodes?.find((each) => each.id === selected) ?? null;
  const chosen = route.namespace === "" ? "" : `${route.namespace}/${route.monitor}`;
  const monitors = list?.monitors ?? [];
  const known = chosen === "" || list === null || monitors.some((each) => `${each.namespace}/${each.name}` === chosen);
  const empty = topology !== null && !(topology.edges ?? []).some((edge) => (edge.kind === "connect") === (route.view === "brokers"));
  const more = topology?.more?.topics ?? 0;

  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>Topology</h1>
        <div class="page-actions">
          <label class="select">
            <span>Monitor</span>
            <select
              value={chosen}
              onChange={(event) => {
                const [namespace = "", monitor = ""] = event.currentTarget.value.split("/");
                go({ ...route, namespace, monitor });
              }}
            >
              <option value="">All</option>
              {!known && <option value={chosen}>{plain(chosen)}</option>}
              {monitors.map((each) => <option key={`${each.namespace}/${each.name}`} value={`${each.namespace}/${each.name}`}>{each.namespace}/{each.name}</option>)}
            </select>
          </label>
          <Choice name="view" legend="What stands in the middle" value={route.view} options={[["topics", "Topics"], ["brokers", "Brokers"]]} onChange={(view) => go({ ...route, view })} />
          <Choice name="by" legend="One box for each" value={route.by} options={[["workload", "Workloads"], ["pod", "Pods"]]} onChange={(by) => go({ ...route, by })} />
        </div>
      </div>
      {topology === null ? (
        problem === null ? <Skeleton rows={8} /> : <State icon={icons.alert} title={problem.title}><p>{problem.detail}</p></State>
      ) : empty ? (
        <State title={route.view === "brokers" ? "No broker was dialled yet" : "No records flow yet"}>
          <p>{known ? "Boxes appear when a pod with a sidecar talks to Kafka." : "There is no such monitor."} TLS connections cannot be drawn: what they carry is not decoded.</p>
        </State>
      ) : (
        <>
          <p class="legend-line">
            {route.view === "topics" ? (
              <><span class="key produce" aria-hidden="true" />produced <span class="key consume" aria-hidden="true" />consumed. Width by bytes per second.</>
            ) : (
              <><span class="key connect" aria-hidden="true" />open connections</>
            )}
            {more > 0 && route.view === "topics" && (
              <> {plural(more, "further topic")} in one box. {limit < 1000 && <button type="button" class="link" onClick={() => setLimit(Math.min(1000, limit * 4))}>Show more</button>}</>
            )}
            {problem !== null && <span class="stale-note"> Not up to date: {problem.title}; as of <Age of={topology.now} />.</span>}
          </p>
          <div class={node === null ? "split" : "split open"}>
            <div class="panel unclipped">
              <Diagram topology={topology} view={route.view} by={route.by} selected={selected} onSelect={select} />
            </div>
            {node !== null && <NodeDetail node={node} topology={topology} route={route} onClose={() => select(null)} />}
          </div>
          <details class="disclosure">
            <summary>The same as a table</summary>
            <div class="panel"><EdgeTable topology={topology} view={route.view} caption={route.view === "brokers" ? "Who is connected to which broker" : "What flows between workloads and topics"} /></div>
          </details>
        </>
      )}
    </>
  );
}

function useTopology(route: TopologyRoute, limit: number, connected: boolean): { topology: Topology | null; problem: ApiProblem | null } {
  const [topology, setTopology] = useState<Topology | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const { namespace, monitor, by } = route;
  useEffect(() => {
    setTopology(null);
    setProblem(null);
  }, [namespace, monitor, by]);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        if (document.visibilityState === "visible") {
          setTopology(await getJson<Topology>("topology", { namespace, monitor, by, limit }, abort.signal));
          setProblem(null);
        }
      } catch (error) {
        if (abort.signal.aborted) return;
        setProblem(asProblem(error));
      }
      if (!abort.signal.aborted) timer = setTimeout(ask, refresh);
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [namespace, monitor, by, limit, connected]);
  return { topology, problem };
}

function NodeDetail({ node, topology, route, onClose }: { node: TopologyNode; topology: Topology; route: TopologyRoute; onClose: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [node.id]);
  return (
    <section class="panel padded detail" aria-label="Chosen" onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <div class="detail-head">
        <div>
          <p class="muted">{kindOf(node)}{node.namespace && <> in <Wire text={node.namespace} /></>}</p>
          <h2 ref={heading} tabIndex={-1}><Wire text={nameOf(node)} class="whole" /></h2>
        </div>
        <button type="button" class="icon-button" onClick={onClose}>{icons.close}<span class="sr-only">Close</span></button>
      </div>
      <dl class="pairs">
        {node.kind === "workload" && <div><dt>Pods</dt><dd class="num">{node.pods ?? 0}</dd></div>}
        <Flows node={node} topology={topology} view={route.view} />
        {(node.monitors ?? []).length > 0 && (
          <div>
            <dt>Monitors</dt>
            <dd>
              {node.monitors!.map((name) => {
                const [namespace, monitor] = name.includes("/") ? name.split("/", 2) : [node.namespace ?? "", name];
                return <a key={name} href={hrefOf({ page: "monitor", namespace: namespace!, monitor: monitor!, section: "traffic" })}><Wire text={monitor!} /></a>;
              })}
            </dd>
          </div>
        )}
      </dl>
      <NodeEdges topology={topology} view={route.view} node={node} caption={`What touches ${plain(nameOf(node))}`} />
      {node.kind === "pod" && node.namespace && <p><a class="button" href={hrefOf({ page: "tap", namespace: node.namespace, monitor: "", pod: node.name })}>{icons.tap}Tap this pod</a></p>}
    </section>
  );
}

function Choice<T extends string>({ name, legend, value, options, onChange }: { name: string; legend: string; value: T; options: [T, string][]; onChange: (value: T) => void }) {
  return (
    <fieldset class="segmented">
      <legend class="sr-only">{legend}</legend>
      {options.map(([option, label]) => (
        <label key={option}>
          <input type="radio" name={name} value={option} checked={option === value} onChange={() => onChange(option)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}

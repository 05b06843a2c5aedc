import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { healthOf } from "../components/Health";
import { icons } from "../components/icons";
import { Wire } from "../components/Wire";
import { getJson } from "../data/client";
import type { Info } from "../data/contract";
import { useLive } from "./context";
import { ConnectionState } from "./ConnectionState";
import { hrefOf, type Route } from "./router";
import { ThemeSwitch } from "./ThemeSwitch";

export function Sidebar({ route }: { route: Route }) {
  const live = useLive();
  const [info, setInfo] = useState<Info | null>(null);
  const connected = live.connection === "live";
  useEffect(() => {
    if (!connected) return;
    const abort = new AbortController();
    getJson<Info>("info", {}, abort.signal).then(setInfo, () => undefined);
    return () => abort.abort();
  }, [connected]);

  const monitors = live.list?.monitors ?? [];
  return (
    <aside id="sidebar" class="sidebar" aria-label="Navigation">
      <a class="brand" href="#/">
        <img src="./icon.svg" width="22" height="22" alt="" />
        <span class="brand-name">KafkaMesh</span>
      </a>
      <nav aria-label="Pages">
        <ul class="nav">
          <Entry href="#/" icon={icons.overview} current={route.page === "overview"}>Overview</Entry>
          <Entry href={hrefOf({ page: "topology", namespace: "", monitor: "", by: "workload", view: "topics" })} icon={icons.topology} current={route.page === "topology"}>Topology</Entry>
          <Entry href={hrefOf({ page: "tap", namespace: "", monitor: "", pod: "" })} icon={icons.tap} current={route.page === "tap"}>Live tap</Entry>
        </ul>
      </nav>
      {monitors.length > 0 && (
        <nav aria-labelledby="nav-monitors" class="nav-monitors">
          <h2 id="nav-monitors" class="nav-title">Monitors</h2>
          <ul class="nav">
            {monitors.slice(0, 200).map((monitor) => {
              const { tone, label } = healthOf(monitor.health);
              const current = route.page === "monitor" && route.namespace === monitor.namespace && route.monitor === monitor.name;
              return (
                <li key={`${monitor.namespace}/${monitor.name}`}>
                  <a href={hrefOf({ page: "monitor", namespace: monitor.namespace, monitor: monitor.name, section: "traffic" })} aria-current={current ? "page" : undefined}>
                    <span class={`dot ${tone}`} aria-hidden="true" />
                    <Wire text={monitor.name} />
                    <Wire text={monitor.namespace} class="nav-namespace" />
                    <span class="sr-only">, {label}</span>
                  </a>
                </li>
              );
            })}
          </ul>
        </nav>
      )}
      <div class="sidebar-end">
        <ConnectionState />
        <div class="sidebar-row">
          <ThemeSwitch />
          {info !== null && <span class="version num" title={info.leader ? "Operator's version; it leads" : "Operator's version; this replica does not lead"}>{info.version}</span>}
        </div>
      </div>
    </aside>
  );
}

function Entry({ href, icon, current, children }: { href: string; icon: ComponentChildren; current: boolean; children: ComponentChildren }) {
  return (
    <li>
      <a href={href} aria-current={current ? "page" : undefined}>
        {icon}
        <span>{children}</span>
      </a>
    </li>
  );
}

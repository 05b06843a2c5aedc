import { useEffect } from "preact/hooks";
import { useLive } from "../app/context";
import { hrefOf, type Section, sections } from "../app/router";
import { Age, Num } from "../components/figures";
import { HealthBadge } from "../components/Health";
import { icons } from "../components/icons";
import { Skeleton, State } from "../components/states";
import { Wire } from "../components/Wire";
import type { Monitor, MonitorSummary } from "../data/contract";
import { ConditionList } from "./ConditionList";
import { ConnectionMix } from "./ConnectionMix";
import { ApiSection } from "./monitor/ApiSection";
import { ClientSection } from "./monitor/ClientSection";
import { ErrorSection } from "./monitor/ErrorSection";
import { InWords } from "./monitor/InWords";
import { GroupSection } from "./monitor/GroupSection";
import { PodSection } from "./monitor/PodSection";
import { TopicSection } from "./monitor/TopicSection";
import { TrafficSection } from "./monitor/TrafficSection";
import { NoFigures } from "./NoFigures";

const titles: Record<Section, string> = {
  traffic: "Traffic",
  apis: "API keys",
  errors: "Errors and throttling",
  topics: "Topics",
  clients: "Clients",
  groups: "Groups",
  pods: "Pods",
};

export function MonitorPage({ namespace, name, section }: { namespace: string; name: string; section: Section }) {
  const { monitor, gone, list, connection, problem } = useLive();
  // The overview's figures stand in until the whole monitor has come.
  const summary = monitor ?? list?.monitors.find((each) => each.namespace === namespace && each.name === name) ?? null;

  // Again when the counts have come, which make the tabs wider.
  useEffect(() => {
    document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [namespace, name, section, summary === null, monitor === null]);

  if (gone && monitor === null) {
    return (
      <State title="There is no such monitor" level={1}>
        <p>Namespace <Wire text={namespace} /> has no KafkaMonitor <Wire text={name} />. It may have been deleted, or the address is misspelt.</p>
        <p><a href="#/">See all monitors</a></p>
      </State>
    );
  }
  return (
    <>
      <div class="page-head">
        <div>
          <nav class="crumbs" aria-label="Where you are"><a href="#/">Overview</a><span aria-hidden="true">/</span><Wire text={namespace} /></nav>
          <h1 tabIndex={-1}><Wire text={name} />{summary !== null && <HealthBadge health={summary.health} />}</h1>
        </div>
        <div class="page-actions">
          <a class="button" href={hrefOf({ page: "topology", namespace, monitor: name, by: "workload", view: "topics" })}>{icons.topology}Topology</a>
          <a class="button" href={hrefOf({ page: "tap", namespace, monitor: name, pod: "" })}>{icons.tap}Live tap</a>
        </div>
      </div>
      {gone && <p class="banner warn" role="status"><span class="banner-icon">{icons.alert}</span><span class="banner-text"><strong>This monitor was deleted.</strong> These are its last figures.</span></p>}
      {summary === null ? (
        connection === "lost" || connection === "refused" ? <NoFigures problem={problem} /> : <Skeleton rows={10} />
      ) : (
        <>
          <p class="health-text lead">
            {summary.healthText}
            {summary.stale && <span class="stale-note"> Figures are old: last report <Age of={summary.lastReportTime} />.</span>}
          </p>
          {monitor !== null && <InWords monitor={monitor} />}
          <Tiles summary={summary} />
          <nav class="tabs" aria-label="Sections of this monitor">
            <ul>
              {sections.map((each) => (
                <li key={each}>
                  <a href={hrefOf({ page: "monitor", namespace, monitor: name, section: each })} aria-current={each === section ? "page" : undefined}>
                    {titles[each]}
                    <Count monitor={monitor} section={each} />
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <section class="section" aria-label={titles[section]}>
            {monitor === null ? <Skeleton rows={8} /> : <Content monitor={monitor} section={section} />}
          </section>
          <ConditionList conditions={summary.conditions} />
          {monitor?.spec !== undefined && <Specification monitor={monitor} />}
        </>
      )}
    </>
  );
}

function Content({ monitor, section }: { monitor: Monitor; section: Section }) {
  switch (section) {
    case "traffic":
      return <TrafficSection monitor={monitor} />;
    case "apis":
      return <ApiSection monitor={monitor} />;
    case "errors":
      return <ErrorSection monitor={monitor} />;
    case "topics":
      return <TopicSection monitor={monitor} />;
    case "clients":
      return <ClientSection monitor={monitor} />;
    case "groups":
      return <GroupSection monitor={monitor} />;
    case "pods":
      return <PodSection monitor={monitor} />;
  }
}

function Count({ monitor, section }: { monitor: Monitor | null; section: Section }) {
  if (monitor === null) return null;
  const counts: Partial<Record<Section, number>> = {
    apis: monitor.apis?.length,
    errors: monitor.errors?.length,
    topics: (monitor.topics?.length ?? 0) + (monitor.more?.topics ?? 0),
    clients: (monitor.clients?.length ?? 0) + (monitor.more?.clients ?? 0),
    groups: (monitor.groups?.length ?? 0) + (monitor.more?.groups ?? 0),
    pods: (monitor.podList?.length ?? 0) + (monitor.more?.pods ?? 0),
  };
  const count = counts[section];
  return count === undefined ? null : <span class="tab-count num">{count.toLocaleString("en")}</span>;
}

function Tiles({ summary: { traffic, pods, connections } }: { summary: MonitorSummary }) {
  return (
    <dl class="tiles">
      <div class="tile"><dt>Requests</dt><dd><Num value={traffic.requestsPerSecond} as="rate" id="requestsPerSecond" /></dd><dd class="tile-note">in the last interval</dd></div>
      <div class={`tile${(traffic.errorRatio ?? 0) > 0 ? " has-errors" : ""}`}><dt>Errors</dt><dd><Num value={traffic.errorRatio} as="percent" id="errorRatio" /></dd><dd class="tile-note">of responses</dd></div>
      <div class="tile wide">
        <dt>Latency p99</dt>
        <dd><Num value={traffic.p99Milliseconds} as="milliseconds" id="p99Milliseconds" /></dd>
        <dd class="tile-note">p50 <Num value={traffic.p50Milliseconds} as="milliseconds" /> · p95 <Num value={traffic.p95Milliseconds} as="milliseconds" /></dd>
      </div>
      <div class="tile"><dt>Bytes in</dt><dd><Num value={traffic.bytesInPerSecond} as="bytesRate" id="bytesInPerSecond" /></dd><dd class="tile-note">out <Num value={traffic.bytesOutPerSecond} as="bytesRate" /></dd></div>
      <div class="tile"><dt>Throttled</dt><dd><Num value={traffic.throttledSecondsPerSecond} as="throttle" /></dd><dd class="tile-note">per second</dd></div>
      <div class="tile"><dt>Pods reporting</dt><dd><Num value={pods.reporting} as="count" id="podsReporting" /><span class="of"> of <Num value={pods.selected} as="count" /></span></dd><dd class="tile-note"><PodNote pods={pods} /></dd></div>
      <div class="tile wide"><dt>Connections</dt><dd class="tile-mix"><ConnectionMix connections={connections} /></dd><dd class="tile-note">{seen(connections)}</dd></div>
    </dl>
  );
}

function PodNote({ pods }: { pods: MonitorSummary["pods"] }) {
  const parts = [
    (pods.unreachable ?? 0) > 0 ? `${pods.unreachable} unreachable` : "",
    (pods.outdated ?? 0) > 0 ? `${pods.outdated} outdated` : "",
    (pods.skipped ?? 0) > 0 ? `${pods.skipped} skipped` : "",
  ].filter((part) => part !== "");
  return <>{parts.length === 0 ? `${pods.injected ?? 0} with sidecar` : parts.join(", ")}</>;
}

function seen({ tls = 0, opaque = 0 }: MonitorSummary["connections"]): string {
  if (tls + opaque === 0) return "all decoded";
  return `${tls + opaque} relayed, not decoded`;
}

function Specification({ monitor: { spec, created, lastReportTime, intervalSeconds } }: { monitor: Monitor }) {
  return (
    <section class="panel padded" aria-labelledby="spec-title">
      <h2 id="spec-title">What it asks for</h2>
      <dl class="pairs">
        <div><dt>Selector</dt><dd><code>{spec?.selector}</code></dd></div>
        <div><dt>Ports</dt><dd><code>{spec?.ports?.join(", ")}</code></dd></div>
        <div><dt>Direction</dt><dd>{spec?.direction}</dd></div>
        <div><dt>Injection</dt><dd>{spec?.injection}</dd></div>
        <div><dt>Capture</dt><dd>{spec?.capture}</dd></div>
        <div><dt>Interval</dt><dd>{intervalSeconds} s</dd></div>
        <div><dt>Last report</dt><dd><Age of={lastReportTime} /></dd></div>
        <div><dt>Made</dt><dd><Age of={created} /></dd></div>
      </dl>
    </section>
  );
}

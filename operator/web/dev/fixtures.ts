/** Invented figures for working on the pages without a cluster. Only the development server loads this. */
import type { History, Monitor, MonitorList, MonitorSummary, TapFrame, TopicPage, Topology } from "../src/data/contract";

const interval = 15;
const samples = 240;
const hostile = ["<img src=x onerror=alert(1)>", "evil\u202egnp.sredro", "tab\tnew\nline\u0000nul", "x".repeat(249), "مواضيع-الطلبات", "zero\u200bwidth\ufeff"];

function wave(seed: number, at: number): number {
  return 1 + 0.35 * Math.sin(at / 17 + seed) + 0.2 * Math.sin(at / 5.3 + seed * 3) + 0.08 * Math.sin(at * 1.7 + seed * 7);
}

function tick(): number {
  return Math.floor(Date.now() / 1000 / interval);
}

interface Shape {
  namespace: string;
  name: string;
  health: MonitorSummary["health"];
  text: string;
  base: number;
  errors: number;
  tls: number;
  stale?: boolean;
}

const shapes: Shape[] = [
  { namespace: "shop", name: "orders", health: "Healthy", text: "4 of 4 sidecars report.", base: 1240, errors: 0.0021, tls: 0 },
  { namespace: "shop", name: "payments", health: "Degraded", text: "2 sidecars do not answer, such as that of payments-7c9f-x2x4q.", base: 310, errors: 0.083, tls: 3 },
  { namespace: "shop", name: "legacy", health: "NoTraffic", text: "No request was seen in the last interval; 6 connections are TLS, which is not decoded.", base: 0, errors: 0, tls: 6 },
  { namespace: "analytics", name: "clickstream-to-warehouse", health: "Progressing", text: "3 pods carry a sidecar of an older configuration until they are restarted.", base: 18400, errors: 0, tls: 0 },
  { namespace: "analytics", name: "sessions", health: "Conflict", text: "2 selected pods, such as sessions-0, belong to the older monitor analytics/clickstream-to-warehouse.", base: 92, errors: 0.0004, tls: 1, stale: true },
  { namespace: "demo", name: "empty", health: "NoPods", text: "No pod matches the selector.", base: 0, errors: 0, tls: 0 },
];

function summary(shape: Shape, index: number): MonitorSummary {
  const now = tick();
  const flowing = shape.base > 0;
  const figure = (value: number): number | null => (shape.health === "NoPods" ? null : value);
  return {
    namespace: shape.namespace,
    name: shape.name,
    created: "2026-01-02T03:04:05Z",
    health: shape.health,
    healthText: shape.text,
    stale: shape.stale ?? false,
    lastReportTime: new Date(Date.now() - (shape.stale ? 190_000 : 4000)).toISOString(),
    intervalSeconds: interval,
    conditions: [
      { type: "Ready", status: shape.health === "Degraded" || shape.health === "NoPods" ? "False" : "True", reason: "Reporting", message: shape.health === "Degraded" ? "2 of 6 sidecars do not answer; their figures are those of their last report." : "4 of 4 sidecars report.", since: "2026-01-02T03:05:00Z" },
      { type: "Progressing", status: shape.health === "Progressing" ? "True" : "False", reason: "UpToDate", message: "Every selected pod carries a current sidecar or a reason why not.", since: "2026-01-02T03:05:00Z" },
      { type: "Degraded", status: shape.health === "Degraded" ? "True" : "False", reason: "AsExpected", message: shape.health === "Degraded" ? shape.text : "Nothing stands in the way.", since: "2026-01-02T03:05:00Z" },
      { type: "Conflict", status: shape.health === "Conflict" ? "True" : "False", reason: "NoConflict", message: shape.health === "Conflict" ? shape.text : "No other monitor serves pods of this one.", since: null },
    ],
    pods: shape.health === "NoPods" ? { selected: 0, injected: 0, reporting: 0, outdated: 0, unreachable: 0, skipped: 0 } : { selected: 6, injected: 5, reporting: shape.health === "Degraded" ? 3 : 5, outdated: shape.health === "Progressing" ? 3 : 0, unreachable: shape.health === "Degraded" ? 2 : 0, skipped: 1 },
    connections: { kafka: flowing ? 14 : 0, tls: shape.tls, opaque: index === 1 ? 1 : 0 },
    traffic: {
      requestsPerSecond: figure(shape.base * wave(index, now)),
      errorRatio: figure(shape.errors),
      p50Milliseconds: flowing ? 1.2 * wave(index + 1, now) : null,
      p95Milliseconds: flowing ? 6.1 * wave(index + 2, now) : null,
      p99Milliseconds: flowing ? 14.7 * wave(index + 3, now) * (index === 1 ? 30 : 1) : null,
      bytesInPerSecond: figure(shape.base * 2100),
      bytesOutPerSecond: figure(shape.base * 870),
      throttledSecondsPerSecond: figure(index === 1 ? 0.13 : 0),
    },
    topApi: flowing ? "Fetch 61%" : null,
    sparkline: Array.from({ length: 60 }, (_, at) => (shape.health === "NoPods" || (index === 4 && at > 46) ? null : shape.base * wave(index, now - 59 + at))),
  };
}

export function monitors(): MonitorList {
  return { now: new Date().toISOString(), monitors: shapes.map(summary) };
}

const apiNames: [number, string, number[], number][] = [[1, "Fetch", [11, 12, 16, 17], 0.61], [0, "Produce", [9, 11], 0.24], [3, "Metadata", [9, 12], 0.05], [8, "OffsetCommit", [8], 0.04], [12, "Heartbeat", [4], 0.03], [2, "ListOffsets", [7], 0.01], [18, "ApiVersions", [0, 3, 4], 0.008], [10, "FindCoordinator", [4], 0.004], [11, "JoinGroup", [7], 0.002], [14, "SyncGroup", [5], 0.002]];

function topicName(index: number): string {
  return hostile[index] ?? `${["orders", "payments", "inventory", "shipments", "clicks"][index % 5]}.v${index % 3}.${String(index).padStart(4, "0")}`;
}

function topics(count: number): NonNullable<Monitor["topics"]> {
  return Array.from({ length: count }, (_, index) => ({
    name: topicName(index),
    recordsIn: 4_000_000 - index * 731,
    recordsOut: index % 3 === 0 ? 0 : 1_200_000 - index * 211,
    bytesIn: 900_000_000 - index * 160_000,
    bytesOut: index % 3 === 0 ? 0 : 300_000_000 - index * 50_000,
    recordsInPerSecond: 900 / (index + 1),
    recordsOutPerSecond: index % 3 === 0 ? 0 : 300 / (index + 1),
    bytesInPerSecond: 210_000 / (index + 1),
    bytesOutPerSecond: index % 3 === 0 ? 0 : 70_000 / (index + 1),
    pods: [0, 1, 2].map((pod) => ({ pod: `orders-5d9c7b-${pod}`, recordsIn: 1000 * (pod + 1), recordsOut: 20, bytesIn: 230_000 * (pod + 1), bytesOut: 9000 })),
  }));
}

const allTopics = topics(5000);

export function topicPage(query: URLSearchParams): TopicPage {
  const wanted = (query.get("q") ?? "").toLowerCase();
  const found = allTopics.filter((topic) => topic.name!.toLowerCase().includes(wanted));
  const sort = (query.get("sort") ?? "bytesIn") as "name" | "bytesIn";
  found.sort((a, b) => (sort === "name" ? (a.name! < b.name! ? -1 : 1) : b[sort]! - a[sort]!));
  const offset = Number(query.get("offset") ?? 0);
  return { now: new Date().toISOString(), total: found.length, topics: found.slice(offset, offset + Number(query.get("limit") ?? 100)) };
}

export function monitor(namespace: string, name: string): Monitor | null {
  const index = shapes.findIndex((shape) => shape.namespace === namespace && shape.name === name);
  const shape = shapes[index];
  if (shape === undefined) return null;
  const base = summary(shape, index);
  return {
    ...base,
    now: new Date().toISOString(),
    spec: { selector: "app=orders", ports: [9092, 9093], direction: "Outbound", injection: "Annotation", capture: "Redirect" },
    apis: apiNames.map(([apiKey, api, versions, share]) => ({
      apiKey, name: api, versions: versions.map((version, at) => ({ version, requests: Math.round((1e6 * share) / (at + 1)) })),
      requests: Math.round(84_000_000 * share), responses: Math.round(84_000_000 * share) - 3, errors: api === "Produce" ? 1423 : api === "Fetch" ? 39 : 0,
      requestBytes: Math.round(3e9 * share), responseBytes: Math.round(9e9 * share), throttleMilliseconds: api === "Produce" ? 91_000 : 0, unanswered: api === "Fetch" ? 3 : 0, inFlight: 2,
      latencyMilliseconds: { p50: 0.84 + share * 10, p95: 4.2 + share * 40, p99: 11.9 + share * 200 },
      traffic: { ...base.traffic, requestsPerSecond: shape.base * share, errorRatio: api === "Produce" ? 0.011 : 0, bytesInPerSecond: shape.base * share * 2000, bytesOutPerSecond: shape.base * share * 300, throttledSecondsPerSecond: api === "Produce" ? 0.13 : 0 },
    })),
    errors: [
      { apiKey: 0, api: "Produce", error: "NOT_LEADER_OR_FOLLOWER", count: 1201, perSecond: 1.9 },
      { apiKey: 0, api: "Produce", error: "THROTTLING_QUOTA_EXCEEDED", count: 200, perSecond: 0 },
      { apiKey: 0, api: "Produce", error: "UNKNOWN_TOPIC_OR_PARTITION", count: 22, perSecond: 0 },
      { apiKey: 1, api: "Fetch", error: "OFFSET_OUT_OF_RANGE", count: 39, perSecond: 0.02 },
    ],
    topics: allTopics.slice(0, 1000),
    clients: Array.from({ length: 90 }, (_, at) => ({ clientId: hostile[at] ?? `orders-client-${at}`, software: at % 3 === 0 ? "apache-kafka-java" : at % 3 === 1 ? "librdkafka" : "", version: at % 3 === 0 ? "3.9.0" : at % 3 === 1 ? "2.0.2" : "", pods: [`orders-5d9c7b-${at % 4}`, "orders-5d9c7b-9"] })),
    groups: [{ name: "orders-workers", members: 6, rebalances: 14, rebalancesPerHour: 2, pods: ["orders-5d9c7b-0"] }, { name: hostile[1]!, members: 1, rebalances: 1203, rebalancesPerHour: 61, pods: ["orders-5d9c7b-1", "orders-5d9c7b-2", "orders-5d9c7b-3"] }],
    podList: [
      ...Array.from({ length: 5 }, (_, at): NonNullable<Monitor["podList"]>[number] => ({
        name: `orders-5d9c7b-${at}`, workload: { kind: "Deployment", name: "orders" }, node: "node-a", ip: `10.0.0.${at + 3}`, phase: "Running", state: shape.health === "Degraded" && at > 2 ? "Unreachable" : "Reporting", outdated: at === 1, reason: null, reasonText: null, proxyVersion: "0.5.0",
        lastReportTime: new Date(Date.now() - 3000).toISOString(), connections: { kafka: 3, tls: at === 2 ? 1 : 0, opaque: 0 }, traffic: { ...base.traffic, requestsPerSecond: shape.base / 5 }, decodeFailures: at === 3 ? [{ reason: "unknown_version", count: 7 }] : [],
      })),
      { name: "orders-batch-x9x9x", workload: { kind: "Job", name: "orders-batch" }, node: null, ip: null, phase: "Running", state: "NotInjected", outdated: false, reason: "host-network", reasonText: "The pod uses its node's network, where a redirect would catch other pods' traffic too. Take hostNetwork away, or use capture None.", proxyVersion: null, lastReportTime: null, connections: {}, traffic: { requestsPerSecond: null }, decodeFailures: [] },
    ],
    seriesDropped: { client_info: 4 },
    more: { topics: 4000, clients: 0, groups: 0, pods: 0 },
  };
}

export function history(namespace: string, name: string, api: string | null, since: string | null): History | null {
  const index = shapes.findIndex((shape) => shape.namespace === namespace && shape.name === name);
  const shape = shapes[index];
  if (shape === undefined) return null;
  const now = tick();
  const share = api === null ? 1 : (apiNames.find((each) => each[1] === api)?.[3] ?? 0);
  const ats = Array.from({ length: samples }, (_, at) => now - samples + 1 + at).filter((at) => since === null || at * interval * 1000 > Date.parse(since));
  const bounds = Array.from({ length: 24 }, (_, at) => 0.05 * 2 ** at);
  const each = (value: (at: number) => number): (number | null)[] => ats.map((at) => (at % 97 === 0 ? null : value(at)));
  return {
    now: new Date().toISOString(), intervalSeconds: interval, times: ats.map((at) => new Date(at * interval * 1000).toISOString()),
    requestsPerSecond: each((at) => shape.base * share * wave(index, at)), errorsPerSecond: each((at) => shape.base * shape.errors * wave(index + 4, at)),
    bytesInPerSecond: each((at) => shape.base * share * 2100 * wave(index + 5, at)), bytesOutPerSecond: each((at) => shape.base * share * 870 * wave(index + 6, at)),
    throttledSecondsPerSecond: each((at) => (index === 1 || at % 60 < 8 ? 0.1 * wave(3, at) : 0)),
    p50Milliseconds: each((at) => 1.2 * wave(index + 1, at)), p95Milliseconds: each((at) => 6.1 * wave(index + 2, at)), p99Milliseconds: each((at) => 14.7 * wave(index + 3, at) * (at % 80 < 4 ? 4 : 1)),
    errorsByName: { NOT_LEADER_OR_FOLLOWER: each((at) => (at % 60 < 9 ? 4 * wave(1, at) : 0.2)), OFFSET_OUT_OF_RANGE: each((at) => 0.4 * wave(2, at)) },
    heatmap: {
      boundsMilliseconds: bounds,
      counts: ats.map((at) => (at % 97 === 0 ? null : Array.from({ length: bounds.length + 1 }, (_, row) => Math.round(shape.base * share * 15 * wave(index, at) * (Math.exp(-((row - 5 - Math.sin(at / 20)) ** 2) / 2.4) + 0.12 * Math.exp(-((row - 9.5) ** 2) / 3) + (at % 80 < 4 ? 0.2 * Math.exp(-((row - 12) ** 2) / 2) : 0)))))),
    },
  };
}

export function topology(query: URLSearchParams): Topology {
  const by = query.get("by") === "pod" ? "pod" : "workload";
  const workloads = ["checkout", "orders-api", "orders-worker", "payments", "fraud-scorer", "warehouse-sink", "mailer"];
  const names = ["orders", "payments", "order-events", "fraud.scores", "inventory", hostile[1]!, "x".repeat(249), "clicks", "emails"];
  const copies = by === "pod" ? 2 : 1;
  const outer = workloads.flatMap((name) => Array.from({ length: copies }, (_, copy) => (by === "pod" ? `${name}-${copy}` : name)));
  const edge = (from: number, to: number, kind: "produce" | "consume", rate: number): NonNullable<Topology["edges"]>[number][] =>
    Array.from({ length: copies }, (_, copy) => {
      const workload = `w:${outer[from * copies + copy]}`;
      return { from: kind === "produce" ? workload : `t:${to}`, to: kind === "produce" ? `t:${to}` : workload, kind, recordsPerSecond: rate / 200, bytesPerSecond: rate * wave(from, tick()), records: Math.round(rate * 40), bytes: rate * 9000 };
    });
  return {
    now: new Date().toISOString(),
    nodes: [
      ...outer.map((name) => ({ id: `w:${name}`, kind: by as "workload" | "pod", name, namespace: "shop", workloadKind: by === "pod" ? null : "Deployment", monitors: ["shop/orders"], pods: 3 })),
      ...names.map((name, at) => ({ id: `t:${at}`, kind: "topic" as const, name })),
      { id: "t:other", kind: "topic", name: "__other__" },
      ...[1, 2, 3].map((broker) => ({ id: `b:${broker}`, kind: "broker" as const, name: `10.96.0.${broker}:9092` })),
    ],
    edges: [
      ...edge(0, 0, "produce", 210_000), ...edge(1, 0, "produce", 80_000), ...edge(1, 2, "produce", 34_000), ...edge(3, 1, "produce", 51_000), ...edge(2, 4, "produce", 12_000), ...edge(4, 3, "produce", 4000), ...edge(0, 7, "produce", 900_000), ...edge(1, 5, "produce", 40), ...edge(1, 6, "produce", 10),
      ...edge(2, 0, "consume", 290_000), ...edge(4, 1, "consume", 51_000), ...edge(5, 2, "consume", 34_000), ...edge(5, 0, "consume", 280_000), ...edge(5, 7, "consume", 890_000), ...edge(6, 8, "consume", 1200), ...edge(3, 3, "consume", 4000), ...edge(3, 0, "consume", 190_000),
      ...outer.flatMap((name, at) => [1, 2, 3].filter((broker) => (at + broker) % 3 !== 0).map((broker) => ({ from: `w:${name}`, to: `b:${broker}`, kind: "connect" as const, connections: 2 + ((at * broker) % 5) }))),
    ],
    more: { topics: 12 },
  };
}

let correlation = 100;

export function frame(response: boolean): TapFrame {
  const [apiKey, api, versions] = apiNames[Math.floor(Math.random() * apiNames.length)]!;
  return {
    time: new Date().toISOString(), pod: "orders-5d9c7b-0", direction: "outbound", connection: 7, api, apiKey, version: versions[0]!, correlationId: correlation++, clientId: Math.random() < 0.1 ? hostile[1] : "orders-client-1", size: Math.round(60 + Math.random() * 4000),
    ...(response ? { latencyMilliseconds: Math.random() * 14, errors: Math.random() < 0.06 ? ["NOT_LEADER_OR_FOLLOWER"] : [] } : {}),
    topics: apiKey < 2 ? [topicName(Math.floor(Math.random() * 12))] : [], ...(Math.random() < 0.05 ? { moreTopics: 3 } : {}),
  };
}

import type { TopologyNode } from "../data/contract";

/** What a node is called on the page. */
export function nameOf(node: TopologyNode): string {
  return node.name === "__other__" ? "all other topics" : node.name;
}

/** What it is, in a word. */
export function kindOf(node: TopologyNode): string {
  return node.kind === "workload" ? (node.workloadKind ?? "Workload") : node.kind === "pod" ? "Pod" : node.kind === "topic" ? "Topic" : "Broker";
}

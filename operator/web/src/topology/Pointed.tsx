import { Num } from "../components/figures";
import { Wire } from "../components/Wire";
import type { Topology, TopologyNode } from "../data/contract";
import { kindOf, nameOf } from "./node";
import type { Wire as Line } from "./layout";
import { Flows } from "./NodeEdges";

/** The figures of the box or line under the pointer or with the focus; of a fixed height, so that nothing moves while somebody points. */
export function Pointed({ node, line, topology, view }: { node: TopologyNode | null; line: Line | null; topology: Topology; view: "topics" | "brokers" }) {
  return (
    <div class="pointed">
      {node !== null ? (
        <>
          <p><span class="muted">{kindOf(node)}</span> <Wire text={nameOf(node)} class="strong" /></p>
          <dl>
            <Flows node={node} topology={topology} view={view} />
            {node.kind === "workload" && <div><dt>Pods</dt><dd><Num value={node.pods} as="count" id="pods" /></dd></div>}
          </dl>
        </>
      ) : line !== null ? (
        <>
          <p><Wire text={nameOf(line.from.node)} class="strong" /> <span class={`flow-word ${line.edge.kind}`}>{words[line.edge.kind]}</span> <Wire text={nameOf(line.to.node)} class="strong" /></p>
          <LineFigures line={line} />
        </>
      ) : (
        <p class="muted">Point at a box or a line for its figures. With the keyboard: Tab to a box, arrow keys for its lines.</p>
      )}
    </div>
  );
}

/** A line is read from left to right: what is consumed comes from the topic. */
const words = { produce: "produces to", consume: "is consumed by", connect: "dials" } as const;

/** A line in words. */
export function sentenceOf({ edge, from, to }: Line): string {
  return `${nameOf(from.node)} ${words[edge.kind]} ${nameOf(to.node)}`;
}

function LineFigures({ line: { edge } }: { line: Line }) {
  if (edge.kind === "connect") {
    return (
      <dl>
        <div><dt>Open connections</dt><dd><Num value={edge.connections} as="count" id="connections" /></dd></div>
        <div><dt>Failed to open</dt><dd class={(edge.connectErrors ?? 0) > 0 ? "has-errors" : ""}><Num value={edge.connectErrors} as="count" id="connectErrors" /></dd></div>
      </dl>
    );
  }
  return (
    <dl>
      <div><dt>Now</dt><dd><Num value={edge.bytesPerSecond} as="bytesRate" id="bytesPerSecond" /> <span class="muted">· <Num value={edge.recordsPerSecond} as="rate" id="recordsPerSecond" /> records</span></dd></div>
      <div><dt>Since the pods started</dt><dd><Num value={edge.bytes} as="bytes" id="bytes" /> <span class="muted">· <Num value={edge.records} as="count" id="records" /> records</span></dd></div>
    </dl>
  );
}

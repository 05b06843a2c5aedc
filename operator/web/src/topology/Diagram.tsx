import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { figureText } from "../components/figures";
import type { Topology, TopologyEdge, TopologyNode } from "../data/contract";
import { plain, plural } from "../format/text";
import { PodName } from "../components/PodName";
import { type Box, boxHeight, curve, picture, type Side, type Wire } from "./layout";

interface Props {
  topology: Topology;
  view: "topics" | "brokers";
  by: "workload" | "pod";
  selected: string | null;
  onSelect: (id: string | null) => void;
}

function captionOf(side: Side, view: Props["view"], by: Props["by"]): string {
  if (view === "brokers") return side === "middle" ? "Brokers as dialled" : by === "pod" ? "Pods" : "Workloads";
  return { produce: "Produce", middle: "Topics", consume: "Consume" }[side];
}

/** Workloads, topics and what flows between them. The boxes are buttons; arrow keys are not needed, Tab walks them from left to right. */
export function Diagram({ topology, view, by, selected, onSelect }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(900);
  const [hovered, hover] = useState<string | null>(null);
  useEffect(() => {
    const size = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width) - 10));
    size.observe(frame.current!);
    return () => size.disconnect();
  }, []);
  const drawn = useMemo(() => picture(topology.nodes ?? [], topology.edges ?? [], view, width), [topology, view, width]);

  // What was chosen stays lit: the diagram moves under the pointer when the detail opens.
  const lit = selected ?? hovered;
  const near = useMemo(() => {
    if (lit === null) return null;
    const ids = new Set([lit]);
    for (const { edge } of drawn.wires) {
      if (edge.from === lit) ids.add(edge.to);
      if (edge.to === lit) ids.add(edge.from);
    }
    return ids;
  }, [lit, drawn]);
  const touches = ({ edge }: Wire): boolean => lit !== null && (edge.from === lit || edge.to === lit);

  return (
    <div class="diagram" ref={frame} tabIndex={0} role="region" aria-label="Diagram, scrollable">
      <svg class={lit === null ? "" : "focused"} viewBox={`-4 -4 ${drawn.width + 8} ${drawn.height + 8}`} width={drawn.width + 8} height={drawn.height + 8}>
        {drawn.columns.map(({ side, x }) => <text key={side} class="column-title" x={x + 2} y={14} aria-hidden="true">{captionOf(side, view, by)}</text>)}
        <g aria-hidden="true">
          {drawn.wires.map((wire) => (
            <path key={wire.key} class={`flow ${wire.edge.kind}${touches(wire) ? " lit" : ""}`} d={curve(wire, drawn.boxWidth)} stroke-width={(1 + wire.weight * 5).toFixed(1)}>
              <title>{describe(wire)}</title>
            </path>
          ))}
        </g>
        {[...drawn.boxes].sort((a, b) => a.x - b.x || a.y - b.y).map((box) => (
          <Node key={box.key} box={box} boxWidth={drawn.boxWidth} wires={drawn.wires} dim={near !== null && !near.has(box.node.id)} selected={selected === box.node.id} onHover={hover} onSelect={onSelect} />
        ))}
      </svg>
      {drawn.leftOut > 0 && <p class="note">{plural(drawn.leftOut, "box", "boxes")} with less traffic are not drawn; the table below has them all.</p>}
    </div>
  );
}

function Node({ box, boxWidth, wires, dim, selected, onHover, onSelect }: { box: Box; boxWidth: number; wires: readonly Wire[]; dim: boolean; selected: boolean; onHover: (id: string | null) => void; onSelect: (id: string | null) => void }) {
  const { node } = box;
  const press = (): void => onSelect(selected ? null : node.id);
  const own = wires.filter((wire) => wire.from === box || wire.to === box);
  const note = noteOf(box, own);
  const role = box.side === "consume" ? ", consumes " : box.side === "produce" && own.some((wire) => wire.edge.kind === "produce") ? ", produces " : " ";
  return (
    <g
      class={`node ${node.kind}${dim ? " dim" : ""}${selected ? " selected" : ""}`}
      transform={`translate(${box.x} ${box.y})`}
      role="button"
      tabIndex={0}
      aria-pressed={selected}
      onPointerEnter={() => onHover(node.id)}
      onPointerLeave={() => onHover(null)}
      onFocus={() => onHover(node.id)}
      onBlur={() => onHover(null)}
      onClick={press}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        press();
      }}
    >
      <rect width={boxWidth} height={boxHeight} rx={7} />
      <rect class="mark" width={3} height={boxHeight - 14} x={7} y={7} rx={1.5} />
      <foreignObject x={16} y={0} width={boxWidth - 22} height={boxHeight}>
        <div class="node-text" title={plain(nameOf(node))}>
          <span class="sr-only">{kindOf(node)} </span>
          {node.kind === "pod" ? <PodName name={node.name} /> : <bdi class="node-name">{plain(nameOf(node))}</bdi>}
          <span class="sr-only">{role}</span>
          <span class="node-note num">{note}</span>
        </div>
      </foreignObject>
    </g>
  );
}

export function nameOf(node: TopologyNode): string {
  return node.name === "__other__" ? "all other topics" : node.name;
}

export function kindOf(node: TopologyNode): string {
  return node.kind === "workload" ? (node.workloadKind ?? "Workload") : node.kind === "pod" ? "Pod" : node.kind === "topic" ? "Topic" : "Broker";
}

function noteOf(box: Box, wires: readonly Wire[]): string {
  if (box.node.kind === "workload" && wires.length === 0) return plural(box.node.pods ?? 0, "pod");
  const edges = wires.map((wire) => wire.edge);
  if (edges.some((edge) => edge.kind === "connect")) {
    const failed = edges.reduce((sum, edge) => sum + (edge.connectErrors ?? 0), 0);
    return plural(edges.reduce((sum, edge) => sum + (edge.connections ?? 0), 0), "connection") + (failed > 0 ? `, ${failed.toLocaleString("en")} failed` : "");
  }
  const known = edges.map((edge) => edge.bytesPerSecond).filter((value): value is number => typeof value === "number");
  return known.length === 0 ? "" : figureText(known.reduce((sum, value) => sum + value, 0), "bytesRate");
}

/** An edge in words. */
export function describeEdge(edge: TopologyEdge): string {
  if (edge.kind === "connect") return `${plural(edge.connections ?? 0, "open connection")}, ${(edge.connectErrors ?? 0).toLocaleString("en")} failed`;
  return `${figureText(edge.bytesPerSecond, "bytesRate")}, ${figureText(edge.recordsPerSecond, "rate")} records`;
}

function describe({ edge, from, to }: Wire): string {
  return `${plain(nameOf(from.node))} → ${plain(nameOf(to.node))}: ${edge.kind}, ${describeEdge(edge)}`;
}

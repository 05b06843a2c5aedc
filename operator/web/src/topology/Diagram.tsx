import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Topology } from "../data/contract";
import { plural } from "../format/text";
import { FlowLine } from "./FlowLine";
import { type Box, picture, type Side, type Wire } from "./layout";
import { NodeBox } from "./NodeBox";
import { Pointed } from "./Pointed";

interface Props {
  topology: Topology;
  view: "topics" | "brokers";
  by: "workload" | "pod";
  selected: string | null;
  onSelect: (id: string | null) => void;
}

/** What the pointer is over or what has the focus: a node by its id, a line by its key. */
interface Target {
  kind: "node" | "line";
  key: string;
}

function captionOf(side: Side, view: Props["view"], by: Props["by"]): string {
  if (view === "brokers") return side === "middle" ? "Brokers as dialled" : by === "pod" ? "Pods" : "Workloads";
  return { produce: "Produce", middle: "Topics", consume: "Consume" }[side];
}

/** Workloads, topics and what flows between them. The boxes are buttons; Tab walks them from left to right, arrow keys the lines of one. */
export function Diagram({ topology, view, by, selected, onSelect }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const origin = useRef<string | null>(null);
  const [width, setWidth] = useState(900);
  const [focused, setFocused] = useState<Target | null>(null);
  const [hovered, setHovered] = useState<Target | null>(null);
  useEffect(() => {
    const size = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width) - 10));
    size.observe(frame.current!);
    return () => size.disconnect();
  }, []);
  const drawn = useMemo(() => picture(topology.nodes ?? [], topology.edges ?? [], view, width), [topology, view, width]);

  const pointed = hovered ?? focused;
  const line = pointed?.kind === "line" ? (drawn.wires.find((wire) => wire.key === pointed.key) ?? null) : null;
  const node = pointed?.kind === "node" ? (topology.nodes?.find((each) => each.id === pointed.key) ?? null) : null;
  // What was chosen stays lit: the diagram moves under the pointer when the detail opens.
  const lit = selected ?? node?.id ?? null;
  const isLit = (wire: Wire): boolean => (lit === null ? wire === line : wire === line || wire.edge.from === lit || wire.edge.to === lit);
  const near = useMemo(() => {
    if (lit === null && line === null) return null;
    return new Set([lit, ...drawn.wires.filter(isLit).flatMap(({ edge }) => [edge.from, edge.to])]);
  }, [lit, line, drawn]);

  const focusOn = (attribute: "line" | "box", key: string): void => {
    [...frame.current!.querySelectorAll<SVGElement>(`[data-${attribute}]`)].find((each) => each.dataset[attribute] === key)?.focus();
  };
  const step = (box: Box, from: Wire | null, by: 1 | -1): void => {
    const own = drawn.wires.filter((wire) => wire.from === box || wire.to === box).sort((a, b) => a.from.y - b.from.y || a.to.y - b.to.y || (a.key < b.key ? -1 : 1));
    if (own.length === 0) return;
    const at = from === null ? (by === 1 ? 0 : own.length - 1) : (own.indexOf(from) + by + own.length) % own.length;
    origin.current = box.key;
    focusOn("line", own[at]!.key);
  };
  const stepFrom = (wire: Wire, by: 1 | -1 | "back"): void => {
    const box = wire.to.key === origin.current ? wire.to : wire.from;
    if (by === "back") focusOn("box", box.key);
    else step(box, wire, by);
  };
  const focus = (kind: Target["kind"], key: string | null): void => setFocused(key === null ? null : { kind, key });
  const hover = (kind: Target["kind"], key: string | null): void => setHovered(key === null ? null : { kind, key });

  return (
    <>
      <Pointed node={node} line={line} topology={topology} view={view} />
      <div class="diagram" ref={frame} tabIndex={0} role="region" aria-label="Diagram, scrollable">
        <svg class={near === null ? "" : "focused"} viewBox={`-4 -4 ${drawn.width + 8} ${drawn.height + 8}`} width={drawn.width + 8} height={drawn.height + 8}>
          {drawn.columns.map(({ side, x }) => <text key={side} class="column-title" x={x + 2} y={14} aria-hidden="true">{captionOf(side, view, by)}</text>)}
          {drawn.wires.map((wire) => (
            <FlowLine key={wire.key} wire={wire} boxWidth={drawn.boxWidth} lit={isLit(wire)} onHover={(key) => hover("line", key)} onFocused={(key) => focus("line", key)} onStep={(by) => stepFrom(wire, by)} />
          ))}
          {[...drawn.boxes].sort((a, b) => a.x - b.x || a.y - b.y).map((box) => (
            <NodeBox
              key={box.key}
              box={box}
              boxWidth={drawn.boxWidth}
              wires={drawn.wires}
              dim={near !== null && !near.has(box.node.id)}
              selected={selected === box.node.id}
              onHover={(id) => hover("node", id)}
              onFocused={(id) => focus("node", id)}
              onSelect={onSelect}
              onStep={(by) => step(box, null, by)}
            />
          ))}
        </svg>
        {drawn.leftOut > 0 && <p class="note">{plural(drawn.leftOut, "box", "boxes")} with less traffic are not drawn; the table below has them all.</p>}
      </div>
    </>
  );
}

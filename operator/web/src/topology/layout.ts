import { Graph, layout as dagreLayout } from "@dagrejs/dagre";
import type { TopologyEdge, TopologyNode } from "../data/contract";

/** A workload that produces and consumes stands on both sides, so that traffic reads from left to right. */
export type Side = "produce" | "middle" | "consume";

export interface Box {
  key: string;
  node: TopologyNode;
  side: Side;
  x: number;
  y: number;
}

export interface Wire {
  key: string;
  edge: TopologyEdge;
  from: Box;
  to: Box;
  /** 0 to 1, by the logarithm of its traffic. */
  weight: number;
}

export interface Picture {
  boxes: Box[];
  wires: Wire[];
  width: number;
  height: number;
  boxWidth: number;
  columns: { side: Side; x: number }[];
}

const widestBox = 200;
const narrowestBox = 150;
export const boxHeight = 34;
const rowGap = 10;
const top = 34;
const leastGap = 64;

/** What an edge carries, for its width and for sorting: bytes per second where known, else bytes ever. */
export function traffic(edge: TopologyEdge): number {
  return edge.bytesPerSecond ?? edge.bytes ?? edge.connections ?? 0;
}

/** Places what is seen into columns. Dagre finds an order of few crossings; the columns are packed by it. */
export function picture(nodes: readonly TopologyNode[], edges: readonly TopologyEdge[], view: "topics" | "brokers", available: number): Picture {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const shown = edges.filter((edge) => (edge.kind === "connect") === (view === "brokers") && byId.has(edge.from) && byId.has(edge.to));
  const sides: Side[] = view === "brokers" ? ["produce", "middle"] : ["produce", "middle", "consume"];
  const boxWidth = Math.min(widestBox, Math.max(narrowestBox, (available - leastGap * (sides.length - 1)) / sides.length));
  const gap = Math.max(leastGap, (available - boxWidth * sides.length) / (sides.length - 1));
  const boxes = new Map<string, Box>();
  const place = (id: string, side: Side): Box => {
    const key = `${side}:${id}`;
    const known = boxes.get(key);
    if (known !== undefined) return known;
    const box: Box = { key, node: byId.get(id)!, side, x: sides.indexOf(side) * (boxWidth + gap), y: 0 };
    boxes.set(key, box);
    return box;
  };
  const isMiddle = (id: string): boolean => ["topic", "broker"].includes(byId.get(id)!.kind);

  const heaviest = Math.log1p(Math.max(1, ...shown.map(traffic)));
  const wires = shown.map((edge): Wire => {
    const [middle, outer] = isMiddle(edge.from) ? [edge.from, edge.to] : [edge.to, edge.from];
    const side: Side = edge.kind === "consume" ? "consume" : "produce";
    const [center, outside] = [place(middle, "middle"), place(outer, side)];
    const [from, to] = side === "consume" ? [center, outside] : [outside, center];
    return { key: `${edge.kind}:${from.key}>${to.key}`, edge, from, to, weight: Math.log1p(traffic(edge)) / heaviest };
  });
  // What has no edges is shown too: it was seen.
  for (const node of nodes) {
    const middle = node.kind === "topic" || node.kind === "broker";
    if (middle ? node.kind === (view === "brokers" ? "broker" : "topic") : true) {
      if (!sides.some((side) => boxes.has(`${side}:${node.id}`))) place(node.id, middle ? "middle" : "produce");
    }
  }

  order([...boxes.values()], wires, boxWidth);
  const tallest = Math.max(1, ...sides.map((side) => [...boxes.values()].filter((box) => box.side === side).length));
  const pitch = boxHeight + rowGap;
  for (const side of sides) {
    const column = [...boxes.values()].filter((box) => box.side === side).sort((a, b) => a.y - b.y || (a.key < b.key ? -1 : 1));
    const offset = ((tallest - column.length) * pitch) / 2;
    column.forEach((box, index) => {
      box.y = top + Math.min(offset, 120) + index * pitch;
    });
  }
  return {
    boxes: [...boxes.values()],
    wires: wires.sort((a, b) => a.weight - b.weight),
    width: sides.length * boxWidth + (sides.length - 1) * gap,
    height: top + Math.max(...[...boxes.values()].map((box) => box.y + pitch), pitch),
    boxWidth,
    columns: sides.map((side, index) => ({ side, x: index * (boxWidth + gap) })),
  };
}

/** Sets each box' y to what dagre says; only the order counts. */
function order(boxes: readonly Box[], wires: readonly Wire[], boxWidth: number): void {
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", ranksep: 80, nodesep: 10 });
  graph.setDefaultEdgeLabel(() => ({}));
  // Sorted, so that the same picture comes of the same graph whatever order it was told in: live updates move nothing.
  for (const box of [...boxes].sort((a, b) => (a.key < b.key ? -1 : 1))) graph.setNode(box.key, { width: boxWidth, height: boxHeight });
  for (const wire of [...wires].sort((a, b) => (a.key < b.key ? -1 : 1))) graph.setEdge(wire.from.key, wire.to.key, { weight: 1 });
  dagreLayout(graph);
  for (const box of boxes) box.y = graph.node(box.key).y ?? 0;
}

/** The curve of a wire. */
export function curve({ from, to }: Wire, boxWidth: number): string {
  const [x1, y1, x2, y2] = [from.x + boxWidth, from.y + boxHeight / 2, to.x, to.y + boxHeight / 2];
  const bend = (x2 - x1) * 0.45;
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

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
  /** Workloads or pods that are not drawn: those with the least traffic of too many. */
  leftOut: number;
  columns: { side: Side; x: number }[];
}

const widestBox = 210;
const narrowestBox = 150;
export const boxHeight = 46;
const rowGap = 10;
/** More boxes than this on the outer sides nobody can read. */
const mostOuter = 80;
/** Dagre takes seconds for graphs with more edges than this; the order is then found by means of neighbours. */
const mostForDagre = 100;
const top = 34;
const leastGap = 64;

/** What an edge carries, for its width and for sorting: bytes per second where known, else bytes ever. */
export function traffic(edge: TopologyEdge): number {
  return edge.bytesPerSecond ?? edge.bytes ?? edge.connections ?? 0;
}

/** Places what is seen into columns. Dagre finds an order of few crossings; the columns are packed by it. */
export function picture(all: readonly TopologyNode[], edges: readonly TopologyEdge[], view: "topics" | "brokers", available: number): Picture {
  const { nodes, leftOut } = heaviest(all, edges, view);
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

  const most = Math.log1p(Math.max(1, ...shown.map(traffic)));
  const wires = shown.map((edge): Wire => {
    const [middle, outer] = isMiddle(edge.from) ? [edge.from, edge.to] : [edge.to, edge.from];
    const side: Side = edge.kind === "consume" ? "consume" : "produce";
    const [center, outside] = [place(middle, "middle"), place(outer, side)];
    const [from, to] = side === "consume" ? [center, outside] : [outside, center];
    return { key: `${edge.kind}:${from.key}>${to.key}`, edge, from, to, weight: Math.log1p(traffic(edge)) / most };
  });
  // What has no edges is shown too: it was seen.
  for (const node of nodes) {
    const middle = node.kind === "topic" || node.kind === "broker";
    if (middle ? node.kind === (view === "brokers" ? "broker" : "topic") : true) {
      if (!sides.some((side) => boxes.has(`${side}:${node.id}`))) place(node.id, middle ? "middle" : "produce");
    }
  }

  if (wires.length <= mostForDagre) order([...boxes.values()], wires, boxWidth);
  else orderByNeighbours([...boxes.values()], wires);
  const tallest = Math.max(1, ...sides.map((side) => [...boxes.values()].filter((box) => box.side === side).length));
  const pitch = boxHeight + rowGap;
  // A topic of which no drawn workload speaks stands below those that somebody uses, or it pushes their lines apart.
  const used = new Set(wires.flatMap((wire) => [wire.from, wire.to]));
  for (const side of sides) {
    const column = [...boxes.values()].filter((box) => box.side === side).sort((a, b) => Number(used.has(b)) - Number(used.has(a)) || a.y - b.y || (a.key < b.key ? -1 : 1));
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
    leftOut,
    columns: sides.map((side, index) => ({ side, x: index * (boxWidth + gap) })),
  };
}

/** The nodes in the middle, and the outer ones with the most traffic. */
function heaviest(all: readonly TopologyNode[], edges: readonly TopologyEdge[], view: "topics" | "brokers"): { nodes: TopologyNode[]; leftOut: number } {
  const weights = new Map<string, number>();
  for (const edge of edges) {
    if ((edge.kind === "connect") !== (view === "brokers")) continue;
    for (const id of [edge.from, edge.to]) weights.set(id, (weights.get(id) ?? 0) + traffic(edge));
  }
  const isOuter = (node: TopologyNode): boolean => node.kind === "workload" || node.kind === "pod";
  const outer = all.filter(isOuter).sort((a, b) => (weights.get(b.id) ?? -1) - (weights.get(a.id) ?? -1) || (a.id < b.id ? -1 : 1));
  return { nodes: [...all.filter((node) => !isOuter(node)), ...outer.slice(0, mostOuter)], leftOut: Math.max(0, outer.length - mostOuter) };
}

/** Puts each box at the mean place of its neighbours, side by side and a few times over: fewer crossings, in time that grows with the edges only. */
function orderByNeighbours(boxes: readonly Box[], wires: readonly Wire[]): void {
  const neighbours = new Map<Box, Box[]>(boxes.map((box) => [box, []]));
  for (const { from, to } of wires) {
    neighbours.get(from)!.push(to);
    neighbours.get(to)!.push(from);
  }
  const column = (side: Side): Box[] => boxes.filter((box) => box.side === side).sort((a, b) => a.y - b.y || (a.key < b.key ? -1 : 1));
  for (const side of ["produce", "middle", "consume"] as const) column(side).forEach((box, index) => (box.y = index));
  for (let sweep = 0; sweep < 6; sweep++) {
    for (const side of ["middle", "produce", "consume"] as const) {
      for (const box of column(side)) {
        const near = neighbours.get(box)!;
        if (near.length > 0) box.y = near.reduce((sum, other) => sum + other.y, 0) / near.length;
      }
      column(side).forEach((box, index) => (box.y = index));
    }
  }
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

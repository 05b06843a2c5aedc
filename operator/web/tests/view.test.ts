import { expect, test } from "vitest";
import { sorted } from "../src/components/DataTable";
import type { Column } from "../src/components/Grid";
import { heat, usedRows } from "../src/components/heatRows";
import { partsOf } from "../src/components/PodName";
import { rowsInView } from "../src/components/useWindow";
import { age } from "../src/format/time";
import { conditionsWorthSaying } from "../src/pages/conditions";
import { versionText } from "../src/pages/monitor/ApiSection";
import { curve, picture } from "../src/topology/layout";
import { stepOf } from "../src/topology/FlowLine";
import { wordOf } from "../src/topology/NodeEdges";
import { sentenceOf } from "../src/topology/Pointed";

interface Row {
  name: string;
  size: number | null;
}
const columns: Column<Row>[] = [
  { id: "name", title: "", width: 1, sort: (row) => row.name, cell: () => null },
  { id: "size", title: "", width: 1, sort: (row) => row.size, cell: () => null },
];
const rows: Row[] = [{ name: "b", size: 2 }, { name: "c", size: null }, { name: "a", size: 10 }, { name: "d", size: 2 }];

test.each([
  ["size", true, "abdc"], ["size", false, "bdac"], ["name", false, "abcd"], ["name", true, "dcba"], ["other", true, "bcad"],
])("sorted by %s, descending %s: %s; the unknown last, equals as given", (column, descending, order) =>
  expect(sorted(rows, columns, { column, descending }).map((row) => row.name).join("")).toBe(order));

test("of many rows only those in view are drawn", () => {
  const { first, end } = rowsInView(37_000, 740, 37, 5000);
  expect([first, end]).toEqual([988, 1032]);
  expect(rowsInView(0, 740, 37, 3)).toEqual({ first: 0, end: 3 });
  expect(rowsInView(1e9, 740, 37, 10)).toEqual({ first: 10, end: 10 });
});

test("a heat map shows the rows that hold anything, and one beside them", () => {
  expect(usedRows([[0, 0, 0, 5, 0, 9, 0, 0], null], 8)).toEqual({ low: 2, high: 6, most: 9 });
  expect(usedRows([[1]], 1)).toEqual({ low: 0, high: 0, most: 1 });
  expect(usedRows([], 4)).toEqual({ low: 0, high: 0, most: 0 });
  expect([heat(0, 9), heat(9, 9)]).toEqual([0, 1]);
  expect(heat(1, 1e9)).toBeGreaterThan(0.13);
});

test.each([[-5, "now"], [999, "now"], [59_999, "59 s"], [61_000, "1 min 1 s"], [3_600_000, "1 h"], [3_700_000, "1 h 1 min"], [90_000_000, "1 d 1 h"]])("age of %s ms is %s", (milliseconds, text) => expect(age(milliseconds)).toBe(text));

test("versions read as runs", () => expect(versionText([16, 11, 12, 17, 3].map((version) => ({ version, requests: 1 })))).toBe("3, 11–12, 16–17"));

test("conditions that only repeat the health's sentence, or are as they should be, are not said twice", () => {
  const condition = (type: string, status: "True" | "False", message: string) => ({ type, status, reason: "R", message, since: null });
  const said = conditionsWorthSaying({
    healthText: "Because of X.",
    conditions: [condition("Ready", "True", "fine"), condition("Degraded", "True", "Because of X."), condition("Progressing", "True", "Rolling out."), condition("Conflict", "False", "none")],
  } as never);
  expect(said.map((each) => each.message)).toEqual(["Rolling out."]);
});

const nodes = [
  { id: "w", kind: "workload" as const, name: "worker" }, { id: "i", kind: "workload" as const, name: "idle" },
  { id: "t", kind: "topic" as const, name: "orders" }, { id: "b", kind: "broker" as const, name: "10.0.0.1:9092" },
];
const edges = [
  { from: "w", to: "t", kind: "produce" as const, bytesPerSecond: 5 }, { from: "t", to: "w", kind: "consume" as const, bytesPerSecond: 500 },
  { from: "w", to: "b", kind: "connect" as const, connections: 3 }, { from: "w", to: "missing", kind: "produce" as const },
];

test("a workload that produces and consumes stands on both sides of its topic", () => {
  const drawn = picture(nodes, edges, "topics", 1000);
  expect(drawn.boxes.map((box) => box.key).sort()).toEqual(["consume:w", "middle:t", "produce:i", "produce:w"]);
  expect(drawn.wires.map((wire) => [wire.edge.kind, wire.from.key, wire.to.key])).toEqual([["produce", "produce:w", "middle:t"], ["consume", "middle:t", "consume:w"]]);
  expect(drawn.wires[1]!.weight).toBe(1);
  for (const wire of drawn.wires) {
    expect(wire.from.x).toBeLessThan(wire.to.x);
    expect(curve(wire, drawn.boxWidth)).not.toContain("NaN");
  }
});

test("boxes never overlap, and the same graph told in another order gives the same picture", () => {
  const many = Array.from({ length: 60 }, (_, index) => ({ id: `t${index}`, kind: "topic" as const, name: `t${index}` }));
  const flows = many.flatMap((topic, index) => [{ from: "w", to: topic.id, kind: "produce" as const, bytes: index }, { from: topic.id, to: index % 2 === 0 ? "i" : "w", kind: "consume" as const, bytes: index }]);
  const drawn = picture([...nodes, ...many], flows, "topics", 1000);
  const places = (boxes: typeof drawn.boxes): Record<string, string> => Object.fromEntries(boxes.map((box) => [box.key, `${box.x},${box.y}`]));
  expect(new Set(Object.values(places(drawn.boxes))).size).toBe(drawn.boxes.length);
  expect(places(picture([...many, ...nodes].reverse(), [...flows].reverse(), "topics", 1000).boxes)).toEqual(places(drawn.boxes));
});

test("of hundreds of workloads the busiest are drawn, quickly, and the rest is counted", () => {
  const many = Array.from({ length: 500 }, (_, index) => ({ id: `w${index}`, kind: "workload" as const, name: `w${index}` }));
  const topics = Array.from({ length: 50 }, (_, index) => ({ id: `t${index}`, kind: "topic" as const, name: `t${index}` }));
  const flows = many.flatMap((workload, index) => [1, 2, 3].map((step) => ({ from: workload.id, to: `t${(index * step) % 50}`, kind: "produce" as const, bytes: index })));
  const began = performance.now();
  const drawn = picture([...many, ...topics], flows, "topics", 1000);
  expect(performance.now() - began).toBeLessThan(1000);
  expect(drawn.leftOut).toBe(420);
  expect(drawn.boxes.some((box) => box.node.id === "w499")).toBe(true);
  expect(drawn.boxes.some((box) => box.node.id === "w1")).toBe(false);
  expect(new Set(drawn.boxes.map((box) => `${box.x},${box.y}`)).size).toBe(drawn.boxes.length);
});

test.each([0, 150])("topics that nobody who is drawn uses stand below those that somebody does (%i further lines)", (more) => {
  const topics = Array.from({ length: 20 }, (_, index) => ({ id: `t${index}`, kind: "topic" as const, name: `t${index}` }));
  const flows = [...topics.slice(10).map((topic) => topic.id), ...Array.from({ length: more }, () => "t15")].map((to, index) => ({ from: `w${index % 40}`, to, kind: "produce" as const, bytes: 1 }));
  const workloads = Array.from({ length: 40 }, (_, index) => ({ id: `w${index}`, kind: "workload" as const, name: `w${index}` }));
  const drawn = picture([...topics, ...workloads], flows, "topics", 1000);
  const ys = (ids: readonly { id: string }[]): number[] => drawn.boxes.filter((box) => ids.some((topic) => topic.id === box.node.id)).map((box) => box.y);
  expect(Math.max(...ys(topics.slice(10)))).toBeLessThan(Math.min(...ys(topics.slice(0, 10))));
});

test("brokers have a picture of their own, and nothing seen is nothing drawn", () => {
  expect(picture(nodes, edges, "brokers", 1000).wires.map((wire) => wire.to.key)).toEqual(["middle:b"]);
  expect(picture([], [], "topics", 1000).boxes).toEqual([]);
});

test.each([
  ["orders-producer-htmxhhf4cz-mv2m2", ["orders-producer-htmxhhf4cz", "-mv2m2"]], ["kafka-0", ["kafka-0", ""]], ["", ["", ""]],
])("the end of the pod's name %j is never cut", (name, parts) => expect(partsOf(name)).toEqual(parts));

test("an edge reads from the node that was chosen", () => {
  expect([wordOf("produce", "topic"), wordOf("consume", "workload"), wordOf("consume", "topic"), wordOf("connect", "broker"), wordOf("connect", "pod")]).toEqual(["produced by", "consumes from", "consumed by", "dialled by", "dials"]);
});

test("a line is told from left to right, and arrow keys go along the lines of a box", () => {
  const [w, t] = [{ id: "w", kind: "workload" as const, name: "worker" }, { id: "t", kind: "topic" as const, name: "__other__" }];
  const drawn = picture([w, t], [{ kind: "produce", from: "w", to: "t" }, { kind: "consume", from: "t", to: "w" }] as never, "topics", 900);
  expect(drawn.wires.map(sentenceOf).sort()).toEqual(["all other topics is consumed by worker", "worker produces to all other topics"]);
  expect(["ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "Enter"].map(stepOf)).toEqual([1, 1, -1, -1, null]);
});

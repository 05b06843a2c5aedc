import { expect, test } from "vitest";
import type { Monitor } from "../src/data/contract";
import { flowsOf } from "../src/pages/monitor/flows";

const topic = (name: string, recordsOutPerSecond: number | null, recordsInPerSecond: number | null) => ({ name, recordsOutPerSecond, recordsInPerSecond });
const monitor = (topics: unknown[], more = 0): Monitor => ({ topics, more: { topics: more } }) as unknown as Monitor;

test("the busiest topics are named each way, the others counted", () => {
  expect(flowsOf(monitor([topic("a", 1, 0), topic("b", 5, 2.5), topic("c", 3, null), topic("d", 0, 0)], 7))).toEqual({
    produced: { records: 9, names: ["b", "c"], others: 1, atLeast: true },
    consumed: { records: 2.5, names: ["b"], others: 0, atLeast: true },
  });
});

test.each([[[]], [[topic("a", null, null), topic("b", 0, 0)]]])("nothing that passes is no flow", (topics) => {
  expect(flowsOf(monitor(topics))).toEqual({ produced: null, consumed: null });
  expect(flowsOf({} as Monitor)).toEqual({ produced: null, consumed: null });
});

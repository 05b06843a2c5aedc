import { expect, test } from "vitest";
import { frameOf } from "../src/data/frame";

const frame = { time: "2026-01-01T00:00:00Z", direction: "outbound", connection: 1, api: "Fetch", apiKey: 1, version: 4, correlationId: -1, size: 9, topics: ["a"] };

test("a frame as sidecars write it is taken", () => {
  expect(frameOf(frame)).toBe(frame);
  const response = { ...frame, pod: "p", clientId: "", latencyMilliseconds: 0.5, errors: ["NONE"], moreTopics: 3 };
  expect(frameOf(response)).toBe(response);
});

test.each([
  {}, [], { ...frame, topics: undefined }, { ...frame, topics: "a" }, { ...frame, topics: [1] }, { ...frame, errors: null }, { ...frame, api: { a: 1 } },
  { ...frame, size: "9" }, { ...frame, clientId: null }, { ...frame, pod: ["p"] }, { ...frame, moreTopics: "1" }, { ...frame, time: 5 },
])("what is no frame is not taken: %j", (body) => expect(frameOf(body)).toBeNull());

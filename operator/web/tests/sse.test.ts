import { expect, test } from "vitest";
import { EventParser } from "../src/data/sse";

const stream = 'id: 7\nevent: monitors\ndata: {"a":1}\n\n: still here\n\nevent: gone\r\ndata: {}\r\n\r\ndata: one\ndata:two\n\n';

test.each([1, 2, 3, 7, 1000])("events are the same however the stream is cut: pieces of %i", (size) => {
  const parser = new EventParser();
  const events = [];
  for (let at = 0; at < stream.length; at += size) events.push(...parser.push(stream.slice(at, at + size)));
  expect(events).toEqual([
    { name: "monitors", data: '{"a":1}', id: "7" },
    { name: "gone", data: "{}", id: "7" },
    { name: "message", data: "one\ntwo", id: "7" },
  ]);
});

test("an event without data is none, and one that is not finished does not come", () => {
  const parser = new EventParser();
  expect(parser.push("event: x\n\ndata: half")).toEqual([]);
  expect(parser.push("\n\n")).toEqual([{ name: "message", data: "half", id: "" }]);
});

test("a line that never ends does not grow for good", () => {
  const parser = new EventParser();
  const piece = "x".repeat(1024 * 1024);
  for (let index = 0; index < 64; index++) parser.push(index === 0 ? `data: ${piece}` : piece);
  expect(parser.push("\n\ndata: next\n\n").map((event) => event.data)).toEqual(["next"]);
});

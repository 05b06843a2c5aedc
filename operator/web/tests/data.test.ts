import { expect, test } from "vitest";
import type { History } from "../src/data/contract";
import { backoff } from "../src/data/backoff";
import { apiUrl } from "../src/data/client";
import { PagedList } from "../src/data/pages";
import { Ring } from "../src/data/ring";
import { extended, seriesOf } from "../src/data/series";
import { tokenFault } from "../src/data/token";

test("attempts come further and further apart, half a minute at most", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => backoff(attempt, () => 0.5));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect([backoff(1, () => 0), backoff(1, () => 1)]).toEqual([800, 1200]);
});

test("a query leaves out what is not given and escapes the rest", () =>
  expect(apiUrl("topology", { namespace: "a&b", monitor: "", limit: 0, by: undefined, errors: true })).toBe("api/v1/topology?namespace=a%26b&limit=0&errors=true"));

test("a ring keeps the newest and counts the rest", () => {
  const ring = new Ring<number>(3);
  for (let value = 0; value < 10; value++) ring.push(value);
  expect([ring.length, ring.dropped, ring.firstNumber]).toEqual([3, 7, 7]);
  expect([6, 7, 9, 10].map((number) => ring.byNumber(number))).toEqual([undefined, 7, 9, undefined]);
  ring.clear();
  expect([ring.length, ring.dropped, ring.byNumber(0)]).toEqual([0, 0, undefined]);
});

test("a paged list holds a bounded number of pages", () => {
  const list = new PagedList<number>(10, 3);
  for (let page = 0; page < 5; page++) list.put(page, [page * 10], 50);
  expect([0, 1, 2, 3, 4].map((page) => list.has(page))).toEqual([false, false, true, true, true]);
  expect([list.at(40), list.at(41), list.at(0), list.total]).toEqual([40, undefined, undefined, 50]);
  expect([list.covering(5, 25), list.covering(0, 0), list.covering(10, 20)]).toEqual([[0, 1, 2], [0], [1]]);
});

const minute = 60_000;
const at = (index: number): string => new Date(Date.UTC(2026, 0, 1) + index * minute).toISOString();
const history = (from: number, to: number, bounds = [1, 2]): History => ({
  intervalSeconds: 60,
  times: Array.from({ length: to - from }, (_, index) => at(from + index)),
  requestsPerSecond: Array.from({ length: to - from }, (_, index) => from + index),
  errorsByName: from === 0 ? { A: Array.from({ length: to - from }, () => 1) } : {},
  heatmap: { boundsMilliseconds: bounds, counts: Array.from({ length: to - from }, () => [1, 2, 3]) },
});

test("a history grows by what is new, and never beyond an hour", () => {
  let series = extended(null, seriesOf(history(0, 50)));
  series = extended(series, seriesOf(history(45, 80)));
  expect(series.times.length).toBe(60);
  expect(series.figures.requestsPerSecond[0]).toBe(20);
  expect(series.figures.requestsPerSecond.at(-1)).toBe(79);
  expect(series.errorsByName.A).toEqual([...Array<number>(30).fill(1), ...Array<null>(30).fill(null)]);
  expect(series.counts.every((counts) => counts?.length === 3)).toBe(true);
});

test("a history that brings nothing new is the same object, so that nothing is drawn again", () => {
  const series = seriesOf(history(0, 5));
  expect(extended(series, seriesOf(history(2, 5)))).toBe(series);
});

test("errors that fell out of the hour are gone, and counts of other bounds are not mixed", () => {
  const series = extended(seriesOf(history(0, 5)), seriesOf(history(100, 103, [5, 6])));
  expect(series.errorsByName).toEqual({});
  const mixed = extended(seriesOf(history(0, 2)), seriesOf(history(2, 3, [5, 6])));
  expect(mixed.counts).toEqual([null, null, [1, 2, 3]]);
});

test("arrays that are missing or short are unknown, not zero", () =>
  expect(seriesOf({ times: [at(0), at(1)], requestsPerSecond: [4] }).figures.requestsPerSecond).toEqual([4, null]));

test.each([["", true], ["a b", true], ["añb", true], ["eyJ.a-b_c", false]])("token %j has a fault: %s", (text, faulty) => expect(tokenFault(text) !== null).toBe(faulty));

import { expect, test } from "vitest";
import { hrefOf, type Route, routeOf } from "../src/app/router";

const routes: Route[] = [
  { page: "overview" },
  { page: "monitor", namespace: "shop", monitor: "orders", section: "traffic" },
  { page: "monitor", namespace: "shop", monitor: "a/b?c#d %41", section: "topics" },
  { page: "topology", namespace: "", monitor: "", by: "workload", view: "topics" },
  { page: "topology", namespace: "shop", monitor: "orders", by: "pod", view: "brokers" },
  { page: "tap", namespace: "shop", monitor: "", pod: "orders-0" },
];

test.each(routes)("an address leads back to its page: %j", (route) => expect(routeOf(hrefOf(route))).toEqual(route));
test.each(["#/nowhere", "#/monitors/a", "#/monitors/a/b/c", "#/monitors/a/b/topics/d", "#/topology/x"])("%s is no page", (hash) => expect(routeOf(hash).page).toBe("nowhere"));
test("a broken escape is taken as it stands", () => expect(routeOf("#/monitors/a/%E0%A4%A/topics")).toMatchObject({ page: "monitor", monitor: "%E0%A4%A" }));
